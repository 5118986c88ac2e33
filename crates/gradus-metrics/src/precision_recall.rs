//! The precision-recall curve and the area of its steps.

use serde::Serialize;

use crate::ranked::{check_scores, rows};
use crate::sum::Sum;
use crate::ties::visit_ties;
use crate::{MetricError, RankedScores, Real};

/// The average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds.
///
/// P is the precision and R the recall at each distinct score: the area of steps, not of trapezoids,
/// which would be too large. A random order reaches the share of positives. 0 when no row is positive.
///
/// # Errors
///
/// As [`RankedScores::new`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::average_precision;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let ap = average_precision(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert!((ap - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `average_precision_score`.
pub fn average_precision<T: Real>(y_true: &[u32], scores: &[T]) -> Result<f64, MetricError> {
    check_scores("average precision", y_true, scores)?;
    let total = y_true.iter().filter(|&&truth| truth == 1).count() as u64;
    if total == 0 {
        return Ok(0.0);
    }
    // Those with this score or a higher one.
    let (mut positives, mut all) = (total, y_true.len() as u64);
    let mut sum = Sum::default();
    visit_ties(rows(y_true, scores, 1), |tie| {
        if tie.positives > 0 {
            sum.add(tie.positives as f64 * positives as f64 / all as f64);
        }
        positives -= tie.positives;
        all -= tie.positives + tie.negatives;
    });
    Ok(sum.value() / total as f64)
}

/// The precision-recall curve, as the threshold rises.
///
/// One point for each distinct score, then a last one of precision 1 and recall 0 without a threshold,
/// where nothing is predicted positive. With no positive row the recall is 1 at every threshold.
///
/// # Examples
///
/// ```
/// use gradus_metrics::RankedScores;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let ranked = RankedScores::new(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// let curve = ranked.precision_recall_curve();
/// assert_eq!(curve.precision, [0.5, 2.0 / 3.0, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.recall, [1.0, 1.0, 0.5, 0.5, 0.0]);
/// assert_eq!(curve.thresholds, [0.1, 0.35, 0.4, 0.8]);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `precision_recall_curve`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrecisionRecallCurve {
    /// TP/(TP+FP).
    pub precision: Vec<f64>,
    /// TP/(TP+FN).
    pub recall: Vec<f64>,
    /// The thresholds, rising; one fewer than points.
    pub thresholds: Vec<f64>,
}

impl PrecisionRecallCurve {
    pub(crate) fn of(ranked: &RankedScores) -> Self {
        let positives = ranked.positives();
        let rising = || ranked.steps().iter().rev();
        let recall = |found: f64| if positives == 0.0 { 1.0 } else { found / positives };
        Self {
            precision: rising().map(|step| step.precision()).chain([1.0]).collect(),
            recall: rising().map(|step| recall(step.true_positives)).chain([0.0]).collect(),
            thresholds: rising().map(|step| step.threshold).collect(),
        }
    }
}
