//! How sure the shares are that a confusion matrix tells.

use gradus_stats::{Interval, ProportionMethod, proportion_interval};

use crate::{ConfusionMatrix, MetricError, Ratio};

impl ConfusionMatrix {
    /// The confidence interval of the accuracy (Wilson's).
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`] without rows; [`MetricError::Stats`] unless 0 < `level` < 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::ConfusionMatrix;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// // Ten of ten: the accuracy need not be 1.
    /// let matrix = ConfusionMatrix::from_labels(&[0; 10], &[0; 10], 2)?;
    /// let interval = matrix.accuracy_interval(0.95)?;
    /// assert!((interval.lower - 0.72246).abs() < 1e-5 && interval.upper == 1.0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn accuracy_interval(&self, level: f64) -> Result<Interval, MetricError> {
        if self.total() == 0 {
            return Err(MetricError::Empty { metric: "interval of the accuracy" });
        }
        Ok(wilson(self.correct(), self.total(), level)?)
    }

    /// The confidence interval of a [`Ratio`] of `class` that is a share of rows (Wilson's); none where
    /// the ratio is undefined.
    ///
    /// The rows it is a share of are taken as given: those that are predicted as `class` for the
    /// precision, those that are of it for the recall.
    ///
    /// # Errors
    ///
    /// [`MetricError::NotAShare`] for an F-score; [`MetricError::ClassOutOfRange`];
    /// [`MetricError::Stats`] unless 0 < `level` < 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{ConfusionMatrix, Ratio};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let matrix = ConfusionMatrix::from_labels(&[1, 1, 1, 0], &[1, 1, 0, 0], 2)?;
    /// let interval = matrix.interval(Ratio::Recall, 1, 0.95)?.expect("class 1 occurs");
    /// assert!(interval.contains(2.0 / 3.0) && interval.lower > 0.2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn interval(
        &self,
        ratio: Ratio,
        class: usize,
        level: f64,
    ) -> Result<Option<Interval>, MetricError> {
        let n_classes = self.n_classes();
        if class >= n_classes {
            return Err(MetricError::ClassOutOfRange { class, n_classes });
        }
        let (part, rest) = match ratio {
            Ratio::Precision => (self.true_positives(class), self.false_positives(class)),
            Ratio::Recall => (self.true_positives(class), self.false_negatives(class)),
            Ratio::Specificity => (self.true_negatives(class), self.false_positives(class)),
            Ratio::TypeIErrorRate => (self.false_positives(class), self.true_negatives(class)),
            Ratio::TypeIIErrorRate => (self.false_negatives(class), self.true_positives(class)),
            Ratio::FBeta(_) => return Err(MetricError::NotAShare),
        };
        // An invalid level is told even where there is no share.
        let interval = wilson(part, (part + rest).max(1), level)?;
        Ok((part + rest > 0).then_some(interval))
    }
}

fn wilson(part: u64, whole: u64, level: f64) -> Result<Interval, gradus_stats::StatsError> {
    proportion_interval(part, whole, level, ProportionMethod::Wilson)
}
