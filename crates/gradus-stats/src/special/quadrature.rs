//! The integral of a log-concave tail.

/// Gauss–Legendre with 16 points on [−1, 1]: the positive nodes and their weights (the other half
/// mirrors them), as numpy's `leggauss(16)` gives them.
const NODES: [(f64, f64); 8] = [
    (0.09501250983763744, 0.18945061045506864),
    (0.2816035507792589, 0.18260341504492364),
    (0.45801677765722737, 0.16915651939500265),
    (0.6178762444026438, 0.1495959888165767),
    (0.755404408355003, 0.12462897125553407),
    (0.8656312023878318, 0.0951585116824926),
    (0.9445750230732326, 0.062253523938647456),
    (0.9894009349916499, 0.027152459411754176),
];

/// Below exp of this an integrand that starts at 1 adds nothing.
const NEGLIGIBLE: f64 = -45.0;

const PANELS: u32 = 5;

/// ∫ exp h(t) dt over (0, `end`), for a concave h that falls from h(0) = 0.
///
/// `scale` is a guess of the integral's width; it decides the time taken, not the result.
pub(super) fn log_concave_tail(h: impl Fn(f64) -> f64, end: f64, scale: f64) -> f64 {
    let end = reach(&h, end, scale);
    let half = 0.5 * end / f64::from(PANELS);
    let mut sum = 0.0;
    for panel in 0..PANELS {
        let middle = half * f64::from(2 * panel + 1);
        for (node, weight) in NODES {
            sum += weight * (h(middle - half * node).exp() + h(middle + half * node).exp());
        }
    }
    sum * half
}

/// Where the integrand becomes negligible, to within a fifth, or the end if that comes first.
fn reach(h: &impl Fn(f64) -> f64, end: f64, scale: f64) -> f64 {
    let (mut low, mut high) = (0.0, scale.min(end));
    while h(high) > NEGLIGIBLE {
        if high >= end {
            return end;
        }
        low = high;
        high = (2.0 * high).min(end);
    }
    while high - low > 0.2 * high {
        let middle = 0.5 * (low + high);
        if h(middle) > NEGLIGIBLE {
            low = middle;
        } else {
            high = middle;
        }
        if high < f64::MIN_POSITIVE {
            break;
        }
    }
    high
}
