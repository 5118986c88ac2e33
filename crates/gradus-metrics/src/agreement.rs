//! How well predictions and truth agree, beyond what chance would bring.

use serde::{Deserialize, Serialize};

use crate::confusion::Cell;
use crate::{Average, ConfusionMatrix, Ratio, ZeroDivision};

/// How bad the disagreements are that Cohen's κ counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disagreement {
    /// All equally bad: classes without an order.
    #[default]
    Nominal,
    /// By |i − j|: ordered classes.
    Linear,
    /// By (i − j)²: ordered classes.
    Quadratic,
}

impl Disagreement {
    fn weight(self, i: usize, j: usize) -> f64 {
        let gap = i.abs_diff(j) as f64;
        match self {
            Self::Nominal => f64::from(u8::from(i != j)),
            Self::Linear => gap,
            Self::Quadratic => gap * gap,
        }
    }
}

impl<C: Cell> ConfusionMatrix<C> {
    /// The balanced accuracy: the mean recall over the classes that occur in the truth.
    ///
    /// Always predicting one class reaches one over their number, however imbalanced they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::ConfusionMatrix;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let matrix = ConfusionMatrix::from_labels(&[0, 0, 0, 1], &[0; 4], 2)?;
    /// assert_eq!((matrix.accuracy(), matrix.balanced_accuracy()), (0.75, 0.5));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As scikit-learn's `balanced_accuracy_score`.
    pub fn balanced_accuracy(&self) -> f64 {
        self.mean(Ratio::Recall, Average::Macro, ZeroDivision::Nan)
    }

    /// The correlation coefficient of Matthews, of any number of classes.
    ///
    /// (cm − Σ tₖpₖ) / √((m² − Σ pₖ²)(m² − Σ tₖ²)), with c of m rows correct and class k tₖ times the
    /// truth and pₖ times predicted; for two classes (TP·TN − FP·FN)/√((TP+FP)(TP+FN)(TN+FP)(TN+FN)). From
    /// −1 to 1, and 0 for predictions that know nothing; 0 too where the truth or the predictions are of
    /// one class.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::ConfusionMatrix;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let y_true = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
    /// let matrix = ConfusionMatrix::from_labels(&y_true, &[1, 0, 0, 1, 0, 1, 1, 0, 1, 1], 2)?;
    /// assert!((matrix.mcc() - 10.0 / 600.0_f64.sqrt()).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As scikit-learn's `matthews_corrcoef`. Source: B. Matthews (1975); J. Gorodkin (2004) for
    /// several classes.
    pub fn mcc(&self) -> f64 {
        let (truths, predictions) = self.marginals();
        // m² − Σ tₖ² as Σ tₖ(m − tₖ): 0 exactly where one class is alone.
        let spread = |marginal: &[f64]| -> f64 {
            let all: f64 = marginal.iter().sum();
            marginal.iter().map(|n| n * (all - n)).sum()
        };
        let spreads = spread(&truths).sqrt() * spread(&predictions).sqrt();
        if spreads == 0.0 {
            return 0.0;
        }
        let (correct, total) = (self.correct().to_f64(), self.total().to_f64());
        let expected: f64 = truths.iter().zip(&predictions).map(|(t, p)| t * p).sum();
        ((correct * total - expected) / spreads).clamp(-1.0, 1.0)
    }

    /// Cohen's κ: 1 − Σ wᵢⱼnᵢⱼ / Σ wᵢⱼeᵢⱼ, with eᵢⱼ = tᵢpⱼ/m expected by chance and the weights w of
    /// `disagreement`.
    ///
    /// 1 for full agreement and 0 for as much as chance would bring. NaN where chance cannot disagree:
    /// truth and predictions are all of the same class.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::{ConfusionMatrix, Disagreement};
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let y_true = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
    /// let matrix = ConfusionMatrix::from_labels(&y_true, &[1, 0, 0, 1, 0, 1, 1, 0, 1, 1], 2)?;
    /// assert!((matrix.cohen_kappa(Disagreement::Nominal) - 0.4).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As scikit-learn's `cohen_kappa_score`. Source: J. Cohen (1960, 1968).
    pub fn cohen_kappa(&self, disagreement: Disagreement) -> f64 {
        let (truths, predictions) = self.marginals();
        let (mut observed, mut expected) = (0.0, 0.0);
        for (i, row) in self.rows().enumerate() {
            for (j, count) in row.iter().enumerate() {
                let weight = disagreement.weight(i, j);
                observed += weight * count.to_f64();
                expected += weight * truths[i] * predictions[j];
            }
        }
        if expected == 0.0 {
            return f64::NAN;
        }
        1.0 - observed * self.total().to_f64() / expected
    }

    /// How often each class is the truth, and how often it is predicted.
    fn marginals(&self) -> (Vec<f64>, Vec<f64>) {
        let classes = || 0..self.n_classes();
        (
            classes().map(|class| self.support(class).to_f64()).collect(),
            classes().map(|class| self.predicted(class).to_f64()).collect(),
        )
    }
}
