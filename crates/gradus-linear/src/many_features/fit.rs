//! What a regression with many features found.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::likelihood::Columns;

/// How estimates were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManyFeaturesSolver {
    /// Newton's method with the factored information.
    Cholesky,
    /// Newton's method by conjugate gradients.
    NewtonCg,
    /// L-BFGS.
    Lbfgs,
}

/// Why there are no standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStandardErrors {
    /// The method that was chosen for its size does not form the information matrix.
    #[error(
        "standard errors need the information matrix, which was not formed: take Logistic, Poisson or \
         Multinomial, which form it whatever its size"
    )]
    InformationNotFormed,
}

/// Estimates of a regression with many features.
#[derive(Debug, Clone, PartialEq)]
pub struct ManyFeaturesFit {
    /// The names of the features.
    pub names: Vec<String>,
    /// The intercept (0 without one) of each equation: one, or one for each class but class 0.
    pub intercepts: Vec<f64>,
    /// The coefficients of each equation, on the features' own scale.
    pub coefficients: Vec<Vec<f64>>,
    /// The means of the rows: P(y = 1), the rate, or in each row the probability of class 0, 1, ….
    pub means: DMatrix<f64>,
    /// The log-likelihood, without the penalty; of counts, without its constant −Σ v ln y!.
    pub log_likelihood: f64,
    /// How they were found.
    pub solver: ManyFeaturesSolver,
    /// Steps taken.
    pub iterations: usize,
    standard_errors: Option<Vec<Vec<f64>>>,
}

impl ManyFeaturesFit {
    pub(super) fn new(columns: &Columns<'_>, gamma: &[f64], means: &[f64]) -> Self {
        let q = columns.len();
        let split = gamma.chunks_exact(q).map(|gamma| columns.split(gamma));
        let (intercepts, coefficients) = split.unzip();
        Self {
            names: columns.names().to_vec(),
            intercepts,
            coefficients,
            means: DMatrix::from_row_slice(columns.rows(), means.len() / columns.rows(), means),
            log_likelihood: f64::NAN,
            solver: ManyFeaturesSolver::NewtonCg,
            iterations: 0,
            standard_errors: None,
        }
    }

    pub(super) fn found_by(
        self,
        solver: ManyFeaturesSolver,
        iterations: usize,
        log_likelihood: f64,
    ) -> Self {
        Self { solver, iterations, log_likelihood, ..self }
    }

    pub(super) fn with_covariance(self, covariance: &DMatrix<f64>) -> Self {
        let variances = covariance.diagonal();
        let q = variances.len() / self.coefficients.len();
        let roots = |variances: &[f64]| variances.iter().map(|v| v.sqrt()).collect();
        let standard_errors = Some(variances.as_slice().chunks_exact(q).map(roots).collect());
        Self { standard_errors, ..self }
    }

    /// The standard errors of each equation, the intercept's first if there is one.
    ///
    /// # Errors
    /// [`NoStandardErrors`] says why there are none.
    pub fn standard_errors(&self) -> Result<&[Vec<f64>], NoStandardErrors> {
        self.standard_errors.as_deref().ok_or(NoStandardErrors::InformationNotFormed)
    }
}
