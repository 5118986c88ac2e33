//! Columns on their way through a pipeline.

use std::collections::BTreeMap;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::{Column, ColumnKind, ColumnValues, DataError, Place, Table};

/// Some rows of some columns, and what steps have made of them.
#[derive(Debug)]
pub(super) struct Block<'t> {
    pub(super) table: &'t Table,
    pub(super) rows: &'t [usize],
    pub(super) features: Vec<Feature>,
}

/// A column, or what a step has made of one.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) name: String,
    pub(super) values: Values,
}

#[derive(Debug)]
pub(super) enum Values {
    /// NaN where a value is missing.
    Numbers(Vec<f64>),
    /// `None` where a value is missing.
    Levels { codes: Vec<Option<u32>>, levels: Vec<String> },
}

impl Feature {
    pub(super) fn of(column: &Column, kind: ColumnKind, rows: &[usize]) -> Self {
        let present = |&row: &usize| !column.is_missing(row);
        let values = match (column.values(), kind) {
            (ColumnValues::Categorical { codes, levels }, ColumnKind::Categorical) => {
                let code = |row: &usize| present(row).then(|| codes[*row]);
                Values::Levels { codes: rows.iter().map(code).collect(), levels: levels.clone() }
            }
            (ColumnValues::Numeric(_), ColumnKind::Numeric) => {
                let number = |&row: &usize| column.number(row).unwrap_or(f64::NAN);
                Values::Numbers(rows.iter().map(number).collect())
            }
            // Of the other kind only if it holds no value at all.
            (_, ColumnKind::Categorical) => {
                Values::Levels { codes: vec![None; rows.len()], levels: Vec::new() }
            }
            (_, ColumnKind::Numeric) => Values::Numbers(vec![f64::NAN; rows.len()]),
        };
        Self { name: column.name().to_owned(), values }
    }

    pub(super) fn numbers(name: String, numbers: Vec<f64>) -> Self {
        Self { name, values: Values::Numbers(numbers) }
    }

    /// How often a value is missing.
    pub(super) fn missing(&self) -> usize {
        match &self.values {
            Values::Numbers(numbers) => numbers.iter().filter(|x| x.is_nan()).count(),
            Values::Levels { codes, .. } => codes.iter().filter(|code| code.is_none()).count(),
        }
    }
}

/// How often each level occurs.
pub(super) fn counts(codes: &[Option<u32>]) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for code in codes.iter().flatten() {
        *counts.entry(*code).or_insert(0) += 1;
    }
    counts
}

impl<'t> Block<'t> {
    pub(super) fn names(&self) -> Vec<String> {
        self.features.iter().map(|feature| feature.name.clone()).collect()
    }

    pub(super) fn place(&self, index: usize) -> Place {
        self.table.place(self.rows[index])
    }

    /// The matrix of features that are all numbers and all there.
    pub(super) fn matrix(&self, step: &'static str) -> Result<DMatrix<f64>, DataError> {
        let missing: Vec<(String, usize)> = self
            .features
            .iter()
            .map(|feature| (feature.name.clone(), feature.missing()))
            .filter(|&(_, count)| count > 0)
            .collect();
        if !missing.is_empty() {
            return Err(DataError::MissingValues { columns: missing });
        }
        let mut values = Vec::with_capacity(self.rows.len() * self.features.len());
        for feature in &self.features {
            let Values::Numbers(numbers) = &feature.values else {
                return Err(DataError::ColumnKind {
                    column: feature.name.clone(),
                    expected: ColumnKind::Numeric,
                    found: ColumnKind::Categorical,
                    advice: step,
                });
            };
            values.extend(numbers);
        }
        Ok(DMatrix::from_vec(self.rows.len(), self.features.len(), values))
    }

    /// The same rows with the columns of a matrix.
    pub(super) fn with_matrix(self, x: &DMatrix<f64>, names: Vec<String>) -> Self {
        let columns = x.column_iter().map(|column| column.iter().copied().collect());
        let features =
            names.into_iter().zip(columns).map(|(n, c)| Feature::numbers(n, c)).collect();
        Self { features, ..self }
    }

    /// The features in the end: finite numbers of type `T`.
    pub(super) fn finish<T: Scalar>(&self) -> Result<DMatrix<T>, DataError> {
        let x = self.matrix("encode its levels with a step")?;
        let converted = x.map(T::of);
        for (j, feature) in self.features.iter().enumerate() {
            let wrong = |x: &T| !x.to_f64().is_finite();
            if let Some(i) = converted.column(j).iter().position(wrong) {
                return Err(DataError::NonFinite {
                    place: self.place(i),
                    column: feature.name.clone(),
                    value: format!("{}, transformed and as {},", x[(i, j)], T::NAME),
                });
            }
        }
        Ok(converted)
    }
}
