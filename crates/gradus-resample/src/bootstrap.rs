//! Samples with replacement.

use crate::random::{below, check_row_count, round_generator};
use crate::{Fold, Folds, ResampleError, Resampler};

/// Each round trains on m rows drawn with replacement (the in-bag rows, with repetitions, ascending)
/// and tests those that were not drawn (out-of-bag).
///
/// A row is left out of a round with probability (1 − 1/m)ᵐ → e⁻¹ ≈ 0.368. Round i has a random
/// stream of its own: more rounds do not change those before. With very few rows a round may draw
/// them all, so that its test is empty.
///
/// # Errors of `folds`
/// [`ResampleError::NoRounds`]; [`ResampleError::NoRows`] below two rows;
/// [`ResampleError::TooManyRows`].
///
/// # Limitations
/// - A fit sees only about 63.2 % of the distinct rows, so that the out-of-bag error is too high;
///   [`bootstrap_632`](crate::bootstrap_632) corrects for that.
/// - For few rows the sample says little of the population, and no resampling adds to it.
/// - Rows are taken to be independent: dependent rows (series, groups) make it too optimistic.
/// - Fits that learn rows by heart see repeated rows as certain ones.
///
/// ```
/// use gradus_resample::{Bootstrap, Resampler};
///
/// let folds = Bootstrap { rounds: 20, seed: 3 }.folds(100)?;
/// for fold in folds.iter() {
///     assert_eq!(fold.train.len(), 100);
///     let mut rows = [fold.train, fold.test].concat();
///     rows.sort_unstable();
///     rows.dedup();
///     assert_eq!(rows.len(), 100);
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// B. Efron (1979).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// The number of samples.
    pub rounds: usize,
    /// The seed of all rounds.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { rounds: 200, seed: 0 }
    }
}

impl Resampler for Bootstrap {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        let Self { rounds, seed } = *self;
        check_row_count(m)?;
        if rounds == 0 {
            return Err(ResampleError::NoRounds { what: "rounds" });
        }
        if m < 2 {
            return Err(ResampleError::NoRows { needed: 2 });
        }
        Ok(Folds::new(m, rounds, move |round| Fold::drawn(m, draw(m, seed, round))))
    }
}

/// m rows of 0..m with replacement, ascending.
pub(crate) fn draw(m: usize, seed: u64, round: usize) -> Vec<usize> {
    let mut rng = round_generator(seed, round);
    let mut rows: Vec<usize> = (0..m).map(|_| below(&mut rng, m)).collect();
    rows.sort_unstable();
    rows
}
