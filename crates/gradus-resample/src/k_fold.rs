//! Cross-validation in k folds, once or repeatedly.

use rand::seq::SliceRandom;

use crate::random::{check_row_count, generator};
use crate::resampler::check_folds;
use crate::{Folds, ResampleError, Resampler};

/// In which order rows are dealt into folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// Shuffled from a seed.
    Shuffled {
        /// The seed.
        seed: u64,
    },
    /// As they stand: neighbouring rows share a fold. For rows in random order.
    AsGiven,
}

/// Each row is tested once, by a fit on the other folds.
///
/// Of m rows the first m mod k folds hold ⌊m/k⌋ + 1 and the others ⌊m/k⌋.
///
/// # Errors of `folds`
/// [`ResampleError::TooFewFolds`] below 2; [`ResampleError::TooManyFolds`] above m;
/// [`ResampleError::TooManyRows`].
///
/// # Limitations
/// - It takes k fits.
/// - Each fit has only (k−1)/k of the rows, so that the error is a little overestimated, the more
///   the smaller k.
/// - The training sets overlap, so that the k errors are not independent and their standard error
///   is too small; no unbiased one exists (Bengio and Grandvalet, 2004).
/// - Rows are taken to be independent: use [`GroupKFold`](crate::GroupKFold) or
///   [`TimeSeriesSplit`](crate::TimeSeriesSplit) where they are not.
///
/// Differs from scikit-learn's `KFold` in that it shuffles by default, and makes 10 folds.
///
/// ```
/// use gradus_resample::{KFold, Resampler, RowOrder};
///
/// let folds = KFold { folds: 3, order: RowOrder::AsGiven }.folds(10)?;
/// let tests: Vec<_> = folds.iter().map(|fold| fold.test).collect();
/// assert_eq!(tests, [vec![0, 1, 2, 3], vec![4, 5, 6], vec![7, 8, 9]]);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// M. Stone (1974); R. Kohavi (1995) recommends ten folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KFold {
    /// The number of folds.
    pub folds: usize,
    /// The order of the rows.
    pub order: RowOrder,
}

impl Default for KFold {
    fn default() -> Self {
        Self { folds: 10, order: RowOrder::Shuffled { seed: 0 } }
    }
}

impl Resampler for KFold {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        check_folds(self.folds, m, "rows")?;
        check_row_count(m)?;
        let mut rows: Vec<usize> = (0..m).collect();
        if let RowOrder::Shuffled { seed } = self.order {
            rows.shuffle(&mut generator(seed));
        }
        let mut fold_of = vec![0; m];
        deal(&rows, self.folds, &mut fold_of);
        Ok(Folds::assigned(m, self.folds, fold_of))
    }
}

/// k-fold cross-validation several times, each time in a fresh order.
///
/// The orders come from one stream: the first is that of [`KFold`] with the same seed, and more
/// repeats do not change those before. Folds 0..k are those of the first repeat, and so on.
///
/// # Errors of `folds`
/// Those of [`KFold`]; [`ResampleError::NoRounds`] without repeats.
///
/// # Limitations
/// Those of [`KFold`], but that the estimate depends less on the partition; it takes repeats·k
/// fits. Repeating makes no new data: the standard error over all folds shrinks below what is true.
///
/// ```
/// use gradus_resample::{KFold, RepeatedKFold, Resampler};
///
/// let folds = RepeatedKFold { folds: 10, repeats: 3, seed: 0 }.folds(50)?;
/// assert_eq!(folds.len(), 30);
/// assert_eq!(folds.get(0), KFold::default().folds(50)?.get(0));
/// assert_ne!(folds.get(0), folds.get(10));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedKFold {
    /// The number of folds of each repeat.
    pub folds: usize,
    /// The number of repeats.
    pub repeats: usize,
    /// The seed of all shuffles.
    pub seed: u64,
}

impl Default for RepeatedKFold {
    fn default() -> Self {
        Self { folds: 10, repeats: 10, seed: 0 }
    }
}

impl Resampler for RepeatedKFold {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        check_folds(self.folds, m, "rows")?;
        check_row_count(m)?;
        if self.repeats == 0 {
            return Err(ResampleError::NoRounds { what: "repeats" });
        }
        let mut rng = generator(self.seed);
        let mut fold_of = Vec::new();
        for _ in 0..self.repeats {
            let mut rows: Vec<usize> = (0..m).collect();
            rows.shuffle(&mut rng);
            let start = fold_of.len();
            fold_of.resize(start + m, 0);
            deal(&rows, self.folds, &mut fold_of[start..]);
        }
        Ok(Folds::assigned(m, self.folds, fold_of))
    }
}

/// Runs of consecutive rows, the first m mod k of them one longer.
fn deal(rows: &[usize], folds: usize, fold_of: &mut [u32]) {
    let (least, longer) = (rows.len() / folds, rows.len() % folds);
    let mut rest = rows;
    for fold in 0..folds {
        let (test, others) = rest.split_at(least + usize::from(fold < longer));
        test.iter().for_each(|&row| fold_of[row] = fold as u32);
        rest = others;
    }
}
