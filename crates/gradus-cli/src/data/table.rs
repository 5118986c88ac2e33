//! The user's own table.

use std::path::Path;

use gradus::data::{
    Column, ColumnKind, CsvOptions, Encoder, Missing, Table, Target, Targets, Task, Unseen,
    read_csv,
};
use gradus::io::Preparation;

use super::checks;
use super::prepared::{Prepared, RowWeights, Whole};
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
    let weighing = options.weights.as_deref();
    if weighing == Some(target) {
        return Err(CliError::usage(format!(
            "the target {target:?} cannot say how much rows count; name another column (--weights)"
        )));
    }
    if let Some(name) = weighing.filter(|name| options.ignore.iter().any(|other| other == name)) {
        return Err(CliError::usage(format!(
            "{name:?} is to be ignored and to say how much rows count; leave it out of --ignore (it \
             is no feature in any case) or of --weights"
        )));
    }
    // The weights are no feature.
    let ignore: Vec<String> =
        options.ignore.iter().map(String::as_str).chain(weighing).map(str::to_owned).collect();
    let mut csv = CsvOptions::default();
    csv.delimiter = options.delimiter.unwrap_or(csv.delimiter);
    // What an ignored column holds does not matter, so it may mix numbers and text.
    csv.categorical = options.categorical.iter().chain(&options.ignore).cloned().collect();
    let table = read_csv(path, &csv)?;

    let encoder = Encoder {
        missing: options.missing.map_or(Missing::Error, Missing::from),
        unseen: Unseen::Zeros,
        ignore: ignore.clone(),
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

    let mut notes = checks::notes(&table, &fitted, target, &ignore);
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
    let names = preparation.feature_names();
    let all = Whole { x, truth, names };
    let mut prepared = Prepared::cut(&all, &split, preparation, fitted_target, notes)?;
    if let Some(name) = weighing {
        let weights = weights(table.column(name)?, &table, &usable.rows)?;
        let of = |part: &[usize]| part.iter().map(|&index| weights[index]).collect();
        prepared.weights = Some(RowWeights { train: of(&split.train), dev: of(&split.dev) });
    }
    Ok(prepared)
}

/// How much each of some rows counts.
fn weights(column: &Column, table: &Table, rows: &[usize]) -> Result<Vec<f64>, CliError> {
    let name = column.name();
    if column.kind() != ColumnKind::Numeric {
        return Err(CliError::usage(format!(
            "column {name:?} holds text, which cannot say how much rows count; name a column of \
             numbers (--weights)"
        )));
    }
    rows.iter()
        .map(|&row| match column.number(row) {
            Some(weight) if weight >= 0.0 => Ok(weight),
            found => {
                let found = found.map_or_else(|| "missing".to_owned(), |weight| weight.to_string());
                Err(CliError::usage(format!(
                    "{}: the weight of the row in column {name:?} is {found}; it must be a number \
                     that is not negative",
                    table.place(row)
                )))
            }
        })
        .collect()
}
