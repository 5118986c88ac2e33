//! The share of correct predictions.

use crate::MetricError;
use crate::checks::check_lengths;

/// The share of predictions that are correct, (1/m) Σ \[yᵢ = ŷᵢ\].
///
/// It misleads where classes are imbalanced: see
/// [`ClassificationReport`](crate::ClassificationReport).
///
/// # Errors
///
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_metrics::accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), Ok(0.75));
/// ```
///
/// scikit-learn's `accuracy_score`.
pub fn accuracy(y_true: &[u32], y_pred: &[u32]) -> Result<f64, MetricError> {
    check_lengths("accuracy", y_true.len(), y_pred.len())?;
    let correct = y_true.iter().zip(y_pred).filter(|(t, p)| t == p).count();
    Ok(correct as f64 / y_true.len() as f64)
}
