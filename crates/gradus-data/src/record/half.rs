//! IEEE 754 half precision, `binary16`: 1 bit of sign, 5 of exponent, 10 of fraction.

/// The bits of the half nearest to a number, ties to even; `None` if a finite number is too large.
///
/// The number is m·2ᵉ with 1 ≤ m < 2; a half holds multiples of 2^(e−10), but of 2⁻²⁴ at least.
pub(super) fn to_bits(value: f64) -> Option<u16> {
    let sign = u16::from(value.is_sign_negative()) << 15;
    let magnitude = value.abs();
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // From here on rounding leads to 2¹⁶.
    if magnitude >= 65520.0 {
        return None;
    }
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
    // Both the scale and the product are exact: powers of two in the range of f64.
    let steps = (magnitude * 2_f64.powi(10 - exponent)).round_ties_even() as u16;
    // 2¹⁰ steps are the implicit leading bit; 2¹¹ of them carry into the exponent, as they should.
    let biased = (exponent + 14) as u16;
    Some(sign | ((biased << 10) + steps))
}

/// The number that the bits of a half stand for.
pub(super) fn from_bits(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        biased => (1024.0 + fraction) * 2_f64.powi(i32::from(biased) - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every half is read and written back, but for the payload of a NaN.
    #[test]
    fn all_halves_survive() {
        for bits in 0..=u16::MAX {
            let value = from_bits(bits);
            if value.is_nan() {
                assert_eq!(to_bits(value), Some((bits & 0x8000) | 0x7e00));
            } else {
                assert_eq!(to_bits(value), Some(bits), "{value:e}");
            }
        }
    }

    /// Between two neighbours the nearer one wins, and the even one at the midpoint.
    #[test]
    fn rounding_is_to_the_nearest_even() {
        for bits in 0..0x7bff_u16 {
            let (low, high) = (from_bits(bits), from_bits(bits + 1));
            let middle = (low + high) / 2.0;
            let even = if bits % 2 == 0 { bits } else { bits + 1 };
            assert_eq!(to_bits(middle), Some(even));
            assert_eq!(to_bits(middle.next_down()), Some(bits));
            assert_eq!(to_bits(-middle.next_up()), Some(0x8000 | (bits + 1)));
        }
    }

    /// Published limits of binary16 (IEEE 754-2019, table 3.5).
    #[test]
    fn limits_are_those_of_the_standard() {
        assert_eq!(from_bits(0x7bff), 65504.0);
        assert_eq!(from_bits(0x0400), 2_f64.powi(-14));
        assert_eq!(from_bits(0x0001), 2_f64.powi(-24));
        assert_eq!(to_bits(65520.0_f64.next_down()), Some(0x7bff));
        assert_eq!(to_bits(65520.0), None);
        assert_eq!(to_bits(-1e300), None);
        assert_eq!(to_bits(2_f64.powi(-25)), Some(0));
        assert_eq!(to_bits(f64::from_bits(1)), Some(0));
    }
}
