//! The result of a split.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The rows of each part; the parts are disjoint, together they are all rows, each is ascending.
///
/// Train is fitted on, dev chooses between fits, test is looked at once, at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Rows to fit on.
    pub train: Vec<usize>,
    /// Rows to choose hyper-parameters and the stopping time on.
    pub dev: Vec<usize>,
    /// Rows to estimate the error of the chosen model on.
    pub test: Vec<usize>,
}

/// One of the three parts of a [`Split`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// The rows that are fitted on.
    Train,
    /// The rows that choose between fits.
    Dev,
    /// The rows that estimate the error of the choice.
    Test,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Test => "test",
        })
    }
}
