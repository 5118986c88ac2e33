//! A staircase of equal steps.

use serde::{Deserialize, Serialize};

use super::{at_least_one, fraction, positive};
use crate::OptimError;

/// α₀γ^⌊t/s⌋, with t = 0 at the first epoch or step.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::Step;
/// let law = Step { lr0: 0.1, every: 5, gamma: 0.5 };
/// assert!((law.lr(4) - 0.1).abs() < 1e-15);
/// assert!((law.lr(5) - 0.05).abs() < 1e-15);
/// assert!((law.lr(10) - 0.025).abs() < 1e-15);
/// ```
///
/// As PyTorch's `StepLR`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The first rate α₀.
    pub lr0: f64,
    /// After how many t the rate falls, s ≥ 1; PyTorch's `step_size`.
    pub every: u64,
    /// By what it is multiplied then, in (0, 1].
    pub gamma: f64,
}

impl Step {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        self.lr0 * libm::pow(self.gamma, (t / self.every.max(1)) as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "step";
        positive(NAME, "lr0", self.lr0)?;
        at_least_one(NAME, "every", self.every)?;
        fraction(NAME, "gamma", self.gamma)
    }
}
