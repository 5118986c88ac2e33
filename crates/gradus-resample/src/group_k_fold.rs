//! Cross-validation that keeps groups together.

use std::cmp::Reverse;

use crate::random::check_row_count;
use crate::resampler::{check_folds, check_length};
use crate::stratified_k_fold::rows_by_class;
use crate::{Folds, ResampleError, Resampler};

/// k folds such that no group is both trained on and tested.
///
/// Groups (patients, sites, series) are dealt by falling size, each into the fold that has the
/// fewest rows so far; among equals the smaller label and the earlier fold come first. Nothing is
/// random.
///
/// # Errors of `folds`
/// [`ResampleError::TooFewFolds`] below 2; [`ResampleError::LengthMismatch`] unless there is a
/// group a row; [`ResampleError::TooManyFolds`] with fewer groups than folds.
///
/// # Limitations
/// Those of [`KFold`](crate::KFold), but that rows within a group may depend on each other. The
/// sizes of folds differ by up to the size of a group; the smallest number of groups that
/// is tested, not the number of rows, says how precise the estimate is.
///
/// As scikit-learn's `GroupKFold`, which breaks ties otherwise.
///
/// ```
/// use gradus_resample::{GroupKFold, Resampler};
///
/// let folds = GroupKFold { folds: 2, groups: &[7, 7, 7, 8, 8, 9] }.folds(6)?;
/// let tests: Vec<_> = folds.iter().map(|fold| fold.test).collect();
/// assert_eq!(tests, [vec![0, 1, 2], vec![3, 4, 5]]);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupKFold<'a> {
    /// The number of folds.
    pub folds: usize,
    /// The group of each row.
    pub groups: &'a [u32],
}

impl Resampler for GroupKFold<'_> {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        check_length("groups", self.groups.len(), m)?;
        check_row_count(m)?;
        let mut groups: Vec<Vec<usize>> = rows_by_class(self.groups).into_values().collect();
        check_folds(self.folds, groups.len(), "groups")?;
        groups.sort_by_key(|rows| Reverse(rows.len()));
        let mut sizes = vec![0; self.folds];
        let mut fold_of = vec![0; m];
        for rows in groups {
            // The first of the lightest.
            let lightest = (0..self.folds).min_by_key(|&fold| sizes[fold]).unwrap_or(0);
            sizes[lightest] += rows.len();
            rows.iter().for_each(|&row| fold_of[row] = lightest as u32);
        }
        Ok(Folds::assigned(m, self.folds, fold_of))
    }
}
