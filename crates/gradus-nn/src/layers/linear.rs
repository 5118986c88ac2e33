//! The linear layer.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::{Epilogue, Scalar};
use nalgebra::DMatrix;
use rand::Rng;

use crate::{Fan, Init, Layer, LayerSpec, NnError, Pass, Path, Width};

/// Z = A·W + 1·bᵀ, with W of shape (inputs, outputs) and b a row.
///
/// PyTorch keeps the transpose of W.
///
/// ```
/// use gradus_nn::{Init, Linear, predict};
/// use nalgebra::dmatrix;
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mut layer = Linear::<f64>::new(2, 1, Init::Zeros, &mut rng).unwrap();
/// layer.weight.value_mut().copy_from(&dmatrix![2.0; 3.0]);
/// layer.bias.value_mut()[(0, 0)] = 1.0;
/// assert_eq!(predict(&layer, &dmatrix![10.0, 100.0]), dmatrix![321.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Linear<T: Scalar> {
    /// W, of shape (inputs, outputs).
    pub weight: Parameter<T>,
    /// b, of shape (1, outputs).
    pub bias: Parameter<T>,
}

impl<T: Scalar> Linear<T> {
    /// A layer with random weights and no bias yet: b = 0.
    ///
    /// # Errors
    /// If an extent is 0, or if the initialisation has an impossible parameter.
    pub fn new(
        inputs: usize,
        outputs: usize,
        init: Init,
        rng: &mut dyn Rng,
    ) -> Result<Self, NnError> {
        if inputs == 0 || outputs == 0 {
            return Err(NnError::EmptyLayer { layer: "linear", inputs, outputs });
        }
        let weight = init.sample(Fan { fan_in: inputs, fan_out: outputs }, rng)?;
        let bias = DMatrix::zeros(1, outputs);
        Ok(Self { weight: Parameter::new(weight), bias: Parameter::new(bias) })
    }
}

impl<T: Scalar> Layer<T> for Linear<T> {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        x.affine(x.parameter(&self.weight), x.parameter(&self.bias))
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        f(&path.name("weight"), &self.weight);
        f(&path.name("bias"), &self.bias);
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        f(&path.name("weight"), &mut self.weight);
        f(&path.name("bias"), &mut self.bias);
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn spec(&self) -> Option<LayerSpec> {
        let (inputs, outputs) = self.weight.value().shape();
        Some(LayerSpec::Linear { inputs, outputs })
    }

    fn width(&self) -> Width {
        let (inputs, outputs) = self.weight.value().shape();
        Width::Fixed { inputs, outputs }
    }

    fn forward_fused<'t>(&self, x: Var<'t, T>, then: Epilogue) -> Option<Var<'t, T>> {
        Some(x.affine_then(x.parameter(&self.weight), x.parameter(&self.bias), then))
    }
}
