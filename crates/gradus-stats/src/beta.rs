//! The beta distribution.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::distribution::{open_uniform, quantile};
use crate::error::check_positive;
use crate::special::{Side, Tails, beta_tails, log_beta_kernel, solve_tail};
use crate::{Continuous, StatsError};

/// The beta distribution on [0, 1], f(x) = x^(α−1) (1−x)^(β−1) / B(α, β).
///
/// # Examples
///
/// ```
/// use gradus_stats::{Beta, Continuous};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // B(1, 3) has the distribution function 1 − (1−x)³.
/// let beta = Beta::new(1.0, 3.0)?;
/// assert!((beta.sf(0.9) / 1e-3 - 1.0).abs() < 1e-14);
/// assert!((beta.isf(1e-3)? - 0.9).abs() < 1e-14);
/// # Ok(())
/// # }
/// ```
///
/// As scipy's `beta`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct Beta {
    alpha: f64,
    beta: f64,
}

impl TryFrom<(f64, f64)> for Beta {
    type Error = StatsError;

    fn try_from((alpha, beta): (f64, f64)) -> Result<Self, StatsError> {
        Self::new(alpha, beta)
    }
}

impl From<Beta> for (f64, f64) {
    fn from(beta: Beta) -> Self {
        (beta.alpha, beta.beta)
    }
}

impl Beta {
    pub(crate) const UNIFORM: Self = Self { alpha: 1.0, beta: 1.0 };
    pub(crate) const JEFFREYS: Self = Self { alpha: 0.5, beta: 0.5 };

    /// Beta(α, β).
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless both are positive and finite.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, StatsError> {
        check_positive("beta", "alpha", alpha)?;
        check_positive("beta", "beta", beta)?;
        Ok(Self { alpha, beta })
    }

    /// α, for a rate one more than the successes seen from a uniform prior.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// β, for a rate one more than the failures seen from a uniform prior.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    fn tails(&self, x: f64) -> Tails {
        beta_tails(self.alpha, self.beta, x, 1.0 - x)
    }

    /// The distribution of 1 − X.
    fn mirrored(&self) -> Self {
        Self { alpha: self.beta, beta: self.alpha }
    }

    /// The x whose tail has probability p, fine near 0 and coarse near 1.
    fn solve(&self, side: Side, p: f64) -> f64 {
        let tails = |x| self.tails(x);
        solve_tail(side, p, self.mean(), 1.0, tails, |x| self.log_pdf(x))
    }

    fn quantile(&self, p: f64, given: Side) -> Result<f64, StatsError> {
        let solve = |side, p| {
            let half = self.tails(0.5).probability(side);
            match side {
                Side::Lower if half < p => 1.0 - self.mirrored().solve(Side::Upper, p),
                Side::Upper if half > p => 1.0 - self.mirrored().solve(Side::Lower, p),
                side => self.solve(side, p),
            }
        };
        quantile("beta", p, (0.0, 1.0), solve, given)
    }
}

impl Continuous for Beta {
    fn log_pdf(&self, x: f64) -> f64 {
        let y = 1.0 - x;
        if x.is_nan() {
            return x;
        }
        if !(0.0..=1.0).contains(&x) {
            return f64::NEG_INFINITY;
        }
        if x == 0.0 || y == 0.0 {
            let (at, other) =
                if x == 0.0 { (self.alpha, self.beta) } else { (self.beta, self.alpha) };
            return match at.total_cmp(&1.0) {
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => other.ln(),
                std::cmp::Ordering::Greater => f64::NEG_INFINITY,
            };
        }
        log_beta_kernel(self.alpha, self.beta, x, y) - x.ln() - (-x).ln_1p()
    }
    fn cdf(&self, x: f64) -> f64 {
        self.tails(x).probability(Side::Lower)
    }
    fn sf(&self, x: f64) -> f64 {
        self.tails(x).probability(Side::Upper)
    }
    fn log_cdf(&self, x: f64) -> f64 {
        self.tails(x).log_probability(Side::Lower)
    }
    fn log_sf(&self, x: f64) -> f64 {
        self.tails(x).log_probability(Side::Upper)
    }
    fn ppf(&self, p: f64) -> Result<f64, StatsError> {
        self.quantile(p, Side::Lower)
    }
    fn isf(&self, q: f64) -> Result<f64, StatsError> {
        self.quantile(q, Side::Upper)
    }
    fn mean(&self) -> f64 {
        1.0 / (1.0 + self.beta / self.alpha)
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        mean * (1.0 - mean) / (self.alpha + self.beta + 1.0)
    }
    fn sample(&self, rng: &mut dyn Rng) -> f64 {
        match rand_distr::Beta::new(self.alpha, self.beta) {
            Ok(sampler) => rng.sample(sampler),
            Err(_) => self.ppf(open_uniform(rng)).unwrap_or(f64::NAN),
        }
    }
}
