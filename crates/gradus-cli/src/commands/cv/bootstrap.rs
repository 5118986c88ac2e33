//! `gradus cv --bootstrap 632`.

use std::time::Instant;

use gradus::resample::{Bootstrap, Error632, NoInformation, PlusForm};
use serde::Serialize;

use super::Task;
use crate::error::CliError;
use crate::output::{Output, aligned, short};
use crate::progress::fits_bar;
use crate::recipe::Predicted;
use crate::scores::Truth;

/// The most rows with which all pairs of truth and prediction are compared.
const MOST_PAIRS: usize = 20_000;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: String,
    target: &'r str,
    task: &'static str,
    rows: usize,
    model: String,
    rounds: usize,
    /// What the errors are of: `error_rate` or `squared_error`.
    loss: &'static str,
    errors: Errors,
    /// The same with the mean over rounds in place of that over rows.
    per_round: Errors,
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
    let begin = Instant::now();
    // And the fit on all rows.
    let bar = fits_bar(rounds + 1, task.args.general.json);
    let bootstrap = Bootstrap { rounds, seed: task.args.model.learning.seed };
    let few = task.data().rows().len() <= MOST_PAIRS;
    let gamma = if few { NoInformation::AllPairs } else { NoInformation::Omit };
    let loss = |row: usize, predicted: &Predicted| row_loss(task.truth, row, predicted);
    let found = task.recipe.bootstrap_632(task.rows, &bootstrap, gamma, loss, &bar);
    bar.finish_and_clear();
    let found = task.source.in_file(found.map_err(CliError::from))?;
    let seconds = begin.elapsed().as_secs_f64();
    let errors = Errors::of(&found.per_observation);
    let classes = task.labels().is_some();
    let mut notes = task.notes();
    let never = found.out_of_bag.never_left_out();
    if never > 0 {
        notes.push(format!(
            "{never} rows were in every sample and are not tested; ask for more --rounds"
        ));
    }
    if errors.relative_overfitting.is_some_and(|rate| rate > 0.3) {
        notes.push(
            "the model learns much of its rows by heart: .632 is too low then, believe .632+"
                .to_owned(),
        );
    }
    if task.args.general.json {
        return output.json(&Report {
            command: "cv",
            data: task.source.name(),
            target: task.data().target().column(),
            task: crate::commands::task(task.labels()),
            rows: task.data().rows().len(),
            model: task.recipe.describe(),
            rounds,
            loss: if classes { "error_rate" } else { "squared_error" },
            errors,
            per_round: Errors::of(&found.per_round),
            never_left_out: never,
            seconds,
            notes,
        });
    }
    output.line(format_args!("{}", task.introduction()))?;
    output.line(format_args!("model: {}", task.recipe.describe()))?;
    output.line(format_args!(
        "{rounds} samples with replacement, seed {}; the {} of a row ({seconds:.1} s)",
        bootstrap.seed,
        if classes { "error rate" } else { "squared error" }
    ))?;
    notes.iter().try_for_each(|note| output.line(format_args!("note: {note}")))?;
    output.text(format_args!("\n{}", aligned(&table(&errors, classes))))
}

/// 1 for a wrong class; the square of a value's error.
fn row_loss(truth: &Truth, row: usize, predicted: &Predicted) -> f64 {
    match truth {
        Truth::Values(y) => (y[row] - predicted[0]).powi(2),
        Truth::Classes(_) if predicted.iter().any(|p| p.is_nan()) => f64::NAN,
        Truth::Classes(codes) => {
            let best = (0..predicted.len())
                .fold(0, |best, k| if predicted[k] > predicted[best] { k } else { best });
            f64::from(u8::from(best != codes[row] as usize))
        }
    }
}

fn table(errors: &Errors, classes: bool) -> Vec<Vec<String>> {
    let unit = if classes { "error rate" } else { "mean squared error" };
    let named = [
        ("on the rows fitted on", Some(errors.apparent)),
        ("out of bag", Some(errors.out_of_bag)),
        (".632", Some(errors.err_632)),
        (".632+", errors.err_632_plus),
        ("without any information", errors.no_information),
    ];
    let mut rows = vec![vec!["estimate".to_owned(), unit.to_owned()]];
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
