//! Beale's function.

use super::TestFunction;
use super::planar::Planar;

/// Beale's function: f(x, y) = Σᵢ (cᵢ − x(1 − yⁱ))² for i = 1, 2, 3 and c = (1.5, 2.25, 2.625), least
/// (0) at (3, ½).
///
/// ```
/// use gradus_optim::minimise::Objective;
/// use gradus_optim::test_functions::Beale;
///
/// assert_eq!(Beale.value(&[1.0, 1.0]), 14.203125);
/// ```
///
/// Source: E. M. L. Beale, *On an iterative method for finding a local minimum of a function of more
/// than one variable*, 1958; problem 5 of J. J. Moré, B. S. Garbow and K. E. Hillstrom, *Testing
/// unconstrained optimization software*, 1981.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beale;

/// The residuals, with their derivatives by x, by y, twice by y, and by x and y.
fn terms(x: f64, y: f64) -> [[f64; 5]; 3] {
    let term = |c: f64, power: i32| {
        let i = f64::from(power);
        let bent = if power == 1 { 0.0 } else { i * (i - 1.0) * y.powi(power - 2) };
        let slope = i * y.powi(power - 1);
        [c - x * (1.0 - y.powi(power)), y.powi(power) - 1.0, x * slope, x * bent, slope]
    };
    [term(1.5, 1), term(2.25, 2), term(2.625, 3)]
}

impl TestFunction for Beale {
    fn name(&self) -> &'static str {
        "beale"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 1.0]
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        vec![vec![3.0, 0.5]]
    }
}

impl Planar for Beale {
    fn at(&self, x: f64, y: f64) -> f64 {
        terms(x, y).iter().map(|[r, ..]| r * r).sum()
    }

    fn slopes(&self, x: f64, y: f64) -> [f64; 2] {
        let mut slopes = [0.0; 2];
        for [r, by_x, by_y, ..] in terms(x, y) {
            slopes[0] += 2.0 * r * by_x;
            slopes[1] += 2.0 * r * by_y;
        }
        slopes
    }

    fn curvatures(&self, x: f64, y: f64) -> [f64; 3] {
        let mut curvatures = [0.0; 3];
        for [r, by_x, by_y, by_yy, by_xy] in terms(x, y) {
            curvatures[0] += 2.0 * by_x * by_x;
            curvatures[1] += 2.0 * (by_x * by_y + r * by_xy);
            curvatures[2] += 2.0 * (by_y * by_y + r * by_yy);
        }
        curvatures
    }
}
