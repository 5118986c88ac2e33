//! Proof that the derivatives of models and costs are right.
//!
//! - [`model_gradcheck`] compares the gradient of any model, with respect to every parameter and to
//!   its input, with central differences.
//! - [`rows`] does so for every layer, activation and cost of the crate, as a table.

mod model;
mod table;

pub use model::{GradientCheck, ModelCheck, model_gradcheck};
pub use table::{CheckRow, Subject, rows};
