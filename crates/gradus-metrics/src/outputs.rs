//! Scores of several outputs at once.

use serde::Serialize;

use crate::{MetricError, Real};

/// One score for each output, and their mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputScores {
    /// The score of each output.
    pub per_output: Vec<f64>,
    /// Their plain mean.
    pub mean: f64,
}

/// Scores each of several outputs with a metric of one.
///
/// `y_true` and `y_pred` hold one slice of m values per output (the columns of an m×k column-major
/// matrix).
///
/// # Errors
///
/// [`MetricError::OutputCount`] when the numbers of outputs differ or are 0; those of the metric.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{per_output, rmse};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true: [&[f64]; 2] = [&[0.0, 0.0], &[5.0, 5.0]];
/// let y_pred: [&[f64]; 2] = [&[1.0, 1.0], &[5.0, 5.0]];
/// let scores = per_output(rmse, &y_true, &y_pred)?;
/// assert_eq!((scores.per_output, scores.mean), (vec![1.0, 0.0], 0.5));
/// # Ok(())
/// # }
/// ```
///
/// As `multioutput='uniform_average'` of scikit-learn: the mean of the roots, not the root of the mean.
pub fn per_output<T: Real>(
    metric: impl Fn(&[T], &[T]) -> Result<f64, MetricError>,
    y_true: &[&[T]],
    y_pred: &[&[T]],
) -> Result<OutputScores, MetricError> {
    if y_true.len() != y_pred.len() || y_true.is_empty() {
        return Err(MetricError::OutputCount { y_true: y_true.len(), y_pred: y_pred.len() });
    }
    let scores = y_true.iter().zip(y_pred).map(|(truth, predicted)| metric(truth, predicted));
    let per_output = scores.collect::<Result<Vec<f64>, _>>()?;
    let mean = per_output.iter().sum::<f64>() / per_output.len() as f64;
    Ok(OutputScores { per_output, mean })
}
