//! How much of each column the others explain.

use super::fit::OlsFit;
use crate::design::check_length;
use crate::{Design, Intercept, LinearError};

impl OlsFit {
    /// The variance inflation factor of each column: 1/(1 − R²) of its regression on the others.
    ///
    /// It is 1 for a column that is orthogonal to the others, and infinite for one that depends on
    /// them; above 10 or so its coefficient is hard to tell from theirs. Without an intercept R² is
    /// uncentred.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless it is the design that was fitted to.
    ///
    /// Source: D. Marquardt, *Generalized inverses, ridge regression, biased linear estimation, and
    /// nonlinear estimation*, 1970.
    pub fn variance_inflation(&self, design: &Design<'_>) -> Result<Vec<f64>, LinearError> {
        design.check_features()?;
        check_length("columns", design.features(), self.coefficients.len())?;
        let rank = self.basis.rank();
        let unscaled = self.basis.covariance(&nalgebra::DMatrix::identity(rank, rank));
        let weight = |row: usize| design.weights().map_or(1.0, |weights| weights.values()[row]);
        let constant = usize::from(self.basis.intercept == Intercept::Fitted);
        let determined = self.basis.determined();
        let total: f64 = (0..design.rows()).map(weight).sum();
        let columns = design.x().column_iter().enumerate();
        let factors = columns.map(|(j, column)| {
            let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
                column.iter().enumerate().map(|(row, x)| weight(row) * f(*x)).sum()
            };
            let mean = if constant == 1 { sum(&|x| x) / total } else { 0.0 };
            if !determined[j] {
                return f64::INFINITY;
            }
            (unscaled[(constant + j, constant + j)] * sum(&|x| (x - mean).powi(2))).max(1.0)
        });
        Ok(factors.collect())
    }
}
