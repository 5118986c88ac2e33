//! Robust scaling: median 0 and interquartile range 1.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::quantile::{median, quantile};
use crate::standardize::map_columns;

/// Scales each column by its middle, z = (x − median) / (Q₃ − Q₁), so that a few wild values among
/// the rows change next to nothing; fit it on training rows only.
///
/// Quantiles are interpolated linearly (R's type 7). A column whose quartiles are equal is shifted
/// and not scaled: its range is taken as 1, and [`FittedRobustScaler::constant`] lists it. It need
/// not be constant: more than half of its values may be 0.
///
/// ```
/// use gradus_data::RobustScaler;
/// use nalgebra::dmatrix;
///
/// let train = dmatrix![1.0; 2.0; 3.0; 4.0; 1000.0];
/// let fitted = RobustScaler::default().fit(&train)?;
/// let z = fitted.transform(&train)?;
/// assert_eq!(z, dmatrix![-1.0; -0.5; 0.0; 0.5; 498.5]);
/// assert_eq!(fitted.inverse(&z)?, train);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `RobustScaler`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RobustScaler {
    /// The lower quantile; 0.25 by default.
    pub low: f64,
    /// The upper quantile; 0.75 by default.
    pub high: f64,
}

impl Default for RobustScaler {
    fn default() -> Self {
        Self { low: 0.25, high: 0.75 }
    }
}

/// The median of a column, and the distance between two of its quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Middle {
    /// The median.
    pub median: f64,
    /// The upper quantile less the lower one.
    pub range: f64,
}

impl Middle {
    fn forward(&self, x: f64) -> f64 {
        (x - self.median) / self.divisor()
    }

    fn inverse(&self, z: f64) -> f64 {
        z * self.divisor() + self.median
    }

    fn divisor(&self) -> f64 {
        if self.range == 0.0 { 1.0 } else { self.range }
    }
}

impl RobustScaler {
    /// Takes the median and the quantiles of each column of x (m×n, m ≥ 1).
    ///
    /// # Errors
    /// [`DataError::InvalidRange`] unless 0 ≤ low < high ≤ 1; [`DataError::NoFitRows`] if x has no
    /// row; [`DataError::NotScalable`] if a column holds an infinity or a NaN, or quantiles so far
    /// apart that their difference overflows.
    pub fn fit<T: Scalar>(&self, x: &DMatrix<T>) -> Result<FittedRobustScaler, DataError> {
        let Self { low, high } = *self;
        if !(0.0 <= low && low < high && high <= 1.0) {
            return Err(DataError::InvalidRange { low, high });
        }
        let height = x.nrows();
        if height == 0 {
            return Err(DataError::NoFitRows);
        }
        let columns = x.as_slice().chunks_exact(height).enumerate();
        let columns: Result<Vec<Middle>, DataError> = columns
            .map(|(index, column)| {
                let mut sorted: Vec<f64> = column.iter().map(|x| x.to_f64()).collect();
                sorted.sort_unstable_by(f64::total_cmp);
                let median = median(&sorted);
                let range = quantile(&sorted, high) - quantile(&sorted, low);
                let finite = sorted.iter().all(|x| x.is_finite()) && range.is_finite();
                let scale = finite.then_some(Middle { median, range });
                scale.ok_or_else(|| DataError::NotScalable { column: index.to_string() })
            })
            .collect();
        Ok(FittedRobustScaler { columns: columns? })
    }
}

/// The medians and ranges that [`RobustScaler::fit`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedRobustScaler {
    pub(crate) columns: Vec<Middle>,
}

impl FittedRobustScaler {
    /// Median and range of each column.
    pub fn middles(&self) -> &[Middle] {
        &self.columns
    }

    /// The indices of the columns that are not scaled, for their quantiles are equal.
    pub fn constant(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|&index| self.columns[index].range == 0.0).collect()
    }

    /// z = (x − median) / range for each column of x.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has another number of columns than was fitted.
    pub fn transform<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        map_columns(x, &self.columns, Middle::forward)
    }

    /// x = z·range + median for each column of z.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn inverse<T: Scalar>(&self, z: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        map_columns(z, &self.columns, Middle::inverse)
    }
}
