//! The regularised incomplete beta function.
//!
//! NIST Digital Library of Mathematical Functions, 8.17; the continued fraction is that of
//! A. DiDonato and A. Morris, "Algorithm 708" (1992).

use super::deviance::{deviance, log_gamma, log1p_minus, stirling_error};
use super::quadrature::log_concave_tail;
use super::{LN_SQRT_2PI, Side, Tails};

/// Where both parameters are above it the tails are integrated: the fraction would take
/// √min(a, b) steps near the mean.
const LARGE: f64 = 200.0;

/// Far more steps than any argument takes.
const MAX_STEPS: u32 = 100_000;

/// ln(xᵃ yᵇ / B(a, b)) for a, b > 0 and x + y = 1, both given because either may be tiny.
pub(crate) fn log_beta_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    if a.min(b) < 1.0 {
        return log_kernel_small(a, b, x, y);
    }
    let excess = balance(a, b, x, y);
    stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x, excess)
        - deviance(b, n * y, -excess)
        + 0.5 * (a.ln() + (b / n).ln())
        - LN_SQRT_2PI
}

/// The same where a parameter is below 1.
fn log_kernel_small(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    // ln of Γ(large + small)/Γ(large), which for a large one is a difference of giants.
    let growth = if large < 10.0 {
        log_gamma(large + small) - log_gamma(large)
    } else {
        stirling_error(large + small) - stirling_error(large)
            + (large - 0.5) * (small / large).ln_1p()
            + small * ((large + small).ln() - 1.0)
    };
    // ln y from x where x is the exact one of the two.
    let log_x = if x < 0.5 { x.ln() } else { (-y).ln_1p() };
    let log_y = if y < 0.5 { y.ln() } else { (-x).ln_1p() };
    a * log_x + b * log_y + growth - log_gamma(small + 1.0) + small.ln()
}

/// a·y − b·x, zero at the mean a/(a+b), from the smaller of x and y: where the other is 1 less it,
/// the rounding of that difference would count a + b times.
fn balance(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    if x <= y { (-n).mul_add(x, a) } else { n.mul_add(y, -b) }
}

/// I_x(a, b) below and I_y(b, a) above, for a, b > 0, x and y ≥ 0 and x + y = 1.
pub(crate) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails::all(Side::Upper);
    }
    if y <= 0.0 {
        return Tails::all(Side::Lower);
    }
    // The side away from the mean is computed; mirrored if that is the upper one.
    if balance(a, b, x, y) >= 0.0 {
        Tails::new(Side::Lower, log_lower(a, b, x, y))
    } else {
        Tails::new(Side::Lower, log_lower(b, a, y, x)).mirrored()
    }
}

/// ln I_x(a, b), x at most the mean.
fn log_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let kernel = log_beta_kernel(a, b, x, y);
    if a.min(b) > LARGE {
        kernel + integrated(a, b, x, y).ln()
    } else {
        kernel - fraction(a, b, x, y).ln()
    }
}

/// The fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)) whose inverse times the kernel is I_x(a, b).
fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let numerator = |m: f64| {
        let below = a + 2.0 * m - 1.0;
        ((a + m - 1.0) / below * x) * ((a + b + m - 1.0) / below * x) * m * (b - m)
    };
    let excess = balance(a, b, x, y);
    let denominator = |m: f64| {
        m + m * (b - m) * x / (a + 2.0 * m - 1.0)
            + (a + m) / (a + 2.0 * m + 1.0) * (excess + 1.0 + m * (1.0 + y))
    };
    // At m = 0 the middle term is 0, and 0/0 for a = 1.
    let mut value = (a / (a + 1.0) * (excess + 1.0)).max(TINY);
    let mut c = value;
    let mut d = 0.0;
    for m in 1..=MAX_STEPS {
        let m = f64::from(m);
        let (above, below) = (numerator(m), denominator(m));
        d = 1.0 / (below + above * d);
        c = below + above / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 0.5 * f64::EPSILON {
            break;
        }
    }
    value
}

/// I_x(a, b) divided by the kernel, by integrating the density from x down to 0.
fn integrated(a: f64, b: f64, x: f64, y: f64) -> f64 {
    // ln of density(x − t) / density(x), t = x·s, with the linear parts taken together.
    let slope = (balance(a, b, x, y) - y + x) / y;
    let odds = x / y;
    let log_ratio =
        |s: f64| (a - 1.0) * log1p_minus(-s) + (b - 1.0) * log1p_minus(odds * s) - slope * s;
    // x at most the mean may still lie above the mode; the density is then flat enough for the
    // integral not to notice: it is taken from x all the same.
    let width = ((1.0 / a + odds / b).sqrt()).min(1.0);
    log_concave_tail(log_ratio, 1.0, width) / y
}
