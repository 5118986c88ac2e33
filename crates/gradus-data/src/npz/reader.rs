//! Reading archives.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::DeflateDecoder;

use super::checked::Checked;
use super::directory::{self, Entry};
use super::{SUFFIX, fields, layout, method, signature};
use crate::npy::read_whole;
use crate::{DataError, NpyArray, NpyError};

/// How much an archive may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NpzLimits {
    /// The bytes that an array may take unpacked, and all together in [`NpzReader::read_all`];
    /// 4 GiB by default. A packed file grows up to a thousandfold.
    pub max_bytes: u64,
}

impl Default for NpzLimits {
    fn default() -> Self {
        Self { max_bytes: 1 << 32 }
    }
}

/// Reads all arrays of an NPZ file within the default limits; see [`NpzReader`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`NpzReader::new`] and
/// [`NpzReader::read_all`].
///
/// ```
/// let error = gradus_data::read_npz("no/such/file.npz").unwrap_err();
/// assert!(error.to_string().starts_with("no/such/file.npz: reading failed"));
/// ```
///
/// [`write_npz`](crate::write_npz) has an example that reads what it wrote.
pub fn read_npz(path: impl AsRef<Path>) -> Result<BTreeMap<String, NpyArray>, DataError> {
    let path = path.as_ref();
    File::open(path)
        .map_err(DataError::from)
        .and_then(|file| NpzReader::new(BufReader::new(file), NpzLimits::default())?.read_all())
        .map_err(|error| error.in_file(path))
}

/// An archive of named arrays in the format NPZ: a ZIP file with an NPY file for each array, as
/// `numpy.savez` and `numpy.savez_compressed` write it. Each array is read when it is asked for.
///
/// Memory grows with the bytes that are there, up to [`NpzLimits`], never with those that a header
/// announces. Lengths and checksums are verified.
///
/// ```
/// use std::io::Cursor;
///
/// use gradus_data::{NpyArray, NpzCompression, NpzLimits, NpzReader, write_npz_to};
/// use nalgebra::dmatrix;
///
/// let x = NpyArray::from(dmatrix![1.0, 2.0; 3.0, 4.0]);
/// let y = NpyArray::from(vec![0_u8, 1]);
/// let mut file = Vec::new();
/// write_npz_to(&mut file, [("x", &x), ("y", &y)], NpzCompression::Deflated)?;
///
/// let mut archive = NpzReader::new(Cursor::new(file), NpzLimits::default())?;
/// assert_eq!(archive.names().collect::<Vec<_>>(), ["x", "y"]);
/// assert_eq!(archive.read("y")?, y);
/// assert_eq!(archive.read_all()?["x"], x);
/// assert!(archive.read("z").unwrap_err().to_string().contains("no array \"z\""));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Sources: *NEP 1: A simple file format for NumPy arrays*; PKWARE, *APPNOTE.TXT: .ZIP file format
/// specification*, 6.3.10.
#[derive(Debug)]
pub struct NpzReader<R> {
    reader: R,
    entries: Vec<Entry>,
    limits: NpzLimits,
}

impl<R: BufRead + Seek> NpzReader<R> {
    /// Reads the directory of an archive.
    ///
    /// # Errors
    /// [`NpyError::Archive`] if the file is no archive or damaged, [`NpyError::Unsupported`] for
    /// parts on other disks and names that are not UTF-8, [`NpyError::Name`] if two arrays have
    /// the same name; [`DataError::Io`].
    pub fn new(reader: R, limits: NpzLimits) -> Result<Self, DataError> {
        let mut reader = reader;
        let mut entries = directory::read(&mut reader)?;
        for entry in &mut entries {
            if let Some(name) = entry.name.strip_suffix(SUFFIX) {
                entry.name = name.to_owned();
            }
        }
        let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(NpyError::Name { name: pair[0].to_owned() }.into());
        }
        Ok(Self { reader, entries, limits })
    }

    /// The names of the arrays, in file order, without `.npy`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Reads one array.
    ///
    /// # Errors
    /// [`NpyError::NoArray`]; else [`NpyError::InArray`], whose source is one of the errors of
    /// [`read_npy_from`](crate::read_npy_from), or [`NpyError::Limit`], [`NpyError::Archive`],
    /// [`NpyError::Unsupported`] for encryption and other ways of packing,
    /// [`NpyError::Trailing`], [`NpyError::Checksum`]; [`DataError::Io`], also where packed bytes
    /// are damaged.
    pub fn read(&mut self, name: &str) -> Result<NpyArray, DataError> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            let known = self.names().map(str::to_owned).collect();
            return Err(NpyError::NoArray { name: name.to_owned(), known }.into());
        };
        read_entry(&mut self.reader, entry, self.limits).map_err(|error| in_array(name, error))
    }

    /// Reads all arrays.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); [`NpyError::Limit`] also for their sum.
    pub fn read_all(&mut self) -> Result<BTreeMap<String, NpyArray>, DataError> {
        let size = self.entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
        check_limit(size, self.limits)?;
        let mut arrays = BTreeMap::new();
        for entry in &self.entries {
            let array = read_entry(&mut self.reader, entry, self.limits)
                .map_err(|error| in_array(&entry.name, error))?;
            arrays.insert(entry.name.clone(), array);
        }
        Ok(arrays)
    }
}

fn in_array(name: &str, error: DataError) -> DataError {
    match error {
        DataError::Npy(source) => {
            NpyError::InArray { name: name.to_owned(), source: Box::new(source) }.into()
        }
        other => other,
    }
}

fn check_limit(size: u64, limits: NpzLimits) -> Result<(), NpyError> {
    let limit = limits.max_bytes;
    if size > limit { Err(NpyError::Limit { size, limit }) } else { Ok(()) }
}

fn read_entry<R: BufRead + Seek>(
    reader: &mut R,
    entry: &Entry,
    limits: NpzLimits,
) -> Result<NpyArray, DataError> {
    const ENCRYPTED: u64 = 1;
    check_limit(entry.size, limits)?;
    if entry.flags & ENCRYPTED != 0 {
        return Err(NpyError::Unsupported { what: "encryption".to_owned() }.into());
    }
    let header_size = fields::size(layout::MEMBER)? as u64;
    let header = directory::read_at(reader, entry.start, header_size)?;
    let [found, .., name, extra] = fields::read::<11>(layout::MEMBER, &header)?;
    if found != signature::MEMBER {
        return Err(NpyError::Archive { what: "an array is not where it should be" }.into());
    }
    let start = entry.start.checked_add(header_size + name + extra);
    let start = start.ok_or(NpyError::Archive { what: "an array lies outside" })?;
    reader.seek(SeekFrom::Start(start))?;
    let packed = reader.take(entry.packed);
    match entry.method {
        method::STORED => read_checked(packed, entry),
        method::DEFLATED => read_checked(DeflateDecoder::new(packed), entry),
        other => Err(NpyError::Unsupported { what: format!("packing method {other}") }.into()),
    }
}

/// Reads the array of an entry, and no more bytes than its size.
fn read_checked(reader: impl Read, entry: &Entry) -> Result<NpyArray, DataError> {
    // One byte more, so that what is too long is seen to be.
    let mut reader = Checked::new(reader.take(entry.size.saturating_add(1)));
    let array = read_whole(&mut reader)?;
    if reader.count != entry.size {
        return Err(NpyError::Archive { what: "an array has another size than announced" }.into());
    }
    let (expected, found) = (entry.checksum, reader.sum.sum());
    if expected != found {
        return Err(NpyError::Checksum { expected, found }.into());
    }
    Ok(array)
}
