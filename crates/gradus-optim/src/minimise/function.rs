//! Objectives made of closures.

use std::fmt;

use super::{Objective, objective::hessian_by_products};
use crate::OptimError;

type Value<'a> = Box<dyn FnMut(&[f64]) -> f64 + 'a>;
type Write<'a> = Box<dyn FnMut(&[f64], &mut [f64]) + 'a>;
type Product<'a> = Box<dyn FnMut(&[f64], &[f64], &mut [f64]) + 'a>;

/// An [`Objective`] made of closures: a value, a gradient and, if a method needs it, curvature.
///
/// With a Hessian and without products, products are computed from the Hessian.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Function, Minimiser, Newton};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut f = Function::new(|x| x[0].cosh(), |x, g| g[0] = x[0].sinh())
///     .with_hessian(|x, h| h[0] = x[0].cosh());
/// let outcome = Newton::default().minimise(&mut f, &[1.0])?;
/// assert!(outcome.x[0].abs() < 1e-8 && outcome.value == 1.0);
/// # Ok(())
/// # }
/// ```
pub struct Function<'a> {
    value: Value<'a>,
    gradient: Write<'a>,
    hessian: Option<Write<'a>>,
    hessian_vector: Option<Product<'a>>,
    scratch: Vec<f64>,
}

impl<'a> Function<'a> {
    /// A function from its value and a closure that writes its gradient.
    pub fn new(
        value: impl FnMut(&[f64]) -> f64 + 'a,
        gradient: impl FnMut(&[f64], &mut [f64]) + 'a,
    ) -> Self {
        Self {
            value: Box::new(value),
            gradient: Box::new(gradient),
            hessian: None,
            hessian_vector: None,
            scratch: Vec::new(),
        }
    }

    /// Adds a closure that writes the n² entries of the Hessian.
    #[must_use]
    pub fn with_hessian(mut self, hessian: impl FnMut(&[f64], &mut [f64]) + 'a) -> Self {
        self.hessian = Some(Box::new(hessian));
        self
    }

    /// Adds a closure that, given x and v, writes the product of the Hessian and v.
    #[must_use]
    pub fn with_hessian_vector(
        mut self,
        product: impl FnMut(&[f64], &[f64], &mut [f64]) + 'a,
    ) -> Self {
        self.hessian_vector = Some(Box::new(product));
        self
    }
}

impl fmt::Debug for Function<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("hessian", &self.hessian.is_some())
            .field("hessian_vector", &self.hessian_vector.is_some())
            .finish_non_exhaustive()
    }
}

impl Objective for Function<'_> {
    fn value(&mut self, x: &[f64]) -> f64 {
        (self.value)(x)
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        (self.gradient)(x, gradient);
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        if let Some(write) = &mut self.hessian {
            write(x, hessian);
            return Ok(());
        }
        hessian_by_products(self, x, hessian)
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        if let Some(write) = &mut self.hessian_vector {
            write(x, v, product);
        } else if let Some(write) = &mut self.hessian {
            self.scratch.resize(x.len() * x.len(), 0.0);
            write(x, &mut self.scratch);
            for (row, product) in self.scratch.chunks_exact(x.len().max(1)).zip(product) {
                *product = row.iter().zip(v).map(|(h, v)| h * v).sum();
            }
        } else {
            return Err(OptimError::MissingDerivative {
                what: "Hessian and no Hessian-vector product",
            });
        }
        Ok(())
    }
}
