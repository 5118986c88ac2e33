//! Arguments of sine and cosine in quarter turns, by the bits of 2/π and whole numbers alone.
//!
//! With |x| = m·2ᵉ the fraction of x·2/π needs only bits of 2/π from weight 2¹⁻ᵉ down: those above
//! make whole turns (M. Payne and R. Hanek, *Radian reduction for trigonometric functions*, SIGNUM
//! Newsletter 18, 1983).

use std::f64::consts::FRAC_PI_2;

use super::pair::Pair;

/// 2/π = 0.a2f9836e…₁₆: 1344 bits, computed by mpmath 1.3.
const TWO_OVER_PI: [u64; 21] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
    0xa9e3_9161_5ee6_1b08,
];

/// π/2 to 106 bits.
const QUARTER: Pair = Pair { hi: FRAC_PI_2, lo: 6.123233995736766e-17 };

/// 64 bits of 2/π from the one of weight 2⁻ᵐᵒˢᵗ on; those above the point are zeros.
fn bits(first: i32) -> u64 {
    let word = |k: i32| usize::try_from(k).ok().and_then(|k| TWO_OVER_PI.get(k)).map_or(0, |&w| w);
    let (k, shift) = ((first - 1).div_euclid(64), (first - 1).rem_euclid(64));
    let pair = (u128::from(word(k)) << 64) | u128::from(word(k + 1));
    (pair << shift >> 64) as u64
}

/// m and e with a = m·2ᵉ, for a ≥ ½.
fn parts(a: f64) -> (u64, i32) {
    let bits = a.to_bits();
    ((bits & ((1 << 52) - 1)) | (1 << 52), (bits >> 52) as i32 - 1075)
}

/// n mod 4 and r with a = n·π/2 + r, |r| ≤ π/4, for 0 ≤ a < 2¹²⁸ with 24 bits: r to 2⁻⁵² of itself.
///
/// 126 bits of the fraction are kept, of which 24 are lost to the product; no f32 is nearer than 2⁻³⁰
/// to a whole number of quarter turns, so that 72 are left.
#[inline(always)]
pub(super) fn of_single(a: f64) -> (u64, f64) {
    if a < 0.5 {
        return (0, a);
    }
    let (m, e) = parts(a);
    let (m, e) = (m >> 29, e + 29);
    let window = (u128::from(bits(e - 1)) << 64) | u128::from(bits(e + 63));
    let turns = u128::from(m).wrapping_mul(window);
    let n = turns.wrapping_add(1 << 125) >> 126;
    let r = turns.wrapping_sub(n << 126) as i128;
    let [high, low] = [((r >> 64) as i64) as f64, (r as u64) as f64];
    const UNIT: f64 = 1.0 / (1_u128 << 126) as f64;
    let r = (high * (1_u128 << 64) as f64 + low) * UNIT;
    ((n & 3) as u64, r * FRAC_PI_2)
}

/// The same for any finite a ≥ 0: r to 2⁻¹⁰⁰ of itself.
///
/// 254 bits of the fraction are kept, of which 53 are lost to the product, and no f64 is nearer than
/// 2⁻⁶² to a multiple of π/2.
pub(super) fn of_double(a: f64) -> (u64, Pair) {
    if a < 0.5 {
        return (0, Pair::from(a));
    }
    let (m, e) = parts(a);
    // Limbs, the lowest first; what overflows is whole turns.
    let mut turns = [0; 4];
    let mut carry = 0;
    for (k, limb) in turns.iter_mut().enumerate() {
        let sum = u128::from(m) * u128::from(bits(e - 1 + 64 * (3 - k as i32))) + carry;
        (*limb, carry) = (sum as u64, sum >> 64);
    }
    let n = (turns[3] >> 62) + ((turns[3] >> 61) & 1);
    turns[3] = turns[3].wrapping_sub(n << 62);
    let negative = turns[3] >> 63 == 1;
    if negative {
        let mut carry = true;
        for limb in &mut turns {
            (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
        }
    }
    let mut weight = libm::scalbn(1.0, 256 - 254 - 32);
    let mut r = Pair::from(0.0);
    for limb in turns.into_iter().rev() {
        for half in [limb >> 32, limb & 0xffff_ffff] {
            r = r + Pair::from(half as f64 * weight);
            weight *= libm::scalbn(1.0, -32);
        }
    }
    let r = r * QUARTER;
    (n & 3, if negative { -r } else { r })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_start_at_any_bit() {
        assert_eq!(bits(1), TWO_OVER_PI[0]);
        assert_eq!(bits(-2), TWO_OVER_PI[0] >> 3);
        assert_eq!(bits(5), (TWO_OVER_PI[0] << 4) | (TWO_OVER_PI[1] >> 60));
        assert_eq!(bits(65), TWO_OVER_PI[1]);
        assert_eq!(bits(-64), 0);
    }

    #[test]
    fn both_reductions_agree() {
        for k in -2..128 {
            let a = f64::from(libm::scalbnf(1.234_567, k));
            let ((n, r), (m, s)) = (of_single(a), of_double(a));
            assert_eq!(n, m, "{a}");
            assert!((r - s.hi).abs() <= 4e-16 * s.hi.abs(), "{a}: {r} and {s:?}");
        }
    }
}
