//! The data sets that cases name: CSV files in `../data/csv` beside the folder of the cases.

use std::path::Path;

use gradus_data::{CsvOptions, Table, read_csv};
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
                None => fields::counts(value)
                    .ok_or_else(|| Stop::malformed("data.rows", "row numbers or `first N`"))?,
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

    /// The columns after one of ones.
    pub(super) fn design(&self, features: &[&str]) -> Result<DMatrix<f64>, Stop> {
        let mut columns = vec![DVector::from_element(self.rows.len(), 1.0)];
        for name in features {
            columns.push(self.column(name)?);
        }
        Ok(DMatrix::from_columns(&columns))
    }
}
