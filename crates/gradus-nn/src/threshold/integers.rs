//! Floating-point numbers as the exact integers that they stand for.

use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_bigint::Sign;

/// Columns of integers, each with an exponent: entry · 2^exponent is the number.
pub(super) struct IntegerColumns {
    /// The integers, column by column.
    pub(super) columns: Vec<Vec<BigInt>>,
    /// The exponent of each column.
    pub(super) exponents: Vec<i64>,
}

/// Every column of a matrix of finite numbers, without rounding: each number is an integer times a
/// power of two, and a column takes the least of its powers.
pub(super) fn integer_columns(x: &DMatrix<f64>) -> IntegerColumns {
    let mut integers = IntegerColumns { columns: Vec::new(), exponents: Vec::new() };
    for column in x.column_iter() {
        let (entries, exponent) = integers_of(column.iter().copied());
        integers.columns.push(entries);
        integers.exponents.push(exponent);
    }
    integers
}

/// Finite numbers as integers times one power of two, the greatest that does.
pub(super) fn integers_of(numbers: impl Iterator<Item = f64>) -> (Vec<BigInt>, i64) {
    let parts: Vec<(i64, i64)> = numbers.map(mantissa_and_exponent).collect();
    let nonzero = parts.iter().filter(|(mantissa, _)| *mantissa != 0);
    let least = nonzero.map(|&(_, exponent)| exponent).min().unwrap_or(0);
    let integer = |&(mantissa, exponent): &(i64, i64)| match mantissa {
        0 => BigInt::ZERO,
        _ => BigInt::from(mantissa) << (exponent - least),
    };
    (parts.iter().map(integer).collect(), least)
}

/// A finite number as an odd integer (or 0) times a power of two.
fn mantissa_and_exponent(x: f64) -> (i64, i64) {
    const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    /// The exponent of the last bit of a subnormal number.
    const LEAST_EXPONENT: i64 = -1074;
    let bits = x.to_bits();
    let fraction = (bits & ((1 << FRACTION_BITS) - 1)) as i64;
    let biased = (bits >> FRACTION_BITS & 0x7FF) as i64;
    let (mantissa, exponent) = match biased {
        0 => (fraction, LEAST_EXPONENT),
        _ => (fraction | 1 << FRACTION_BITS, LEAST_EXPONENT + biased - 1),
    };
    if mantissa == 0 {
        return (0, 0);
    }
    let zeros = mantissa.trailing_zeros();
    let odd = mantissa >> zeros;
    (if x < 0.0 { -odd } else { odd }, exponent + i64::from(zeros))
}

/// v · 2^exponent to within two roundings, for an exponent that leaves it in range.
pub(super) fn double(v: &BigInt, exponent: i64) -> f64 {
    /// Bits that are kept: more than a double has, less than overflow.
    const KEPT: u64 = 512;
    let dropped = v.bits().saturating_sub(KEPT);
    let digits = (v.magnitude() >> dropped).to_u64_digits();
    let magnitude = digits.iter().rev().fold(0.0, |sum, &d| sum * 2.0_f64.powi(64) + d as f64);
    let sign = if v.sign() == Sign::Minus { -1.0 } else { 1.0 };
    sign * times_power_of_two(magnitude, exponent.saturating_add_unsigned(dropped))
}

/// x · 2^exponent, also where the power alone would overflow or vanish.
fn times_power_of_two(x: f64, exponent: i64) -> f64 {
    let mut x = x;
    let mut rest = exponent.clamp(-4000, 4000);
    while rest != 0 {
        let step = rest.clamp(-500, 500);
        x *= 2.0_f64.powi(step as i32);
        rest -= step;
    }
    x
}

/// a / b for b > 0, to within a few roundings.
pub(super) fn ratio(a: &BigInt, b: &BigInt) -> f64 {
    let shift = i64::try_from(a.bits().max(b.bits())).unwrap_or(i64::MAX);
    // Both are below 1 now; the shift falls out of the quotient.
    let (small_a, small_b) = (double(a, -shift), double(b, -shift));
    if small_b > 0.0 { small_a / small_b } else { double(a, 0) / double(b, 0) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_taken_apart() {
        for (x, parts) in [
            (0.0, (0, 0)),
            (-0.0, (0, 0)),
            (6.0, (3, 1)),
            (-0.375, (-3, -3)),
            (f64::from_bits(1), (1, -1074)),
            (f64::MIN_POSITIVE, (1, -1022)),
            (f64::MAX, ((1 << 53) - 1, 971)),
        ] {
            assert_eq!(mantissa_and_exponent(x), parts, "{x:e}");
        }
        let (integers, exponent) = integers_of([0.5, 3.0, 0.0].into_iter());
        assert_eq!((integers, exponent), ([1, 6, 0].map(BigInt::from).to_vec(), -1));
        assert_eq!(ratio(&BigInt::from(-3), &BigInt::from(4)), -0.75);
        let huge = BigInt::from(7) << 5000;
        assert_eq!(ratio(&huge, &(&huge * 2)), 0.5);
    }

    proptest! {
        #[test]
        fn integers_stand_for_the_same_numbers(bits in any::<[u64; 3]>()) {
            let numbers = bits.map(f64::from_bits);
            prop_assume!(numbers.iter().all(|x| x.is_finite()));
            let (integers, exponent) = integers_of(numbers.into_iter());
            for (integer, x) in integers.iter().zip(numbers) {
                let found = double(integer, exponent);
                // Two roundings at most.
                let close = (found - x).abs() <= 2.0 * f64::EPSILON * x.abs();
                prop_assert!(close, "{} for {}", found, x);
            }
        }
    }
}
