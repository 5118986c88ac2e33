//! Columns that tell the target alone.

use std::collections::HashMap;
use std::hash::Hash;

use gradus_data::{Column, ColumnKind, Table, Targets};
use gradus_stats::correlation;

use crate::table_description::KnownTarget;
use crate::table_warning::{Evidence, TableWarning};

/// The fewest rows in which anything is suspected.
const FEWEST: usize = 20;
/// The most classes whose cuts are searched for.
const MOST_CLASSES: usize = 20;
/// The fewest rows a level, on average, with which a column of levels is looked at.
const ROWS_A_LEVEL: usize = 5;

/// Columns that alone tell at least a share of what chance leaves about the target.
pub(crate) fn leaks(table: &Table, target: &KnownTarget, least: f64) -> Vec<TableWarning> {
    if target.rows.len() < FEWEST {
        return Vec::new();
    }
    let mut found: Vec<(f64, TableWarning)> = Vec::new();
    for column in table.columns().iter().filter(|column| column.name() != target.column) {
        for (evidence, strength) in
            [of_values(column, target), of_gaps(column, target)].into_iter().flatten()
        {
            if strength >= least {
                let column = column.name().to_owned();
                found.push((strength, TableWarning::Leak { column, evidence, strength }));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, warning)| warning).collect()
}

/// What a column's values tell.
fn of_values(column: &Column, target: &KnownTarget) -> Option<(Evidence, f64)> {
    let present: Vec<usize> =
        (0..target.rows.len()).filter(|&i| !column.is_missing(target.rows[i])).collect();
    if present.len() < FEWEST {
        return None;
    }
    let row = |i: &usize| target.rows[*i];
    match (column.kind(), &target.values) {
        (ColumnKind::Numeric, Targets::Classes { codes, labels })
            if labels.len() <= MOST_CLASSES =>
        {
            let pairs = present.iter().filter_map(|i| Some((column.number(row(i))?, codes[*i])));
            let pairs: Vec<(f64, u32)> = pairs.collect();
            let gain = over_majority(
                cut_hits(pairs.clone(), labels.len()),
                pairs.iter().map(|pair| pair.1),
            )?;
            Some((Evidence::Cuts { cuts: labels.len() - 1 }, gain))
        }
        (ColumnKind::Categorical, Targets::Classes { codes, .. }) => {
            let pairs = present.iter().filter_map(|i| Some((column.level(row(i))?, codes[*i])));
            let pairs: Vec<(&str, u32)> = pairs.collect();
            let gain = over_majority(vote_hits(&pairs)?, pairs.iter().map(|pair| pair.1))?;
            Some((Evidence::Levels, gain))
        }
        (ColumnKind::Numeric, Targets::Values(y)) => {
            let pair = |i: &usize| Some((column.number(row(i))?, y[(*i, 0)]));
            let (x, y): (Vec<f64>, Vec<f64>) = present.iter().filter_map(pair).unzip();
            let linear = correlation(&x, &y).ok()?.abs();
            let monotone = correlation(&ranks(&x), &ranks(&y)).ok()?.abs();
            Some((Evidence::Correlation, linear.max(monotone)))
        }
        (ColumnKind::Categorical, Targets::Values(y)) => {
            let pairs = present.iter().filter_map(|i| Some((column.level(row(i))?, y[(*i, 0)])));
            Some((Evidence::Means, explained(&pairs.collect::<Vec<_>>())?))
        }
        _ => None,
    }
}

/// What it tells that a value is missing.
fn of_gaps(column: &Column, target: &KnownTarget) -> Option<(Evidence, f64)> {
    let Targets::Classes { codes, .. } = &target.values else { return None };
    let pairs: Vec<(bool, u32)> =
        target.rows.iter().zip(codes).map(|(&row, &code)| (column.is_missing(row), code)).collect();
    let missing = pairs.iter().filter(|(missing, _)| *missing).count();
    if missing < ROWS_A_LEVEL || missing + ROWS_A_LEVEL > pairs.len() {
        return None;
    }
    let gain = over_majority(vote_hits(&pairs)?, pairs.iter().map(|pair| pair.1))?;
    Some((Evidence::Missing, gain))
}

/// (accuracy − majority)/(1 − majority): the share of what always guessing the most frequent class
/// gets wrong that is got right. None where there is but one class.
fn over_majority(hits: usize, classes: impl Iterator<Item = u32>) -> Option<f64> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    let mut all = 0;
    for class in classes {
        *counts.entry(class).or_default() += 1;
        all += 1;
    }
    let majority = counts.values().max().copied()?;
    (majority < all).then(|| (hits as f64 - majority as f64) / (all - majority) as f64)
}

/// The most rows whose class can be told by cutting the values at k − 1 places and giving each
/// interval one of the k classes: by dynamic programming over the values in order.
fn cut_hits(mut pairs: Vec<(f64, u32)>, classes: usize) -> usize {
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    // hits[cuts][class]: the most so far with so many cuts, the current interval of that class.
    let mut hits = vec![vec![None; classes]; classes];
    hits[0] = vec![Some(0_usize); classes];
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let mut counts = vec![0; classes];
        group.iter().for_each(|&(_, class)| counts[class as usize] += 1);
        for cuts in (0..classes).rev() {
            let cut_here =
                cuts.checked_sub(1).and_then(|before| hits[before].iter().flatten().max().copied());
            for class in 0..classes {
                let best = hits[cuts][class].max(cut_here);
                hits[cuts][class] = best.map(|best| best + counts[class]);
            }
        }
    }
    hits.iter().flatten().flatten().max().copied().unwrap_or(0)
}

/// The rows that are right if each level votes for its most frequent class; none with too many
/// levels, which would be right by chance.
fn vote_hits<L: Eq + Hash>(pairs: &[(L, u32)]) -> Option<usize> {
    let mut counts: HashMap<&L, HashMap<u32, usize>> = HashMap::new();
    for (level, class) in pairs {
        *counts.entry(level).or_default().entry(*class).or_default() += 1;
    }
    (counts.len() * ROWS_A_LEVEL <= pairs.len())
        .then(|| counts.values().filter_map(|classes| classes.values().max()).sum())
}

/// η², the share of the target's variance that lies between the levels.
fn explained(pairs: &[(&str, f64)]) -> Option<f64> {
    let mut sums: HashMap<&str, (f64, f64)> = HashMap::new();
    let mean = pairs.iter().map(|pair| pair.1).sum::<f64>() / pairs.len() as f64;
    let mut total = 0.0;
    for (level, y) in pairs {
        let sum = sums.entry(level).or_default();
        *sum = (sum.0 + (y - mean), sum.1 + 1.0);
        total += (y - mean).powi(2);
    }
    let mut levels: Vec<(f64, f64)> = sums.into_values().collect();
    // In an order that does not depend on the hash.
    levels.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let between: f64 = levels.iter().map(|(sum, rows)| sum * sum / rows).sum();
    (levels.len() * ROWS_A_LEVEL <= pairs.len() && total > 0.0).then_some(between / total)
}

/// Ranks from 0, tied values having their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut next = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = next as f64 + (tied.len() - 1) as f64 / 2.0;
        tied.iter().for_each(|&place| ranks[place] = rank);
        next += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, over all places of the cuts.
    #[test]
    fn cuts_are_the_best_there_are() {
        let pairs =
            |classes: &[u32]| classes.iter().zip(0..).map(|(&c, x)| (f64::from(x), c)).collect();
        assert_eq!(cut_hits(pairs(&[0, 0, 1, 1, 1]), 2), 5);
        assert_eq!(cut_hits(pairs(&[0, 1, 0, 1, 1]), 2), 4);
        assert_eq!(cut_hits(pairs(&[0, 1, 2, 1, 0]), 3), 4);
        // Equal values cannot be cut apart.
        assert_eq!(cut_hits(vec![(1.0, 0), (1.0, 1), (1.0, 1)], 2), 2);
    }

    /// R: rank(c(3, 1, 3, 2)) − 1.
    #[test]
    fn ties_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
    }
}
