//! Layer normalisation.

use gradus_autograd::{Axis, Parameter, Var};
use gradus_linalg::Scalar;

use crate::extent::check_features;
use crate::layers::scale_shift::{Affine, ScaleShift, check_eps};
use crate::standardize::Standardize;
use crate::{Layer, LayerSpec, NnError, Pass, Path, Width};

/// The settings of [`LayerNorm`], with PyTorch's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormConfig {
    /// ε, added to the variance.
    pub eps: f64,
    /// Whether γ and β are learned.
    pub affine: Affine,
}

impl Default for LayerNormConfig {
    fn default() -> Self {
        Self { eps: 1e-5, affine: Affine::Learned }
    }
}

/// Standardises each example by itself: y = γ ⊙ (x − x̄)/√(v + ε) + β, with the mean x̄ and the
/// variance v (divisor n) of the row's n features. Training and evaluation are the same.
///
/// ```
/// use gradus_nn::{LayerNorm, predict};
/// use nalgebra::dmatrix;
///
/// let layer = LayerNorm::<f64>::new(2).unwrap();
/// let y = predict(&layer, &dmatrix![8.0, 12.0; -1.0, -7.0]);
/// assert!((y - dmatrix![-1.0, 1.0; 1.0, -1.0]).norm() < 1e-5);
/// ```
///
/// Source: J. L. Ba, J. R. Kiros and G. Hinton, *Layer normalization*, 2016. As PyTorch's
/// `LayerNorm(features)`.
#[derive(Clone, Debug)]
pub struct LayerNorm<T: Scalar> {
    /// γ and β, if they are learned.
    pub scale_shift: Option<ScaleShift<T>>,
    features: usize,
    eps: f64,
}

impl<T: Scalar> LayerNorm<T> {
    /// A layer with the usual settings.
    ///
    /// # Errors
    /// If there is no feature.
    pub fn new(features: usize) -> Result<Self, NnError> {
        Self::with(features, LayerNormConfig::default())
    }

    /// A layer with settings of one's own.
    ///
    /// # Errors
    /// If there is no feature, or if ε is not positive and finite in `T`.
    pub fn with(features: usize, config: LayerNormConfig) -> Result<Self, NnError> {
        check_features("layer norm", features)?;
        check_eps::<T>(config.eps)?;
        let scale_shift = ScaleShift::new(features, config.affine);
        Ok(Self { scale_shift, features, eps: config.eps })
    }

    /// Its settings.
    pub fn config(&self) -> LayerNormConfig {
        LayerNormConfig { eps: self.eps, affine: ScaleShift::affine(self.scale_shift.as_ref()) }
    }
}

impl<T: Scalar> Layer<T> for LayerNorm<T> {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        let normal = Standardize { axis: Axis::Columns, eps: self.eps }.apply(x);
        self.scale_shift.as_ref().map_or(normal, |scale_shift| scale_shift.apply(normal))
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        if let Some(scale_shift) = &self.scale_shift {
            scale_shift.visit(path, f);
        }
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        if let Some(scale_shift) = &mut self.scale_shift {
            scale_shift.visit_mut(path, f);
        }
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn spec(&self) -> Option<LayerSpec> {
        let LayerNormConfig { eps, affine } = self.config();
        Some(LayerSpec::LayerNorm { features: self.features, eps, affine })
    }

    fn width(&self) -> Width {
        Width::Fixed { inputs: self.features, outputs: self.features }
    }
}
