//! Hessian-vector products from gradients alone, for those who ask for them.

use gradus_linalg::reduce;

use super::{Objective, vectors};
use crate::OptimError;

/// An [`Objective`] whose Hessian-vector products are central differences of its gradient.
///
/// ∇²f(x)·v ≈ (∇f(x + hv) − ∇f(x − hv)) / 2h with h = ∛ε·(1 + ‖x‖)/‖v‖
///
/// About ten digits are right where third derivatives are of the order of 1. A product costs two
/// gradients, which the outcome's counts do not show: they count products.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Function, GradientDifferences, Minimiser, NewtonCg};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let f = Function::new(|x| x[0].cosh(), |x, g| g[0] = x[0].sinh());
/// let outcome = NewtonCg::default().minimise(&mut GradientDifferences::new(f), &[1.0])?;
/// assert!(outcome.converged() && outcome.x[0].abs() < 1e-7);
/// # Ok(())
/// # }
/// ```
///
/// Source: J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd edition, section 8.1. SciPy's
/// Newton-CG does the same, with forward differences, whenever no product is given; here it must
/// be asked for.
#[derive(Debug)]
pub struct GradientDifferences<O> {
    objective: O,
    point: Vec<f64>,
    below: Vec<f64>,
}

impl<O: Objective> GradientDifferences<O> {
    /// Wraps an objective; its own curvature, if it has any, is not used.
    pub fn new(objective: O) -> Self {
        Self { objective, point: Vec::new(), below: Vec::new() }
    }

    /// The objective inside.
    pub fn into_inner(self) -> O {
        self.objective
    }
}

impl<O: Objective> Objective for GradientDifferences<O> {
    fn value(&mut self, x: &[f64]) -> f64 {
        self.objective.value(x)
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        self.objective.gradient(x, gradient);
    }

    fn value_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.objective.value_and_gradient(x, gradient)
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        let length = vectors::norm(v);
        if length == 0.0 {
            product.fill(0.0);
            return Ok(());
        }
        let h = f64::EPSILON.cbrt() * (1.0 + vectors::norm(x)) / length;
        self.point.resize(x.len(), 0.0);
        self.below.resize(x.len(), 0.0);
        vectors::add_scaled(x, -h, v, &mut self.point);
        self.objective.gradient(&self.point, &mut self.below);
        vectors::add_scaled(x, h, v, &mut self.point);
        self.objective.gradient(&self.point, product);
        for (p, below) in product.iter_mut().zip(&self.below) {
            *p = (*p - below) / (2.0 * h);
        }
        // A step out of the domain gives no curvature rather than a wrong one.
        if !reduce::all_finite(product) {
            product.fill(f64::NAN);
        }
        Ok(())
    }

    fn dimension(&self) -> Option<usize> {
        self.objective.dimension()
    }
}
