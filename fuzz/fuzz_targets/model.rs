//! Models from arbitrary payloads in a frame that is in order. The first byte is the kind.
#![no_main]

use gradus_io::{from_bytes, to_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = from_bytes(data);
    let Some((&kind, payload)) = data.split_first() else { return };
    let mut bytes = b"\x89GRADUS\n\x01\x00".to_vec();
    bytes.extend([kind, 0]);
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    if let Ok(model) = from_bytes(&bytes) {
        assert!(to_bytes(&model).is_ok());
    }
});
