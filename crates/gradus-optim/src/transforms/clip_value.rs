//! Clipping by value.

use gradus_linalg::Scalar;

use crate::checks::check;
use crate::{Change, Changes, OptimError, Transform, Transformed};

/// Clips each entry of a gradient: gᵢ ← min(max(gᵢ, −c), c).
///
/// It changes the gradient's direction; NaN stays NaN.
///
/// # Examples
///
/// ```
/// use gradus_optim::{ClipValue, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = ClipValue { limit: 1.0 }.over(Sgd { lr: 0.5 }.build::<f64>()?)?;
/// let mut theta = [0.0, 0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[8.0, -0.5])?;
/// assert_eq!(theta, [-0.5, 0.25]);
/// # Ok(())
/// # }
/// ```
///
/// As `torch.nn.utils.clip_grad_value_`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipValue {
    /// The largest absolute value c > 0.
    pub limit: f64,
}

impl ClipValue {
    const NAME: &str = "clip-value";

    /// `inner`, with clipped gradients.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the limit is not positive and finite.
    pub fn over<O>(self, inner: O) -> Result<Transformed<Self, O>, OptimError> {
        check_limit(Self::NAME, "limit", self.limit)?;
        Ok(Transformed::new(self, inner))
    }
}

impl<T: Scalar> Transform<T> for ClipValue {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn changes(&self, _: f64, _: &[T], _: &[T], _: &Changes<'_>) -> [Option<Change>; 2] {
        [Some(Change::Clamp(self.limit)), None]
    }
}

/// Checks the most that clipping lets through.
pub(crate) fn check_limit(
    optimizer: &'static str,
    name: &'static str,
    limit: f64,
) -> Result<(), OptimError> {
    check(
        optimizer,
        name,
        limit,
        "it must be positive and finite",
        limit > 0.0 && limit.is_finite(),
    )
}
