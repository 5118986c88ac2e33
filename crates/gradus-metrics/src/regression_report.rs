//! All scores of predicted numbers at once.

use std::fmt;

use serde::Serialize;

use crate::{MetricError, Real, explained_variance, mae, mse, r2};

/// The scores of predicted numbers.
///
/// # Examples
///
/// ```
/// use gradus_metrics::RegressionReport;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let report = RegressionReport::new(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0])?;
/// assert_eq!(report.mse, 0.375);
/// assert_eq!(
///     report.to_string(),
///     "examples             4\n\
///      MSE                  0.375000\n\
///      RMSE                 0.612372\n\
///      MAE                  0.500000\n\
///      R²                   0.948608\n\
///      explained variance   0.957173\n"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RegressionReport {
    /// The number of predictions.
    pub examples: usize,
    /// The [mean squared error](mse).
    pub mse: f64,
    /// The [root](crate::rmse) of the mean squared error.
    pub rmse: f64,
    /// The [mean absolute error](mae).
    pub mae: f64,
    /// The [coefficient of determination](r2).
    pub r2: f64,
    /// The [explained variance](explained_variance).
    pub explained_variance: f64,
}

impl RegressionReport {
    /// Scores the predictions.
    ///
    /// # Errors
    ///
    /// As [`mse`].
    pub fn new<T: Real>(y_true: &[T], y_pred: &[T]) -> Result<Self, MetricError> {
        let mse = mse(y_true, y_pred)?;
        Ok(Self {
            examples: y_true.len(),
            mse,
            rmse: mse.sqrt(),
            mae: mae(y_true, y_pred)?,
            r2: r2(y_true, y_pred)?,
            explained_variance: explained_variance(y_true, y_pred)?,
        })
    }
}

impl fmt::Display for RegressionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:21}{}", "examples", self.examples)?;
        for (name, value) in [
            ("MSE", self.mse),
            ("RMSE", self.rmse),
            ("MAE", self.mae),
            ("R²", self.r2),
            ("explained variance", self.explained_variance),
        ] {
            // Errors have the unit of the data, so their size is unknown beforehand.
            if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) && value.is_finite() {
                writeln!(f, "{name:21}{value:.6e}")?;
            } else {
                writeln!(f, "{name:21}{value:.6}")?;
            }
        }
        Ok(())
    }
}
