//! The strength of a penalty, chosen by cross-validation.

use gradus::linear::{
    Design, EarlyStop, LambdaGrid, LinearError, PathPoint, PenalisedOptions, PenalisedPath,
    Penalty, Weights,
};
use gradus::resample::{Fold, KFold, RareClass, Resampler, RowOrder, StratifiedKFold};
use rayon::prelude::*;
use serde::Serialize;

use super::penalised::Model;
use crate::data::DesignData;
use crate::error::CliError;
use crate::scores::Truth;

/// How folds are made, and which λ is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) folds: usize,
    pub(super) seed: u64,
    pub(super) rule: Rule,
}

/// Which λ is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rule {
    /// That of the least mean loss.
    Minimum,
    /// The largest whose mean loss is within one standard error of the least.
    OneStandardError,
}

/// The loss on rows that were not fitted on, for each λ of the path.
#[derive(Debug, Serialize)]
pub(super) struct Chosen {
    pub(super) folds: usize,
    pub(super) seed: u64,
    pub(super) rule: Rule,
    /// What the loss is.
    pub(super) measure: &'static str,
    lambdas: Vec<f64>,
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    /// The points of the least mean loss and of the one-standard-error rule.
    pub(super) minimum: usize,
    pub(super) one_standard_error: usize,
}

impl Chosen {
    /// Whether a yet smaller λ might have a yet smaller loss.
    pub(super) fn ends_at_the_least(&self) -> bool {
        self.minimum + 1 == self.lambdas.len()
    }

    /// The point that the rule takes.
    pub(super) fn point(&self) -> usize {
        match self.rule {
            Rule::Minimum => self.minimum,
            Rule::OneStandardError => self.one_standard_error,
        }
    }

    /// λ, the mean loss and its standard error at a point.
    pub(super) fn at(&self, point: usize) -> [f64; 3] {
        [self.lambdas[point], self.mean[point], self.standard_error[point]]
    }
}

/// The path of all rows, and the loss of each of its λ on held-out rows.
///
/// The loss of a λ is the mean over folds, each with the weight of its rows; its standard error is
/// √(Σ vₖ(lₖ − l̄)²/(K − 1)) with the shares vₖ of the weights, as in glmnet's `cv.glmnet`. Features
/// are scaled within each fold by the rows that it fits on.
pub(super) fn choose(
    data: &DesignData,
    model: &Model,
    penalty: &Penalty,
    options: &PenalisedOptions,
    choice: Choice,
) -> Result<(PenalisedPath, Chosen), CliError> {
    let design = super::design(data, Weights::Frequency)?;
    // The largest λ of ridge is a thousand times that of a lasso, and so far from any use.
    let smallest = (penalty.l1_ratio < 1e-3).then_some(1e-7);
    let grid = LambdaGrid::LogSpaced { count: 100, smallest };
    let path = model.path(&design, penalty.clone(), options.clone(), &grid)?;
    let lambdas: Vec<f64> = path.points.iter().map(|point| point.lambda).collect();
    let m = data.rows();
    let folds = match &data.truth {
        Truth::Classes(codes) => {
            let rare = RareClass::Spread;
            StratifiedKFold { folds: choice.folds, classes: codes, seed: choice.seed, rare }
                .folds(m)?
        }
        Truth::Values(_) => {
            let order = RowOrder::Shuffled { seed: choice.seed };
            KFold { folds: choice.folds, order }.folds(m)?
        }
    };
    let mut of_folds = options.clone();
    // Every fold must have a loss at every λ.
    of_folds.solver.early_stop = EarlyStop::Never;
    let grid = LambdaGrid::Given(lambdas.clone());
    let folds: Vec<Fold> = folds.iter().collect();
    let losses: Result<Vec<(f64, Vec<f64>)>, LinearError> =
        folds.par_iter().map(|fold| losses(data, model, penalty, &of_folds, &grid, fold)).collect();
    let losses: Vec<(f64, Vec<f64>)> =
        losses?.into_iter().filter(|(weight, _)| *weight > 0.0).collect();
    let all: f64 = losses.iter().map(|(weight, _)| weight).sum();
    let mean_at = |k: usize| losses.iter().map(|(w, loss)| w / all * loss[k]).sum::<f64>();
    let mean: Vec<f64> = (0..lambdas.len()).map(mean_at).collect();
    let error_at = |k: usize| {
        let spread: f64 =
            losses.iter().map(|(w, loss)| w / all * (loss[k] - mean[k]).powi(2)).sum();
        (spread / (losses.len() as f64 - 1.0)).sqrt()
    };
    let standard_error: Vec<f64> = (0..lambdas.len()).map(error_at).collect();
    // Of equal losses the first, which has the larger λ.
    let minimum = (0..mean.len()).fold(0, |best, k| if mean[k] < mean[best] { k } else { best });
    let within = mean[minimum] + standard_error[minimum];
    let one_standard_error = (0..=minimum).find(|&k| mean[k] <= within).unwrap_or(minimum);
    let measure = match model {
        Model::Linear(_) => "mean squared error",
        Model::Logistic(_) | Model::Multinomial(_) => "deviance",
    };
    let Choice { folds, seed, rule } = choice;
    let chosen = Chosen {
        folds,
        seed,
        rule,
        measure,
        lambdas,
        mean,
        standard_error,
        minimum,
        one_standard_error,
    };
    Ok((path, chosen))
}

/// The weight of the rows that a fold tests, and their mean loss for each λ.
fn losses(
    data: &DesignData,
    model: &Model,
    penalty: &Penalty,
    options: &PenalisedOptions,
    grid: &LambdaGrid,
    fold: &Fold,
) -> Result<(f64, Vec<f64>), LinearError> {
    let pick = |values: &Option<Vec<f64>>, rows: &[usize]| {
        values.as_ref().map(|values| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>())
    };
    let x = data.x.select_rows(&fold.train);
    let (weights, offset) = (pick(&data.weights, &fold.train), pick(&data.offset, &fold.train));
    let mut design = Design::new(&x)?;
    if let Some(weights) = &weights {
        design = design.with_weights(Weights::Frequency(weights))?;
    }
    if let Some(offset) = &offset {
        design = design.with_offset(offset)?;
    }
    let path = model.select(&fold.train).path(&design, penalty.clone(), options.clone(), grid)?;
    if let Some(point) = path.points.iter().find(|point| !point.certificate.converged) {
        return Err(LinearError::NotConverged {
            lambda: point.lambda,
            iterations: point.certificate.iterations,
            relative_gap: point.certificate.relative_gap,
        });
    }
    let (tested, offset) = (model.select(&fold.test), pick(&data.offset, &fold.test));
    let weights = pick(&data.weights, &fold.test).unwrap_or_else(|| vec![1.0; fold.test.len()]);
    let x = data.x.select_rows(&fold.test);
    let of = |point: &PathPoint| {
        let mut eta = point.linear_predictor(&x)?;
        for mut column in eta.column_iter_mut() {
            for (eta, offset) in column.iter_mut().zip(offset.iter().flatten()) {
                *eta += offset;
            }
        }
        let loss = |i: usize| weights[i] * tested.loss(i, |k| eta[(i, k)], eta.ncols());
        Ok((0..eta.nrows()).map(loss).sum::<f64>())
    };
    let sums: Result<Vec<f64>, LinearError> = path.points.iter().map(of).collect();
    let weight: f64 = weights.iter().sum();
    Ok((weight, sums?.into_iter().map(|sum| sum / weight).collect()))
}

impl Model {
    /// The outcomes of some rows.
    fn select(&self, rows: &[usize]) -> Self {
        let numbers = |y: &Vec<f64>| rows.iter().map(|&row| y[row]).collect();
        match self {
            Self::Linear(y) => Self::Linear(numbers(y)),
            Self::Logistic(y) => Self::Logistic(numbers(y)),
            Self::Multinomial(classes) => {
                Self::Multinomial(rows.iter().map(|&row| classes[row]).collect())
            }
        }
    }

    /// The loss of outcome i where the linear predictors are `eta`: (y − η)², or −2 log of the
    /// probability of its class.
    fn loss(&self, i: usize, eta: impl Fn(usize) -> f64, predictors: usize) -> f64 {
        match self {
            Self::Linear(y) => (y[i] - eta(0)).powi(2),
            Self::Logistic(y) => {
                // log(1 + e^z), without an overflow.
                let z = if y[i] > 0.5 { -eta(0) } else { eta(0) };
                2.0 * (z.max(0.0) + (-z.abs()).exp().ln_1p())
            }
            Self::Multinomial(classes) => {
                let largest = (0..predictors).map(&eta).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = (0..predictors).map(|k| (eta(k) - largest).exp()).sum();
                2.0 * (largest + sum.ln() - eta(classes[i]))
            }
        }
    }
}
