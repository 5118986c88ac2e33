//! The pieces of Loader's saddle-point expansion of densities.
//!
//! C. Loader, "Fast and accurate computation of binomial probabilities" (2000). Written with
//! them, the logarithm of a density is a sum of terms of one sign, so that nothing cancels however
//! large the parameters are.

use super::LN_SQRT_2PI;

/// ln Γ(x), x > 0. statrs' own is off by 1e-14 (near 5.3); this one is within a few ulp.
pub(crate) fn log_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln(1 + x) − x, without cancellation, x > −1.
pub(super) fn log1p_minus(x: f64) -> f64 {
    if !(-0.6..=1.0).contains(&x) {
        return x.ln_1p() - x;
    }
    // ln(1+x) = 2(r + r³/3 + …) with r = x/(2+x), and x = r(2+x).
    let r = x / (2.0 + x);
    let square = r * r;
    let (mut sum, mut power, mut k) = (0.0, square, 3.0);
    while power / k > sum * (0.25 * f64::EPSILON) {
        sum += power / k;
        power *= square;
        k += 2.0;
    }
    r * (2.0 * sum - x)
}

/// x ln(x/m) + m − x ≥ 0, for x and m > 0, given the difference x − m as exactly as it is known.
pub(super) fn deviance(x: f64, m: f64, x_minus_m: f64) -> f64 {
    if m > 0.5 * x && m < 2.0 * x {
        -x * log1p_minus(-x_minus_m / x)
    } else {
        // The quotient may be beyond all numbers.
        x * (x.ln() - m.ln()) - x_minus_m
    }
}

/// ln Γ(n+1) − \[(n+½) ln n − n + ln √(2π)\], n > 0.
pub(crate) fn stirling_error(n: f64) -> f64 {
    if n < 10.0 {
        return log_gamma(n + 1.0) - (n + 0.5) * n.ln() + n - LN_SQRT_2PI;
    }
    // The coefficients are B₂ₖ / (2k(2k−1)); the first one left out adds less than 4e-17.
    const SERIES: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let square = 1.0 / (n * n);
    SERIES.iter().rev().fold(0.0, |sum, c| sum * square + c) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    // mpmath 1.4.1 at 50 digits; tests/data/tests_and_intervals.py.
    #[test]
    fn agrees_with_mpmath() {
        for (x, expected) in [
            (1e-9, -4.999_999_996_666_667e-19),
            (-0.5, -0.1931471805599453),
            (0.7, -0.16937174893782959),
            (3.0, -1.6137056388801094),
            (-0.75, -0.6362943611198906),
        ] {
            let got = log1p_minus(x);
            assert!((got / expected - 1.0).abs() < 4e-16, "{x}: {got}");
        }
        for (n, expected) in [(10.0, 0.008_330_563_433_362_87), (1e6, 8.333333333330556e-08)] {
            assert!((stirling_error(n) - expected).abs() < 1e-16);
        }
        for (n, expected) in [(0.5, 0.15342640972002735), (9.5, 0.008768700134139385)] {
            assert!((stirling_error(n) - expected).abs() < 4e-15);
        }
    }
}
