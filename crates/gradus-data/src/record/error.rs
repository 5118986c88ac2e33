//! What formats, values and bytes can get wrong.

use thiserror::Error;

use super::Offset;

/// Why a record format, or a record, was refused. Positions in a format are bytes, counted from 0;
/// values are counted from 0.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A character of the format is no code.
    #[error(
        "record format {format:?}, position {position}: {code:?} is no code; the codes are \
         x c b B ? h H i I l L q Q n N e f d s p P"
    )]
    Code {
        /// The format.
        format: String,
        /// Where the character is.
        position: usize,
        /// The character.
        code: char,
    },
    /// The code has the platform's size and needs native order.
    #[error(
        "record format {format:?}, position {position}: {code:?} exists in native order alone; \
         begin the format with '@', or use 'q' or 'Q'"
    )]
    NativeOnly {
        /// The format.
        format: String,
        /// Where the code is.
        position: usize,
        /// The code.
        code: char,
    },
    /// The format ends with a repeat count.
    #[error("record format {format:?}, position {position}: no code follows the repeat count")]
    NoCode {
        /// The format.
        format: String,
        /// Where the count begins.
        position: usize,
    },
    /// The record would be larger than memory can address.
    #[error(
        "record format {format:?}, position {position}: the record is larger than memory can \
         address; lower the repeat count"
    )]
    TooLong {
        /// The format.
        format: String,
        /// Where the code is with which it becomes so, or its count.
        position: usize,
    },
    /// The packed record would be larger than what is allocated at once.
    #[error(
        "a record of {size} bytes is not allocated: the limit is {limit}; pack into a buffer of \
         your own"
    )]
    PackLimit {
        /// The size of a record.
        size: usize,
        /// The largest record that is allocated.
        limit: usize,
    },
    /// Records of no bytes cannot be told apart.
    #[error("record format {format:?} has size 0: a file cannot be cut into such records")]
    NoSize {
        /// The format.
        format: String,
    },
    /// There are more or fewer values than the format takes.
    #[error("{found} value(s) where the record format takes {expected}")]
    ValueCount {
        /// The number that the format takes.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// A value is of another kind than its code.
    #[error(
        "value {index}, code {code:?} (position {position}): {found} where {expected} is expected"
    )]
    ValueKind {
        /// Which value.
        index: usize,
        /// Where its code is.
        position: usize,
        /// The code.
        code: char,
        /// The kind expected.
        expected: &'static str,
        /// The kind given.
        found: &'static str,
    },
    /// The value of a `c` is not one byte.
    #[error("value {index}, code 'c' (position {position}): {found} byte(s) where 1 is expected")]
    CharLength {
        /// Which value.
        index: usize,
        /// Where its code is.
        position: usize,
        /// The number of bytes given.
        found: usize,
    },
    /// An integer does not fit.
    #[error(
        "value {index}, code {code:?} (position {position}): {value} is not within {low} to {high}"
    )]
    IntRange {
        /// Which value.
        index: usize,
        /// Where its code is.
        position: usize,
        /// The code.
        code: char,
        /// The integer.
        value: i128,
        /// The least integer that fits.
        low: i128,
        /// The greatest integer that fits.
        high: i128,
    },
    /// A finite number is too large for a float of the code's size.
    #[error("value {index}, code {code:?} (position {position}): {value:e} is too large")]
    FloatRange {
        /// Which value.
        index: usize,
        /// Where its code is.
        position: usize,
        /// The code.
        code: char,
        /// The number.
        value: f64,
    },
    /// The bytes are more or fewer than a record's.
    #[error("{found} byte(s) where a record has {expected}")]
    Length {
        /// The size of a record.
        expected: usize,
        /// The number of bytes given.
        found: usize,
    },
    /// A record does not lie within the buffer.
    #[error("a record of {size} bytes, {offset}, does not lie within a buffer of {found} bytes")]
    OutOfBuffer {
        /// The size of a record.
        size: usize,
        /// Where it should begin.
        offset: Offset,
        /// The size of the buffer.
        found: usize,
    },
    /// The bytes are no whole number of records.
    #[error("{found} bytes are no whole number of records of {size} bytes")]
    Ragged {
        /// The size of a record.
        size: usize,
        /// The number of bytes given.
        found: usize,
    },
    /// A stream ends within a record.
    #[error("record {record} (counted from 0): the data ends after {found} of {size} bytes")]
    Truncated {
        /// Which record.
        record: u64,
        /// The size of a record.
        size: usize,
        /// The bytes present.
        found: usize,
    },
    /// A value was asked for as a type that cannot hold it.
    #[error("the value is {found}, which is no {expected}")]
    Conversion {
        /// The type asked for.
        expected: &'static str,
        /// The value.
        found: String,
    },
}
