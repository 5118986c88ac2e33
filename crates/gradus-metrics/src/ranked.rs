//! Rows in the order of their scores: what all thresholds would do.

use serde::Serialize;

use crate::checks::{check_finite, check_labels, check_lengths, check_weights};
use crate::sum::sum;
use crate::ties::{key_of, score_of, visit_ties};
use crate::{MetricError, PrecisionRecallCurve, Real, RocCurve};

/// Scores of a positive class, ranked once: every figure that depends on a threshold is read from it.
///
/// A row is predicted positive when its score is at least the threshold; only the order of the scores
/// matters. Truth is 1 for positive and 0 for negative rows. Rows of equal score are one step.
///
/// # Examples
///
/// ```
/// use gradus_metrics::RankedScores;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let ranked = RankedScores::new(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert_eq!(ranked.roc_auc(), 0.75);
/// assert!((ranked.average_precision() - 5.0 / 6.0).abs() < 1e-15);
/// // With the threshold 0.35 one negative and both positives are predicted positive.
/// let step = ranked.steps()[2];
/// assert_eq!((step.threshold, step.false_positives, step.true_positives), (0.35, 1.0, 2.0));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedScores {
    steps: Vec<Step>,
    positives: f64,
    negatives: f64,
}

/// What one threshold of [`RankedScores`] does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// The threshold: a score that occurs.
    pub threshold: f64,
    /// The number (or weight) of positive rows with this score or a higher one.
    pub true_positives: f64,
    /// The number (or weight) of negative rows with this score or a higher one.
    pub false_positives: f64,
}

impl RankedScores {
    /// Ranks m scores.
    ///
    /// # Errors
    ///
    /// [`MetricError::LengthMismatch`], [`MetricError::Empty`]; [`MetricError::LabelOutOfRange`]
    /// unless the truth is 0 or 1; [`MetricError::NotFinite`] for a score that is NaN or infinite.
    pub fn new<T: Real>(y_true: &[u32], scores: &[T]) -> Result<Self, MetricError> {
        check_scores("ranked scores", y_true, scores)?;
        let mut steps = Vec::new();
        visit_ties(rows(y_true, scores, 1), |tie| {
            steps.push(Step {
                threshold: tie.score(),
                true_positives: tie.positives as f64,
                false_positives: tie.negatives as f64,
            });
        });
        Ok(Self::from_rising(steps))
    }

    /// Ranks m scores of weighted rows; a weight k is a row repeated k times, a weight of 0 a row left
    /// out.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`MetricError::WeightCount`], [`MetricError::InvalidWeight`],
    /// [`MetricError::NoWeight`].
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::RankedScores;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let weights = [1.0, 2.0, 0.5, 4.0];
    /// let ranked = RankedScores::weighted(&[0, 1, 0, 1], &[0.3, 0.6, 0.7, 0.2], &weights)?;
    /// assert!((ranked.roc_auc() - 2.0 / 9.0).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As `sample_weight` of scikit-learn's `roc_curve`.
    pub fn weighted<T: Real>(
        y_true: &[u32],
        scores: &[T],
        weights: &[f64],
    ) -> Result<Self, MetricError> {
        check_scores("ranked scores", y_true, scores)?;
        check_weights("ranked scores", y_true.len(), weights)?;
        let mut rows: Vec<_> = rows(y_true, scores, 1)
            .zip(weights)
            .filter(|&(_, &weight)| weight > 0.0)
            .map(|((positive, score), &weight)| (key_of(score.into()), positive, weight))
            .collect();
        rows.sort_unstable_by_key(|row| row.0);
        let weight = |tie: &[(u64, bool, f64)], positive| {
            sum(tie.iter().filter(|row| row.1 == positive).map(|row| row.2))
        };
        let steps = rows.chunk_by(|a, b| a.0 == b.0).map(|tie| Step {
            threshold: score_of(tie[0].0),
            true_positives: weight(tie, true),
            false_positives: weight(tie, false),
        });
        Ok(Self::from_rising(steps.collect()))
    }

    /// From the rows of each score alone, in rising order.
    fn from_rising(mut steps: Vec<Step>) -> Self {
        steps.reverse();
        let (mut positives, mut negatives) = (0.0, 0.0);
        for step in &mut steps {
            positives += step.true_positives;
            negatives += step.false_positives;
            (step.true_positives, step.false_positives) = (positives, negatives);
        }
        Self { steps, positives, negatives }
    }

    /// What each distinct score does as the threshold, from the highest to the lowest.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The number (or weight) of positive rows.
    pub fn positives(&self) -> f64 {
        self.positives
    }

    /// The number (or weight) of negative rows.
    pub fn negatives(&self) -> f64 {
        self.negatives
    }

    /// The area under the ROC curve; see [`roc_auc`](crate::roc_auc). NaN when the truth is of one
    /// class.
    pub fn roc_auc(&self) -> f64 {
        let terms = self.rises().map(|(step, negatives, positives)| {
            negatives * (step.true_positives - 0.5 * positives)
        });
        sum(terms) / (self.positives * self.negatives)
    }

    /// The step sum under the precision-recall curve; see
    /// [`average_precision`](crate::average_precision). 0 when no row is positive.
    pub fn average_precision(&self) -> f64 {
        if self.positives == 0.0 {
            return 0.0;
        }
        let terms = self.rises().map(|(step, _, positives)| positives * step.precision());
        sum(terms) / self.positives
    }

    /// Each step with the negatives and positives that it adds.
    pub(crate) fn rises(&self) -> impl Iterator<Item = (&Step, f64, f64)> {
        let mut before = (0.0, 0.0);
        self.steps.iter().map(move |step| {
            let now = (step.false_positives, step.true_positives);
            let rise = (now.0 - before.0, now.1 - before.1);
            before = now;
            (step, rise.0, rise.1)
        })
    }

    /// The ROC curve.
    pub fn roc_curve(&self) -> RocCurve {
        RocCurve::of(self)
    }

    /// The precision-recall curve.
    pub fn precision_recall_curve(&self) -> PrecisionRecallCurve {
        PrecisionRecallCurve::of(self)
    }
}

impl Step {
    /// TP/(TP+FP); every step has rows.
    pub(crate) fn precision(&self) -> f64 {
        self.true_positives / (self.true_positives + self.false_positives)
    }
}

/// Each row as whether its truth is `class`, with its score.
pub(crate) fn rows<T: Real>(
    y_true: &[u32],
    scores: &[T],
    class: u32,
) -> impl Iterator<Item = (bool, T)> + Clone {
    y_true.iter().zip(scores).map(move |(&truth, &score)| (truth == class, score))
}

/// Checks scores of a positive class.
pub(crate) fn check_scores<T: Real>(
    metric: &'static str,
    y_true: &[u32],
    scores: &[T],
) -> Result<(), MetricError> {
    check_lengths(metric, y_true.len(), scores.len())?;
    check_labels("y_true", y_true, 2)?;
    check_finite("scores", scores)
}
