//! a/√t.

use serde::{Deserialize, Serialize};

use super::positive;
use crate::OptimError;

/// a/√s, where the first step is s = 1: s = 0 is not allowed, so s = t + 1.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::InverseSqrt;
/// let law = InverseSqrt { a: 0.1 };
/// assert!((law.lr(0) - 0.1).abs() < 1e-15);
/// assert!((law.lr(3) - 0.05).abs() < 1e-15);
/// ```
///
/// The diminishing steps of sub-gradient methods.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InverseSqrt {
    /// The first rate a > 0.
    pub a: f64,
}

impl InverseSqrt {
    /// The rate at `t`, from 0 for the step 1.
    pub fn lr(&self, t: u64) -> f64 {
        self.a / (t as f64 + 1.0).sqrt()
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "inverse-sqrt";
        positive(NAME, "a", self.a)
    }
}
