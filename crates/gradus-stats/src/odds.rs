//! Probability, odds and logit.

use crate::StatsError;
use crate::error::{check_parameter, check_probability};

/// The odds p/(1−p) of a probability; ∞ for p = 1.
///
/// # Errors
///
/// [`StatsError::NotAProbability`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_stats::odds(0.75)?, 3.0);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn odds(p: f64) -> Result<f64, StatsError> {
    check_probability("odds", "p", p)?;
    Ok(p / (1.0 - p))
}

/// The probability o/(1+o) of odds; 1 for o = ∞.
///
/// # Errors
///
/// [`StatsError::InvalidParameter`] for negative or NaN odds.
///
/// # Examples
///
/// ```
/// use gradus_stats::probability_from_odds;
///
/// assert_eq!(probability_from_odds(3.0)?, 0.75);
/// assert_eq!(probability_from_odds(f64::INFINITY)?, 1.0);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn probability_from_odds(odds: f64) -> Result<f64, StatsError> {
    check_parameter("probability from odds", "odds", odds, odds >= 0.0, "at least 0")?;
    Ok(if odds > 1.0 { 1.0 / (1.0 + 1.0 / odds) } else { odds / (1.0 + odds) })
}

/// The logit ln(p/(1−p)), the logarithm of the odds; −∞ for 0 and ∞ for 1.
///
/// Accurate to a few ulp everywhere: also near ½, where it is near 0.
///
/// # Errors
///
/// [`StatsError::NotAProbability`].
///
/// # Examples
///
/// ```
/// use gradus_stats::{expit, logit};
///
/// assert!((logit(1e-300)? + 690.7755278982137).abs() < 1e-12);
/// assert!((expit(logit(0.3)?) - 0.3).abs() < 1e-16);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn logit(p: f64) -> Result<f64, StatsError> {
    check_probability("logit", "p", p)?;
    Ok(if p > 0.25 && p < 0.75 {
        // 2p − 1 is exact here.
        ((2.0 * p - 1.0) / (1.0 - p)).ln_1p()
    } else {
        p.ln() - (-p).ln_1p()
    })
}

/// The probability 1/(1+e⁻ᶻ) of log-odds z, the inverse of [`logit`].
///
/// It keeps its digits down to z = −745. NaN gives NaN.
///
/// # Examples
///
/// ```
/// use gradus_stats::expit;
///
/// assert_eq!(expit(0.0), 0.5);
/// assert!((expit(-40.0) / 4.248354255291589e-18 - 1.0).abs() < 1e-15);
/// assert_eq!((expit(-1e308), expit(1e308)), (0.0, 1.0));
/// ```
pub fn expit(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + (-z).exp())
    } else {
        let odds = z.exp();
        odds / (1.0 + odds)
    }
}
