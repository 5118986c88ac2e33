//! A straight climb, then a constant.

use serde::{Deserialize, Serialize};

use super::{fraction, positive};
use crate::OptimError;

/// α₀(s + (1 − s)·min(t, n)/n), with t = 0 at the first epoch or step: from sα₀ to α₀, which is
/// reached at t = n.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::LinearWarmup;
/// let law = LinearWarmup { lr0: 0.1, warmup: 10, start_factor: 0.1 };
/// assert!((law.lr(0) - 0.01).abs() < 1e-15);
/// assert!((law.lr(5) - 0.055).abs() < 1e-15);
/// assert!((law.lr(10) - 0.1).abs() < 1e-15);
/// ```
///
/// As PyTorch's `LinearLR` with `end_factor` 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinearWarmup {
    /// The rate after the climb, α₀.
    pub lr0: f64,
    /// When it is reached, n; 0 is at once.
    pub warmup: u64,
    /// The first rate as a part of it, s in (0, 1].
    pub start_factor: f64,
}

impl LinearWarmup {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        if t >= self.warmup {
            return self.lr0;
        }
        let part = t as f64 / self.warmup as f64;
        self.lr0 * (self.start_factor + (1.0 - self.start_factor) * part)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "linear-warmup";
        positive(NAME, "lr0", self.lr0)?;
        fraction(NAME, "start_factor", self.start_factor)
    }
}
