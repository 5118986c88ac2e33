//! `gradus fit svm`.

use gradus::io::{FitRecord, LinearFamily, SavedLinear};
use gradus::linear::{Intercept, LinearSvm, Scaling, SvmFit, SvmIntercept, SvmLoss, SvmMachine};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::chosen::{Choice, Chosen};
use super::session::{Session, Told};
use crate::args::{SvmArgs, SvmLossArg};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, listed, short, significant};

/// Names in a line.
const SHOWN: usize = 12;

/// What only this model tells a machine.
#[derive(Serialize)]
struct Report<'r> {
    classes: &'r [String],
    features: &'r [String],
    lambda: f64,
    c: f64,
    loss: SvmLoss,
    intercept: SvmIntercept,
    standardized: bool,
    /// That of the second class against the first, or one for each class against the rest.
    machines: &'r [SvmMachine],
    cross_validation: Option<Chosen>,
}

pub(super) fn run(args: &SvmArgs, output: &mut Output) -> Result<(), CliError> {
    let choice = match args.cv {
        Some(folds) => Some(Choice::new(&args.data, folds, args.seed, args.one_se)?),
        None => None,
    };
    let needs = Needs {
        outcome: if args.event.is_some() { Outcome::Dichotomous } else { Outcome::Classes },
        levels: LevelCoding::OneHot,
        offset: None,
        event: args.event.clone(),
    };
    let session = Session::begin("svm", &args.data, &args.result, &needs)?
        .weigh(args.class_weights.as_ref())?;
    let (classes, labels) = session.classes()?;
    let rows = total_weight(&session.data);
    let mut model = model(args, rows);
    let mut chosen = None;
    if let Some(choice) = choice {
        let lambdas: Vec<f64> = args.cs().iter().map(|c| 1.0 / (c * rows)).collect();
        let waiting = crate::progress::spinner("cross-validating", session.json());
        let found =
            model.cross_validate(&session.design()?, &classes, &lambdas, choice.lambda_folds());
        waiting.finish_and_clear();
        let found = found?;
        model.lambda = found.lambda(choice.rule);
        chosen = Some(choice.of_machines(found));
    }
    let fit = model.fit(&session.design()?, &classes)?;
    let target = session.data.target.column();
    let told = Told {
        model: "svm",
        meaning: format!("{} classes of {target:?} ({})", labels.len(), listed(labels, SHOWN)),
        notes: Vec::new(),
        text: text(args, &session, &fit, chosen.as_ref()),
        saved: saved(args, &session, &fit, chosen.as_ref()),
        report: Report {
            classes: labels,
            features: &session.data.names,
            lambda: model.lambda,
            c: 1.0 / (model.lambda * rows),
            loss: model.loss,
            intercept: model.intercept,
            standardized: !args.no_scaling,
            machines: &fit.machines,
            cross_validation: chosen,
        },
    };
    session.finish(told, output)
}

/// m, by which C and λ are each other's.
fn total_weight(data: &DesignData) -> f64 {
    data.weights.as_ref().map_or(data.rows() as f64, |weights| weights.iter().sum())
}

fn model(args: &SvmArgs, rows: f64) -> LinearSvm {
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

fn saved(
    args: &SvmArgs,
    session: &Session<'_>,
    fit: &SvmFit,
    chosen: Option<&Chosen>,
) -> SavedLinear {
    let of_all = |figure: fn(&SvmMachine) -> f64| fit.machines.iter().map(figure);
    let columns = fit.machines.iter().flat_map(|machine| machine.coefficients.iter().copied());
    let coefficients =
        DMatrix::from_iterator(session.data.names.len(), fit.machines.len(), columns);
    let estimator = match chosen {
        Some(chosen) => format!("{}, {}", estimator(args), chosen.how()),
        None => estimator(args),
    };
    let figures = [
        ("least margin", of_all(|machine| machine.margin).fold(f64::INFINITY, f64::min)),
        ("support vectors", support(fit) as f64),
        ("relative gap", of_all(|m| m.certificate.relative_gap).fold(0.0, f64::max)),
    ];
    let record = FitRecord {
        lambda: Some(fit.model.lambda),
        l1_ratio: Some(0.0),
        ..session.record(&estimator, &figures)
    };
    let intercepts: Vec<f64> = of_all(|machine| machine.intercept).collect();
    session.saved(LinearFamily::Hyperplane, &intercepts, coefficients, record)
}

/// The report for people.
fn text(args: &SvmArgs, session: &Session<'_>, fit: &SvmFit, chosen: Option<&Chosen>) -> String {
    let data = &session.data;
    let labels = data.target.labels().unwrap_or_default();
    let machines = &fit.machines;
    let which = |k: usize| match (machines.len(), labels) {
        (1, [other, event]) => format!("{event} against {other}"),
        _ => format!("{} against the rest", labels[k]),
    };
    let row = |name: &str, cells: &mut dyn Iterator<Item = f64>| -> Vec<String> {
        [name.to_owned()].into_iter().chain(cells.map(|value| significant(value, 6))).collect()
    };
    let mut rows = vec![vec!["term".to_owned()]];
    rows[0].extend((0..machines.len()).map(which));
    if session.intercept() == Intercept::Fitted {
        rows.push(row("(intercept)", &mut machines.iter().map(|machine| machine.intercept)));
    }
    for (j, name) in data.names.iter().enumerate() {
        rows.push(row(name, &mut machines.iter().map(|machine| machine.coefficients[j])));
    }
    let lambda = fit.model.lambda;
    let mut text = format!(
        "{}, λ = {}, C = {}\n{}\n{}\n",
        estimator(args),
        short(lambda, 6),
        short(1.0 / (lambda * total_weight(data)), 6),
        chosen.map_or_else(String::new, Chosen::text),
        aligned(&rows)
    );
    for (k, machine) in machines.iter().enumerate() {
        text.push_str(&format!(
            "{}: margin {} on the scale that is penalised, {} support vectors; objective {}, above \
             the least there is by at most {:.1e} of the best constant's loss; {} iterations\n",
            which(k),
            significant(machine.margin, 6),
            machine.support.len(),
            significant(machine.certificate.objective, 8),
            machine.certificate.relative_gap,
            machine.certificate.iterations
        ));
    }
    text.push_str(
        "no probabilities: a margin says on which side a row is, and not how likely its class\n",
    );
    text
}
