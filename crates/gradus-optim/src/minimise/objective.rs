//! What can be minimised.

use crate::OptimError;

/// A function of several variables with its gradient and, where a method asks for it, its
/// curvature.
///
/// All vectors are slices of n entries, and so are the results, which are written in place: a
/// minimiser owns every buffer and evaluates without allocating. The methods take `&mut self` so
/// that an objective may keep scratch memory or count its calls.
///
/// A value that is NaN or infinite says that the point lies outside the domain: line searches then
/// try a shorter step.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Lbfgs, Minimiser, Objective};
///
/// /// ‖x − 1‖².
/// struct Distance;
///
/// impl Objective for Distance {
///     fn value(&mut self, x: &[f64]) -> f64 {
///         x.iter().map(|x| (x - 1.0).powi(2)).sum()
///     }
///
///     fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
///         for (g, x) in gradient.iter_mut().zip(x) {
///             *g = 2.0 * (x - 1.0);
///         }
///     }
/// }
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = Lbfgs::default().minimise(&mut Distance, &[5.0, -3.0])?;
/// assert!(outcome.converged() && outcome.value < 1e-16);
/// # Ok(())
/// # }
/// ```
///
/// For closures there is [`Function`](super::Function). SciPy passes one callable for each of
/// these methods.
pub trait Objective {
    /// f(x).
    fn value(&mut self, x: &[f64]) -> f64;

    /// Writes ∇f(x), or any sub-gradient where f has a kink.
    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]);

    /// f(x) and, into `gradient`, ∇f(x). Override it where the two share work: line searches call
    /// nothing else.
    fn value_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.gradient(x, gradient);
        self.value(x)
    }

    /// Writes the Hessian ∇²f(x), n² entries; it is symmetric, so rows and columns are the same.
    ///
    /// Unless overridden it is put together from n [products](Self::hessian_vector).
    ///
    /// # Errors
    ///
    /// [`OptimError::MissingDerivative`] when the objective has neither a Hessian nor products.
    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        hessian_by_products(self, x, hessian)
    }

    /// Writes the product ∇²f(x)·v.
    ///
    /// [`NewtonCg`](super::NewtonCg) calls it many times at one x, which is the point of the latest
    /// [`value_and_gradient`](Self::value_and_gradient): what was computed there may be kept.
    /// [`GradientDifferences`](super::GradientDifferences) supplies it approximately.
    ///
    /// # Errors
    ///
    /// [`OptimError::MissingDerivative`] unless it is overridden.
    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        let (_, _, _) = (x, v, product);
        Err(OptimError::MissingDerivative { what: "Hessian and no Hessian-vector product" })
    }

    /// The number of variables n, where the objective knows it; a start of another length is then
    /// refused.
    fn dimension(&self) -> Option<usize> {
        None
    }
}

/// Puts a Hessian together from its products with the unit vectors.
pub(super) fn hessian_by_products<O: Objective + ?Sized>(
    objective: &mut O,
    x: &[f64],
    hessian: &mut [f64],
) -> Result<(), OptimError> {
    let mut unit = vec![0.0; x.len()];
    for (j, column) in hessian.chunks_exact_mut(x.len().max(1)).enumerate() {
        unit[j] = 1.0;
        objective.hessian_vector(x, &unit, column)?;
        unit[j] = 0.0;
    }
    Ok(())
}
