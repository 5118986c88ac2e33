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

mod adagrad;
mod adam;
mod adamw;
mod amsgrad;
mod changes;
mod checks;
mod error;
mod fused;
pub mod minimise;
mod momentum;
mod nadam;
mod nesterov;
mod optimizer;
mod part;
mod rmsprop;
pub mod schedules;
mod sgd;
mod state;
mod stepper;
pub mod test_functions;
mod transforms;

pub use adagrad::{Adagrad, AdagradRule};
pub use adam::{Adam, AdamRule, BiasCorrection, EpsPosition};
pub use adamw::AdamW;
pub use amsgrad::{AmsGrad, AmsGradRule};
pub use changes::{Change, Changes};
pub use error::OptimError;
pub use momentum::{Momentum, MomentumForm, MomentumRule};
pub use nadam::{NAdam, NAdamRule};
pub use nesterov::{Nesterov, NesterovForm, NesterovRule};
pub use optimizer::{EvaluationPoint, Optimizer};
pub use rmsprop::{Centring, RmsProp, RmsPropRule};
pub use sgd::{Sgd, SgdRule};
pub use state::OptimizerState;
pub use stepper::{Rule, Stepper};
pub use transforms::accumulate::Accumulate;
pub use transforms::clip_norm::ClipNorm;
pub use transforms::clip_value::ClipValue;
pub use transforms::elastic_net::ElasticNet;
pub use transforms::global_norm::{GlobalNorm, clip_factor};
pub use transforms::grouped::{Group, Grouped};
pub use transforms::l1::L1;
pub use transforms::transformed::{Transform, Transformed};
pub use transforms::weight_decay::{Coupling, WeightDecay};
pub use transforms::{DecayOf, L1Step};
