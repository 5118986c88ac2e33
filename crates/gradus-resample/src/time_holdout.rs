//! Holding the latest rows out.

use std::cmp::Ordering;

use crate::holdout::apportion;
use crate::random::check_row_count;
use crate::{Fractions, ResampleError, Split};

/// Splits rows by time: the earliest to train, the next to dev, the latest to test.
///
/// `times[i]` is when row i happened: numbers, or texts whose order is that of time, as 2024-01-31.
/// Each part receives its share of rows, rounded as in [`holdout`](crate::holdout), and more where
/// rows of one time would fall into two parts: they stay with the earlier one. Of dev and of test the
/// first `gap` rows are left out, so that what looks back a little does not see across the cut.
/// Each part lists its rows in the order of time, equal times in that of the rows.
///
/// # Errors
/// [`ResampleError::InvalidFractions`]; [`ResampleError::TimeWithoutOrder`] for a time that cannot be
/// compared, as NaN; [`ResampleError::TooFewRows`] if a part whose fraction is above 0 would be
/// empty; [`ResampleError::TooManyRows`] from 2³² − 1 rows on.
///
/// # Limitations
/// One stretch of time is tested, which may be like no other:
/// [`TimeSeriesSplit`](crate::TimeSeriesSplit) tests several.
///
/// ```
/// use gradus_resample::{Fractions, time_holdout};
///
/// let year = [2021, 2020, 2024, 2022, 2023, 2020, 2021, 2022, 2023, 2024];
/// let split = time_holdout(&year, Fractions::default(), 0)?;
/// assert_eq!(split.train, [1, 5, 0, 6, 3, 7]);
/// assert_eq!((split.dev, split.test), (vec![4, 8], vec![2, 9]));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn time_holdout<T: PartialOrd>(
    times: &[T],
    fractions: Fractions,
    gap: usize,
) -> Result<Split, ResampleError> {
    fractions.validate()?;
    let m = times.len();
    check_row_count(m)?;
    let ordered = |row: usize| times[row].partial_cmp(&times[row]) == Some(Ordering::Equal);
    if let Some(row) = (0..m).find(|&row| !ordered(row)) {
        return Err(ResampleError::TimeWithoutOrder { row });
    }
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| times[a].partial_cmp(&times[b]).unwrap_or(Ordering::Equal));
    let counts = apportion(m, fractions, &mut [0.0; 3]);
    let together = |mut cut: usize| {
        while cut > 0 && cut < m && times[order[cut - 1]] == times[order[cut]] {
            cut += 1;
        }
        cut
    };
    let first = together(counts[0]);
    let second = together(first.max(counts[0] + counts[1]));
    let after = |from: usize, to: usize| order[(from + gap).min(to)..to].to_vec();
    let dev = after(first, second);
    let split = Split { train: order[..first].to_vec(), dev, test: after(second, m) };
    fractions.check_filled(m, [split.train.len(), split.dev.len(), split.test.len()])?;
    Ok(split)
}
