//! `gradus fit svm`.

use std::path::Path;

use gradus::io::{LinearFamily, Preparation, SavedLinear, SavedModel, save};
use gradus::linear::{LinearSvm, Scaling, SvmFit, SvmIntercept, SvmLoss, SvmMachine, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use crate::args::{SvmArgs, SvmLossArg};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, listed, short, significant};
use crate::scores::Truth;

/// Names in a line.
const SHOWN: usize = 12;

#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    classes: &'r [String],
    rows: usize,
    dropped: usize,
    features: &'r [String],
    lambda: f64,
    loss: SvmLoss,
    intercept: SvmIntercept,
    standardized: bool,
    /// That of the second class against the first, or one for each class against the rest.
    machines: &'r [SvmMachine],
    saved: &'r Path,
    notes: &'r [String],
}

pub(super) fn run(args: &SvmArgs, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(&args.data, &args.result, "svm")?;
    let mut data = DesignData::new(
        &args.data,
        &Needs {
            outcome: if args.event.is_some() { Outcome::Dichotomous } else { Outcome::Classes },
            levels: LevelCoding::OneHot,
            offset: None,
            event: args.event.clone(),
        },
    )?;
    super::weigh(&mut data, args.class_weights.as_ref())?;
    let (Truth::Classes(codes), Some(labels)) = (&data.truth, data.target.labels()) else {
        return Err(CliError::usage("a support vector machine needs classes"));
    };
    let classes: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
    let model = model(args, &data);
    let fit = model.fit(&super::design(&data, Weights::Frequency)?, &classes)?;
    save(&out, &SavedModel::from(saved(args, &data, &fit)))?;
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "svm",
            data: &data.name,
            target: data.target.column(),
            classes: labels,
            rows: data.rows(),
            dropped: data.dropped,
            features: &data.names,
            lambda: model.lambda,
            loss: model.loss,
            intercept: model.intercept,
            standardized: !args.no_scaling,
            machines: &fit.machines,
            saved: &out,
            notes: &data.notes,
        });
    }
    print(args, &data, &fit, labels, output)?;
    super::next_steps(output, &args.data, &out)
}

fn model(args: &SvmArgs, data: &DesignData) -> LinearSvm {
    let rows = data.weights.as_ref().map_or(data.rows() as f64, |weights| weights.iter().sum());
    LinearSvm {
        lambda: args.lambda.unwrap_or(1.0 / (args.c.unwrap_or(1.0) * rows)),
        loss: match args.loss {
            SvmLossArg::Hinge => SvmLoss::Hinge,
            SvmLossArg::SquaredHinge => SvmLoss::SquaredHinge,
        },
        intercept: match (args.data.no_intercept, args.penalise_intercept) {
            (true, _) => SvmIntercept::None,
            (false, true) => SvmIntercept::Penalised,
            (false, false) => SvmIntercept::Free,
        },
        scaling: if args.no_scaling { Scaling::None } else { Scaling::Standardize },
        tolerance: args.tolerance,
        max_iterations: args.max_iter,
    }
}

fn estimator(args: &SvmArgs) -> String {
    let loss = match args.loss {
        SvmLossArg::Hinge => "hinge",
        SvmLossArg::SquaredHinge => "squared hinge",
    };
    let scaled = if args.no_scaling { "unscaled" } else { "standardised" };
    format!("linear support vector machine ({loss}) on {scaled} features")
}

/// The rows on which the solution hangs, of all machines.
fn support(fit: &SvmFit) -> usize {
    let mut rows: Vec<usize> =
        fit.machines.iter().flat_map(|m| m.support.iter().copied()).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.len()
}

fn saved(args: &SvmArgs, data: &DesignData, fit: &SvmFit) -> SavedLinear {
    let of_all = |figure: fn(&SvmMachine) -> f64| fit.machines.iter().map(figure);
    let columns = fit.machines.iter().flat_map(|machine| machine.coefficients.iter().copied());
    SavedLinear {
        family: LinearFamily::Hyperplane,
        intercept: (!args.data.no_intercept).then(|| of_all(|machine| machine.intercept).collect()),
        coefficients: DMatrix::from_iterator(data.names.len(), fit.machines.len(), columns),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: None,
        uncertainty: None,
        record: super::record(
            data,
            estimator(args),
            Some((fit.model.lambda, 0.0)),
            &[
                ("least margin", of_all(|machine| machine.margin).fold(f64::INFINITY, f64::min)),
                ("support vectors", support(fit) as f64),
                ("relative gap", of_all(|m| m.certificate.relative_gap).fold(0.0, f64::max)),
            ],
        ),
    }
}

/// The report for people.
fn print(
    args: &SvmArgs,
    data: &DesignData,
    fit: &SvmFit,
    labels: &[String],
    output: &mut Output,
) -> Result<(), CliError> {
    let target = data.target.column();
    output.line(format_args!(
        "{}: {} rows, {} features; {} classes of {target:?} ({})",
        data.name,
        data.rows(),
        data.names.len(),
        labels.len(),
        listed(labels, SHOWN)
    ))?;
    output.line(format_args!("{}, λ = {}", estimator(args), short(fit.model.lambda, 6)))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    let which = |k: usize| match (fit.machines.len(), labels) {
        (1, [other, event]) => format!("{event} against {other}"),
        _ => format!("{} against the rest", labels[k]),
    };
    let row = |name: &str, cells: &mut dyn Iterator<Item = f64>| -> Vec<String> {
        [name.to_owned()].into_iter().chain(cells.map(|value| significant(value, 6))).collect()
    };
    let machines = &fit.machines;
    let mut rows = vec![vec!["term".to_owned()]];
    rows[0].extend((0..machines.len()).map(which));
    if !args.data.no_intercept {
        rows.push(row("(intercept)", &mut machines.iter().map(|machine| machine.intercept)));
    }
    for (j, name) in data.names.iter().enumerate() {
        rows.push(row(name, &mut machines.iter().map(|machine| machine.coefficients[j])));
    }
    output.text(format_args!("\n{}\n", aligned(&rows)))?;
    for (k, machine) in machines.iter().enumerate() {
        output.line(format_args!(
            "{}: margin {} on the scale that is penalised, {} support vectors; objective {}, above \
             the least there is by at most {:.1e} of the best constant's loss; {} iterations",
            which(k),
            significant(machine.margin, 6),
            machine.support.len(),
            significant(machine.certificate.objective, 8),
            machine.certificate.relative_gap,
            machine.certificate.iterations
        ))?;
    }
    output.line(format_args!(
        "no probabilities: a margin says on which side a row is, and not how likely its class"
    ))
}
