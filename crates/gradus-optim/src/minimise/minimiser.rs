//! The trait that all methods implement.

use super::{Objective, Outcome};
use crate::OptimError;

/// A method that looks for a minimum.
///
/// It is object-safe, so that methods can be compared in a loop:
///
/// ```
/// use gradus_optim::minimise::{ConjugateGradient, Lbfgs, Minimiser, Newton};
/// use gradus_optim::test_functions::Himmelblau;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let methods: [&dyn Minimiser; 3] =
///     [&ConjugateGradient::default(), &Lbfgs::default(), &Newton::default()];
/// for method in methods {
///     let outcome = method.minimise(&mut Himmelblau, &[4.0, 3.0])?;
///     assert!(outcome.value < 1e-15, "{}: {}", method.name(), outcome.reason);
/// }
/// # Ok(())
/// # }
/// ```
pub trait Minimiser {
    /// Goes from `x0` towards a minimiser of `objective` until a criterion of its
    /// [`Stopping`](super::Stopping) holds or nothing more can be done.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for a setting outside its domain;
    /// [`OptimError::EmptyStart`], [`OptimError::StartLength`] and [`OptimError::NonFiniteStart`]
    /// for a start that is none; [`OptimError::MissingDerivative`] when the method needs curvature
    /// and the objective has none.
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError>;

    /// The method's name, such as `lbfgs`.
    fn name(&self) -> &'static str;
}
