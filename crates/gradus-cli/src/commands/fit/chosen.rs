//! The strength of a penalty, chosen by cross-validation.

use gradus::linear::{
    CrossValidatedPath, CrossValidatedSvm, ElasticNet, LambdaChoice, LambdaFolds, LambdaGrid,
    LambdaRule, LinearError, PenalisedFit, PenalisedLogistic, PenalisedMultinomial,
    PenalisedOptions, Penalty,
};
use serde::Serialize;

use super::penalised::Model;
use super::session::Session;
use crate::args::{DataArgs, MissingArg};
use crate::error::CliError;
use crate::output::{short, significant};

/// How folds are made, and which λ is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) folds: usize,
    pub(super) seed: u64,
    pub(super) rule: LambdaRule,
}

/// The loss on rows that were not fitted on, for each λ.
#[derive(Debug, Serialize)]
pub(super) struct Chosen {
    folds: usize,
    seed: u64,
    #[serde(serialize_with = "rule_name")]
    rule: LambdaRule,
    /// What the loss is.
    measure: String,
    lambdas: Vec<f64>,
    mean: Vec<f64>,
    standard_error: Vec<f64>,
    /// The points of the least mean loss and of the one-standard-error rule.
    minimum: usize,
    one_standard_error: usize,
}

/// Of losses the best is the minimum.
fn rule_name<S: serde::Serializer>(rule: &LambdaRule, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match rule {
        LambdaRule::Best => "minimum",
        LambdaRule::OneStandardError => "one_standard_error",
    })
}

impl Choice {
    /// Fails where folds would not be held out from all that is learned.
    pub(super) fn new(
        data: &DataArgs,
        folds: usize,
        seed: u64,
        one_standard_error: bool,
    ) -> Result<Self, CliError> {
        if data.columns.missing == Some(MissingArg::Impute) {
            return Err(CliError::usage(
                "--cv with --missing impute would learn the imputed values from rows that are held \
                 out; use --missing drop, or give the strength yourself",
            ));
        }
        let rule = if one_standard_error { LambdaRule::OneStandardError } else { LambdaRule::Best };
        Ok(Self { folds, seed, rule })
    }

    pub(super) fn lambda_folds(self) -> LambdaFolds<'static> {
        LambdaFolds::Shuffled { folds: self.folds, seed: self.seed }
    }

    pub(super) fn of_path(self, found: CrossValidatedPath) -> Chosen {
        Chosen {
            folds: self.folds,
            seed: self.seed,
            rule: self.rule,
            measure: found.measure,
            lambdas: found.path.points.iter().map(|point| point.lambda).collect(),
            mean: found.mean,
            standard_error: found.standard_error,
            minimum: found.best,
            one_standard_error: found.one_standard_error,
        }
    }

    pub(super) fn of_machines(self, found: CrossValidatedSvm) -> Chosen {
        Chosen {
            folds: self.folds,
            seed: self.seed,
            rule: self.rule,
            measure: "misclassification".to_owned(),
            lambdas: found.lambdas,
            mean: found.mean,
            standard_error: found.standard_error,
            minimum: found.best,
            one_standard_error: found.one_standard_error,
        }
    }
}

impl Chosen {
    /// How λ was chosen, in words.
    pub(super) fn how(&self) -> String {
        let rule = match self.rule {
            LambdaRule::Best => "",
            LambdaRule::OneStandardError => " and one standard error",
        };
        format!("λ by {}-fold cross-validation{rule} (seed {})", self.folds, self.seed)
    }

    /// What the two rules take, and what it is worth.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}:\n", self.how());
        for (what, point) in
            [("least", self.minimum), ("one standard error", self.one_standard_error)]
        {
            text.push_str(&format!(
                "  {what}: {} {} ± {} at λ = {}\n",
                self.measure,
                significant(self.mean[point], 6),
                significant(self.standard_error[point], 3),
                short(self.lambdas[point], 6)
            ));
        }
        if self.minimum + 1 == self.lambdas.len() {
            text.push_str(
                "note: the least loss is that of the smallest λ tried, so that the data asks for hardly \
                 any penalty\n",
            );
        }
        text
    }
}

/// The model that the rule takes, and the loss of each λ on held-out rows.
pub(super) fn choose(
    session: &Session<'_>,
    model: &Model,
    penalty: Penalty,
    options: PenalisedOptions,
    choice: Choice,
) -> Result<(PenalisedFit, Chosen), CliError> {
    let found = cross_validate(session, model, penalty, options, choice)?;
    let fit = found.fit(choice.rule)?;
    Ok((fit, choice.of_path(found)))
}

fn cross_validate(
    session: &Session<'_>,
    model: &Model,
    penalty: Penalty,
    options: PenalisedOptions,
    choice: Choice,
) -> Result<CrossValidatedPath, LinearError> {
    let design = session.design()?;
    // The largest λ of ridge is a thousand times that of a lasso, and so far from any use.
    let smallest = (penalty.l1_ratio < 1e-3).then_some(1e-7);
    let grid = LambdaGrid::LogSpaced { count: 100, smallest };
    let choice = LambdaChoice { folds: choice.lambda_folds(), ..LambdaChoice::default() };
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
