//! Holding rows out at random, again and again.

use rand::seq::SliceRandom;

use crate::random::{check_row_count, round_generator};
use crate::{Fold, Folds, ResampleError, Resampler};

/// k independent holdouts: acc = Σ accᵢ / k, with the spread of the accᵢ.
///
/// Each round tests m·share rows, rounded, and trains on the rest. Round i has a random stream of
/// its own: more rounds do not change those before. [`cross_validate`](crate::cross_validate) over
/// it gives the mean and the spread.
///
/// # Errors of `folds`
/// [`ResampleError::NoRounds`]; [`ResampleError::InvalidTestShare`] if either side would be
/// empty, or the share is no number in (0, 1); [`ResampleError::TooManyRows`].
///
/// # Limitations
/// - Rows are used unevenly: some are tested often, some never.
/// - The tests of rounds overlap, so that their errors depend on each other and the spread over √k
///   understates the uncertainty.
/// - As in a holdout, the rows tested are lost for training.
///
/// Known as Monte-Carlo cross-validation; scikit-learn's `ShuffleSplit`.
///
/// ```
/// use gradus_resample::{RandomSubsampling, Resampler};
///
/// let folds = RandomSubsampling { rounds: 5, test_share: 0.3, seed: 9 }.folds(20)?;
/// assert_eq!(folds.len(), 5);
/// assert!(folds.iter().all(|fold| fold.test.len() == 6 && fold.train.len() == 14));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomSubsampling {
    /// k, the number of rounds.
    pub rounds: usize,
    /// The share of rows that each round tests.
    pub test_share: f64,
    /// The seed of all rounds.
    pub seed: u64,
}

impl Default for RandomSubsampling {
    fn default() -> Self {
        Self { rounds: 10, test_share: 0.2, seed: 0 }
    }
}

impl Resampler for RandomSubsampling {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        let Self { rounds, test_share: share, seed } = *self;
        check_row_count(m)?;
        if rounds == 0 {
            return Err(ResampleError::NoRounds { what: "rounds" });
        }
        // A NaN becomes 0 rows.
        let tested = (m as f64 * share).round() as usize;
        if tested == 0 || tested >= m {
            return Err(ResampleError::InvalidTestShare { share, rows: m });
        }
        Ok(Folds::new(m, rounds, move |round| {
            let mut rows: Vec<usize> = (0..m).collect();
            rows.shuffle(&mut round_generator(seed, round));
            let mut train = rows.split_off(tested);
            train.sort_unstable();
            rows.sort_unstable();
            Fold { train, test: rows }
        }))
    }
}
