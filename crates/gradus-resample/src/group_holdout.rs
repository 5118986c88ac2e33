//! Holding whole groups out.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use crate::random::{check_row_count, generator};
use crate::stratified_k_fold::rows_by_class;
use crate::{Fractions, ResampleError, Split};

/// Splits rows into train, dev and test so that no group is in two parts: patients, sites, series.
///
/// `groups[i]` is the group of row i. Groups go, the largest first and equal ones in the order of
/// the seed, each to the part that lacks most rows of its share; the last ones go to parts that are
/// still empty. The shares are met as nearly as whole groups allow. Each part lists its rows in
/// ascending order.
///
/// # Errors
/// [`ResampleError::InvalidFractions`]; [`ResampleError::TooFewGroups`] with fewer groups than
/// parts; [`ResampleError::TooManyRows`] from 2³² − 1 rows on.
///
/// # Limitations
/// Those of [`holdout`](crate::holdout), but that groups may be dependent within. The test tells of
/// as many independent cases as it has groups, not rows: with few groups it tells little.
///
/// ```
/// use gradus_resample::{Fractions, group_holdout};
///
/// // Twenty patients of five visits each.
/// let patients: Vec<u32> = (0..100).map(|row| row / 5).collect();
/// let split = group_holdout(&patients, Fractions::default(), 1)?;
/// assert_eq!((split.train.len(), split.dev.len(), split.test.len()), (60, 20, 20));
/// let tested: Vec<u32> = split.test.iter().map(|&row| patients[row]).collect();
/// assert!(split.train.iter().all(|&row| !tested.contains(&patients[row])));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn group_holdout(
    groups: &[u32],
    fractions: Fractions,
    seed: u64,
) -> Result<Split, ResampleError> {
    whole_groups(&vec![0; groups.len()], groups, fractions, seed)
}

/// Splits rows into train, dev and test so that no group is in two parts and every class has nearly
/// its share in each.
///
/// As [`group_holdout`], but that a group goes to the part p where it makes
/// Σ꜀ ((rows of class c in p − share of p · rows of c)/rows of c)² grow least. For one class that is
/// the part that lacks most.
///
/// # Errors
/// As [`group_holdout`]; [`ResampleError::LengthMismatch`] if there is not one class for each group.
///
/// # Limitations
/// Those of [`group_holdout`]. Groups that hold most of a class cannot be shared out.
///
/// ```
/// use gradus_resample::{Fractions, stratified_group_holdout};
///
/// // Thirty patients of three visits each; every third patient is ill.
/// let patients: Vec<u32> = (0..90).map(|row| row / 3).collect();
/// let ill: Vec<u32> = patients.iter().map(|patient| u32::from(patient % 3 == 0)).collect();
/// let split = stratified_group_holdout(&ill, &patients, Fractions::default(), 1)?;
/// let of = |part: &[usize]| part.iter().filter(|&&row| ill[row] == 1).count();
/// assert_eq!((of(&split.train), of(&split.dev), of(&split.test)), (18, 6, 6));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn stratified_group_holdout(
    classes: &[u32],
    groups: &[u32],
    fractions: Fractions,
    seed: u64,
) -> Result<Split, ResampleError> {
    whole_groups(classes, groups, fractions, seed)
}

/// A group's rows, and how many of them each class has.
struct Group {
    rows: Vec<usize>,
    counts: Vec<f64>,
}

fn whole_groups(
    classes: &[u32],
    groups: &[u32],
    fractions: Fractions,
    seed: u64,
) -> Result<Split, ResampleError> {
    fractions.validate()?;
    check_row_count(groups.len())?;
    if classes.len() != groups.len() {
        let (given, rows) = (classes.len(), groups.len());
        return Err(ResampleError::LengthMismatch { what: "classes", given, rows });
    }
    let (mut left, totals) = counted(classes, groups);
    let parts: Vec<usize> = (0..3).filter(|&part| fractions.shares()[part] > 0.0).collect();
    if left.len() < parts.len() {
        return Err(ResampleError::TooFewGroups { groups: left.len(), parts: parts.len() });
    }
    left.shuffle(&mut generator(seed));
    left.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    let mut held = vec![vec![0.0; totals.len()]; 3];
    let mut rows: [Vec<usize>; 3] = Default::default();
    for (done, group) in left.iter().enumerate() {
        let empty: Vec<usize> = parts.iter().copied().filter(|&p| rows[p].is_empty()).collect();
        let must_fill = left.len() - done <= empty.len();
        let growth = |part: usize| -> f64 {
            let share = fractions.shares()[part];
            let of_class = |(class, total): (usize, &f64)| {
                let (add, over) = (group.counts[class] / total, held[part][class] / total - share);
                add * (add + 2.0 * over)
            };
            totals.iter().enumerate().map(of_class).sum()
        };
        let candidates = if must_fill { &empty } else { &parts };
        let best = candidates.iter().copied().min_by(|&a, &b| growth(a).total_cmp(&growth(b)));
        let part = best.unwrap_or(0);
        held[part].iter_mut().zip(&group.counts).for_each(|(held, count)| *held += count);
        rows[part].extend_from_slice(&group.rows);
    }
    rows.iter_mut().for_each(|part| part.sort_unstable());
    let [train, dev, test] = rows;
    Ok(Split { train, dev, test })
}

/// The groups in order, and the rows of each class.
fn counted(classes: &[u32], groups: &[u32]) -> (Vec<Group>, Vec<f64>) {
    let by_class = rows_by_class(classes);
    let totals: Vec<f64> = by_class.values().map(|rows| rows.len() as f64).collect();
    let mut found: BTreeMap<u32, Group> = BTreeMap::new();
    for (number, rows) in by_class.values().enumerate() {
        for &row in rows {
            let group = found
                .entry(groups[row])
                .or_insert_with(|| Group { rows: Vec::new(), counts: vec![0.0; totals.len()] });
            group.rows.push(row);
            group.counts[number] += 1.0;
        }
    }
    (found.into_values().collect(), totals)
}
