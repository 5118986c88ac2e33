//! What cannot be chosen, and why.
//!
//! Fields number folds from 0, as indices do; in messages, which are for people, the first is fold 1.

use std::fmt;
use std::sync::Arc;

use gradus_data::DataError;
use gradus_metrics::MetricError;
use gradus_resample::{FitError, ResampleError};
use gradus_stats::StatsError;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// A split could not be made.
    #[error(transparent)]
    Resample(#[from] ResampleError),
    /// A test could not be made.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A score could not be computed.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// A table does not fit the encoder or the target.
    #[error(transparent)]
    Data(DataFault),
    /// A caller's closure predicted for another number of rows.
    #[error("there are {given} predictions for {rows} rows; give one for each")]
    PredictionCount {
        /// The predictions given.
        given: usize,
        /// The rows to predict.
        rows: usize,
    },
    /// There is nothing to choose from, or no size or cost to look at.
    #[error("there are no {what}; give at least {needed}")]
    TooFew {
        /// Candidates, sizes, fold costs.
        what: &'static str,
        /// The least number.
        needed: usize,
    },
    /// A hyper-parameter was asked for that the candidate has not.
    #[error("there is no hyper-parameter {name:?}; there are: {}", .known.join(", "))]
    UnknownParameter {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// A hyper-parameter is of another kind than was asked for.
    #[error("the hyper-parameter {name:?} is {value}, which is no {wanted}")]
    ParameterKind {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// The kind asked for.
        wanted: &'static str,
    },
    /// Two hyper-parameters have one name.
    #[error("two hyper-parameters are named {name:?}; rename one")]
    DuplicateParameter {
        /// The name.
        name: String,
    },
    /// A domain holds no value, or a bound is wrong.
    #[error("the hyper-parameter {name:?}: {domain} holds nothing to draw; {must}")]
    InvalidDomain {
        /// The hyper-parameter.
        name: String,
        /// The domain.
        domain: String,
        /// What it must be.
        must: &'static str,
    },
    /// A grid of a domain that cannot be listed.
    #[error(
        "the hyper-parameter {name:?}: {domain} is a continuum and has no grid; list the values \
         to try, or draw at random"
    )]
    NoGrid {
        /// The hyper-parameter.
        name: String,
        /// The domain.
        domain: String,
    },
    /// A grid that is too large to list.
    #[error("the grid has more than {most} candidates; list fewer values, or draw at random")]
    GridTooLarge {
        /// The most that are made.
        most: usize,
    },
    /// No candidate could be scored.
    #[error(
        "none of {trials} candidate(s) could be scored; the first failed in fold {}: {source}",
        .fold + 1
    )]
    AllFailed {
        /// The number of candidates.
        trials: usize,
        /// The fold in which the first failed.
        fold: usize,
        /// Why.
        source: FitError,
    },
    /// A fit of a learning curve failed.
    #[error("the fit on {size} rows of fold {} failed", .fold + 1)]
    CurveFit {
        /// The number of training rows.
        size: usize,
        /// The fold.
        fold: usize,
        /// What the closure returned.
        source: FitError,
    },
    /// A score of a learning curve is no number.
    #[error(
        "the score on the {side} rows is {value} for a fit on {size} rows of fold {}; a model \
         that did not converge, or a class without rows, is the usual cause", .fold + 1
    )]
    CurveScore {
        /// "training" or "test".
        side: &'static str,
        /// The number of training rows.
        size: usize,
        /// The fold.
        fold: usize,
        /// The score.
        value: f64,
    },
    /// A size of a learning curve that a fold cannot give.
    #[error(
        "a fit on {size} rows was asked for, but fold {} has {rows} rows to train on; ask for \
         1 to {rows}", .fold + 1
    )]
    CurveSize {
        /// The size asked for.
        size: usize,
        /// The fold.
        fold: usize,
        /// Its training rows.
        rows: usize,
    },
    /// Settings of successive halving that do not work.
    #[error("successive halving: {name} is {value}; {must}")]
    InvalidHalving {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: usize,
        /// What it must be.
        must: &'static str,
    },
    /// A number for the adviser that is none.
    #[error("{name} is {value}; it must be {must}")]
    InvalidNumber {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        must: &'static str,
    },
    /// Two samples share no column.
    #[error("the two samples share no column; their columns must have the same names")]
    NoSharedColumn,
    /// The two-sample test's closure failed.
    #[error("the classifier of the two-sample test failed in fold {}", .fold + 1)]
    Classifier {
        /// The fold.
        fold: usize,
        /// What the closure returned.
        source: FitError,
    },
    /// The two-sample test's classifier gave another number of scores than rows.
    #[error("the classifier of the two-sample test gave {given} scores for {rows} rows")]
    ClassifierScores {
        /// The scores given.
        given: usize,
        /// The rows to score.
        rows: usize,
    },
}

impl From<DataError> for SelectError {
    fn from(error: DataError) -> Self {
        Self::Data(DataFault(Arc::new(error)))
    }
}

/// What is wrong with a table, shared so that an error can be copied and compared.
#[derive(Debug, Clone)]
pub struct DataFault(Arc<DataError>);

impl DataFault {
    /// The error itself.
    pub fn get(&self) -> &DataError {
        &self.0
    }
}

impl fmt::Display for DataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Speaks for the error within.
impl std::error::Error for DataFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Two are equal if they say the same.
impl PartialEq for DataFault {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}
