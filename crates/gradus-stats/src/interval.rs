//! Confidence intervals.

use serde::{Deserialize, Serialize};

use crate::error::{check_level, check_values};
use crate::{Beta, Continuous, Moments, Normal, StatsError, StudentT};

/// An interval with its confidence (or credibility).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its lower end.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// The confidence, such as 0.95.
    pub level: f64,
}

impl Interval {
    /// Whether a value lies in the interval, its ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// How the interval of a proportion is computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProportionMethod {
    /// Wilson's score interval: the p₀ that a score test does not reject. Its coverage is near the
    /// level on average; the recommended one.
    #[default]
    Wilson,
    /// Clopper and Pearson's interval from the binomial tails: its coverage is at least the level,
    /// for every p.
    ClopperPearson,
}

/// The confidence interval of a mean, x̄ ± t₍ₙ₋₁₎ s/√n.
///
/// # Errors
///
/// [`StatsError::TooFew`] below two values; [`StatsError::NotFinite`];
/// [`StatsError::InvalidParameter`] unless 0 < `level` < 1.
///
/// # Examples
///
/// ```
/// use gradus_stats::mean_interval;
///
/// let interval = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95)?;
/// assert!((interval.lower - 1.0367568385224393).abs() < 1e-14);
/// assert!((interval.upper - 4.9632431614775605).abs() < 1e-14);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// As R's `t.test`.
pub fn mean_interval(values: &[f64], level: f64) -> Result<Interval, StatsError> {
    check_level("confidence interval of a mean", level)?;
    check_values("confidence interval of a mean", values, 2)?;
    let moments = Moments::of(values)?;
    let freedom = (moments.count() - 1) as f64;
    let t = StudentT::new(freedom)?.isf(0.5 * (1.0 - level))?;
    let (mean, half) = (moments.mean()?, t * moments.standard_error()?);
    Ok(Interval { lower: mean - half, upper: mean + half, level })
}

/// The confidence interval of a proportion from a number of successes.
///
/// Wilson: (p̂ + z²/2n ± z√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n). Clopper–Pearson: the α/2 quantile of
/// Beta(k, n−k+1) and the 1−α/2 quantile of Beta(k+1, n−k); 0 for k = 0, 1 for k = n.
///
/// # Errors
///
/// [`StatsError::TooFew`] without trials; [`StatsError::TooManySuccesses`];
/// [`StatsError::InvalidParameter`] unless 0 < `level` < 1.
///
/// # Examples
///
/// ```
/// use gradus_stats::{ProportionMethod, proportion_interval};
///
/// // No event in 20: the "rule of three" says about 3/20.
/// let exact = proportion_interval(0, 20, 0.95, ProportionMethod::ClopperPearson)?;
/// assert_eq!(exact.lower, 0.0);
/// assert!((exact.upper - (1.0 - 0.025_f64.powf(1.0 / 20.0))).abs() < 1e-15);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// As statsmodels' `proportion_confint` with `wilson` and `beta`. The textbook interval
/// p̂ ± z√(p̂(1−p̂)/n) is not offered: its coverage is poor (Brown, Cai, DasGupta 2001).
pub fn proportion_interval(
    successes: u64,
    trials: u64,
    level: f64,
    method: ProportionMethod,
) -> Result<Interval, StatsError> {
    const OF: &str = "confidence interval of a proportion";
    check_level(OF, level)?;
    if trials == 0 {
        return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
    }
    if successes > trials {
        return Err(StatsError::TooManySuccesses { of: OF, successes, trials });
    }
    let tail = 0.5 * (1.0 - level);
    let (k, n, rest) = (successes as f64, trials as f64, (trials - successes) as f64);
    let (lower, upper) = match method {
        ProportionMethod::Wilson => {
            let z = Normal::standard().isf(tail)?;
            (wilson_lower(k, rest, n, z), 1.0 - wilson_lower(rest, k, n, z))
        }
        ProportionMethod::ClopperPearson => (
            if successes == 0 { 0.0 } else { Beta::new(k, rest + 1.0)?.ppf(tail)? },
            if successes == trials { 1.0 } else { Beta::new(k + 1.0, rest)?.isf(tail)? },
        ),
    };
    Ok(Interval { lower, upper, level })
}

/// The smaller root of (k − np)² = z² n p(1−p), as the quotient that does not cancel.
fn wilson_lower(k: f64, rest: f64, n: f64, z: f64) -> f64 {
    let square = z * z;
    let root = z * (k * (rest / n) + 0.25 * square).sqrt();
    k * (k / n) / (k + 0.5 * square + root)
}
