//! Whether one model is better than another on the same rows.

use gradus_stats::{
    Alternative, McNemarMethod, McNemarTest, StatsError, TTest, mcnemar, paired_t_test,
};
use serde::{Deserialize, Serialize};

use crate::checks::check_lengths;
use crate::regression::{check, errors};
use crate::{MetricError, Real};

/// The rows that two classifiers get right, and a test of whether they err equally often.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassifierComparison {
    /// The rows that both predict rightly.
    pub both_right: u64,
    /// Those that only the first does.
    pub only_first: u64,
    /// Those that only the second does.
    pub only_second: u64,
    /// Those that neither does.
    pub both_wrong: u64,
    /// McNemar's test.
    pub test: McNemarTest,
}

impl ClassifierComparison {
    /// The accuracy of the first less that of the second.
    pub fn difference(&self) -> f64 {
        let rows = self.both_right + self.only_first + self.only_second + self.both_wrong;
        (self.only_first as f64 - self.only_second as f64) / rows as f64
    }
}

/// Compares the predicted classes of two classifiers on the same rows (McNemar's test).
///
/// Only the rows on which one is right and the other wrong tell them apart. The test holds for given
/// classifiers; it does not know that another training set would have given others.
///
/// # Errors
///
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::{McNemarMethod, compare_classifiers};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true = [1; 10];
/// let second = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
/// let comparison = compare_classifiers(&y_true, &[1; 10], &second, McNemarMethod::Exact)?;
/// assert_eq!((comparison.only_first, comparison.only_second), (6, 0));
/// assert_eq!(comparison.difference(), 0.6);
/// assert!((comparison.test.p_value - 2.0 / 64.0).abs() < 1e-16);
/// # Ok(())
/// # }
/// ```
///
/// Source: T. Dietterich, "Approximate statistical tests for comparing supervised classification
/// learning algorithms" (1998).
pub fn compare_classifiers(
    y_true: &[u32],
    first: &[u32],
    second: &[u32],
    method: McNemarMethod,
) -> Result<ClassifierComparison, MetricError> {
    for predictions in [first, second] {
        check_lengths("comparison of classifiers", y_true.len(), predictions.len())?;
    }
    let mut counts = [0_u64; 4];
    for ((truth, first), second) in y_true.iter().zip(first).zip(second) {
        counts[2 * usize::from(truth != first) + usize::from(truth != second)] += 1;
    }
    let [both_right, only_first, only_second, both_wrong] = counts;
    let test = mcnemar(only_first, only_second, method)?;
    Ok(ClassifierComparison { both_right, only_first, only_second, both_wrong, test })
}

/// What an error of a predicted number costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorCost {
    /// (y − ŷ)², as the MSE counts it.
    #[default]
    Squared,
    /// |y − ŷ|, as the MAE counts it.
    Absolute,
}

/// Compares the predicted numbers of two models on the same rows: the paired t test of their costs row
/// by row.
///
/// `difference` is the mean cost of the first less that of the second: negative where the first is
/// better. The rows must be independent (not a series in time).
///
/// # Errors
///
/// As [`mse`](crate::mse), for either model; [`MetricError::Stats`] below two rows, and where the costs
/// differ by the same in every row, as they do if the predictions are equal.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{ErrorCost, compare_regressions};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true = [1.0, 2.0, 3.0, 4.0];
/// let (first, second) = ([1.1, 2.0, 2.9, 4.1], [1.5, 2.4, 3.6, 3.5]);
/// let test = compare_regressions(&y_true, &first, &second, ErrorCost::Absolute)?;
/// assert!((test.difference + 0.425).abs() < 1e-15);
/// assert!(test.p_value < 0.01 && test.interval(0.95)?.upper < 0.0);
/// # Ok(())
/// # }
/// ```
pub fn compare_regressions<T: Real>(
    y_true: &[T],
    first: &[T],
    second: &[T],
    cost: ErrorCost,
) -> Result<TTest, MetricError> {
    let costs = |y_pred: &[T]| -> Result<Vec<f64>, MetricError> {
        check("comparison of regressions", y_true, y_pred)?;
        let of = |error: f64| match cost {
            ErrorCost::Squared => error * error,
            ErrorCost::Absolute => error.abs(),
        };
        Ok(errors(y_true, y_pred).map(of).collect())
    };
    let test = paired_t_test(&costs(first)?, &costs(second)?, Alternative::TwoSided);
    test.map_err(|error: StatsError| error.into())
}
