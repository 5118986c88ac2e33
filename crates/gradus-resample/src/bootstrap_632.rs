//! The .632 and .632+ estimates of a fit's error.

use std::error::Error;
use std::fmt;

use crate::cross_validate::fit_rows;
use crate::rounds::{each, finite, mean};
use crate::{Error632, OutOfBag, ResampleError, Resampler, Sample, out_of_bag};

/// Where the no-information rate γ of .632+ comes from.
#[derive(Default)]
pub enum NoInformation<'a, P> {
    /// γ = m⁻² Σᵢ Σⱼ loss(yᵢ, ŷⱼ), with the predictions of the fit on all rows: m² losses.
    #[default]
    AllPairs,
    /// The same, computed from these predictions in the order of rows. For common losses it takes m
    /// steps: [`no_information_zero_one`](crate::no_information_zero_one) and its like.
    Of(&'a OfPredictions<'a, P>),
    /// The caller knows it.
    Known(f64),
    /// Not wanted: .632+ is not computed.
    Omit,
}

/// γ of the predictions of the fit on all rows.
type OfPredictions<'a, P> = dyn Fn(&[P]) -> Result<f64, ResampleError> + 'a;

impl<P> Clone for NoInformation<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for NoInformation<'_, P> {}

impl<P> fmt::Debug for NoInformation<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllPairs => f.write_str("AllPairs"),
            Self::Of(_) => f.write_str("Of(_)"),
            Self::Known(rate) => f.debug_tuple("Known").field(rate).finish(),
            Self::Omit => f.write_str("Omit"),
        }
    }
}

/// What [`bootstrap_632`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap632 {
    /// The errors, with E₁ the mean over rows of their out-of-bag errors: the estimator of Efron
    /// and Tibshirani, and the one to report.
    pub per_observation: Error632,
    /// The errors, with the mean over rounds of their out-of-bag errors in place of E₁: as the mean
    /// of .368·err + .632·errᵢ over rounds.
    pub per_round: Error632,
    /// The out-of-bag errors by row and by round.
    pub out_of_bag: OutOfBag,
}

/// Estimates the error of a fit by the .632 bootstrap, for any loss of one example.
///
/// `fit` is given row numbers and returns a model; `predict` a model and a row, and returns what is
/// predicted for it; `loss` a row and a prediction, which may be that of another row: this is what
/// γ needs. The equations are those of [`Error632`]. Rounds run on all cores of the current rayon
/// pool; the result has the same bits on any number.
///
/// The resampler is a [`Bootstrap`](crate::Bootstrap), of classes a
/// [`StratifiedBootstrap`](crate::StratifiedBootstrap), or [given folds](crate::Folds::given) whose
/// training rows are samples with replacement.
///
/// # Errors
/// Those of [`out_of_bag`]; [`ResampleError::InvalidNoInformation`], and what
/// [`NoInformation::Of`] refuses; [`ResampleError::Fit`] and [`ResampleError::LossNotFinite`] of
/// [all rows](Sample::AllRows).
///
/// # Limitations
/// For few rows, or dependent ones, the bootstrap fails ([`Bootstrap`](crate::Bootstrap)). .632 is
/// too low where the fit learns rows by heart; .632+ corrects for that, and may itself be off for
/// very few rows.
///
/// ```
/// use gradus_resample::{Bootstrap, NoInformation, PlusForm, ResampleError, bootstrap_632};
///
/// // A threshold halfway between the classes' means.
/// let x = [1.0, 2.0, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 2.5, 5.5];
/// let y = [0_u32, 0, 0, 1, 0, 1, 1, 1, 0, 1];
/// let fit = |rows: &[usize]| -> Result<f64, ResampleError> {
///     let mean = |class| {
///         let of: Vec<f64> = rows.iter().filter(|&&r| y[r] == class).map(|&r| x[r]).collect();
///         of.iter().sum::<f64>() / of.len() as f64
///     };
///     Ok((mean(0) + mean(1)) / 2.0)
/// };
/// let predict = |cut: &f64, row: usize| u32::from(x[row] > *cut);
/// let loss = |row: usize, predicted: &u32| f64::from(u8::from(y[row] != *predicted));
/// let rounds = Bootstrap { rounds: 100, seed: 1 };
/// let found = bootstrap_632(&rounds, x.len(), NoInformation::AllPairs, fit, predict, loss)?;
/// let errors = found.per_observation;
/// assert_eq!(errors.no_information, Some(0.5));
/// assert!(errors.err_632_plus(PlusForm::Clamped) >= Some(errors.err_632()));
/// # Ok::<(), ResampleError>(())
/// ```
///
/// B. Efron, R. Tibshirani (1997).
pub fn bootstrap_632<M, P, E>(
    resampler: &dyn Resampler,
    m: usize,
    no_information: NoInformation<'_, P>,
    fit: impl Fn(&[usize]) -> Result<M, E> + Sync,
    predict: impl Fn(&M, usize) -> P + Sync,
    loss: impl Fn(usize, &P) -> f64 + Sync,
) -> Result<Bootstrap632, ResampleError>
where
    P: Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    if let NoInformation::Known(rate) = no_information
        && !rate.is_finite()
    {
        return Err(ResampleError::InvalidNoInformation { rate });
    }
    let row_loss = |model: &M, row: usize| loss(row, &predict(model, row));
    let out_of_bag = out_of_bag(resampler, m, &fit, row_loss)?;
    let model = fit_rows(Sample::AllRows, &(0..m).collect::<Vec<_>>(), &fit)?;
    let predictions: Vec<P> = (0..m).map(|row| predict(&model, row)).collect();
    let apparent: Result<Vec<f64>, ResampleError> =
        (0..m).map(|row| finite(loss(row, &predictions[row]), row, Sample::AllRows)).collect();
    let apparent = mean(&apparent?);
    let no_information = match no_information {
        NoInformation::Omit => None,
        NoInformation::Known(rate) => Some(rate),
        NoInformation::Of(predicted) => {
            let rate = predicted(&predictions)?;
            if !rate.is_finite() {
                return Err(ResampleError::InvalidNoInformation { rate });
            }
            Some(rate)
        }
        NoInformation::AllPairs => Some(mean(&each(m, |row| {
            let total: f64 = predictions.iter().map(|predicted| loss(row, predicted)).sum();
            finite(total / m as f64, row, Sample::AllRows)
        })?)),
    };
    let errors = |out_of_bag| Error632 { apparent, out_of_bag, no_information };
    Ok(Bootstrap632 {
        per_observation: errors(out_of_bag.per_observation()),
        per_round: errors(out_of_bag.per_round()),
        out_of_bag,
    })
}
