//! What `gradus cv` says.

use std::path::PathBuf;

use gradus::io::Prediction;
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::summary::Summary;
use super::{Found, Task};
use crate::data::range_of;
use crate::error::CliError;
use crate::measures::Measure;
use crate::output::{Output, aligned, short};
use crate::recipe::Outputs;
use crate::scores::Scores;

/// Folds in the table.
const SHOWN: usize = 30;

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
    how: String,
    measures: &'static [Measure],
    folds: &'r [super::FoldScores],
    scores: &'r [Summary],
    /// All scores of the held-out rows together, where each was held out once.
    held_out: Option<Scores>,
    out: Option<PathBuf>,
    seconds: f64,
    notes: Vec<String>,
}

pub(super) fn print(task: &Task<'_>, found: &Found, output: &mut Output) -> Result<(), CliError> {
    let held_out = held_out(task, found)?;
    let measures = Measure::of(task.recipe.outputs());
    let mut notes = task.notes();
    notes.extend(of_one_row(found));
    notes.extend(undefined(found));
    if task.args.general.json {
        return output.json(&Report {
            command: "cv",
            data: task.source.name(),
            target: task.data().target().column(),
            task: crate::commands::task(task.labels()),
            classes: task.labels(),
            rows: task.data().rows().len(),
            model: task.recipe.describe(),
            how: found.way.describe(),
            measures,
            folds: &found.folds,
            scores: &found.summaries,
            held_out,
            out: found.out(task),
            seconds: found.seconds,
            notes,
        });
    }
    output.line(format_args!("{}", task.introduction()))?;
    output.line(format_args!("model: {}", task.recipe.describe()))?;
    output.line(format_args!(
        "{}: {} rows to fit on and {} to test in each",
        found.way.describe(),
        range_of(found.folds.iter().map(|fold| fold.train)),
        range_of(found.folds.iter().map(|fold| fold.test))
    ))?;
    notes.iter().try_for_each(|note| output.line(format_args!("note: {note}")))?;
    output.text(format_args!("\n{}", aligned(&each_fold(found, measures))))?;
    if found.folds.len() > SHOWN {
        let more = found.folds.len() - SHOWN;
        output.line(format_args!("and {more} more folds (--json has them all)"))?;
    }
    output.text(format_args!("\n{}", aligned(&together(&found.summaries))))?;
    output.line(format_args!(
        "\nthe intervals are of the mean, by the corrected resampled t-test; pooled is the score of all \
         held-out rows together ({} fits in {:.1} s)",
        found.folds.len(),
        found.seconds
    ))?;
    if let Some(scores) = held_out {
        output.text(format_args!("\nthe held-out rows together\n\n{scores}"))?;
    }
    match found.out(task) {
        Some(out) => output.line(format_args!(
            "\nwrote the predictions of held-out rows to {}",
            crate::commands::quoted(&out)
        )),
        None => Ok(()),
    }
}

/// The report of all held-out rows, where each was held out once.
fn held_out(task: &Task<'_>, found: &Found) -> Result<Option<Scores>, CliError> {
    if !found.way.is_partition() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for fold in &found.predicted {
        rows.extend_from_slice(&fold.rows);
        values.extend(fold.predictions.iter().flatten().copied());
    }
    let columns = values.len() / rows.len().max(1);
    let matrix = DMatrix::from_row_slice(rows.len(), columns, &values);
    let prediction = match task.recipe.outputs() {
        Outputs::Probabilities => Prediction::Probabilities(matrix),
        // Of two classes one margin says it all.
        Outputs::Margins if columns == 2 => Prediction::Margins(matrix.columns(1, 1).into_owned()),
        Outputs::Margins => Prediction::Margins(matrix),
        Outputs::Values => Prediction::Values(matrix),
    };
    Scores::of(&prediction, &task.truth.select(&rows), task.labels()).map(Some)
}

/// Whether a score is not of single rows, which are the folds' tests.
fn is_pooled_alone(found: &Found, summary: &Summary) -> bool {
    found.of_one_row && !summary.measure.is_mean_of_rows()
}

/// Scores that are not means over tests of one row.
fn of_one_row(found: &Found) -> Option<String> {
    let pooled = found.summaries.iter().filter(|summary| is_pooled_alone(found, summary));
    let names: Vec<&str> = pooled.map(|summary| summary.measure.name()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "each test is one row, so of all held-out rows together (pooled), without a standard error \
             or an interval: {}",
            names.join(", ")
        )
    })
}

/// Scores that some folds do not have.
fn undefined(found: &Found) -> Option<String> {
    let lacking: Vec<String> = found
        .summaries
        .iter()
        .filter(|summary| summary.folds < found.folds.len() && !is_pooled_alone(found, summary))
        .map(|summary| {
            format!("{} of {} folds", summary.measure.name(), found.folds.len() - summary.folds)
        })
        .collect();
    (!lacking.is_empty()).then(|| {
        format!(
            "not defined, for lack of rows or of a class: {}; the mean is over the others",
            lacking.join(", ")
        )
    })
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
}

fn each_fold(found: &Found, measures: &[Measure]) -> Vec<Vec<String>> {
    let titles = ["fold", "train", "test"].into_iter().chain(measures.iter().map(|m| m.name()));
    let mut rows: Vec<Vec<String>> = vec![titles.map(str::to_owned).collect()];
    for (number, fold) in found.folds.iter().enumerate().take(SHOWN) {
        let counts = [number + 1, fold.train, fold.test].map(|count| count.to_string());
        rows.push(counts.into_iter().chain(fold.scores.iter().map(|&x| cell(x))).collect());
    }
    rows
}

fn together(summaries: &[Summary]) -> Vec<Vec<String>> {
    let titles = ["score", "mean", "sd", "std. error", "95 % from", "to", "pooled"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for summary in summaries {
        let [from, to] = summary.interval.map_or([None; 2], |ends| ends.map(Some));
        let numbers = [summary.mean, summary.sd, summary.standard_error, from, to, summary.pooled];
        let name = [summary.measure.name().to_owned()].into_iter();
        let shown = numbers.map(|x| x.map_or_else(|| "–".to_owned(), |x| short(x, 5)));
        rows.push(name.chain(shown).collect());
    }
    rows
}
