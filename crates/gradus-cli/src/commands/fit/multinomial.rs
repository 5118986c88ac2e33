//! `gradus fit multinomial`.

use std::path::Path;

use gradus::io::{LinearFamily, Preparation, SavedLinear, SavedModel, Uncertainty, save};
use gradus::linear::{Intercept, Multinomial, MultinomialFit, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::ratios::{RatioRow, ratio_rows, ratio_table};
use crate::args::MultinomialArgs;
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, listed, significant};
use crate::scores::Truth;

/// Classes in a message.
const SHOWN: usize = 12;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    baseline: &'r str,
    classes: &'r [String],
    rows: usize,
    dropped: usize,
    observations: f64,
    equations: Vec<Equation<'r>>,
    figures: Figures,
    iterations: usize,
    saved: &'r Path,
    notes: &'r [String],
}

#[derive(Serialize)]
struct Equation<'r> {
    class: &'r str,
    coefficients: Vec<RatioRow<'r>>,
}

#[derive(Serialize)]
struct Figures {
    deviance: f64,
    null_deviance: f64,
    likelihood_ratio: f64,
    likelihood_ratio_df: usize,
    /// None without features.
    likelihood_ratio_p: Option<f64>,
    log_likelihood: f64,
    aic: f64,
    bic: f64,
    r2_mcfadden: f64,
    r2_cox_snell: f64,
    r2_nagelkerke: f64,
    /// On the rows that were fitted to.
    accuracy: f64,
}

pub(super) fn run(args: &MultinomialArgs, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(&args.data, &args.result, "multinomial")?;
    let needs = Needs {
        outcome: Outcome::Classes,
        levels: LevelCoding::Treatment,
        offset: None,
        event: None,
    };
    let mut data = DesignData::new(&args.data, &needs)?;
    super::weigh(&mut data, args.class_weights.as_ref())?;
    let (Truth::Classes(codes), Some(labels)) = (&data.truth, data.target.labels()) else {
        return Err(CliError::usage("the outcome has no classes; name another (--target)"));
    };
    let classes: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
    let reference = baseline(args, labels)?;
    let intercept = if args.data.no_intercept { Intercept::None } else { Intercept::Fitted };
    let model = Multinomial {
        intercept,
        reference,
        max_iterations: args.max_iter,
        ..Multinomial::default()
    };
    let fit = model.fit(&super::design(&data, Weights::Frequency)?, &classes)?;
    let figures = figures(&fit, &classes);
    save(&out, &SavedModel::from(saved(args, &data, &fit, &figures)))?;
    let equation = |equation: &'_ gradus::linear::MultinomialEquation| {
        (equation.class, equation.coefficients.clone())
    };
    let equations: Vec<_> = fit.equations().iter().map(equation).collect();
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "multinomial",
            data: &data.name,
            target: data.target.column(),
            baseline: &labels[reference],
            classes: labels,
            rows: data.rows(),
            dropped: data.dropped,
            observations: fit.observations(),
            equations: equations
                .iter()
                .map(|(class, rows)| Equation {
                    class: &labels[*class],
                    coefficients: ratio_rows(rows),
                })
                .collect(),
            figures,
            iterations: fit.iterations,
            saved: &out,
            notes: &data.notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} features; the odds of each class of {:?} ({}) against {}",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column(),
        listed(labels, SHOWN),
        labels[reference]
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    for (class, rows) in &equations {
        output.text(format_args!(
            "\n{} against {}:\n{}",
            labels[*class],
            labels[reference],
            ratio_table(&ratio_rows(rows), "odds ratio")
        ))?;
    }
    output.text(format_args!("\n{}", summary(&figures)))?;
    super::next_steps(output, &args.data, &out)
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

fn figures(fit: &MultinomialFit, classes: &[usize]) -> Figures {
    let right = fit
        .probabilities()
        .row_iter()
        .zip(classes)
        .filter(|(p, class)| p.iter().all(|&other| p[**class] >= other));
    Figures {
        deviance: fit.deviance(),
        null_deviance: fit.null_deviance(),
        likelihood_ratio: fit.likelihood_ratio(),
        likelihood_ratio_df: fit.likelihood_ratio_df(),
        likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
        log_likelihood: fit.log_likelihood,
        aic: fit.aic(),
        bic: fit.bic(),
        r2_mcfadden: fit.r2_mcfadden(),
        r2_cox_snell: fit.r2_cox_snell(),
        r2_nagelkerke: fit.r2_nagelkerke(),
        accuracy: right.count() as f64 / classes.len() as f64,
    }
}

fn summary(figures: &Figures) -> String {
    let n = |x: f64| significant(x, 6);
    format!(
        "{}R² {} (McFadden), {} (Cox and Snell), {} (Nagelkerke)\n\
         AIC {}, BIC {}; accuracy {} on the rows fitted to\n",
        super::ratios::likelihood_ratio(
            figures.deviance,
            figures.null_deviance,
            (figures.likelihood_ratio, figures.likelihood_ratio_df, figures.likelihood_ratio_p)
        ),
        n(figures.r2_mcfadden),
        n(figures.r2_cox_snell),
        n(figures.r2_nagelkerke),
        n(figures.aic),
        n(figures.bic),
        n(figures.accuracy)
    )
}

fn saved(
    args: &MultinomialArgs,
    data: &DesignData,
    fit: &MultinomialFit,
    figures: &Figures,
) -> SavedLinear {
    let constant = usize::from(!args.data.no_intercept);
    let (p, k) = (data.names.len(), fit.classes());
    let q = constant + p;
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
    SavedLinear {
        family: LinearFamily::Multinomial,
        intercept: (constant == 1).then_some(intercept),
        coefficients,
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: None,
        uncertainty: Some(Uncertainty {
            covariance,
            residual_variance: None,
            degrees_of_freedom: None,
        }),
        record: super::record(
            data,
            "multinomial regression by maximum likelihood".to_owned(),
            None,
            &[
                ("−2 log-likelihood", figures.deviance),
                ("AIC", figures.aic),
                ("BIC", figures.bic),
                ("R² (McFadden)", figures.r2_mcfadden),
                ("accuracy", figures.accuracy),
            ],
        ),
    }
}
