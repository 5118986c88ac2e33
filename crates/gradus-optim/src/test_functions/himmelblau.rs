//! Himmelblau's function.

use super::TestFunction;
use super::planar::Planar;

/// Himmelblau's function: f(x, y) = (x² + y − 11)² + (x + y² − 7)², least (0) at (3, 2) and three
/// more points.
///
/// ```
/// use gradus_optim::minimise::Objective;
/// use gradus_optim::test_functions::Himmelblau;
///
/// assert_eq!(Himmelblau.value(&[3.0, 2.0]), 0.0);
/// assert_eq!(Himmelblau.value(&[0.0, 0.0]), 170.0);
/// ```
///
/// Source: D. M. Himmelblau, *Applied Nonlinear Programming*, 1972.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Himmelblau;

fn residuals(x: f64, y: f64) -> (f64, f64) {
    (x * x + y - 11.0, x + y * y - 7.0)
}

impl TestFunction for Himmelblau {
    fn name(&self) -> &'static str {
        "himmelblau"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 1.0]
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        // The last three are the roots of both residuals to the last digit.
        vec![
            vec![3.0, 2.0],
            vec![-2.805_118_086_952_745, 3.131_312_518_250_573],
            vec![-3.779_310_253_377_746_7, -3.283_185_991_286_169_5],
            vec![3.584_428_340_330_491_6, -1.848_126_526_964_403_6],
        ]
    }
}

impl Planar for Himmelblau {
    fn at(&self, x: f64, y: f64) -> f64 {
        let (a, b) = residuals(x, y);
        a * a + b * b
    }

    fn slopes(&self, x: f64, y: f64) -> [f64; 2] {
        let (a, b) = residuals(x, y);
        [4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b]
    }

    fn curvatures(&self, x: f64, y: f64) -> [f64; 3] {
        let (a, b) = residuals(x, y);
        [8.0 * x * x + 4.0 * a + 2.0, 4.0 * (x + y), 8.0 * y * y + 4.0 * b + 2.0]
    }
}
