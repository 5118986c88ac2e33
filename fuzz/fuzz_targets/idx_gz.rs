//! Gzipped IDX arrays: arbitrary bytes behind gzip's magic number, and arbitrary bytes compressed.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use gradus_data::read_idx_from;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = read_idx_from(&[&[0x1f, 0x8b], data].concat()[..]);

    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).expect("memory takes every byte");
    let zipped = encoder.finish().expect("memory takes every byte");
    let shape = |bytes: &[u8]| read_idx_from(bytes).ok().map(|array| array.shape);
    // Bytes that are themselves gzip stand apart: their plain reading unpacks them.
    if !data.starts_with(&[0x1f, 0x8b]) {
        assert_eq!(shape(&zipped), shape(data));
    }
});
