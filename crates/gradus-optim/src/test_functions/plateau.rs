//! A well in a plain.

use super::{TestFunction, product_2};
use crate::{OptimError, minimise::Objective};

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
fn bell(x: &[f64]) -> f64 {
    libm::exp(-0.5 * (x[0] * x[0] + x[1] * x[1]))
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

impl Objective for Plateau {
    fn value(&mut self, x: &[f64]) -> f64 {
        -libm::expm1(-0.5 * (x[0] * x[0] + x[1] * x[1]))
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        let bell = bell(x);
        gradient[0] = x[0] * bell;
        gradient[1] = x[1] * bell;
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        let bell = bell(x);
        hessian[0] = (1.0 - x[0] * x[0]) * bell;
        hessian[1] = -x[0] * x[1] * bell;
        hessian[2] = hessian[1];
        hessian[3] = (1.0 - x[1] * x[1]) * bell;
        Ok(())
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        let mut hessian = [0.0; 4];
        self.hessian(x, &mut hessian)?;
        product_2(&hessian, v, product);
        Ok(())
    }

    fn dimension(&self) -> Option<usize> {
        Some(2)
    }
}
