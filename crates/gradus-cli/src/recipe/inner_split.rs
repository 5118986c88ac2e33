//! The rows of a fold that tell when a network's training stops.

use std::collections::HashMap;

use gradus::data::Targets;
use gradus::resample::{
    Fractions, ResampleError, Split, group_holdout, holdout, stratified_group_holdout,
    stratified_holdout,
};

use crate::error::CliError;

/// The share of a fold's rows that tells when to stop.
const DEV: f64 = 0.2;
/// With fewer different rows none is kept from the training.
const FEWEST: usize = 10;

/// The rows to train on and those that tell when to stop, numbered as the targets are; none with too
/// few rows, or groups, for both.
///
/// `places` says which row each is. A bootstrap sample holds some several times: what is dealt are the
/// different rows, and all copies of one go where it goes. A network knows copies of its training
/// rows by heart, and would hardly ever be stopped by them. Groups stay whole for the same reason.
pub(super) fn inner_split(
    y: &Targets<f32>,
    places: &[usize],
    groups: Option<&[u32]>,
    seed: u64,
) -> Result<Option<Split>, CliError> {
    let copies = copies(places);
    if copies.len() < FEWEST {
        return Ok(None);
    }
    let first = |of: &[u32]| -> Vec<u32> { copies.iter().map(|rows| of[rows[0]]).collect() };
    let classes = match y {
        Targets::Classes { codes, .. } => Some(first(codes)),
        Targets::Values(_) => None,
    };
    let fractions = Fractions { train: 1.0 - DEV, dev: DEV, test: 0.0 };
    let split = match (&classes, groups.map(first)) {
        (Some(classes), Some(groups)) => {
            stratified_group_holdout(classes, &groups, fractions, seed)
        }
        (None, Some(groups)) => group_holdout(&groups, fractions, seed),
        (Some(classes), None) => stratified_holdout(classes, fractions, seed)
            // A class with a single row cannot be shared out.
            .or_else(|_| holdout(copies.len(), fractions, seed)),
        (None, None) => holdout(copies.len(), fractions, seed),
    };
    let split = match split {
        Err(ResampleError::TooFewGroups { .. }) => return Ok(None),
        split => split?,
    };
    let all = |part: &[usize]| {
        let mut rows: Vec<usize> = part.iter().flat_map(|&row| copies[row].clone()).collect();
        rows.sort_unstable();
        rows
    };
    Ok(Some(Split { train: all(&split.train), dev: all(&split.dev), test: Vec::new() }))
}

/// Where each different row stands, in the order of their first places.
fn copies(places: &[usize]) -> Vec<Vec<usize>> {
    let mut number: HashMap<usize, usize> = HashMap::new();
    let mut copies: Vec<Vec<usize>> = Vec::new();
    for (row, &place) in places.iter().enumerate() {
        let next = copies.len();
        let of = *number.entry(place).or_insert(next);
        if of == next {
            copies.push(Vec::new());
        }
        copies[of].push(row);
    }
    copies
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

    use std::collections::BTreeSet;

    use gradus::nalgebra::DMatrix;
    use gradus::resample::{Bootstrap, Resampler};

    use super::*;

    fn classes(codes: Vec<u32>) -> Targets<f32> {
        Targets::Classes { codes, labels: ["a", "b", "c"].map(str::to_owned).to_vec() }
    }

    fn values(m: usize) -> Targets<f32> {
        Targets::Values(DMatrix::zeros(m, 1))
    }

    fn of(part: &[usize], labels: &[usize]) -> BTreeSet<usize> {
        part.iter().map(|&row| labels[row]).collect()
    }

    #[test]
    fn no_copy_of_a_row_stands_on_both_sides() {
        let samples = Bootstrap { rounds: 40, seed: 2 }.folds(100).unwrap();
        for (round, sample) in samples.iter().enumerate() {
            let places = sample.train;
            let codes = places.iter().map(|&place| (place % 3) as u32).collect();
            for y in [values(100), classes(codes)] {
                let split = inner_split(&y, &places, None, round as u64).unwrap().unwrap();
                assert_eq!(split.train.len() + split.dev.len(), 100);
                let (train, dev) = (of(&split.train, &places), of(&split.dev, &places));
                assert!(train.is_disjoint(&dev), "{train:?} {dev:?}");
                // A fifth of the different rows, each class's share rounded.
                let different = (train.len() + dev.len()) as f64;
                assert!((dev.len() as f64 - different * DEV).abs() < 3.0, "{dev:?}");
            }
        }
    }

    #[test]
    fn groups_stay_whole_and_different_rows_are_dealt_as_ever() {
        let places: Vec<usize> = (0..90).collect();
        let groups: Vec<u32> = places.iter().map(|&place| place as u32 % 15).collect();
        let codes: Vec<u32> = places.iter().map(|&place| place as u32 % 3).collect();
        for y in [values(90), classes(codes.clone())] {
            let split = inner_split(&y, &places, Some(&groups), 1).unwrap().unwrap();
            let labels: Vec<usize> = groups.iter().map(|&group| group as usize).collect();
            assert!(of(&split.train, &labels).is_disjoint(&of(&split.dev, &labels)));
            assert_eq!((split.train.len(), split.dev.len()), (72, 18));
        }
        let fractions = Fractions { train: 0.8, dev: 0.2, test: 0.0 };
        let plain = stratified_holdout(&codes, fractions, 4).unwrap();
        assert_eq!(inner_split(&classes(codes), &places, None, 4).unwrap(), Some(plain));
        let plain = holdout(90, fractions, 4).unwrap();
        assert_eq!(inner_split(&values(90), &places, None, 4).unwrap(), Some(plain));
    }

    #[test]
    fn few_different_rows_and_a_single_group_are_all_trained_on() {
        let nine: Vec<usize> = (0..40).map(|row| row % 9).collect();
        assert_eq!(inner_split(&values(40), &nine, None, 0).unwrap(), None);
        let places: Vec<usize> = (0..40).collect();
        assert_eq!(inner_split(&values(40), &places, Some(&[7; 40]), 0).unwrap(), None);
    }
}
