//! A staircase with given edges.

use serde::{Deserialize, Serialize};

use super::{fraction, positive};
use crate::OptimError;

/// α₀γⁿ, where n of the milestones are ≤ t; t = 0 at the first epoch or step.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::MultiStep;
/// let law = MultiStep { lr0: 1.0, milestones: vec![5, 12], gamma: 0.5 };
/// assert!((law.lr(4) - 1.0).abs() < 1e-15);
/// assert!((law.lr(5) - 0.5).abs() < 1e-15);
/// assert!((law.lr(12) - 0.25).abs() < 1e-15);
/// ```
///
/// As PyTorch's `MultiStepLR`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MultiStep {
    /// The first rate α₀.
    pub lr0: f64,
    /// The t from which the rate is lower, in any order; one that is named twice counts twice.
    pub milestones: Vec<u64>,
    /// By what it is multiplied at each, in (0, 1].
    pub gamma: f64,
}

impl MultiStep {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        let passed = self.milestones.iter().filter(|milestone| **milestone <= t).count();
        self.lr0 * libm::pow(self.gamma, passed as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "multi-step";
        positive(NAME, "lr0", self.lr0)?;
        fraction(NAME, "gamma", self.gamma)
    }
}
