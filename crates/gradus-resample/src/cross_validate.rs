//! The error of fits on rows that they have not seen.

use std::error::Error;

use crate::rounds::{each_fold, finite, mean};
use crate::{FitError, Fold, ResampleError, Resampler, Sample};

/// The losses of the rows that one fold tests.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldLosses {
    /// The rows tested.
    pub rows: Vec<usize>,
    /// The loss of each.
    pub losses: Vec<f64>,
    /// Their mean.
    pub mean: f64,
}

/// What [`cross_validate`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    /// The folds in order.
    pub folds: Vec<FoldLosses>,
}

impl CrossValidation {
    /// The mean of the folds' means, Σ errᵢ / k.
    pub fn mean(&self) -> f64 {
        mean(&self.fold_means())
    }

    /// The error pooled over all tested examples, Σ losses / number of losses.
    ///
    /// It differs from [`mean`](Self::mean) where folds differ in size. A row that several folds
    /// test counts as often.
    pub fn pooled(&self) -> f64 {
        let total: f64 = self.folds.iter().map(|fold| fold.losses.iter().sum::<f64>()).sum();
        let count: usize = self.folds.iter().map(|fold| fold.losses.len()).sum();
        total / count as f64
    }

    /// The standard deviation of the folds' means with divisor k − 1; none with a single fold.
    pub fn spread(&self) -> Option<f64> {
        let means = self.fold_means();
        let centre = mean(&means);
        let squares: f64 = means.iter().map(|mean| (mean - centre).powi(2)).sum();
        (means.len() > 1).then(|| (squares / (means.len() - 1) as f64).sqrt())
    }

    /// The spread over √k, the usual standard error of the mean; none with a single fold.
    ///
    /// It takes the folds for independent, which they are not: the truth is larger, the more so the
    /// more their training sets, or their tests, overlap.
    pub fn standard_error(&self) -> Option<f64> {
        self.spread().map(|spread| spread / (self.folds.len() as f64).sqrt())
    }

    fn fold_means(&self) -> Vec<f64> {
        self.folds.iter().map(|fold| fold.mean).collect()
    }
}

/// Fits on each fold's training rows, and measures the loss of each row of its test.
///
/// `fit` is given row numbers and returns a model, `loss` a model and a row. Whatever the fit needs
/// to learn (means to subtract, features to choose) has to be learned within `fit`, from its rows.
/// Folds run on all cores of the current rayon pool; the result has the same bits on any number.
///
/// # Limitations
/// Those of the resampler, each of which names its own. Folds share training rows, so that the standard
/// error is too small; a model that was chosen by this error is better in it than it is.
///
/// # Errors
/// Those of the resampler; [`ResampleError::Fit`] with the fold that failed;
/// [`ResampleError::LossNotFinite`] with row and fold; [`ResampleError::EmptyFold`] if a fold tests
/// no row. Of several errors that of the first fold.
///
/// ```
/// use gradus_resample::{KFold, ResampleError, cross_validate};
///
/// // The mean as a model of y, and its squared error.
/// let y = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
/// let fit = |rows: &[usize]| -> Result<f64, ResampleError> {
///     Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
/// };
/// let loss = |mean: &f64, row: usize| (y[row] - mean).powi(2);
/// let found = cross_validate(&KFold { folds: 4, ..KFold::default() }, y.len(), fit, loss)?;
/// assert_eq!(found.folds.len(), 4);
/// assert!((found.mean() - found.pooled()).abs() < 1e-12);
/// assert!(found.standard_error().is_some());
/// # Ok::<(), ResampleError>(())
/// ```
///
/// Differs from scikit-learn's `cross_val_score` in that the pooled error is had as well, and that
/// it is a loss (less is better) and never a score.
pub fn cross_validate<M, E>(
    resampler: &dyn Resampler,
    m: usize,
    fit: impl Fn(&[usize]) -> Result<M, E> + Sync,
    loss: impl Fn(&M, usize) -> f64 + Sync,
) -> Result<CrossValidation, ResampleError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let folds = resampler.folds(m)?;
    if folds.is_empty() {
        return Err(ResampleError::NoRounds { what: "folds" });
    }
    let folds = each_fold(&folds, |number, Fold { train, test }| {
        if test.is_empty() {
            return Err(ResampleError::EmptyFold { fold: number, side: "test" });
        }
        let losses = test_losses(Sample::Fold(number), &train, &test, &fit, &loss)?;
        Ok(FoldLosses { mean: mean(&losses), rows: test, losses })
    })?;
    Ok(CrossValidation { folds })
}

/// The losses of a fit of some rows on others.
pub(crate) fn test_losses<M, E>(
    of: Sample,
    train: &[usize],
    test: &[usize],
    fit: &impl Fn(&[usize]) -> Result<M, E>,
    loss: &impl Fn(&M, usize) -> f64,
) -> Result<Vec<f64>, ResampleError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let model = fit_rows(of, train, fit)?;
    test.iter().map(|&row| finite(loss(&model, row), row, of)).collect()
}

/// A fit, its error named after what was fitted on.
pub(crate) fn fit_rows<M, E>(
    of: Sample,
    train: &[usize],
    fit: &impl Fn(&[usize]) -> Result<M, E>,
) -> Result<M, ResampleError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fit(train).map_err(|error| ResampleError::Fit { of, source: FitError::new(error) })
}
