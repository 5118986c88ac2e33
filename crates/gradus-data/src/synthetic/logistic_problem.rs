//! Classes whose probabilities are known.

use gradus_linalg::Scalar;

use super::linear_problem::design;
use super::{Draws, names, require, require_rows};
use crate::{DataError, Dataset, Targets};

/// Class 1 with probability 1 / (1 + exp(−b − xᵀw)), else class 0, with known w and b and X ~ N(0, 1).
///
/// ```
/// use gradus_data::{LogisticProblem, Targets};
///
/// let data = LogisticProblem { rows: 1000, coefficients: vec![50.0], intercept: 0.0 };
/// let data = data.sample::<f64>(0)?;
/// let Targets::Classes { codes, .. } = &data.y else { unreachable!() };
/// let right = (0..1000).filter(|&i| (data.x[(i, 0)] > 0.0) == (codes[i] == 1)).count();
/// assert!(right > 970);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticProblem {
    /// The number of rows; 500 by default.
    pub rows: usize,
    /// The coefficients w; 2, −1 and 0 by default, so that one feature tells nothing.
    pub coefficients: Vec<f64>,
    /// The intercept b; −0.5 by default.
    pub intercept: f64,
}

impl Default for LogisticProblem {
    fn default() -> Self {
        Self { rows: 500, coefficients: vec![2.0, -1.0, 0.0], intercept: -0.5 }
    }
}

impl LogisticProblem {
    /// The rows of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidOption`] without rows or coefficients.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        let n = self.coefficients.len();
        require(n > 0, "the number of coefficients", n as f64, "at least 1")?;
        let mut draws = Draws::new(seed);
        let (x, logits) = design(self.rows, &self.coefficients, self.intercept, &mut draws);
        let draw = |logit: &f64| u32::from(draws.uniform() < 1.0 / (1.0 + (-logit).exp()));
        let codes = logits.iter().map(draw).collect();
        let y = Targets::Classes { codes, labels: ["0", "1"].map(str::to_owned).to_vec() };
        Dataset::new(x.map(T::of), y, names(n))
    }
}
