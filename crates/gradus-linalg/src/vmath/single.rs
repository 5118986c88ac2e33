//! Elementary functions of one `f32`, without branches, so that loops over them are vectorised.
#![allow(clippy::excessive_precision)] // Constants stand as they were published.

use std::f32::consts::LOG2_E;

pub(super) use super::arctangent::atan_single as atan;
pub(super) use super::sine::{cos_single as cos, sin_single as sin};
use super::{Function, Rare, sine};

/// The way for arguments that a function without branches has none for.
pub(super) const fn rare(f: Function) -> Option<Rare<f32>> {
    const BEYOND: f32 = sine::BEYOND as f32;
    match f {
        Function::Sin => Some(Rare { beyond: BEYOND, of: sine::sin_single_beyond }),
        Function::Cos => Some(Rare { beyond: BEYOND, of: sine::cos_single_beyond }),
        _ => None,
    }
}

/// 1.5·2²³: adding it rounds to an integer, which then stands in the low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 to 17 bits, so that its product with an exponent is exact, and the rest (fdlibm).
const LN2_HI: f32 = 0.693_138_12;
const LN2_LO: f32 = 9.058_001e-6;
const MANTISSA: u32 = (1 << 23) - 1;
/// The bits of √½ and of 1.
const SQRT_HALF: u32 = 0x3f35_04f3;
const ONE: u32 = 0x3f80_0000;

/// 1/2!, 1/3!, …, 1/7!: the exponential's series, which is exact to 2⁻²⁷ for |r| ≤ ½ ln 2.
const EXP: [f32; 6] = [1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5_040.0];

/// ln((1 + s)/(1 − s)) = 2s + s·z·P(z), z = s² (musl's `logf.c`).
const LOG: [f32; 4] = [0.666_666_63, 0.400_009_72, 0.284_987_87, 0.242_790_79];

/// Σ cₖ zᵏ.
#[inline(always)]
fn poly<const N: usize>(z: f32, c: [f32; N]) -> f32 {
    let mut sum = c[N - 1];
    for k in (0..N - 1).rev() {
        sum = sum.mul_add(z, c[k]);
    }
    sum
}

/// 2ᵏ for the integer k that stands in the low bits of k + [`ROUND`], −126 ≤ k ≤ 127.
#[inline(always)]
fn power_of_two(rounded: f32) -> f32 {
    f32::from_bits(rounded.to_bits().wrapping_add(127) << 23)
}

/// n, r and q with x = n ln 2 + r + (a rest), |r| ≤ ½ ln 2, and eˣ = 2ⁿ(1 + (r + q)).
#[inline(always)]
fn reduce(x: f32) -> (f32, f32, f32) {
    let n = x.mul_add(LOG2_E, ROUND) - ROUND;
    let (hi, lo) = (n.mul_add(-LN2_HI, x), n * LN2_LO);
    let r = hi - lo;
    let rest = (hi - r) - lo;
    (n, r, (r * r).mul_add(poly(r, EXP), rest))
}

/// eˣ, in two steps of scaling, so that subnormal results are rounded once; and what rounding took
/// from it.
#[inline(always)]
fn exp_and_rest(x: f32) -> (f32, f32) {
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let (n, r, q) = reduce(x);
    let half = n.mul_add(0.5, ROUND);
    let other = n - (half - ROUND) + ROUND;
    let (half, other) = (power_of_two(half), power_of_two(other));
    let sum = r + q;
    let y = 1.0 + sum;
    let rest = (1.0 - y) + sum + ((r - sum) + q);
    (y * half * other, rest * half * other)
}

#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    exp_and_rest(x).0
}

#[inline(always)]
pub(super) fn exp_m1(x: f32) -> f32 {
    let y = if x > 89.0 { 89.0 } else { x };
    let y = if y < -25.0 { -25.0 } else { y };
    let (n, r, q) = reduce(y);
    // Half of the power of two, which is finite for the largest results too.
    let half = power_of_two(n - 1.0 + ROUND);
    let y = 2.0 * half.mul_add(q, half.mul_add(r, half - 0.5));
    // The linear range, where halves would lose subnormal bits and the sign of zero.
    if x.abs() < 1e-9 { x } else { y }
}

/// k and m with u = 2ᵏ·m, √½ ≤ m < √2, for normal u > 0.
#[inline(always)]
fn split(u: f32) -> (f32, f32) {
    let bits = u.to_bits().wrapping_add(ONE - SQRT_HALF);
    // An integer below 2²³ becomes a float in the low bits of 2²³.
    let k = f32::from_bits((bits >> 23) | 0x4b00_0000) - (8_388_608.0 + 127.0);
    (k, f32::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF)))
}

/// k ln 2 + ln(1 + f) + c, for √½ ≤ 1 + f < √2.
#[inline(always)]
fn log_sum(k: f32, f: f32, c: f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    let half = 0.5 * f * f;
    s.mul_add(z.mul_add(poly(z, LOG), half), k.mul_add(LN2_LO, c)) - half + f + k * LN2_HI
}

#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    let small = x < f32::MIN_POSITIVE;
    let u = if small { x * 33_554_432.0 } else { x };
    let (k, m) = split(u);
    let y = log_sum(if small { k - 25.0 } else { k }, m - 1.0, 0.0);
    let y = if x < f32::INFINITY { y } else { x };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    if x < 0.0 { f32::NAN } else { y }
}

#[inline(always)]
pub(super) fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    let (k, m) = split(u);
    // What rounding took from u, relative to it.
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let near = k == 0.0;
    let (f, c) = if near { (x, 0.0) } else { (m - 1.0, lost / u) };
    let y = log_sum(k, f, c);
    let y = if x < f32::INFINITY { y } else { x };
    let y = if x == -1.0 { f32::NEG_INFINITY } else { y };
    let y = if x.abs() < 1e-9 { x } else { y };
    if x < -1.0 { f32::NAN } else { y }
}

/// Below 0.625 a polynomial (Cephes' `tanhf.c`), above it 1 − 2/(e²ˣ + 1).
#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let p = poly(z, [-0.333_332_82, 0.133_314_42, -0.053_739_715, 0.020_639_088, -0.005_704_988_7]);
    let e = exp(2.0 * if a > 10.0 { 10.0 } else { a });
    let y = if a < 0.625 { (a * z).mul_add(p, a) } else { 1.0 - 2.0 / (e + 1.0) };
    y.copysign(x)
}

/// e/(1 + e) or 1/(1 + e), with the rounding errors of e and of 1 + e put right, which would
/// add up to more than 2 units.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    let (e, e_rest) = exp_and_rest(-x.abs());
    let sum = 1.0 + e;
    let sum_rest = (1.0 - sum) + e + e_rest;
    let (top, top_rest) = if x < 0.0 { (e, e_rest) } else { (1.0, 0.0) };
    let inverse = 1.0 / sum;
    let y = top * inverse;
    let off = y.mul_add(-sum, top) + y.mul_add(-sum_rest, top_rest);
    off.mul_add(inverse, y)
}

#[inline(always)]
pub(super) fn softplus(x: f32) -> f32 {
    relu(x) + ln_1p(exp(-x.abs()))
}

#[inline(always)]
pub(super) fn relu(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// A polynomial below 0.9277, 1 − exp of a polynomial above it (N. Juffa's single-precision
/// approximations, published on Stack Overflow, question 35148198).
#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let near = poly(
        z,
        [
            1.283_791_66e-1,
            -3.761_253_36e-1,
            1.128_199_25e-1,
            -2.676_813_49e-2,
            4.991_194_23e-3,
            -5.967_617_03e-4,
        ],
    );
    // NaN stays, and what is beyond 4 is 1 in any case.
    let t = if a > 4.0 { 4.0 } else { a };
    let far = poly(
        t,
        [
            -1.287_175_12e-1,
            -6.348_466_87e-1,
            -1.067_778_77e-1,
            2.425_462_19e-2,
            -3.883_964_38e-3,
            3.831_971_26e-4,
            -1.728_534_70e-5,
        ],
    );
    let far = 1.0 - exp(t.mul_add(far, -t));
    let y = if a > 0.927_734_4 { far } else { a.mul_add(near, a) };
    y.copysign(x)
}
