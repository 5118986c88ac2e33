//! A saddle between two minimisers.

use super::TestFunction;
use super::planar::Planar;

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

impl Planar for Saddle {
    fn at(&self, x: f64, y: f64) -> f64 {
        let square = y * y;
        0.5 * x * x + 0.25 * square * square - 0.5 * square
    }

    fn slopes(&self, x: f64, y: f64) -> [f64; 2] {
        [x, y * y * y - y]
    }

    fn curvatures(&self, _x: f64, y: f64) -> [f64; 3] {
        [1.0, 0.0, 3.0 * y * y - 1.0]
    }
}
