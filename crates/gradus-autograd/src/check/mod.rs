//! Proof that a derivative is right: gradient checking, and a third oracle for small graphs.
//!
//! - [`gradcheck`] compares a function's gradient with central differences, entry by entry or
//!   along random directions, and its Hessian-vector products with differences of gradients.
//! - [`epsilon_sweep`] shows the error as a function of the step, and the best step.
//! - [`check_registry`] runs every operation of the crate through this and through three more
//!   tests, and returns a table.
//! - [`path_sum`] adds up the products of the edges' rates over all paths, as the chain rule is
//!   written in textbooks.
//! - [`chord_test`] looks for a proof that a function is not convex.
//!
//! ```
//! use gradus_autograd::check::{GradcheckConfig, gradcheck};
//! use nalgebra::dmatrix;
//!
//! let inputs = [dmatrix![0.5, -1.0], dmatrix![2.0; 3.0]];
//! let report =
//!     gradcheck(|_, x| x[0].matmul(x[1]).tanh(), &inputs, &GradcheckConfig::default()).unwrap();
//! assert!(report.passed(), "{report}");
//! ```

mod chord;
mod compare;
mod config;
mod gradcheck;
mod paths;
mod problem;
mod registry;
mod report;
mod sweep;

pub use chord::{ChordConfig, ChordReport, ChordViolation, chord_test};
pub use compare::{Comparison, WorstEntry};
pub use config::{GradcheckConfig, Probe, SecondOrder};
pub use gradcheck::gradcheck;
pub use paths::{Path, PathSum, path_sum};
pub use registry::{REGISTRY_HEADER, RegistryCheck, check_registry};
pub use report::{GradcheckReport, InputReport, SecondOrderReport};
pub use sweep::{EpsilonSweep, SweepPoint, epsilon_sweep};
