//! α₀γᵗ.

use serde::{Deserialize, Serialize};

use super::{fraction, positive};
use crate::OptimError;

/// α₀γᵗ, with t = 0 at the first epoch or step; the notes' 0.95ᵉᵖᵒᶜʰ α₀ has γ = 0.95.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::Exponential;
/// let law = Exponential { lr0: 0.1, gamma: 0.95 };
/// assert!((law.lr(0) - 0.1).abs() < 1e-15);
/// assert!((law.lr(2) - 0.09025).abs() < 1e-15);
/// ```
///
/// As PyTorch's `ExponentialLR`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Exponential {
    /// The first rate α₀.
    pub lr0: f64,
    /// What each t multiplies it by, in (0, 1].
    pub gamma: f64,
}

impl Exponential {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        self.lr0 * libm::pow(self.gamma, t as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "exponential";
        positive(NAME, "lr0", self.lr0)?;
        fraction(NAME, "gamma", self.gamma)
    }
}
