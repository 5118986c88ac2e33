//! Counts of each pair of true and predicted class.

use serde::Serialize;

use crate::{MetricError, error::check_lengths};

/// How often each class was predicted as each class; rows are truth, columns predictions.
///
/// Seen from one class (the positive one; all others are negative) its entries are
///
/// | | predicted positive | predicted negative |
/// |---|---|---|
/// | truly positive | true positive TP | false negative FN (type II error) |
/// | truly negative | false positive FP (type I error) | true negative TN |
///
/// With two classes numbered 0 and 1, class 1 is the usual positive one.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{ConfusionMatrix, ZeroDivision};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
/// let y_pred = [1, 0, 0, 1, 0, 1, 1, 0, 1, 1];
/// let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, 2)?;
/// assert_eq!(matrix.rows().collect::<Vec<_>>(), [[3, 2], [1, 4]]);
/// assert_eq!(matrix.accuracy(), 0.7);
/// assert_eq!(matrix.recall(1, ZeroDivision::Nan), 0.8);
/// # Ok(())
/// # }
/// ```
///
/// scikit-learn's `confusion_matrix` has the same orientation; many books transpose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusionMatrix {
    n_classes: usize,
    /// Row after row.
    counts: Vec<u64>,
}

impl ConfusionMatrix {
    /// Counts the pairs of m labels; classes are 0, …, `n_classes` − 1.
    ///
    /// # Errors
    ///
    /// [`MetricError::LengthMismatch`], [`MetricError::Empty`], [`MetricError::LabelOutOfRange`];
    /// [`MetricError::ClassCount`] when `n_classes` is 0 or too large for memory.
    pub fn from_labels(
        y_true: &[u32],
        y_pred: &[u32],
        n_classes: usize,
    ) -> Result<Self, MetricError> {
        check_lengths("confusion matrix", y_true.len(), y_pred.len())?;
        let mut counts = Vec::new();
        n_classes
            .checked_mul(n_classes)
            .filter(|&cells| cells > 0 && counts.try_reserve_exact(cells).is_ok())
            .map(|cells| counts.resize(cells, 0))
            .ok_or(MetricError::ClassCount { n_classes })?;
        let class = |argument, index, label: u32| {
            usize::try_from(label)
                .ok()
                .filter(|&class| class < n_classes)
                .ok_or(MetricError::LabelOutOfRange { argument, index, label, n_classes })
        };
        for (i, (&truth, &predicted)) in y_true.iter().zip(y_pred).enumerate() {
            let (row, column) = (class("y_true", i, truth)?, class("y_pred", i, predicted)?);
            counts[row * n_classes + column] += 1;
        }
        Ok(Self { n_classes, counts })
    }

    /// The number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The rows: for each true class, how often each class was predicted.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.counts.chunks_exact(self.n_classes)
    }

    /// How often `truth` was predicted as `predicted`.
    ///
    /// # Panics
    ///
    /// When one of them is not a class, as do all methods that take a class.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let n = self.n_classes;
        assert!(truth < n && predicted < n, "class {truth} or {predicted} of {n}");
        self.counts[truth * n + predicted]
    }

    /// The number of predictions.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The number of correct predictions.
    pub fn correct(&self) -> u64 {
        (0..self.n_classes).map(|class| self.count(class, class)).sum()
    }

    /// How often `class` is the truth.
    pub fn support(&self, class: usize) -> u64 {
        (0..self.n_classes).map(|predicted| self.count(class, predicted)).sum()
    }

    /// How often `class` was predicted.
    pub fn predicted(&self, class: usize) -> u64 {
        (0..self.n_classes).map(|truth| self.count(truth, class)).sum()
    }

    /// TP: how often `class` was predicted rightly.
    pub fn true_positives(&self, class: usize) -> u64 {
        self.count(class, class)
    }

    /// FP: how often `class` was predicted where another one is the truth (type I errors).
    pub fn false_positives(&self, class: usize) -> u64 {
        self.predicted(class) - self.count(class, class)
    }

    /// FN: how often another class was predicted where `class` is the truth (type II errors).
    pub fn false_negatives(&self, class: usize) -> u64 {
        self.support(class) - self.count(class, class)
    }

    /// TN: how often `class` is neither the truth nor the prediction.
    pub fn true_negatives(&self, class: usize) -> u64 {
        self.total() + self.count(class, class) - self.support(class) - self.predicted(class)
    }

    /// The share of correct predictions.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// The most frequent true class (the first of equals) and its share: the accuracy of always
    /// predicting it.
    pub fn majority(&self) -> (usize, f64) {
        let mut largest = (0, self.support(0));
        for class in 1..self.n_classes {
            let support = self.support(class);
            if support > largest.1 {
                largest = (class, support);
            }
        }
        (largest.0, largest.1 as f64 / self.total() as f64)
    }
}
