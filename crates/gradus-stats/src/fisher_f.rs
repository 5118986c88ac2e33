//! Fisher's F distribution.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::distribution::{open_uniform, quantile};
use crate::error::check_positive;
use crate::special::{Side, Tails, beta_tails, log_beta_kernel, solve_tail};
use crate::{Continuous, StatsError};

/// The F distribution with ν₁ and ν₂ degrees of freedom, (χ²(ν₁)/ν₁) / (χ²(ν₂)/ν₂).
///
/// P(X ≤ x) = I_u(ν₁/2, ν₂/2), the incomplete beta ratio at u = ν₁x/(ν₁x + ν₂).
///
/// # Examples
///
/// ```
/// use gradus_stats::{Continuous, FisherF};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // With ν₁ = 2, P(X > x) = (1 + 2x/ν₂)^(−ν₂/2).
/// let f = FisherF::new(2.0, 10.0)?;
/// assert!((f.sf(45.0) / 1e-5 - 1.0).abs() < 1e-13);
/// # Ok(())
/// # }
/// ```
///
/// As R's `pf`; where mean or variance do not exist they are ∞ or NaN, as in scipy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct FisherF {
    df1: f64,
    df2: f64,
}

impl TryFrom<(f64, f64)> for FisherF {
    type Error = StatsError;

    fn try_from((df1, df2): (f64, f64)) -> Result<Self, StatsError> {
        Self::new(df1, df2)
    }
}

impl From<FisherF> for (f64, f64) {
    fn from(f: FisherF) -> Self {
        (f.df1, f.df2)
    }
}

impl FisherF {
    /// F with `df1` degrees of freedom in the numerator and `df2` in the denominator.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless both are positive and finite.
    pub fn new(df1: f64, df2: f64) -> Result<Self, StatsError> {
        check_positive("F", "df1", df1)?;
        check_positive("F", "df2", df2)?;
        Ok(Self { df1, df2 })
    }

    /// The degrees of freedom of the numerator.
    pub fn df1(&self) -> f64 {
        self.df1
    }

    /// The degrees of freedom of the denominator.
    pub fn df2(&self) -> f64 {
        self.df2
    }

    /// u = ν₁x/(ν₁x + ν₂) and 1 − u, each without cancellation.
    fn shares(&self, x: f64) -> (f64, f64) {
        let ratio = self.df1 / self.df2 * x;
        if ratio > 1.0 {
            // Not 1/ratio, which may have overflowed.
            let inverse = self.df2 / self.df1 / x;
            (1.0 / (1.0 + inverse), inverse / (1.0 + inverse))
        } else {
            (ratio / (1.0 + ratio), 1.0 / (1.0 + ratio))
        }
    }

    fn tails(&self, x: f64) -> Tails {
        if x <= 0.0 {
            return Tails::all(Side::Upper);
        }
        let (u, v) = self.shares(x);
        beta_tails(0.5 * self.df1, 0.5 * self.df2, u, v)
    }

    fn quantile(&self, p: f64, given: Side) -> Result<f64, StatsError> {
        let solve =
            |side, p| solve_tail(side, p, 1.0, f64::MAX, |x| self.tails(x), |x| self.log_pdf(x));
        quantile("F", p, (0.0, f64::INFINITY), solve, given)
    }
}

impl Continuous for FisherF {
    fn log_pdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        if x < 0.0 || x == f64::INFINITY {
            return f64::NEG_INFINITY;
        }
        if x == 0.0 {
            return match self.df1.total_cmp(&2.0) {
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => f64::NEG_INFINITY,
            };
        }
        let (u, v) = self.shares(x);
        log_beta_kernel(0.5 * self.df1, 0.5 * self.df2, u, v) - x.ln()
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
        if self.df2 > 2.0 { 1.0 / (1.0 - 2.0 / self.df2) } else { f64::INFINITY }
    }
    fn variance(&self) -> f64 {
        if self.df2 > 4.0 {
            let mean = self.mean();
            2.0 * mean * mean * (1.0 / self.df1 + (1.0 - 2.0 / self.df2) / self.df2)
                / (1.0 - 4.0 / self.df2)
        } else if self.df2 > 2.0 {
            f64::INFINITY
        } else {
            f64::NAN
        }
    }
    fn sample(&self, rng: &mut dyn Rng) -> f64 {
        match rand_distr::FisherF::new(self.df1, self.df2) {
            Ok(sampler) => rng.sample(sampler),
            Err(_) => self.ppf(open_uniform(rng)).unwrap_or(f64::NAN),
        }
    }
}
