//! `gradus fit lasso`, `ridge`, `elastic-net`.

use std::path::Path;

use gradus::io::{LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, save};
use gradus::linear::{
    Certificate, Design, ElasticNet, Intercept, LambdaGrid, LinearError, PenalisedFit,
    PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, PenalisedPath, PenalisedSolver,
    Penalty, Scaling, Weights,
};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use crate::args::{DataArgs, FamilyArg, OutcomeArgs, PenaltyArgs, ResultArgs, SolverArgs};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, listed, short, significant};
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

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    family: String,
    target: &'r str,
    classes: Option<&'r [String]>,
    rows: usize,
    dropped: usize,
    features: usize,
    lambda: f64,
    l1_ratio: f64,
    standardized: bool,
    predictors: Vec<Predictor<'r>>,
    nonzero: usize,
    deviance_explained: f64,
    certificate: Certificate,
    saved: &'r Path,
    notes: &'r [String],
}

/// The coefficients of a linear predictor.
#[derive(Serialize)]
struct Predictor<'r> {
    class: Option<&'r str>,
    intercept: Option<f64>,
    coefficients: Vec<Coefficient<'r>>,
}

#[derive(Serialize)]
struct Coefficient<'r> {
    term: &'r str,
    estimate: f64,
}

pub(super) fn run(request: &Request<'_>, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(request.data, request.result, request.model)?;
    let Some(lambda) = request.penalty.lambda else {
        return Err(CliError::usage(format!(
            "how strong is the penalty? Give --lambda; `gradus path {}` shows what each value does",
            request.data.source
        )));
    };
    let mut data = DesignData::new(request.data, &needs(request.outcome))?;
    super::weigh(&mut data, request.outcome.class_weights.as_ref())?;
    let model = Model::new(&data, request.outcome)?;
    let design = super::design(&data, Weights::Frequency)?;
    let options = options(request.data, &request.penalty.solver);
    let penalty = Penalty::elastic_net(lambda, request.l1_ratio);
    let fit = model.fit(&design, penalty, options)?;

    let saved = saved(request, &data, &model, &fit);
    save(&out, &SavedModel::from(saved))?;

    let json = request.result.general.json;
    if json {
        return output.json(&report(request, &data, &model, &fit, &out));
    }
    print(request, &data, &model, &fit, output)?;
    super::next_steps(output, request.data, &out)
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

fn estimator(request: &Request<'_>) -> String {
    let scaled = if request.penalty.solver.no_scaling { "unscaled" } else { "standardised" };
    format!("{} on {scaled} features", request.model)
}

fn saved(
    request: &Request<'_>,
    data: &DesignData,
    model: &Model,
    fit: &PenalisedFit,
) -> SavedLinear {
    let point = &fit.point;
    let columns = point.coefficients.iter();
    SavedLinear {
        family: model.family(),
        intercept: (!request.data.no_intercept).then(|| point.intercepts.clone()),
        coefficients: DMatrix::from_iterator(
            data.names.len(),
            point.coefficients.len(),
            columns.flatten().copied(),
        ),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: None,
        record: super::record(
            data,
            estimator(request),
            Some((point.lambda, fit.l1_ratio)),
            &[
                ("deviance explained", point.deviance_explained),
                ("relative gap", point.certificate.relative_gap),
                ("coefficients not 0", point.certificate.nonzero as f64),
            ],
        ),
    }
}

fn predictors<'r>(
    request: &Request<'_>,
    data: &'r DesignData,
    fit: &PenalisedFit,
) -> Vec<Predictor<'r>> {
    let labels = data.target.labels().filter(|_| fit.point.coefficients.len() > 1);
    let one = |(j, w): (usize, &Vec<f64>)| Predictor {
        class: labels.map(|labels| labels[j].as_str()),
        intercept: (!request.data.no_intercept).then(|| fit.point.intercepts[j]),
        coefficients: data
            .names
            .iter()
            .zip(w)
            .map(|(term, &estimate)| Coefficient { term, estimate })
            .collect(),
    };
    fit.point.coefficients.iter().enumerate().map(one).collect()
}

fn report<'r>(
    request: &Request<'_>,
    data: &'r DesignData,
    model: &Model,
    fit: &PenalisedFit,
    out: &'r Path,
) -> Report<'r> {
    Report {
        command: "fit",
        model: request.model,
        data: &data.name,
        family: model.family().to_string(),
        target: data.target.column(),
        classes: data.target.labels(),
        rows: data.rows(),
        dropped: data.dropped,
        features: data.names.len(),
        lambda: fit.point.lambda,
        l1_ratio: fit.l1_ratio,
        standardized: !request.penalty.solver.no_scaling,
        predictors: predictors(request, data, fit),
        nonzero: fit.point.certificate.nonzero,
        deviance_explained: fit.point.deviance_explained,
        certificate: fit.point.certificate,
        saved: out,
        notes: &data.notes,
    }
}

fn print(
    request: &Request<'_>,
    data: &DesignData,
    model: &Model,
    fit: &PenalisedFit,
    output: &mut Output,
) -> Result<(), CliError> {
    let point = &fit.point;
    output.line(format_args!(
        "{}: {} rows, {} features; {}",
        data.name,
        data.rows(),
        data.names.len(),
        model.meaning(data)
    ))?;
    output.line(format_args!(
        "{}, λ = {}, ρ = {}",
        estimator(request),
        short(point.lambda, 6),
        fit.l1_ratio
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    let predictors = predictors(request, data, fit);
    let mut rows = vec![vec!["term".to_owned()]];
    rows[0].extend(predictors.iter().map(|predictor| match predictor.class {
        Some(class) => format!("{} = {class}", data.target.column()),
        None => "coefficient".to_owned(),
    }));
    if !request.data.no_intercept {
        let values = predictors.iter().filter_map(|predictor| predictor.intercept);
        let cells = values.map(|value| significant(value, 6));
        rows.push(["(intercept)".to_owned()].into_iter().chain(cells).collect());
    }
    for (j, name) in data.names.iter().enumerate() {
        let cells = predictors.iter().map(|p| significant(p.coefficients[j].estimate, 6));
        rows.push([name.clone()].into_iter().chain(cells).collect());
    }
    output.text(format_args!("\n{}\n", aligned(&rows)))?;
    let certificate = &point.certificate;
    output.line(format_args!(
        "{} of {} coefficients are not 0; {:.4} of the deviance is explained",
        certificate.nonzero,
        data.names.len() * point.coefficients.len(),
        point.deviance_explained
    ))?;
    output.line(format_args!(
        "certificate: the objective, {}, is above the least there is by at most {:.1e} of the null \
         model's loss; largest violation of the optimality conditions {:.1e} λ; {} iterations",
        significant(certificate.objective, 8),
        certificate.relative_gap,
        certificate.kkt_violation,
        certificate.iterations
    ))?;
    output.line(format_args!(
        "no standard errors: the penalty draws estimates to 0, so that their table would not hold"
    ))
}
