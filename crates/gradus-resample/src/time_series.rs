//! Splits of rows that are ordered in time.

use crate::{Fold, Folds, ResampleError, Resampler};

/// Each fold trains on the past and tests what comes next.
///
/// With n = ⌊m/(k+1)⌋ rows a test, fold i tests the rows from s = m − (k−i)n up to s + n, and
/// trains on those before s − gap: on all, or on the `longest_train` last of them. The gap keeps
/// rows out of train whose target overlaps in time with the test's.
///
/// # Errors of `folds`
/// [`ResampleError::TooFewFolds`] below 2; [`ResampleError::SeriesTooShort`] if the first fold had
/// nothing to train on or to test; [`ResampleError::NoRounds`] if `longest_train` is 0.
///
/// # Limitations
/// - Early folds train on few rows, so that their error is not that of the final model.
/// - The earliest rows are never tested.
/// - A trend or a break in the series makes the folds unlike each other; their spread shows it.
///
/// As scikit-learn's `TimeSeriesSplit`.
///
/// ```
/// use gradus_resample::{Resampler, TimeSeriesSplit};
///
/// let way = TimeSeriesSplit { folds: 3, gap: 1, longest_train: None };
/// let folds: Vec<_> = way.folds(9)?.iter().map(|fold| (fold.train, fold.test)).collect();
/// assert_eq!(folds[0], ((0..2).collect(), vec![3, 4]));
/// assert_eq!(folds[2], ((0..6).collect(), vec![7, 8]));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSeriesSplit {
    /// k, the number of folds.
    pub folds: usize,
    /// The number of rows left out between train and test.
    pub gap: usize,
    /// The most rows to train on, for a window that moves instead of growing.
    pub longest_train: Option<usize>,
}

impl Default for TimeSeriesSplit {
    fn default() -> Self {
        Self { folds: 5, gap: 0, longest_train: None }
    }
}

impl Resampler for TimeSeriesSplit {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        let Self { folds, gap, longest_train } = *self;
        if folds < 2 {
            return Err(ResampleError::TooFewFolds { folds });
        }
        if longest_train == Some(0) {
            return Err(ResampleError::NoRounds { what: "training rows" });
        }
        let tested = m / folds.saturating_add(1);
        // With tested ≥ 1, folds·tested < m.
        if tested == 0 || m - folds * tested <= gap {
            return Err(ResampleError::SeriesTooShort { rows: m, folds, gap });
        }
        Ok(Folds::new(m, folds, move |fold| {
            let start = m - (folds - fold) * tested;
            let end = start - gap;
            let first = end - longest_train.map_or(end, |longest| longest.min(end));
            Fold { train: (first..end).collect(), test: (start..start + tested).collect() }
        }))
    }
}
