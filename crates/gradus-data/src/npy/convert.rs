//! From arrays to matrices and vectors.

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

use super::{NpyArray, NpyError, NpyOrder, NpyValues};
use crate::DataError;

impl NpyArray {
    /// The array as a matrix: of one element if it has no dimension, of one column if it has one.
    ///
    /// Numbers are rounded to the nearest of `T`; truth values become 0 and 1. NaN and infinities
    /// stay what they are.
    ///
    /// # Errors
    /// [`NpyError::Rank`] beyond two dimensions, [`NpyError::OutOfRange`] if a finite number is
    /// infinite in `T`, [`NpyError::ValueCount`] if shape and values disagree.
    ///
    /// ```
    /// use gradus_data::{NpyArray, NpyOrder, NpyValues};
    /// use nalgebra::dmatrix;
    ///
    /// let values = NpyValues::I16(vec![1, 2, 3, 4, 5, 6]);
    /// let array = NpyArray { shape: vec![2, 3], order: NpyOrder::RowMajor, values };
    /// assert_eq!(array.to_matrix::<f64>()?, dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0]);
    ///
    /// let array = NpyArray { order: NpyOrder::ColumnMajor, ..array };
    /// assert_eq!(array.to_matrix::<f64>()?, dmatrix![1.0, 3.0, 5.0; 2.0, 4.0, 6.0]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn to_matrix<T: Scalar>(&self) -> Result<DMatrix<T>, DataError> {
        self.check()?;
        let (rows, columns) = match self.shape[..] {
            [] => (1, 1),
            [rows] => (rows, 1),
            [rows, columns] => (rows, columns),
            _ => return Err(self.rank("at most 2")),
        };
        let values = self.values.convert()?;
        Ok(match self.order {
            NpyOrder::RowMajor => MatRef::new(&values, columns, rows).t().to_matrix(),
            NpyOrder::ColumnMajor => DMatrix::from_vec(rows, columns, values),
        })
    }

    /// The elements of an array of one dimension, or the one element of an array of none; they are
    /// converted as by [`to_matrix`](Self::to_matrix).
    ///
    /// # Errors
    /// [`NpyError::Rank`] beyond one dimension, [`NpyError::OutOfRange`],
    /// [`NpyError::ValueCount`].
    pub fn to_vec<T: Scalar>(&self) -> Result<Vec<T>, DataError> {
        self.check()?;
        if self.shape.len() > 1 {
            return Err(self.rank("at most 1"));
        }
        Ok(self.values.convert()?)
    }

    fn rank(&self, expected: &'static str) -> DataError {
        NpyError::Rank { expected, shape: self.shape.clone() }.into()
    }
}

impl NpyValues {
    fn convert<T: Scalar>(&self) -> Result<Vec<T>, NpyError> {
        // No integer is too large for f32: 2⁶⁴ < 2¹²⁸.
        Ok(match self {
            Self::Bool(values) => all(values, |&value| T::of(u8::from(value).into())),
            Self::I8(values) => all(values, |&value| T::of(value.into())),
            Self::I16(values) => all(values, |&value| T::of(value.into())),
            Self::I32(values) => all(values, |&value| T::of(value.into())),
            Self::I64(values) => all(values, |&value| T::of(value as f64)),
            Self::U8(values) => all(values, |&value| T::of(value.into())),
            Self::U16(values) => all(values, |&value| T::of(value.into())),
            Self::U32(values) => all(values, |&value| T::of(value.into())),
            Self::U64(values) => all(values, |&value| T::of(value as f64)),
            Self::F32(values) => all(values, |&value| T::of(value.into())),
            Self::F64(values) => {
                let converted: Vec<T> = all(values, |&value| T::of(value));
                let mut pairs = values.iter().zip(&converted);
                let lost = pairs.position(|(from, to)| from.is_finite() && !to.is_finite());
                if let Some(index) = lost {
                    let value = format!("{:e}", values[index]);
                    return Err(NpyError::OutOfRange { index, value, wanted: T::NAME });
                }
                converted
            }
        })
    }
}

fn all<E, T>(values: &[E], convert: impl Fn(&E) -> T) -> Vec<T> {
    values.iter().map(convert).collect()
}
