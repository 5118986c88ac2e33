//! Decimal numbers from bytes.

/// Powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// 10ⁿ for the digits of a word.
const SHIFTS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
/// Digits that always fit in a `u64`.
const MOST_DIGITS: usize = 19;
/// Digits of integers that are all an `f64`.
const EXACT_DIGITS: usize = 15;

/// The length that numbers of a text seem to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likely {
    /// At most seven bytes without the sign.
    Short,
    /// More.
    Long,
}

impl Likely {
    /// After a number of this length.
    #[inline(always)]
    pub(crate) fn after(length: usize) -> Self {
        if length <= 8 { Self::Short } else { Self::Long }
    }
}

/// The finite number at the beginning of `bytes`, correctly rounded, and its length.
///
/// `None` if there is none, or one that is written in an unusual way (a plus sign, more than 19
/// digits): the caller then takes the slow path, which settles what it is. `likely` is what the
/// numbers before were like, and only saves time.
#[inline(always)]
pub(crate) fn leading_number(bytes: &[u8], likely: Likely) -> Option<(f64, usize)> {
    let negative = *bytes.first()? == b'-';
    let start = usize::from(negative);
    let quick = match likely {
        Likely::Short => short_number(bytes, start),
        Likely::Long => long_fraction(bytes, start),
    };
    let (magnitude, at) = match quick {
        Some(quick) => quick,
        None => magnitude(bytes, start)?,
    };
    // Whether a number is negative is hard to foretell: no branch.
    Some((f64::from_bits(magnitude.to_bits() | (u64::from(negative) << 63)), at))
}

/// A number without a sign, of at most seven bytes, all of which are looked at together.
#[inline(always)]
fn short_number(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let word = u64::from_le_bytes(*bytes.get(start..)?.first_chunk()?);
    let values = word ^ ZEROS;
    let marks = other_than_digits(values);
    let whole = marks.trailing_zeros() & !7;
    if marks == 0 || (word >> whole) as u8 != b'.' {
        let count = whole as usize / 8;
        let ends = marks != 0 && count > 0 && (word >> whole) as u8 | 0x20 != b'e';
        return ends.then(|| (eight_digits(values << (64 - whole)) as f64, start + count));
    }
    // Without the point the digits stand side by side.
    let below = (1_u64 << whole) - 1;
    let values = (values & below) | ((values >> 8) & !below);
    let marks = marks & (marks - 1);
    let end = marks.trailing_zeros() & !7;
    if marks == 0 || end == 8 || (word >> end) as u8 | 0x20 == b'e' {
        return None;
    }
    let number = eight_digits(values << (72 - end)) as f64;
    Some((number / POWERS[(end - whole) as usize / 8 - 1], start + end as usize / 8))
}

/// A number without a sign, of at most seven digits before the point and at least eight behind it:
/// where each word begins is known before the word in front of it is understood.
#[inline(always)]
fn long_fraction(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let load = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let word = load(start)?;
    let marks = other_than_digits(word ^ ZEROS);
    let whole = marks.trailing_zeros() as usize / 8;
    if marks == 0 || (word >> (8 * whole)) as u8 != b'.' {
        return None;
    }
    let fraction = start + whole + 1;
    let (first, second) = (load(fraction)?, load(fraction + 8)?);
    if other_than_digits(first ^ ZEROS) != 0 {
        return None;
    }
    let (before, _) = word_digits(word);
    let (last, count) = word_digits(second);
    // Seven digits and eight; what wraps later is too long.
    let mantissa = before * SHIFTS[8] + eight_digits(first ^ ZEROS);
    let mut mantissa = mantissa.wrapping_mul(SHIFTS[count]).wrapping_add(last);
    let (mut places, mut at) = (8 + count, fraction + 8 + count);
    if count == 8 {
        (mantissa, at) = digits(bytes, at, mantissa);
        places = at - fraction;
    }
    if whole + places > MOST_DIGITS || matches!(bytes.get(at)?, b'e' | b'E') {
        return None;
    }
    Some((rounded(mantissa, -i32::try_from(places).ok()?)?, at))
}

/// A number without a sign.
#[inline]
fn magnitude(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let (mut mantissa, mut at) = digits(bytes, start, 0);
    let mut count = at - start;
    let mut exponent = 0_i32;
    if bytes.get(at) == Some(&b'.') {
        let (with_fraction, end) = digits(bytes, at + 1, mantissa);
        let places = end - (at + 1);
        (mantissa, at) = (with_fraction, end);
        count += places;
        exponent = -i32::try_from(places).ok()?;
    }
    if count == 0 || (count > MOST_DIGITS && count - zeros(&bytes[start..at]) > MOST_DIGITS) {
        return None;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let (power, end) = power_of_ten(bytes, at + 1)?;
        exponent += power;
        at = end;
    }
    let number = match exponent {
        0 => mantissa as f64,
        -22..=-1 if count <= EXACT_DIGITS => {
            mantissa as f64 / POWERS[exponent.unsigned_abs() as usize]
        }
        1..=22 if count <= EXACT_DIGITS => mantissa as f64 * POWERS[exponent as usize],
        -27..=-1 if let Some(x) = rounded(mantissa, exponent) => x,
        _ => standard(&bytes[start..at])?,
    };
    Some((number, at))
}

/// A number as the standard library reads it.
#[cold]
fn standard(number: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(number).ok()?;
    text.parse::<f64>().ok().filter(|x| x.is_finite())
}

/// The zeros at the beginning of a number, which count as nothing.
#[cold]
fn zeros(number: &[u8]) -> usize {
    let digits = number.iter().filter(|&&byte| byte != b'.');
    digits.take_while(|&&digit| digit == b'0').count()
}

/// Appends the digits from `at` on to `number`; it wraps where there are too many of them.
#[inline(always)]
fn digits(bytes: &[u8], mut at: usize, mut number: u64) -> (u64, usize) {
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let (value, count) = word_digits(u64::from_le_bytes(*word));
        number = number.wrapping_mul(SHIFTS[count]).wrapping_add(value);
        at += count;
        if count < 8 {
            return (number, at);
        }
    }
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|d| *d < 10) {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (number, at)
}

/// The value and the number of the digits at the beginning of a word, whose first byte is its lowest.
#[inline(always)]
fn word_digits(word: u64) -> (u64, usize) {
    let values = word ^ ZEROS;
    let count = other_than_digits(values).trailing_zeros() / 8;
    // Zeros in front push out what follows the digits.
    (eight_digits(values.checked_shl(64 - 8 * count).unwrap_or(0)), count as usize)
}

/// Eight digits 0.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The highest bit of each byte above 9, up to the first that is no ASCII character.
#[inline(always)]
fn other_than_digits(values: u64) -> u64 {
    (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
}

/// The number that eight bytes from 0 to 9 make, the first of them in the lowest byte.
///
/// All at once, with neighbours joined in each of three steps. Source: D. Lemire, *Quickly parsing
/// eight digits*, 2018.
#[inline(always)]
fn eight_digits(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let second = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    first.wrapping_add(second) >> 32
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

/// The powers of five that fit in a `u64`.
const FIVES: usize = 28;

/// ⌊2¹²⁷⁺ᶠ / 5ᵏ⌋ for each k, with the f = ⌊log₂ 5ᵏ⌋ that makes 128 bits of it (127 for k = 0).
const RECIPROCALS: [(u128, u32); FIVES] = reciprocals();

const fn reciprocals() -> [(u128, u32); FIVES] {
    let mut table = [(1 << 127, 0); FIVES];
    let (mut k, mut five) = (1, 5_u128);
    while k < FIVES {
        let f = five.ilog2() + 1;
        // Long division of 2^(127 + f), bit by bit; the first f bits leave it as a remainder.
        let (mut quotient, mut rest, mut bits) = (0_u128, 1_u128 << (f - 1), 0);
        while bits < 128 {
            rest <<= 1;
            quotient <<= 1;
            if rest >= five {
                rest -= five;
                quotient |= 1;
            }
            bits += 1;
        }
        table[k] = (quotient, f);
        five *= 5;
        k += 1;
    }
    table
}

/// mantissa · 10^exponent for an exponent from −27 to 0, to the nearest `f64`; `None` for others,
/// and where 128 bits do not settle the rounding.
///
/// Source: D. Lemire, *Number parsing at a gigabyte per second*, 2021, with a division by 5ᵏ where
/// it has a product.
#[inline(always)]
fn rounded(mantissa: u64, exponent: i32) -> Option<f64> {
    let k = usize::try_from(-exponent).ok()?;
    let &(reciprocal, f) = RECIPROCALS.get(k)?;
    if mantissa == 0 {
        return None;
    }
    let shift = mantissa.leading_zeros();
    let scaled = u128::from(mantissa << shift);
    // The quotient is high ≤ q < high + 2, in units of 2^(−63 − f − shift − k); the highest bit of
    // high is that of 127 or 126.
    let low = (scaled * (reciprocal & u128::from(u64::MAX))) >> 64;
    let high = scaled * (reciprocal >> 64) + low;
    let (upper, lower) = ((high >> 64) as u64, high as u64);
    let carry = (upper >> 63) as u32;
    let spare = 10 + carry;
    let (half, rest) = (1_u64 << (spare - 1), upper & ((1 << spare) - 1));
    if (lower == 0 && rest == half) || (lower == u64::MAX && rest == half - 1) {
        return None;
    }
    let significand = (upper >> spare) + u64::from(rest >= half);
    let power = 1085 + carry - f - shift - k as u32;
    // The leading bit of the significand adds one to the exponent, and a carry another.
    Some(f64::from_bits((u64::from(power) << 52) + significand))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, whatever was expected.
    fn read(bytes: &[u8]) -> Option<(f64, usize)> {
        let number = leading_number(bytes, Likely::Short);
        let bits = |number: Option<(f64, usize)>| number.map(|(x, length)| (x.to_bits(), length));
        assert_eq!(bits(leading_number(bytes, Likely::Long)), bits(number));
        number
    }

    #[test]
    fn the_rest_is_left_alone() {
        assert_eq!(read(b"12.5,3"), Some((12.5, 4)));
        assert_eq!(read(b"-.5e1x"), Some((-5.0, 5)));
        assert_eq!(read(b"5.;"), Some((5.0, 2)));
        assert_eq!(read(b"-0 "), Some((-0.0, 2)));
        assert_eq!(read(b"1234567890123456789"), Some((1_234_567_890_123_456_789.0, 19)));
        for unusual in ["", "-", ".", "+1", "e5", "1e", "1e-", "1e9999", "1e999", "nan", "inf"] {
            assert_eq!(read(unusual.as_bytes()), None, "{unusual}");
        }
    }

    proptest! {
        /// What is taken has the value that the standard library gives it, and nothing is left that
        /// belonged to it: at the end of a text, and with other numbers behind it.
        #[test]
        fn every_bit_is_that_of_the_standard_library(
            text in "-?[0-9]{0,12}(\\.[0-9]{0,12})?(e[-+]?[0-9]{1,3})?",
            long in "-?[0-9]{0,8}\\.0{0,9}[0-9]{6,18}(e[-+]?[0-9]{1,3})?",
            x in any::<f64>(),
        ) {
            let forms = [format!("{x:?}"), format!("{x}"), format!("{:.6}", x % 1e9)];
            for text in [text, long, format!("{}", x % 1e3)].into_iter().chain(forms) {
                for rest in ["", ",0.1234567890123456789"] {
                    if let Some((value, length)) = read(format!("{text}{rest}").as_bytes()) {
                        prop_assert_eq!(length, text.len(), "{}", text);
                        let expected: f64 = text.parse().unwrap();
                        prop_assert_eq!(value.to_bits(), expected.to_bits(), "{}", text);
                    }
                }
            }
        }
    }
}
