//! Exclusive or, with noise.

use gradus_linalg::Scalar;

use super::{Draws, classes, require_noise, require_rows};
use crate::{DataError, Dataset};

/// Clouds around (±1, ±1): class 1 where the signs of the centre differ, else class 0.
///
/// No straight line does better than chance; the product of the coordinates tells the classes apart.
///
/// ```
/// use gradus_data::Xor;
///
/// let data = Xor { rows: 4, noise: 0.0 }.sample::<f64>(0)?;
/// assert_eq!(data.x, nalgebra::dmatrix![-1.0, -1.0; -1.0, 1.0; 1.0, 1.0; 1.0, -1.0]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Xor {
    /// The number of points; 200 by default.
    pub rows: usize,
    /// The standard deviation of the noise in each coordinate; 0.3 by default.
    pub noise: f64,
}

impl Default for Xor {
    fn default() -> Self {
        Self { rows: 200, noise: 0.3 }
    }
}

impl Xor {
    /// The points of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows, or for noise that is negative or not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let mut draws = Draws::new(seed);
        classes(self.rows, 2, 2, |row, class| {
            let first = if row / 2 % 2 == 0 { -1.0 } else { 1.0 };
            let second = if class == 0 { first } else { -first };
            [first, second].map(|x| x + self.noise * draws.normal()).to_vec()
        })
    }
}
