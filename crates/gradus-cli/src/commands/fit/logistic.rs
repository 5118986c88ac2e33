//! `gradus fit logistic`.

use gradus::io::{LinearFamily, Offset, OffsetScale};
use gradus::linear::{Firth, FirthFit, Logistic, LogisticFit, StepRow, StepwiseLogistic, Weights};
use serde::Serialize;

use super::logistic_report::{Classifier, classifier};
use super::overall::{Overall, R2};
use super::session::{Binary, Session, Told};
use super::steps::{criterion, direction, over_all, terms};
use super::terms::{Ratio, TermRow, coefficient_table, ratio_table};
use crate::args::LogisticArgs;
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, significant};

/// The estimator whose tests are not Wald's.
pub(in crate::commands) const FIRTH: &str = "logistic regression with Firth's correction";

/// What only this model tells a machine.
#[derive(Serialize)]
struct Report<'r> {
    event: &'r str,
    other: &'r str,
    observations: f64,
    coefficients: &'r [TermRow<'r>],
    figures: Overall,
    #[serde(flatten)]
    classifier: Classifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<&'r [StepRow]>,
    iterations: usize,
}

/// The same with Firth's correction.
#[derive(Serialize)]
struct FirthReport<'r> {
    event: &'r str,
    other: &'r str,
    observations: f64,
    coefficients: &'r [TermRow<'r>],
    likelihood_ratio: f64,
    likelihood_ratio_df: usize,
    /// None without features.
    likelihood_ratio_p: Option<f64>,
    iterations: usize,
}

pub(super) fn run(args: &LogisticArgs, output: &mut Output) -> Result<(), CliError> {
    let offset = args.offset.clone();
    let needs = Needs {
        outcome: Outcome::Dichotomous,
        levels: LevelCoding::Treatment,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: args.event.clone(),
    };
    let session = Session::begin("logistic", &args.data, &args.result, &needs)?
        .weigh(args.class_weights.as_ref())?;
    let outcome = session.binary()?;
    match args.firth {
        true => firth(args, &session, &outcome, output),
        false => maximum_likelihood(args, &session, &outcome, output),
    }
}

/// A class at the head of a column: a number says little alone.
fn heading(data: &DesignData, label: &str) -> String {
    match label.parse::<f64>() {
        Ok(_) => format!("{}={label}", data.target.column()),
        Err(_) => label.to_owned(),
    }
}

/// What is modelled, in words.
fn meaning(session: &Session<'_>, outcome: &Binary<'_>) -> String {
    let Binary { y, event, other } = outcome;
    let events = y.iter().filter(|y| **y == 1.0).count();
    let target = session.data.target.column();
    format!("the logit of P({target} = {event}), against {other}: {events} of {}", y.len())
}

fn maximum_likelihood(
    args: &LogisticArgs,
    session: &Session<'_>,
    outcome: &Binary<'_>,
    output: &mut Output,
) -> Result<(), CliError> {
    let Binary { y, event, other } = outcome;
    let data = &session.data;
    let design = session.design()?;
    let model = Logistic {
        intercept: session.intercept(),
        max_iterations: args.max_iter,
        ..Logistic::default()
    };
    let steps = args.steps.stepwise.map(|by| StepwiseLogistic {
        criterion: criterion(by),
        direction: direction(args.steps.direction),
        terms: Some(terms(data)),
        logistic: model,
    });
    let steps = steps.map(|stepwise| stepwise.fit(&design, y)).transpose()?;
    let selected =
        steps.as_ref().map_or_else(|| (0..data.names.len()).collect(), |s| s.selected.clone());
    let x = data.x.select_columns(&selected);
    let names = selected.iter().map(|&j| data.names[j].clone());
    let design = data.design_of(&x, names, Weights::Frequency)?;
    let fit = match &steps {
        Some(steps) => steps.fit.clone(),
        None => model.fit(&design, y)?,
    };
    let level = args.confidence;
    let profile = args.profile.then(|| model.profile_intervals(&design, y, level)).transpose()?;
    let row = |(j, row)| {
        let profile = profile.as_ref().map(|profile| profile[j]);
        TermRow::wald(row, Ratio::Odds, level).map(|row| row.profiled(profile))
    };
    let rows = fit.coefficients().iter().enumerate().map(row);
    let coefficients: Vec<TermRow<'_>> = rows.collect::<Result<_, _>>()?;
    let figures = overall(&fit);
    let classifier = classifier(&fit, args.threshold)?;
    let text = format!(
        "{}{}\n{}\n{}\n{}",
        steps.as_ref().map_or_else(String::new, |steps| format!("{steps}\n")),
        figures.text(),
        coefficient_table(&coefficients),
        ratio_table(&coefficients),
        classifier.text(&heading(data, event), &heading(data, other))
    );
    let mut kept = figures.kept();
    kept.push(("ROC AUC", classifier.roc.auc));
    let estimated: Vec<f64> = fit.coefficients().iter().map(|row| row.estimate).collect();
    let (constant, slopes) = estimated.split_at(estimated.len() - selected.len());
    let (slopes, covariance) = over_all(data.names.len(), &selected, slopes, fit.covariance());
    let estimator = match &steps {
        Some(_) => "logistic regression by maximum likelihood, stepwise",
        None => "logistic regression by maximum likelihood",
    };
    let told = Told {
        model: "logistic",
        meaning: meaning(session, outcome),
        notes: Vec::new(),
        text,
        saved: session.saved_estimates(
            LinearFamily::Binomial,
            &[constant, &slopes].concat(),
            Some(covariance),
            session.record(estimator, &kept),
        ),
        report: Report {
            event,
            other,
            observations: fit.observations(),
            coefficients: &coefficients,
            figures,
            classifier,
            steps: steps.as_ref().map(|steps| steps.trace.as_slice()),
            iterations: fit.iterations,
        },
    };
    session.finish(told, output)
}

fn overall(fit: &LogisticFit) -> Overall {
    Overall {
        deviance: fit.deviance(),
        null_deviance: fit.null_deviance(),
        log_likelihood: fit.log_likelihood,
        null_log_likelihood: fit.null_log_likelihood,
        likelihood_ratio: fit.likelihood_ratio(),
        likelihood_ratio_df: fit.likelihood_ratio_df(),
        likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
        aic: fit.aic(),
        bic: fit.bic(),
        r2: R2::Classes {
            r2_mcfadden: fit.r2_mcfadden(),
            r2_cox_snell: fit.r2_cox_snell(),
            r2_nagelkerke: fit.r2_nagelkerke(),
        },
    }
}

fn firth(
    args: &LogisticArgs,
    session: &Session<'_>,
    outcome: &Binary<'_>,
    output: &mut Output,
) -> Result<(), CliError> {
    let steps = Firth::default().max_iterations.max(args.max_iter);
    let model = Firth {
        intercept: session.intercept(),
        level: args.confidence,
        max_iterations: steps,
        ..Firth::default()
    };
    let fit = model.fit(&session.design()?, &outcome.y)?;
    let several = (fit.lower_maxima > 0).then(|| {
        "the penalised likelihood has several maxima, so tests and intervals may disagree; leave out \
         features, or take `gradus fit ridge`"
            .to_owned()
    });
    let rows = fit.coefficients().iter().map(|row| TermRow::firth(row, args.confidence));
    let coefficients: Vec<TermRow<'_>> = rows.collect::<Result<_, _>>()?;
    let text = format!(
        "{}{}\n{}",
        penalised_ratio(&fit),
        coefficient_table(&coefficients),
        ratio_table(&coefficients)
    );
    let estimates: Vec<f64> = fit.coefficients().iter().map(|row| row.wald.estimate).collect();
    let kept = [
        ("penalised log-likelihood", fit.penalised_log_likelihood),
        ("penalised likelihood ratio", fit.likelihood_ratio()),
    ];
    let told = Told {
        model: "logistic, Firth's correction",
        meaning: format!("{}, with Firth's correction", meaning(session, outcome)),
        notes: several.into_iter().collect(),
        text,
        saved: session.saved_estimates(
            LinearFamily::Binomial,
            &estimates,
            Some(fit.covariance().clone()),
            session.record(FIRTH, &kept),
        ),
        report: FirthReport {
            event: outcome.event,
            other: outcome.other,
            observations: fit.observations(),
            coefficients: &coefficients,
            likelihood_ratio: fit.likelihood_ratio(),
            likelihood_ratio_df: fit.likelihood_ratio_df(),
            likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
            iterations: fit.iterations,
        },
    };
    session.finish(told, output)
}

/// The test of all features at once, by the penalised likelihood.
fn penalised_ratio(fit: &FirthFit) -> String {
    fit.likelihood_ratio_p().map_or_else(
        |_| String::new(),
        |p| {
            format!(
                "penalised likelihood ratio χ² {} with {} degrees of freedom, p {}\n\n",
                significant(fit.likelihood_ratio(), 6),
                fit.likelihood_ratio_df(),
                significant(p, 3)
            )
        },
    )
}
