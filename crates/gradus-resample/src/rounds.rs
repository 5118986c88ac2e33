//! Rounds on all cores, with the result of one core.

use rayon::prelude::*;

use crate::{Fold, Folds, ResampleError, Sample};

/// The results of all rounds, in order. Of several errors that of the first round is returned, on
/// any number of threads.
pub(crate) fn each<R: Send>(
    count: usize,
    round: impl Fn(usize) -> Result<R, ResampleError> + Sync,
) -> Result<Vec<R>, ResampleError> {
    let results: Vec<Result<R, ResampleError>> = (0..count).into_par_iter().map(&round).collect();
    results.into_iter().collect()
}

/// The results of all folds, in order.
pub(crate) fn each_fold<R: Send>(
    folds: &Folds,
    round: impl Fn(usize, Fold) -> Result<R, ResampleError> + Sync,
) -> Result<Vec<R>, ResampleError> {
    each(folds.len(), |number| {
        let fold = folds.get(number).unwrap_or(Fold { train: Vec::new(), test: Vec::new() });
        round(number, fold)
    })
}

/// A loss that is a finite number, or an error that names the row and the fit.
pub(crate) fn finite(value: f64, row: usize, of: Sample) -> Result<f64, ResampleError> {
    if value.is_finite() { Ok(value) } else { Err(ResampleError::LossNotFinite { row, of, value }) }
}

/// The mean of a few numbers, summed in their order; NaN of none.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
