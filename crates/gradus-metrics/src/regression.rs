//! Scores of predicted numbers.

use crate::checks::{check_finite, check_lengths, check_weights};
use crate::sum::sum;
use crate::{MetricError, Real};

/// The mean squared error, (1/m) Σ (yᵢ − ŷᵢ)².
///
/// # Errors
///
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`]; [`MetricError::NotFinite`] when a value
/// is NaN or infinite. The other scores of numbers fail alike.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{explained_variance, mae, mse, r2, rmse};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let (y_true, y_pred) = ([1.0, 2.0, 4.0], [2.0, 3.0, 5.0]);
/// assert_eq!(mse(&y_true, &y_pred)?, 1.0);
/// assert_eq!(rmse(&y_true, &y_pred)?, 1.0);
/// assert_eq!(mae(&y_true, &y_pred)?, 1.0);
/// assert!((r2(&y_true, &y_pred)? - 5.0 / 14.0).abs() < 1e-15);
/// // A constant bias leaves the variance explained.
/// assert_eq!(explained_variance(&y_true, &y_pred)?, 1.0);
/// # Ok(())
/// # }
/// ```
pub fn mse<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("mean squared error", y_true, y_pred)?;
    Ok(sum(errors(y_true, y_pred).map(|e| e * e)) / y_true.len() as f64)
}

/// The root of the mean squared error, in the unit of y.
///
/// # Errors
///
/// As [`mse`], which has an example.
pub fn rmse<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    mse(y_true, y_pred).map(f64::sqrt)
}

/// The mean absolute error, (1/m) Σ |yᵢ − ŷᵢ|.
///
/// # Errors
///
/// As [`mse`], which has an example.
pub fn mae<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("mean absolute error", y_true, y_pred)?;
    Ok(sum(errors(y_true, y_pred).map(f64::abs)) / y_true.len() as f64)
}

/// The coefficient of determination, R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)².
///
/// 1 for a perfect fit, 0 for always predicting ȳ, negative for worse than that. Where the truth is
/// constant it is 1 for a perfect fit and 0 otherwise; of a single value it is NaN.
///
/// # Errors
///
/// As [`mse`], which has an example.
///
/// As scikit-learn's `r2_score`, but that a constant truth is recognised by its values and not by
/// a sum of squares that rounding may leave above 0.
pub fn r2<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("R²", y_true, y_pred)?;
    if y_true.len() == 1 {
        return Ok(f64::NAN);
    }
    let residual = sum(errors(y_true, y_pred).map(|e| e * e));
    Ok(share_explained(residual, squared_deviations(|| values(y_true))))
}

/// The explained variance, 1 − Var(y − ŷ) / Var(y).
///
/// It differs from [`r2`] by forgiving a constant bias. Where the truth is constant it is 1 when
/// the errors are constant too and 0 otherwise.
///
/// # Errors
///
/// As [`mse`], which has an example.
///
/// As scikit-learn's `explained_variance_score`.
pub fn explained_variance<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("explained variance", y_true, y_pred)?;
    let residual = squared_deviations(|| errors(y_true, y_pred));
    Ok(share_explained(residual, squared_deviations(|| values(y_true))))
}

/// The mean absolute percentage error as a share, (1/m) Σ |yᵢ − ŷᵢ| / max(|yᵢ|, ε).
///
/// ε is the machine epsilon of `f64`: a truth of 0 makes it huge, and says that this is the wrong
/// score.
///
/// # Errors
///
/// As [`mse`].
///
/// # Examples
///
/// ```
/// // Off by a quarter and by a half.
/// assert_eq!(gradus_metrics::mape(&[4.0, 2.0], &[5.0, 1.0]), Ok(0.375));
/// ```
///
/// As scikit-learn's `mean_absolute_percentage_error`.
pub fn mape<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("mean absolute percentage error", y_true, y_pred)?;
    let shares = values(y_true).zip(errors(y_true, y_pred)).map(|(y, e)| percentage_error(y, e));
    Ok(sum(shares) / y_true.len() as f64)
}

pub(crate) fn percentage_error(truth: f64, error: f64) -> f64 {
    error.abs() / truth.abs().max(f64::EPSILON)
}

/// The largest absolute error, max |yᵢ − ŷᵢ|.
///
/// # Errors
///
/// As [`mse`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_metrics::max_error(&[4.0, 2.0], &[5.0, 4.0]), Ok(2.0));
/// ```
pub fn max_error<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("largest error", y_true, y_pred)?;
    Ok(errors(y_true, y_pred).fold(0.0, |largest, e| largest.max(e.abs())))
}

/// The median of the absolute errors, which a few wild ones do not move.
///
/// # Errors
///
/// As [`mse`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::median_absolute_error;
///
/// assert_eq!(median_absolute_error(&[0.0, 0.0, 0.0], &[1.0, 2.0, 1e9]), Ok(2.0));
/// ```
pub fn median_absolute_error<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<f64, MetricError> {
    check("median absolute error", y_true, y_pred)?;
    let sizes: Vec<f64> = errors(y_true, y_pred).map(f64::abs).collect();
    Ok(gradus_stats::median(&sizes)?)
}

/// The [median of the absolute errors](median_absolute_error) of weighted rows.
///
/// The error below and above which half of the weight lies; the mean of two where the weights divide
/// evenly between them.
///
/// # Errors
///
/// As [`mse`]; [`MetricError::WeightCount`], [`MetricError::InvalidWeight`],
/// [`MetricError::NoWeight`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::weighted_median_absolute_error;
///
/// let median = weighted_median_absolute_error(&[0.0; 3], &[1.0, 2.0, 3.0], &[1.0, 1.0, 5.0]);
/// assert_eq!(median, Ok(3.0));
/// ```
///
/// The other scores of weighted rows come from [`RegressionMoments`](crate::RegressionMoments).
pub fn weighted_median_absolute_error<T: Real>(
    y_true: &[T],
    y_pred: &[T],
    weights: &[f64],
) -> Result<f64, MetricError> {
    const METRIC: &str = "median absolute error";
    check(METRIC, y_true, y_pred)?;
    check_weights(METRIC, y_true.len(), weights)?;
    let mut rows: Vec<(f64, f64)> = errors(y_true, y_pred)
        .map(f64::abs)
        .zip(weights.iter().copied())
        .filter(|&(_, weight)| weight > 0.0)
        .collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * sum(rows.iter().map(|row| row.1));
    let mut below = 0.0;
    for (i, &(size, weight)) in rows.iter().enumerate() {
        below += weight;
        if below == half {
            return Ok(rows.get(i + 1).map_or(size, |next| 0.5 * size + 0.5 * next.0));
        }
        if below > half {
            return Ok(size);
        }
    }
    // Only where the weights are so large that their sum overflows.
    Ok(rows[rows.len() - 1].0)
}

pub(crate) fn share_explained(residual: f64, total: f64) -> f64 {
    if residual == 0.0 {
        1.0
    } else if total == 0.0 {
        0.0
    } else {
        1.0 - residual / total
    }
}

/// Σ (xᵢ − x̄)², which is 0 exactly when all values are equal.
fn squared_deviations<I: Iterator<Item = f64> + Clone>(values: impl Fn() -> I) -> f64 {
    let mut rest = values();
    let Some(first) = rest.next() else { return 0.0 };
    if rest.clone().all(|x| x == first) {
        return 0.0;
    }
    // Deviations from the first value lose nothing to a large common offset.
    let mean = sum(values().map(|x| x - first)) / values().count() as f64;
    sum(values().map(|x| ((x - first) - mean).powi(2)))
}

fn values<T: Real>(y: &[T]) -> impl Iterator<Item = f64> + Clone {
    y.iter().map(|&y| y.into())
}

/// The errors y − ŷ.
pub(crate) fn errors<T: Real>(y_true: &[T], y_pred: &[T]) -> impl Iterator<Item = f64> + Clone {
    values(y_true).zip(values(y_pred)).map(|(y, p)| y - p)
}

pub(crate) fn check<T: Real>(
    metric: &'static str,
    y_true: &[T],
    y_pred: &[T],
) -> Result<(), MetricError> {
    check_lengths(metric, y_true.len(), y_pred.len())?;
    check_finite("y_true", y_true)?;
    check_finite("y_pred", y_pred)
}
