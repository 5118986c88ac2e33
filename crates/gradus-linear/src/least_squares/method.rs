//! Ways to the least squares, and which of them was gone.

use serde::{Deserialize, Serialize};

/// Which way to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LeastSquaresMethod {
    /// Normal equations where there is so much data that they save time, and where the condition of
    /// the columns proves them safe; otherwise QR.
    #[default]
    Automatic,
    /// Normal equations wherever the condition of the columns proves them safe, otherwise QR.
    Cholesky,
    /// QR in any case.
    Qr,
}

/// How the coefficients were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeastSquaresSolver {
    /// Cholesky factor of the Gram matrix of the shifted and scaled columns, with a step of
    /// refinement: the columns are far from dependent, the solution is unique.
    Cholesky,
    /// QR with column scaling and pivoting: the columns are independent, the solution is unique.
    PivotedQr,
    /// The columns are dependent: of all solutions, the one of least norm (the intercept counted).
    /// Only the fitted values are determined; single coefficients mean little.
    MinimumNorm,
}
