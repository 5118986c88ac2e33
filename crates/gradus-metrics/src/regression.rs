//! Scores of predicted numbers.

use crate::{MetricError, Real, error::check_lengths, real::sum};

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

fn share_explained(residual: f64, total: f64) -> f64 {
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

fn errors<T: Real>(y_true: &[T], y_pred: &[T]) -> impl Iterator<Item = f64> + Clone {
    values(y_true).zip(values(y_pred)).map(|(y, p)| y - p)
}

fn check<T: Real>(metric: &'static str, y_true: &[T], y_pred: &[T]) -> Result<(), MetricError> {
    check_lengths(metric, y_true.len(), y_pred.len())?;
    for (argument, y) in [("y_true", y_true), ("y_pred", y_pred)] {
        if let Some((index, value)) = values(y).enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(MetricError::NotFinite { argument, index, value });
        }
    }
    Ok(())
}
