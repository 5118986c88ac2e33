//! Decimal numbers from bytes.

/// Powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that always fit in a `u64`.
const MOST_DIGITS: usize = 19;
/// The largest integer below which every integer is an `f64`.
const EXACT: u64 = 1 << 53;

/// The finite number at the beginning of `bytes`, correctly rounded, and its length.
///
/// `None` if there is none, or one that is written in an unusual way (a plus sign, more than 19
/// digits): the caller then takes the slow path, which settles what it is.
#[inline]
pub(crate) fn leading_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = *bytes.first()? == b'-';
    let start = usize::from(negative);
    let (mantissa, mut at) = digits(bytes, start, 0);
    let mut count = at - start;
    let (mut mantissa, mut exponent) = (mantissa, 0_i32);
    if bytes.get(at) == Some(&b'.') {
        let (with_fraction, end) = digits(bytes, at + 1, mantissa);
        let places = end - (at + 1);
        (mantissa, at) = (with_fraction, end);
        count += places;
        // More than MOST_DIGITS places are refused below.
        exponent = -(places.min(MOST_DIGITS + 1) as i32);
    }
    if count == 0 || count > MOST_DIGITS {
        return None;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let (power, end) = power_of_ten(bytes, at + 1)?;
        exponent += power;
        at = end;
    }
    let magnitude = match (mantissa, exponent) {
        (0..=EXACT, -22..=-1) => mantissa as f64 / POWERS[exponent.unsigned_abs() as usize],
        (0..=EXACT, 0..=22) => mantissa as f64 * POWERS[exponent as usize],
        _ => {
            let text = std::str::from_utf8(&bytes[start..at]).ok()?;
            text.parse::<f64>().ok().filter(|x| x.is_finite())?
        }
    };
    Some((if negative { -magnitude } else { magnitude }, at))
}

/// Appends the digits from `at` on to `number`; it wraps where there are too many of them.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut number: u64) -> (u64, usize) {
    while let Some(eight) = bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()) {
        let Some(value) = eight_digits(u64::from_le_bytes(eight)) else { break };
        number = number.wrapping_mul(100_000_000).wrapping_add(value);
        at += 8;
    }
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|d| *d < 10) {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (number, at)
}

/// The value of eight digits, the first in the lowest byte; `None` if one is no digit.
///
/// All at once, with neighbours joined in each of three steps. Source: D. Lemire, *Quickly parsing
/// eight digits*, 2018.
#[inline]
fn eight_digits(chunk: u64) -> Option<u64> {
    let low = chunk.wrapping_sub(0x3030_3030_3030_3030);
    let high = chunk.wrapping_add(0x4646_4646_4646_4646);
    if (low | high) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = low.wrapping_mul(10).wrapping_add(low >> 8);
    let first = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let second = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    Some(first.wrapping_add(second) >> 32)
}

/// The exponent that begins at `at`; `None` if it is not one, or beyond ±999.
fn power_of_ten(bytes: &[u8], at: usize) -> Option<(i32, usize)> {
    let (sign, start) = match bytes.get(at)? {
        b'-' => (-1, at + 1),
        b'+' => (1, at + 1),
        _ => (1, at),
    };
    let (power, end) = digits(bytes, start, 0);
    (1..=3).contains(&(end - start)).then_some((sign * power as i32, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_rest_is_left_alone() {
        assert_eq!(leading_number(b"12.5,3"), Some((12.5, 4)));
        assert_eq!(leading_number(b"-.5e1x"), Some((-5.0, 5)));
        assert_eq!(leading_number(b"5.;"), Some((5.0, 2)));
        assert_eq!(leading_number(b"-0 "), Some((-0.0, 2)));
        assert_eq!(leading_number(b"1234567890123456789"), Some((1_234_567_890_123_456_789.0, 19)));
        for unusual in ["", "-", ".", "+1", "e5", "1e", "1e-", "1e9999", "1e999", "nan", "inf"] {
            assert_eq!(leading_number(unusual.as_bytes()), None, "{unusual}");
        }
    }

    proptest! {
        /// Where a text is taken whole, its value is that of the standard library.
        #[test]
        fn every_bit_is_that_of_the_standard_library(
            text in "-?[0-9]{0,12}(\\.[0-9]{0,12})?(e[-+]?[0-9]{1,3})?",
            x in any::<f64>(),
        ) {
            for text in [text, format!("{x:?}"), format!("{x}"), format!("{:.6}", x % 1e9)] {
                if let Some((value, length)) = leading_number(text.as_bytes()) {
                    let expected: f64 = text[..length].parse().unwrap();
                    prop_assert_eq!(value.to_bits(), expected.to_bits(), "{}", text);
                }
            }
        }
    }
}
