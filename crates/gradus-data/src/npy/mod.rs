//! Arrays in numpy's format, NPY.

mod array;
mod convert;
mod error;
mod header;
mod read;
mod values;
mod write;

pub use array::{NpyArray, NpyOrder};
pub use error::NpyError;
pub(crate) use read::read_whole;
pub use read::{read_npy, read_npy_from};
pub use values::NpyValues;
pub use write::{write_npy, write_npy_to};
