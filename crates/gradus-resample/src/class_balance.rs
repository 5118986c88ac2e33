//! Training rows with as many of each class.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use crate::ResampleError;
use crate::random::{below, check_row_count, generator};

/// As many rows of each class as the smallest class has, without replacement, ascending.
///
/// `rows` are the rows to choose from, training rows as a rule, and `classes` the classes of all
/// rows. Balance after splitting, and never the test: its class shares are those that a model will
/// meet.
///
/// # Errors
/// [`ResampleError::NoRows`]; [`ResampleError::RowOutOfRange`] if a row has no class.
///
/// # Limitations
/// It throws rows away; and the shares of the classes that a model learns are no longer those of
/// the population, so that its probabilities have to be corrected.
///
/// ```
/// use gradus_resample::undersample;
///
/// let classes = [0, 0, 0, 1, 0, 1];
/// let rows = undersample(&[0, 1, 2, 3, 4, 5], &classes, 8)?;
/// assert_eq!(rows.len(), 4);
/// assert!(rows.contains(&3) && rows.contains(&5));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn undersample(
    rows: &[usize],
    classes: &[u32],
    seed: u64,
) -> Result<Vec<usize>, ResampleError> {
    let rows_of = rows_by_class(rows, classes)?;
    let least = rows_of.values().map(Vec::len).min().unwrap_or(0);
    let mut rng = generator(seed);
    let mut chosen = Vec::with_capacity(least * rows_of.len());
    for mut rows in rows_of.into_values() {
        rows.shuffle(&mut rng);
        chosen.extend_from_slice(&rows[..least]);
    }
    chosen.sort_unstable();
    Ok(chosen)
}

/// All rows, and of each smaller class further draws with replacement up to the size of the
/// largest, ascending.
///
/// Arguments and errors are those of [`undersample`].
///
/// # Limitations
/// Repeated rows are no new information: a flexible model learns them by heart. Before a split it
/// would put copies of one row into train and test; only training rows may be given.
///
/// ```
/// use gradus_resample::oversample;
///
/// let classes = [0, 0, 0, 1, 0, 1];
/// let rows = oversample(&[0, 1, 2, 3, 4, 5], &classes, 8)?;
/// assert_eq!(rows.iter().filter(|&&row| classes[row] == 1).count(), 4);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn oversample(rows: &[usize], classes: &[u32], seed: u64) -> Result<Vec<usize>, ResampleError> {
    let rows_of = rows_by_class(rows, classes)?;
    let most = rows_of.values().map(Vec::len).max().unwrap_or(0);
    let mut rng = generator(seed);
    let mut chosen = Vec::with_capacity(most * rows_of.len());
    for rows in rows_of.values() {
        chosen.extend_from_slice(rows);
        chosen.extend((rows.len()..most).map(|_| rows[below(&mut rng, rows.len())]));
    }
    chosen.sort_unstable();
    Ok(chosen)
}

/// A class-balancing bootstrap: `draws` rows with replacement, a row of class c of k classes with
/// probability 1/(k·m_c), ascending.
///
/// Arguments and errors are otherwise those of [`undersample`], with its limitation that the
/// probabilities of a model are no longer those of the population.
///
/// ```
/// use gradus_resample::balanced_bootstrap;
///
/// let classes: Vec<u32> = (0..100).map(|row| u32::from(row < 10)).collect();
/// let rows: Vec<usize> = (0..100).collect();
/// let drawn = balanced_bootstrap(&rows, &classes, 10_000, 5)?;
/// let rare = drawn.iter().filter(|&&row| classes[row] == 1).count();
/// assert!((4_700..5_300).contains(&rare));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn balanced_bootstrap(
    rows: &[usize],
    classes: &[u32],
    draws: usize,
    seed: u64,
) -> Result<Vec<usize>, ResampleError> {
    let rows_of: Vec<Vec<usize>> = rows_by_class(rows, classes)?.into_values().collect();
    let mut rng = generator(seed);
    let mut drawn = Vec::with_capacity(draws);
    for _ in 0..draws {
        let class = &rows_of[below(&mut rng, rows_of.len())];
        drawn.push(class[below(&mut rng, class.len())]);
    }
    drawn.sort_unstable();
    Ok(drawn)
}

/// The weight of each class that makes all classes count alike, w_c = m/(k·m_c).
///
/// The weights of all rows sum to m.
///
/// # Errors
/// [`ResampleError::NoRows`].
///
/// ```
/// use gradus_resample::balanced_class_weights;
///
/// let weights = balanced_class_weights(&[0, 0, 0, 5])?;
/// assert_eq!((weights[&0], weights[&5]), (2.0 / 3.0, 2.0));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// G. King, L. Zeng (2001); scikit-learn's `class_weight="balanced"`.
pub fn balanced_class_weights(classes: &[u32]) -> Result<BTreeMap<u32, f64>, ResampleError> {
    if classes.is_empty() {
        return Err(ResampleError::NoRows { needed: 1 });
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    classes.iter().for_each(|&class| *counts.entry(class).or_default() += 1);
    let (m, k) = (classes.len() as f64, counts.len() as f64);
    Ok(counts.into_iter().map(|(class, count)| (class, m / (k * count as f64))).collect())
}

fn rows_by_class(
    rows: &[usize],
    classes: &[u32],
) -> Result<BTreeMap<u32, Vec<usize>>, ResampleError> {
    check_row_count(rows.len())?;
    if rows.is_empty() {
        return Err(ResampleError::NoRows { needed: 1 });
    }
    let mut rows_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        let beyond = ResampleError::RowOutOfRange { row, rows: classes.len() };
        rows_of.entry(*classes.get(row).ok_or(beyond)?).or_default().push(row);
    }
    Ok(rows_of)
}
