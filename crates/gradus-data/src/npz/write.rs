//! Writing archives.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::checked::Checked;
use super::{SUFFIX, fields, layout, method, signature};
use crate::{DataError, NpyArray, NpyError, write_npy_to};

/// Whether the arrays of an archive are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NpzCompression {
    /// As they are, as by `numpy.savez`.
    #[default]
    Stored,
    /// Deflated, as by `numpy.savez_compressed`.
    Deflated,
}

/// The version of the format that is needed: 2.0, for deflated members.
const VERSION: u64 = 20;
/// The flag that says that a name is UTF-8.
const UTF_8: u64 = 1 << 11;
/// 1 January 1980, the first day: the same arrays give the same bytes.
const DATE: u64 = 1 << 5 | 1;
/// The longest name.
const NAME_LIMIT: usize = 65_000;

/// Writes named arrays to an NPZ file, which is replaced if it exists; see [`write_npz_to`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`write_npz_to`].
///
/// ```
/// use gradus_data::{NpyArray, NpzCompression, read_npz, write_npz};
/// use nalgebra::dmatrix;
///
/// # let path = std::env::temp_dir().join("gradus-write-npz.npz");
/// let x = NpyArray::from(dmatrix![1.0, 2.0; 3.0, 4.0]);
/// write_npz(&path, [("x", &x)], NpzCompression::Deflated)?;
/// assert_eq!(read_npz(&path)?["x"].to_matrix::<f64>()?, dmatrix![1.0, 2.0; 3.0, 4.0]);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_npz<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a NpyArray)>,
    compression: NpzCompression,
) -> Result<(), DataError> {
    let path = path.as_ref();
    File::create(path)
        .map_err(DataError::from)
        .and_then(|file| {
            let mut file = BufWriter::new(file);
            write_npz_to(&mut file, arrays, compression)?;
            Ok(file.flush()?)
        })
        .map_err(|error| error.in_file(path))
}

/// Writes named arrays in the format NPZ, which `numpy.load` reads. The same arrays give the same
/// bytes: no time is written.
///
/// # Errors
/// [`NpyError::Name`] if a name is empty, too long or there twice; [`NpyError::InArray`] with the
/// errors of [`write_npy_to`]; [`NpyError::ArchiveTooLarge`] from 4 GiB on; [`DataError::Io`].
/// What was written up to an error is no archive.
///
/// ```
/// use gradus_data::{NpyArray, NpzCompression, write_npz_to};
///
/// let zeros = NpyArray::from(vec![0.0; 1000]);
/// let size = |compression| {
///     let mut file = Vec::new();
///     write_npz_to(&mut file, [("zeros", &zeros)], compression).map(|()| file.len())
/// };
/// assert!(size(NpzCompression::Stored)? > 8000);
/// assert!(size(NpzCompression::Deflated)? < 400);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn write_npz_to<'a>(
    writer: impl Write,
    arrays: impl IntoIterator<Item = (&'a str, &'a NpyArray)>,
    compression: NpzCompression,
) -> Result<(), DataError> {
    let mut file = Checked::new(writer);
    let mut names = BTreeSet::new();
    let mut directory = Vec::new();
    for (name, array) in arrays {
        if name.is_empty() || name.len() > NAME_LIMIT || !names.insert(name) {
            return Err(NpyError::Name { name: name.to_owned() }.into());
        }
        directory.extend(write_member(&mut file, name, array, compression)?);
    }
    let count = names.len() as u64;
    if count >= 0xffff {
        return Err(NpyError::ArchiveTooLarge.into());
    }
    let (start, size) = (within_4_gib(file.count)?, within_4_gib(directory.len() as u64)?);
    file.write_all(&directory)?;
    let end = [signature::END, 0, 0, count, count, size, start, 0];
    file.write_all(&fields::write(layout::END, &end)?)?;
    Ok(())
}

/// Writes a member, and returns its entry of the directory.
fn write_member(
    file: &mut Checked<impl Write>,
    name: &str,
    array: &NpyArray,
    compression: NpzCompression,
) -> Result<Vec<u8>, DataError> {
    let in_array = |error| match error {
        DataError::Npy(source) => {
            NpyError::InArray { name: name.to_owned(), source: Box::new(source) }.into()
        }
        other => other,
    };
    let start = within_4_gib(file.count)?;
    // Sum and sizes stand before the bytes. Packed bytes are kept; others are made twice.
    let (method, plain, packed) = match compression {
        NpzCompression::Stored => {
            let mut plain = Checked::new(io::sink());
            write_npy_to(&mut plain, array).map_err(in_array)?;
            (method::STORED, (plain.sum.sum(), plain.count), None)
        }
        NpzCompression::Deflated => {
            let encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            let mut plain = Checked::new(encoder);
            write_npy_to(&mut plain, array).map_err(in_array)?;
            let sums = (plain.sum.sum(), plain.count);
            (method::DEFLATED, sums, Some(plain.inner.finish()?))
        }
    };
    let (sum, size) = (u64::from(plain.0), within_4_gib(plain.1)?);
    let packed_size = packed.as_ref().map_or(Ok(size), |bytes| within_4_gib(bytes.len() as u64))?;
    let path = format!("{name}{SUFFIX}");
    let length = path.len() as u64;
    let flags = if path.is_ascii() { 0 } else { UTF_8 };
    let common = [VERSION, flags, method, 0, DATE, sum, packed_size, size, length, 0];

    let header = [&[signature::MEMBER][..], &common].concat();
    file.write_all(&fields::write(layout::MEMBER, &header)?)?;
    file.write_all(path.as_bytes())?;
    match packed {
        Some(bytes) => file.write_all(&bytes)?,
        None => write_npy_to(file, array)?,
    }
    let entry = [&[signature::ENTRY, VERSION][..], &common, &[0, 0, 0, 0, start]].concat();
    let mut entry = fields::write(layout::ENTRY, &entry)?;
    entry.extend_from_slice(path.as_bytes());
    Ok(entry)
}

/// A number that the fields of 32 bits can hold.
fn within_4_gib(number: u64) -> Result<u64, NpyError> {
    if number < 0xffff_ffff { Ok(number) } else { Err(NpyError::ArchiveTooLarge) }
}
