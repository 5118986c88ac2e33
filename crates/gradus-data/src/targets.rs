//! What a model is to predict, in the form that training takes.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::DataError;
use crate::table::check_rows;

/// The targets of m examples: a class each, or a row of values each.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets<T: Scalar> {
    /// Example i belongs to the class `labels[codes[i]]`.
    Classes {
        /// The class of each example, an index into `labels`.
        codes: Vec<u32>,
        /// The name of each class.
        labels: Vec<String>,
    },
    /// Row i holds the values of example i (one column for a single target).
    Values(DMatrix<T>),
}

impl<T: Scalar> Targets<T> {
    /// The number of examples.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values(values) => values.nrows(),
        }
    }

    /// The number of outputs that a model of these targets has: classes, or columns of values.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(values) => values.ncols(),
        }
    }

    /// The targets of the given rows, in their order; rows may repeat.
    ///
    /// # Errors
    /// [`DataError::RowOutOfRange`].
    ///
    /// ```
    /// use gradus_data::Targets;
    ///
    /// let labels = vec!["no".to_owned(), "yes".to_owned()];
    /// let y = Targets::<f32>::Classes { codes: vec![0, 1, 1], labels: labels.clone() };
    /// assert_eq!(y.select(&[2, 0])?, Targets::Classes { codes: vec![1, 0], labels });
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn select(&self, rows: &[usize]) -> Result<Self, DataError> {
        check_rows(rows, self.rows())?;
        Ok(match self {
            Self::Classes { codes, labels } => Self::Classes {
                codes: rows.iter().map(|&row| codes[row]).collect(),
                labels: labels.clone(),
            },
            Self::Values(values) => Self::Values(gather(values, rows)),
        })
    }
}

/// The given rows of a matrix, which exist; one pass per column, as storage is column-major.
pub(crate) fn gather<T: Scalar>(matrix: &DMatrix<T>, rows: &[usize]) -> DMatrix<T> {
    let height = matrix.nrows().max(1);
    let mut values = Vec::with_capacity(rows.len() * matrix.ncols());
    for column in matrix.as_slice().chunks_exact(height) {
        values.extend(rows.iter().map(|&row| column[row]));
    }
    DMatrix::from_vec(rows.len(), matrix.ncols(), values)
}
