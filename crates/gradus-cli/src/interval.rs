//! How sure a linear model's predictions are.

use gradus::io::{LinearFamily, SavedModel};
use gradus::stats::{Continuous as _, Normal, StudentT, expit};

use crate::args::IntervalArg;
use crate::data::Features;
use crate::error::CliError;

/// Which interval, and how often it is to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    pub(crate) kind: IntervalArg,
    pub(crate) confidence: f64,
}

impl Interval {
    /// The ends for each row: of the mean η ± q·s, carried to the scale of the prediction, and for
    /// a single outcome η ± q·√(s² + σ²), with s the standard error of η and q a quantile.
    pub(crate) fn ends(
        self,
        model: &SavedModel,
        features: &Features,
    ) -> Result<Vec<[f64; 2]>, CliError> {
        let none = |why: &str| {
            CliError::usage(format!(
                "--interval: {why}; leave it out, or fit with `gradus fit ols`, `logistic` or `poisson` \
                 and no penalty"
            ))
        };
        let SavedModel::Linear(model) = model else {
            return Err(none("a network does not say how sure its predictions are"));
        };
        let (Some(errors), Some(uncertainty)) =
            (model.standard_errors(&features.x)?, &model.uncertainty)
        else {
            return Err(none(
                "this model has no covariances, as with a penalty or several classes",
            ));
        };
        let variance = match (self.kind, uncertainty.residual_variance) {
            (IntervalArg::Mean, _) => 0.0,
            (IntervalArg::Prediction, Some(variance)) => variance,
            (IntervalArg::Prediction, None) => {
                return Err(CliError::usage(
                    "--interval prediction is for `gradus fit ols`: a single outcome of this model is \
                     a class or a count; --interval mean tells how sure its mean is",
                ));
            }
        };
        let quantile = quantile(self.confidence, uncertainty.degrees_of_freedom)?;
        let eta = model.linear_predictor(&features.x, features.offset.as_deref())?;
        let carried = |eta: f64| match model.family {
            LinearFamily::Binomial => expit(eta),
            LinearFamily::Poisson => eta.exp(),
            _ => eta,
        };
        let ends = eta.iter().zip(&errors).map(|(&eta, &error)| {
            let half = quantile * (error * error + variance).sqrt();
            [carried(eta - half), carried(eta + half)]
        });
        Ok(ends.collect())
    }
}

/// The quantile that a statistic exceeds on either side with probability (1 − confidence)/2:
/// Student's t with these degrees of freedom, or normal.
pub(crate) fn quantile(confidence: f64, degrees: Option<f64>) -> Result<f64, CliError> {
    let tail = 0.5 * (1.0 - confidence);
    Ok(match degrees {
        Some(degrees) => StudentT::new(degrees)?.isf(tail)?,
        None => Normal::standard().isf(tail)?,
    })
}
