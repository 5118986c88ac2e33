//! A well in a plain.

use super::TestFunction;
use super::planar::Planar;

/// A well in a plain: f(x, y) = 1 − exp(−(x² + y²)/2), least (0) at the origin.
///
/// Beyond radius 1 it is not convex; far away its gradient is below any tolerance, and a method that
/// starts there stops at once.
///
/// ```
/// use gradus_optim::minimise::{Lbfgs, Minimiser, Reason};
/// use gradus_optim::test_functions::Plateau;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = Lbfgs::default().minimise(&mut Plateau, &[10.0, 0.0])?;
/// assert_eq!((outcome.iterations, outcome.reason), (0, Reason::GradientTolerance));
/// assert!(outcome.value > 0.999);
/// # Ok(())
/// # }
/// ```
///
/// Source: J. E. Dennis and R. E. Welsch, *Techniques for nonlinear least squares and robust
/// regression*, 1978, whose loss it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plateau;

/// exp(−(x² + y²)/2).
fn bell(x: f64, y: f64) -> f64 {
    libm::exp(-0.5 * (x * x + y * y))
}

impl TestFunction for Plateau {
    fn name(&self) -> &'static str {
        "plateau"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.5, -1.0]
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        vec![vec![0.0, 0.0]]
    }
}

impl Planar for Plateau {
    fn at(&self, x: f64, y: f64) -> f64 {
        -libm::expm1(-0.5 * (x * x + y * y))
    }

    fn slopes(&self, x: f64, y: f64) -> [f64; 2] {
        let bell = bell(x, y);
        [x * bell, y * bell]
    }

    fn curvatures(&self, x: f64, y: f64) -> [f64; 3] {
        let bell = bell(x, y);
        [(1.0 - x * x) * bell, -x * y * bell, (1.0 - y * y) * bell]
    }
}
