//! Reverse-mode automatic differentiation on matrices, to any order.
//!
//! A [`Tape`] records what is computed with its variables. A [`Var`] is `Copy` and reads like
//! mathematics: `x.matmul(w) + b`. [`Var::backward`] gives the gradient of a scalar with respect
//! to everything that was declared differentiable, [`Tape::grad`] gives it as variables again, so
//! that gradients of gradients work to any order, and [`Tape::jvp`] and [`Tape::hvp`] push tangents
//! through the same graph.
//!
//! The worked example f(x, y, z) = (x + y)·z at (−2, 5, −4):
//!
//! ```
//! use gradus_autograd::Tape;
//!
//! let tape = Tape::new();
//! let x = tape.scalar(-2.0);
//! let y = tape.scalar(5.0);
//! let z = tape.scalar(-4.0);
//! let f = (x + y) * z;
//! assert_eq!(f.item(), -12.0);
//!
//! let gradients = f.backward();
//! assert_eq!(gradients.item(x), Some(-4.0));
//! assert_eq!(gradients.item(y), Some(-4.0));
//! assert_eq!(gradients.item(z), Some(3.0));
//! ```
//!
//! Each derivative is written once, as an expression over [`Var`] itself, and has three readings:
//! *eager* computes numbers, *record* (the tape) makes a graph of the derivative, and *dual* carries
//! tangents through what was recorded. Source: Griewank and Walther, *Evaluating
//! Derivatives*, 2nd ed., SIAM 2008.
#![forbid(unsafe_code)]

mod backward;
pub mod check;
mod dot;
mod dual;
mod eager;
mod error;
mod full;
mod gradients;
mod interpreter;
mod node;
mod operation;
mod operators;
mod ops;
mod parameter;
mod pool;
mod products;
mod record;
mod sample;
mod stationary;
mod summary;
mod tape;
mod var;

pub use eager::{Evaluator, Scope};
pub use error::AutogradError;
pub use gradients::Gradients;
pub use operation::Example;
pub use ops::custom::CustomOp;
pub use ops::reduce::Axis;
pub use ops::statistics::Divisor;
pub use ops::triangular_solve::Triangle;
pub use ops::{RegistryRow, registry};
pub use parameter::Parameter;
pub use products::GradientAlong;
pub use sample::{Domain, Sample, Structure};
pub use stationary::{StationaryPoint, classify_stationary_point};
pub use summary::Summary;
pub use tape::Tape;
pub use var::Var;
