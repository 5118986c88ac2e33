//! Whether the truth is among the best guesses.

use crate::checks::{check_columns, check_finite, check_labels};
use crate::{MetricError, Real};

/// The share of rows whose true class is among the k classes of the highest scores.
///
/// `scores` holds one slice of m values per class. Of equal scores the class of the smaller number
/// comes first, so that top-1 is the accuracy of predicting the first of the largest.
///
/// # Errors
///
/// [`MetricError::InvalidTopK`] unless k is from 1 to the number of classes;
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`], [`MetricError::ClassCount`];
/// [`MetricError::LabelOutOfRange`]; [`MetricError::NotFinite`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::top_k_accuracy;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let scores: [&[f64]; 3] = [&[0.5, 0.2], &[0.3, 0.1], &[0.2, 0.7]];
/// assert_eq!(top_k_accuracy(&[1, 2], &scores, 1)?, 0.5);
/// assert_eq!(top_k_accuracy(&[1, 2], &scores, 2)?, 1.0);
/// # Ok(())
/// # }
/// ```
///
/// scikit-learn's `top_k_accuracy_score` prefers the class of the larger number.
pub fn top_k_accuracy<T: Real>(
    y_true: &[u32],
    scores: &[&[T]],
    k: usize,
) -> Result<f64, MetricError> {
    let n_classes = scores.len();
    check_columns("top-k accuracy", y_true.len(), scores)?;
    if k == 0 || k > n_classes {
        return Err(MetricError::InvalidTopK { k, n_classes });
    }
    check_labels("y_true", y_true, n_classes)?;
    scores.iter().try_for_each(|column| check_finite("scores", column))?;
    let found = y_true.iter().enumerate().filter(|&(row, &truth)| {
        let truth = truth as usize;
        let own: f64 = scores[truth][row].into();
        let better = scores.iter().enumerate().filter(|(class, column)| {
            let other: f64 = column[row].into();
            other > own || (other == own && *class < truth)
        });
        better.count() < k
    });
    Ok(found.count() as f64 / y_true.len() as f64)
}
