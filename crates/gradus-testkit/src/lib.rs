//! What the tests of gradus measure with; for development only.
//!
//! - [`gradient`], [`jacobian`]: central differences, the oracle for every derivative;
//! - [`relative_error`], [`assert_close`], [`ulp_distance`], [`ulp_distance_f32`]: how far apart
//!   two results are;
//! - [`CountingAllocator`]: what a piece of code allocates;
//! - [`fixtures_dir`]: where the reference values lie, if they are there.
//!
//! The crate takes closures over `&[f64]` and knows no type of gradus, so that every other crate
//! can use it. Its assertions panic: that is how a test fails.
#![deny(unsafe_code)]

mod allocations;
mod close;
mod differences;
mod fixtures;
mod ulp;

pub use allocations::{AllocationCounts, CountingAllocator};
pub use close::{assert_close, relative_error};
pub use differences::{gradient, jacobian};
pub use fixtures::fixtures_dir;
pub use ulp::{ulp_distance, ulp_distance_f32};
