//! Where functions are tried: everywhere evenly, and at every edge.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// Arguments near which a result overflows, becomes subnormal or constant, or where the usual
/// algorithms change their branch.
const SPECIAL: [f64; 36] = [
    0.0,
    1e-18,
    1e-9,
    1e-8,
    0.34657,
    0.5,
    0.625,
    LN_2,
    0.75,
    0.84375,
    0.9277,
    1.0,
    1.25,
    1.5,
    2.0,
    2.857142857142857,
    3.0,
    3.92,
    4.0,
    5.92,
    6.0,
    9.01,
    10.0,
    16.63,
    17.0,
    18.5,
    19.06,
    22.0,
    25.0,
    36.74,
    50.0,
    87.33654,
    88.72284,
    103.97208,
    709.782712893384,
    745.1332191019412,
];

/// Numbers this many steps from an edge are tried too.
const NEIGHBOURS: i64 = 4;

fn around(x: f64, add: &mut impl FnMut(f64)) {
    for step in -NEIGHBOURS..=NEIGHBOURS {
        let near = f64::from_bits(x.to_bits().wrapping_add_signed(step));
        add(near);
        add(-near);
    }
}

fn around_f32(x: f32, add: &mut impl FnMut(f32)) {
    for step in -NEIGHBOURS as i32..=NEIGHBOURS as i32 {
        let near = f32::from_bits(x.to_bits().wrapping_add_signed(step));
        add(near);
        add(-near);
    }
}

/// Zeros, infinities, NaNs, special arguments, powers of two with √½ and 1½ times them, and the
/// odd multiples of ½ ln 2, where the exponential's reduction changes; all with neighbours.
fn edge_places() -> Vec<f64> {
    let mut places = SPECIAL.to_vec();
    places.extend([f64::INFINITY, f64::MIN_POSITIVE, f64::MAX]);
    places.extend([f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX)]);
    for k in -1074..=1023 {
        let power = libm::scalbn(1.0, k);
        places.extend([power, power * FRAC_1_SQRT_2, power * 1.5]);
    }
    places.extend((0..1080).map(|k| (f64::from(k) + 0.5) * LN_2));
    places
}

/// Every edge of f64. Stepping past zero and infinity gives NaNs of both signs.
pub(super) fn edges() -> Vec<f64> {
    let mut points = Vec::new();
    edge_places().into_iter().for_each(|x| around(x, &mut |x| points.push(x)));
    points
}

/// Every edge of f32.
pub(super) fn edges_f32() -> Vec<f32> {
    let mut points = Vec::new();
    edge_places().into_iter().for_each(|x| around_f32(x as f32, &mut |x| points.push(x)));
    points.sort_by(f32::total_cmp);
    points.dedup_by_key(|x| x.to_bits());
    points
}

/// Sample i of a fixed sequence: a quarter over all bit patterns, a quarter over the exponents
/// from −60 to 10, half spread evenly over intervals around zero.
pub(super) fn sample(i: u64) -> f64 {
    /// Half-widths of the intervals.
    const WIDTHS: [f64; 4] = [1.0, 8.0, 40.0, 760.0];
    let bits = mix(i);
    match i % 4 {
        0 => f64::from_bits(bits),
        1 => {
            let exponent = 1023 - 60 + (bits >> 52) % 71;
            f64::from_bits((bits & (1 << 63)) | (exponent << 52) | (mix(bits) >> 12))
        }
        _ => {
            let width = WIDTHS[(i / 4 % 4) as usize];
            (bits >> 11) as f64 * libm::scalbn(2.0 * width, -53) - width
        }
    }
}

/// Spreads the bits of a counter (SplitMix64: G. Steele, D. Lea and C. Flood, OOPSLA 2014).
fn mix(i: u64) -> u64 {
    let z = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_infinities_nans_and_subnormal_numbers_are_among_the_edges() {
        let kinds: [fn(f64) -> bool; 6] = [
            |x| x.to_bits() == 0,
            |x| x.to_bits() == 1 << 63,
            |x| x == f64::INFINITY,
            |x| x == f64::NEG_INFINITY,
            |x| x.is_nan() && x.is_sign_negative(),
            |x| x.to_bits() == 1,
        ];
        let edges = edges();
        for (i, kind) in kinds.into_iter().enumerate() {
            assert!(edges.iter().any(|&x| kind(x)), "kind {i} in f64");
            assert!(i == 5 || edges_f32().iter().any(|&x| kind(f64::from(x))), "kind {i} in f32");
        }
        assert!(edges_f32().iter().any(|x| x.to_bits() == 1));
    }
}
