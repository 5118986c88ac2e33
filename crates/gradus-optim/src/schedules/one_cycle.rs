//! One climb and one descent.

use serde::{Deserialize, Serialize};

use super::{anneal_cosine, at_least_one, positive};
use crate::OptimError;
use crate::checks::check;

/// The curve between two rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Anneal {
    /// Half a cosine wave.
    #[default]
    Cosine,
    /// A straight line.
    Linear,
}

/// The parts of [`OneCycle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Phases {
    /// Up, and down to the last rate.
    #[default]
    Two,
    /// Up, down to the first rate, and down to the last.
    Three,
}

/// From α₁ = α/d up to α while a part p of the n steps passes, then down to α₁/f; t = 0 at the first
/// step, and the last rate stays from step n − 1 on.
///
/// With [`Phases::Three`] the descent goes to α₁ as long as the climb took, and then to α₁/f. In a run
/// too short for a climb, p·n ≤ 1, the first step has α; so does the only one of n = 1.
///
/// # Examples
///
/// ```
/// use gradus_optim::schedules::OneCycle;
/// let law = OneCycle { max_lr: 0.1, total: 20, ..OneCycle::default() };
/// assert!((law.lr(0) - 0.004).abs() < 1e-15);
/// assert!((law.lr(5) - 0.1).abs() < 1e-15);
/// assert!((law.lr(19) - 4e-7).abs() < 1e-15);
/// assert_eq!(OneCycle { total: 1, ..law }.lr(0), 0.1);
/// ```
///
/// Source: L. Smith and N. Topin, *Super-convergence: very fast training of neural networks using large
/// learning rates*, 2018. As PyTorch's `OneCycleLR`, but that it does not move the momentum, and that
/// PyTorch begins a run too short for a climb on the way down: one of a single step has α₁/f alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OneCycle {
    /// The highest rate α.
    pub max_lr: f64,
    /// The number of steps n ≥ 1.
    pub total: u64,
    /// The part of them that climbs, p in (0, 1); PyTorch's `pct_start`. At most ½ in three phases.
    pub rise: f64,
    /// The curve.
    pub anneal: Anneal,
    /// How many times lower the first rate is, d ≥ 1.
    pub div_factor: f64,
    /// How many times lower again the last rate is, f ≥ 1.
    pub final_div_factor: f64,
    /// Whether the descent is one or two.
    pub phases: Phases,
}

impl Default for OneCycle {
    /// α = 0.01, n = 1000, p = 0.3, cosine, d = 25, f = 10⁴, two phases.
    fn default() -> Self {
        Self {
            max_lr: 0.01,
            total: 1000,
            rise: 0.3,
            anneal: Anneal::Cosine,
            div_factor: 25.0,
            final_div_factor: 1e4,
            phases: Phases::Two,
        }
    }
}

impl OneCycle {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        let first = self.max_lr / self.div_factor;
        let last = first / self.final_div_factor;
        let (total, now) = (self.total as f64, t.min(self.total.saturating_sub(1)) as f64);
        let top = (self.rise * total - 1.0).max(0.0);
        let end = total - 1.0;
        let rise = (top, first, self.max_lr);
        let phases: &[_] = match self.phases {
            Phases::Two => &[rise, (end, self.max_lr, last)],
            Phases::Three => &[rise, (2.0 * top, self.max_lr, first), (end, first, last)],
        };
        let mut start = 0.0;
        for &(end, from, to) in phases {
            if now <= end {
                let part = if end > start { (now - start) / (end - start) } else { 1.0 };
                return match self.anneal {
                    Anneal::Cosine => anneal_cosine(from, to, part),
                    Anneal::Linear => from + (to - from) * part,
                };
            }
            start = end;
        }
        last
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        const NAME: &str = "one-cycle";
        positive(NAME, "max_lr", self.max_lr)?;
        at_least_one(NAME, "total", self.total)?;
        let most = if self.phases == Phases::Three { 0.5 } else { 1.0 };
        let holds = self.rise > 0.0 && self.rise < 1.0 && self.rise <= most;
        let expected = "it must lie between 0 and 1, and be at most 0.5 in three phases";
        check(NAME, "rise", self.rise, expected, holds)?;
        for (name, factor) in
            [("div_factor", self.div_factor), ("final_div_factor", self.final_div_factor)]
        {
            let holds = factor >= 1.0 && factor.is_finite();
            check(NAME, name, factor, "it must be finite and at least 1", holds)?;
        }
        Ok(())
    }
}
