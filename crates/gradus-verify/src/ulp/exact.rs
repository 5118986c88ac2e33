//! The functions to 80 bits or more, by arithmetic of pairs: what f64 results are held against.
//!
//! Nothing is shared with the kernels: no table, no polynomial and no choice of ranges. The
//! exponential is a Taylor series of an argument below 2⁻¹⁰ and repeated squaring; the logarithm
//! is Newton's step on it; erf is a series of positive terms. The test compares with mpmath.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LOG2_E};

use super::pair::Pair;

/// value·2^exponent: a result that neither overflows nor loses digits where it is subnormal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exact {
    pub(super) value: Pair,
    pub(super) exponent: i32,
}

impl From<Pair> for Exact {
    fn from(value: Pair) -> Self {
        Self { value, exponent: 0 }
    }
}

impl From<f64> for Exact {
    fn from(value: f64) -> Self {
        Pair::from(value).into()
    }
}

/// ln 2 in three parts.
const LN_2_PAIR: Pair = Pair { hi: LN_2, lo: 2.3190468138462996e-17 };
const LN_2_REST: f64 = 5.707708438416212e-34;
/// 2/√π.
const ERF_SLOPE: Pair = Pair { hi: FRAC_2_SQRT_PI, lo: 1.533545961316588e-17 };
/// Below this, two terms of a power series are exact to 2⁻¹⁰⁰.
const TINY: f64 = 1.0 / (1_u64 << 60) as f64;

/// 2ᵏ, at most 2^±1000, beyond which it makes no difference where this is used.
#[inline(always)]
fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((1023 + k.clamp(-1000, 1000)) as u64) << 52)
}

/// eʳ − 1 for |r| ≤ 0.4 and not tiny.
#[inline(always)]
fn small_exp_m1(r: Pair) -> Pair {
    const HALVINGS: i32 = 9;
    let s = r.scaled(power_of_two(-HALVINGS));
    // |s| < 2⁻¹⁰, so the terms from s⁶/6! on count less than 2⁻⁵⁹ and one number is enough.
    let x = s.hi;
    let tail = (0..5).rev().fold(1.0, |sum, k| 1.0 + sum * x / f64::from(7 + k)) / 720.0;
    let mut sum = Pair::from(1.0 / 120.0);
    sum.lo = (-sum.hi).mul_add(120.0, 1.0) / 120.0;
    sum = sum + Pair::product(tail, x);
    for factorial in [24.0, 6.0, 2.0, 1.0] {
        sum = sum * s + Pair::ONE.over(factorial);
    }
    let mut y = sum * s;
    for _ in 0..HALVINGS {
        y = y * (y + Pair::from(2.0));
    }
    y
}

/// k and r with x = k ln 2 + r.
#[inline(always)]
fn reduce(x: Pair) -> (f64, Pair) {
    let k = (x.hi * LOG2_E).round_ties_even();
    let first = x - Pair::product(k, LN_2_PAIR.hi);
    (k, first - Pair::product(k, LN_2_PAIR.lo) - Pair::from(k * LN_2_REST))
}

#[inline(always)]
fn exp_of(x: Pair) -> Exact {
    let (k, r) = reduce(x);
    let less_one = if r.hi.abs() < TINY { r } else { small_exp_m1(r) };
    Exact { value: Pair::ONE + less_one, exponent: k as i32 }
}

/// eˣ.
#[inline(always)]
pub(super) fn exp(x: f64) -> Exact {
    if x.is_nan() {
        return x.into();
    }
    // Farther out the result is as infinite, or as far below the least subnormal number.
    exp_of(Pair::from(x.clamp(-2000.0, 2000.0)))
}

/// eˣ − 1.
#[inline(always)]
pub(super) fn exp_m1(x: f64) -> Exact {
    if x.is_nan() {
        return x.into();
    }
    if x.abs() < TINY {
        return Pair { hi: x, lo: 0.5 * x * x }.into();
    }
    if x.abs() < 0.3 {
        return small_exp_m1(Pair::from(x)).into();
    }
    let Exact { value, exponent } = exp(x);
    if exponent > 200 {
        return Exact { value, exponent };
    }
    (value.scaled(power_of_two(exponent)) - Pair::ONE).into()
}

/// ln m for a positive normal number.
#[inline(always)]
fn ln_of(m: Pair) -> Pair {
    let (_, mut k) = libm::frexp(m.hi);
    let mut m = m.scaled(power_of_two(-k));
    if m.hi < std::f64::consts::FRAC_1_SQRT_2 {
        m = m.scaled(2.0);
        k -= 1;
    }
    let guess = libm::log(m.hi);
    // m·e^(−guess) − 1, whose logarithm is what the guess lacks.
    let inverse = if guess == 0.0 { Pair::from(0.0) } else { small_exp_m1(Pair::from(-guess)) };
    let d = (m - Pair::ONE) + m * inverse;
    let rest = d - (d * d).scaled(0.5);
    let k = f64::from(k);
    let whole =
        Pair::product(k, LN_2_PAIR.hi) + Pair::product(k, LN_2_PAIR.lo) + Pair::from(k * LN_2_REST);
    whole + (Pair::from(guess) + rest)
}

/// ln x.
#[inline(always)]
pub(super) fn ln(x: f64) -> Exact {
    if x.is_nan() || x < 0.0 {
        return f64::NAN.into();
    }
    if x == 0.0 {
        return f64::NEG_INFINITY.into();
    }
    if x == f64::INFINITY {
        return x.into();
    }
    // Powers of two, so that a subnormal x and the largest ones are normal after scaling.
    let (m, k) = libm::frexp(x);
    if m == 0.5 && k == 1 {
        return 0.0.into();
    }
    if (0..=1).contains(&k) {
        return ln_of(Pair::from(x)).into();
    }
    let k = f64::from(k);
    let whole =
        Pair::product(k, LN_2_PAIR.hi) + Pair::product(k, LN_2_PAIR.lo) + Pair::from(k * LN_2_REST);
    (whole + ln_of(Pair::from(m))).into()
}

/// ln(1 + x).
#[inline(always)]
pub(super) fn ln_1p(x: f64) -> Exact {
    if x.is_nan() || x < -1.0 {
        return f64::NAN.into();
    }
    if x == -1.0 {
        return f64::NEG_INFINITY.into();
    }
    if x.abs() < TINY {
        return Pair { hi: x, lo: -0.5 * x * x }.into();
    }
    // 1 counts nothing here, and what it is added to may be near the largest number.
    if x > 1e200 {
        return ln(x);
    }
    ln_of(Pair::sum(1.0, x)).into()
}

/// tanh x.
#[inline(always)]
pub(super) fn tanh(x: f64) -> Exact {
    let a = x.abs();
    if x.is_nan() {
        return x.into();
    }
    if a < power_of_two(-40) {
        return Pair { hi: x, lo: -x * x * x / 3.0 }.into();
    }
    let e = exp_m1(-2.0 * a).value;
    let y = -e / (e + Pair::from(2.0));
    if x < 0.0 { (-y).into() } else { y.into() }
}

/// 1/(1 + e⁻ˣ).
#[inline(always)]
pub(super) fn sigmoid(x: f64) -> Exact {
    if x.is_nan() {
        return x.into();
    }
    let Exact { value: e, exponent } = exp(-x.abs());
    let below = Pair::ONE + e.scaled(power_of_two(exponent));
    if x < 0.0 { Exact { value: e / below, exponent } } else { (Pair::ONE / below).into() }
}

/// ln(1 + eˣ).
#[inline(always)]
pub(super) fn softplus(x: f64) -> Exact {
    // Beyond 100 the rest is below 2⁻¹⁴⁰ of x.
    if x.is_nan() || x > 100.0 {
        return x.into();
    }
    let Exact { value: e, exponent } = exp(-x.abs());
    let plain = e.scaled(power_of_two(exponent));
    if x > 0.0 {
        return (Pair::from(x) + ln_of(Pair::ONE + plain)).into();
    }
    if exponent >= -20 {
        return ln_of(Pair::ONE + plain).into();
    }
    // t − t²/2 + t³/3 − …, t < 2⁻¹⁹.
    let t = plain.hi;
    let tail = t * t * (1.0 / 3.0 - t * (0.25 - t * 0.2));
    Exact { value: e * (Pair::ONE - plain.scaled(0.5) + Pair::from(tail)), exponent }
}

/// erf x, by 2/√π·exp(−x²)·Σ 2ⁿ x²ⁿ⁺¹/(1·3·…·(2n + 1)) (Abramowitz and Stegun 7.1.6).
#[inline(always)]
pub(super) fn erf(x: f64) -> Exact {
    let a = x.abs();
    if x.is_nan() || x == 0.0 {
        return x.into();
    }
    if a < power_of_two(-40) {
        // Scaled, so that a subnormal x has all digits of its product.
        let scaled = ERF_SLOPE * Pair::from(x * power_of_two(200));
        let value = scaled * Pair { hi: 1.0, lo: -x * x / 3.0 };
        return Exact { value, exponent: -200 };
    }
    if a > 6.0 {
        let y = Pair { hi: 1.0, lo: -libm::erfc(a) };
        return if x < 0.0 { (-y).into() } else { y.into() };
    }
    let square = Pair::product(x, x);
    let mut term = Pair::from(x);
    let mut sum = term;
    let mut odd = 3.0;
    while term.hi.abs() > sum.hi.abs() * power_of_two(-54) {
        term = (term * square.scaled(2.0)).over(odd);
        sum = sum + term;
        odd += 2.0;
    }
    // Of terms that are so small, one number has digits enough.
    let (mut small, mut rest) = (term.hi, 0.0);
    while small.abs() > sum.hi.abs() * power_of_two(-108) {
        small *= 2.0 * square.hi / odd;
        rest += small;
        odd += 2.0;
    }
    sum = sum + Pair::from(rest);
    let Exact { value, exponent } = exp_of(-square);
    Exact { value: ERF_SLOPE * value * sum, exponent }
}

/// max(x, 0), with NaN and −0 kept.
#[inline(always)]
pub(super) fn relu(x: f64) -> Exact {
    if x < 0.0 { 0.0.into() } else { x.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ulp::functions::FUNCTIONS;

    /// Lines of "function, x, hi, lo": computed by mpmath 1.3 with 120 digits.
    const TABLE: &str = include_str!("exact.txt");

    #[test]
    fn results_have_eighty_bits() {
        let mut count = 0;
        for line in TABLE.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let function = FUNCTIONS.iter().find(|f| f.name == fields[0]).unwrap();
            let number = |i: usize| fields[i].parse::<f64>().unwrap();
            let (x, hi, lo, exponent) = (number(1), number(2), number(3), number(4) as i32);
            let got = (function.exact)(x);
            let got = got.value.scaled(power_of_two(got.exponent - exponent));
            let off = got - Pair { hi, lo };
            assert!(off.hi.abs() <= hi.abs() * power_of_two(-80), "{line}: {got:?}, off {off:?}");
            count += 1;
        }
        assert!(count > 150, "{count} lines");
    }
}
