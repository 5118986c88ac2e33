//! Rows that are held out in turn, and what a choice by them is.

use gradus_resample::{Fold, RareClass, Resampler, StratifiedKFold};
use nalgebra::DMatrix;

use crate::{Design, LinearError, Weights};

/// Some rows of a design.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) x: DMatrix<f64>,
    pub(crate) weights: Option<Vec<f64>>,
    pub(crate) offset: Option<Vec<f64>>,
}

impl Rows {
    pub(crate) fn of(design: &Design<'_>, rows: &[usize]) -> Self {
        let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect();
        Self {
            x: design.x().select_rows(rows),
            weights: design.weights().map(|weights| pick(weights.values())),
            offset: design.offset().map(pick),
        }
    }

    /// The sum of their weights.
    pub(crate) fn weight(&self) -> f64 {
        self.weights.as_ref().map_or(self.x.nrows() as f64, |weights| weights.iter().sum())
    }

    /// A design of them alone, with columns numbered instead of named.
    pub(crate) fn design(&self) -> Result<Design<'_>, LinearError> {
        let mut design = Design::new(&self.x)?;
        if let Some(weights) = &self.weights {
            design = design.with_weights(Weights::Frequency(weights))?;
        }
        match &self.offset {
            Some(offset) => design.with_offset(offset),
            None => Ok(design),
        }
    }

    /// Fails if one of the classes of the rows of fold `fold` has none that counts.
    pub(crate) fn has_classes(
        &self,
        classes: &[usize],
        count: usize,
        fold: usize,
    ) -> Result<(), LinearError> {
        let mut occurs = vec![false; count];
        for (row, &class) in classes.iter().enumerate() {
            occurs[class] |= self.weights.as_ref().is_none_or(|weights| weights[row] > 0.0);
        }
        match occurs.iter().position(|occurs| !occurs) {
            Some(class) => Err(LinearError::FoldWithoutClass { fold, class }),
            None => Ok(()),
        }
    }
}

/// Folds of shuffled rows in which each class has its share.
pub(crate) fn stratified(
    classes: &[usize],
    folds: usize,
    seed: u64,
) -> Result<Vec<Fold>, LinearError> {
    // There are at most as many classes as rows, and rows beyond u32 are refused.
    let codes: Vec<u32> = classes.iter().map(|&class| class as u32).collect();
    let split = StratifiedKFold { folds, classes: &codes, seed, rare: RareClass::Spread };
    Ok(split.folds(classes.len())?.iter().collect())
}

/// What candidates are worth, from what each fold says of each of them.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) mean: Vec<f64>,
    pub(crate) standard_error: Vec<f64>,
    /// The candidate of the best mean, of equal ones the first.
    pub(crate) best: usize,
    /// The first whose mean is within one standard error of the best.
    pub(crate) one_standard_error: usize,
}

impl Judged {
    /// Candidates in order, the simplest first; folds count by their weights.
    pub(crate) fn of(weights: &[f64], by_fold: &[Vec<f64>], greater_is_better: bool) -> Self {
        let total: f64 = weights.iter().sum();
        let folds = || weights.iter().map(|weight| weight / total).zip(by_fold);
        let count = by_fold.first().map_or(0, Vec::len);
        let mean: Vec<f64> =
            (0..count).map(|k| folds().map(|(share, of)| share * of[k]).sum()).collect();
        let error = |k: usize| {
            let spread: f64 = folds().map(|(share, of)| share * (of[k] - mean[k]).powi(2)).sum();
            (spread / (by_fold.len() as f64 - 1.0)).sqrt()
        };
        let standard_error: Vec<f64> = (0..count).map(error).collect();
        let sign = if greater_is_better { -1.0 } else { 1.0 };
        let better = |best, k: usize| if sign * mean[k] < sign * mean[best] { k } else { best };
        let best = (0..count).fold(0, better);
        let within = |k: &usize| sign * mean[*k] <= sign * mean[best] + standard_error[best];
        let one_standard_error = (0..=best).find(within).unwrap_or(best);
        Self { mean, standard_error, best, one_standard_error }
    }
}
