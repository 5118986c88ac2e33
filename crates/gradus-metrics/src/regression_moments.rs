//! Scores of predicted numbers, row by row.

use gradus_stats::{StatsError, WeightedMoments};
use serde::{Deserialize, Serialize};

use crate::regression::{percentage_error, share_explained};
use crate::sum::Sum;
use crate::{MetricError, Real};

/// An accumulator of the errors of predicted numbers: one pass, weighted rows, mergeable.
///
/// It never holds more than a dozen numbers, so that a stream of any length can be scored, and parts
/// scored apart [merge](Self::merge) to the whole. A weight k is a row repeated k times; a row of weight
/// 0 is left out.
///
/// # Examples
///
/// ```
/// use gradus_metrics::RegressionMoments;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let mut moments = RegressionMoments::new();
/// moments.push(3.0, 2.5)?;
/// moments.push(-0.5, 0.0)?;
/// let mut rest = RegressionMoments::new();
/// rest.push(2.0, 2.0)?;
/// rest.push(7.0, 8.0)?;
/// moments.merge(&rest);
/// assert_eq!((moments.mse()?, moments.mae()?), (0.375, 0.5));
/// assert!((moments.r2()? - 0.9486081370449679).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As `sample_weight` of scikit-learn's scores of regression.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct RegressionMoments {
    rows: u64,
    truth: WeightedMoments,
    error: WeightedMoments,
    weight: Sum,
    squared: Sum,
    absolute: Sum,
    percentage: Sum,
    max_error: f64,
}

impl RegressionMoments {
    /// The errors of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a row.
    ///
    /// # Errors
    ///
    /// [`MetricError::NotFinite`], with the number of rows before it; nothing has changed then.
    pub fn push<T: Real>(&mut self, y_true: T, y_pred: T) -> Result<(), MetricError> {
        self.push_weighted(y_true, y_pred, 1.0)
    }

    /// Takes in a row with its weight.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push); [`MetricError::InvalidWeight`] for a weight that is negative or not
    /// finite; [`MetricError::Stats`] when the error itself is not finite.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::RegressionMoments;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let mut moments = RegressionMoments::new();
    /// moments.push_weighted(1.0, 2.0, 3.0)?;
    /// moments.push_weighted(1.0, 1.0, 1.0)?;
    /// assert_eq!(moments.mse()?, 0.75);
    /// # Ok(())
    /// # }
    /// ```
    pub fn push_weighted<T: Real>(
        &mut self,
        y_true: T,
        y_pred: T,
        weight: f64,
    ) -> Result<(), MetricError> {
        let (truth, predicted): (f64, f64) = (y_true.into(), y_pred.into());
        let index = self.rows as usize;
        for (argument, value) in [("y_true", truth), ("y_pred", predicted)] {
            if !value.is_finite() {
                return Err(MetricError::NotFinite { argument, index, value });
            }
        }
        if !(weight >= 0.0 && weight.is_finite()) {
            return Err(MetricError::InvalidWeight { index, weight });
        }
        if weight == 0.0 {
            return Ok(());
        }
        let error = truth - predicted;
        self.error.push(error, weight)?;
        self.truth.push(truth, weight)?;
        self.rows += 1;
        self.weight.add(weight);
        self.squared.add(weight * error * error);
        self.absolute.add(weight * error.abs());
        self.percentage.add(weight * percentage_error(truth, error));
        self.max_error = self.max_error.max(error.abs());
        Ok(())
    }

    /// Takes in what another accumulator has seen.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.truth.merge(&other.truth);
        self.error.merge(&other.error);
        self.weight.merge(&other.weight);
        self.squared.merge(&other.squared);
        self.absolute.merge(&other.absolute);
        self.percentage.merge(&other.percentage);
        self.max_error = self.max_error.max(other.max_error);
    }

    /// The number of rows whose weight is above 0.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn mean(&self, metric: &'static str, sum: &Sum) -> Result<f64, MetricError> {
        if self.rows == 0 {
            return Err(MetricError::Empty { metric });
        }
        Ok(sum.value() / self.weight.value())
    }

    /// The [mean squared error](crate::mse).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`] without rows, as of all other figures.
    pub fn mse(&self) -> Result<f64, MetricError> {
        self.mean("mean squared error", &self.squared)
    }

    /// The [root mean squared error](crate::rmse).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn rmse(&self) -> Result<f64, MetricError> {
        self.mse().map(f64::sqrt)
    }

    /// The [mean absolute error](crate::mae).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn mae(&self) -> Result<f64, MetricError> {
        self.mean("mean absolute error", &self.absolute)
    }

    /// The [mean absolute percentage error](crate::mape).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn mape(&self) -> Result<f64, MetricError> {
        self.mean("mean absolute percentage error", &self.percentage)
    }

    /// The [largest error](crate::max_error).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn max_error(&self) -> Result<f64, MetricError> {
        if self.rows == 0 {
            return Err(MetricError::Empty { metric: "largest error" });
        }
        Ok(self.max_error)
    }

    /// The [coefficient of determination](crate::r2).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn r2(&self) -> Result<f64, MetricError> {
        let residual = self.mse()?;
        if self.rows == 1 {
            return Ok(f64::NAN);
        }
        Ok(share_explained(residual, variance("R²", &self.truth)?))
    }

    /// The [explained variance](crate::explained_variance).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`].
    pub fn explained_variance(&self) -> Result<f64, MetricError> {
        const METRIC: &str = "explained variance";
        Ok(share_explained(variance(METRIC, &self.error)?, variance(METRIC, &self.truth)?))
    }
}

fn variance(metric: &'static str, moments: &WeightedMoments) -> Result<f64, MetricError> {
    moments.population_variance().map_err(|error| match error {
        StatsError::TooFew { .. } => MetricError::Empty { metric },
        other => MetricError::Stats(other),
    })
}
