//! Minimisers of functions: an [`Objective`] and a start in, an [`Outcome`] out.
//!
//! | method | needs | use it for |
//! |---|---|---|
//! | [`GradientDescent`] | gradient | learning what a step does; steps by any [`StepRule`] |
//! | [`Subgradient`] | sub-gradient | convex functions with kinks |
//! | [`ConjugateGradient`] | gradient | many variables, little memory |
//! | [`Lbfgs`] | gradient | the first to try |
//! | [`Newton`] | Hessian | few variables, many digits |
//! | [`NewtonCg`] | Hessian-vector products | many variables, ill-conditioned |
//!
//! Each is a plain config with defaults, [`Minimiser`] runs it, [`Stopping`] says when it ends and
//! [`Reason`] why it did. Every loop is bounded, and no method that does not record
//! its way allocates after its start.
//! [`test_functions`](crate::test_functions) has problems with known answers.
//!
//! ```
//! use gradus_optim::minimise::{Function, Lbfgs, Minimiser};
//!
//! # fn main() -> Result<(), gradus_optim::OptimError> {
//! let mut f = Function::new(
//!     |x| (x[0] - 3.0).powi(2) + 10.0 * (x[1] + 1.0).powi(2),
//!     |x, g| {
//!         g[0] = 2.0 * (x[0] - 3.0);
//!         g[1] = 20.0 * (x[1] + 1.0);
//!     },
//! );
//! let outcome = Lbfgs::default().minimise(&mut f, &[0.0, 0.0])?;
//! assert!((outcome.x[0] - 3.0).abs() < 1e-8 && (outcome.x[1] + 1.0).abs() < 1e-8);
//! # Ok(())
//! # }
//! ```

mod armijo;
mod cholesky;
mod conjugate_gradient;
mod differences;
mod diminishing;
mod exact;
mod function;
mod gradient_descent;
mod lbfgs;
mod minimiser;
mod more_thuente;
mod newton;
mod newton_cg;
mod objective;
mod outcome;
mod run;
mod stopping;
mod subgradient;
mod vectors;
mod wolfe;

pub use armijo::Armijo;
pub use conjugate_gradient::{Beta, ConjugateGradient, Restart};
pub use differences::GradientDifferences;
pub use diminishing::Diminishing;
pub use exact::Exact;
pub use function::Function;
pub use gradient_descent::{GradientDescent, StepRule};
pub use lbfgs::Lbfgs;
pub use minimiser::Minimiser;
pub use newton::Newton;
pub use newton_cg::NewtonCg;
pub use objective::Objective;
pub use outcome::{Evaluations, Outcome, Quantity, Reason, Record, Trajectory};
pub use stopping::Stopping;
pub use subgradient::Subgradient;
pub use wolfe::StrongWolfe;
