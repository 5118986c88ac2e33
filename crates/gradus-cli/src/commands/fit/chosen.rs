//! The strength of a penalty, chosen by cross-validation.

use gradus::linear::{
    CrossValidatedPath, ElasticNet, LambdaChoice, LambdaFolds, LambdaGrid, LambdaRule, LinearError,
    PenalisedFit, PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, Penalty, Weights,
};
use serde::Serialize;

use super::penalised::Model;
use crate::data::DesignData;
use crate::error::CliError;

/// How folds are made, and which λ is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) folds: usize,
    pub(super) seed: u64,
    pub(super) rule: LambdaRule,
}

/// The loss on rows that were not fitted on, for each λ of the path.
#[derive(Debug, Serialize)]
pub(super) struct Chosen {
    pub(super) folds: usize,
    pub(super) seed: u64,
    #[serde(serialize_with = "rule_name")]
    pub(super) rule: LambdaRule,
    /// What the loss is.
    pub(super) measure: String,
    lambdas: Vec<f64>,
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    /// The points of the least mean loss and of the one-standard-error rule.
    pub(super) minimum: usize,
    pub(super) one_standard_error: usize,
}

/// Of losses the best is the minimum.
fn rule_name<S: serde::Serializer>(rule: &LambdaRule, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match rule {
        LambdaRule::Best => "minimum",
        LambdaRule::OneStandardError => "one_standard_error",
    })
}

impl Chosen {
    fn new(found: CrossValidatedPath, choice: Choice) -> Self {
        Self {
            folds: choice.folds,
            seed: choice.seed,
            rule: choice.rule,
            measure: found.measure,
            lambdas: found.path.points.iter().map(|point| point.lambda).collect(),
            mean: found.mean,
            standard_error: found.standard_error,
            minimum: found.best,
            one_standard_error: found.one_standard_error,
        }
    }

    /// Whether a yet smaller λ might have a yet smaller loss.
    pub(super) fn ends_at_the_least(&self) -> bool {
        self.minimum + 1 == self.lambdas.len()
    }

    /// λ, the mean loss and its standard error at a point.
    pub(super) fn at(&self, point: usize) -> [f64; 3] {
        [self.lambdas[point], self.mean[point], self.standard_error[point]]
    }
}

/// The model that the rule takes, and the loss of each λ on held-out rows.
pub(super) fn choose(
    data: &DesignData,
    model: &Model,
    penalty: Penalty,
    options: PenalisedOptions,
    choice: Choice,
) -> Result<(PenalisedFit, Chosen), CliError> {
    let found = cross_validate(data, model, penalty, options, choice)?;
    let fit = found.fit(choice.rule)?;
    Ok((fit, Chosen::new(found, choice)))
}

fn cross_validate(
    data: &DesignData,
    model: &Model,
    penalty: Penalty,
    options: PenalisedOptions,
    choice: Choice,
) -> Result<CrossValidatedPath, LinearError> {
    let design = super::design(data, Weights::Frequency)?;
    // The largest λ of ridge is a thousand times that of a lasso, and so far from any use.
    let smallest = (penalty.l1_ratio < 1e-3).then_some(1e-7);
    let grid = LambdaGrid::LogSpaced { count: 100, smallest };
    let folds = LambdaFolds::Shuffled { folds: choice.folds, seed: choice.seed };
    let choice = LambdaChoice { folds, ..LambdaChoice::default() };
    match model {
        Model::Linear(y) => {
            ElasticNet { penalty, options }.cross_validate(&design, y, &grid, &choice)
        }
        Model::Logistic(y) => {
            PenalisedLogistic { penalty, options }.cross_validate(&design, y, &grid, &choice)
        }
        Model::Multinomial(classes) => PenalisedMultinomial { penalty, options }
            .cross_validate(&design, classes, &grid, &choice),
    }
}
