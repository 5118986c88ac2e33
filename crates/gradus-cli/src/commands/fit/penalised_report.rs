//! What a penalised fit tells: the saved model, the report for a machine and that for people.

use std::path::Path;

use gradus::io::{Preparation, SavedLinear};
use gradus::linear::{Certificate, LambdaRule, PenalisedFit};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::chosen::Chosen;
use super::penalised::{Model, Request};
use crate::data::DesignData;
use crate::error::CliError;
use crate::output::{Output, aligned, short, significant};

/// What is printed for a machine.
#[derive(Serialize)]
pub(super) struct Report<'r> {
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
    cross_validation: Option<Chosen>,
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

/// How λ was chosen, in words.
fn choice(chosen: &Chosen) -> String {
    let rule = match chosen.rule {
        LambdaRule::Best => "",
        LambdaRule::OneStandardError => " and one standard error",
    };
    format!("λ by {}-fold cross-validation{rule} (seed {})", chosen.folds, chosen.seed)
}

fn estimator(request: &Request<'_>) -> String {
    let scaled = if request.penalty.solver.no_scaling { "unscaled" } else { "standardised" };
    format!("{} on {scaled} features", request.model)
}

/// The model as a file holds it.
pub(super) fn saved(
    request: &Request<'_>,
    data: &DesignData,
    model: &Model,
    fit: &PenalisedFit,
    chosen: Option<&Chosen>,
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
            match chosen {
                Some(chosen) => format!("{}, {}", estimator(request), choice(chosen)),
                None => estimator(request),
            },
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

/// The report for a machine.
pub(super) fn report<'r>(
    request: &Request<'_>,
    data: &'r DesignData,
    model: &Model,
    fit: &PenalisedFit,
    chosen: Option<Chosen>,
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
        cross_validation: chosen,
        saved: out,
        notes: &data.notes,
    }
}

/// The report for people.
pub(super) fn print(
    request: &Request<'_>,
    data: &DesignData,
    model: &Model,
    fit: &PenalisedFit,
    chosen: Option<&Chosen>,
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
    if let Some(chosen) = chosen {
        output.line(format_args!("{}:", choice(chosen)))?;
        for (what, point) in
            [("least", chosen.minimum), ("one standard error", chosen.one_standard_error)]
        {
            let [lambda, mean, error] = chosen.at(point);
            output.line(format_args!(
                "  {what}: {} {} ± {} at λ = {}",
                chosen.measure,
                significant(mean, 6),
                significant(error, 3),
                short(lambda, 6)
            ))?;
        }
    }
    if chosen.is_some_and(Chosen::ends_at_the_least) {
        output.line(format_args!(
            "note: the least loss is that of the smallest λ tried, so that the data asks for hardly \
             any penalty"
        ))?;
    }
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
