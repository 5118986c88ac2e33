//! a/(b + t).

use serde::{Deserialize, Serialize};

use super::positive;
use crate::OptimError;

/// a/(b + t), with t = 0 at the first epoch or step. Its sum diverges and the sum of its squares
/// does not: the conditions of Robbins and Monro.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::InverseLinear;
/// let law = InverseLinear { a: 1.0, b: 10.0 };
/// assert!((law.lr(0) - 0.1).abs() < 1e-15);
/// assert!((law.lr(10) - 0.05).abs() < 1e-15);
/// ```
///
/// Source: H. Robbins and S. Monro, *A stochastic approximation method*, 1951.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InverseLinear {
    /// The numerator a > 0.
    pub a: f64,
    /// The delay b > 0: the first rate is a/b.
    pub b: f64,
}

impl InverseLinear {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        self.a / (self.b + t as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "inverse-linear";
        positive(NAME, "a", self.a)?;
        positive(NAME, "b", self.b)
    }
}
