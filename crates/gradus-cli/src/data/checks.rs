//! What is odd about a table without being wrong.

use std::collections::BTreeSet;

use gradus::data::{Column, ColumnValues, Encoding, FittedEncoder, Missing, Table, UsableRows};

use crate::output::listed;

/// The fewest rows in which different texts everywhere look like an identifier.
const FEWEST_ROWS: usize = 10;
/// The share of different texts from which a column looks like an identifier.
const DISTINCT: f64 = 0.9;
/// Names in a note.
const SHOWN: usize = 5;

/// Columns that look like identifiers, and columns that carry nothing.
pub(super) fn notes(
    table: &Table,
    encoder: &FittedEncoder,
    target: &str,
    ignored: &[String],
) -> Vec<String> {
    let ignored: BTreeSet<&str> = ignored.iter().map(String::as_str).collect();
    let is_feature = |column: &&Column| column.name() != target && !ignored.contains(column.name());
    let mut notes = Vec::new();
    let mut constant = encoder.constant_columns();
    for column in table.columns().iter().filter(is_feature) {
        let ColumnValues::Categorical { levels, .. } = column.values() else { continue };
        let present = column.rows() - column.missing().len();
        if levels.len() == 1 {
            constant.push(column.name());
        } else if present >= FEWEST_ROWS && levels.len() as f64 >= DISTINCT * present as f64 {
            notes.push(format!(
                "column {:?} has {} different texts in {present} rows, so it is probably a name or \
                 an identifier, from which nothing general can be learned; --ignore {} leaves it \
                 out",
                column.name(),
                levels.len(),
                column.name()
            ));
        }
    }
    if !constant.is_empty() {
        notes.push(format!(
            "the same value in every training row, so nothing to learn from: {}",
            listed(&constant, SHOWN)
        ));
    }
    notes
}

/// What became of missing values.
pub(super) fn missing(
    table: &Table,
    encoder: &FittedEncoder,
    usable: &UsableRows,
) -> Option<String> {
    if !usable.dropped.is_empty() {
        let (dropped, rows) = (usable.dropped.len(), table.rows());
        return Some(format!("{dropped} of {rows} rows were left out for missing values"));
    }
    let columns: BTreeSet<&str> = encoder.columns().into_iter().collect();
    let lacking: Vec<String> = table
        .columns()
        .iter()
        .filter(|column| columns.contains(column.name()) && !column.missing().is_empty())
        .map(|column| format!("{} in {:?}", column.missing().len(), column.name()))
        .collect();
    (encoder.missing() == Missing::Impute && !lacking.is_empty())
        .then(|| format!("missing values were filled in: {}", listed(&lacking, SHOWN)))
}

/// Texts of categorical columns that training did not show: they count as none of the known ones.
pub(super) fn unseen(table: &Table, encoder: &FittedEncoder) -> Vec<String> {
    let mut notes = Vec::new();
    for summary in encoder.summaries() {
        let (Encoding::Indicators { levels: known, .. }
        | Encoding::Treatment { levels: known, .. }) = summary.encoding
        else {
            continue;
        };
        let name = summary.name;
        let Ok(column) = table.column(name) else { continue };
        let ColumnValues::Categorical { levels, .. } = column.values() else { continue };
        let unseen: Vec<String> = levels
            .iter()
            .filter(|level| !known.contains(level))
            .map(|level| format!("{level:?}"))
            .collect();
        if !unseen.is_empty() {
            notes.push(format!(
                "column {name:?} has texts that the training rows did not show, and that tell the \
                 model nothing: {}",
                listed(&unseen, SHOWN)
            ));
        }
    }
    notes
}
