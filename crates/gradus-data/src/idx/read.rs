//! Arrays in the IDX format, in which MNIST comes.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::IdxError;
use crate::array_size::byte_length;
use crate::{DataError, RecordFormat, Value};

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The bytes of values that are unpacked at most: a thousandth of them may be a file's.
const MOST_UNPACKED: u64 = 1 << 32;

/// An array read from an IDX file, the last index running fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct IdxArray {
    /// The length along each dimension.
    pub shape: Vec<usize>,
    /// The elements; as many as the product of the lengths.
    pub values: IdxValues,
}

/// The elements of an [`IdxArray`], by the type code of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum IdxValues {
    /// 0x08.
    U8(Vec<u8>),
    /// 0x09.
    I8(Vec<i8>),
    /// 0x0B.
    I16(Vec<i16>),
    /// 0x0C.
    I32(Vec<i32>),
    /// 0x0D.
    F32(Vec<f32>),
    /// 0x0E.
    F64(Vec<f64>),
}

impl IdxValues {
    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(values) => values.len(),
            Self::I8(values) => values.len(),
            Self::I16(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn type_code(&self) -> u8 {
        match self {
            Self::U8(_) => 0x08,
            Self::I8(_) => 0x09,
            Self::I16(_) => 0x0b,
            Self::I32(_) => 0x0c,
            Self::F32(_) => 0x0d,
            Self::F64(_) => 0x0e,
        }
    }
}

/// Reads an IDX file; see [`read_idx_from`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`read_idx_from`].
///
/// ```
/// use gradus_data::{IdxValues, read_idx};
///
/// # let path = std::env::temp_dir().join("gradus-read-idx");
/// std::fs::write(&path, [0, 0, 9, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 0xff])?;
/// let array = read_idx(&path)?;
/// assert_eq!((array.shape, array.values), (vec![1, 2], IdxValues::I8(vec![7, -1])));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_idx(path: impl AsRef<Path>) -> Result<IdxArray, DataError> {
    let path = path.as_ref();
    File::open(path)
        .map_err(DataError::from)
        .and_then(read_idx_from)
        .map_err(|error| error.in_file(path))
}

/// Reads an IDX array: two zero bytes, a type code, the number of dimensions, their lengths as
/// big-endian `u32`, the elements big-endian. Gzip is recognised by its magic number.
///
/// Memory grows with the bytes that are there, never with those that the header announces; of a
/// gzipped file, whose bytes may be a thousand times as many unpacked, no more than 4 GiB are taken.
///
/// # Errors
/// [`IdxError::Magic`], [`IdxError::Type`], [`IdxError::Rank`] (no dimension),
/// [`IdxError::TooLarge`], [`IdxError::PackedTooLarge`], [`IdxError::Truncated`],
/// [`IdxError::Trailing`];
/// [`DataError::Io`], also for damaged gzip.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*.
///
/// ```
/// use gradus_data::{IdxValues, read_idx_from};
///
/// let bytes = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
/// let array = read_idx_from(&bytes[..])?;
/// assert_eq!(array.shape, [3]);
/// assert_eq!(array.values, IdxValues::U8(vec![7, 8, 9]));
/// assert!(read_idx_from(&bytes[..10]).is_err());
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn read_idx_from(reader: impl Read) -> Result<IdxArray, DataError> {
    let mut reader = BufReader::new(reader);
    let head = read_up_to(&mut reader, 2)?;
    let whole = Cursor::new(head.clone()).chain(reader);
    if head == GZIP_MAGIC {
        parse(MultiGzDecoder::new(whole), MOST_UNPACKED)
    } else {
        parse(whole, u64::MAX)
    }
}

/// Reads `wanted` bytes, or fewer if the end comes before.
fn read_up_to(reader: &mut impl Read, wanted: usize) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader.take(wanted as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_part(
    reader: &mut impl Read,
    expected: usize,
    part: &'static str,
) -> Result<Vec<u8>, DataError> {
    let bytes = read_up_to(reader, expected)?;
    if bytes.len() == expected {
        Ok(bytes)
    } else {
        Err(IdxError::Truncated { part, expected, found: bytes.len() }.into())
    }
}

/// Reads a record whose values are all integers of one type.
fn read_fields<I>(
    reader: &mut impl Read,
    format: &str,
    part: &'static str,
) -> Result<Vec<I>, DataError>
where
    I: for<'a> TryFrom<&'a Value, Error = DataError>,
{
    let format = RecordFormat::parse(format)?;
    let record = read_part(reader, format.size(), part)?;
    format.unpack(&record)?.iter().map(I::try_from).collect()
}

fn parse(mut reader: impl Read, limit: u64) -> Result<IdxArray, DataError> {
    let magic = <[u8; 4]>::try_from(read_fields(&mut reader, ">4B", "magic number")?);
    let [zero, also_zero, code, rank] = magic.expect("the format has four values");
    if [zero, also_zero] != [0, 0] {
        return Err(IdxError::Magic { found: [zero, also_zero] }.into());
    }
    let size = match code {
        0x08 | 0x09 => 1,
        0x0b => 2,
        0x0c | 0x0d => 4,
        0x0e => 8,
        _ => {
            let expected = "one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e";
            return Err(IdxError::Type { code, expected }.into());
        }
    };
    if rank == 0 {
        return Err(IdxError::Rank { expected: "one or more", found: 0 }.into());
    }
    let announced: Vec<u32> = read_fields(&mut reader, &format!(">{rank}I"), "shape")?;
    let too_large = || IdxError::TooLarge { shape: announced.clone() };
    let shape: Option<Vec<usize>> =
        announced.iter().map(|&length| usize::try_from(length).ok()).collect();
    let shape = shape.ok_or_else(too_large)?;
    let expected = byte_length(&shape, size).ok_or_else(too_large)?;

    let size = expected as u64;
    if size > limit {
        return Err(IdxError::PackedTooLarge { size, limit }.into());
    }
    let bytes = read_part(&mut reader, expected, "values")?;
    // Reading on to the end also has the decoder compare gzip's checksum.
    if !read_up_to(&mut reader, 1)?.is_empty() {
        return Err(IdxError::Trailing { expected }.into());
    }
    let values = match code {
        0x08 => IdxValues::U8(bytes),
        0x09 => IdxValues::I8(elements(&bytes, i8::from_be_bytes)),
        0x0b => IdxValues::I16(elements(&bytes, i16::from_be_bytes)),
        0x0c => IdxValues::I32(elements(&bytes, i32::from_be_bytes)),
        0x0d => IdxValues::F32(elements(&bytes, f32::from_be_bytes)),
        _ => IdxValues::F64(elements(&bytes, f64::from_be_bytes)),
    };
    Ok(IdxArray { shape, values })
}

fn elements<T, const N: usize>(bytes: &[u8], convert: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|&chunk| convert(chunk)).collect()
}
