//! Recognising a data set.

use gradus::nalgebra::DMatrix;

use crate::scores::Truth;

/// FNV-1a over the bits of features and truth, in order. Two data sets with the same hash are
/// taken for the same; it guards against honest mistakes, not against forgery.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, *The FNV non-cryptographic hash algorithm*.
pub(crate) fn fingerprint(x: &DMatrix<f32>, truth: &Truth) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    x.iter().for_each(|x| hash.add(&x.to_bits().to_le_bytes()));
    match truth {
        Truth::Classes(codes) => codes.iter().for_each(|code| hash.add(&code.to_le_bytes())),
        Truth::Values(values) => {
            values.iter().for_each(|y| hash.add(&y.to_bits().to_le_bytes()));
        }
    }
    hash.0
}

struct Fnv(u64);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use gradus::nalgebra::{self, dmatrix};

    use super::*;

    /// The test vectors of the FNV reference: "" and "foobar", 64 bits, 1a.
    #[test]
    fn it_is_fnv_1a() {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        hash.add(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }

    #[test]
    fn any_change_shows() {
        let hash = |x: f32, y: f64| fingerprint(&dmatrix![x], &Truth::Values(vec![y]));
        assert_eq!(hash(1.0, 2.0), hash(1.0, 2.0));
        assert_ne!(hash(1.0, 2.0), hash(2.0, 1.0));
        assert_ne!(hash(0.0, 2.0), hash(-0.0, 2.0));
    }
}
