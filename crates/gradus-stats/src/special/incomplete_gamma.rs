//! The incomplete gamma function ratios P(a, x) and Q(a, x).
//!
//! NIST Digital Library of Mathematical Functions, chapter 8.

use super::deviance::{deviance, log_gamma, log1p_minus, stirling_error};
use super::quadrature::log_concave_tail;
use super::{LN_SQRT_2PI, Side, Tails};

/// From here on the tails are integrated: series and fraction would take √a steps near x = a.
const LARGE: f64 = 200.0;

/// Far more steps than any argument below [`LARGE`] takes.
const MAX_STEPS: u32 = 100_000;

/// ln(xᵃ e⁻ˣ / Γ(a+1)), a > 0, 0 < x < ∞.
pub(crate) fn log_gamma_kernel(a: f64, x: f64) -> f64 {
    if a < 1.0 {
        a * x.ln() - x - log_gamma(a + 1.0)
    } else {
        -deviance(a, x, a - x) - stirling_error(a) - 0.5 * a.ln() - LN_SQRT_2PI
    }
}

/// P(a, x) below and Q(a, x) above, for a > 0 and x ≥ 0.
pub(crate) fn gamma_tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::all(Side::Upper);
    }
    if x == f64::INFINITY {
        return Tails::all(Side::Lower);
    }
    let kernel = log_gamma_kernel(a, x);
    if a > LARGE {
        return integrated(a, x, kernel);
    }
    if x >= a + 1.0 {
        return Tails::new(Side::Upper, kernel + (a * fraction(a, x)).ln());
    }
    let lower = kernel + series(a, x).ln();
    // Where nearly all lies below, what lies above has its own series.
    if a < 1.0 && lower > -0.7 && x < 1.5 {
        return Tails::new(Side::Upper, small_upper(a, x).ln());
    }
    Tails::new(Side::Lower, lower)
}

/// P(a, x) divided by the kernel: 1 + x/(a+1) + x²/((a+1)(a+2)) + … (8.11.4), x < a + 1.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 0);
    while term > sum * (0.25 * f64::EPSILON) && n < MAX_STEPS {
        n += 1;
        term *= x / (a + f64::from(n));
        sum += term;
    }
    sum
}

/// Γ(a, x) eˣ x⁻ᵃ by Legendre's continued fraction (8.9.2), in Lentz's way, x ≥ a + 1.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut value = d;
    for n in 1..=MAX_STEPS {
        let n = f64::from(n);
        let numerator = n * (a - n);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 0.5 * f64::EPSILON {
            break;
        }
    }
    value
}

/// Q(a, x) = 1 − xᵃ/Γ(a+1) · (1 + a Σ (−x)ⁿ/(n!(a+n))) without cancellation, for small a and x.
fn small_upper(a: f64, x: f64) -> f64 {
    let (mut power, mut sum, mut n) = (1.0, 0.0, 0.0);
    loop {
        n += 1.0;
        power *= -x / n;
        let term = power / (a + n);
        sum += term;
        if term.abs() < 0.25 * f64::EPSILON * f64::abs(sum) || term == 0.0 {
            break;
        }
    }
    let leading = a * x.ln() - log_gamma(a + 1.0);
    -leading.exp_m1() - leading.exp() * a * sum
}

/// Integrates the density from x away from its mode a − 1, which bounds the work for any a.
fn integrated(a: f64, x: f64, kernel: f64) -> Tails {
    // ln of density(x + t) / density(x) = (a−1) ln(1 + t/x) − t.
    let slope = (a - 1.0 - x) / x;
    let log_ratio = |t: f64| (a - 1.0) * log1p_minus(t / x) + slope * t;
    let width = x / a.sqrt();
    let log_density = kernel + (a / x).ln();
    if slope <= 0.0 {
        let area = log_concave_tail(log_ratio, f64::INFINITY, width);
        Tails::new(Side::Upper, log_density + area.ln())
    } else {
        let area = log_concave_tail(|t| log_ratio(-t), x, width);
        Tails::new(Side::Lower, log_density + area.ln())
    }
}
