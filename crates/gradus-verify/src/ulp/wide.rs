//! The functions in f64, to 2⁻⁴⁴ of the value: what f32 results are held against.
//!
//! That is 2⁻²⁰ units in the last place of an f32. Nothing is shared with the kernels: no table, no
//! polynomial and no reduction. Every series is the Taylor series, taken until what is left out is
//! below 2⁻⁵⁰ of the sum; its argument is made small by identities. ε is 2⁻⁵³, the error of one
//! operation. There are no branches, so that the loops are vectorised, but for sine and cosine. A
//! test holds each against [`super::exact`].

use std::f64::consts::{FRAC_2_SQRT_PI, FRAC_PI_2, LN_2, LOG2_E, SQRT_2};

use super::turns;

/// 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 1023 << 52;

/// Σ zᵏ·c(k) for k below N.
#[inline(always)]
fn series<const N: usize>(z: f64, c: impl Fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for k in (0..N).rev() {
        sum = z.mul_add(sum, c(k as f64));
    }
    sum
}

/// 2ⁿ and eʳ − 1 with x = n ln 2 + r, where |x| counts as 300 at most.
///
/// s = r/16 is below 0.022, and s⁹/10! below 2⁻⁷⁰. Each of four doublings of the argument, y(y + 2),
/// adds 2ε, so that eʳ − 1 is off by 12ε at most.
#[inline(always)]
fn exp_parts(x: f64) -> (f64, f64) {
    let x = if x > 300.0 { 300.0 } else { x };
    let x = if x < -300.0 { -300.0 } else { x };
    let rounded = x.mul_add(LOG2_E, ROUND);
    let n = rounded - ROUND;
    let power = f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52);
    // The rest of ln 2 counts, since n is up to 433.
    let r = n.mul_add(-2.3190468138462996e-17, n.mul_add(-LN_2, x));
    let s = r / 16.0;
    let mut tail = 1.0;
    for k in (2..10).rev() {
        tail = (s * tail).mul_add(1.0 / f64::from(k), 1.0);
    }
    let mut y = s * tail;
    for _ in 0..4 {
        y = y * (y + 2.0);
    }
    (power, y)
}

#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let (power, y) = exp_parts(x);
    power.mul_add(y, power)
}

/// Where n ≠ 0, the result is at least 0.29 in size, so that no digit cancels that matters.
#[inline(always)]
pub(super) fn exp_m1(x: f64) -> f64 {
    let (power, y) = exp_parts(x);
    let y = power.mul_add(y, power - 1.0);
    if x == 0.0 { x } else { y }
}

/// k and m with u = 2ᵏ·m, √½ ≤ m ≤ √2, for normal u > 0.
#[inline(always)]
fn split(u: f64) -> (f64, f64) {
    let bits = u.to_bits();
    // An integer below 2⁵² becomes a float in the low bits of 2⁵².
    let k =
        f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits((bits & MANTISSA) | ONE);
    if m > SQRT_2 { (k + 1.0, 0.5 * m) } else { (k, m) }
}

/// k ln 2 + 2 artanh s, |s| < 0.172: s²² is below 2⁻⁵⁵.
#[inline(always)]
fn log_sum(k: f64, s: f64) -> f64 {
    k.mul_add(LN_2, 2.0 * s * series::<11>(s * s, |k| 1.0 / (2.0 * k + 1.0)))
}

#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let (k, m) = split(x);
    let y = log_sum(k, (m - 1.0) / (m + 1.0));
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 { f64::NAN } else { y }
}

#[inline(always)]
pub(super) fn ln_1p(x: f64) -> f64 {
    let (k, m) = split(1.0 + x);
    let near = (-0.29..0.41).contains(&x);
    let k = if near { 0.0 } else { k };
    let s = if near { x / (2.0 + x) } else { (m - 1.0) / (m + 1.0) };
    let y = log_sum(k, s);
    let y = if x == 0.0 { x } else { y };
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == -1.0 { f64::NEG_INFINITY } else { y };
    if x < -1.0 { f64::NAN } else { y }
}

#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    let e = exp_m1(-2.0 * x.abs());
    (-e / (e + 2.0)).copysign(x)
}

#[inline(always)]
pub(super) fn sigmoid(x: f64) -> f64 {
    let e = exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

#[inline(always)]
pub(super) fn softplus(x: f64) -> f64 {
    relu(x) + ln_1p(exp(-x.abs()))
}

/// The compiler (LLVM 22) takes `if x < 0.0 { 0.0 } else { x }` for a maximum where x was an f32,
/// and loses the sign of zero.
#[inline(always)]
pub(super) fn relu(x: f64) -> f64 {
    if x >= 0.0 || x.is_nan() { x } else { 0.0 }
}

/// 2/√π·exp(−x²)·Σ 2ⁿ x²ⁿ⁺¹/(1·3·…·(2n + 1)) (Abramowitz and Stegun 7.1.6): positive terms, whose
/// sum is off by 168ε at most. Beyond 5.5, 1 − erf x is below 2⁻⁴⁶; at 5.5 the terms from the 84th
/// on are below 2⁻⁴⁷ of the sum.
///
/// So many terms are no longer taken apart by the compiler: numbers are taken together by hand.
#[inline(always)]
pub(super) fn erf(x: &[f32], out: &mut [f64]) {
    const LANES: usize = 32;
    for (out, x) in out.chunks_mut(LANES).zip(x.chunks(LANES)) {
        let (mut t, mut sums) = ([0.0; LANES], [1.0; LANES]);
        for (t, &x) in t.iter_mut().zip(x) {
            let a = f64::from(x.abs());
            *t = if a > 5.5 { 5.5 } else { a };
        }
        for n in (0..84).rev() {
            let factor = 2.0 / f64::from(2 * n + 3);
            for (sum, &t) in sums.iter_mut().zip(&t) {
                *sum = (t * t * factor).mul_add(*sum, 1.0);
            }
        }
        for (((out, &x), t), sum) in out.iter_mut().zip(x).zip(t).zip(sums) {
            let y = FRAC_2_SQRT_PI * t * sum * exp(-(t * t));
            *out = (if x.abs() > 5.5 { 1.0 } else { y }).copysign(f64::from(x));
        }
    }
}

/// sin r and cos r for |r| ≤ π/4, where r²⁰/20! is below 2⁻⁶⁷.
#[inline(always)]
fn sin_and_cos(r: f64) -> (f64, f64) {
    let z = r * r;
    let [mut sin, mut cos] = [1.0, 1.0];
    for k in (1..10).rev() {
        let k = 2.0 * f64::from(k);
        sin = (z * sin).mul_add(-1.0 / (k * (k + 1.0)), 1.0);
        cos = (z * cos).mul_add(-1.0 / (k * (k - 1.0)), 1.0);
    }
    (r * sin, cos)
}

/// sin(a + turns·π/2).
#[inline(always)]
fn turned(a: f64, turns: u64) -> f64 {
    let (n, r) = turns::of_single(a);
    let (sin, cos) = sin_and_cos(r);
    let n = n + turns;
    let y = if n & 1 == 0 { sin } else { cos };
    if n & 2 == 0 { y } else { -y }
}

#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    let y = turned(x.abs(), 0);
    if x.is_sign_negative() { -y } else { y }
}

#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    if x.is_finite() { turned(x.abs(), 1) } else { f64::NAN }
}

/// 4 arctan of a quarter of the angle, whose tangent is below 0.2 (a ↦ a/(1 + √(1 + a²)) halves it),
/// of x or of 1/x: 0.2²⁶ is below 2⁻⁶⁰.
#[inline(always)]
pub(super) fn atan(x: f64) -> f64 {
    let t = x.abs();
    let mut a = if t > 1.0 { 1.0 / t } else { t };
    for _ in 0..2 {
        a /= 1.0 + a.mul_add(a, 1.0).sqrt();
    }
    let y = 4.0 * a * series::<13>(-a * a, |k| 1.0 / (2.0 * k + 1.0));
    (if t > 1.0 { FRAC_PI_2 - y } else { y }).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::super::functions::FUNCTIONS;
    use super::super::points;

    #[test]
    fn values_have_44_bits() {
        // Edges, and every 100,003rd bit pattern.
        let mut x = points::edges_f32();
        x.extend((0..u32::MAX / 100_003).map(|i| f32::from_bits(i * 100_003)));
        let mut wide = vec![0.0; x.len()];
        for function in &FUNCTIONS {
            (function.wide)(&x, &mut wide);
            let mut compared = 0;
            for (&x, &got) in x.iter().zip(&wide) {
                let exact = (function.exact)(f64::from(x));
                let (hi, lo) = (exact.value.hi, exact.value.lo);
                let name = function.name;
                if !hi.is_finite() || hi == 0.0 {
                    let same = got.to_bits() == hi.to_bits() || got.is_nan() && hi.is_nan();
                    assert!(same, "{name}({x:e}): {got:e}, not {hi:e}");
                    continue;
                }
                let scaled = |x| libm::scalbn(x, exact.exponent);
                // What is nothing in f32 need not be anything here.
                let far = scaled(hi).abs() > 1e39 && got.abs() > 1e39 || scaled(hi).abs() < 1e-50;
                let off = ((got - scaled(hi)) - scaled(lo)).abs();
                let bound = libm::scalbn(scaled(hi).abs(), -44);
                assert!(far || off <= bound, "{name}({x:e}): {got:e}, off by {off:e}");
                compared += usize::from(!far);
            }
            assert!(compared > 15_000, "{}: {compared}", function.name);
        }
    }
}
