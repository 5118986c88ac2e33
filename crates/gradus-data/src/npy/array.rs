//! An array with its shape.

use nalgebra::DMatrix;

use super::{NpyError, NpyValues};
use crate::array_size::byte_length;

/// The most dimensions that an array of numpy has.
pub(super) const MAX_RANK: usize = 64;

/// In which order an array's elements follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NpyOrder {
    /// The last index runs fastest, as in C: row by row.
    #[default]
    RowMajor,
    /// The first index runs fastest, as in Fortran: column by column, as a `DMatrix` is stored.
    ColumnMajor,
}

/// An array as it stands in an NPY file.
///
/// ```
/// use gradus_data::{NpyArray, NpyOrder};
/// use nalgebra::dmatrix;
///
/// let matrix = dmatrix![1.0, 2.0; 3.0, 4.0];
/// let array = NpyArray::from(matrix.clone());
/// assert_eq!((array.shape.as_slice(), array.order), ([2, 2].as_slice(), NpyOrder::ColumnMajor));
/// assert_eq!(array.to_matrix::<f64>()?, matrix);
///
/// let bytes = NpyArray::from(vec![1_u8, 2, 3]);
/// assert_eq!(bytes.to_vec::<f32>()?, [1.0, 2.0, 3.0]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NpyArray {
    /// The length along each dimension; none for a single value.
    pub shape: Vec<usize>,
    /// The order of the elements.
    pub order: NpyOrder,
    /// The elements; as many as the product of the lengths.
    pub values: NpyValues,
}

impl NpyArray {
    /// Fails unless shape and values belong together.
    pub(super) fn check(&self) -> Result<(), NpyError> {
        let shape = || self.shape.clone();
        if self.shape.len() > MAX_RANK {
            return Err(NpyError::Rank { expected: "at most 64", shape: shape() });
        }
        let found = self.values.len();
        if byte_length(&self.shape, 1) != Some(found) {
            return Err(NpyError::ValueCount { shape: shape(), found });
        }
        Ok(())
    }
}

/// An array of one dimension.
impl<E> From<Vec<E>> for NpyArray
where
    NpyValues: From<Vec<E>>,
{
    fn from(values: Vec<E>) -> Self {
        let shape = vec![values.len()];
        Self { shape, order: NpyOrder::RowMajor, values: values.into() }
    }
}

/// An array of two dimensions; the elements are moved, not copied.
impl<E> From<DMatrix<E>> for NpyArray
where
    NpyValues: From<Vec<E>>,
{
    fn from(matrix: DMatrix<E>) -> Self {
        let shape = vec![matrix.nrows(), matrix.ncols()];
        let values: Vec<E> = matrix.data.into();
        Self { shape, order: NpyOrder::ColumnMajor, values: values.into() }
    }
}
