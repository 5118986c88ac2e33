//! Least squares: models without a penalty and their inference.

mod fit;
mod method;
mod normal;
mod ols;
mod orthogonal;
mod problem;
mod qr;
mod refine;
mod sums;
mod table;

pub use fit::OlsFit;
pub use method::{LeastSquaresMethod, LeastSquaresSolver};
pub use ols::Ols;
pub use table::{CoefficientRow, CoefficientTable};
