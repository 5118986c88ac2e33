//! Pairs of rows to train on and rows to test.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ResampleError, Resampler};

/// Rows to fit on, and rows to measure the error of the fit on. No row is in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    /// Rows to fit on; a bootstrap sample repeats some.
    pub train: Vec<usize>,
    /// Rows to test.
    pub test: Vec<usize>,
}

impl Fold {
    /// A bootstrap sample with the rows that it left out as test.
    ///
    /// # Errors
    /// [`ResampleError::RowOutOfRange`].
    ///
    /// ```
    /// use gradus_resample::Fold;
    ///
    /// let fold = Fold::from_in_bag(5, vec![0, 0, 3, 3, 4])?;
    /// assert_eq!(fold.test, [1, 2]);
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    pub fn from_in_bag(m: usize, in_bag: Vec<usize>) -> Result<Self, ResampleError> {
        match in_bag.iter().find(|&&row| row >= m) {
            Some(&row) => Err(ResampleError::RowOutOfRange { row, rows: m }),
            None => Ok(Self::drawn(m, in_bag)),
        }
    }

    /// As [`Fold::from_in_bag`], of rows below `m`.
    pub(crate) fn drawn(m: usize, in_bag: Vec<usize>) -> Self {
        let mut drawn = vec![false; m];
        in_bag.iter().for_each(|&row| drawn[row] = true);
        let test = (0..m).filter(|&row| !drawn[row]).collect();
        Self { train: in_bag, test }
    }

    /// The fold in other row numbers: position i becomes `rows[i]`.
    ///
    /// # Errors
    /// [`ResampleError::RowOutOfRange`] if a position lies beyond `rows`.
    ///
    /// ```
    /// use gradus_resample::Fold;
    ///
    /// let inner = Fold { train: vec![0, 2], test: vec![1] };
    /// let fold = inner.within(&[10, 20, 30])?;
    /// assert_eq!((fold.train, fold.test), (vec![10, 30], vec![20]));
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    pub fn within(&self, rows: &[usize]) -> Result<Self, ResampleError> {
        let map = |part: &[usize]| -> Result<Vec<usize>, ResampleError> {
            let named = |&row: &usize| {
                let out = ResampleError::RowOutOfRange { row, rows: rows.len() };
                rows.get(row).copied().ok_or(out)
            };
            part.iter().map(named).collect()
        };
        Ok(Self { train: map(&self.train)?, test: map(&self.test)? })
    }
}

/// How one of the folds is made from its number.
type MakeFold = dyn Fn(usize) -> Fold + Send + Sync;

/// A sequence of [`Fold`]s, each made when it is asked for.
///
/// Leaving each of 10⁵ rows out would take 10¹⁰ row numbers at once; here a fold costs what it
/// holds, and fold i can be had without those before it, on any thread.
///
/// ```
/// use gradus_resample::{LeaveOneOut, Resampler};
///
/// let folds = LeaveOneOut.folds(100_000)?;
/// assert_eq!(folds.len(), 100_000);
/// assert_eq!(folds.get(41).map(|fold| fold.test), Some(vec![41]));
/// assert_eq!(folds.get(100_000), None);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Clone)]
pub struct Folds {
    rows: usize,
    count: usize,
    make: Arc<MakeFold>,
}

impl fmt::Debug for Folds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Folds");
        debug.field("rows", &self.rows).field("count", &self.count).finish_non_exhaustive()
    }
}

impl Folds {
    pub(crate) fn new(
        rows: usize,
        count: usize,
        make: impl Fn(usize) -> Fold + Send + Sync + 'static,
    ) -> Self {
        Self { rows, count, make: Arc::new(make) }
    }

    /// The folds of partitions: the row at place i of partition r is tested in fold
    /// `fold_of[r·m + i]` of the r-th run of `folds` folds, and trained on in the others of the run.
    pub(crate) fn assigned(rows: usize, folds: usize, fold_of: Vec<u32>) -> Self {
        let runs = fold_of.len().checked_div(rows).unwrap_or(0);
        Self::new(rows, folds * runs, move |index| {
            let (run, fold) = (index / folds, index % folds);
            let part = &fold_of[run * rows..(run + 1) * rows];
            let (test, train) = (0..rows).partition(|&row| part[row] as usize == fold);
            Fold { train, test }
        })
    }

    /// Folds that were made elsewhere, as a [`Resampler`] for `m` rows.
    ///
    /// # Errors
    /// [`ResampleError::RowOutOfRange`]; [`ResampleError::RowInBoth`];
    /// [`ResampleError::EmptyFold`] if a fold has nothing to train on. An empty test is allowed:
    /// a bootstrap sample may hold every row.
    ///
    /// ```
    /// use gradus_resample::{Fold, Folds};
    ///
    /// let folds = Folds::given(3, vec![Fold { train: vec![0, 1], test: vec![2] }])?;
    /// assert_eq!(folds.len(), 1);
    /// assert!(Folds::given(3, vec![Fold { train: vec![0, 2], test: vec![2] }]).is_err());
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    pub fn given(m: usize, folds: Vec<Fold>) -> Result<Self, ResampleError> {
        for (number, fold) in folds.iter().enumerate() {
            if let Some(&row) = fold.train.iter().chain(&fold.test).find(|&&row| row >= m) {
                return Err(ResampleError::RowOutOfRange { row, rows: m });
            }
            if fold.train.is_empty() {
                return Err(ResampleError::EmptyFold { fold: number, side: "train on" });
            }
            let mut trained = vec![false; m];
            fold.train.iter().for_each(|&row| trained[row] = true);
            if let Some(&row) = fold.test.iter().find(|&&row| trained[row]) {
                return Err(ResampleError::RowInBoth { fold: number, row });
            }
        }
        Ok(Self::new(m, folds.len(), move |index| folds[index].clone()))
    }

    /// The number of rows that are split.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of folds.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no fold.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Fold `index`, or none beyond the last.
    pub fn get(&self, index: usize) -> Option<Fold> {
        (index < self.count).then(|| (self.make)(index))
    }

    /// The folds in order.
    ///
    /// ```
    /// use gradus_resample::{KFold, Resampler};
    ///
    /// let tested: usize = KFold::default().folds(25)?.iter().map(|fold| fold.test.len()).sum();
    /// assert_eq!(tested, 25);
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Fold> + '_ {
        (0..self.count).map(|index| (self.make)(index))
    }
}

/// Folds split the rows that they were made for.
impl Resampler for Folds {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        if m == self.rows {
            Ok(self.clone())
        } else {
            Err(ResampleError::OtherRows { made_for: self.rows, rows: m })
        }
    }
}
