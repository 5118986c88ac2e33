//! Counts of each pair of true and predicted class.

use std::iter::Sum;
use std::ops::AddAssign;

use serde::Serialize;

use crate::MetricError;
use crate::checks::{check_labels, check_lengths, check_weights};

/// With at most so many cells, four tables are counted side by side.
const SMALL: usize = 1024;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for f64 {}
}

/// What stands in the cells of a [`ConfusionMatrix`]: `u64` for counts, `f64` for sums of weights.
pub trait Cell: sealed::Sealed + Copy + Default + PartialOrd + AddAssign + Sum {
    /// The cell as a number.
    fn to_f64(self) -> f64;
}

impl Cell for u64 {
    fn to_f64(self) -> f64 {
        self as f64
    }
}

impl Cell for f64 {
    fn to_f64(self) -> f64 {
        self
    }
}

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
/// It accumulates: rows can be [pushed](Self::push) one after another, and matrices of parts
/// [merge](Self::merge) to that of the whole. With sample weights
/// ([`from_weighted`](ConfusionMatrix::from_weighted)) the cells are sums of weights.
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
pub struct ConfusionMatrix<C = u64> {
    n_classes: usize,
    /// Row after row.
    counts: Vec<C>,
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
        let mut matrix = Self::zeros(n_classes)?;
        check_labels("y_true", y_true, n_classes)?;
        check_labels("y_pred", y_pred, n_classes)?;
        let cell = |(&truth, &predicted)| truth as usize * n_classes + predicted as usize;
        if matrix.counts.len() > SMALL {
            y_true.iter().zip(y_pred).map(cell).for_each(|cell| matrix.counts[cell] += 1);
            return Ok(matrix);
        }
        // Rows of one kind come together; a single table would wait for its own last store.
        let mut tables = [[0_u64; SMALL]; 4];
        let (truths, predictions) = (y_true.chunks_exact(4), y_pred.chunks_exact(4));
        for pair in truths.remainder().iter().zip(predictions.remainder()) {
            matrix.counts[cell(pair)] += 1;
        }
        for (truth, predicted) in truths.zip(predictions) {
            for (table, pair) in tables.iter_mut().zip(truth.iter().zip(predicted)) {
                table[cell(pair) % SMALL] += 1;
            }
        }
        for table in &tables {
            matrix.counts.iter_mut().zip(table).for_each(|(count, part)| *count += part);
        }
        Ok(matrix)
    }

    /// Takes in one more row.
    ///
    /// # Errors
    ///
    /// [`MetricError::ClassOutOfRange`]; nothing has changed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::ConfusionMatrix;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let mut matrix = ConfusionMatrix::zeros(2)?;
    /// for (truth, predicted) in [(0, 0), (1, 0), (1, 1)] {
    ///     matrix.push(truth, predicted)?;
    /// }
    /// let mut whole = matrix.clone();
    /// whole.merge(&matrix)?;
    /// assert_eq!(whole.rows().collect::<Vec<_>>(), [[2, 0], [2, 2]]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn push(&mut self, truth: u32, predicted: u32) -> Result<(), MetricError> {
        let cell = self.cell(truth, predicted)?;
        self.counts[cell] += 1;
        Ok(())
    }
}

impl ConfusionMatrix<f64> {
    /// Sums the weights of the pairs of m labels; a weight k is a row repeated k times, a weight of 0
    /// a row left out.
    ///
    /// # Errors
    ///
    /// As [`from_labels`](ConfusionMatrix::from_labels); [`MetricError::InvalidWeight`] for a weight
    /// that is negative or not finite, [`MetricError::NoWeight`] if all are 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_metrics::ConfusionMatrix;
    ///
    /// # fn main() -> Result<(), gradus_metrics::MetricError> {
    /// let matrix = ConfusionMatrix::from_weighted(&[0, 1, 1], &[0, 1, 0], &[1.0, 2.5, 0.5], 2)?;
    /// assert_eq!(matrix.rows().collect::<Vec<_>>(), [[1.0, 0.0], [0.5, 2.5]]);
    /// assert_eq!(matrix.accuracy(), 0.875);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As `sample_weight` of scikit-learn's `confusion_matrix`.
    pub fn from_weighted(
        y_true: &[u32],
        y_pred: &[u32],
        weights: &[f64],
        n_classes: usize,
    ) -> Result<Self, MetricError> {
        check_lengths("confusion matrix", y_true.len(), y_pred.len())?;
        check_weights("confusion matrix", y_true.len(), weights)?;
        let mut matrix = Self::zeros(n_classes)?;
        check_labels("y_true", y_true, n_classes)?;
        check_labels("y_pred", y_pred, n_classes)?;
        for ((&truth, &predicted), &weight) in y_true.iter().zip(y_pred).zip(weights) {
            matrix.counts[truth as usize * n_classes + predicted as usize] += weight;
        }
        Ok(matrix)
    }
}

impl<C: Cell> ConfusionMatrix<C> {
    /// A matrix of nothing yet.
    ///
    /// Shares of it are undefined: its accuracy is NaN.
    ///
    /// # Errors
    ///
    /// [`MetricError::ClassCount`] when `n_classes` is 0 or too large for memory.
    pub fn zeros(n_classes: usize) -> Result<Self, MetricError> {
        let mut counts = Vec::new();
        n_classes
            .checked_mul(n_classes)
            .filter(|&cells| cells > 0 && counts.try_reserve_exact(cells).is_ok())
            .map(|cells| counts.resize(cells, C::default()))
            .ok_or(MetricError::ClassCount { n_classes })?;
        Ok(Self { n_classes, counts })
    }

    /// Takes in what another matrix has counted.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnequalClassCounts`].
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricError> {
        let (left, right) = (self.n_classes, other.n_classes);
        if left != right {
            return Err(MetricError::UnequalClassCounts { left, right });
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, part)| *count += *part);
        Ok(())
    }

    fn cell(&self, truth: u32, predicted: u32) -> Result<usize, MetricError> {
        let n_classes = self.n_classes;
        for class in [truth, predicted].map(|label| label as usize) {
            if class >= n_classes {
                return Err(MetricError::ClassOutOfRange { class, n_classes });
            }
        }
        Ok(truth as usize * n_classes + predicted as usize)
    }

    /// The number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The rows: for each true class, how often each class was predicted.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[C]> {
        self.counts.chunks_exact(self.n_classes)
    }

    /// How often `truth` was predicted as `predicted`.
    ///
    /// # Panics
    ///
    /// When one of them is not a class, as do all methods that take a class.
    pub fn count(&self, truth: usize, predicted: usize) -> C {
        let n = self.n_classes;
        assert!(truth < n && predicted < n, "class {truth} or {predicted} of {n}");
        self.counts[truth * n + predicted]
    }

    /// The number of predictions.
    pub fn total(&self) -> C {
        self.counts.iter().copied().sum()
    }

    /// The number of correct predictions.
    pub fn correct(&self) -> C {
        (0..self.n_classes).map(|class| self.count(class, class)).sum()
    }

    /// How often `class` is the truth.
    pub fn support(&self, class: usize) -> C {
        (0..self.n_classes).map(|predicted| self.count(class, predicted)).sum()
    }

    /// How often `class` was predicted.
    pub fn predicted(&self, class: usize) -> C {
        (0..self.n_classes).map(|truth| self.count(truth, class)).sum()
    }

    /// TP: how often `class` was predicted rightly.
    pub fn true_positives(&self, class: usize) -> C {
        self.count(class, class)
    }

    /// FP: how often `class` was predicted where another one is the truth (type I errors).
    pub fn false_positives(&self, class: usize) -> C {
        self.others(class).map(|truth| self.count(truth, class)).sum()
    }

    /// FN: how often another class was predicted where `class` is the truth (type II errors).
    pub fn false_negatives(&self, class: usize) -> C {
        self.others(class).map(|predicted| self.count(class, predicted)).sum()
    }

    /// TN: how often `class` is neither the truth nor the prediction.
    pub fn true_negatives(&self, class: usize) -> C {
        // Sums of what is there, not differences: weights would leave a rest of rounding.
        self.others(class)
            .map(|truth| {
                let row = &self.counts[truth * self.n_classes..(truth + 1) * self.n_classes];
                row[..class].iter().chain(&row[class + 1..]).copied().sum::<C>()
            })
            .sum()
    }

    /// All classes but one.
    fn others(&self, class: usize) -> impl Iterator<Item = usize> + use<C> {
        let n = self.n_classes;
        assert!(class < n, "class {class} of {n}");
        (0..class).chain(class + 1..n)
    }

    /// The share of correct predictions.
    pub fn accuracy(&self) -> f64 {
        self.correct().to_f64() / self.total().to_f64()
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
        (largest.0, largest.1.to_f64() / self.total().to_f64())
    }
}
