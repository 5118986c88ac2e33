//! Complexity by information criteria.

use std::error::Error;

use gradus_resample::FitError;
use gradus_stats::{StatsError, aic, aicc, bic};
use serde::Serialize;

use crate::SelectError;
use crate::rounds::each;

/// An information criterion; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Criterion {
    /// Akaike's, 2k − 2ℓ: seeks the model that predicts best.
    #[default]
    Aic,
    /// Akaike's, corrected for few rows.
    Aicc,
    /// The Bayesian one, k ln m − 2ℓ: seeks the true model, and so smaller ones.
    Bic,
}

/// A fit by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FittedLikelihood {
    /// ℓ, the greatest log-likelihood.
    pub log_likelihood: f64,
    /// k, the number of parameters estimated.
    pub parameters: usize,
}

impl FittedLikelihood {
    /// Its criterion for m rows.
    ///
    /// # Errors
    /// Those of [`aicc`] and [`bic`].
    pub fn criterion(&self, criterion: Criterion, m: usize) -> Result<f64, StatsError> {
        match criterion {
            Criterion::Aic => Ok(aic(self.log_likelihood, self.parameters)),
            Criterion::Aicc => aicc(self.log_likelihood, self.parameters, m),
            Criterion::Bic => bic(self.log_likelihood, self.parameters, m),
        }
    }
}

/// A candidate with its likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct InformationTrial<P> {
    /// The candidate.
    pub params: P,
    /// Its fit, or why there is none.
    pub fit: Result<FittedLikelihood, FitError>,
    /// Its criterion, where there is a fit.
    pub criterion: Option<f64>,
    /// e^(−Δ/2) over the sum of all, Δ the criterion less the least: the weight of evidence for it
    /// among the candidates. 0 where there is no fit.
    pub weight: f64,
}

/// Fits every candidate to all m rows, and weighs likelihood against complexity.
///
/// Returns every trial, in the candidates' order, and the place of the best. It takes one fit a
/// candidate where cross-validation takes k, and needs a likelihood; all have to be fitted to the
/// same rows and the same response.
///
/// # Errors
/// [`SelectError::AllFailed`] if no candidate could be fitted; [`SelectError::TooFew`] without one.
///
/// ```
/// use gradus_select::{Criterion, FittedLikelihood, SelectError, choose_by_information};
///
/// let fit = |&k: &usize| -> Result<FittedLikelihood, SelectError> {
///     Ok(FittedLikelihood { log_likelihood: [-80.0, -50.0, -49.5][k - 1], parameters: k })
/// };
/// let (trials, best) = choose_by_information(&[1, 2, 3], Criterion::Aic, 40, fit)?;
/// assert_eq!((trials[best].params, trials[best].criterion), (2, Some(104.0)));
/// assert!((trials.iter().map(|trial| trial.weight).sum::<f64>() - 1.0).abs() < 1e-15);
/// # Ok::<(), SelectError>(())
/// ```
///
/// H. Akaike (1974); the weights: K. Burnham, D. Anderson, *Model Selection and Multimodel
/// Inference* (2002).
pub fn choose_by_information<P, E>(
    candidates: &[P],
    criterion: Criterion,
    m: usize,
    fit: impl Fn(&P) -> Result<FittedLikelihood, E> + Sync,
) -> Result<(Vec<InformationTrial<P>>, usize), SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let fits = each(candidates.len(), |place| {
        let fitted = fit(&candidates[place]).map_err(FitError::new)?;
        let value = fitted.criterion(criterion, m).map_err(FitError::new)?;
        if value.is_nan() {
            return Err(FitError::new(format!("the log-likelihood is {}", fitted.log_likelihood)));
        }
        Ok((fitted, value))
    });
    let values = || fits.iter().enumerate().filter_map(|(i, fit)| Some((i, fit.as_ref().ok()?.1)));
    let Some((best, least)) = values().min_by(|(_, a), (_, b)| a.total_cmp(b)) else {
        return Err(match fits.into_iter().next() {
            Some(Err(source)) => {
                SelectError::AllFailed { trials: candidates.len(), fold: 0, source }
            }
            _ => SelectError::TooFew { what: "candidates", needed: 1 },
        });
    };
    // Of criteria that are both −∞ the difference is no number: they weigh the same.
    let evidence = |value: f64| if value == least { 1.0 } else { (-(value - least) / 2.0).exp() };
    let total: f64 = values().map(|(_, value)| evidence(value)).sum();
    let trial = |(params, outcome): (&P, Result<(FittedLikelihood, f64), FitError>)| {
        let value = outcome.as_ref().ok().map(|(_, value)| *value);
        InformationTrial {
            params: params.clone(),
            criterion: value,
            weight: value.map_or(0.0, |value| evidence(value) / total),
            fit: outcome.map(|(fit, _)| fit),
        }
    };
    let trials = candidates.iter().zip(fits).map(trial).collect();
    Ok((trials, best))
}
