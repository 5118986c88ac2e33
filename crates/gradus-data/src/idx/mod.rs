//! The IDX format.

mod error;
mod read;

pub use error::IdxError;
pub use read::{IdxArray, IdxValues, read_idx, read_idx_from};
