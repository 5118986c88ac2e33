//! The user's own table.

use std::path::Path;

use gradus::data::{CsvOptions, Encoder, Missing, Target, Targets, Task, Unseen, read_csv};
use gradus::io::Preparation;

use super::checks;
use super::prepared::{Prepared, Whole};
use super::split::split;
use crate::args::TableArgs;
use crate::error::CliError;
use crate::scores::Truth;

pub(super) fn prepare(
    path: &Path,
    target: &str,
    options: &TableArgs,
    seed: u64,
) -> Result<Prepared, CliError> {
    if options.ignore.iter().any(|name| name == target) {
        return Err(CliError::usage(format!(
            "the target {target:?} cannot be ignored; leave it out of --ignore"
        )));
    }
    let mut csv = CsvOptions::default();
    csv.delimiter = options.delimiter.unwrap_or(csv.delimiter);
    // What an ignored column holds does not matter, so it may mix numbers and text.
    csv.categorical = options.categorical.iter().chain(&options.ignore).cloned().collect();
    let table = read_csv(path, &csv)?;

    let encoder = Encoder {
        missing: options.missing.map_or(Missing::Error, Missing::from),
        unseen: Unseen::Zeros,
        ignore: options.ignore.clone(),
        ..Encoder::default()
    };
    let usable = encoder.usable_rows(&table, target)?;
    let task = options.task.map_or(Task::Auto, Task::from);
    let fitted_target = Target { column: target.to_owned(), task }.fit(&table, &usable.rows)?;
    let truth = match fitted_target.encode::<f64>(&table, &usable.rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    let split = split(&truth, fitted_target.labels(), seed)?;
    let train: Vec<usize> = split.train.iter().map(|&index| usable.rows[index]).collect();
    let fitted = encoder.fit(&table, target, &train)?;

    let mut notes = checks::notes(&table, &fitted, target, &options.ignore);
    notes.extend(checks::missing(&table, &fitted, &usable));
    if options.task.is_none()
        && let (Some(labels), gradus::data::ColumnValues::Numeric(_)) =
            (fitted_target.labels(), table.column(target)?.values())
    {
        notes.push(format!(
            "the target {target:?} holds {} different whole numbers, which are taken for classes; \
             --task regression takes them for values",
            labels.len()
        ));
    }
    let preparation = Preparation::Encoder(fitted);
    let x = preparation.transform(&table, &usable.rows)?;
    let names = match &preparation {
        Preparation::Encoder(encoder) => encoder.feature_names(),
        Preparation::Pixels(pixels) => pixels.columns.clone(),
    };
    let all = Whole { x, truth, names };
    Prepared::cut(&all, &split, preparation, fitted_target, notes)
}
