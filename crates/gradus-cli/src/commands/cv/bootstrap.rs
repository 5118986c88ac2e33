//! `gradus cv --bootstrap 632`.

use std::collections::BTreeMap;
use std::time::Instant;

use gradus::resample::{
    Bootstrap, Error632, NoInformation, PlusForm, ResampleError, Resampler, Sample,
    StratifiedBootstrap, no_information_squared, no_information_zero_one,
};
use gradus::select::SelectError;
use serde::Serialize;

use super::Task;
use crate::error::CliError;
use crate::output::{Output, aligned, short};
use crate::progress::fits_bar;
use crate::recipe::Predicted;
use crate::scores::Truth;

/// By which share the error out of bag exceeds that on the fitted rows where much is learned by heart.
const MUCH: f64 = 0.1;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: String,
    target: &'r str,
    task: &'static str,
    classes: Option<&'r [String]>,
    rows: usize,
    model: String,
    /// How the samples were drawn.
    how: String,
    rounds: usize,
    stratified: bool,
    seed: u64,
    /// What the errors are of: `error_rate` or `squared_error`.
    loss: &'static str,
    errors: Errors,
    /// Of the error out of bag, by the infinitesimal jackknife.
    out_of_bag_standard_error: Option<f64>,
    /// The same with the mean over rounds in place of that over rows.
    per_round: Errors,
    /// The rows that were in every sample, and count for no error out of bag.
    never_left_out: usize,
    seconds: f64,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Errors {
    apparent: f64,
    out_of_bag: f64,
    no_information: Option<f64>,
    relative_overfitting: Option<f64>,
    err_632: f64,
    err_632_plus: Option<f64>,
}

impl Errors {
    fn of(errors: &Error632) -> Self {
        Self {
            apparent: errors.apparent,
            out_of_bag: errors.out_of_bag,
            no_information: errors.no_information,
            relative_overfitting: errors.relative_overfitting(),
            err_632: errors.err_632(),
            err_632_plus: errors.err_632_plus(PlusForm::Clamped),
        }
    }
}

pub(super) fn run(task: &Task<'_>, output: &mut Output) -> Result<(), CliError> {
    let rounds = task.args.rounds;
    let seed = task.args.model.learning.seed;
    let begin = Instant::now();
    // And the fit on all rows.
    let bar = fits_bar(rounds + 1, task.args.general.json);
    let strata = match task.truth {
        Truth::Classes(codes) if !task.args.folds.no_stratify => Some(codes),
        _ => None,
    };
    let resampler: Box<dyn Resampler + '_> = match strata {
        Some(classes) => Box::new(StratifiedBootstrap { rounds, classes, seed }),
        None => Box::new(Bootstrap { rounds, seed }),
    };
    let gamma = |predictions: &[Predicted]| no_information(task.truth, predictions);
    let gamma = NoInformation::Of(&gamma);
    let loss = |row: usize, predicted: &Predicted| row_loss(task.truth, row, predicted);
    let found = task.recipe.bootstrap_632(task.rows, resampler.as_ref(), gamma, loss, &bar);
    bar.finish_and_clear();
    let found = found.map_err(|error| match error {
        SelectError::Resample(ResampleError::Fit { of: Sample::Round(_), .. })
            if matches!(task.truth, Truth::Classes(_)) && strata.is_none() =>
        {
            CliError::usage(format!(
                "{}; a sample may lack a class that has few rows: leave --no-stratify out",
                CliError::from(error)
            ))
        }
        error => CliError::from(error),
    });
    let found = task.source.in_file(found)?;
    let seconds = begin.elapsed().as_secs_f64();
    let errors = Errors::of(&found.per_observation);
    let standard_error = found.out_of_bag.standard_error(resampler.as_ref())?;
    let classes = task.labels().is_some();
    let mut notes = task.notes();
    let never = found.out_of_bag.never_left_out();
    notes.extend(untested(never, strata.map_or(0, |codes| singles(codes))));
    // Of a model that found nothing the rate is a ratio of roundings.
    let by_heart = errors.out_of_bag > (1.0 + MUCH) * errors.apparent;
    if by_heart && errors.relative_overfitting.is_some_and(|rate| rate > 0.3) {
        notes.push(
            "the model learns much of its rows by heart: .632 is too low then, believe .632+"
                .to_owned(),
        );
    }
    let how = format!(
        "{rounds} samples with replacement{}, seed {seed}",
        if strata.is_some() { " within each class" } else { "" }
    );
    if task.args.general.json {
        return output.json(&Report {
            command: "cv",
            data: task.source.name(),
            target: task.data().target().column(),
            task: crate::commands::task(task.labels()),
            classes: task.labels(),
            rows: task.data().rows().len(),
            model: task.recipe.describe(),
            how,
            rounds,
            stratified: strata.is_some(),
            seed,
            loss: if classes { "error_rate" } else { "squared_error" },
            errors,
            out_of_bag_standard_error: standard_error,
            per_round: Errors::of(&found.per_round),
            never_left_out: never,
            seconds,
            notes,
        });
    }
    output.line(format_args!("{}", task.introduction()))?;
    output.line(format_args!("model: {}", task.recipe.describe()))?;
    output.line(format_args!(
        "{how}; the {} of a row ({seconds:.1} s)",
        if classes { "error rate" } else { "squared error" }
    ))?;
    notes.iter().try_for_each(|note| output.line(format_args!("note: {note}")))?;
    output.text(format_args!("\n{}", aligned(&table(&errors, classes))))?;
    match standard_error {
        Some(error) => output.line(format_args!(
            "\nstandard error of the {} out of bag: {}, by the infinitesimal jackknife",
            unit(classes),
            short(error, 3)
        )),
        None => output.line(format_args!(
            "\nso few rounds do not tell the standard error of the {} out of bag; ask for more --rounds",
            unit(classes)
        )),
    }
}

/// 1 for a wrong class; the square of a value's error.
fn row_loss(truth: &Truth, row: usize, predicted: &Predicted) -> f64 {
    match truth {
        Truth::Values(y) => (y[row] - predicted[0]).powi(2),
        Truth::Classes(_) if predicted.iter().any(|p| p.is_nan()) => f64::NAN,
        Truth::Classes(codes) => f64::from(u8::from(likeliest(predicted) != codes[row])),
    }
}

/// The class that is predicted.
fn likeliest(predicted: &Predicted) -> u32 {
    let best = (0..predicted.len())
        .fold(0, |best, k| if predicted[k] > predicted[best] { k } else { best });
    best as u32
}

/// The mean of [`row_loss`] over all pairs of a row's truth and a row's prediction.
fn no_information(truth: &Truth, predictions: &[Predicted]) -> Result<f64, ResampleError> {
    match truth {
        Truth::Values(y) => {
            let values: Vec<f64> = predictions.iter().map(|predicted| predicted[0]).collect();
            no_information_squared(y, &values)
        }
        Truth::Classes(codes) => {
            let classes: Vec<u32> = predictions.iter().map(likeliest).collect();
            no_information_zero_one(codes, &classes)
        }
    }
}

/// The number of classes with a single row.
fn singles(codes: &[u32]) -> usize {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    codes.iter().for_each(|&code| *counts.entry(code).or_default() += 1);
    counts.values().filter(|&&count| count == 1).count()
}

/// What to say of rows that were in every sample, `single` of them alone in their class.
fn untested(never: usize, single: usize) -> Vec<String> {
    let mut notes = Vec::new();
    match single {
        0 => {}
        1 => notes.push(
            "1 row is alone in its class: it is in every sample and is not tested out of bag"
                .to_owned(),
        ),
        rows => notes.push(format!(
            "{rows} rows are alone in their classes: they are in every sample and are not tested \
             out of bag"
        )),
    }
    match never.saturating_sub(single) {
        0 => {}
        1 => notes.push(
            "1 row was in every sample by chance and is not tested; ask for more --rounds"
                .to_owned(),
        ),
        rows => notes.push(format!(
            "{rows} rows were in every sample by chance and are not tested; ask for more --rounds"
        )),
    }
    notes
}

fn unit(classes: bool) -> &'static str {
    if classes { "error rate" } else { "mean squared error" }
}

fn table(errors: &Errors, classes: bool) -> Vec<Vec<String>> {
    let named = [
        ("on the rows fitted on", Some(errors.apparent)),
        ("out of bag", Some(errors.out_of_bag)),
        (".632", Some(errors.err_632)),
        (".632+", errors.err_632_plus),
        ("without any information", errors.no_information),
    ];
    let mut rows = vec![vec!["estimate".to_owned(), unit(classes).to_owned()]];
    if !classes {
        rows[0].push("root".to_owned());
    }
    for (name, value) in named {
        let shown = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| short(x, 5));
        let mut row = vec![name.to_owned(), shown(value)];
        if !classes {
            row.push(shown(value.map(f64::sqrt)));
        }
        rows.push(row);
    }
    rows
}
