//! What a fit was made on.

use std::fmt;

/// The rows of a fit, for errors to name. Numbers count from 0, and from 1 where they are shown.
///
/// ```
/// use gradus_resample::Sample;
///
/// assert_eq!(Sample::Round(148).to_string(), "round 149");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// All rows, or all that are not named otherwise.
    AllRows,
    /// The training rows of this fold.
    Fold(usize),
    /// The rows that this round drew with replacement.
    Round(usize),
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllRows => f.write_str("all rows"),
            Self::Fold(fold) => write!(f, "fold {}", fold + 1),
            Self::Round(round) => write!(f, "round {}", round + 1),
        }
    }
}
