//! The error on rows that a bootstrap sample left out.

use std::error::Error;

use crate::cross_validate::test_losses;
use crate::rounds::{each_fold, mean};
use crate::{Fold, ResampleError, Resampler, Sample};

/// What [`out_of_bag`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfBag {
    /// For each row the mean loss over the rounds that left it out; none if no round did.
    pub row_means: Vec<Option<f64>>,
    /// For each round the mean loss of the rows it left out; none if it left none out.
    pub round_means: Vec<Option<f64>>,
    /// m⁻¹ Σⱼ (Q_jb − Eⱼ) B/Bⱼ over the rows j that round b left out: what the round adds to E₁.
    pub(crate) round_shifts: Vec<f64>,
}

impl OutOfBag {
    /// The mean over rows of their mean over rounds: the leave-one-out bootstrap error, E₁.
    ///
    /// Rows that no round left out do not count. At least one was left out by some round.
    pub fn per_observation(&self) -> f64 {
        mean_of_some(&self.row_means)
    }

    /// The mean over rounds of their mean over rows. Rounds that left no row out do not count.
    pub fn per_round(&self) -> f64 {
        mean_of_some(&self.round_means)
    }

    /// The number of rows that no round left out.
    pub fn never_left_out(&self) -> usize {
        self.row_means.iter().filter(|mean| mean.is_none()).count()
    }
}

fn mean_of_some(means: &[Option<f64>]) -> f64 {
    mean(&means.iter().flatten().copied().collect::<Vec<f64>>())
}

/// Fits on samples with replacement, and measures the loss of the rows that each left out.
///
/// Closures and errors are those of [`cross_validate`](crate::cross_validate), but that they name rounds, and that a
/// round may leave no row out; [`ResampleError::NoneLeftOut`] if none of the rounds left any out.
///
/// # Limitations
/// A sample holds about 63.2 % of the distinct rows, so that the error is that of a fit on fewer
/// rows: too high. [`bootstrap_632`](crate::bootstrap_632) corrects for it.
///
/// ```
/// use gradus_resample::{Bootstrap, ResampleError, out_of_bag};
///
/// let y = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
/// let fit = |rows: &[usize]| -> Result<f64, ResampleError> {
///     Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
/// };
/// let loss = |mean: &f64, row: usize| (y[row] - mean).powi(2);
/// let found = out_of_bag(&Bootstrap::default(), y.len(), fit, loss)?;
/// // Above the error on the training rows, 6.359.
/// assert!(found.per_observation() > 6.4);
/// # Ok::<(), ResampleError>(())
/// ```
pub fn out_of_bag<M, E>(
    resampler: &dyn Resampler,
    m: usize,
    fit: impl Fn(&[usize]) -> Result<M, E> + Sync,
    loss: impl Fn(&M, usize) -> f64 + Sync,
) -> Result<OutOfBag, ResampleError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let folds = resampler.folds(m)?;
    let rounds = each_fold(&folds, |number, Fold { train, test }| {
        if test.is_empty() {
            return Ok((test, Vec::new()));
        }
        let losses = test_losses(Sample::Round(number), &train, &test, &fit, &loss)?;
        Ok((test, losses))
    })?;
    let (mut sums, mut counts) = (vec![0.0; m], vec![0_usize; m]);
    for (rows, losses) in &rounds {
        for (&row, loss) in rows.iter().zip(losses) {
            sums[row] += loss;
            counts[row] += 1;
        }
    }
    if counts.iter().all(|&count| count == 0) {
        return Err(ResampleError::NoneLeftOut { rounds: rounds.len() });
    }
    let row_means: Vec<Option<f64>> =
        sums.iter().zip(&counts).map(|(sum, &n)| (n > 0).then(|| sum / n as f64)).collect();
    let round_means =
        rounds.iter().map(|(_, losses)| (!losses.is_empty()).then(|| mean(losses))).collect();
    let counted = row_means.iter().flatten().count() as f64;
    let shift = |(rows, losses): &(Vec<usize>, Vec<f64>)| -> f64 {
        let of_row = |(&row, loss): (&usize, &f64)| {
            row_means[row].map_or(0.0, |mean| (loss - mean) / counts[row] as f64)
        };
        rows.iter().zip(losses).map(of_row).sum::<f64>() * rounds.len() as f64 / counted
    };
    let round_shifts = rounds.iter().map(shift).collect();
    Ok(OutOfBag { row_means, round_means, round_shifts })
}
