//! The residual block.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::Scalar;

use crate::{Layer, LayerSpec, NnError, Pass, Path, Sequential, Width};

/// y = x + f(x), with a chain of layers f that gives as many features as it takes.
///
/// Its parameters are named `residual.0.weight` and so on.
///
/// ```
/// use gradus_nn::{Activate, Activation, Layer, Residual, predict};
/// use nalgebra::dmatrix;
///
/// let relu: Box<dyn Layer<f64>> = Box::new(Activate(Activation::Relu));
/// let block = Residual::new(vec![relu]).unwrap();
/// assert_eq!(predict(&block, &dmatrix![-1.0, 2.0]), dmatrix![-1.0, 4.0]);
/// ```
///
/// Source: K. He, X. Zhang, S. Ren and J. Sun, *Deep residual learning*, CVPR 2016.
#[derive(Clone, Debug)]
pub struct Residual<T: Scalar> {
    branch: Sequential<T>,
}

impl<T: Scalar> Residual<T> {
    /// A block around given layers.
    ///
    /// # Errors
    /// If the layers do not fit each other, or if their outputs are not as many as their inputs.
    pub fn new(layers: Vec<Box<dyn Layer<T>>>) -> Result<Self, NnError> {
        Self::around(Sequential::new(layers)?)
    }

    pub(crate) fn around(branch: Sequential<T>) -> Result<Self, NnError> {
        match branch.width() {
            Width::Fixed { inputs, outputs } if inputs != outputs => {
                Err(NnError::ResidualWidth { inputs, outputs })
            }
            _ => Ok(Self { branch }),
        }
    }

    /// f.
    pub fn branch(&self) -> &Sequential<T> {
        &self.branch
    }
}

impl<T: Scalar> Layer<T> for Residual<T> {
    fn forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Var<'t, T> {
        self.try_forward(x, pass).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Result<Var<'t, T>, NnError> {
        let y = self.branch.try_forward(x, pass)?;
        // A layer of the program's own may give another width than one can know beforehand.
        if y.cols() != x.cols() {
            return Err(NnError::ResidualWidth { inputs: x.cols(), outputs: y.cols() });
        }
        Ok(x + y)
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        self.branch.visit(&path.name("residual"), f);
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        self.branch.visit_mut(&path.name("residual"), f);
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn describe(&self, specs: &mut Vec<LayerSpec>) -> Result<(), NnError> {
        LayerSpec::describe_block(&self.branch, |layers| LayerSpec::Residual { layers }, specs)
    }

    fn width(&self) -> Width {
        self.branch.width()
    }

    fn name(&self) -> String {
        let names: Vec<_> = self.branch.layers().iter().map(|layer| layer.name()).collect();
        format!("Residual({})", names.join(", "))
    }
}
