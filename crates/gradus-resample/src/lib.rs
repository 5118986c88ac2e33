//! Splits of a data set, as index sets drawn from a seed.
//!
//! The crate knows no matrix and no table: it takes a number of rows (or the class of each row)
//! and returns row indices, so it serves any storage.
//!
//! | to | use |
//! |---|---|
//! | hold rows out at random | [`holdout`] |
//! | keep each class's share in every part | [`stratified_holdout`] |
//! | choose how much to hold out | [`recommended_fractions`] |
//!
//! ```
//! use gradus_resample::{recommended_fractions, stratified_holdout};
//!
//! let classes: Vec<u32> = (0..150).map(|row| row / 50).collect();
//! let split = stratified_holdout(&classes, recommended_fractions(classes.len()), 42)?;
//! assert_eq!((split.train.len(), split.dev.len(), split.test.len()), (90, 30, 30));
//! # Ok::<(), gradus_resample::ResampleError>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod fractions;
mod holdout;
mod split;

pub use error::ResampleError;
pub use fractions::{Fractions, recommended_fractions};
pub use holdout::{holdout, stratified_holdout};
pub use split::{Part, Split};
