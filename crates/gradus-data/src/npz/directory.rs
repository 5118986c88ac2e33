//! The directory at the end of a ZIP archive.

use std::io::{Read, Seek, SeekFrom};

use super::{fields, layout, signature};
use crate::{DataError, NpyError};

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) flags: u64,
    pub(super) method: u64,
    pub(super) checksum: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Where its header is in the file.
    pub(super) start: u64,
}

/// A field that stands in the 64-bit extension instead.
const IN_EXTENSION: u64 = 0xffff_ffff;
/// The extension of a record with 64-bit numbers.
const EXTENSION_64: u64 = 1;

fn damaged(what: &'static str) -> DataError {
    NpyError::Archive { what }.into()
}

/// Reads the directory. Memory grows with the file's bytes, not with the numbers in it.
pub(super) fn read(reader: &mut (impl Read + Seek)) -> Result<Vec<Entry>, DataError> {
    let length = reader.seek(SeekFrom::End(0))?;
    let (start, size, count) = locate(reader, length)?;
    if start.checked_add(size).is_none_or(|end| end > length) {
        return Err(damaged("its directory lies outside"));
    }
    let directory = read_at(reader, start, size)?;
    let mut rest = &directory[..];
    let mut entries: Vec<Entry> = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = read_entry(rest)?;
        entries.push(entry);
        rest = after;
    }
    if entries.len() as u64 != count {
        return Err(damaged("its directory has another number of entries than announced"));
    }
    Ok(entries)
}

/// Bytes from anywhere in the file, as many as there are.
pub(super) fn read_at(
    reader: &mut (impl Read + Seek),
    start: u64,
    size: u64,
) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader.seek(SeekFrom::Start(start))?;
    reader.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the directory begins, its size, and its number of entries.
fn locate(reader: &mut (impl Read + Seek), length: u64) -> Result<(u64, u64, u64), DataError> {
    let end_size = fields::size(layout::END)?;
    // A comment of up to 65535 bytes may follow the last record.
    let from = length.saturating_sub(end_size as u64 + 0xffff);
    let tail = read_at(reader, from, length - from)?;
    let last = tail.len().checked_sub(end_size);
    let last = last.ok_or_else(|| damaged("it is too short for an archive"))?;
    for at in (0..=last).rev() {
        if !tail[at..].starts_with(b"PK\x05\x06") {
            continue;
        }
        let [found, disk, first_disk, here, count, size, start, comment] =
            fields::read(layout::END, &tail[at..])?;
        if found != signature::END || (at + end_size) as u64 + comment != tail.len() as u64 {
            continue;
        }
        let large = [count, here].contains(&0xffff) || [size, start].contains(&IN_EXTENSION);
        if large && let Some(located) = locate_64(reader, from + at as u64)? {
            return Ok(located);
        }
        return if disk == 0 && first_disk == 0 && here == count {
            Ok((start, size, count))
        } else {
            Err(NpyError::Unsupported { what: "several disks".to_owned() }.into())
        };
    }
    Err(damaged("it has no directory"))
}

/// The same from the 64-bit records, which lie before the last record at `end`, if they do.
fn locate_64(
    reader: &mut (impl Read + Seek),
    end: u64,
) -> Result<Option<(u64, u64, u64)>, DataError> {
    let size = fields::size(layout::LOCATOR_64)? as u64;
    let Some(before) = end.checked_sub(size) else { return Ok(None) };
    let [found, _, start, _] = fields::read(layout::LOCATOR_64, &read_at(reader, before, size)?)?;
    if found != signature::LOCATOR_64 {
        return Ok(None);
    }
    let record = read_at(reader, start, fields::size(layout::END_64)? as u64)?;
    let [found, _, _, _, disk, first_disk, here, count, size, start] =
        fields::read(layout::END_64, &record)?;
    if found != signature::END_64 {
        return Err(damaged("its 64-bit directory is not where it should be"));
    }
    if disk != 0 || first_disk != 0 || here != count {
        return Err(NpyError::Unsupported { what: "several disks".to_owned() }.into());
    }
    Ok(Some((start, size, count)))
}

/// The first entry of a directory, and what follows it.
fn read_entry(bytes: &[u8]) -> Result<(Entry, &[u8]), DataError> {
    let fields: [u64; 17] = fields::read(layout::ENTRY, bytes)?;
    let [found, _, _, flags, method, _, _, checksum, packed, size, name, extra, comment, ..] =
        fields;
    let start = fields[16];
    if found != signature::ENTRY {
        return Err(damaged("its directory has an entry that is none"));
    }
    let rest = &bytes[fields::size(layout::ENTRY)?..];
    let cut = || damaged("its directory ends within an entry");
    let (name, rest) = split(rest, name).ok_or_else(cut)?;
    let (extra, rest) = split(rest, extra).ok_or_else(cut)?;
    let (_, rest) = split(rest, comment).ok_or_else(cut)?;
    let name = String::from_utf8(name.to_vec())
        .map_err(|_| NpyError::Unsupported { what: "a name that is not UTF-8".to_owned() })?;
    let [size, packed, start] = widen([size, packed, start], extra)?;
    let checksum = u32::try_from(checksum).expect("the field has four bytes");
    Ok((Entry { name, flags, method, checksum, packed, size, start }, rest))
}

/// The numbers, with those that stand in the 64-bit extension, in this order.
fn widen(numbers: [u64; 3], extra: &[u8]) -> Result<[u64; 3], DataError> {
    if !numbers.contains(&IN_EXTENSION) {
        return Ok(numbers);
    }
    let mut extra = extra;
    while !extra.is_empty() {
        let [kind, length] = fields::read("<2H", extra)?;
        let cut = || damaged("its directory has an extension that is cut off");
        let (mut data, rest) = split(&extra[4..], length).ok_or_else(cut)?;
        extra = rest;
        if kind != EXTENSION_64 {
            continue;
        }
        let mut wide = numbers;
        for number in wide.iter_mut().filter(|number| **number == IN_EXTENSION) {
            [*number] = fields::read("<Q", data)?;
            data = &data[8..];
        }
        return Ok(wide);
    }
    // Just that large, and no more.
    Ok(numbers)
}

fn split(bytes: &[u8], at: u64) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::try_from(at).ok()?)
}
