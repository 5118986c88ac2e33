//! Precision, recall, specificity, F-scores and error rates, per class and averaged.

use serde::{Deserialize, Serialize};

use crate::confusion::Cell;
use crate::{ConfusionMatrix, MetricError};

/// What an undefined ratio, 0/0, becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ZeroDivision {
    /// 0; reports say where.
    #[default]
    Zero,
    /// 1.
    One,
    /// NaN; averages leave such classes out.
    Nan,
}

impl ZeroDivision {
    /// The value that stands for 0/0.
    pub fn value(self) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::One => 1.0,
            Self::Nan => f64::NAN,
        }
    }
}

/// How the ratios of several classes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Average {
    /// The ratio of the sums over classes: every prediction counts alike.
    Micro,
    /// The plain mean over classes: every class counts alike.
    Macro,
    /// The mean over classes weighted by support.
    Weighted,
}

/// A ratio that a class of a confusion matrix has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Ratio {
    /// TP/(TP+FP), the positive predictive value.
    Precision,
    /// TP/(TP+FN): sensitivity, the true positive rate.
    Recall,
    /// TN/(TN+FP), the true negative rate.
    Specificity,
    /// (1+β²)TP / ((1+β²)TP + FP + β²FN) with this β ≥ 0; ∞ stands for recall.
    FBeta(f64),
    /// FP/(FP+TN) = 1 − specificity, the false positive rate.
    TypeIErrorRate,
    /// FN/(FN+TP) = 1 − recall, the false negative rate.
    TypeIIErrorRate,
}

impl Ratio {
    fn check(self) -> Result<(), MetricError> {
        match self {
            Self::FBeta(beta) if beta.is_nan() || beta < 0.0 => {
                Err(MetricError::InvalidBeta { beta })
            }
            _ => Ok(()),
        }
    }

    /// Numerator and denominator.
    fn parts(self, [tp, fp, misses, tn]: [f64; 4]) -> (f64, f64) {
        match self {
            Self::Precision => (tp, tp + fp),
            Self::Recall => (tp, tp + misses),
            Self::Specificity => (tn, tn + fp),
            Self::TypeIErrorRate => (fp, fp + tn),
            Self::TypeIIErrorRate => (misses, misses + tp),
            Self::FBeta(beta) => f_beta_parts(beta, tp, fp, misses),
        }
    }
}

/// Numerator and denominator of an F-score, divided by 1 + β², so that no β overflows.
fn f_beta_parts(beta: f64, tp: f64, fp: f64, misses: f64) -> (f64, f64) {
    let miss = if beta > 1.0 {
        1.0 / (1.0 + 1.0 / (beta * beta))
    } else {
        beta * beta / (1.0 + beta * beta)
    };
    (tp, tp + (1.0 - miss) * fp + miss * misses)
}

/// The F-score of counts or weights, 0 where it is undefined.
pub(crate) fn f_beta(beta: f64, tp: f64, fp: f64, misses: f64) -> f64 {
    quotient(f_beta_parts(beta, tp, fp, misses), ZeroDivision::Zero)
}

impl<C: Cell> ConfusionMatrix<C> {
    /// TP/(TP+FP): of the predictions of `class`, the share that is right.
    ///
    /// Undefined when `class` is never predicted.
    ///
    /// # Panics
    ///
    /// When `class` is not a class.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{ConfusionMatrix, ZeroDivision};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let matrix = ConfusionMatrix::from_labels(&[0, 0, 1, 1], &[0, 1, 1, 1], 3)?;
    /// assert_eq!(matrix.precision(1, ZeroDivision::Zero), 2.0 / 3.0);
    /// assert_eq!(matrix.recall(0, ZeroDivision::Zero), 0.5);
    /// assert_eq!(matrix.specificity(1, ZeroDivision::Zero), 0.5);
    /// assert_eq!(matrix.f1(1, ZeroDivision::Zero), 0.8);
    /// assert!(matrix.precision(2, ZeroDivision::Nan).is_nan());
    /// # Ok(())
    /// # }
    /// ```
    pub fn precision(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::Precision, class, zero_division)
    }

    /// TP/(TP+FN): of the rows whose truth is `class`, the share that is found; also called
    /// sensitivity and true positive rate.
    ///
    /// Undefined when `class` is never the truth. Panics as [`precision`](Self::precision).
    pub fn recall(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::Recall, class, zero_division)
    }

    /// TN/(TN+FP): of the rows whose truth is another class, the share not taken for `class`.
    ///
    /// Undefined when `class` is always the truth. Panics as [`precision`](Self::precision).
    pub fn specificity(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::Specificity, class, zero_division)
    }

    /// FP/(FP+TN) = 1 − specificity: the rate of type I errors, or false alarms.
    ///
    /// Undefined when `class` is always the truth. Panics as [`precision`](Self::precision).
    pub fn type_i_error_rate(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::TypeIErrorRate, class, zero_division)
    }

    /// FN/(FN+TP) = 1 − recall: the rate of type II errors, or misses.
    ///
    /// Undefined when `class` is never the truth. Panics as [`precision`](Self::precision).
    pub fn type_ii_error_rate(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::TypeIIErrorRate, class, zero_division)
    }

    /// 2TP/(2TP+FP+FN): the harmonic mean of precision and recall.
    ///
    /// Undefined when `class` is neither predicted nor the truth. Panics as
    /// [`precision`](Self::precision).
    pub fn f1(&self, class: usize, zero_division: ZeroDivision) -> f64 {
        self.divide(Ratio::FBeta(1.0), class, zero_division)
    }

    /// (1+β²)TP / ((1+β²)TP + FP + β²FN): recall counts β times as much as precision.
    ///
    /// β = 0 gives TP/(TP+FP) and β = ∞ gives TP/(TP+FN). It is computed from the counts, so it is
    /// undefined only where that quotient is 0/0.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidBeta`] when β is negative or NaN; [`MetricError::ClassOutOfRange`]
    /// when `class` is not a class.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{ConfusionMatrix, ZeroDivision};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let matrix = ConfusionMatrix::from_labels(&[0, 0, 1, 1], &[0, 1, 1, 1], 2)?;
    /// let f2 = matrix.f_beta(1, 2.0, ZeroDivision::Zero)?;
    /// assert!((f2 - 10.0 / 11.0).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: C. J. van Rijsbergen, *Information Retrieval*, 2nd edition, 1979.
    pub fn f_beta(
        &self,
        class: usize,
        beta: f64,
        zero_division: ZeroDivision,
    ) -> Result<f64, MetricError> {
        self.ratio(Ratio::FBeta(beta), class, zero_division)
    }

    /// Any [`Ratio`] of `class`.
    ///
    /// # Errors
    ///
    /// As [`f_beta`](Self::f_beta).
    pub fn ratio(
        &self,
        ratio: Ratio,
        class: usize,
        zero_division: ZeroDivision,
    ) -> Result<f64, MetricError> {
        ratio.check()?;
        let n_classes = self.n_classes();
        if class >= n_classes {
            return Err(MetricError::ClassOutOfRange { class, n_classes });
        }
        Ok(self.divide(ratio, class, zero_division))
    }

    /// A [`Ratio`] averaged over all classes.
    ///
    /// Macro-F1 is the mean of the classes' F1. Micro-averaged precision, recall and F are all the
    /// accuracy. With [`ZeroDivision::Nan`] undefined classes are left out of macro and weighted
    /// means, which are NaN when none is left; a weighted mean over classes without support is
    /// their plain mean.
    ///
    /// # Errors
    ///
    /// [`MetricError::InvalidBeta`].
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{Average, ConfusionMatrix, Ratio, ZeroDivision};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let y_true = [0, 1, 2, 2, 1, 0, 1, 2, 0, 0];
    /// let y_pred = [0, 2, 2, 1, 1, 0, 1, 2, 1, 0];
    /// let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, 3)?;
    /// let mean = |average| matrix.average(Ratio::Precision, average, ZeroDivision::Zero);
    /// assert_eq!(mean(Average::Micro)?, 0.7);
    /// assert_eq!(mean(Average::Weighted)?, 0.75);
    /// assert!((mean(Average::Macro)? - 13.0 / 18.0).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As scikit-learn's `precision_recall_fscore_support` with `labels` given.
    pub fn average(
        &self,
        ratio: Ratio,
        average: Average,
        zero_division: ZeroDivision,
    ) -> Result<f64, MetricError> {
        ratio.check()?;
        Ok(self.mean(ratio, average, zero_division))
    }

    /// [`average`](Self::average) of a ratio that is known to be valid.
    pub(crate) fn mean(&self, ratio: Ratio, average: Average, zero_division: ZeroDivision) -> f64 {
        let classes = 0..self.n_classes();
        if average == Average::Micro {
            let mut sums = [0.0; 4];
            for class in classes {
                for (sum, count) in sums.iter_mut().zip(self.outcomes(class, ratio)) {
                    *sum += count;
                }
            }
            return quotient(ratio.parts(sums), zero_division);
        }
        let (mut sum, mut weights, mut plain, mut defined) = (0.0, 0.0, 0.0, 0_u32);
        for class in classes {
            let value = self.divide(ratio, class, zero_division);
            if !value.is_nan() {
                let weight = self.support(class).to_f64();
                sum += weight * value;
                weights += weight;
                plain += value;
                defined += 1;
            }
        }
        if average == Average::Weighted && weights > 0.0 {
            sum / weights
        } else {
            plain / f64::from(defined)
        }
    }

    fn divide(&self, ratio: Ratio, class: usize, zero_division: ZeroDivision) -> f64 {
        quotient(ratio.parts(self.outcomes(class, ratio)), zero_division)
    }

    /// TP, FP, FN and TN of `class`; TN, which is costly, only where the ratio has it.
    fn outcomes(&self, class: usize, ratio: Ratio) -> [f64; 4] {
        let negatives = match ratio {
            Ratio::Specificity | Ratio::TypeIErrorRate => self.true_negatives(class),
            _ => C::default(),
        };
        [
            self.true_positives(class),
            self.false_positives(class),
            self.false_negatives(class),
            negatives,
        ]
        .map(C::to_f64)
    }
}

fn quotient((numerator, denominator): (f64, f64), zero_division: ZeroDivision) -> f64 {
    if denominator == 0.0 { zero_division.value() } else { numerator / denominator }
}
