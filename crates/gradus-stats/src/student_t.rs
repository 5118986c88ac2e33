//! Student's t distribution.

use std::f64::consts::LN_2;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::distribution::{open_uniform, quantile};
use crate::error::check_positive;
use crate::special::{
    LN_SQRT_2PI, Side, Tails, beta_tails, log_beta_kernel, solve_tail, stirling_error,
};
use crate::{Continuous, Normal, StatsError};

/// Student's t distribution with ν degrees of freedom, Z / √(χ²(ν)/ν).
///
/// f(t) = (1 + t²/ν)^(−(ν+1)/2) / (√ν B(ν/2, ½)); P(|T| > t) = I_x(ν/2, ½), the incomplete beta
/// ratio at x = ν/(ν + t²). ν need not be whole.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Continuous, StudentT};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let t = StudentT::new(10.0)?;
/// assert!((t.isf(0.025)? - 2.228138851986274).abs() < 1e-14);
/// // The p-value of a two-sided test.
/// assert!((2.0 * t.sf(2.228138851986274) - 0.05).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As R's `pt`; mean and variance that do not exist are NaN or ∞, as in scipy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct StudentT {
    df: f64,
}

impl TryFrom<f64> for StudentT {
    type Error = StatsError;

    fn try_from(df: f64) -> Result<Self, StatsError> {
        Self::new(df)
    }
}

impl From<StudentT> for f64 {
    fn from(t: StudentT) -> f64 {
        t.df
    }
}

/// Where ν/(ν + t²) is ν/t² to the last bit, and may be smaller than any number.
const REMOTE: f64 = 1e9;

impl StudentT {
    /// t with `df` degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless `df` is positive and finite.
    pub fn new(df: f64) -> Result<Self, StatsError> {
        check_positive("Student t", "df", df)?;
        Ok(Self { df })
    }

    /// The degrees of freedom.
    pub fn df(&self) -> f64 {
        self.df
    }

    /// P(|T| ≤ t) below and P(|T| > t) above, t ≥ 0.
    fn tails_of_size(&self, t: f64) -> Tails {
        let half = 0.5 * self.df;
        let ratio = t / self.df.sqrt();
        if ratio > REMOTE {
            // x^a/(a B(a, ½)) is all that is left of the series.
            let log_inverse_beta = log_beta_kernel(half, 0.5, 0.5, 0.5) + (half + 0.5) * LN_2;
            return Tails::new(Side::Upper, log_inverse_beta - half.ln() - self.df * ratio.ln());
        }
        let square = ratio * ratio;
        let (x, y) = (1.0 / (1.0 + square), square / (1.0 + square));
        beta_tails(half, 0.5, x, y).mirrored()
    }

    fn tails(&self, t: f64) -> Tails {
        let size = self.tails_of_size(t.abs()).log_probability(Side::Upper);
        let direct = if t >= 0.0 { Side::Upper } else { Side::Lower };
        Tails::new(direct, size - LN_2)
    }

    /// The t ≥ 0 with P(T > t) = q, q ≤ ½.
    fn upper_quantile(&self, q: f64) -> f64 {
        if q == 0.5 {
            return 0.0;
        }
        // 1 − 2q is exact from ¼ on.
        let (side, p) =
            if q < 0.25 { (Side::Upper, 2.0 * q) } else { (Side::Lower, 1.0 - 2.0 * q) };
        let start = Normal::standard().isf(q).unwrap_or(1.0);
        let (tails, log_pdf) = (|t| self.tails_of_size(t), |t| LN_2 + self.log_pdf(t));
        solve_tail(side, p, start, f64::MAX, tails, log_pdf)
    }

    fn quantile(&self, p: f64, given: Side) -> Result<f64, StatsError> {
        let solve = |side, p| match side {
            Side::Lower => -self.upper_quantile(p),
            Side::Upper => self.upper_quantile(p),
        };
        quantile("Student t", p, (f64::NEG_INFINITY, f64::INFINITY), solve, given)
    }
}

impl Continuous for StudentT {
    fn log_pdf(&self, t: f64) -> f64 {
        let half = 0.5 * self.df;
        let ratio = t.abs() / self.df.sqrt();
        // ½ ln(1 + t²/ν), also where t² is beyond all numbers.
        let log_root = if ratio > REMOTE { ratio.ln() } else { 0.5 * (ratio * ratio).ln_1p() };
        // ln Γ(ν/2 + ½) − ln Γ(ν/2) − ½ ln(ν/2).
        let growth = if half < 1.0 {
            crate::special::log_gamma(half + 0.5) - crate::special::log_gamma(half + 1.0)
                + 0.5 * half.ln()
        } else {
            stirling_error(half + 0.5) - stirling_error(half) + half * (0.5 / half).ln_1p() - 0.5
        };
        growth - LN_SQRT_2PI - (self.df + 1.0) * log_root
    }
    fn cdf(&self, t: f64) -> f64 {
        self.tails(t).probability(Side::Lower)
    }
    fn sf(&self, t: f64) -> f64 {
        self.tails(t).probability(Side::Upper)
    }
    fn log_cdf(&self, t: f64) -> f64 {
        self.tails(t).log_probability(Side::Lower)
    }
    fn log_sf(&self, t: f64) -> f64 {
        self.tails(t).log_probability(Side::Upper)
    }
    fn ppf(&self, p: f64) -> Result<f64, StatsError> {
        self.quantile(p, Side::Lower)
    }
    fn isf(&self, q: f64) -> Result<f64, StatsError> {
        self.quantile(q, Side::Upper)
    }
    fn mean(&self) -> f64 {
        if self.df > 1.0 { 0.0 } else { f64::NAN }
    }
    fn variance(&self) -> f64 {
        if self.df > 2.0 {
            1.0 / (1.0 - 2.0 / self.df)
        } else if self.df > 1.0 {
            f64::INFINITY
        } else {
            f64::NAN
        }
    }
    fn sample(&self, rng: &mut dyn Rng) -> f64 {
        match rand_distr::StudentT::new(self.df) {
            Ok(sampler) => rng.sample(sampler),
            Err(_) => self.ppf(open_uniform(rng)).unwrap_or(f64::NAN),
        }
    }
}
