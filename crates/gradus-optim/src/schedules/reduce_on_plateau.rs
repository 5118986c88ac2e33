//! A rate that falls when a metric stands still.

use serde::{Deserialize, Serialize};

use super::{not_negative, positive};
use crate::OptimError;
use crate::checks::check;

/// Whether a metric is better when it is lower or higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Better {
    /// A cost.
    #[default]
    Lower,
    /// An accuracy.
    Higher,
}

/// By how much a metric has to be better to count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Threshold {
    /// By this part of the best: m < best(1 − x), or m > best(1 + x).
    Relative(f64),
    /// By this much: m < best − x, or m > best + x.
    Absolute(f64),
}

/// Multiplies the rate by a factor when a metric has not become better for longer than patience.
///
/// It starts a [`Plateau`], which is shown the metric after each epoch.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::ReduceOnPlateau;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let law = ReduceOnPlateau { lr0: 0.1, factor: 0.5, patience: 1, ..ReduceOnPlateau::default() };
/// let mut plateau = law.start()?;
/// let rates: Vec<f64> = [1.0, 0.9, 0.9, 0.9].map(|cost| plateau.observe(cost)).into();
/// assert_eq!(rates, [0.1, 0.1, 0.1, 0.05]);
/// # Ok(())
/// # }
/// ```
///
/// As PyTorch's `ReduceLROnPlateau` with its defaults.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReduceOnPlateau {
    /// The first rate.
    pub lr0: f64,
    /// Whether lower or higher is better.
    pub better: Better,
    /// What the rate is multiplied by, in (0, 1).
    pub factor: f64,
    /// How many epochs in a row may bring nothing better; the next one reduces the rate.
    pub patience: u64,
    /// By how much an epoch has to be better.
    pub threshold: Threshold,
    /// Epochs after a reduction that do not count as bad.
    pub cooldown: u64,
    /// The rate that is not gone below.
    pub lr_min: f64,
    /// A reduction by no more than this is not made.
    pub eps: f64,
}

impl Default for ReduceOnPlateau {
    /// α₀ = 0.001, lower is better, factor 0.1, patience 10, threshold 1e-4 relative, no cooldown.
    fn default() -> Self {
        Self {
            lr0: 0.001,
            better: Better::Lower,
            factor: 0.1,
            patience: 10,
            threshold: Threshold::Relative(1e-4),
            cooldown: 0,
            lr_min: 0.0,
            eps: 1e-8,
        }
    }
}

impl ReduceOnPlateau {
    /// The start of a run.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check).
    pub fn start(self) -> Result<Plateau, OptimError> {
        self.check()?;
        Ok(Plateau { law: self, lr: self.lr0, best: None, bad: 0, cooldown: 0 })
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "reduce-on-plateau";
        positive(NAME, "lr0", self.lr0)?;
        let holds = self.factor > 0.0 && self.factor < 1.0;
        check(NAME, "factor", self.factor, "it must lie between 0 and 1", holds)?;
        let (Threshold::Relative(threshold) | Threshold::Absolute(threshold)) = self.threshold;
        not_negative(NAME, "threshold", threshold)?;
        not_negative(NAME, "lr_min", self.lr_min)?;
        not_negative(NAME, "eps", self.eps)
    }
}

/// A run of [`ReduceOnPlateau`]: serialise it, and it goes on where it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    law: ReduceOnPlateau,
    lr: f64,
    best: Option<f64>,
    bad: u64,
    cooldown: u64,
}

impl Plateau {
    /// The rate in force.
    pub fn lr(&self) -> f64 {
        self.lr
    }

    /// Takes note of the metric after an epoch, and returns the rate for the next one. NaN is never
    /// better.
    pub fn observe(&mut self, metric: f64) -> f64 {
        if self.is_better(metric) {
            self.best = Some(metric);
            self.bad = 0;
        } else {
            self.bad = self.bad.saturating_add(1);
        }
        if self.cooldown > 0 {
            self.cooldown -= 1;
            self.bad = 0;
        }
        if self.bad > self.law.patience {
            let reduced = (self.lr * self.law.factor).max(self.law.lr_min);
            if self.lr - reduced > self.law.eps {
                self.lr = reduced;
            }
            self.cooldown = self.law.cooldown;
            self.bad = 0;
        }
        self.lr
    }

    fn is_better(&self, metric: f64) -> bool {
        let Some(best) = self.best else { return !metric.is_nan() };
        match (self.law.better, self.law.threshold) {
            (Better::Lower, Threshold::Relative(x)) => metric < best * (1.0 - x),
            (Better::Lower, Threshold::Absolute(x)) => metric < best - x,
            (Better::Higher, Threshold::Relative(x)) => metric > best * (1.0 + x),
            (Better::Higher, Threshold::Absolute(x)) => metric > best + x,
        }
    }
}
