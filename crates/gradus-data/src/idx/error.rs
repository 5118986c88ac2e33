//! What IDX files can get wrong.

use thiserror::Error;

/// Why an array in the IDX format could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdxError {
    /// The file is not in the IDX format.
    #[error("not an IDX file: it begins with the bytes {:02x} {:02x} where 00 00 is expected", .found[0], .found[1])]
    Magic {
        /// The first two bytes.
        found: [u8; 2],
    },
    /// The element type of an IDX file is unknown, or not the one needed.
    #[error("IDX element type {code:#04x} is not {expected}")]
    Type {
        /// The type code found.
        code: u8,
        /// What was expected.
        expected: &'static str,
    },
    /// An IDX array has another number of dimensions than is needed.
    #[error("the IDX array has {found} dimension(s) where {expected} are expected")]
    Rank {
        /// The number expected, in words.
        expected: &'static str,
        /// The number found.
        found: usize,
    },
    /// An IDX header announces more bytes than memory can address.
    #[error(
        "the IDX header announces the shape {shape:?}, more than memory can hold; the file is damaged"
    )]
    TooLarge {
        /// The shape announced.
        shape: Vec<u32>,
    },
    /// A gzipped IDX file announces so many bytes that unpacking them might be an attack on memory.
    #[error(
        "the gzipped IDX file announces {size} bytes of values, more than the {limit} that are unpacked; \
         unpack it by gzip, and read the plain file"
    )]
    PackedTooLarge {
        /// The bytes announced.
        size: u64,
        /// The bytes that are unpacked at most.
        limit: u64,
    },
    /// An IDX file ends early.
    #[error("the IDX file ends after {found} of {expected} bytes of {part}; fetch it again")]
    Truncated {
        /// The part that is cut off: header or values.
        part: &'static str,
        /// The bytes announced.
        expected: usize,
        /// The bytes present.
        found: usize,
    },
    /// An IDX file goes on after its last element.
    #[error(
        "bytes follow the {expected} bytes of values that the IDX header announces; the file is damaged"
    )]
    Trailing {
        /// The bytes announced.
        expected: usize,
    },
}
