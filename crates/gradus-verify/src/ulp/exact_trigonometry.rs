//! Sine, cosine and inverse tangent to 80 bits or more, by arithmetic of pairs.
//!
//! Sine and cosine are power series of what whole-number arithmetic leaves of the argument; the
//! inverse tangent is Newton's step on them.

use super::exact::Exact;
use super::pair::Pair;
use super::turns;

/// Below this, two terms of a power series are exact to 2⁻¹⁰⁰.
const TINY: f64 = 1.0 / (1_u64 << 40) as f64;

/// Σ (−z)ᵏ/((from + 1)·…·(from + 2k)): the series of sine (1) and of cosine (0) in z = r².
#[inline(always)]
fn series(z: Pair, from: f64) -> Pair {
    // The terms from r²⁸/28! on count less than 2⁻¹⁰⁵.
    let mut sum = Pair::ONE;
    for k in (1..14).rev() {
        let first = from + 2.0 * f64::from(k) - 1.0;
        sum = Pair::ONE - (sum * z).over(first * (first + 1.0));
    }
    sum
}

/// sin a and cos a, for finite a ≥ 0.
#[inline(always)]
fn both(a: f64) -> (Pair, Pair) {
    let (n, r) = turns::of_double(a);
    let z = r * r;
    let (sin, cos) = (r * series(z, 1.0), series(z, 0.0));
    match n {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// sin x.
#[inline(always)]
pub(super) fn sin(x: f64) -> Exact {
    if !x.is_finite() {
        return f64::NAN.into();
    }
    if x.abs() < TINY {
        return Pair { hi: x, lo: -x * x * x / 6.0 }.into();
    }
    let y = both(x.abs()).0;
    if x < 0.0 { (-y).into() } else { y.into() }
}

/// cos x.
#[inline(always)]
pub(super) fn cos(x: f64) -> Exact {
    if !x.is_finite() {
        return f64::NAN.into();
    }
    if x.abs() < TINY {
        return Pair { hi: 1.0, lo: -0.5 * x * x }.into();
    }
    both(x.abs()).1.into()
}

/// arctan x.
#[inline(always)]
pub(super) fn atan(x: f64) -> Exact {
    if x.is_nan() {
        return x.into();
    }
    let a = x.abs();
    if a < TINY {
        return Pair { hi: x, lo: -x * x * x / 3.0 }.into();
    }
    let guess = libm::atan(a);
    let (sin, cos) = both(guess);
    // The tangent of what the guess lacks, (a − tan g)/(1 + a·tan g), is as good as its arc.
    let lacking = if a <= 1.0 {
        let a = Pair::from(a);
        (a * cos - sin) / (cos + a * sin)
    } else {
        let inverse = Pair::ONE / Pair::from(a.min(1e300));
        (cos - inverse * sin) / (inverse * cos + sin)
    };
    let y = Pair::from(guess) + lacking;
    if x < 0.0 { (-y).into() } else { y.into() }
}
