//! `gradus fit lasso`, `ridge`, `elastic-net`.

use gradus::io::{LinearFamily, Offset, OffsetScale};
use gradus::linear::{
    Design, ElasticNet, Intercept, LambdaGrid, LinearError, PenalisedFit, PenalisedLogistic,
    PenalisedMultinomial, PenalisedOptions, PenalisedPath, PenalisedSolver, Penalty, Scaling,
};

use super::chosen::{Choice, choose};
use super::penalised_report::Found;
use super::session::Session;
use crate::args::{DataArgs, FamilyArg, OutcomeArgs, PenaltyArgs, ResultArgs, SolverArgs};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, listed};
use crate::scores::Truth;

/// Names in a line.
const SHOWN: usize = 12;

/// What is asked for, whatever the name of the command.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) model: &'static str,
    pub(super) l1_ratio: f64,
    pub(super) data: &'a DataArgs,
    pub(super) outcome: &'a OutcomeArgs,
    pub(super) penalty: &'a PenaltyArgs,
    pub(super) result: &'a ResultArgs,
}

pub(super) fn run(request: &Request<'_>, output: &mut Output) -> Result<(), CliError> {
    let strength = strength(request)?;
    let session =
        Session::begin(request.model, request.data, request.result, &needs(request.outcome))?
            .weigh(request.outcome.class_weights.as_ref())?;
    let model = Model::new(&session.data, request.outcome)?;
    let options = options(request.data, &request.penalty.solver);
    let (fit, chosen) = match strength {
        Strength::Given(lambda) => {
            let penalty = Penalty::elastic_net(lambda, request.l1_ratio);
            (model.fit(&session.design()?, penalty, options)?, None)
        }
        Strength::Chosen(choice) => {
            let penalty = Penalty::elastic_net(0.0, request.l1_ratio);
            let waiting = crate::progress::spinner("cross-validating", session.json());
            let found = choose(&session, &model, penalty, options, choice);
            waiting.finish_and_clear();
            let (fit, chosen) = found?;
            (fit, Some(chosen))
        }
    };
    let told = Found { request, session: &session, model: &model, fit: &fit }.tell(chosen);
    session.finish(told, output)
}

/// How strong the penalty is to be.
enum Strength {
    Given(f64),
    Chosen(Choice),
}

fn strength(request: &Request<'_>) -> Result<Strength, CliError> {
    let args = request.penalty;
    match (args.lambda, args.cv) {
        (Some(lambda), _) => Ok(Strength::Given(lambda)),
        (None, Some(folds)) => {
            Ok(Strength::Chosen(Choice::new(request.data, folds, args.seed, args.one_se)?))
        }
        (None, None) => Err(CliError::usage(format!(
            "how strong is the penalty? Give --lambda, or have it chosen by --cv 10; `gradus path {}` \
             shows what each value does",
            request.data.source
        ))),
    }
}

/// What the data has to be.
pub(in crate::commands) fn needs(outcome: &OutcomeArgs) -> Needs {
    Needs {
        outcome: match outcome.family {
            Some(FamilyArg::Gaussian) => Outcome::Value,
            Some(FamilyArg::Binomial) => Outcome::Dichotomous,
            Some(FamilyArg::Multinomial) => Outcome::Classes,
            None => Outcome::AsItIs,
        },
        levels: LevelCoding::OneHot,
        offset: outcome
            .offset
            .clone()
            .map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: outcome.event.clone(),
    }
}

pub(in crate::commands) fn options(data: &DataArgs, args: &SolverArgs) -> PenalisedOptions {
    PenalisedOptions {
        intercept: if data.no_intercept { Intercept::None } else { Intercept::Fitted },
        scaling: if args.no_scaling { Scaling::None } else { Scaling::Standardize },
        solver: PenalisedSolver {
            tolerance: args.tolerance,
            max_iterations: args.max_iter,
            ..PenalisedSolver::default()
        },
        ..PenalisedOptions::default()
    }
}

/// A penalised model and its outcome.
#[derive(Debug)]
pub(in crate::commands) enum Model {
    Linear(Vec<f64>),
    Logistic(Vec<f64>),
    Multinomial(Vec<usize>),
}

impl Model {
    pub(in crate::commands) fn new(
        data: &DesignData,
        outcome: &OutcomeArgs,
    ) -> Result<Self, CliError> {
        let several = outcome.family == Some(FamilyArg::Multinomial);
        let model = match (&data.truth, data.target.labels().map(<[String]>::len)) {
            (Truth::Values(values), _) => Self::Linear(values.clone()),
            (Truth::Classes(codes), Some(2)) if !several => {
                Self::Logistic(codes.iter().map(|&code| f64::from(code)).collect())
            }
            (Truth::Classes(codes), _) => {
                Self::Multinomial(codes.iter().map(|&code| code as usize).collect())
            }
        };
        if outcome.event.is_some() && !matches!(model, Self::Logistic(_)) {
            return Err(CliError::usage(
                "--event names one of two classes, and this outcome is no such class; leave it out",
            ));
        }
        Ok(model)
    }

    pub(in crate::commands) fn family(&self) -> LinearFamily {
        match self {
            Self::Linear(_) => LinearFamily::Gaussian,
            Self::Logistic(_) => LinearFamily::Binomial,
            Self::Multinomial(_) => LinearFamily::Multinomial,
        }
    }

    fn fit(
        &self,
        design: &Design<'_>,
        penalty: Penalty,
        options: PenalisedOptions,
    ) -> Result<PenalisedFit, LinearError> {
        match self {
            Self::Linear(y) => ElasticNet { penalty, options }.fit(design, y),
            Self::Logistic(y) => PenalisedLogistic { penalty, options }.fit(design, y),
            Self::Multinomial(classes) => {
                PenalisedMultinomial { penalty, options }.fit(design, classes)
            }
        }
    }

    pub(in crate::commands) fn path(
        &self,
        design: &Design<'_>,
        penalty: Penalty,
        options: PenalisedOptions,
        grid: &LambdaGrid,
    ) -> Result<PenalisedPath, LinearError> {
        match self {
            Self::Linear(y) => ElasticNet { penalty, options }.path(design, y, grid),
            Self::Logistic(y) => PenalisedLogistic { penalty, options }.path(design, y, grid),
            Self::Multinomial(classes) => {
                PenalisedMultinomial { penalty, options }.path(design, classes, grid)
            }
        }
    }

    /// What is modelled, in words.
    pub(in crate::commands) fn meaning(&self, data: &DesignData) -> String {
        let target = data.target.column();
        match (self, data.target.labels()) {
            (Self::Logistic(_), Some([other, event])) => {
                format!("the logit of P({target} = {event}), against {other}")
            }
            (_, Some(labels)) => {
                format!("{} classes of {target:?} ({})", labels.len(), listed(labels, SHOWN))
            }
            (_, None) => format!("the value of {target:?}"),
        }
    }
}
