//! A circle within another.

use std::f64::consts::TAU;

use gradus_linalg::Scalar;

use super::{Draws, classes, require, require_noise, require_rows};
use crate::{DataError, Dataset};

/// Two circles around the origin, of radius 1 (class 0) and `factor` (class 1), with normal noise.
///
/// Their squared radius separates them, and no straight line does.
///
/// ```
/// use gradus_data::Circles;
///
/// let data = Circles { rows: 40, factor: 0.5, noise: 0.0 }.sample::<f64>(0)?;
/// let radius = |i: usize| data.x.row(i).norm();
/// assert!((0..40).all(|i| (radius(i) - [1.0, 0.5][i % 2]).abs() < 1e-15));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `make_circles` without shuffling, but for the order of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circles {
    /// The number of points; 200 by default.
    pub rows: usize,
    /// The radius of the inner circle, between 0 and 1; 0.5 by default.
    pub factor: f64,
    /// The standard deviation of the noise in each coordinate; 0.1 by default.
    pub noise: f64,
}

impl Default for Circles {
    fn default() -> Self {
        Self { rows: 200, factor: 0.5, noise: 0.1 }
    }
}

impl Circles {
    /// The points of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows, for a factor outside 0 to 1, or for noise that is
    /// negative or not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let inside = (0.0..1.0).contains(&self.factor);
        require(inside, "the inner radius", self.factor, "from 0 to below 1")?;
        let mut draws = Draws::new(seed);
        classes(self.rows, 2, 2, |row, class| {
            let count = (self.rows + 1 - class) / 2;
            let t = TAU * (row / 2) as f64 / count as f64;
            let radius = if class == 0 { 1.0 } else { self.factor };
            [t.cos(), t.sin()].map(|x| radius * x + self.noise * draws.normal()).to_vec()
        })
    }
}
