//! The data sets that cases name: CSV files in `../data/csv` beside the folder of the cases.

use std::path::Path;

use gradus_data::{Column, CsvOptions, Table, read_csv};
use nalgebra::{DMatrix, DVector};

use super::case::Stop;
use super::fields::{self, Fields};

/// The rows of a data set that a case chooses, all if it names none.
pub(super) struct ReferenceData {
    table: Table,
    rows: Vec<usize>,
}

impl ReferenceData {
    /// Reads the data set of a case's `data`.
    pub(super) fn read(data: &Fields<'_>, folder: Option<&Path>) -> Result<Self, Stop> {
        let name = data.text("dataset")?;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let folder = folder.filter(|_| plain);
        let folder = folder.ok_or_else(|| Stop::not_implemented(format!("data set {name}")))?;
        let path = folder.join("../data/csv").join(format!("{name}.csv"));
        let table = read_csv(path, &CsvOptions::default()).map_err(Stop::refused)?;
        let all = table.rows();
        let rows = match data.optional("rows") {
            None => (0..all).collect(),
            Some(value) => match value.as_str().and_then(|text| text.strip_prefix("first ")) {
                Some(count) => (0..count.parse().unwrap_or(usize::MAX)).collect(),
                None => match value.as_str() {
                    Some(text) => rows_in(&table, text)?,
                    None => fields::counts(value)
                        .ok_or_else(|| Stop::malformed("data.rows", "row numbers or a choice"))?,
                },
            },
        };
        if rows.len() > all || rows.iter().any(|&row| row >= all) {
            return Err(Stop::malformed("data.rows", "rows of the data set"));
        }
        Ok(Self { table, rows })
    }

    /// A numeric column.
    pub(super) fn column(&self, name: &str) -> Result<DVector<f64>, Stop> {
        let column = self.table.column(name).map_err(Stop::refused)?;
        let values: Option<Vec<f64>> = self.rows.iter().map(|&row| column.number(row)).collect();
        let values = values.ok_or_else(|| Stop::malformed("data", "a column of numbers"))?;
        Ok(DVector::from_vec(values))
    }

    /// The numbers of the rows.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The names of all columns, in the order of the file.
    pub(super) fn names(&self) -> Vec<&str> {
        self.table.names()
    }

    /// A column of the whole table.
    pub(super) fn table_column(&self, name: &str) -> Result<&Column, Stop> {
        self.table.column(name).map_err(Stop::refused)
    }

    /// The columns after one of ones.
    pub(super) fn design(&self, features: &[&str]) -> Result<DMatrix<f64>, Stop> {
        let mut columns = vec![DVector::from_element(self.rows.len(), 1.0)];
        for name in features {
            columns.push(self.column(name)?);
        }
        Ok(DMatrix::from_columns(&columns))
    }
}

/// The rows of `COLUMN in {LEVEL, LEVEL}`.
fn rows_in(table: &Table, text: &str) -> Result<Vec<usize>, Stop> {
    let parts = text.strip_suffix('}').and_then(|text| text.split_once(" in {"));
    let (name, levels) = parts.ok_or_else(|| Stop::not_implemented(format!("rows {text}")))?;
    let levels: Vec<&str> = levels.split(',').map(str::trim).collect();
    let column = table.column(name).map_err(Stop::refused)?;
    let chosen = |row: &usize| match (column.level(*row), column.number(*row)) {
        (Some(level), _) => levels.contains(&level),
        (None, Some(number)) => levels.iter().any(|level| level.parse() == Ok(number)),
        (None, None) => false,
    };
    Ok((0..table.rows()).filter(chosen).collect())
}
