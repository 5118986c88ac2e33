//! The frame around a payload: magic, version, kind, length, checksum.

use crate::IoError;

/// How every model file begins.
pub(crate) const MAGIC: [u8; 8] = *b"\x89GRADUS\n";
const VERSION: u16 = 1;
const HEADER: usize = 20;
const CHECKSUM: usize = 4;

/// The largest payload of a model file, in bytes: 256 MiB, or 64 million parameters of type `f32`.
pub const MAX_PAYLOAD: usize = 1 << 28;

/// The largest model file.
pub(crate) const MAX_FILE: u64 = (HEADER + MAX_PAYLOAD + CHECKSUM) as u64;

/// What a payload holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Network,
    Linear,
}

impl Kind {
    fn code(self) -> u16 {
        match self {
            Self::Network => 1,
            Self::Linear => 2,
        }
    }

    fn from_code(code: u16) -> Result<Self, IoError> {
        match code {
            1 => Ok(Self::Network),
            2 => Ok(Self::Linear),
            found => Err(IoError::Kind { found }),
        }
    }
}

/// The file around a payload.
pub(crate) fn wrap(kind: Kind, payload: &[u8]) -> Result<Vec<u8>, IoError> {
    if payload.len() > MAX_PAYLOAD {
        return Err(IoError::TooLarge { bytes: payload.len() as u64, max: MAX_PAYLOAD as u64 });
    }
    let mut bytes = Vec::with_capacity(HEADER + payload.len() + CHECKSUM);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&kind.code().to_le_bytes());
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    Ok(bytes)
}

/// The payload of a file, whose frame is in order.
pub(crate) fn unwrap(bytes: &[u8]) -> Result<(Kind, &[u8]), IoError> {
    let found = bytes.len() as u64;
    let shared = bytes.len().min(MAGIC.len());
    if shared == 0 || bytes[..shared] != MAGIC[..shared] {
        return Err(IoError::NotAModel);
    }
    let mut rest = &bytes[shared..];
    let header = (u16_from(&mut rest), u16_from(&mut rest), u64_from(&mut rest));
    let (Some(version), Some(kind), Some(length)) = header else {
        let expected = (HEADER + CHECKSUM) as u64;
        return Err(IoError::Truncated { expected, found });
    };
    if version != VERSION {
        return Err(IoError::Version { found: version, known: VERSION });
    }
    let kind = Kind::from_code(kind)?;
    if length > MAX_PAYLOAD as u64 {
        return Err(IoError::TooLarge { bytes: length, max: MAX_PAYLOAD as u64 });
    }
    let expected = (HEADER + CHECKSUM) as u64 + length;
    if found < expected {
        return Err(IoError::Truncated { expected, found });
    }
    if found > expected {
        return Err(IoError::Trailing { expected, found });
    }
    let Some((covered, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else {
        return Err(IoError::Truncated { expected, found });
    };
    let (expected, found) = (crc32fast::hash(covered), u32::from_le_bytes(*checksum));
    if expected != found {
        return Err(IoError::Checksum { expected, found });
    }
    Ok((kind, &covered[HEADER..]))
}

fn u16_from(bytes: &mut &[u8]) -> Option<u16> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u16::from_le_bytes(*first))
}

fn u64_from(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with a right checksum around anything.
    fn framed(version: u16, kind: u16, length: u64, payload: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(version.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(payload);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    #[test]
    fn a_payload_comes_back() {
        let bytes = wrap(Kind::Network, b"payload").unwrap();
        assert_eq!(bytes, framed(1, 1, 7, b"payload"));
        assert_eq!(unwrap(&bytes).unwrap(), (Kind::Network, &b"payload"[..]));
        let bytes = wrap(Kind::Linear, b"").unwrap();
        assert_eq!(bytes, framed(1, 2, 0, b""));
        assert_eq!(unwrap(&bytes).unwrap(), (Kind::Linear, &b""[..]));
    }

    #[test]
    fn each_part_of_the_frame_is_checked() {
        let error = |bytes: &[u8]| unwrap(bytes).unwrap_err();
        assert!(matches!(error(b""), IoError::NotAModel));
        assert!(matches!(error(b"species,length\n"), IoError::NotAModel));
        assert!(matches!(error(&MAGIC), IoError::Truncated { expected: 24, found: 8 }));
        assert!(matches!(error(&framed(2, 1, 0, b"")), IoError::Version { found: 2, known: 1 }));
        assert!(matches!(error(&framed(0, 1, 0, b"")), IoError::Version { found: 0, known: 1 }));
        assert!(matches!(error(&framed(1, 9, 0, b"")), IoError::Kind { found: 9 }));
        assert!(matches!(error(&framed(1, 1, 5, b"four")), IoError::Truncated { .. }));
        assert!(matches!(error(&framed(1, 1, 3, b"four")), IoError::Trailing { .. }));
        let huge = framed(1, 1, u64::MAX, b"four");
        assert!(matches!(error(&huge), IoError::TooLarge { bytes: u64::MAX, .. }));
        let mut altered = framed(1, 1, 4, b"four");
        altered[21] ^= 1;
        assert!(matches!(error(&altered), IoError::Checksum { .. }));
    }

    /// The check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms by G. Cook.
    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
    }
}
