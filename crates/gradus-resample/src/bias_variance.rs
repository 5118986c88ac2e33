//! Why a fit errs: by its bias, its variance, or the noise.

use std::error::Error;

use crate::rounds::{each_fold, mean};
use crate::{FitError, Fold, ResampleError, Resampler, Sample};

/// The predictions of fits on resampled training rows, for the same test rows.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionTable<P> {
    /// `predictions[round][i]` is what the fit of the round predicts for the i-th test row.
    pub predictions: Vec<Vec<P>>,
}

/// Fits on resampled training rows, and predicts the same test rows each time.
///
/// The resampler divides positions 0..train.len(); `fit` is given rows of `train`. A
/// [`Bootstrap`](crate::Bootstrap) imitates fresh training sets, and so does
/// [`RandomSubsampling`](crate::RandomSubsampling) with smaller ones. Rounds run on all cores of
/// the current rayon pool, in the order of rounds.
///
/// # Errors
/// Those of the resampler; [`ResampleError::Fit`] with the round.
///
/// # Limitations
/// Samples of one training set are more alike than fresh ones: the variance comes out too small,
/// and a part of it as bias.
///
/// ```
/// use gradus_resample::{Bootstrap, ResampleError, predict_by_round};
///
/// let y = [1.0, 2.0, 3.0, 4.0, 5.0];
/// let fit = |rows: &[usize]| -> Result<f64, ResampleError> {
///     Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
/// };
/// let rounds = Bootstrap { rounds: 50, seed: 0 };
/// let table = predict_by_round(&rounds, &[0, 1, 2, 3], &[4], fit, |mean, _| *mean)?;
/// let parts = table.squared(&[y[4]], 0.0)?;
/// assert!((parts.error - parts.bias_squared - parts.variance).abs() < 1e-12);
/// assert!(parts.bias_squared > parts.variance);
/// # Ok::<(), ResampleError>(())
/// ```
pub fn predict_by_round<M, P, E>(
    resampler: &dyn Resampler,
    train: &[usize],
    test: &[usize],
    fit: impl Fn(&[usize]) -> Result<M, E> + Sync,
    predict: impl Fn(&M, usize) -> P + Sync,
) -> Result<PredictionTable<P>, ResampleError>
where
    P: Send,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let folds = resampler.folds(train.len())?;
    let predictions = each_fold(&folds, |number, fold| {
        let Fold { train, .. } = fold.within(train)?;
        let model = fit(&train).map_err(|error| ResampleError::Fit {
            of: Sample::Round(number),
            source: FitError::new(error),
        })?;
        Ok(test.iter().map(|&row| predict(&model, row)).collect())
    })?;
    Ok(PredictionTable { predictions })
}

/// The parts of an expected squared error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquaredParts {
    /// The mean of (y − f̂)² over rounds and rows.
    pub error: f64,
    /// The mean over rows of (y − E f̂)², less the noise.
    pub bias_squared: f64,
    /// The mean over rows of the variance of f̂ over rounds, with divisor rounds.
    pub variance: f64,
    /// σ², as given.
    pub noise: f64,
}

/// The parts of an expected 0–1 error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroOneParts {
    /// The share of wrong predictions over rounds and rows.
    pub error: f64,
    /// The share of rows whose most frequent prediction is wrong.
    pub bias: f64,
    /// The share of predictions that are not the most frequent one of their row.
    pub variance: f64,
    /// What variance costs on unbiased rows: the share of predictions that are wrong there.
    pub unbiased_variance: f64,
    /// What variance gains on biased rows: the share of predictions that are right there.
    pub biased_variance: f64,
}

impl<P> PredictionTable<P> {
    fn check(&self, rows: usize) -> Result<(), ResampleError> {
        if self.predictions.is_empty() {
            return Err(ResampleError::NoRounds { what: "rounds" });
        }
        if rows == 0 {
            return Err(ResampleError::NoRows { needed: 1 });
        }
        match self.predictions.iter().find(|round| round.len() != rows) {
            None => Ok(()),
            Some(round) => {
                Err(ResampleError::LengthMismatch { what: "predictions", given: round.len(), rows })
            }
        }
    }
}

impl PredictionTable<f64> {
    /// Decomposes the squared error against the truths of the test rows.
    ///
    /// ```text
    /// E[(y − f̂)²] = (f − E f̂)² + Var f̂ + σ²
    /// ```
    ///
    /// With E over the rounds the identity is exact: `error = bias_squared + variance + noise`.
    /// `noise` is σ², the variance of y around its mean f, 0 if y is f. It cannot be told from the
    /// bias by data with one y an input; where it is not known, pass 0 and read `bias_squared` as
    /// bias² + σ². With a σ² that is too large the bias² comes out negative.
    ///
    /// # Errors
    /// [`ResampleError::LengthMismatch`]; [`ResampleError::NoRounds`] and
    /// [`ResampleError::NoRows`] of an empty table; [`ResampleError::LossNotFinite`] with the
    /// position of the test row; [`ResampleError::InvalidNoise`].
    ///
    /// ```
    /// use gradus_resample::PredictionTable;
    ///
    /// let table = PredictionTable { predictions: vec![vec![1.0], vec![3.0]] };
    /// let parts = table.squared(&[5.0], 0.0)?;
    /// assert_eq!((parts.error, parts.bias_squared, parts.variance), (10.0, 9.0, 1.0));
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    ///
    /// S. Geman, E. Bienenstock, R. Doursat (1992).
    pub fn squared(&self, y: &[f64], noise: f64) -> Result<SquaredParts, ResampleError> {
        self.check(y.len())?;
        if !(noise >= 0.0 && noise.is_finite()) {
            return Err(ResampleError::InvalidNoise { noise });
        }
        let (mut errors, mut biases, mut variances) = (Vec::new(), Vec::new(), Vec::new());
        for (row, &y) in y.iter().enumerate() {
            let of_row: Vec<f64> = self.predictions.iter().map(|round| round[row]).collect();
            let centre = mean(&of_row);
            let around = |target: f64| -> f64 {
                mean(&of_row.iter().map(|value| (value - target).powi(2)).collect::<Vec<_>>())
            };
            let value = around(y);
            if !value.is_finite() {
                return Err(ResampleError::LossNotFinite { row, of: Sample::AllRows, value });
            }
            errors.push(value);
            biases.push((y - centre).powi(2));
            variances.push(around(centre));
        }
        let bias_squared = mean(&biases) - noise;
        Ok(SquaredParts { error: mean(&errors), bias_squared, variance: mean(&variances), noise })
    }
}

impl PredictionTable<u32> {
    /// Decomposes the 0–1 error against the classes of the test rows.
    ///
    /// The main prediction of a row is its most frequent one, the smallest of several. A row is
    /// biased if it is wrong.
    ///
    /// ```text
    /// error = bias + unbiased_variance − biased_variance
    /// ```
    ///
    /// exactly: variance costs where the main prediction is right, and gains where it is wrong. With
    /// two classes `variance = unbiased_variance + biased_variance`. Noise is not told from bias.
    ///
    /// # Errors
    /// Those of [`squared`](PredictionTable::squared) but the last two.
    ///
    /// ```
    /// use gradus_resample::PredictionTable;
    ///
    /// // The first row is mostly right, the second mostly wrong.
    /// let rounds = vec![vec![1, 0], vec![1, 0], vec![0, 1], vec![1, 0]];
    /// let parts = PredictionTable { predictions: rounds }.zero_one(&[1, 1])?;
    /// assert_eq!((parts.error, parts.bias, parts.variance), (0.5, 0.5, 0.25));
    /// assert_eq!((parts.unbiased_variance, parts.biased_variance), (0.125, 0.125));
    /// # Ok::<(), gradus_resample::ResampleError>(())
    /// ```
    ///
    /// P. Domingos, "A unified bias-variance decomposition" (2000).
    pub fn zero_one(&self, y: &[u32]) -> Result<ZeroOneParts, ResampleError> {
        self.check(y.len())?;
        let all = (self.predictions.len() * y.len()) as f64;
        let (mut wrong, mut biased, mut varying) = (0, 0, 0);
        let (mut costs, mut gains) = (0, 0);
        for (row, &truth) in y.iter().enumerate() {
            let mut of_row: Vec<u32> = self.predictions.iter().map(|round| round[row]).collect();
            of_row.sort_unstable();
            let (main, votes) = most_frequent(&of_row);
            let right = of_row.iter().filter(|&&class| class == truth).count();
            wrong += of_row.len() - right;
            varying += of_row.len() - votes;
            if main == truth {
                costs += of_row.len() - right;
            } else {
                biased += 1;
                gains += right;
            }
        }
        Ok(ZeroOneParts {
            error: wrong as f64 / all,
            bias: f64::from(biased) / y.len() as f64,
            variance: varying as f64 / all,
            unbiased_variance: costs as f64 / all,
            biased_variance: gains as f64 / all,
        })
    }
}

/// The most frequent of sorted classes, the smallest of several, and how often it stands there.
fn most_frequent(sorted: &[u32]) -> (u32, usize) {
    let runs = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
    runs.fold((0, 0), |best, run| if run.1 > best.1 { run } else { best })
}
