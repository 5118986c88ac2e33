//! Quantiles of samples.

use crate::StatsError;
use crate::error::{check_probability, check_values};

/// Quantiles of a sample, by linear interpolation (type 7 of Hyndman and Fan).
///
/// With the values in order x₀ ≤ … ≤ x₍ₙ₋₁₎ and h = (n−1)p, the quantile is x₍⌊h⌋₎ + (h−⌊h⌋)(x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎).
/// One result for each element of `probabilities`; the values are sorted once.
///
/// # Errors
///
/// [`StatsError::TooFew`] without values; [`StatsError::NotFinite`];
/// [`StatsError::NotAProbability`].
///
/// # Examples
///
/// ```
/// use gradus_stats::quantiles;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let quartiles = quantiles(&[4.0, 1.0, 3.0, 2.0], &[0.25, 0.5, 0.75])?;
/// assert_eq!(quartiles, [1.75, 2.5, 3.25]);
/// # Ok(())
/// # }
/// ```
///
/// The default of R's `quantile` and of numpy. R. Hyndman, Y. Fan, "Sample quantiles in statistical
/// packages" (1996).
pub fn quantiles(values: &[f64], probabilities: &[f64]) -> Result<Vec<f64>, StatsError> {
    check_values("quantile", values, 1)?;
    for (i, &p) in probabilities.iter().enumerate() {
        check_probability("quantile", format!("probabilities[{i}]"), p)?;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(probabilities.iter().map(|&p| of_sorted(&sorted, p)).collect())
}

/// One [quantile](quantiles) of a sample.
///
/// # Errors
///
/// As [`quantiles`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_stats::quantile(&[1.0, 2.0, 10.0], 0.75)?, 6.0);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn quantile(values: &[f64], p: f64) -> Result<f64, StatsError> {
    Ok(quantiles(values, &[p])?[0])
}

/// The median: the middle value, or the mean of the two in the middle.
///
/// # Errors
///
/// [`StatsError::TooFew`] without values; [`StatsError::NotFinite`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_stats::median(&[9.0, 1.0, 2.0, 4.0])?, 3.0);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn median(values: &[f64]) -> Result<f64, StatsError> {
    quantile(values, 0.5)
}

fn of_sorted(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = last as f64 * p;
    let below = (position.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    let share = position - below as f64;
    // The weighted mean cannot overflow where the difference would; equal ends keep their value.
    if low == high { low } else { (1.0 - share) * low + share * high }
}
