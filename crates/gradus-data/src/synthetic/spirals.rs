//! Spirals around one another.

use std::f64::consts::TAU;

use gradus_linalg::Scalar;

use super::{Draws, classes, require, require_noise, require_rows};
use crate::{DataError, Dataset};

/// Archimedean spirals around the origin, one for each class: hard for a shallow network.
///
/// ```text
/// point t of class c:   t · (cos φ, sin φ),   φ = 2π(turns·t + c/classes),   0 < t ≤ 1
/// ```
///
/// ```
/// use gradus_data::Spirals;
///
/// let data = Spirals { rows: 6, classes: 3, turns: 1.0, noise: 0.0 }.sample::<f64>(0)?;
/// assert!((data.x.row(0).norm() - 0.5).abs() < 1e-15);
/// assert!((data.x[(3, 0)] - 1.0).abs() < 1e-15);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Source: the two spirals of A. Wieland, in K. Lang and M. Witbrock, *Learning to tell two spirals
/// apart*, 1988.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spirals {
    /// The number of points; 200 by default.
    pub rows: usize,
    /// The number of spirals; 2 by default.
    pub classes: usize,
    /// How often each goes round; 1.5 by default.
    pub turns: f64,
    /// The standard deviation of the noise in each coordinate; 0.02 by default.
    pub noise: f64,
}

impl Default for Spirals {
    fn default() -> Self {
        Self { rows: 200, classes: 2, turns: 1.5, noise: 0.02 }
    }
}

impl Spirals {
    /// The points of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows or classes, for turns that are not finite, or for
    /// noise that is negative or not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let k = self.classes;
        require(k > 0, "the number of classes", k as f64, "at least 1")?;
        require(self.turns.is_finite(), "the number of turns", self.turns, "finite")?;
        let mut draws = Draws::new(seed);
        classes(self.rows, k, 2, |row, class| {
            let count = (self.rows - class).div_ceil(k);
            let t = (row / k + 1) as f64 / count as f64;
            let angle = TAU * (self.turns * t + class as f64 / k as f64);
            [angle.cos(), angle.sin()].map(|x| t * x + self.noise * draws.normal()).to_vec()
        })
    }
}
