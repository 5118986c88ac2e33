//! `gradus fit multinomial`.

use gradus::io::{LinearFamily, SavedLinear, Uncertainty};
use gradus::linear::{LinearError, Multinomial, MultinomialFit};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::overall::{Overall, R2};
use super::session::{Session, Told};
use super::terms::{Ratio, TermRow, coefficient_table, ratio_table, wald_rows};
use crate::args::MultinomialArgs;
use crate::data::{LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, listed, significant};

/// Classes in a message.
const SHOWN: usize = 12;

/// What only this model tells a machine.
#[derive(Serialize)]
struct Report<'r> {
    baseline: &'r str,
    classes: &'r [String],
    observations: f64,
    equations: &'r [Equation<'r>],
    figures: Overall,
    /// On the rows that were fitted to.
    accuracy: f64,
    iterations: usize,
}

#[derive(Serialize)]
struct Equation<'r> {
    class: &'r str,
    coefficients: Vec<TermRow<'r>>,
}

pub(super) fn run(args: &MultinomialArgs, output: &mut Output) -> Result<(), CliError> {
    let needs = Needs {
        outcome: Outcome::Classes,
        levels: LevelCoding::Treatment,
        offset: None,
        event: None,
    };
    let session = Session::begin("multinomial", &args.data, &args.result, &needs)?
        .weigh(args.class_weights.as_ref())?;
    let (classes, labels) = session.classes()?;
    let reference = baseline(args, labels)?;
    let model = Multinomial {
        intercept: session.intercept(),
        reference,
        max_iterations: args.max_iter,
        ..Multinomial::default()
    };
    let fit = model.fit(&session.design()?, &classes)?;
    let figures = overall(&fit);
    let accuracy = accuracy(&fit, &classes);
    let equation = |equation: &'_ gradus::linear::MultinomialEquation| {
        (equation.class, equation.coefficients.clone())
    };
    let estimated: Vec<_> = fit.equations().iter().map(equation).collect();
    let equations: Vec<Equation<'_>> = estimated
        .iter()
        .map(|(class, rows)| {
            let coefficients = wald_rows(rows, Ratio::Odds, args.confidence)?;
            Ok(Equation { class: &labels[*class], coefficients })
        })
        .collect::<Result<_, LinearError>>()?;
    let baseline = labels[reference].as_str();
    let mut text = figures.text();
    text.push_str(&format!("accuracy {} on the rows fitted to\n", significant(accuracy, 6)));
    for Equation { class, coefficients } in &equations {
        text.push_str(&format!(
            "\n{class} against {baseline}:\n{}\n{}",
            coefficient_table(coefficients),
            ratio_table(coefficients)
        ));
    }
    let mut kept = figures.kept();
    kept.push(("accuracy", accuracy));
    let told = Told {
        model: "multinomial",
        meaning: format!(
            "the odds of each class of {:?} ({}) against {baseline}",
            session.data.target.column(),
            listed(labels, SHOWN)
        ),
        notes: Vec::new(),
        text,
        saved: saved(&session, &fit, &kept),
        report: Report {
            baseline,
            classes: labels,
            observations: fit.observations(),
            equations: &equations,
            figures,
            accuracy,
            iterations: fit.iterations,
        },
    };
    session.finish(told, output)
}

/// The class that the others are compared with: the one named, or the first in order.
fn baseline(args: &MultinomialArgs, labels: &[String]) -> Result<usize, CliError> {
    let Some(name) = &args.baseline else { return Ok(0) };
    labels.iter().position(|label| label == name).ok_or_else(|| {
        CliError::usage(format!(
            "--baseline: {:?} has no class {name:?}; its classes are {}",
            args.data.target,
            listed(labels, SHOWN)
        ))
    })
}

/// The share of rows whose class is the most probable one.
fn accuracy(fit: &MultinomialFit, classes: &[usize]) -> f64 {
    let right = fit
        .probabilities()
        .row_iter()
        .zip(classes)
        .filter(|(p, class)| p.iter().all(|&other| p[**class] >= other));
    right.count() as f64 / classes.len() as f64
}

fn overall(fit: &MultinomialFit) -> Overall {
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

/// With a linear predictor of zeros for the baseline.
fn saved(session: &Session<'_>, fit: &MultinomialFit, figures: &[(&str, f64)]) -> SavedLinear {
    let (p, k) = (session.data.names.len(), fit.classes());
    let q = fit.equations().first().map_or(p, |equation| equation.coefficients.len());
    let constant = q - p;
    let mut intercept = vec![0.0; k];
    let mut coefficients = DMatrix::zeros(p, k);
    let mut covariance = DMatrix::zeros(q * k, q * k);
    for (i, one) in fit.equations().iter().enumerate() {
        for (j, row) in one.coefficients.iter().enumerate() {
            match j.checked_sub(constant) {
                Some(feature) => coefficients[(feature, one.class)] = row.estimate,
                None => intercept[one.class] = row.estimate,
            }
        }
        for (j, other) in fit.equations().iter().enumerate() {
            let block = fit.covariance().view((i * q, j * q), (q, q));
            covariance.view_mut((one.class * q, other.class * q), (q, q)).copy_from(&block);
        }
    }
    let record = session.record("multinomial regression by maximum likelihood", figures);
    let uncertainty = Uncertainty { covariance, residual_variance: None, degrees_of_freedom: None };
    SavedLinear {
        uncertainty: Some(uncertainty),
        ..session.saved(LinearFamily::Multinomial, &intercept, coefficients, record)
    }
}
