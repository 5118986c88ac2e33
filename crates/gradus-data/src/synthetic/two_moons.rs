//! Two interleaving half circles.

use std::f64::consts::PI;

use gradus_linalg::Scalar;

use super::{Draws, classes, require_noise, require_rows};
use crate::{DataError, Dataset};

/// Two half circles of radius 1 that reach into each other, which no straight line separates.
///
/// ```text
/// class 0: (cos t, sin t)    class 1: (1 − cos t, ½ − sin t)    0 ≤ t ≤ π, and normal noise
/// ```
///
/// ```
/// let data = gradus_data::TwoMoons { rows: 6, noise: 0.0 }.sample::<f64>(0)?;
/// assert_eq!((data.x[(0, 0)], data.x[(0, 1)]), (1.0, 0.0));
/// assert_eq!((data.x[(1, 0)], data.x[(1, 1)]), (0.0, 0.5));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `make_moons` without shuffling, but for the order of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoMoons {
    /// The number of points; 200 by default.
    pub rows: usize,
    /// The standard deviation of the noise in each coordinate; 0.1 by default.
    pub noise: f64,
}

impl Default for TwoMoons {
    fn default() -> Self {
        Self { rows: 200, noise: 0.1 }
    }
}

impl TwoMoons {
    /// The points of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows, or for noise that is negative or not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let mut draws = Draws::new(seed);
        classes(self.rows, 2, 2, |row, class| {
            let count = (self.rows + 1 - class) / 2;
            let t = PI * (row / 2) as f64 / (count.max(2) - 1) as f64;
            let (x, y) = match class {
                0 => (t.cos(), t.sin()),
                _ => (1.0 - t.cos(), 0.5 - t.sin()),
            };
            vec![x + self.noise * draws.normal(), y + self.noise * draws.normal()]
        })
    }
}
