//! α₀/(1 + βt).

use serde::{Deserialize, Serialize};

use super::{not_negative, positive};
use crate::OptimError;

/// α₀/(1 + βt), with t = 0 at the first epoch or step.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::InverseTime;
/// let law = InverseTime { lr0: 0.1, beta: 1.0 };
/// assert!((law.lr(0) - 0.1).abs() < 1e-15);
/// assert!((law.lr(3) - 0.025).abs() < 1e-15);
/// ```
///
/// With t counted in steps it is PyTorch's `lr_decay` of Adagrad.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InverseTime {
    /// The first rate α₀.
    pub lr0: f64,
    /// How fast it falls, β ≥ 0.
    pub beta: f64,
}

impl InverseTime {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        self.lr0 / (1.0 + self.beta * t as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "inverse-time";
        positive(NAME, "lr0", self.lr0)?;
        not_negative(NAME, "beta", self.beta)
    }
}
