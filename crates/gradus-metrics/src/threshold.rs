//! From scores to decisions.

use serde::{Deserialize, Serialize};

use crate::{MetricError, RankedScores};

/// What each outcome of a decision costs; a gain is a negative cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostMatrix {
    /// The cost of a negative row that is predicted negative.
    pub true_negative: f64,
    /// The cost of a false alarm.
    pub false_positive: f64,
    /// The cost of a miss.
    pub false_negative: f64,
    /// The cost of a positive row that is predicted positive.
    pub true_positive: f64,
}

impl Default for CostMatrix {
    /// Every error costs 1.
    fn default() -> Self {
        Self { true_negative: 0.0, false_positive: 1.0, false_negative: 1.0, true_positive: 0.0 }
    }
}

impl CostMatrix {
    /// The probability from which on it pays to predict positive: a/(a + b), with a the excess cost of a
    /// false alarm over a true negative and b that of a miss over a true positive.
    ///
    /// It needs no data, but calibrated probabilities. Where they are not, choose the threshold on data:
    /// [`RankedScores::best_threshold`].
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidCosts`] unless all costs are finite, neither error costs less than the right
    /// decision and one costs more.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::CostMatrix;
    ///
    /// // A miss is nine times as bad as a false alarm.
    /// let costs = CostMatrix { false_negative: 9.0, ..CostMatrix::default() };
    /// assert_eq!(costs.bayes_threshold(), Ok(0.1));
    /// ```
    ///
    /// Source: C. Elkan, "The foundations of cost-sensitive learning" (2001).
    pub fn bayes_threshold(&self) -> Result<f64, MetricError> {
        self.check()?;
        let alarm = self.false_positive - self.true_negative;
        let miss = self.false_negative - self.true_positive;
        Ok(alarm / (alarm + miss))
    }

    fn check(&self) -> Result<(), MetricError> {
        let alarm = self.false_positive - self.true_negative;
        let miss = self.false_negative - self.true_positive;
        // A cost that is not finite leaves no finite sum.
        if alarm >= 0.0 && miss >= 0.0 && alarm + miss > 0.0 && (alarm + miss).is_finite() {
            Ok(())
        } else {
            Err(MetricError::InvalidCosts { costs: *self })
        }
    }
}

/// What a threshold is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ThresholdRule {
    /// The least mean cost of a row.
    Cost(CostMatrix),
    /// The largest TPR − FPR = sensitivity + specificity − 1 (Youden's J).
    Youden,
    /// The largest F-score with this β ≥ 0.
    FBeta(f64),
}

/// A chosen threshold: predict positive where the score is at least this.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    /// The least score that is predicted positive; ∞ when none is.
    pub threshold: f64,
    /// The mean cost, Youden's J or the F-score that it reaches on the rows it was chosen on, which
    /// flatters it.
    pub value: f64,
    /// The number (or weight) of true positives there.
    pub true_positives: f64,
    /// The number (or weight) of false positives.
    pub false_positives: f64,
    /// The number (or weight) of false negatives.
    pub false_negatives: f64,
    /// The number (or weight) of true negatives.
    pub true_negatives: f64,
}

impl RankedScores {
    /// The threshold that is best on these rows: one of the scores, or ∞; of equally good ones the
    /// highest.
    ///
    /// Choose it on other rows than those the result is reported on.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidCosts`]; [`MetricError::InvalidBeta`]; [`MetricError::OneClass`] for
    /// Youden's rule, and for an F-score without positive rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{CostMatrix, RankedScores, ThresholdRule};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let ranked = RankedScores::new(&[0, 0, 1, 0, 1], &[0.1, 0.2, 0.3, 0.7, 0.9])?;
    /// // One of two is found without a false alarm, or both with one.
    /// assert_eq!(ranked.best_threshold(ThresholdRule::FBeta(1.0))?.threshold, 0.3);
    /// let even = ranked.best_threshold(ThresholdRule::Cost(CostMatrix::default()))?;
    /// assert_eq!((even.threshold, even.value), (0.9, 0.2));
    /// let costs = CostMatrix { false_negative: 5.0, ..CostMatrix::default() };
    /// assert_eq!(ranked.best_threshold(ThresholdRule::Cost(costs))?.threshold, 0.3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: W. Youden, "Index for rating diagnostic tests" (1950).
    pub fn best_threshold(&self, rule: ThresholdRule) -> Result<Threshold, MetricError> {
        let (positives, negatives) = (self.positives(), self.negatives());
        match rule {
            ThresholdRule::Cost(costs) => costs.check()?,
            ThresholdRule::FBeta(beta) if beta.is_nan() || beta < 0.0 => {
                return Err(MetricError::InvalidBeta { beta });
            }
            _ => {}
        }
        let needs_negatives = rule == ThresholdRule::Youden;
        let needs_positives = !matches!(rule, ThresholdRule::Cost(_));
        for (rows, needed, class) in
            [(positives, needs_positives, 1), (negatives, needs_negatives, 0)]
        {
            if needed && rows == 0.0 {
                return Err(MetricError::OneClass { metric: "threshold", missing: class });
            }
        }
        let value = |tp: f64, fp: f64| match rule {
            ThresholdRule::Cost(costs) => {
                let total = costs.true_positive * tp
                    + costs.false_positive * fp
                    + costs.false_negative * (positives - tp)
                    + costs.true_negative * (negatives - fp);
                total / (positives + negatives)
            }
            ThresholdRule::Youden => tp / positives - fp / negatives,
            ThresholdRule::FBeta(beta) => crate::ratios::f_beta(beta, tp, fp, positives - tp),
        };
        let better = |new: f64, old: f64| match rule {
            ThresholdRule::Cost(_) => new < old,
            _ => new > old,
        };
        let mut best = (f64::INFINITY, value(0.0, 0.0), 0.0, 0.0);
        for step in self.steps() {
            let (tp, fp) = (step.true_positives, step.false_positives);
            let reached = value(tp, fp);
            if better(reached, best.1) {
                best = (step.threshold, reached, tp, fp);
            }
        }
        let (threshold, value, true_positives, false_positives) = best;
        Ok(Threshold {
            threshold,
            value,
            true_positives,
            false_positives,
            false_negatives: positives - true_positives,
            true_negatives: negatives - false_positives,
        })
    }
}
