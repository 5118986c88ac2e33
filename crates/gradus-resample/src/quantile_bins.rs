//! Classes from a number, for stratified splits.

use gradus_stats::quantiles;

use crate::ResampleError;

/// The quantile bin of each target, numbered from 0, to stratify a regression by.
///
/// With q_j the quantile of j/bins, the bin of y is the number of q_1 … q_{bins−1} that are at most
/// y. Equal targets share a bin, so that with many ties a bin may be empty.
///
/// # Errors
/// [`ResampleError::TooFewBins`] below 2; [`ResampleError::NoRows`];
/// [`ResampleError::TargetNotFinite`].
///
/// ```
/// use gradus_resample::{Resampler, StratifiedKFold, quantile_bins};
///
/// let targets: Vec<f64> = (0..100).map(|i| f64::from(i * i)).collect();
/// let bins = quantile_bins(&targets, 4)?;
/// assert_eq!((bins[0], bins[30], bins[99]), (0, 1, 3));
/// let folds = StratifiedKFold::new(&bins).folds(100)?;
/// assert!(folds.iter().all(|fold| fold.test.iter().any(|&row| bins[row] == 3)));
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn quantile_bins(targets: &[f64], bins: usize) -> Result<Vec<u32>, ResampleError> {
    if bins < 2 {
        return Err(ResampleError::TooFewBins { bins });
    }
    if let Some(row) = targets.iter().position(|target| !target.is_finite()) {
        return Err(ResampleError::TargetNotFinite { row, value: targets[row] });
    }
    // More bins than rows are no finer than one a row.
    let bins = bins.min(targets.len().max(2));
    let shares: Vec<f64> = (1..bins).map(|bin| bin as f64 / bins as f64).collect();
    let edges = quantiles(targets, &shares).map_err(|_| ResampleError::NoRows { needed: 1 })?;
    Ok(targets.iter().map(|y| edges.partition_point(|edge| edge <= y) as u32).collect())
}
