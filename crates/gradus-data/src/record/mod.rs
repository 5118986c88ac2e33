//! Binary records described by a format string, in the language of Python's `struct`.

mod byte_order;
mod code;
mod error;
mod format;
mod half;
mod iterate;
mod offset;
mod pack;
mod reader;
mod unpack;
mod value;

pub use byte_order::ByteOrder;
pub use error::RecordError;
pub use format::{RecordField, RecordFormat};
pub use iterate::Records;
pub use offset::Offset;
pub use reader::RecordReader;
pub use value::Value;
