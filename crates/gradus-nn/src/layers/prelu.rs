//! The leaky ReLU whose slope is learned.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::extent::check_features;
use crate::{Layer, LayerSpec, NnError, Pass, Path, Width};

/// y = x for x > 0, α·x otherwise, with a learned α: one for all features (1×1) or one for each
/// (1×n). At 0 the derivative is α, as in PyTorch.
///
/// Weight decay would pull α towards 0, which makes a ReLU of it, so it [leaves α
/// alone](Path::spared); in PyTorch that is left to parameter groups.
///
/// ```
/// use gradus_nn::{Prelu, predict};
/// use nalgebra::dmatrix;
///
/// let layer = Prelu::<f64>::shared();
/// assert_eq!(predict(&layer, &dmatrix![-4.0, 2.0]), dmatrix![-1.0, 2.0]);
/// ```
///
/// Source: K. He, X. Zhang, S. Ren and J. Sun, *Delving deep into rectifiers*, ICCV 2015, which
/// begins with α = 1/4. PyTorch calls the parameter `weight`, and so do model files.
#[derive(Clone, Debug)]
pub struct Prelu<T: Scalar> {
    /// α, of shape (1, 1) or (1, features).
    pub alpha: Parameter<T>,
}

/// α in the beginning.
const FIRST_ALPHA: f64 = 0.25;

impl<T: Scalar> Prelu<T> {
    /// A layer with one α for all features.
    pub fn shared() -> Self {
        Self { alpha: Parameter::new(DMatrix::from_element(1, 1, T::of(FIRST_ALPHA))) }
    }

    /// A layer with an α for each feature.
    ///
    /// # Errors
    /// If there is no feature.
    pub fn per_feature(features: usize) -> Result<Self, NnError> {
        check_features("prelu", features)?;
        let alpha = DMatrix::from_element(1, features, T::of(FIRST_ALPHA));
        Ok(Self { alpha: Parameter::new(alpha) })
    }
}

impl<T: Scalar> Layer<T> for Prelu<T> {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        x.prelu(x.parameter(&self.alpha))
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        f(&path.name("weight").spared(), &self.alpha);
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        f(&path.name("weight").spared(), &mut self.alpha);
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn spec(&self) -> Option<LayerSpec> {
        Some(LayerSpec::Prelu { slopes: self.alpha.value().ncols() })
    }

    fn width(&self) -> Width {
        match self.alpha.value().ncols() {
            1 => Width::Kept,
            features => Width::Fixed { inputs: features, outputs: features },
        }
    }

    fn name(&self) -> String {
        "Prelu".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn slopes_are_learned_feature_by_feature() {
        let mut layer = Prelu::<f64>::per_feature(2).unwrap();
        layer.alpha.value_mut().copy_from(&dmatrix![0.5, 0.1]);
        let tape = Tape::new();
        let x = tape.variable(dmatrix![-2.0, 3.0; -1.0, -4.0]);
        let y = layer.forward(x, &mut Pass::eval());
        assert_eq!(y.value(), dmatrix![-1.0, 3.0; -0.5, -0.4]);
        let gradients = y.sum().backward();
        assert_eq!(gradients.of(&layer.alpha), Some(&dmatrix![-3.0, -4.0]));
        assert_eq!(gradients.get(x), Some(&dmatrix![0.5, 1.0; 0.5, 0.1]));
        assert!(Prelu::<f64>::per_feature(0).is_err());
    }
}
