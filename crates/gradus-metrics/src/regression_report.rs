//! All scores of predicted numbers at once.

use std::fmt;

use gradus_stats::Interval;
use serde::Serialize;

use crate::probability_report::interval_of_mean;
use crate::regression::errors;
use crate::{
    MetricError, Real, explained_variance, mae, mape, max_error, median_absolute_error, mse, r2,
};

/// The scores of predicted numbers; its `Display` is an aligned table.
///
/// The intervals of the mean errors are of 95%, from the spread of the rows' errors: right for many
/// independent rows, too narrow for few rows with wild errors.
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
///     "examples               4\n\
///      MSE                    0.375000 (95% interval 0.000000 to 1.064020)\n\
///      RMSE                   0.612372 (95% interval 0.000000 to 1.031513)\n\
///      MAE                    0.500000 (95% interval 0.000000 to 1.149614)\n\
///      median absolute error  0.500000\n\
///      largest error          1.000000\n\
///      MAPE                   0.327381\n\
///      R²                     0.948608\n\
///      explained variance     0.957173\n"
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
    /// The interval of the mean squared error; none of a single row.
    pub mse_interval: Option<Interval>,
    /// The interval of its root.
    pub rmse_interval: Option<Interval>,
    /// The interval of the mean absolute error.
    pub mae_interval: Option<Interval>,
    /// The [median of the absolute errors](median_absolute_error).
    pub median_absolute_error: f64,
    /// The [largest error](max_error).
    pub max_error: f64,
    /// The [mean absolute percentage error](mape), as a share.
    pub mape: f64,
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
        let interval = |cost: fn(f64) -> f64| {
            let costs: Vec<f64> = errors(y_true, y_pred).map(cost).collect();
            // A mean error is never negative.
            let positive = |x: Interval| Interval { lower: x.lower.max(0.0), ..x };
            Ok::<_, MetricError>(interval_of_mean(&costs)?.map(positive))
        };
        let mse_interval = interval(|e| e * e)?;
        let root = |x: Interval| Interval { lower: x.lower.sqrt(), upper: x.upper.sqrt(), ..x };
        Ok(Self {
            examples: y_true.len(),
            mse,
            rmse: mse.sqrt(),
            mae: mae(y_true, y_pred)?,
            mse_interval,
            rmse_interval: mse_interval.map(root),
            mae_interval: interval(f64::abs)?,
            median_absolute_error: median_absolute_error(y_true, y_pred)?,
            max_error: max_error(y_true, y_pred)?,
            mape: mape(y_true, y_pred)?,
            r2: r2(y_true, y_pred)?,
            explained_variance: explained_variance(y_true, y_pred)?,
        })
    }
}

impl fmt::Display for RegressionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:23}{}", "examples", self.examples)?;
        for (name, value, interval) in [
            ("MSE", self.mse, self.mse_interval),
            ("RMSE", self.rmse, self.rmse_interval),
            ("MAE", self.mae, self.mae_interval),
            ("median absolute error", self.median_absolute_error, None),
            ("largest error", self.max_error, None),
            ("MAPE", self.mape, None),
            ("R²", self.r2, None),
            ("explained variance", self.explained_variance, None),
        ] {
            write!(f, "{name:23}")?;
            number(f, value)?;
            if let Some(Interval { lower, upper, .. }) = interval {
                write!(f, " (95% interval ")?;
                number(f, lower)?;
                write!(f, " to ")?;
                number(f, upper)?;
                write!(f, ")")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Errors have the unit of the data, so their size is unknown beforehand.
fn number(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) && value.is_finite() {
        write!(f, "{value:.6e}")
    } else {
        write!(f, "{value:.6}")
    }
}
