//! Cross-validation that keeps groups together and classes in proportion.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;

use crate::random::{check_row_count, generator};
use crate::resampler::{check_folds, check_length};
use crate::{Folds, ResampleError, Resampler};

/// k folds such that no group is both trained on and tested, with class shares as even as the
/// groups allow.
///
/// Groups are dealt by falling spread of their class counts, each into the fold for which the
/// class shares of the folds then differ least: with s_{fc} the share of class c's rows that fold f
/// holds, the fold that minimises the mean over c of the standard deviation over f of s_{fc}; among
/// equals the fold with the fewest rows. Greedy, so not always the best there is.
///
/// # Errors of `folds`
/// Those of [`GroupKFold`](crate::GroupKFold), with classes as well as groups.
///
/// # Limitations
/// Those of [`GroupKFold`](crate::GroupKFold). Where a class lives in few groups some folds hold
/// none of it: the shares are a wish, the groups a rule.
///
/// scikit-learn's `StratifiedGroupKFold` is the same greedy rule.
///
/// ```
/// use gradus_resample::{Resampler, StratifiedGroupKFold};
///
/// // Eight patients of three visits each; every other patient is ill.
/// let groups: Vec<u32> = (0..24).map(|row| row / 3).collect();
/// let classes: Vec<u32> = groups.iter().map(|patient| patient % 2).collect();
/// let way = StratifiedGroupKFold { folds: 4, classes: &classes, groups: &groups, seed: 0 };
/// for fold in way.folds(24)?.iter() {
///     assert_eq!(fold.test.iter().filter(|&&row| classes[row] == 1).count(), 3);
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratifiedGroupKFold<'a> {
    /// The number of folds.
    pub folds: usize,
    /// The class of each row.
    pub classes: &'a [u32],
    /// The group of each row.
    pub groups: &'a [u32],
    /// The seed of the order of groups with equal spread.
    pub seed: u64,
}

/// A group's rows, and how many of them each class has.
struct Group {
    rows: Vec<usize>,
    counts: Vec<f64>,
    spread: f64,
}

impl Resampler for StratifiedGroupKFold<'_> {
    fn folds(&self, m: usize) -> Result<Folds, ResampleError> {
        check_length("classes", self.classes.len(), m)?;
        check_length("groups", self.groups.len(), m)?;
        check_row_count(m)?;
        let (mut groups, totals) = self.counted();
        check_folds(self.folds, groups.len(), "groups")?;
        groups.shuffle(&mut generator(self.seed));
        groups.sort_by(|a, b| b.spread.total_cmp(&a.spread));
        let mut held = vec![vec![0.0; totals.len()]; self.folds];
        let mut fold_of = vec![0; m];
        for group in &groups {
            let fold = best_fold(&mut held, &totals, &group.counts);
            add(&mut held[fold], &group.counts, 1.0);
            group.rows.iter().for_each(|&row| fold_of[row] = fold as u32);
        }
        Ok(Folds::assigned(m, self.folds, fold_of))
    }
}

impl StratifiedGroupKFold<'_> {
    /// The groups, and the rows of each class.
    fn counted(&self) -> (Vec<Group>, Vec<f64>) {
        let classes: BTreeSet<u32> = self.classes.iter().copied().collect();
        let numbers: BTreeMap<u32, usize> = classes.into_iter().zip(0..).collect();
        let mut totals = vec![0.0; numbers.len()];
        let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
        for (row, (group, class)) in self.groups.iter().zip(self.classes).enumerate() {
            let group = groups.entry(*group).or_insert_with(|| Group {
                rows: Vec::new(),
                counts: vec![0.0; totals.len()],
                spread: 0.0,
            });
            let number = numbers[class];
            group.rows.push(row);
            group.counts[number] += 1.0;
            totals[number] += 1.0;
        }
        for group in groups.values_mut() {
            group.spread = deviation(group.counts.iter().copied());
        }
        (groups.into_values().collect(), totals)
    }
}

/// The fold that a group of these class counts makes least uneven.
fn best_fold(held: &mut [Vec<f64>], totals: &[f64], counts: &[f64]) -> usize {
    let mut best = (f64::INFINITY, f64::INFINITY, 0);
    for fold in 0..held.len() {
        add(&mut held[fold], counts, 1.0);
        let uneven: f64 = (0..totals.len())
            .map(|class| deviation(held.iter().map(|fold| fold[class] / totals[class])))
            .sum();
        let size: f64 = held[fold].iter().sum();
        add(&mut held[fold], counts, -1.0);
        // Shares that differ by rounding alone are equal.
        let tied = (uneven - best.0).abs() <= 1e-12;
        if (tied && size < best.1) || (!tied && uneven < best.0) {
            best = (uneven, size, fold);
        }
    }
    best.2
}

fn add(held: &mut [f64], counts: &[f64], sign: f64) {
    held.iter_mut().zip(counts).for_each(|(held, count)| *held += sign * count);
}

/// The standard deviation with divisor n.
fn deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let n = values.len() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (values.map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt()
}
