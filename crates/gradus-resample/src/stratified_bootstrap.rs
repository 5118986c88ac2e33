//! Samples with replacement, class by class.

use crate::random::{below, check_row_count, round_generator};
use crate::resampler::check_length;
use crate::stratified_k_fold::rows_by_class;
use crate::{Fold, Folds, ResampleError, Resampler};

/// A [`Bootstrap`](crate::Bootstrap) within each class: a round draws m_c of the m_c rows of class c
/// with replacement, so that all samples have the classes in the same numbers.
///
/// Among plain samples a class of k rows is missing from about e⁻ᵏ, 5 % for three rows, and most
/// classifiers cannot be fitted without it. Here none is. What is estimated is the error for these
/// class counts.
///
/// A row is left out of a round with probability (1 − 1/m_c)^m_c: ¼ for a class of two rows, ≈ 0.368
/// for many. The only row of a class is in every sample and is never tested.
///
/// # Errors of `folds`
/// Those of [`Bootstrap`](crate::Bootstrap); [`ResampleError::LengthMismatch`] unless there is a
/// class a row.
///
/// # Limitations
/// Those of [`Bootstrap`](crate::Bootstrap). The class counts of fresh data vary and those of the
/// samples do not, so that the spread over rounds tells too little of how the error varies.
///
/// ```
/// use gradus_resample::{Resampler, StratifiedBootstrap};
///
/// let classes = [[0; 97].as_slice(), &[1; 3]].concat();
/// let rounds = StratifiedBootstrap { rounds: 500, ..StratifiedBootstrap::new(&classes) };
/// for sample in rounds.folds(100)?.iter() {
///     assert_eq!(sample.train.iter().filter(|&&row| classes[row] == 1).count(), 3);
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// A. C. Davison, D. V. Hinkley, "Bootstrap Methods and Their Application" (1997), section 3.2. As
/// `strata` of R's `boot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratifiedBootstrap<'a> {
    /// The number of samples.
    pub rounds: usize,
    /// The class of each row.
    pub classes: &'a [u32],
    /// The seed of all rounds.
    pub seed: u64,
}

impl<'a> StratifiedBootstrap<'a> {
    /// 200 rounds from seed 0.
    pub fn new(classes: &'a [u32]) -> Self {
        Self { rounds: 200, classes, seed: 0 }
    }
}

impl Resampler for StratifiedBootstrap<'_> {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        let Self { rounds, classes, seed } = *self;
        check_length("classes", classes.len(), m)?;
        check_row_count(m)?;
        if rounds == 0 {
            return Err(ResampleError::NoRounds { what: "rounds" });
        }
        if m < 2 {
            return Err(ResampleError::NoRows { needed: 2 });
        }
        let of_classes: Vec<Vec<usize>> = rows_by_class(classes).into_values().collect();
        Ok(Folds::new(m, rounds, move |round| {
            let mut rng = round_generator(seed, round);
            let mut rows = Vec::with_capacity(m);
            for of_class in &of_classes {
                let drawn = of_class.iter().map(|_| of_class[below(&mut rng, of_class.len())]);
                rows.extend(drawn);
            }
            rows.sort_unstable();
            Fold::drawn(m, rows)
        }))
    }
}
