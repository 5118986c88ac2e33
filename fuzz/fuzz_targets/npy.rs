//! NPY arrays from arbitrary bytes; what is read is written, and read again the same.
#![no_main]

use gradus_data::{read_npy_from, write_npy_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(array) = read_npy_from(data) else { return };
    assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
    let _ = array.to_matrix::<f32>();
    let _ = array.to_vec::<f64>();
    let mut bytes = Vec::new();
    write_npy_to(&mut bytes, &array).expect("what was read can be written");
    let again = read_npy_from(&bytes[..]).expect("what was written can be read");
    assert_eq!((&again.shape, again.order), (&array.shape, array.order));
    // NaN differs from itself: bytes are compared.
    let mut twice = Vec::new();
    write_npy_to(&mut twice, &again).expect("what was read can be written");
    assert_eq!(bytes, twice);
});
