//! IDX arrays from arbitrary bytes, plain (or gzipped, if the fuzzer finds the magic number).
#![no_main]

use gradus_data::read_idx_from;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(array) = read_idx_from(data) {
        assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
    }
});
