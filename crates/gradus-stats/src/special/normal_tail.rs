//! The upper tail of the standard normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

/// ln √(2π).
pub(crate) const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// Where the continued fraction takes over: it needs fewer than 100 steps from here on, and below
/// the rounding of z/√2 costs no digit.
const FAR: f64 = 4.0;

/// P(Z > z).
pub(crate) fn upper(z: f64) -> f64 {
    if z < FAR { 0.5 * libm::erfc(z * FRAC_1_SQRT_2) } else { density(z) * mills(z) }
}

/// ln P(Z > z), finite for every z below 1e154.
pub(crate) fn log_upper(z: f64) -> f64 {
    if z < -1.0 {
        (-upper(-z)).ln_1p()
    } else if z < FAR {
        upper(z).ln()
    } else {
        // z² overflows where the result does, too: −∞ is then the nearest number.
        -0.5 * z * z - LN_SQRT_2PI + mills(z).ln()
    }
}

/// φ(z) with z² split, as exp(−z²/2) alone loses log₂ z² bits.
pub(crate) fn density(z: f64) -> f64 {
    if z.abs() > 100.0 {
        return 0.0;
    }
    let head = (z * 16.0).trunc() / 16.0;
    let rest = (z - head) * (z + head);
    (-0.5 * head * head).exp() * (-0.5 * rest - LN_SQRT_2PI).exp()
}

/// The Mills ratio P(Z > z)/φ(z) = 1/(z + 1/(z + 2/(z + 3/(z + …)))), for z ≥ `FAR`.
fn mills(z: f64) -> f64 {
    let terms = (20.0 + 1600.0 / (z * z)) as u32;
    let fraction = (1..=terms).rev().fold(z, |below, k| z + f64::from(k) / below);
    1.0 / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    // mpmath 1.4.1: erfc(z/√2)/2 and its logarithm; tests/data/tests_and_intervals.py.
    #[test]
    fn agrees_with_mpmath_in_the_tails() {
        for (z, expected) in [
            (-3.0, 0.9986501019683699),
            (3.999, 3.180_534_005_420_203e-5),
            (4.0, 3.167124183311992e-05),
            (5.0, 2.866515718791939e-07),
            (20.0, 2.7536241186062337e-89),
            (37.5, 4.605353009581955e-308),
        ] {
            let got = upper(z);
            assert!((got / expected - 1.0).abs() < 4e-15, "{z}: {got}");
        }
        for (z, expected) in [
            (-9.0, -1.1285884059538407e-19),
            (0.0, -std::f64::consts::LN_2),
            (38.0, -726.5572160188201),
            (1e3, -500007.8266948122),
            (1e150, -5e299),
        ] {
            let got = log_upper(z);
            assert!((got - expected).abs() <= 4e-16 * f64::abs(expected), "{z}: {got}");
        }
        assert_eq!(log_upper(1e200), f64::NEG_INFINITY);
    }
}
