//! The logarithmic score of predicted probabilities.

use crate::{MetricError, Real, error::check_lengths, real::sum};

/// How far a row's probabilities may be from summing to 1; single precision reaches 1e-6.
const SUM_TOLERANCE: f64 = 1e-5;

/// The mean negative log-probability of the true classes, −(1/m) Σ ln pᵢ\[yᵢ\].
///
/// `probabilities` holds one slice of m values per class (the columns of an m×k column-major
/// matrix). Values are clipped to [ε, 1 − ε], ε the machine epsilon of `T`, so that a certain and
/// wrong prediction costs 36 (16 in `f32`) and not ∞.
///
/// # Errors
///
/// [`MetricError::LengthMismatch`] and [`MetricError::Empty`];
/// [`MetricError::ClassCount`] without classes; [`MetricError::LabelOutOfRange`];
/// [`MetricError::NotAProbability`] and [`MetricError::ProbabilitySum`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::log_loss;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// // Two rows: (¾, ¼) where class 0 is true and (½, ½) where class 1 is.
/// let loss = log_loss(&[0, 1], &[&[0.75, 0.5], &[0.25, 0.5]])?;
/// assert!((loss - (8.0_f64 / 3.0).ln() / 2.0).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `log_loss`, which only warns where a row does not sum to 1.
pub fn log_loss<T: Real>(y_true: &[u32], probabilities: &[&[T]]) -> Result<f64, MetricError> {
    let n_classes = probabilities.len();
    if n_classes == 0 {
        return Err(MetricError::ClassCount { n_classes });
    }
    for column in probabilities {
        check_lengths("log-loss", y_true.len(), column.len())?;
    }
    for row in 0..y_true.len() {
        let mut total = 0.0;
        for (class, column) in probabilities.iter().enumerate() {
            let value: f64 = column[row].into();
            if !(0.0..=1.0).contains(&value) {
                return Err(MetricError::NotAProbability { row, class, value });
            }
            total += value;
        }
        if (total - 1.0).abs() > SUM_TOLERANCE {
            return Err(MetricError::ProbabilitySum { row, sum: total });
        }
    }
    if let Some((index, &label)) =
        y_true.iter().enumerate().find(|&(_, &label)| label as usize >= n_classes)
    {
        let argument = "y_true";
        return Err(MetricError::LabelOutOfRange { argument, index, label, n_classes });
    }
    let losses = y_true.iter().enumerate().map(|(row, &label)| {
        let p: f64 = probabilities[label as usize][row].into();
        -p.clamp(T::EPSILON, 1.0 - T::EPSILON).ln()
    });
    Ok(sum(losses) / y_true.len() as f64)
}
