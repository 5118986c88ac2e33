//! The logarithmic score of predicted probabilities.

use serde::{Deserialize, Serialize};

use crate::brier::check_binary;
use crate::checks::{check_columns, check_distributions, check_labels};
use crate::sum::Sum;
use crate::{MetricError, Real};

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
    let mut loss = LogLoss::new();
    loss.push(y_true, probabilities)?;
    loss.value()
}

/// The [log-loss](log_loss) of two classes from the probabilities of class 1.
///
/// # Errors
///
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`]; [`MetricError::LabelOutOfRange`] unless the
/// truth is 0 or 1; [`MetricError::NotAProbability`].
///
/// # Examples
///
/// ```
/// let loss = gradus_metrics::binary_log_loss(&[1, 0], &[0.5, 0.5]);
/// assert_eq!(loss, Ok(2.0_f64.ln()));
/// ```
pub fn binary_log_loss<T: Real>(y_true: &[u32], probabilities: &[T]) -> Result<f64, MetricError> {
    let mut loss = LogLoss::new();
    loss.push_binary(y_true, probabilities)?;
    loss.value()
}

/// An accumulator of the [log-loss](log_loss), batch by batch; parts [merge](Self::merge).
///
/// # Examples
///
/// ```
/// use gradus_metrics::{LogLoss, log_loss};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let mut loss = LogLoss::new();
/// loss.push(&[0], &[&[0.75], &[0.25]])?;
/// loss.push(&[1], &[&[0.5], &[0.5]])?;
/// let whole = log_loss(&[0, 1], &[&[0.75, 0.5], &[0.25, 0.5]])?;
/// assert!((loss.value()? - whole).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LogLoss {
    sum: Sum,
    rows: u64,
}

impl LogLoss {
    /// The loss of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a batch of rows.
    ///
    /// # Errors
    ///
    /// As [`log_loss`]; nothing has changed then.
    pub fn push<T: Real>(
        &mut self,
        y_true: &[u32],
        probabilities: &[&[T]],
    ) -> Result<(), MetricError> {
        check_columns("log-loss", y_true.len(), probabilities)?;
        check_distributions(probabilities)?;
        check_labels("y_true", y_true, probabilities.len())?;
        for (row, &truth) in y_true.iter().enumerate() {
            self.add::<T>(probabilities[truth as usize][row].into());
        }
        Ok(())
    }

    /// Takes in a batch of rows of two classes, with the probabilities of class 1.
    ///
    /// # Errors
    ///
    /// As [`binary_log_loss`]; nothing has changed then.
    pub fn push_binary<T: Real>(
        &mut self,
        y_true: &[u32],
        probabilities: &[T],
    ) -> Result<(), MetricError> {
        check_binary("log-loss", y_true, probabilities)?;
        for (&truth, &p) in y_true.iter().zip(probabilities) {
            let p: f64 = p.into();
            self.add::<T>(if truth == 1 { p } else { 1.0 - p });
        }
        Ok(())
    }

    fn add<T: Real>(&mut self, p: f64) {
        self.sum.add(row_loss::<T>(p));
        self.rows += 1;
    }

    /// Takes in what another accumulator has seen.
    pub fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.rows += other.rows;
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The mean loss of a row.
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`] without rows.
    pub fn value(&self) -> Result<f64, MetricError> {
        if self.rows == 0 {
            return Err(MetricError::Empty { metric: "log-loss" });
        }
        Ok(self.sum.value() / self.rows as f64)
    }
}

/// The loss of a row whose true class had the probability p.
pub(crate) fn row_loss<T: Real>(p: f64) -> f64 {
    -p.clamp(T::EPSILON, 1.0 - T::EPSILON).ln()
}
