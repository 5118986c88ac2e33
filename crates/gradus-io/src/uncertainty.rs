//! How sure coefficients are.

use nalgebra::DMatrix;

/// The covariances of a linear model's coefficients, and the spread of its outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertainty {
    /// Of all coefficients, q×q, symmetric: linear predictor by predictor, in each the intercept
    /// first if there is one, then the features in order. A coefficient that was not estimated, and
    /// is 0, has zeros in its row and column.
    pub covariance: DMatrix<f64>,
    /// The variance σ² of an outcome about its mean; `None` if the family implies it.
    pub residual_variance: Option<f64>,
    /// The degrees of freedom of Student's t by which coefficients are judged; `None` for the
    /// normal distribution.
    pub degrees_of_freedom: Option<f64>,
}

impl Uncertainty {
    /// √diag of the covariance: the standard error of each coefficient, in its order.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.covariance.diagonal().iter().map(|variance| variance.max(0.0).sqrt()).collect()
    }
}
