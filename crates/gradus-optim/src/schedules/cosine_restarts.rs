//! Cosine waves that begin anew.

use serde::{Deserialize, Serialize};

use super::{anneal_cosine, at_least_one, not_negative, positive};
use crate::OptimError;

/// The [cosine](super::Cosine) over n₀ epochs or steps, then from the start again over n₁ = m·n₀, n₂ =
/// m·n₁, …; t = 0 at the first. The lowest rate is approached, and the next t is a restart.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::CosineRestarts;
/// let law = CosineRestarts { lr0: 1.0, lr_min: 0.0, period: 4, factor: 2 };
/// assert!((law.lr(2) - 0.5).abs() < 1e-15);
/// assert!((law.lr(4) - 1.0).abs() < 1e-15);
/// assert!((law.lr(8) - 0.5).abs() < 1e-15);
/// assert!((law.lr(12) - 1.0).abs() < 1e-15);
/// ```
///
/// Source: as [`Cosine`](super::Cosine). As PyTorch's `CosineAnnealingWarmRestarts`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CosineRestarts {
    /// The rate at each start α₀.
    pub lr0: f64,
    /// The rate that each wave approaches, α₁ ≥ 0.
    pub lr_min: f64,
    /// The length of the first wave, n₀ ≥ 1.
    pub period: u64,
    /// What each length is multiplied by, m ≥ 1.
    pub factor: u64,
}

impl CosineRestarts {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        let (mut since, mut period) = (t, self.period.max(1));
        if self.factor <= 1 {
            since %= period;
        }
        while since >= period {
            since -= period;
            period = period.saturating_mul(self.factor);
        }
        anneal_cosine(self.lr0, self.lr_min, since as f64 / period as f64)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "cosine-restarts";
        positive(NAME, "lr0", self.lr0)?;
        not_negative(NAME, "lr_min", self.lr_min)?;
        at_least_one(NAME, "period", self.period)?;
        at_least_one(NAME, "factor", self.factor)
    }
}
