//! What can be wrong with a request for a split.
//!
//! Fields number folds and rows from 0, as indices do. In messages, which are for people, the first fold
//! is fold 1; rows say from where they are counted.

use thiserror::Error;

use crate::{FitError, Fractions, Part, Sample};

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
    /// A number of folds below 2.
    #[error("{folds} fold(s) leave nothing to train on or nothing to test; ask for at least 2")]
    TooFewFolds {
        /// The number asked for.
        folds: usize,
    },
    /// More folds than things to share out among them.
    #[error("{count} {what} cannot fill {folds} folds; ask for fewer folds or give more {what}")]
    TooManyFolds {
        /// The number of folds asked for.
        folds: usize,
        /// How many rows or groups there are.
        count: usize,
        /// Rows or groups.
        what: &'static str,
    },
    /// Something that is repeated was asked for no times.
    #[error("no {what} were asked for; ask for at least 1")]
    NoRounds {
        /// Rounds or repeats.
        what: &'static str,
    },
    /// There is not one label a row.
    #[error("{given} {what} were given for {rows} rows; give one a row")]
    LengthMismatch {
        /// Classes, groups, targets or predictions.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A class without a probability.
    #[error("there is a class {class}, but probabilities of {classes} classes, numbered from 0")]
    ClassOutOfRange {
        /// The class.
        class: u32,
        /// How many classes have probabilities.
        classes: usize,
    },
    /// A target is NaN or infinite.
    #[error("the target of row {row} (counted from 0) is {value}; leave the row out")]
    TargetNotFinite {
        /// The row.
        row: usize,
        /// The target.
        value: f64,
    },
    /// Targets cannot be cut into so few bins.
    #[error("{bins} bin(s) do not stratify; ask for at least 2")]
    TooFewBins {
        /// The number asked for.
        bins: usize,
    },
    /// So many rows cannot be left out at a time.
    #[error("{left_out} of {rows} rows cannot be left out: at least 1 must go and 1 must stay")]
    InvalidLeaveOut {
        /// The number of rows to leave out.
        left_out: usize,
        /// The number of rows.
        rows: usize,
    },
    /// The subsets are more than can be counted.
    #[error(
        "there are more ways to leave {left_out} of {rows} rows out than can be counted; draw \
         some of them by random subsampling"
    )]
    TooManySubsets {
        /// The number of rows to leave out.
        left_out: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A test share that leaves no row to test or none to train on.
    #[error("a test share of {share} of {rows} rows leaves one side without a row")]
    InvalidTestShare {
        /// The share asked for.
        share: f64,
        /// The number of rows.
        rows: usize,
    },
    /// A series is too short for its folds and gap.
    #[error(
        "a series of {rows} rows is too short for {folds} folds with a gap of {gap}: the first \
         fold would have nothing to train on; ask for fewer folds or a smaller gap"
    )]
    SeriesTooShort {
        /// The length of the series.
        rows: usize,
        /// The number of folds.
        folds: usize,
        /// The rows between train and test.
        gap: usize,
    },
    /// A row number beyond the rows.
    #[error("row {row} was asked for, but there are {rows} rows, numbered from 0")]
    RowOutOfRange {
        /// The row asked for.
        row: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A given fold trains on a row that it tests.
    #[error(
        "fold {} has row {row} (counted from 0) in train and in test; a row may be in one of them only",
        .fold + 1
    )]
    RowInBoth {
        /// The fold.
        fold: usize,
        /// The row.
        row: usize,
    },
    /// A fold has nothing to train on or nothing to test.
    #[error("fold {} has no row to {side}; use more rows or fewer folds", .fold + 1)]
    EmptyFold {
        /// The fold.
        fold: usize,
        /// "train on" or "test".
        side: &'static str,
    },
    /// Folds that were made for another number of rows.
    #[error("the folds are of {made_for} rows and cannot split {rows}; make them afresh")]
    OtherRows {
        /// The number of rows that the folds were made for.
        made_for: usize,
        /// The number of rows to split.
        rows: usize,
    },
    /// There are fewer groups than parts.
    #[error("{groups} group(s) cannot fill {parts} parts; ask for fewer parts or give more groups")]
    TooFewGroups {
        /// The number of groups.
        groups: usize,
        /// The number of parts that are to have rows.
        parts: usize,
    },
    /// A time that cannot be compared with others.
    #[error("the time of row {row} has no place in an order; leave the row out")]
    TimeWithoutOrder {
        /// The row.
        row: usize,
    },
    /// There are no rows.
    #[error("there are no rows; give at least {needed}")]
    NoRows {
        /// How many are needed.
        needed: usize,
    },
    /// A caller's closure failed.
    #[error("the fit of {of} failed")]
    Fit {
        /// What was fitted on.
        of: Sample,
        /// What the closure returned.
        source: FitError,
    },
    /// A loss is NaN or infinite.
    #[error(
        "the loss of row {row} (counted from 0) is {value} in {of}; a model that did not converge, or \
         a value missing in the row, is the usual cause"
    )]
    LossNotFinite {
        /// The row.
        row: usize,
        /// What was fitted on.
        of: Sample,
        /// The loss.
        value: f64,
    },
    /// A statistic is NaN or infinite.
    #[error(
        "the statistic is {value} in {of}; a sample in which a class is missing or all rows are \
         equal is the usual cause"
    )]
    StatisticNotFinite {
        /// The round, or all rows or all but one.
        of: Sample,
        /// The statistic.
        value: f64,
    },
    /// A confidence level outside (0, 1).
    #[error("a level of {level} is no confidence; it must be above 0 and below 1, as 0.95")]
    InvalidLevel {
        /// The level.
        level: f64,
    },
    /// A BCa interval that does not exist.
    #[error(
        "there is no BCa interval: all replicates lie on one side of the estimate, or no row \
         changes it; ask for more rounds or for the percentile interval"
    )]
    NoBca,
    /// A variance of the noise that is none.
    #[error("a noise of {noise} is no variance; it must be finite and at least 0")]
    InvalidNoise {
        /// The variance given.
        noise: f64,
    },
    /// A no-information rate that is no number.
    #[error("a no-information rate of {rate} is no mean loss; it must be finite")]
    InvalidNoInformation {
        /// The rate given.
        rate: f64,
    },
    /// Samples other than those that an error was measured on.
    #[error(
        "the error was measured on {measured} round(s), and {given} are given; give the same samples"
    )]
    OtherRounds {
        /// The rounds of the error.
        measured: usize,
        /// The rounds given.
        given: usize,
    },
    /// No round left a row out to be tested.
    #[error("none of {rounds} round(s) left a row out; ask for more rounds")]
    NoneLeftOut {
        /// The number of rounds.
        rounds: usize,
    },
}
