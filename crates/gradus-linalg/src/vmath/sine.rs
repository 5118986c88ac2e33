//! Sine and cosine, without branches for arguments up to [`BEYOND`], so that loops over them are
//! vectorised.
//!
//! x = n·π/2 + r with |r| ≤ π/4 (Cody and Waite, *Software Manual for the Elementary Functions*,
//! 1980), where π/2 stands in two or three parts: n·P₁ and x have no bit below 2⁻⁵³ and their
//! difference is below 1, so the fused x − n·P₁ is exact; what is left of n·π/2 is subtracted with
//! its rounding errors. No number is nearer to a multiple of π/2 than 2⁻⁶², so that r has 53 bits
//! and more (J.-M. Muller et al., *Handbook of Floating-Point Arithmetic*, chapter 10).
#![allow(clippy::excessive_precision)] // Constants stand as they were published.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// Larger arguments are rare, and have a way of their own: reduction by all bits of 2/π that
/// matter (M. Payne and R. Hanek, *Radian reduction for trigonometric functions*, SIGNUM Newsletter
/// 18, 1983), in fdlibm's form for f64.
pub(super) const BEYOND: f64 = 1e9;

/// 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// π/2 less its first 53 bits, and less its first 106.
const FRAC_PI_2_SECOND: f64 = 6.123_233_995_736_766e-17;
const FRAC_PI_2_THIRD: f64 = -1.497_384_904_859_169_8e-33;

/// sin r = r + r³·P(r²) on |r| ≤ π/4 (fdlibm's `k_sin.c`).
const SIN: [f64; 6] = [
    -1.666_666_666_666_663_243_48e-1,
    8.333_333_333_322_489_461_24e-3,
    -1.984_126_982_985_794_931_34e-4,
    2.755_731_370_707_006_767_89e-6,
    -2.505_076_025_340_686_341_95e-8,
    1.589_690_995_211_550_102_21e-10,
];
/// cos r = 1 − r²/2 + r⁴·P(r²) (fdlibm's `k_cos.c`).
const COS: [f64; 6] = [
    4.166_666_666_666_660_190_37e-2,
    -1.388_888_888_887_410_957_49e-3,
    2.480_158_728_947_672_941_78e-5,
    -2.755_731_435_139_066_330_35e-7,
    2.087_572_321_298_174_827_90e-9,
    -1.135_964_755_778_819_482_65e-11,
];
/// The same to 2⁻³⁷ and 2⁻³⁴ (FreeBSD's `k_sinf.c` and `k_cosf.c`); the cosine from −r²/2 on.
const SIN_SINGLE: [f64; 4] = [
    -0.166_666_666_416_265_235_595,
    0.008_333_329_385_889_463_175_6,
    -0.000_198_393_348_360_966_317_347,
    0.000_002_718_311_493_989_821_906_4,
];
const COS_SINGLE: [f64; 4] = [
    -0.499_999_997_251_031_003_120,
    0.041_666_623_323_739_063_189_4,
    -0.001_388_676_377_460_992_946_92,
    0.000_024_390_448_796_277_409_065_4,
];

/// Σ cₖ zᵏ.
#[inline(always)]
fn poly<const N: usize>(z: f64, c: [f64; N]) -> f64 {
    let mut sum = c[N - 1];
    for k in (0..N - 1).rev() {
        sum = sum.mul_add(z, c[k]);
    }
    sum
}

/// n, and n + [`ROUND`], in whose low bits it stands.
#[inline(always)]
fn quadrant(x: f64) -> (f64, f64) {
    let rounded = x.mul_add(FRAC_2_PI, ROUND);
    (rounded - ROUND, rounded)
}

/// sin(r + n·π/2) from both functions of r, n being in the low bits.
#[inline(always)]
fn turned(n: u64, sin: f64, cos: f64) -> f64 {
    let y = if n & 1 == 0 { sin } else { cos };
    f64::from_bits(y.to_bits() ^ ((n & 2) << 62))
}

/// sin(x + turns·π/2).
#[inline(always)]
fn double(x: f64, turns: u64) -> f64 {
    let (n, rounded) = quadrant(x);
    let exact = n.mul_add(-FRAC_PI_2, x);
    // n·P₂, exactly, and what rounding takes from the difference.
    let second = n * FRAC_PI_2_SECOND;
    let second_rest = n.mul_add(FRAC_PI_2_SECOND, -second);
    let first = exact - second;
    let part = first - exact;
    let lost = (exact - (first - part)) - (second + part);
    let lost = n.mul_add(-FRAC_PI_2_THIRD, lost - second_rest);
    let r = first + lost;
    let rest = (first - r) + lost;

    let z = r * r;
    let [s0, s @ ..] = SIN;
    let cube = z * r;
    let inner = z.mul_add(cube.mul_add(-poly(z, s), 0.5 * rest), -rest);
    let sin = r - cube.mul_add(-s0, inner);
    let half = 0.5 * z;
    let head = 1.0 - half;
    let cos = head + (((1.0 - head) - half) + r.mul_add(-rest, z * z * poly(z, COS)));
    turned(rounded.to_bits().wrapping_add(turns), sin, cos)
}

#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    let y = double(x, 0);
    // Here x³/6 does not matter, but the sign of zero does.
    if x.abs() < 1e-8 { x } else { y }
}

#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    double(x, 1)
}

/// sin(r + n·π/2) for |r| ≤ π/4, n being in the low bits.
#[inline(always)]
fn single_of(r: f64, n: u64) -> f32 {
    let z = r * r;
    let sin = (z * r).mul_add(poly(z, SIN_SINGLE), r);
    let cos = z.mul_add(poly(z, COS_SINGLE), 1.0);
    turned(n, sin, cos) as f32
}

/// sin(x + turns·π/2), in f64, where two parts of π/2 are enough.
#[inline(always)]
fn single(x: f32, turns: u64) -> f32 {
    let x = f64::from(x);
    let (n, rounded) = quadrant(x);
    let r = n.mul_add(-FRAC_PI_2_SECOND, n.mul_add(-FRAC_PI_2, x));
    single_of(r, rounded.to_bits().wrapping_add(turns))
}

#[inline(always)]
pub(super) fn sin_single(x: f32) -> f32 {
    let y = single(x, 0);
    // Here x³/6 does not matter, but the sign of zero does.
    if x.abs() < 1e-4 { x } else { y }
}

#[inline(always)]
pub(super) fn cos_single(x: f32) -> f32 {
    single(x, 1)
}

/// 2/π = 0.a2f9836e…₁₆ (fdlibm's `k_rem_pio2.c`): bits enough for any f32.
const TWO_OVER_PI: [u64; 4] =
    [0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561];

/// sin(x + turns·π/2) for |x| above [`BEYOND`], by whole numbers.
///
/// With |x| = m·2ᵉ, bits of 2/π of more weight than 2¹⁻ᵉ make whole turns of x·2/π. Of the product
/// with the 128 that follow, two bits count quarter turns and the next 62 are their fraction, with
/// an error below 2⁻⁶¹; no f32 is nearer to a whole number of them than 2⁻³⁰.
#[inline(always)]
fn single_beyond(x: f32, turns: u64) -> f32 {
    if !x.is_finite() {
        return f32::NAN;
    }
    let bits = x.to_bits();
    let (m, e) = ((bits & 0x007f_ffff) | 0x0080_0000, ((bits >> 23) & 0xff) as usize - 150);
    let m = u64::from(m);
    // The bit of weight 2⁻¹ has number 0.
    let (word, shift) = ((e - 2) / 64, (e - 2) % 64);
    let bits_at = |k: usize| {
        let [first, next] = [TWO_OVER_PI[k], TWO_OVER_PI[k + 1]];
        (first << shift) | (next >> 1 >> (63 - shift))
    };
    let below = ((u128::from(m) * u128::from(bits_at(word + 1))) >> 64) as u64;
    let turn = m.wrapping_mul(bits_at(word)).wrapping_add(below);
    let n = turn.wrapping_add(1 << 61) >> 62;
    const UNIT: f64 = FRAC_PI_2 / (1_u64 << 62) as f64;
    let r = turn.wrapping_sub(n << 62) as i64 as f64 * UNIT;
    let (r, n) = if x < 0.0 { (-r, n.wrapping_neg()) } else { (r, n) };
    single_of(r, n.wrapping_add(turns))
}

pub(super) fn sin_single_beyond(x: f32) -> f32 {
    single_beyond(x, 0)
}

pub(super) fn cos_single_beyond(x: f32) -> f32 {
    single_beyond(x, 1)
}
