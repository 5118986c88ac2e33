//! Min-max scaling: each column onto one interval.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::scale::Extent;
use crate::standardize::map_columns;

/// Maps each column's range onto \[low, high\]; fit it on training rows only.
///
/// ```text
/// z = low + (x − min) / (max − min) · (high − low)
/// ```
///
/// A constant column becomes `low`, as in scikit-learn's `MinMaxScaler`: its width is taken as 1.
/// Values outside the fitted range land outside the interval; they are not clipped.
///
/// ```
/// use gradus_data::MinMax;
/// use nalgebra::dmatrix;
///
/// let fitted = MinMax::default().fit(&dmatrix![1.0; 3.0; 5.0])?;
/// assert_eq!(fitted.transform(&dmatrix![2.0; 7.0])?, dmatrix![0.25; 1.5]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MinMax {
    /// What the smallest value becomes.
    pub low: f64,
    /// What the largest value becomes.
    pub high: f64,
}

impl Default for MinMax {
    fn default() -> Self {
        Self { low: 0.0, high: 1.0 }
    }
}

impl MinMax {
    /// Takes the smallest and the largest value of each column of x (m×n, m ≥ 1).
    ///
    /// # Errors
    /// [`DataError::InvalidRange`] unless low < high and both are finite;
    /// [`DataError::NoFitRows`] if x has no row; [`DataError::NotScalable`] if a column holds an
    /// infinity or a NaN, or its width overflows.
    pub fn fit<T: Scalar>(&self, x: &DMatrix<T>) -> Result<FittedMinMax, DataError> {
        self.validate()?;
        let height = x.nrows();
        if height == 0 {
            return Err(DataError::NoFitRows);
        }
        let columns = x.as_slice().chunks_exact(height).enumerate();
        let columns: Result<Vec<Extent>, DataError> = columns
            .map(|(index, column)| {
                Extent::of(column.iter().map(|x| x.to_f64()))
                    .ok_or_else(|| DataError::NotScalable { column: index.to_string() })
            })
            .collect();
        Ok(FittedMinMax { onto: *self, columns: columns? })
    }

    pub(crate) fn validate(&self) -> Result<(), DataError> {
        let Self { low, high } = *self;
        if low < high && (high - low).is_finite() {
            Ok(())
        } else {
            Err(DataError::InvalidRange { low, high })
        }
    }
}

/// The ranges that [`MinMax::fit`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedMinMax {
    onto: MinMax,
    columns: Vec<Extent>,
}

impl FittedMinMax {
    /// The smallest and the largest value of each column.
    pub fn extents(&self) -> &[Extent] {
        &self.columns
    }

    /// The indices of the constant columns.
    pub fn constant(&self) -> Vec<usize> {
        (0..self.columns.len())
            .filter(|&index| self.columns[index].min == self.columns[index].max)
            .collect()
    }

    /// Maps each column of x as its range was fitted.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has another number of columns than was fitted.
    pub fn transform<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        let MinMax { low, high } = self.onto;
        map_columns(x, &self.columns, |extent, x| extent.forward(x, low, high))
    }

    /// Undoes [`transform`](Self::transform).
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn inverse<T: Scalar>(&self, z: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        let MinMax { low, high } = self.onto;
        map_columns(z, &self.columns, |extent, z| extent.inverse(z, low, high))
    }
}
