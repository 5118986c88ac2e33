//! k/√epoch · α₀.

use serde::{Deserialize, Serialize};

use super::positive;
use crate::OptimError;

/// k/√e · α₀, where the first epoch is e = 1: e = 0 is not allowed, so e = t + 1.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::InverseSqrtEpoch;
/// let law = InverseSqrtEpoch { lr0: 0.1, k: 0.5 };
/// assert!((law.lr(0) - 0.05).abs() < 1e-15);
/// assert!((law.lr(3) - 0.025).abs() < 1e-15);
/// ```
///
/// PyTorch has it as a `LambdaLR` only.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InverseSqrtEpoch {
    /// The rate α₀.
    pub lr0: f64,
    /// Its factor at the first epoch.
    pub k: f64,
}

impl InverseSqrtEpoch {
    /// The rate at `t`, from 0 for the epoch 1.
    pub fn lr(&self, t: u64) -> f64 {
        self.k / (t as f64 + 1.0).sqrt() * self.lr0
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "inverse-sqrt-epoch";
        positive(NAME, "lr0", self.lr0)?;
        positive(NAME, "k", self.k)
    }
}
