//! NPZ: archives that numpy wrote, every way to be wrong, and arbitrary bytes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;

use gradus_data::{
    DataError, NpyArray, NpyError, NpzCompression, NpzLimits, NpzReader, read_npy, read_npz,
    write_npz, write_npz_to,
};
use nalgebra::dmatrix;
use proptest::prelude::*;

const COMPRESSIONS: [NpzCompression; 2] = [NpzCompression::Stored, NpzCompression::Deflated];

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/numpy").join(name)
}

fn read(bytes: &[u8], max_bytes: u64) -> Result<BTreeMap<String, NpyArray>, DataError> {
    NpzReader::new(Cursor::new(bytes), NpzLimits { max_bytes })?.read_all()
}

fn write(arrays: &[(&str, &NpyArray)], compression: NpzCompression) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    write_npz_to(&mut bytes, arrays.iter().copied(), compression)?;
    Ok(bytes)
}

fn npy_error(error: DataError) -> NpyError {
    match error {
        DataError::Npy(NpyError::InArray { source, .. }) => *source,
        DataError::Npy(error) => error,
        other => panic!("{other} is no error of an array"),
    }
}

fn refused(bytes: &[u8]) -> NpyError {
    npy_error(read(bytes, 1 << 20).unwrap_err())
}

#[test]
fn archives_of_numpy_are_read() {
    for name in ["stored.npz", "deflated.npz"] {
        let arrays = read_npz(file(name)).unwrap();
        let names: Vec<&str> = arrays.keys().map(String::as_str).collect();
        assert_eq!(names, ["bool_1d", "f8_0d", "f8_2d", "f8_2d_fortran", "größe", "u1_2d"]);
        for name in names.iter().filter(|name| name.is_ascii()) {
            // The same array, saved by itself.
            assert_eq!(arrays[*name], read_npy(file(&format!("{name}.npy"))).unwrap());
        }
        assert_eq!(
            arrays["größe"].to_matrix::<f64>().unwrap(),
            dmatrix![0.0; 0.0].resize(40, 5, 0.0)
        );
    }
}

#[test]
fn archives_are_written_and_read() {
    let (x, y) = (NpyArray::from(dmatrix![1.5, 2.0; 3.0, 4.0]), NpyArray::from(vec![7_i16; 1000]));
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    for compression in COMPRESSIONS {
        write_npz(&path, [("x", &x), ("größe", &y)], compression).unwrap();
        let arrays = read_npz(&path).unwrap();
        assert_eq!((&arrays["x"], &arrays["größe"], arrays.len()), (&x, &y, 2));
        // The same bytes each time, and no more of them for what is not packed.
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes, write(&[("x", &x), ("größe", &y)], compression).unwrap());
    }
    assert!(read(&write(&[], NpzCompression::Stored).unwrap(), 0).unwrap().is_empty());
    let z = NpzReader::new(
        Cursor::new(write(&[("x", &x)], COMPRESSIONS[0]).unwrap()),
        NpzLimits::default(),
    )
    .unwrap()
    .read("z")
    .unwrap_err();
    assert_eq!(
        npy_error(z),
        NpyError::NoArray { name: "z".to_owned(), known: vec!["x".to_owned()] }
    );
    assert!(read_npz("nowhere.npz").unwrap_err().to_string().starts_with("nowhere.npz"));
}

#[test]
fn names_and_arrays_that_cannot_be_written_are_refused() {
    let x = NpyArray::from(vec![1.0]);
    let long = "n".repeat(65_001);
    for names in [["", "a"], ["a", "a"], ["a", &long]] {
        let error = write(&[(names[0], &x), (names[1], &x)], NpzCompression::Stored).unwrap_err();
        assert!(matches!(npy_error(error), NpyError::Name { .. }));
    }
    let wrong = NpyArray { shape: vec![2], ..x };
    for compression in COMPRESSIONS {
        let error = write(&[("w", &wrong)], compression).unwrap_err();
        assert!(error.to_string().starts_with("array \"w\": an array of shape [2]"), "{error}");
    }
}

#[test]
fn damaged_archives_are_refused() {
    let array = NpyArray::from(vec![1.0, 2.0, 3.0]);
    for compression in COMPRESSIONS {
        let whole = write(&[("a", &array), ("b", &array)], compression).unwrap();
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut], 1 << 20).is_err(), "cut at {cut}");
        }
        // Every byte that is not a date, a version or an attribute counts.
        let mut unnoticed = 0;
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            unnoticed += usize::from(read(&bytes, 1 << 20).is_ok_and(|arrays| {
                arrays.get("a") == Some(&array) && arrays.get("b") == Some(&array)
            }));
        }
        // Local headers repeat what the directory says: 24 bytes and the name are not looked at,
        // nor are 20 bytes of each entry.
        assert!(unnoticed <= 2 * (24 + 5 + 20), "{unnoticed}");
    }
    let stored = write(&[("a", &array)], NpzCompression::Stored).unwrap();
    let mut value = stored.clone();
    value[35 + 128] ^= 1;
    assert!(matches!(refused(&value), NpyError::Checksum { .. }));
    assert!(matches!(
        refused(b"no archive, but text that is long enough"),
        NpyError::Archive { .. }
    ));
    assert!(matches!(refused(&[]), NpyError::Archive { .. }));
    let replaced = |from: &[u8], to: &[u8]| {
        let mut bytes = stored.clone();
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from) {
                bytes[at..at + to.len()].copy_from_slice(to);
            }
        }
        bytes
    };
    let entry = b"PK\x01\x02\x14\0\x14\0\0\0\0\0";
    let method = replaced(entry, b"PK\x01\x02\x14\0\x14\0\0\0\x0c\0");
    assert!(
        matches!(refused(&method), NpyError::Unsupported { what } if what.contains("method 12"))
    );
    let secret = replaced(entry, b"PK\x01\x02\x14\0\x14\0\x01\0\0\0");
    assert!(matches!(refused(&secret), NpyError::Unsupported { what } if what == "encryption"));
    assert!(matches!(refused(&replaced(b"a.npy", b"\xff.npy")), NpyError::Unsupported { .. }));
    let text = replaced(b"\x93NUMPY", b"a text");
    assert!(matches!(refused(&text), NpyError::Magic));
    let twice = write(&[("a", &array), ("b", &array)], NpzCompression::Stored).unwrap();
    let twice: Vec<u8> = String::from_utf8_lossy(&twice)
        .contains("b.npy")
        .then(|| {
            let mut bytes = twice.clone();
            for at in 0..bytes.len() - 5 {
                if bytes[at..].starts_with(b"b.npy") {
                    bytes[at] = b'a';
                }
            }
            bytes
        })
        .unwrap();
    assert_eq!(refused(&twice), NpyError::Name { name: "a".to_owned() });
}

/// A small file that unpacks to a large array.
#[test]
fn bombs_are_stopped_at_the_limit() {
    let zeros = NpyArray::from(vec![0_u8; 1 << 20]);
    let bomb = write(&[("a", &zeros), ("b", &zeros)], NpzCompression::Deflated).unwrap();
    assert!(bomb.len() < 1 << 12);
    let size = (1 << 20) + 128;
    let refusal = npy_error(read(&bomb, 2 * size - 1).unwrap_err());
    assert_eq!(refusal, NpyError::Limit { size: 2 * size, limit: 2 * size - 1 });
    assert_eq!(read(&bomb, 2 * size).unwrap().len(), 2);
    let limits = NpzLimits { max_bytes: size };
    let mut archive = NpzReader::new(Cursor::new(&bomb), limits).unwrap();
    assert_eq!(archive.read("a").unwrap(), zeros);

    // The directory lies about the size: no more than it says is unpacked.
    let mut lie = bomb.clone();
    let told = u32::try_from(size).unwrap().to_le_bytes();
    for at in 0..lie.len() - 4 {
        if lie[at..].starts_with(&told) {
            lie[at..at + 4].copy_from_slice(&200_u32.to_le_bytes());
        }
    }
    let refusal = npy_error(read(&lie, 1 << 12).unwrap_err());
    let expected = NpyError::Truncated { part: "values", expected: 1 << 20, found: 73 };
    assert_eq!(refusal, expected);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, 1 << 20);
        let _ = read(&[&bytes[..], b"PK\x05\x06\0\0\0\0", &bytes].concat(), 1 << 20);
    }

    /// Bytes of an archive that numpy wrote, altered.
    #[test]
    fn altered_archives_never_panic(
        name in prop::sample::select(vec!["stored.npz", "deflated.npz"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = std::fs::read(file(name)).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes, 1 << 20);
    }
}
