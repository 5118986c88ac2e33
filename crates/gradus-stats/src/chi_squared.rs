//! The χ² distribution.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::distribution::{open_uniform, quantile};
use crate::error::check_positive;
use crate::special::solve_tail;
use crate::special::{Side, Tails, gamma_tails, log_gamma_kernel};
use crate::{Continuous, StatsError};

/// The χ² distribution with ν degrees of freedom, the sum of ν squared standard normals.
///
/// f(x) = x^(ν/2−1) e^(−x/2) / (2^(ν/2) Γ(ν/2)), x ≥ 0; P(X ≤ x) = P(ν/2, x/2), the incomplete gamma
/// ratio. ν need not be whole.
///
/// # Examples
///
/// ```
/// use gradus_stats::{ChiSquared, Continuous};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // With two degrees of freedom, P(X > x) = exp(−x/2).
/// let chi2 = ChiSquared::new(2.0)?;
/// assert!((chi2.sf(1000.0) / (-500.0_f64).exp() - 1.0).abs() < 1e-13);
/// assert_eq!(chi2.log_sf(2e5), -1e5);
/// # Ok(())
/// # }
/// ```
///
/// As R's `pchisq`; the work is bounded for any ν.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct ChiSquared {
    df: f64,
}

impl TryFrom<f64> for ChiSquared {
    type Error = StatsError;

    fn try_from(df: f64) -> Result<Self, StatsError> {
        Self::new(df)
    }
}

impl From<ChiSquared> for f64 {
    fn from(chi2: ChiSquared) -> f64 {
        chi2.df
    }
}

impl ChiSquared {
    /// χ² with `df` degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless `df` is positive and finite.
    pub fn new(df: f64) -> Result<Self, StatsError> {
        check_positive("chi-squared", "df", df)?;
        Ok(Self { df })
    }

    /// The degrees of freedom.
    pub fn df(&self) -> f64 {
        self.df
    }

    fn tails(&self, x: f64) -> Tails {
        gamma_tails(0.5 * self.df, 0.5 * x)
    }

    fn quantile(&self, p: f64, given: Side) -> Result<f64, StatsError> {
        let solve = |side, p| {
            let tails = |x| self.tails(x);
            solve_tail(side, p, self.df, f64::MAX, tails, |x| self.log_pdf(x))
        };
        quantile("chi-squared", p, (0.0, f64::INFINITY), solve, given)
    }
}

impl Continuous for ChiSquared {
    fn log_pdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        if x < 0.0 || x == f64::INFINITY {
            return f64::NEG_INFINITY;
        }
        let half = 0.5 * self.df;
        if x == 0.0 {
            return match self.df.total_cmp(&2.0) {
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => -std::f64::consts::LN_2,
                std::cmp::Ordering::Greater => f64::NEG_INFINITY,
            };
        }
        log_gamma_kernel(half, 0.5 * x) + half.ln() - x.ln()
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
        self.df
    }
    fn variance(&self) -> f64 {
        2.0 * self.df
    }
    fn sample(&self, rng: &mut dyn Rng) -> f64 {
        match rand_distr::ChiSquared::new(self.df) {
            Ok(sampler) => rng.sample(sampler),
            Err(_) => self.ppf(open_uniform(rng)).unwrap_or(f64::NAN),
        }
    }
}
