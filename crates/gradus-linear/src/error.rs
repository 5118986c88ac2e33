//! What cannot be fitted.

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// There is no row.
    #[error("there are no rows to fit to; give at least one for each coefficient")]
    Empty,
    /// A number is NaN or infinite.
    #[error("{what}: row {row} (counted from 0) is {value}; remove or impute it first")]
    NotFinite {
        /// The column or argument.
        what: String,
        /// The row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// An argument has another length than the rows or columns it belongs to.
    #[error("{given} {what} were given where {needed} are needed")]
    LengthMismatch {
        /// What was given.
        what: &'static str,
        /// How many.
        given: usize,
        /// How many there must be.
        needed: usize,
    },
    /// Two columns have one name.
    #[error("two columns are named {name:?}; names tell coefficients apart, rename one")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A weight is below 0.
    #[error("the weight of row {row} (counted from 0) is {value}; weights are not negative")]
    NegativeWeight {
        /// The row.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// All weights are 0.
    #[error("all weights are 0, so no row counts; give some rows a positive weight")]
    NoWeight,
    /// An option lies outside its range.
    #[error("{name} = {value} is invalid; it must be {must}")]
    InvalidOption {
        /// The option.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        must: &'static str,
    },
}
