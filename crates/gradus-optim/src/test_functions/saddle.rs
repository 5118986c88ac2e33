//! A saddle between two minimisers.

use super::{TestFunction, product_2};
use crate::{OptimError, minimise::Objective};

/// A saddle: f(x, y) = x²/2 + y⁴/4 − y²/2, least (−¼) at (0, ±1), with a saddle at the origin.
///
/// Gradient descent that starts with y = 0 ends in the saddle; the usual start lies just beside.
///
/// ```
/// use gradus_optim::minimise::{GradientDescent, Minimiser, NewtonCg};
/// use gradus_optim::test_functions::Saddle;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let stuck = GradientDescent::default().minimise(&mut Saddle, &[1.0, 0.0])?;
/// assert!(stuck.converged() && stuck.value.abs() < 1e-15);
/// let free = NewtonCg::default().minimise(&mut Saddle, &[1.0, 1e-6])?;
/// assert!((free.value + 0.25).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: Y. Nesterov, *Introductory Lectures on Convex Optimization*, 2004, example 1.2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saddle;

impl TestFunction for Saddle {
    fn name(&self) -> &'static str {
        "saddle"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 1e-3]
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        vec![vec![0.0, 1.0], vec![0.0, -1.0]]
    }

    fn minimum(&self) -> f64 {
        -0.25
    }
}

impl Objective for Saddle {
    fn value(&mut self, x: &[f64]) -> f64 {
        let square = x[1] * x[1];
        0.5 * x[0] * x[0] + 0.25 * square * square - 0.5 * square
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        gradient[0] = x[0];
        gradient[1] = x[1] * x[1] * x[1] - x[1];
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        hessian.copy_from_slice(&[1.0, 0.0, 0.0, 3.0 * x[1] * x[1] - 1.0]);
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
