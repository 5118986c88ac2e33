//! Leaving one row out, or every subset of p rows.

use crate::{Fold, Folds, ResampleError, Resampler};

/// Each row alone is tested, by a fit on all others: m folds.
///
/// # Errors of `folds`
/// [`ResampleError::InvalidLeaveOut`] below two rows.
///
/// # Limitations
/// - It takes m fits, but where a closed form exists (least squares: e/(1 − leverage)).
/// - The fits differ by one row each and are wrong together: the estimate is nearly unbiased, and
///   its variance can be high.
/// - Class shares are off: the row left out is always one of its class too few in train. A
///   majority vote on two balanced classes is always wrong.
///
/// ```
/// use gradus_resample::{LeaveOneOut, Resampler};
///
/// let folds = LeaveOneOut.folds(3)?;
/// assert_eq!(folds.get(1).map(|fold| fold.train), Some(vec![0, 2]));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeaveOneOut;

impl Resampler for LeaveOneOut {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        LeavePOut { left_out: 1 }.folds(m)
    }
}

/// Every subset of p rows is tested, by a fit on the rest: C(m, p) folds in lexicographic order.
///
/// # Errors of `folds`
/// [`ResampleError::InvalidLeaveOut`] unless 1 ≤ p < m; [`ResampleError::TooManySubsets`] if
/// C(m, p) exceeds the largest `usize`.
///
/// # Limitations
/// Those of [`LeaveOneOut`], with C(m, p) fits; for p > 1 the tests overlap, so that their errors
/// depend on each other.
///
/// ```
/// use gradus_resample::{LeavePOut, Resampler};
///
/// let folds = LeavePOut { left_out: 2 }.folds(4)?;
/// let tests: Vec<_> = folds.iter().map(|fold| fold.test).collect();
/// assert_eq!(tests, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeavePOut {
    /// p, the number of rows to test at a time.
    pub left_out: usize,
}

impl Resampler for LeavePOut {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        let p = self.left_out;
        if p == 0 || p >= m {
            return Err(ResampleError::InvalidLeaveOut { left_out: p, rows: m });
        }
        let count = subsets(m, p).ok_or(ResampleError::TooManySubsets { left_out: p, rows: m })?;
        Ok(Folds::new(m, count, move |index| {
            let test = subset(m, p, index);
            let train = (0..m).filter(|row| test.binary_search(row).is_err()).collect();
            Fold { train, test }
        }))
    }
}

/// C(m, p), if it can be counted.
fn subsets(m: usize, p: usize) -> Option<usize> {
    let mut count: u128 = 1;
    for i in 0..p.min(m - p) {
        // After each step it is C(m, i + 1), and so divisible.
        count = count * (m - i) as u128 / (i as u128 + 1);
        if count > usize::MAX as u128 {
            return None;
        }
    }
    usize::try_from(count).ok()
}

/// The subset of p of m rows with this place in lexicographic order.
fn subset(m: usize, p: usize, mut place: usize) -> Vec<usize> {
    let mut rows = Vec::with_capacity(p);
    let mut row = 0;
    while rows.len() < p {
        // The subsets that go on with this row; all are fewer than C(m, p), which was counted.
        let with_row = match p - rows.len() - 1 {
            0 => 1,
            rest => subsets(m - row - 1, rest).unwrap_or(usize::MAX),
        };
        if place < with_row {
            rows.push(row);
        } else {
            place -= with_row;
        }
        row += 1;
    }
    rows
}
