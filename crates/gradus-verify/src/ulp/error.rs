//! Errors in units in the last place.

use super::exact::Exact;

/// A binary floating-point format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    digits: i32,
    least: i32,
    most: i32,
}

pub(super) const SINGLE: Format = Format { digits: 24, least: -126, most: 127 };
pub(super) const DOUBLE: Format = Format { digits: 53, least: -1022, most: 1023 };

/// How far a result is from the exact value, in units in the last place of that value.
///
/// A unit of a subnormal value is the least positive number; infinity counts as the power of two
/// after the largest number, so that an overflow one unit early is an error of one unit. A NaN
/// where a number belongs, the reverse, a wrong infinity and a zero of the wrong sign are
/// infinitely far.
pub(super) fn error(got: f64, exact: Exact, format: Format) -> f64 {
    let Exact { value, exponent } = exact;
    let verdict = |right: bool| if right { 0.0 } else { f64::INFINITY };
    if value.hi.is_nan() || got.is_nan() {
        return verdict(value.hi.is_nan() && got.is_nan());
    }
    if value.hi.is_infinite() {
        return verdict(got == value.hi);
    }
    if value.hi == 0.0 {
        return verdict(got == 0.0 && got.is_sign_negative() == value.hi.is_sign_negative());
    }
    let place = libm::frexp(value.hi).1 - 1 + exponent;
    if place > format.most && got.is_infinite() {
        return verdict(got.is_sign_negative() == value.hi.is_sign_negative());
    }
    let unit = place.clamp(format.least, format.most) - (format.digits - 1);
    let got = if got.is_infinite() {
        libm::scalbn(got.signum(), format.most + 1 - unit)
    } else {
        libm::scalbn(got, -unit)
    };
    let in_units = |x| libm::scalbn(x, exponent - unit);
    ((got - in_units(value.hi)) - in_units(value.lo)).abs()
}

/// The same for an f32 result, from its value to 2⁻⁴⁴, and so to 2⁻¹⁹ units; without branches.
#[inline(always)]
pub(super) fn error_single(got: f32, wide: f64) -> f64 {
    const SIGN_AND_MANTISSA: u64 = !(0x7ff << 52);
    let power = |exponent: i32| ((1023 + exponent) as u64) << 52;
    let top = f64::from_bits(power(SINGLE.most + 1));
    let y = f64::from(got);
    let infinite = y.abs() == f64::INFINITY;
    let within = if wide > top { top } else { wide };
    let within = if within < -top { -top } else { within };
    let (from, to) = if infinite { (top.copysign(y), within) } else { (y, wide) };
    let place = wide.to_bits() & !SIGN_AND_MANTISSA;
    let place = place.clamp(power(SINGLE.least), power(SINGLE.most));
    // 1 over the unit, which is 2^(place − 23).
    let units = f64::from_bits((2046 << 52) - place) * f64::from(1 << (SINGLE.digits - 1));
    let off = (from - to).abs() * units;
    let other_zero = wide == 0.0 && y.to_bits() != wide.to_bits();
    let off = if other_zero { f64::INFINITY } else { off };
    match (y.is_nan(), wide.is_nan()) {
        (false, false) => off,
        (true, true) => 0.0,
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pair::Pair;
    use super::*;

    #[test]
    fn distances_are_counted_in_units_of_the_exact_value() {
        let third = Exact::from(Pair::ONE / Pair::from(3.0));
        let near = error(1.0 / 3.0, third, DOUBLE);
        assert!((near - 1.0 / 3.0).abs() < 1e-12, "{near}");
        let next = error((1.0_f64 / 3.0).next_down(), third, DOUBLE);
        assert!((next - 4.0 / 3.0).abs() < 1e-12, "{next}");
        // 0.4 of the least positive number, rounded down and up.
        let least = Exact { value: Pair::from(0.8), exponent: -1075 };
        assert_eq!(error(0.0, least, DOUBLE), 0.4);
        assert_eq!(error(5e-324, least, DOUBLE), 0.6);
        assert_eq!(error(f64::from(1.0_f32.next_up()), Exact::from(1.0), SINGLE), 1.0);
    }

    #[test]
    fn the_quick_way_for_f32_counts_the_same_units() {
        let top = 2.0_f64.powi(128);
        let numbers = [
            0.0,
            -0.0,
            1e-60,
            f64::from(f32::from_bits(3)) * 1.3,
            f64::from(f32::MIN_POSITIVE) * 0.999,
            f64::from(f32::MIN_POSITIVE) * 1.001,
            1.0,
            std::f64::consts::PI,
            -2.0_f64.next_down(),
            f64::from(f32::MAX),
            top.next_down(),
            top,
            1e60,
            f64::INFINITY,
            f64::NAN,
        ];
        for wide in numbers {
            for near in numbers {
                for step in -3_i32..=3 {
                    let got = f32::from_bits((near as f32).to_bits().wrapping_add_signed(step));
                    let long = error(f64::from(got), Exact::from(wide), SINGLE);
                    let quick = error_single(got, wide);
                    // Far from the value it does not matter how far.
                    let far = long > 1e6 && quick > 1e6;
                    assert!(
                        far || (long - quick).abs() <= 1e-9,
                        "{got:e} for {wide:e}: {long}, {quick}"
                    );
                }
            }
        }
    }

    #[test]
    fn edges_are_right_or_infinitely_wrong() {
        let largest = Exact::from(f64::MAX);
        assert_eq!(error(f64::INFINITY, largest, DOUBLE), 1.0);
        let beyond = Exact { value: Pair::ONE, exponent: 1100 };
        assert_eq!(error(f64::INFINITY, beyond, DOUBLE), 0.0);
        assert!(error(f64::MAX, beyond, DOUBLE) > 2.0);
        for (got, exact) in [
            (f64::NAN, 1.0),
            (1.0, f64::NAN),
            (-0.0, 0.0),
            (5e-324, 0.0),
            (f64::INFINITY, f64::NEG_INFINITY),
            (f64::MAX, f64::INFINITY),
        ] {
            assert_eq!(error(got, exact.into(), DOUBLE), f64::INFINITY, "{got} for {exact}");
        }
    }
}
