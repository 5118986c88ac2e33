//! Cross-validation with each class's share in every fold.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use crate::random::{check_row_count, generator};
use crate::resampler::{check_folds, check_length};
use crate::{Folds, ResampleError, Resampler};

/// What to do with a class that has fewer rows than there are folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RareClass {
    /// An error that names the class.
    #[default]
    Refuse,
    /// Some folds test no row of the class.
    Spread,
}

/// k folds in which each class has its share.
///
/// The counts of a class differ by at most 1 between folds, and so do the sizes of the folds: the
/// rows, class after class and shuffled within each, are dealt in turn.
///
/// For a number as target, stratify by [`quantile_bins`](crate::quantile_bins).
///
/// # Errors of `folds`
/// Those of [`KFold`](crate::KFold); [`ResampleError::LengthMismatch`] unless there is a class a
/// row; [`ResampleError::ClassTooSmall`] under [`RareClass::Refuse`].
///
/// # Limitations
/// Those of [`KFold`](crate::KFold). The folds are tied through the classes, so that the spread
/// over folds tells too little of how the error varies where class shares vary too.
///
/// scikit-learn's `StratifiedKFold` warns of a class that is too small; here the default refuses.
///
/// ```
/// use gradus_resample::{RareClass, Resampler, StratifiedKFold};
///
/// let classes = [[0; 20].as_slice(), &[1; 5]].concat();
/// let way = StratifiedKFold { folds: 5, classes: &classes, seed: 1, rare: RareClass::Refuse };
/// for fold in way.folds(25)?.iter() {
///     assert_eq!(fold.test.iter().filter(|&&row| classes[row] == 1).count(), 1);
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratifiedKFold<'a> {
    /// The number of folds.
    pub folds: usize,
    /// The class of each row.
    pub classes: &'a [u32],
    /// The seed of the shuffles within classes.
    pub seed: u64,
    /// What to do with a class of fewer rows than folds.
    pub rare: RareClass,
}

impl<'a> StratifiedKFold<'a> {
    /// Ten folds from seed 0, refusing rare classes.
    pub fn new(classes: &'a [u32]) -> Self {
        Self { folds: 10, classes, seed: 0, rare: RareClass::default() }
    }
}

impl Resampler for StratifiedKFold<'_> {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        check_length("classes", self.classes.len(), m)?;
        check_folds(self.folds, m, "rows")?;
        check_row_count(m)?;
        let mut rng = generator(self.seed);
        let mut fold_of = vec![0; m];
        let mut place = 0;
        for (class, mut rows) in rows_by_class(self.classes) {
            if rows.len() < self.folds && self.rare == RareClass::Refuse {
                let (count, needed) = (rows.len(), self.folds);
                return Err(ResampleError::ClassTooSmall { class, count, needed });
            }
            rows.shuffle(&mut rng);
            for row in rows {
                fold_of[row] = (place % self.folds) as u32;
                place += 1;
            }
        }
        Ok(Folds::assigned(m, self.folds, fold_of))
    }
}

/// The rows of each class, ascending.
pub(crate) fn rows_by_class(classes: &[u32]) -> BTreeMap<u32, Vec<usize>> {
    let mut rows_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &class) in classes.iter().enumerate() {
        rows_of.entry(class).or_default().push(row);
    }
    rows_of
}
