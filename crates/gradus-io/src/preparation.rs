//! From a table to the features that a model was trained on.

use gradus_data::{
    ColumnKind, DataError, FittedEncoder, FittedPipeline, Missing, Table, UsableRows,
};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::IoError;

/// How the columns of a table become the features of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Preparation {
    /// As fitted on the training rows: scaled numbers, indicators of levels.
    Encoder(FittedEncoder),
    /// As pixels, by a fixed scale.
    Pixels(Pixels),
    /// By chains of steps, as fitted on the training rows.
    Pipeline(FittedPipeline),
}

/// The columns of an image's pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pixels {
    /// The column of each feature, in order.
    pub columns: Vec<String>,
    /// The value of a full pixel: a feature is a pixel's value divided by it.
    pub full: f64,
}

impl Preparation {
    /// The number n of features.
    pub fn features(&self) -> usize {
        match self {
            Self::Encoder(encoder) => encoder.features(),
            Self::Pipeline(pipeline) => pipeline.features(),
            Self::Pixels(pixels) => pixels.columns.len(),
        }
    }

    /// The name of each feature, in order.
    pub fn feature_names(&self) -> Vec<String> {
        match self {
            Self::Encoder(encoder) => encoder.feature_names(),
            Self::Pipeline(pipeline) => pipeline.feature_names(),
            Self::Pixels(pixels) => pixels.columns.clone(),
        }
    }

    /// Whether rows with missing values are left out.
    pub fn drops_rows(&self) -> bool {
        match self {
            Self::Encoder(encoder) => encoder.missing() == Missing::Drop,
            Self::Pipeline(pipeline) => pipeline.missing() == Missing::Drop,
            Self::Pixels(_) => false,
        }
    }

    /// Whether it can be in a file.
    pub(crate) fn check(&self) -> Result<(), IoError> {
        match self {
            Self::Pixels(pixels) if !(pixels.full.is_finite() && pixels.full > 0.0) => {
                let full = pixels.full;
                Err(IoError::inconsistent(format!("a full pixel is {full}, not above 0")))
            }
            _ => Ok(()),
        }
    }

    /// The columns that a table must have.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Encoder(encoder) => encoder.columns(),
            Self::Pipeline(pipeline) => pipeline.columns(),
            Self::Pixels(pixels) => pixels.columns.iter().map(String::as_str).collect(),
        }
    }

    /// The columns to be read as levels even where they hold numbers.
    pub fn categorical_columns(&self) -> Vec<&str> {
        match self {
            Self::Encoder(encoder) => encoder.categorical_columns(),
            Self::Pipeline(pipeline) => pipeline.categorical_columns(),
            Self::Pixels(_) => Vec::new(),
        }
    }

    /// The rows of a table that can be used; with a target, only where that is known, too.
    ///
    /// # Errors
    /// As [`FittedEncoder::usable_rows`] and [`FittedPipeline::usable_rows`]; pixels are never imputed.
    pub fn usable_rows(
        &self,
        table: &Table,
        target: Option<&str>,
    ) -> Result<UsableRows, DataError> {
        match self {
            Self::Encoder(encoder) => encoder.usable_rows(table, target),
            Self::Pipeline(pipeline) => pipeline.usable_rows(table, target),
            Self::Pixels(pixels) => pixels.usable_rows(table, target),
        }
    }

    /// The features of the given rows, one row each in their order: rows×n.
    ///
    /// # Errors
    /// As [`FittedEncoder::transform`] and [`FittedPipeline::transform`].
    ///
    /// ```
    /// use gradus_data::{Column, Table};
    /// use gradus_io::{Pixels, Preparation};
    ///
    /// let table = Table::new(vec![Column::numeric("p", [Some(0.0), Some(8.0)])?])?;
    /// let pixels = Pixels { columns: vec!["p".to_owned()], full: 16.0 };
    /// let x = Preparation::Pixels(pixels).transform::<f32>(&table, &[0, 1])?;
    /// assert_eq!(x.as_slice(), [0.0, 0.5]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn transform<T: Scalar>(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<DMatrix<T>, DataError> {
        match self {
            Self::Encoder(encoder) => encoder.transform(table, rows),
            Self::Pipeline(pipeline) => pipeline.transform(table, rows),
            Self::Pixels(pixels) => pixels.transform(table, rows),
        }
    }
}

impl Pixels {
    fn usable_rows(&self, table: &Table, target: Option<&str>) -> Result<UsableRows, DataError> {
        let rows: Vec<usize> = (0..table.rows()).collect();
        self.check(table, &rows)?;
        if let Some(column) = target.map(|name| table.column(name)).transpose()?
            && !column.missing().is_empty()
        {
            let (column, count) = (column.name().to_owned(), column.missing().len());
            return Err(DataError::MissingTarget { column, count });
        }
        Ok(UsableRows { rows, dropped: Vec::new() })
    }

    fn transform<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<DMatrix<T>, DataError> {
        self.check(table, rows)?;
        let mut x = DMatrix::zeros(rows.len(), self.columns.len());
        for (mut feature, name) in x.column_iter_mut().zip(&self.columns) {
            let column = table.column(name)?;
            for (x, &row) in feature.iter_mut().zip(rows) {
                let value = column.number(row).unwrap_or_default();
                *x = T::of(value / self.full);
                if !x.to_f64().is_finite() {
                    return Err(DataError::NonFinite {
                        place: table.place(row),
                        column: name.clone(),
                        value: format!("{value} as {}", T::NAME),
                    });
                }
            }
        }
        Ok(x)
    }

    /// Every column is there, holds numbers and lacks none in `rows`.
    fn check(&self, table: &Table, rows: &[usize]) -> Result<(), DataError> {
        if let Some(&row) = rows.iter().find(|&&row| row >= table.rows()) {
            return Err(DataError::RowOutOfRange { row, rows: table.rows() });
        }
        let names = table.names();
        let absent: Vec<String> =
            self.columns.iter().filter(|name| !names.contains(&name.as_str())).cloned().collect();
        if !absent.is_empty() {
            let unexpected = names.iter().filter(|name| !self.columns.iter().any(|c| c == *name));
            let unexpected = unexpected.map(|name| (*name).to_owned()).collect();
            return Err(DataError::ColumnMismatch { missing: absent, unexpected });
        }
        let mut lacking = Vec::new();
        for name in &self.columns {
            let column = table.column(name)?;
            if column.kind() != ColumnKind::Numeric {
                return Err(DataError::ColumnKind {
                    column: name.clone(),
                    expected: ColumnKind::Numeric,
                    found: column.kind(),
                    advice: "correct its values",
                });
            }
            let count = rows.iter().filter(|&&row| column.is_missing(row)).count();
            if count > 0 {
                lacking.push((name.clone(), count));
            }
        }
        if lacking.is_empty() { Ok(()) } else { Err(DataError::MissingValues { columns: lacking }) }
    }
}

#[cfg(test)]
mod tests {
    use gradus_data::Column;

    use super::*;

    fn pixels() -> Preparation {
        Preparation::Pixels(Pixels { columns: vec!["a".into(), "b".into()], full: 4.0 })
    }

    #[test]
    fn pixels_are_found_by_name_and_scaled() {
        let column = |name: &str, x: f64| Column::numeric(name, [Some(x)]).unwrap();
        let table = Table::new(vec![column("b", 4.0), column("y", 9.0), column("a", 1.0)]).unwrap();
        let x = pixels().transform::<f64>(&table, &[0, 0]).unwrap();
        assert_eq!(x, nalgebra::dmatrix![0.25, 1.0; 0.25, 1.0]);
        assert!(matches!(
            pixels().transform::<f64>(&table, &[1]),
            Err(DataError::RowOutOfRange { row: 1, rows: 1 })
        ));
    }

    #[test]
    fn tables_that_do_not_fit_are_errors() {
        let a = || Column::numeric("a", [Some(1.0)]).unwrap();
        let table = Table::new(vec![a(), Column::numeric("c", [Some(1.0)]).unwrap()]).unwrap();
        let Err(DataError::ColumnMismatch { missing, unexpected }) =
            pixels().usable_rows(&table, None)
        else {
            panic!("a column is lacking");
        };
        assert_eq!((missing, unexpected), (vec!["b".to_owned()], vec!["c".to_owned()]));
        let table = Table::new(vec![a(), Column::numeric("b", [None]).unwrap()]).unwrap();
        let missing = pixels().usable_rows(&table, None);
        assert!(matches!(missing, Err(DataError::MissingValues { .. })));
        let text = Column::categorical("b", [Some("x")]).unwrap();
        let kind = pixels().usable_rows(&Table::new(vec![a(), text]).unwrap(), None);
        assert!(matches!(kind, Err(DataError::ColumnKind { .. })));
    }
}
