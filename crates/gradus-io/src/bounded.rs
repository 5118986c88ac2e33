//! Bincode, bounded by the size of what it reads.

use bincode::config::standard;
use bincode::error::DecodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::IoError;

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, IoError> {
    bincode::serde::encode_to_vec(value, standard())
        .map_err(|error| IoError::Payload { reason: error.to_string() })
}

/// The value that takes all of `bytes`.
///
/// A text is allocated by its announced length before its bytes are read; the limit keeps that
/// within a constant times the size of the input. It counts a number as eight bytes, of which
/// short ones take one.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, IoError> {
    let decoded = match bytes.len() {
        0..0x2000 => within::<T, 0x1_0000>(bytes),
        0x2000..0x2_0000 => within::<T, 0x10_0000>(bytes),
        0x2_0000..0x20_0000 => within::<T, 0x100_0000>(bytes),
        0x20_0000..0x200_0000 => within::<T, 0x1000_0000>(bytes),
        _ => within::<T, 0x7fff_ffff>(bytes),
    };
    let payload = |reason: String| IoError::Payload { reason };
    let (value, read) = decoded.map_err(|error| payload(error.to_string()))?;
    if read != bytes.len() {
        return Err(payload(format!("{} bytes follow its end", bytes.len() - read)));
    }
    Ok(value)
}

fn within<T: DeserializeOwned, const LIMIT: usize>(
    bytes: &[u8],
) -> Result<(T, usize), DecodeError> {
    bincode::serde::decode_from_slice(bytes, standard().with_limit::<LIMIT>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_are_read() {
        let bytes = encode(&("text".to_owned(), vec![1_u64, 300])).unwrap();
        assert_eq!(decode::<(String, Vec<u64>)>(&bytes).unwrap().1, [1, 300]);
        assert!(decode::<String>(&bytes).is_err());
    }

    #[test]
    fn announced_lengths_are_not_believed() {
        // A text of 2⁶⁴ − 1 bytes, and one of 1 GiB.
        for length in [u64::MAX, 1 << 30] {
            let mut bytes = vec![253];
            bytes.extend(length.to_le_bytes());
            assert!(matches!(decode::<String>(&bytes), Err(IoError::Payload { .. })));
            assert!(matches!(decode::<Vec<f64>>(&bytes), Err(IoError::Payload { .. })));
        }
    }

    #[test]
    fn every_size_has_a_limit_that_admits_it() {
        for size in [0x800_usize, 0x8000, 0x8_0000, 0x80_0000] {
            // Numbers of one byte each are the dearest content.
            let values = vec![7_u64; size];
            let bytes = encode(&values).unwrap();
            assert_eq!(decode::<Vec<u64>>(&bytes).unwrap(), values);
        }
    }
}
