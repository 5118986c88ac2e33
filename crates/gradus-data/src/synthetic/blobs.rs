//! Normally distributed clouds.

use gradus_linalg::Scalar;

use super::{Draws, classes, require, require_noise, require_rows};
use crate::{DataError, Dataset};

/// Clouds around given centres: x ~ N(c, σ²I) for class c = 0, 1, … in turn.
///
/// The best possible classifier is known: it takes the nearest centre.
///
/// ```
/// use gradus_data::Blobs;
///
/// let centers = vec![vec![0.0, 0.0], vec![10.0, 0.0]];
/// let data = Blobs { rows: 100, centers, deviation: 1.0 }.sample::<f64>(1)?;
/// assert_eq!((data.rows(), data.features(), data.y.outputs()), (100, 2, 2));
/// // Five deviations from either centre nobody is.
/// assert!((0..100).all(|i| (data.x[(i, 0)] > 5.0) == (i % 2 == 1)));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Blobs {
    /// The number of points; 150 by default.
    pub rows: usize,
    /// The centre of each class; three in the plane by default.
    pub centers: Vec<Vec<f64>>,
    /// The standard deviation σ of each coordinate; 1 by default.
    pub deviation: f64,
}

impl Default for Blobs {
    fn default() -> Self {
        let centers = vec![vec![0.0, 0.0], vec![5.0, 0.0], vec![2.5, 4.5]];
        Self { rows: 150, centers, deviation: 1.0 }
    }
}

impl Blobs {
    /// The points of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows or centres, or for a deviation that is negative or
    /// not finite; [`DataError::ColumnCount`] if centres differ in their number of coordinates.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.deviation)?;
        let k = self.centers.len();
        require(k > 0, "the number of centres", 0.0, "at least 1")?;
        let n = self.centers[0].len();
        if let Some(center) = self.centers.iter().find(|center| center.len() != n) {
            return Err(DataError::ColumnCount { expected: n, found: center.len() });
        }
        let mut draws = Draws::new(seed);
        classes(self.rows, k, n, |_, class| {
            self.centers[class].iter().map(|c| c + self.deviation * draws.normal()).collect()
        })
    }
}
