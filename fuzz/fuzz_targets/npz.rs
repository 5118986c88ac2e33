//! NPZ archives from arbitrary bytes, each array and all together, within a small limit.
#![no_main]

use std::io::Cursor;

use gradus_data::{NpzCompression, NpzLimits, NpzReader, write_npz_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = NpzLimits { max_bytes: 1 << 20 };
    let Ok(mut archive) = NpzReader::new(Cursor::new(data), limits) else { return };
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    for name in &names {
        if let Ok(array) = archive.read(name) {
            assert!(array.values.len() <= 1 << 20);
        }
    }
    let Ok(arrays) = archive.read_all() else { return };
    assert_eq!(arrays.len(), names.len());
    let named = || arrays.iter().map(|(name, array)| (name.as_str(), array));
    for compression in [NpzCompression::Stored, NpzCompression::Deflated] {
        let mut file = Vec::new();
        if write_npz_to(&mut file, named(), compression).is_err() {
            // Names that are empty or very long can be read, and not written.
            assert!(names.iter().any(|name| name.is_empty() || name.len() > 65_000));
            continue;
        }
        let again = NpzReader::new(Cursor::new(file), NpzLimits::default());
        let again = again.and_then(|mut archive| archive.read_all());
        assert_eq!(again.expect("what was written can be read").len(), arrays.len());
    }
});
