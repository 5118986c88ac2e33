//! What can be wrong with a request for a split.

use thiserror::Error;

use crate::{Fractions, Part};

/// Why a split could not be made.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ResampleError {
    /// The three fractions are not shares of a whole.
    #[error(
        "the fractions train {}, dev {}, test {} are not shares of a whole: each must lie in \
         [0, 1], train must be above 0 and their sum must be 1",
        .fractions.train, .fractions.dev, .fractions.test
    )]
    InvalidFractions {
        /// The fractions as given.
        fractions: Fractions,
    },
    /// A part that was asked for would hold no row.
    #[error(
        "{rows} rows are too few: the {part} part, {fraction} of them, would hold no row; \
         give more rows or a larger fraction"
    )]
    TooFewRows {
        /// The number of rows to split.
        rows: usize,
        /// The part that would be empty.
        part: Part,
        /// The fraction asked for it.
        fraction: f64,
    },
    /// A class has fewer rows than the split has parts.
    #[error(
        "class {class} has {count} row(s), fewer than the {needed} parts of the split; merge the \
         class with another, leave it out, or split without stratification"
    )]
    ClassTooSmall {
        /// The class, as coded in the argument.
        class: u32,
        /// The number of its rows.
        count: usize,
        /// The smallest number of rows that can be split.
        needed: usize,
    },
    /// There are more rows than a portable shuffle can index.
    #[error("{rows} rows are too many: at most {} can be split", u32::MAX - 1)]
    TooManyRows {
        /// The number of rows to split.
        rows: usize,
    },
}
