//! Writing arrays.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::header::Header;
use super::{NpyArray, NpyValues};
use crate::DataError;

/// The number of elements that are written together.
const BLOCK: usize = 4096;

/// Writes an array to an NPY file, which is replaced if it exists; see [`write_npy_to`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`write_npy_to`].
///
/// ```
/// use gradus_data::{NpyArray, read_npy, write_npy};
/// use nalgebra::dmatrix;
///
/// # let path = std::env::temp_dir().join("gradus-write-npy.npy");
/// let x = dmatrix![1.0_f32, 2.0; 3.0, 4.0];
/// write_npy(&path, &NpyArray::from(x.clone()))?;
/// assert_eq!(read_npy(&path)?.to_matrix::<f32>()?, x);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_npy(path: impl AsRef<Path>, array: &NpyArray) -> Result<(), DataError> {
    let path = path.as_ref();
    array
        .check()
        .map_err(DataError::from)
        .and_then(|()| {
            let mut file = BufWriter::new(File::create(path)?);
            write_npy_to(&mut file, array)?;
            Ok(file.flush()?)
        })
        .map_err(|error| error.in_file(path))
}

/// Writes an array in the format NPY, version 1.0, little-endian, in the order that it has.
///
/// The bytes are those of `numpy.save` but for the number of spaces at the header's end.
///
/// # Errors
/// [`NpyError::ValueCount`](crate::NpyError::ValueCount) if shape and values disagree,
/// [`NpyError::Rank`](crate::NpyError::Rank) beyond 64 dimensions; [`DataError::Io`].
///
/// ```
/// use gradus_data::{NpyArray, write_npy_to};
///
/// let mut bytes = Vec::new();
/// write_npy_to(&mut bytes, &NpyArray::from(vec![1_u8, 2, 3]))?;
/// assert_eq!(bytes.len(), 128 + 3);
/// assert!(bytes[10..].starts_with(b"{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"));
/// assert_eq!(bytes[128..], [1, 2, 3]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn write_npy_to(writer: impl Write, array: &NpyArray) -> Result<(), DataError> {
    array.check()?;
    let mut writer = writer;
    let out = &mut writer;
    out.write_all(&Header::preamble(array))?;
    match &array.values {
        NpyValues::Bool(values) => elements(out, values, |&value| [u8::from(value)]),
        NpyValues::I8(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::I16(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::I32(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::I64(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::U8(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::U16(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::U32(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::U64(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::F32(values) => elements(out, values, |value| value.to_le_bytes()),
        NpyValues::F64(values) => elements(out, values, |value| value.to_le_bytes()),
    }
}

fn elements<E, const N: usize>(
    writer: &mut impl Write,
    values: &[E],
    to_little_endian: impl Fn(&E) -> [u8; N],
) -> Result<(), DataError> {
    let mut bytes = Vec::with_capacity(N * values.len().min(BLOCK));
    for block in values.chunks(BLOCK) {
        bytes.clear();
        bytes.extend(block.iter().flat_map(&to_little_endian));
        writer.write_all(&bytes)?;
    }
    Ok(())
}
