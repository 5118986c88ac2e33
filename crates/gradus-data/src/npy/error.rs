//! What NPY and NPZ files can get wrong.

use thiserror::Error;

/// Why an array could not be read from, or written to, an NPY or NPZ file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The bytes are not in the NPY format.
    #[error("not an NPY file: it does not begin with the byte 93 (hex) and NUMPY")]
    Magic,
    /// The version of the format is unknown.
    #[error("NPY version {major}.{minor} is none of 1.0, 2.0, 3.0; save the array again")]
    Version {
        /// The first number.
        major: u8,
        /// The second number.
        minor: u8,
    },
    /// A header is longer than that of any array that can be read.
    #[error("the NPY header has {length} bytes, more than {limit}; the file is damaged")]
    HeaderLength {
        /// The length announced.
        length: u64,
        /// The greatest length that is read.
        limit: u64,
    },
    /// The header is not the text that it should be.
    #[error("NPY header, byte {position}: {expected} is expected; the file is damaged")]
    Header {
        /// Where in the header, counted from 0.
        position: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// The header lacks an entry.
    #[error("the NPY header has no entry {key:?}; the file is damaged")]
    HeaderKey {
        /// The entry that is lacking.
        key: &'static str,
    },
    /// The element type cannot be read.
    #[error(
        "NPY element type {descr:?} cannot be read; convert the array to f4, f8, i1 to i8, u1 to \
         u8 or bool"
    )]
    Type {
        /// The type as the header has it.
        descr: String,
    },
    /// An array has another number of dimensions than is needed, or more than numpy has.
    #[error("the shape {shape:?} has {} dimension(s) where {expected} are expected; reshape the array", .shape.len())]
    Rank {
        /// The number expected, in words.
        expected: &'static str,
        /// The shape found.
        shape: Vec<usize>,
    },
    /// A header announces more bytes than memory can address.
    #[error("the NPY header announces more elements than memory can hold; the file is damaged")]
    TooLarge,
    /// The file ends early.
    #[error("the data ends after {found} of {expected} bytes of {part}; fetch or save it again")]
    Truncated {
        /// The part that is cut off.
        part: &'static str,
        /// The bytes announced.
        expected: u64,
        /// The bytes present.
        found: u64,
    },
    /// The file goes on after its last element.
    #[error(
        "bytes follow the {expected} bytes of values that the NPY header announces; read several arrays of one file with read_npy_from"
    )]
    Trailing {
        /// The bytes announced.
        expected: u64,
    },
    /// The shape of an array and the number of its values disagree.
    #[error(
        "an array of shape {shape:?} has {found} value(s); their number must be the product of the lengths"
    )]
    ValueCount {
        /// The shape.
        shape: Vec<usize>,
        /// The number of values.
        found: usize,
    },
    /// A finite element is too large for the type asked for.
    #[error("element {index} (in file order, from 0) is {value}, too large for {wanted}; use f64")]
    OutOfRange {
        /// Which element.
        index: usize,
        /// The element.
        value: String,
        /// The type asked for.
        wanted: &'static str,
    },

    /// The file is no ZIP archive, or its directory is damaged.
    #[error("not an NPZ file, or a damaged one: {what}")]
    Archive {
        /// What is wrong.
        what: &'static str,
    },
    /// An archive uses something that no NPZ file needs.
    #[error("the archive uses {what}, which cannot be read; save the arrays with numpy.savez")]
    Unsupported {
        /// What it uses.
        what: String,
    },
    /// An array was asked for that is not in the archive.
    #[error("the archive has no array {name:?}; it has {known:?}")]
    NoArray {
        /// The name.
        name: String,
        /// The names of the arrays that are there.
        known: Vec<String>,
    },
    /// An array of an archive was refused for the reason in `source`.
    #[error("array {name:?}: {source}")]
    InArray {
        /// The array.
        name: String,
        /// What is wrong with it.
        source: Box<NpyError>,
    },
    /// The checksum of an array's bytes is not that of the archive's directory.
    #[error("the checksum is {found:08x} where {expected:08x} is expected; fetch the file again")]
    Checksum {
        /// The checksum in the directory.
        expected: u32,
        /// The checksum of the bytes.
        found: u32,
    },
    /// Unpacked arrays would take more bytes than the limit allows.
    #[error(
        "the arrays take {size} bytes, more than the limit of {limit}; raise NpzLimits::max_bytes if you trust the file"
    )]
    Limit {
        /// The size announced.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A name cannot stand in an archive: it is empty, too long, or taken.
    #[error("an array cannot be named {name:?}: names are unique and have 1 to 65000 bytes")]
    Name {
        /// The name.
        name: String,
    },
    /// An archive, or an array in it, would be too large for the format.
    #[error("an NPZ file beyond 4 GiB or 65534 arrays is not written; write NPY files")]
    ArchiveTooLarge,
}
