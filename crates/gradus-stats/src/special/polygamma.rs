//! The first two derivatives of ln Γ.

/// From here on the asymptotic series are exact to rounding.
const FAR: f64 = 12.0;

/// ψ(x) = d ln Γ(x)/dx for x > 0.
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < FAR {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    // B₂ₖ/2k, k = 1, 2, ….
    let series = s
        * (1.0 / 12.0
            - s * (1.0 / 120.0
                - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * (1.0 / 132.0 - s * 691.0 / 32760.0)))));
    sum + (x.ln() - 0.5 / x - series)
}

/// ψ′(x) for x > 0.
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < FAR {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    // B₂ₖ, k = 1, 2, ….
    let series = 1.0 / 6.0
        - s * (1.0 / 30.0
            - s * (1.0 / 42.0 - s * (1.0 / 30.0 - s * (5.0 / 66.0 - s * 691.0 / 2730.0))));
    sum + (1.0 / x) * (1.0 + 0.5 / x + s * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mpmath 1.4.1: `digamma` and `psi(1, x)` at 30 digits.
    #[test]
    fn values_of_mpmath() {
        for (x, first, second) in [
            (1e-05, -100000.57719921567, 10000000001.644909),
            (0.1, -10.423754940411076, 101.43329915079275),
            (0.5, -1.9635100260214235, 4.934802200544679),
            (1.0, -0.5772156649015329, 1.6449340668482264),
            (1.4616321449683622, -9.241265521729427e-17, 0.9676722454476212),
            (3.7, 1.1671535393615113, 0.3100378576700383),
            (11.9, 2.4339335368825377, 0.08766320119000419),
            (12.1, 2.4513143481743374, 0.08615364647098629),
            (250.0, 5.519459584531046, 0.004008010666632534),
            (100000000.0, 18.420680738952367, 1.000000005e-08),
        ] {
            let (a, b) = (digamma(x), trigamma(x));
            assert!((a - first).abs() <= 4e-15 * first.abs().max(1.0), "{x}: {a} {first}");
            assert!((b / second - 1.0).abs() <= 4e-15, "{x}: {b} {second}");
        }
    }
}
