//! Least squares: models without a penalty and their inference.

mod fit;
mod ols;
mod qr;
mod table;

pub use fit::OlsFit;
pub use ols::{LeastSquaresSolver, Ols};
pub use table::{CoefficientRow, CoefficientTable};
