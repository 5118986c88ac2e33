//! Holding rows out, at random or class by class.

use rand::seq::SliceRandom;

use crate::random::{check_row_count, generator};
use crate::stratified_k_fold::rows_by_class;
use crate::{Fractions, ResampleError, Split};

/// Splits rows 0..m at random into train, dev and test.
///
/// Each part receives its share m·f rounded down or up: whole rows first, what is left to the
/// parts with the largest remainders. The same seed gives the same split on every platform and
/// any number of threads. Each part lists its rows in ascending order.
///
/// # Errors
/// [`ResampleError::InvalidFractions`]; [`ResampleError::TooFewRows`] if a part whose fraction is
/// above 0 would be empty; [`ResampleError::TooManyRows`] from 2³² − 1 rows on.
///
/// # Limitations
/// - The rows held out are lost for training: the model is fitted on less data than there is, and
///   its error is overestimated for it.
/// - The estimate depends on the split: with few rows another seed may give another verdict.
/// - The parts are not independent of each other: a class over-represented in one is
///   under-represented in the others ([`stratified_holdout`] avoids that).
/// - Rows are taken to be independent. Rows of one patient, or of one series in time, must not
///   straddle the parts, and here they may.
///
/// Differs from scikit-learn's `train_test_split`, which makes two parts and returns them shuffled.
///
/// ```
/// use gradus_resample::{Fractions, holdout};
///
/// let split = holdout(10, Fractions::default(), 7)?;
/// assert_eq!((split.train.len(), split.dev.len(), split.test.len()), (6, 2, 2));
/// assert_eq!(split, holdout(10, Fractions::default(), 7)?);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn holdout(m: usize, fractions: Fractions, seed: u64) -> Result<Split, ResampleError> {
    fractions.validate()?;
    check_row_count(m)?;
    let counts = apportion(m, fractions, &mut [0.0; 3]);
    fractions.check_filled(m, counts)?;
    let mut rows: Vec<usize> = (0..m).collect();
    rows.shuffle(&mut generator(seed));
    let mut split = empty_split(counts);
    deal(&rows, counts, &mut split);
    Ok(sorted(split))
}

/// Splits rows into train, dev and test so that every class has its share in each part.
///
/// `classes[i]` is the class of row i. Of a class with c rows each part receives c·f rounded down
/// or up, so it differs from the exact share by less than 1. Which parts are rounded up is
/// decided by the shortfall they have accumulated over the classes so far (for one class: the
/// largest remainder), so the sizes of the parts stay near their shares of m too.
/// A part whose share of a class is below one row may hold none of that class.
///
/// # Errors
/// As [`holdout`], and [`ResampleError::ClassTooSmall`] if a class has fewer rows than there are
/// parts: below three rows for a split in three.
///
/// # Limitations
/// Those of [`holdout`], but for the shares of the classes. The parts are even less independent,
/// as their class counts are tied.
///
/// ```
/// use gradus_resample::{Fractions, stratified_holdout};
///
/// // 90 rows of class 0 and 10 of class 1.
/// let classes: Vec<u32> = (0..100).map(|row| u32::from(row % 10 == 0)).collect();
/// let split = stratified_holdout(&classes, Fractions::default(), 1)?;
/// let ones = split.test.iter().filter(|&&row| classes[row] == 1).count();
/// assert_eq!((ones, split.test.len()), (2, 20));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn stratified_holdout(
    classes: &[u32],
    fractions: Fractions,
    seed: u64,
) -> Result<Split, ResampleError> {
    fractions.validate()?;
    check_row_count(classes.len())?;
    let needed = fractions.parts();
    let mut rng = generator(seed);
    let mut shortfall = [0.0; 3];
    let mut split = empty_split([0; 3]);
    for (class, mut rows) in rows_by_class(classes) {
        if rows.len() < needed {
            return Err(ResampleError::ClassTooSmall { class, count: rows.len(), needed });
        }
        rows.shuffle(&mut rng);
        deal(&rows, apportion(rows.len(), fractions, &mut shortfall), &mut split);
    }
    let counts = [split.train.len(), split.dev.len(), split.test.len()];
    fractions.check_filled(classes.len(), counts)?;
    Ok(sorted(split))
}

/// Rounds the three shares of `m` to whole rows that sum to `m`, each down or up.
///
/// `shortfall` carries Σ (exact share − rows given) from one class to the next.
pub(crate) fn apportion(m: usize, fractions: Fractions, shortfall: &mut [f64; 3]) -> [usize; 3] {
    let mut counts = [0; 3];
    let mut may_round_up = [false; 3];
    let whole: f64 = fractions.shares().iter().sum();
    for (part, share) in fractions.shares().into_iter().enumerate() {
        let mut exact = m as f64 * share / whole;
        // 0.29 · 100 is 28.999999999999996: rounding noise must not cost a row.
        if (exact - exact.round()).abs() < 1e-6 {
            exact = exact.round();
        }
        counts[part] = exact.floor() as usize;
        may_round_up[part] = exact > exact.floor();
        shortfall[part] += exact - exact.floor();
    }
    while counts.iter().sum::<usize>() < m {
        let next = (0..3)
            .filter(|&part| may_round_up[part])
            .reduce(|best, part| if shortfall[part] > shortfall[best] { part } else { best });
        // Rounding noise within the tolerance above can leave a row that no part is owed.
        let part = next.unwrap_or(0);
        counts[part] += 1;
        may_round_up[part] = false;
        shortfall[part] -= 1.0;
    }
    counts
}

fn empty_split(counts: [usize; 3]) -> Split {
    let [train, dev, test] = counts.map(Vec::with_capacity);
    Split { train, dev, test }
}

/// Appends the first rows to train, the next to dev, the rest to test.
fn deal(rows: &[usize], counts: [usize; 3], split: &mut Split) {
    let (train, rest) = rows.split_at(counts[0].min(rows.len()));
    let (dev, test) = rest.split_at(counts[1].min(rest.len()));
    split.train.extend_from_slice(train);
    split.dev.extend_from_slice(dev);
    split.test.extend_from_slice(test);
}

fn sorted(mut split: Split) -> Split {
    split.train.sort_unstable();
    split.dev.sort_unstable();
    split.test.sort_unstable();
    split
}
