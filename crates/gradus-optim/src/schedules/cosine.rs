//! Half a cosine wave.

use serde::{Deserialize, Serialize};

use super::{anneal_cosine, at_least_one, not_negative, positive};
use crate::OptimError;

/// α₁ + (α₀ − α₁)(1 + cos(πt/n))/2 for t = 0, …, n, and α₁ from there on.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::Cosine;
/// let law = Cosine { lr0: 0.1, t_max: 20, lr_min: 0.0 };
/// assert!((law.lr(0) - 0.1).abs() < 1e-15);
/// assert!((law.lr(10) - 0.05).abs() < 1e-15);
/// assert!((law.lr(25) - 0.0).abs() < 1e-15);
/// ```
///
/// Source: I. Loshchilov and F. Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017.
/// PyTorch's `CosineAnnealingLR` climbs again after `T_max`; this one stays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cosine {
    /// The first rate α₀.
    pub lr0: f64,
    /// When the last rate is reached, n ≥ 1.
    pub t_max: u64,
    /// The last rate α₁ ≥ 0.
    pub lr_min: f64,
}

impl Cosine {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        let part = t.min(self.t_max) as f64 / self.t_max.max(1) as f64;
        anneal_cosine(self.lr0, self.lr_min, part)
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "cosine";
        positive(NAME, "lr0", self.lr0)?;
        at_least_one(NAME, "t_max", self.t_max)?;
        not_negative(NAME, "lr_min", self.lr_min)
    }
}
