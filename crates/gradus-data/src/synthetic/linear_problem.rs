//! Regression on a known line.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use super::{Draws, names, require, require_noise, require_rows};
use crate::{DataError, Dataset, Targets};

/// y = b + Xw + ε with known w and b, where X ~ N(0, 1) and ε ~ N(0, σ²).
///
/// ```
/// use gradus_data::{LinearProblem, Targets};
///
/// let problem = LinearProblem { rows: 5, coefficients: vec![2.0, -1.0], intercept: 3.0, noise: 0.0 };
/// let data = problem.sample::<f64>(7)?;
/// let Targets::Values(y) = &data.y else { unreachable!() };
/// assert_eq!(y[4], 3.0 + 2.0 * data.x[(4, 0)] - data.x[(4, 1)]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearProblem {
    /// The number of rows; 200 by default.
    pub rows: usize,
    /// The coefficients w; 3, −2, 0.5 and 0 by default, so that one feature tells nothing.
    pub coefficients: Vec<f64>,
    /// The intercept b; 1 by default.
    pub intercept: f64,
    /// The standard deviation σ of the noise; 1 by default.
    pub noise: f64,
}

impl Default for LinearProblem {
    fn default() -> Self {
        Self { rows: 200, coefficients: vec![3.0, -2.0, 0.5, 0.0], intercept: 1.0, noise: 1.0 }
    }
}

impl LinearProblem {
    /// The rows of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows or coefficients, or for noise that is negative or
    /// not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let n = self.coefficients.len();
        require(n > 0, "the number of coefficients", n as f64, "at least 1")?;
        let mut draws = Draws::new(seed);
        let (x, means) = design(self.rows, &self.coefficients, self.intercept, &mut draws);
        let y = means.iter().map(|mean| T::of(mean + self.noise * draws.normal())).collect();
        let y = Targets::Values(DMatrix::from_vec(self.rows, 1, y));
        Dataset::new(x.map(T::of), y, names(n))
    }
}

/// Standard normal features, and b + Xw.
pub(super) fn design(
    rows: usize,
    coefficients: &[f64],
    intercept: f64,
    draws: &mut Draws,
) -> (DMatrix<f64>, Vec<f64>) {
    let x = DMatrix::from_fn(rows, coefficients.len(), |_, _| draws.normal());
    let mean = |row: usize| {
        coefficients.iter().enumerate().fold(intercept, |mean, (j, w)| mean + w * x[(row, j)])
    };
    let means = (0..rows).map(mean).collect();
    (x, means)
}
