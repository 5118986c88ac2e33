//! Beale's function.

use super::{TestFunction, product_2};
use crate::{OptimError, minimise::Objective};

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

impl Objective for Beale {
    fn value(&mut self, x: &[f64]) -> f64 {
        terms(x[0], x[1]).iter().map(|[r, ..]| r * r).sum()
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        gradient.fill(0.0);
        for [r, by_x, by_y, ..] in terms(x[0], x[1]) {
            gradient[0] += 2.0 * r * by_x;
            gradient[1] += 2.0 * r * by_y;
        }
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        hessian.fill(0.0);
        for [r, by_x, by_y, by_yy, by_xy] in terms(x[0], x[1]) {
            hessian[0] += 2.0 * by_x * by_x;
            hessian[1] += 2.0 * (by_x * by_y + r * by_xy);
            hessian[3] += 2.0 * (by_y * by_y + r * by_yy);
        }
        hessian[2] = hessian[1];
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
