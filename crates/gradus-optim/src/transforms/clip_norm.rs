//! Clipping by the norm of each array.

use gradus_linalg::Scalar;

use super::clip_value::check_limit;
use crate::{Change, Changes, OptimError, Transform, Transformed, clip_factor};

/// Shortens each parameter's gradient to a norm: g ← g·min(1, c/‖g‖₂).
///
/// Each array is judged alone; to keep the direction of the whole gradient, clip by the
/// [global norm](crate::GlobalNorm). The norm costs one more pass over the gradient.
///
/// # Examples
///
/// ```
/// use gradus_optim::{ClipNorm, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = ClipNorm { max_norm: 1.0 }.over(Sgd { lr: 1.0 }.build::<f64>()?)?;
/// let mut theta = [0.0, 0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[3.0, 4.0])?;
/// assert!((theta[0] + 0.6).abs() < 1e-15 && (theta[1] + 0.8).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// PyTorch has the global form only; Keras calls this one `clipnorm`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipNorm {
    /// The largest norm c > 0.
    pub max_norm: f64,
}

impl ClipNorm {
    const NAME: &str = "clip-norm";

    /// `inner`, with shortened gradients.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the norm is not positive and finite.
    pub fn over<O>(self, inner: O) -> Result<Transformed<Self, O>, OptimError> {
        check_limit(Self::NAME, "max_norm", self.max_norm)?;
        Ok(Transformed::new(self, inner))
    }
}

impl<T: Scalar> Transform<T> for ClipNorm {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn changes(
        &self,
        _lr: f64,
        param: &[T],
        grad: &[T],
        before: &Changes<'_>,
    ) -> [Option<Change>; 2] {
        let factor = clip_factor(before.norm(param, grad), self.max_norm);
        [(factor != 1.0).then_some(Change::Scale(factor)), None]
    }
}
