//! Features and targets side by side.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::table::check_rows;
use crate::targets::gather;
use crate::{DataError, Place, Targets};

/// m examples: a row of features and a target each.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset<T: Scalar> {
    /// The features, m×n: one example a row, one feature a column.
    pub x: DMatrix<T>,
    /// The targets of the m examples.
    pub y: Targets<T>,
    /// The names of the n features.
    pub feature_names: Vec<String>,
}

impl<T: Scalar> Dataset<T> {
    /// Puts features and targets together.
    ///
    /// # Errors
    /// [`DataError::RowCount`] if x and y differ in rows; [`DataError::ColumnCount`] if there is
    /// not one name for each column of x; [`DataError::CodeOutOfRange`] if a code has no label.
    ///
    /// ```
    /// use gradus_data::{Dataset, Targets};
    /// use nalgebra::dmatrix;
    ///
    /// let y = Targets::Values(dmatrix![1.0; 2.0; 3.0]);
    /// let data = Dataset::new(dmatrix![0.0; 0.5; 1.0], y, vec!["x".to_owned()])?;
    /// assert_eq!((data.rows(), data.features()), (3, 1));
    /// assert_eq!(data.select(&[2])?.x, dmatrix![1.0]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn new(
        x: DMatrix<T>,
        y: Targets<T>,
        feature_names: Vec<String>,
    ) -> Result<Self, DataError> {
        let data = Self { x, y, feature_names };
        data.check()?;
        Ok(data)
    }

    /// Fails if features, targets and names do not fit together, which a change of the public
    /// fields can bring about.
    ///
    /// # Errors
    /// Those of [`Dataset::new`].
    pub fn check(&self) -> Result<(), DataError> {
        let expected = self.x.nrows();
        if self.y.rows() != expected {
            let what = "the target".to_owned();
            return Err(DataError::RowCount { what, expected, found: self.y.rows() });
        }
        let (expected, found) = (self.x.ncols(), self.feature_names.len());
        if expected != found {
            return Err(DataError::ColumnCount { expected, found });
        }
        if let Targets::Classes { codes, labels } = &self.y
            && let Some(row) = codes.iter().position(|&code| code as usize >= labels.len())
        {
            let (code, labels) = (codes[row], labels.len());
            return Err(DataError::CodeOutOfRange { row, code, labels });
        }
        Ok(())
    }

    /// The number m of examples.
    pub fn rows(&self) -> usize {
        self.x.nrows()
    }

    /// The number n of features.
    pub fn features(&self) -> usize {
        self.x.ncols()
    }

    /// The examples of the given rows, in their order; rows may repeat.
    ///
    /// # Errors
    /// [`DataError::RowOutOfRange`].
    pub fn select(&self, rows: &[usize]) -> Result<Self, DataError> {
        check_rows(rows, self.rows())?;
        Ok(Self {
            x: gather(&self.x, rows),
            y: self.y.select(rows)?,
            feature_names: self.feature_names.clone(),
        })
    }

    /// Fails at the first feature or target value that is infinite or NaN.
    ///
    /// # Errors
    /// [`DataError::NonFinite`], which names the row and the column (`target` for a target).
    ///
    /// ```
    /// use gradus_data::{Dataset, Targets};
    /// use nalgebra::dmatrix;
    ///
    /// let y = Targets::Values(dmatrix![1.0; 2.0]);
    /// let data = Dataset::new(dmatrix![0.0; f64::NAN], y, vec!["x".to_owned()])?;
    /// let message = data.check_finite().unwrap_err().to_string();
    /// assert!(message.starts_with("row 1 (counted from 0), column \"x\": NaN"));
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn check_finite(&self) -> Result<(), DataError> {
        check_matrix(&self.x, |column| {
            self.feature_names.get(column).cloned().unwrap_or_else(|| column.to_string())
        })?;
        match &self.y {
            Targets::Values(values) => check_matrix(values, |_| "target".to_owned()),
            Targets::Classes { .. } => Ok(()),
        }
    }
}

fn check_matrix<T: Scalar>(
    matrix: &DMatrix<T>,
    name: impl Fn(usize) -> String,
) -> Result<(), DataError> {
    let height = matrix.nrows().max(1);
    for (index, column) in matrix.as_slice().chunks_exact(height).enumerate() {
        if let Some(row) = column.iter().position(|x| !x.to_f64().is_finite()) {
            return Err(DataError::NonFinite {
                place: Place::Row(row),
                column: name(index),
                value: column[row].to_f64().to_string(),
            });
        }
    }
    Ok(())
}
