//! Standardisation: mean 0 and standard deviation 1.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::scale::Moments;

/// Standardises each column, z = (x − μ) / σ; fit it on training rows only.
///
/// ```text
/// μ = Σxᵢ / m,    σ² = Σ(xᵢ − μ)² / m    (m − 1 with Divisor::RowsMinusOne)
/// ```
///
/// A constant column (σ = 0) becomes 0: its σ is taken as 1, and
/// [`FittedStandardizer::constant`] lists it.
///
/// Means and deviations are computed in `f64`, with compensated sums and two passes. Same as
/// scikit-learn's `StandardScaler`, which has the divisor m only.
///
/// ```
/// use gradus_data::Standardizer;
/// use nalgebra::dmatrix;
///
/// let train = dmatrix![1.0, 5.0; 2.0, 5.0; 3.0, 5.0];
/// let fitted = Standardizer::default().fit(&train)?;
/// assert_eq!(fitted.constant(), [1]);
/// let z = fitted.transform(&dmatrix![2.0, 6.0])?;
/// assert_eq!(z, dmatrix![0.0, 1.0]);
/// assert_eq!(fitted.inverse(&z)?, dmatrix![2.0, 6.0]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standardizer {
    /// What the sum of squares is divided by.
    pub divisor: Divisor,
}

/// The divisor of a variance over m rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Divisor {
    /// m, the population's.
    #[default]
    Rows,
    /// m − 1, the unbiased estimate's.
    RowsMinusOne,
}

impl Divisor {
    /// What is taken off m.
    pub(crate) fn lost(self) -> usize {
        match self {
            Self::Rows => 0,
            Self::RowsMinusOne => 1,
        }
    }
}

impl Standardizer {
    /// Takes mean and deviation of each column of x (m×n, m ≥ 1).
    ///
    /// # Errors
    /// [`DataError::NoFitRows`] if x has no row; [`DataError::NotScalable`] if a column holds an
    /// infinity or a NaN, or values so large that their moments overflow.
    pub fn fit<T: Scalar>(&self, x: &DMatrix<T>) -> Result<FittedStandardizer, DataError> {
        let height = x.nrows();
        if height == 0 {
            return Err(DataError::NoFitRows);
        }
        let columns = x.as_slice().chunks_exact(height).enumerate();
        let columns: Result<Vec<Moments>, DataError> = columns
            .map(|(index, column)| {
                Moments::of(column.iter().map(|x| x.to_f64()), self.divisor.lost())
                    .ok_or_else(|| DataError::NotScalable { column: index.to_string() })
            })
            .collect();
        Ok(FittedStandardizer { columns: columns? })
    }
}

/// The means and deviations that [`Standardizer::fit`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedStandardizer {
    columns: Vec<Moments>,
}

impl FittedStandardizer {
    /// Mean and deviation of each column.
    pub fn moments(&self) -> &[Moments] {
        &self.columns
    }

    /// The indices of the constant columns.
    pub fn constant(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|&index| self.columns[index].deviation == 0.0).collect()
    }

    /// z = (x − μ) / σ for each column of x.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has another number of columns than was fitted.
    pub fn transform<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        map_columns(x, &self.columns, Moments::forward)
    }

    /// x = z·σ + μ for each column of z, such as a prediction of a standardised target.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn inverse<T: Scalar>(&self, z: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        map_columns(z, &self.columns, Moments::inverse)
    }
}

/// Applies each column's scale to the column, in `f64`.
pub(crate) fn map_columns<T: Scalar, S>(
    x: &DMatrix<T>,
    scales: &[S],
    map: impl Fn(&S, f64) -> f64,
) -> Result<DMatrix<T>, DataError> {
    if x.ncols() != scales.len() {
        return Err(DataError::ColumnCount { expected: scales.len(), found: x.ncols() });
    }
    let mut mapped = x.clone();
    let height = x.nrows().max(1);
    for (column, scale) in mapped.as_mut_slice().chunks_exact_mut(height).zip(scales) {
        for x in column {
            *x = T::of(map(scale, x.to_f64()));
        }
    }
    Ok(mapped)
}
