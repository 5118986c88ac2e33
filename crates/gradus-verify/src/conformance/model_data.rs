//! The features and the outcome that a case of a model is fitted to.

use gradus_data::Column;
use nalgebra::{DMatrix, DVector};
use serde_json::Value;

use super::case::Stop;
use super::fields::{self, Fields};
use super::reference_data::ReferenceData;

/// Features and outcome, from a data set or from the case itself.
pub(super) struct ModelData {
    /// One row an example.
    pub(super) x: DMatrix<f64>,
    outcome: Outcome,
}

enum Outcome {
    Numbers(Vec<f64>),
    /// A label as JSON would have it, a number or a text.
    Labels(Vec<Value>),
}

impl ModelData {
    /// Reads a case's `data`.
    pub(super) fn read(case: &Fields<'_>, file: &Fields<'_>) -> Result<Self, Stop> {
        let data = case.fields("data")?;
        if let Some(inline) = data.fields_or_none("inline")? {
            let x = inline.matrix("X")?;
            let y = inline.list("y")?;
            if y.len() != x.nrows() {
                return Err(Stop::malformed("data.inline.y", "an outcome for each row of X"));
            }
            return Ok(Self { x, outcome: Outcome::Labels(y.to_vec()) });
        }
        let set = ReferenceData::read(&data, file.folder())?;
        let target = data.text("target")?;
        let features: Vec<&str> = match data.value("features")?.as_str() {
            // `all 30, in file order`.
            Some(all) if all.starts_with("all ") => {
                set.names().into_iter().filter(|name| *name != target).collect()
            }
            _ => data.texts("features")?,
        };
        let columns: Vec<DVector<f64>> =
            features.iter().map(|name| set.column(name)).collect::<Result<_, _>>()?;
        let x = match columns.len() {
            0 => DMatrix::zeros(set.rows().len(), 0),
            _ => DMatrix::from_columns(&columns),
        };
        let label = |column: &Column, row: usize| match column.number(row) {
            Some(number) => Some(Value::from(number)),
            None => column.level(row).map(Value::from),
        };
        let outcome = match set.column(target) {
            Ok(numbers) => Outcome::Numbers(numbers.as_slice().to_vec()),
            Err(_) => {
                let column = set.table_column(target)?;
                let labels = set.rows().iter().map(|&row| label(column, row));
                let labels: Option<Vec<Value>> = labels.collect();
                Outcome::Labels(labels.ok_or_else(|| Stop::malformed("data", "no missing label"))?)
            }
        };
        Ok(Self { x, outcome })
    }

    /// The outcome as numbers.
    pub(super) fn numbers(&self) -> Result<Vec<f64>, Stop> {
        match &self.outcome {
            Outcome::Numbers(y) => Ok(y.clone()),
            Outcome::Labels(labels) => labels
                .iter()
                .map(fields::number)
                .collect::<Option<_>>()
                .ok_or_else(|| Stop::malformed("data.target", "numbers")),
        }
    }

    /// 1 where the outcome is the case's `positive` label (or 1, if it names none), else 0.
    pub(super) fn positive(&self, case: &Fields<'_>) -> Result<Vec<f64>, Stop> {
        let one = Value::from(1);
        let positive = case.fields("data")?.optional("positive").unwrap_or(&one);
        let found = (0..self.x.nrows()).map(|row| f64::from(u8::from(self.is(row, positive))));
        Ok(found.collect())
    }

    /// The place of each row's label among the case's `classes`.
    pub(super) fn classes(&self, case: &Fields<'_>) -> Result<Vec<usize>, Stop> {
        let data = case.fields("data")?;
        let classes = data.list("classes")?;
        let place = |row| classes.iter().position(|class| self.is(row, class));
        let places: Option<Vec<usize>> = (0..self.x.nrows()).map(place).collect();
        places.ok_or_else(|| Stop::malformed("data.classes", "every label of the outcome"))
    }

    /// Whether a row has a label; 1, 1.0 and "1" are one.
    fn is(&self, row: usize, label: &Value) -> bool {
        let number = |value: &Value| {
            value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        };
        match &self.outcome {
            Outcome::Numbers(y) => number(label) == Some(y[row]),
            Outcome::Labels(labels) => {
                labels[row] == *label
                    || number(label).is_some_and(|label| number(&labels[row]) == Some(label))
            }
        }
    }

    /// Subtracts each column's mean and divides by its standard deviation with divisor m, if the
    /// case's `preprocess` says so.
    pub(super) fn preprocess(&mut self, case: &Fields<'_>) -> Result<(), Stop> {
        match case.optional("preprocess").and_then(Value::as_str) {
            Some("standardize") => {
                let m = self.x.nrows() as f64;
                for mut column in self.x.column_iter_mut() {
                    let mean = column.sum() / m;
                    column.add_scalar_mut(-mean);
                    let sd = (column.norm_squared() / m).sqrt();
                    if sd > 0.0 {
                        column /= sd;
                    }
                }
                Ok(())
            }
            Some("none") | None => Ok(()),
            Some(other) => Err(Stop::not_implemented(format!("preprocess {other}"))),
        }
    }
}
