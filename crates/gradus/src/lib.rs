//! Machine learning that can be checked: everything of gradus behind one name.
//!
//! Each crate is a module here and can be used alone, too.
//!
//! | module | holds |
//! |---|---|
//! | [`data`] | tables, readers, scaling, batches, embedded data sets |
//! | [`nn`] | layers, activations, costs, initialisation, threshold units |
//! | [`train`] | the fit loop, history, early stopping, learning-rate finder |
//! | [`optim`] | optimisers, transformations, schedules, minimisers of functions |
//! | [`metrics`] | scores of predictions, and reports |
//! | [`resample`] | splits of a data set, cross-validation, bootstrap |
//! | [`select`] | learning curves, hyper-parameter search, advice on bias and variance |
//! | `stats` | distributions, Bayes' theorem, intervals, tests (feature `stats`, on by default) |
//! | [`linear`] | linear models with inference, penalties and certificates |
//! | [`io`] | saved models |
//! | [`autograd`] | the tape and its variables |
//! | [`linalg`] | matrix kernels |
//! | [`nalgebra`] | the matrices themselves |
//!
//! [`prelude`] brings the names that most programs need.
//!
//! # Train a network
//!
//! ```
#![doc = include_str!("../examples/digits.rs")]
//! ```
//!
//! # A linear model from the program, in Rust
//!
//! ```
#![doc = include_str!("../examples/saved_model.rs")]
//! ```
//!
//! # A training loop of your own
//!
//! ```
#![doc = include_str!("../examples/custom_loop.rs")]
//! ```
#![forbid(unsafe_code)]

pub use gradus_autograd as autograd;
pub use gradus_data as data;
pub use gradus_io as io;
pub use gradus_linalg as linalg;
pub use gradus_linear as linear;
pub use gradus_metrics as metrics;
pub use gradus_nn as nn;
pub use gradus_optim as optim;
pub use gradus_resample as resample;
pub use gradus_select as select;
#[cfg(feature = "stats")]
pub use gradus_stats as stats;
pub use gradus_train as train;
pub use nalgebra;

pub mod prelude;

/// The examples of the README are run like all others.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
