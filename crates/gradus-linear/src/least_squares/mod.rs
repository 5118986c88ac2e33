//! Least squares: models without a penalty and their inference.

mod basis;
mod collinearity;
mod condition;
mod covariance;
mod fit;
mod influence;
mod intervals;
mod jacobi;
mod method;
mod normal;
mod ols;
mod orthogonal;
mod problem;
mod qr;
mod refine;
mod ridge;
mod subsets;
mod summary;
mod sums;
mod table;

pub use covariance::CovarianceKind;
pub use fit::{CountedParameters, OlsFit};
pub use influence::Influence;
pub use intervals::PredictedRow;
pub use method::{LeastSquaresMethod, LeastSquaresSolver};
pub use ols::Ols;
pub(crate) use qr::PivotedQr;
pub(crate) use refine::{dot, left_over, refine};
pub use ridge::{RidgeGrid, RidgePath, RidgePoint};
pub(crate) use subsets::Subsets;
pub use summary::OlsSummary;
pub use table::{CoefficientRow, CoefficientTable};
