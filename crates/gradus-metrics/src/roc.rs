//! The ROC curve and the area under it.

use serde::Serialize;

use crate::ranked::{check_scores, rows};
use crate::ties::visit_ties;
use crate::{MetricError, RankedScores, Real};

/// The area under the ROC curve: the probability that a positive row scores higher than a negative
/// one, ties counted ½.
///
/// (1/PN) Σ (\[sᵢ > sⱼ\] + ½ \[sᵢ = sⱼ\]) over the P positive rows i and N negative rows j: the statistic
/// of Mann and Whitney. It is exact up to the last rounding, in O(m log m). NaN when the truth is of one
/// class.
///
/// # Errors
///
/// As [`RankedScores::new`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::roc_auc;
///
/// assert_eq!(roc_auc(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8]), Ok(0.75));
/// // Only the order counts, and a tie counts one half.
/// assert_eq!(roc_auc(&[0, 1], &[-3.0_f32, -3.0]), Ok(0.5));
/// ```
///
/// As scikit-learn's `roc_auc_score`. Source: J. Hanley, B. McNeil, "The meaning and use of the area
/// under a receiver operating characteristic (ROC) curve" (1982).
pub fn roc_auc<T: Real>(y_true: &[u32], scores: &[T]) -> Result<f64, MetricError> {
    check_scores("ROC AUC", y_true, scores)?;
    Ok(auc(rows(y_true, scores, 1)))
}

/// The area of rows that have been checked.
pub(crate) fn auc<T: Real>(rows: impl Iterator<Item = (bool, T)> + Clone) -> f64 {
    let (mut positives, mut negatives, mut doubled) = (0_u64, 0_u64, 0_u128);
    visit_ties(rows, |tie| {
        doubled += u128::from(tie.positives) * u128::from(2 * negatives + tie.negatives);
        positives += tie.positives;
        negatives += tie.negatives;
    });
    doubled as f64 / (2.0 * positives as f64 * negatives as f64)
}

/// The ROC curve: the true positive rate over the false positive rate, as the threshold falls.
///
/// The first point is (0, 0) with the threshold ∞, where nothing is predicted positive; then one point
/// for each distinct score. The rate of a class that does not occur is NaN.
///
/// # Examples
///
/// ```
/// use gradus_metrics::RankedScores;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let curve = RankedScores::new(&[0, 0, 1, 1], &[0.1, 0.2, 0.3, 0.4])?.roc_curve();
/// assert_eq!(curve.fpr, [0.0, 0.0, 0.0, 0.5, 1.0]);
/// assert_eq!(curve.tpr, [0.0, 0.5, 1.0, 1.0, 1.0]);
/// assert_eq!(curve.thresholds, [f64::INFINITY, 0.4, 0.3, 0.2, 0.1]);
/// assert_eq!(curve.simplified().fpr, [0.0, 0.0, 0.0, 1.0]);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `roc_curve(drop_intermediate=False)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RocCurve {
    /// FP/(FP+TN), 1 − specificity.
    pub fpr: Vec<f64>,
    /// TP/(TP+FN), the recall.
    pub tpr: Vec<f64>,
    /// The thresholds, falling.
    pub thresholds: Vec<f64>,
    /// How many rows each point adds: false positives, then true positives.
    #[serde(skip)]
    rises: Vec<[f64; 2]>,
}

impl RocCurve {
    pub(crate) fn of(ranked: &RankedScores) -> Self {
        let points = ranked.steps().len() + 1;
        let mut curve = Self {
            fpr: Vec::with_capacity(points),
            tpr: Vec::with_capacity(points),
            thresholds: Vec::with_capacity(points),
            rises: Vec::with_capacity(points),
        };
        let mut before = [0.0, 0.0];
        let mut point = |threshold, now: [f64; 2]| {
            curve.fpr.push(now[0] / ranked.negatives());
            curve.tpr.push(now[1] / ranked.positives());
            curve.thresholds.push(threshold);
            curve.rises.push([now[0] - before[0], now[1] - before[1]]);
            before = now;
        };
        point(f64::INFINITY, [0.0, 0.0]);
        for step in ranked.steps() {
            point(step.threshold, [step.false_positives, step.true_positives]);
        }
        curve
    }

    /// The curve without each point whose step to the next is that which led to it: they lie on a
    /// straight line. The first two and the last point stay.
    ///
    /// As scikit-learn's `drop_intermediate`.
    pub fn simplified(&self) -> Self {
        let last = self.thresholds.len() - 1;
        let stays = |i: usize| i <= 1 || i == last || self.rises[i] != self.rises[i + 1];
        let kept: Vec<usize> = (0..=last).filter(|&i| stays(i)).collect();
        let pick = |values: &[f64]| kept.iter().map(|&i| values[i]).collect();
        let mut rises = Vec::with_capacity(kept.len());
        let mut sum = [0.0, 0.0];
        for (i, rise) in self.rises.iter().enumerate() {
            sum = [sum[0] + rise[0], sum[1] + rise[1]];
            if stays(i) {
                rises.push(std::mem::take(&mut sum));
            }
        }
        Self {
            fpr: pick(&self.fpr),
            tpr: pick(&self.tpr),
            thresholds: pick(&self.thresholds),
            rises,
        }
    }
}
