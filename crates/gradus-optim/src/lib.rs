//! Optimisers: arrays in, arrays out.
//!
//! An optimiser is hyper-parameters, state and one in-place update per array. A plain config
//! ([`Sgd`], [`Momentum`], [`Adam`]) is validated once by its `build`, which returns a [`Stepper`];
//! a training loop holds it as a `Box<dyn Optimizer<T>>` and, at each step, calls
//! [`Optimizer::begin_step`] once and [`Optimizer::update`] once per parameter.
//!
//! ```
//! use gradus_optim::{Adam, Optimizer};
//!
//! # fn main() -> Result<(), gradus_optim::OptimError> {
//! // Minimise (θ₀ − 1)² + (θ₁ + 2)².
//! let mut theta = [0.0, 0.0];
//! let mut optimizer = Adam { lr: 0.1, ..Adam::default() }.build::<f64>()?;
//! for _ in 0..500 {
//!     let grad = [2.0 * (theta[0] - 1.0), 2.0 * (theta[1] + 2.0)];
//!     optimizer.begin_step();
//!     optimizer.update(0, &mut theta, &grad)?;
//! }
//! assert!((theta[0] - 1.0).abs() < 1e-3 && (theta[1] + 2.0).abs() < 1e-3);
//! # Ok(())
//! # }
//! ```
//!
//! [`minimise`] holds the minimisers of functions (gradient descent with line searches, conjugate
//! gradients, L-BFGS, Newton's method) and [`test_functions`] problems to try them on.
//!
//! The crate knows neither gradients' origin nor models: a parameter is a slice and a key.
//! Each update is one pass over parameter, gradient and state, elementwise, so its bits do not
//! depend on the number of threads.
#![forbid(unsafe_code)]

mod adam;
mod error;
mod fused;
pub mod minimise;
mod momentum;
mod optimizer;
mod sgd;
mod state;
mod stepper;
pub mod test_functions;

pub use adam::{Adam, AdamRule, EpsPosition};
pub use error::OptimError;
pub use momentum::{Momentum, MomentumForm, MomentumRule};
pub use optimizer::Optimizer;
pub use sgd::{Sgd, SgdRule};
pub use state::OptimizerState;
pub use stepper::{Rule, Stepper};
