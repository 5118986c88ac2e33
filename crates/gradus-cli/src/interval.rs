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
                "--interval: {why}; leave it out, or take a linear model that is fitted without a penalty"
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
                    "--interval prediction is for least squares: a single outcome of this model is a \
                     class or a count; --interval mean tells how sure its mean is",
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

#[cfg(test)]
mod tests {
    use gradus::data::{Column, Encoder, Scaling, Table, Target, Task};
    use gradus::io::{FitRecord, Preparation, SavedLinear, Uncertainty};
    use gradus::nalgebra::{self, dmatrix};

    use super::*;

    fn model(family: LinearFamily, uncertainty: Option<Uncertainty>) -> SavedModel {
        let (task, texts) = match family {
            LinearFamily::Binomial => (Task::Classification, true),
            _ => (Task::Regression, false),
        };
        let y = if texts {
            Column::categorical("y", [Some("no"), Some("yes")])
        } else {
            Column::numeric("y", [Some(1.0), Some(2.0)])
        };
        let x = Column::numeric("x", [Some(0.0), Some(1.0)]);
        let table = Table::new(vec![x.unwrap(), y.unwrap()]).unwrap();
        let encoder = Encoder { scaling: Scaling::None, ..Encoder::default() };
        SavedModel::from(SavedLinear {
            family,
            intercept: Some(vec![1.0]),
            coefficients: dmatrix![2.0],
            preparation: Preparation::Encoder(encoder.fit(&table, "y", &[0, 1]).unwrap()),
            target: Target { column: "y".to_owned(), task }.fit(&table, &[0, 1]).unwrap(),
            offset: None,
            uncertainty,
            record: FitRecord::default(),
        })
    }

    fn ends(
        model: &SavedModel,
        kind: IntervalArg,
        confidence: f64,
    ) -> Result<Vec<[f64; 2]>, CliError> {
        let features = Features { x: dmatrix![3.0; 0.0], offset: None };
        Interval { kind, confidence }.ends(model, &features)
    }

    fn spread(variance: Option<f64>, degrees: Option<f64>) -> Option<Uncertainty> {
        Some(Uncertainty {
            covariance: dmatrix![4.0, -0.5; -0.5, 1.0],
            residual_variance: variance,
            degrees_of_freedom: degrees,
        })
    }

    /// η = 7 and 1 with variances 4 − 3 + 9 and 4; R: qt(0.975, 7) and qnorm(0.95).
    #[test]
    fn ends_are_a_quantile_of_standard_errors_away() {
        let close = |found: [f64; 2], middle: f64, half: f64| {
            assert!((found[0] - (middle - half)).abs() < 1e-12, "{found:?}");
            assert!((found[1] - (middle + half)).abs() < 1e-12, "{found:?}");
        };
        let t = 2.364624251592785;
        let ols = model(LinearFamily::Gaussian, spread(Some(2.5), Some(7.0)));
        let mean = ends(&ols, IntervalArg::Mean, 0.95).unwrap();
        close(mean[0], 7.0, t * 10.0_f64.sqrt());
        close(mean[1], 1.0, t * 2.0);
        let single = ends(&ols, IntervalArg::Prediction, 0.95).unwrap();
        close(single[0], 7.0, t * 12.5_f64.sqrt());

        let z = 1.6448536269514722;
        let logistic = model(LinearFamily::Binomial, spread(None, None));
        let [lower, upper] = ends(&logistic, IntervalArg::Mean, 0.9).unwrap()[1];
        close([(lower / (1.0 - lower)).ln(), (upper / (1.0 - upper)).ln()], 1.0, 2.0 * z);
        let poisson = model(LinearFamily::Poisson, spread(None, None));
        let [lower, upper] = ends(&poisson, IntervalArg::Mean, 0.9).unwrap()[1];
        close([lower.ln(), upper.ln()], 1.0, 2.0 * z);
    }

    #[test]
    fn what_has_no_interval_says_why() {
        let lasso = model(LinearFamily::Gaussian, None);
        let error = ends(&lasso, IntervalArg::Mean, 0.95).unwrap_err().to_string();
        assert!(error.contains("no covariances"), "{error}");
        let poisson = model(LinearFamily::Poisson, spread(None, None));
        let error = ends(&poisson, IntervalArg::Prediction, 0.95).unwrap_err().to_string();
        assert!(error.contains("--interval mean"), "{error}");
    }
}
