//! The uncertainty of the area under the ROC curve.

use gradus_stats::{Continuous, Interval, Normal};
use serde::Serialize;

use crate::ranked::check_scores;
use crate::sum::sum;
use crate::ties::key_of;
use crate::{MetricError, RankedScores, Real};

/// An area under the ROC curve with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AucEstimate {
    /// The [area](crate::roc_auc).
    pub auc: f64,
    /// DeLong's standard error.
    pub standard_error: f64,
}

impl AucEstimate {
    /// The confidence interval A ± z·se, cut at 0 and 1.
    ///
    /// A perfect ranking has a standard error of 0 and an interval without width, which says only that
    /// the data cannot tell.
    ///
    /// # Errors
    ///
    /// [`MetricError::Stats`] unless 0 < `level` < 1.
    pub fn interval(&self, level: f64) -> Result<Interval, MetricError> {
        let unit = Normal::standard().central_interval(level)?;
        let end = |z: f64| (self.auc + z * self.standard_error).clamp(0.0, 1.0);
        Ok(Interval { lower: end(unit.lower), upper: end(unit.upper), level })
    }
}

/// The area under the ROC curve with DeLong's standard error.
///
/// With the share Vᵢ of negative rows that positive row i outranks (ties ½) and the share Wⱼ of positive
/// rows that outrank negative row j: se² = s²(V)/P + s²(W)/N, s² the sample variances. O(m log m).
///
/// # Errors
///
/// As [`roc_auc`](crate::roc_auc); [`MetricError::TooFewRows`] below two positive or two negative rows.
///
/// # Examples
///
/// ```
/// use gradus_metrics::auc_estimate;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let estimate = auc_estimate(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// // V = (½, 1) and W = (1, ½): variances of ⅛, over 2 rows each.
/// assert_eq!(estimate.auc, 0.75);
/// assert!((estimate.standard_error - 0.125_f64.sqrt()).abs() < 1e-15);
/// let interval = estimate.interval(0.95)?;
/// assert!(interval.lower < 0.06 && interval.upper == 1.0);
/// # Ok(())
/// # }
/// ```
///
/// As `ci.auc` of R's pROC. Source: E. DeLong, D. DeLong, D. Clarke-Pearson, "Comparing the areas under
/// two or more correlated receiver operating characteristic curves" (1988).
pub fn auc_estimate<T: Real>(y_true: &[u32], scores: &[T]) -> Result<AucEstimate, MetricError> {
    check_scores(INTERVAL, y_true, scores)?;
    RankedScores::new(y_true, scores)?.auc_estimate()
}

/// What is computed, in messages.
const INTERVAL: &str = "interval of the ROC AUC";

impl RankedScores {
    /// The area under the ROC curve with DeLong's standard error; see [`auc_estimate`]. A weight k is a
    /// row repeated k times, in the standard error too.
    ///
    /// # Errors
    ///
    /// [`MetricError::TooFewRows`] unless there are two positive and two negative rows, by weight.
    pub fn auc_estimate(&self) -> Result<AucEstimate, MetricError> {
        let (positives, negatives) = (self.positives(), self.negatives());
        for (class, rows) in [(1, positives), (0, negatives)] {
            if rows < 2.0 {
                return Err(MetricError::TooFewRows {
                    metric: INTERVAL,
                    class,
                    rows: rows as usize,
                });
            }
        }
        // All rows of one score have the same share, so that the ties alone tell the variances.
        let groups: Vec<[f64; 4]> = self
            .rises()
            .map(|(step, n, p)| {
                let below = negatives - step.false_positives;
                let above = step.true_positives - p;
                [p, (below + 0.5 * n) / negatives, n, (above + 0.5 * p) / positives]
            })
            .collect();
        let auc = sum(groups.iter().map(|[p, share, ..]| p * share)) / positives;
        let spread = |rows: usize, share: usize| {
            sum(groups.iter().map(|group| group[rows] * (group[share] - auc).powi(2)))
        };
        let variance = spread(0, 1) / (positives * (positives - 1.0))
            + spread(2, 3) / (negatives * (negatives - 1.0));
        Ok(AucEstimate { auc, standard_error: variance.sqrt() })
    }
}

/// Two areas under ROC curves on the same rows, compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AucComparison {
    /// The area of the first scores.
    pub first: AucEstimate,
    /// The area of the second scores.
    pub second: AucEstimate,
    /// The first area less the second.
    pub difference: f64,
    /// The standard error of the difference, which knows that the rows are the same.
    pub standard_error: f64,
    /// difference / standard error; 0 when both are 0.
    pub z: f64,
    /// The probability of so large a |z| if the areas are equal.
    pub p_value: f64,
}

impl AucComparison {
    /// The confidence interval of the difference.
    ///
    /// # Errors
    ///
    /// [`MetricError::Stats`] unless 0 < `level` < 1.
    pub fn interval(&self, level: f64) -> Result<Interval, MetricError> {
        let unit = Normal::standard().central_interval(level)?;
        let end = |z: f64| self.difference + z * self.standard_error;
        Ok(Interval { lower: end(unit.lower), upper: end(unit.upper), level })
    }
}

/// DeLong's test of whether two scores of the same rows have the same area under the ROC curve.
///
/// As [`auc_estimate`], with the variances of the differences V⁽¹⁾ᵢ − V⁽²⁾ᵢ and W⁽¹⁾ⱼ − W⁽²⁾ⱼ. Without any
/// difference the p-value is 1.
///
/// # Errors
///
/// As [`auc_estimate`], for either score.
///
/// # Examples
///
/// ```
/// use gradus_metrics::compare_aucs;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true = [0, 0, 0, 1, 1, 1];
/// let good = [0.1, 0.3, 0.2, 0.8, 0.7, 0.9];
/// let poor = [0.6, 0.2, 0.7, 0.5, 0.9, 0.3];
/// let test = compare_aucs(&y_true, &good, &poor)?;
/// assert!((test.difference - 4.0 / 9.0).abs() < 1e-15);
/// // Six rows prove nothing.
/// assert!((test.z - 2.0_f64.sqrt()).abs() < 1e-14 && test.p_value > 0.15);
/// # Ok(())
/// # }
/// ```
///
/// As `roc.test` of R's pROC. Source: DeLong, DeLong, Clarke-Pearson (1988); the ranks by X. Sun, W. Xu,
/// "Fast implementation of DeLong's algorithm" (2014).
pub fn compare_aucs<T: Real>(
    y_true: &[u32],
    first: &[T],
    second: &[T],
) -> Result<AucComparison, MetricError> {
    let estimates = [auc_estimate(y_true, first)?, auc_estimate(y_true, second)?];
    let (positives, negatives) = sizes("comparison of ROC AUCs", y_true)?;
    let [left, right] =
        [first, second].map(|scores| placements(y_true, scores, positives, negatives));
    let difference = estimates[0].auc - estimates[1].auc;
    let gaps = || y_true.iter().zip(left.iter().zip(&right)).map(|(t, (a, b))| (*t, a - b));
    let variance = |class: u32, rows: f64| {
        let of_class = gaps().filter(|&(truth, _)| truth == class);
        sum(of_class.map(|(_, gap)| (gap - difference).powi(2))) / (rows * (rows - 1.0))
    };
    let standard_error = (variance(1, positives) + variance(0, negatives)).sqrt();
    let z = if difference == 0.0 { 0.0 } else { difference / standard_error };
    let p_value = 2.0 * Normal::standard().sf(z.abs());
    let [first, second] = estimates;
    Ok(AucComparison { first, second, difference, standard_error, z, p_value })
}

/// Each row's share of the rows of the other class that are ranked rightly against it.
fn placements<T: Real>(y_true: &[u32], scores: &[T], positives: f64, negatives: f64) -> Vec<f64> {
    let mut order: Vec<(u64, u32, usize)> = y_true
        .iter()
        .zip(scores)
        .enumerate()
        .map(|(row, (&truth, &score))| (key_of(score.into()), truth, row))
        .collect();
    order.sort_unstable_by_key(|row| row.0);
    let mut placements = vec![0.0; order.len()];
    let (mut below, mut above) = (0.0, positives);
    for tie in order.chunk_by(|a, b| a.0 == b.0) {
        let p = tie.iter().filter(|row| row.1 == 1).count() as f64;
        let n = tie.len() as f64 - p;
        above -= p;
        for &(_, truth, row) in tie {
            placements[row] = if truth == 1 {
                (below + 0.5 * n) / negatives
            } else {
                (above + 0.5 * p) / positives
            };
        }
        below += n;
    }
    placements
}

/// The numbers of positive and of negative rows, which have to be two at least.
fn sizes(metric: &'static str, y_true: &[u32]) -> Result<(f64, f64), MetricError> {
    let positives = y_true.iter().filter(|&&truth| truth == 1).count();
    let negatives = y_true.len() - positives;
    for (class, rows) in [(1, positives), (0, negatives)] {
        if rows < 2 {
            return Err(MetricError::TooFewRows { metric, class, rows });
        }
    }
    Ok((positives as f64, negatives as f64))
}
