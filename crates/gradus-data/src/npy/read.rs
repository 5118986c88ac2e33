//! Reading arrays.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::array::MAX_RANK;
use super::header::Header;
use super::{NpyArray, NpyError, NpyValues};
use crate::array_size::byte_length;
use crate::{ByteOrder, DataError};

/// The longest header that is read. That of an array of 64 dimensions has 1.5 KB; only types with
/// many fields, which cannot be read, need more.
const HEADER_LIMIT: u64 = 1 << 16;
/// The number of elements that are read together.
const BLOCK: usize = 4096;

/// Reads the array of an NPY file; see [`read_npy_from`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`read_npy_from`], or
/// [`NpyError::Trailing`] if bytes follow the array.
///
/// ```
/// let error = gradus_data::read_npy("no/such/file.npy").unwrap_err();
/// assert!(error.to_string().starts_with("no/such/file.npy: reading failed"));
/// ```
///
/// [`write_npy`](crate::write_npy) has an example that reads what it wrote.
pub fn read_npy(path: impl AsRef<Path>) -> Result<NpyArray, DataError> {
    let path = path.as_ref();
    File::open(path)
        .map_err(DataError::from)
        .and_then(|file| read_whole(BufReader::new(file)))
        .map_err(|error| error.in_file(path))
}

/// Reads an array in the format NPY, of version 1.0, 2.0 or 3.0: a magic number, a dictionary with
/// the element type, the order and the shape, then the elements.
///
/// The elements are truth values, integers of 1 to 8 bytes, or floats of 4 or 8, in either byte
/// order. Memory grows with the bytes that are there, never with those that the header announces.
/// What follows the array is left in the reader: several arrays may be read one after another from
/// `&mut reader`. Buffer it, if it is a file.
///
/// # Errors
/// [`NpyError::Magic`], [`NpyError::Version`], [`NpyError::HeaderLength`], [`NpyError::Header`],
/// [`NpyError::HeaderKey`], [`NpyError::Type`] (text, objects, complex numbers, records and the
/// rest), [`NpyError::Rank`] beyond 64 dimensions, [`NpyError::TooLarge`],
/// [`NpyError::Truncated`]; [`DataError::Io`].
///
/// Differs from `numpy.load`, which unpickles objects on request; nothing here runs code.
///
/// Source: *NEP 1: A simple file format for NumPy arrays*, and `numpy.lib.format`.
///
/// ```
/// use gradus_data::{NpyArray, read_npy_from, write_npy_to};
/// use nalgebra::dmatrix;
///
/// let mut bytes = Vec::new();
/// write_npy_to(&mut bytes, &NpyArray::from(dmatrix![1.0_f32, 2.0; 3.0, 4.0]))?;
/// let array = read_npy_from(&bytes[..])?;
/// assert_eq!(array.to_matrix::<f64>()?, dmatrix![1.0, 2.0; 3.0, 4.0]);
/// let error = read_npy_from(&bytes[..140]).unwrap_err().to_string();
/// assert!(error.contains("ends after 12 of 16 bytes of values"));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn read_npy_from(reader: impl Read) -> Result<NpyArray, DataError> {
    let mut reader = reader;
    let header = read_header(&mut reader)?;
    let (kind, order) = element_type(&header.descr)?;
    if header.shape.len() > MAX_RANK {
        return Err(NpyError::Rank { expected: "at most 64", shape: header.shape }.into());
    }
    byte_length(&header.shape, 8).ok_or(NpyError::TooLarge)?;
    let count = byte_length(&header.shape, 1).ok_or(NpyError::TooLarge)?;
    let source = &mut reader;
    let values = match kind {
        "b1" => NpyValues::Bool(elements(source, count, order, |[byte]| byte != 0)?),
        "i1" => NpyValues::I8(elements(source, count, order, i8::from_le_bytes)?),
        "i2" => NpyValues::I16(elements(source, count, order, i16::from_le_bytes)?),
        "i4" => NpyValues::I32(elements(source, count, order, i32::from_le_bytes)?),
        "i8" => NpyValues::I64(elements(source, count, order, i64::from_le_bytes)?),
        "u1" => NpyValues::U8(elements(source, count, order, u8::from_le_bytes)?),
        "u2" => NpyValues::U16(elements(source, count, order, u16::from_le_bytes)?),
        "u4" => NpyValues::U32(elements(source, count, order, u32::from_le_bytes)?),
        "u8" => NpyValues::U64(elements(source, count, order, u64::from_le_bytes)?),
        "f4" => NpyValues::F32(elements(source, count, order, f32::from_le_bytes)?),
        "f8" => NpyValues::F64(elements(source, count, order, f64::from_le_bytes)?),
        _ => return Err(NpyError::Type { descr: header.descr }.into()),
    };
    Ok(NpyArray { shape: header.shape, order: header.order, values })
}

/// Reads an array after which nothing may follow.
pub(crate) fn read_whole(mut reader: impl Read) -> Result<NpyArray, DataError> {
    let array = read_npy_from(&mut reader)?;
    if read_up_to(&mut reader, 1)?.is_empty() {
        return Ok(array);
    }
    let size = array.values.descr()[2..].parse().unwrap_or(1);
    let expected = array.values.len() as u64 * size;
    Err(NpyError::Trailing { expected }.into())
}

/// The kind of element, and its byte order.
fn element_type(descr: &str) -> Result<(&str, ByteOrder), NpyError> {
    let unknown = || NpyError::Type { descr: descr.to_owned() };
    let native = ByteOrder::Native;
    let (kind, order) = match descr.split_at_checked(1) {
        Some(("<", kind)) => (kind, ByteOrder::Little),
        Some((">", kind)) => (kind, ByteOrder::Big),
        Some(("=", kind)) => (kind, native),
        Some(("|", kind)) if kind.ends_with('1') || kind == "?" => (kind, native),
        _ => return Err(unknown()),
    };
    Ok((if kind == "?" { "b1" } else { kind }, order))
}

fn read_header(reader: &mut impl Read) -> Result<Header, DataError> {
    let start = read_part(reader, 8, "the magic number")?;
    let [b'\x93', b'N', b'U', b'M', b'P', b'Y', major, minor] = start[..] else {
        return Err(NpyError::Magic.into());
    };
    let width = match (major, minor) {
        (1, 0) => 2,
        (2 | 3, 0) => 4,
        _ => return Err(NpyError::Version { major, minor }.into()),
    };
    let length = read_part(reader, width, "the header's length")?;
    let length = length.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
    if length > HEADER_LIMIT {
        return Err(NpyError::HeaderLength { length, limit: HEADER_LIMIT }.into());
    }
    Ok(Header::parse(&read_part(reader, length, "the header")?)?)
}

/// Reads `wanted` bytes, or fewer if the end comes before.
fn read_up_to(reader: &mut impl Read, wanted: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader.take(wanted).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_part(
    reader: &mut impl Read,
    expected: u64,
    part: &'static str,
) -> Result<Vec<u8>, DataError> {
    let bytes = read_up_to(reader, expected)?;
    let found = bytes.len() as u64;
    if found == expected {
        return Ok(bytes);
    }
    // Too short to be told apart from any other file.
    let cut_magic =
        part == "the magic number" && !b"\x93NUMPY".starts_with(&bytes[..bytes.len().min(6)]);
    if cut_magic {
        Err(NpyError::Magic.into())
    } else {
        Err(NpyError::Truncated { part, expected, found }.into())
    }
}

/// Reads so many elements, by blocks: what is not there is not allocated.
fn elements<E, const N: usize>(
    reader: &mut impl Read,
    count: usize,
    order: ByteOrder,
    from_little_endian: impl Fn([u8; N]) -> E,
) -> Result<Vec<E>, DataError> {
    let mut values = Vec::new();
    let mut block = Vec::new();
    while values.len() < count {
        let wanted = (count - values.len()).min(BLOCK);
        block.clear();
        reader.take((wanted * N) as u64).read_to_end(&mut block)?;
        if !order.is_little_endian() {
            block.as_chunks_mut::<N>().0.iter_mut().for_each(|element| element.reverse());
        }
        let (whole, rest) = block.as_chunks::<N>();
        values.extend(whole.iter().map(|&element| from_little_endian(element)));
        if whole.len() < wanted {
            let (expected, found) = (count as u64 * N as u64, values.len() * N + rest.len());
            let part = "values";
            return Err(NpyError::Truncated { part, expected, found: found as u64 }.into());
        }
    }
    Ok(values)
}
