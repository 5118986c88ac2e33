//! Distance in units in the last place.

/// The number of `f64` steps from `a` to `b`: 0 for equal values, 1 for neighbours.
///
/// −0 and +0 are the same value; ∞ is one step beyond the largest finite value. NaN is at distance
/// 0 from NaN and `u64::MAX` from anything else.
///
/// # Examples
///
/// ```
/// use gradus_testkit::ulp_distance;
///
/// assert_eq!(ulp_distance(1.0, 1.0 + f64::EPSILON), 1);
/// assert_eq!(ulp_distance(-f64::from_bits(1), f64::from_bits(1)), 2);
/// ```
pub fn ulp_distance(a: f64, b: f64) -> u64 {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => position(a).abs_diff(position(b)),
        _ => u64::MAX,
    }
}

/// The number of `f32` steps from `a` to `b`; see [`ulp_distance`].
///
/// # Examples
///
/// ```
/// use gradus_testkit::ulp_distance_f32;
///
/// assert_eq!(ulp_distance_f32(1.0, 1.0 - f32::EPSILON), 2);
/// assert_eq!(ulp_distance_f32(f32::MAX, f32::INFINITY), 1);
/// ```
pub fn ulp_distance_f32(a: f32, b: f32) -> u32 {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => position_f32(a).abs_diff(position_f32(b)),
        _ => u32::MAX,
    }
}

/// The place of `x` in the order of all values, counted from 0.
fn position(x: f64) -> i64 {
    let magnitude = (x.to_bits() & !(1 << 63)) as i64;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

fn position_f32(x: f32) -> i32 {
    let magnitude = (x.to_bits() & !(1 << 31)) as i32;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_infinities_and_nan() {
        assert_eq!(ulp_distance(0.0, -0.0), 0);
        assert_eq!(ulp_distance(f64::MAX, f64::INFINITY), 1);
        assert_eq!(ulp_distance(f64::NAN, f64::NAN), 0);
        assert_eq!(ulp_distance(f64::NAN, 1.0), u64::MAX);
        assert_eq!(ulp_distance_f32(0.0, -0.0), 0);
        assert_eq!(ulp_distance_f32(1.0, f32::NAN), u32::MAX);
        // All finite f32 lie between these: 2·(255·2²³) steps.
        assert_eq!(ulp_distance_f32(f32::NEG_INFINITY, f32::INFINITY), 510 << 23);
    }

    #[test]
    fn neighbours_across_a_power_of_two() {
        for x in [1.0, -1.0, 2.0, 1e-310, 1e300] {
            assert_eq!(ulp_distance(x, f64::next_up(x)), 1);
            assert_eq!(ulp_distance(f64::next_down(x), f64::next_up(x)), 2);
        }
    }
}
