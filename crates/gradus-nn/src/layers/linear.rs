//! The linear layer.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::{Epilogue, Scalar};
use nalgebra::DMatrix;
use rand::Rng;

use crate::extent::check_matrix;
use crate::{Fan, Init, Layer, LayerSpec, NnError, Pass, Path, Width};

/// Z = A·W + 1·bᵀ, with W of shape (inputs, outputs) and b a row, or Z = A·W.
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
/// if let Some(bias) = &mut layer.bias {
///     bias.value_mut()[(0, 0)] = 1.0;
/// }
/// assert_eq!(predict(&layer, &dmatrix![10.0, 100.0]), dmatrix![321.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Linear<T: Scalar> {
    /// W, of shape (inputs, outputs).
    pub weight: Parameter<T>,
    /// b, of shape (1, outputs), if there is one.
    pub bias: Option<Parameter<T>>,
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
        let layer = Self::without_bias(inputs, outputs, init, rng)?;
        Ok(Self { bias: Some(Parameter::new(DMatrix::zeros(1, outputs))), ..layer })
    }

    /// Z = A·W: a layer without a bias, as before a normalisation, which would subtract it.
    ///
    /// ```
    /// use gradus_nn::{Init, Linear, parameter_names};
    /// use rand::SeedableRng;
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let layer = Linear::<f64>::without_bias(2, 1, Init::HeNormal, &mut rng).unwrap();
    /// assert_eq!(parameter_names(&layer), ["weight"]);
    /// ```
    ///
    /// # Errors
    /// As [`Linear::new`].
    pub fn without_bias(
        inputs: usize,
        outputs: usize,
        init: Init,
        rng: &mut dyn Rng,
    ) -> Result<Self, NnError> {
        check_matrix("linear", inputs, outputs)?;
        let weight = init.sample(Fan { fan_in: inputs, fan_out: outputs }, rng)?;
        Ok(Self { weight: Parameter::new(weight), bias: None })
    }
}

impl<T: Scalar> Layer<T> for Linear<T> {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        let weight = x.parameter(&self.weight);
        match &self.bias {
            Some(bias) => x.affine(weight, x.parameter(bias)),
            None => x.matmul(weight),
        }
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        f(&path.name("weight"), &self.weight);
        if let Some(bias) = &self.bias {
            f(&path.name("bias"), bias);
        }
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        f(&path.name("weight"), &mut self.weight);
        if let Some(bias) = &mut self.bias {
            f(&path.name("bias"), bias);
        }
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn spec(&self) -> Option<LayerSpec> {
        let (inputs, outputs) = self.weight.value().shape();
        Some(match self.bias {
            Some(_) => LayerSpec::Linear { inputs, outputs },
            None => LayerSpec::LinearWithoutBias { inputs, outputs },
        })
    }

    fn width(&self) -> Width {
        let (inputs, outputs) = self.weight.value().shape();
        Width::Fixed { inputs, outputs }
    }

    fn forward_fused<'t>(&self, x: Var<'t, T>, then: Epilogue) -> Option<Var<'t, T>> {
        let bias = x.parameter(self.bias.as_ref()?);
        Some(x.affine_then(x.parameter(&self.weight), bias, then))
    }
}
