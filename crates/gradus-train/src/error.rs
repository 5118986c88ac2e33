//! What can end training early.

use std::fmt;

use gradus_autograd::AutogradError;
use gradus_data::DataError;
use gradus_nn::{NnError, TargetKind};
use gradus_optim::OptimError;
use thiserror::Error;

/// What a run works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The training set.
    Train,
    /// The dev set.
    Dev,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "training set",
            Self::Dev => "dev set",
        })
    }
}

/// An error of training.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A set without rows.
    #[error("the {part} has no rows: there is nothing to learn from")]
    Empty {
        /// Which set.
        part: Part,
    },
    /// Data that the model does not fit.
    #[error("the {part} has {found} {what}, the model has {expected}: they must agree")]
    Width {
        /// Which set.
        part: Part,
        /// Features or outputs.
        what: &'static str,
        /// The model's.
        expected: usize,
        /// The data's.
        found: usize,
    },
    /// A cost over classes for values, or the other way round.
    #[error("{cost} needs {needs}, the {part} has the other kind of target")]
    Target {
        /// The cost.
        cost: String,
        /// What it needs.
        needs: TargetKind,
        /// Which set.
        part: Part,
    },
    /// Weights of classes for a target of values.
    #[error(
        "class weights need a target of classes, this one is a value: weigh rows instead, or leave \
         the weights out"
    )]
    ClassWeightsOfValues,
    /// More weights, or fewer, than what they are for.
    #[error("there are {found} {what} for the {part}: it needs {expected}, one for each")]
    Weights {
        /// Weights of classes or of rows.
        what: &'static str,
        /// Which set.
        part: Part,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A weight that cannot be.
    #[error("the weight of {of} is {value}: it must be {allowed}")]
    Weight {
        /// The class or the row.
        of: String,
        /// Its weight.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A setting that cannot be.
    #[error("{name} is {value}: it must be {allowed}")]
    Config {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A cost, or a parameter, became infinite or NaN. The model has the last good weights again.
    #[error(
        "{what} is {value} in epoch {epoch}, batch {batch}: training has diverged and the weights \
         of the last good epoch are kept; try a lower learning rate (it was {lr:e})"
    )]
    NonFinite {
        /// The cost, or the name of the parameter.
        what: String,
        /// The value that was met.
        value: String,
        /// The epoch, from 1.
        epoch: usize,
        /// The batch, from 1.
        batch: usize,
        /// The learning rate in force.
        lr: f64,
    },
    /// A trainable parameter without a gradient.
    #[error(
        "parameter {name} received no gradient: the cost does not depend on it; use it in \
         forward, or freeze it"
    )]
    NoGradient {
        /// The parameter's name.
        name: String,
    },
    /// The data is not usable.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The cost cannot be differentiated: no parameter is trainable, say.
    #[error(transparent)]
    Autograd(#[from] AutogradError),
    /// The model or the cost is not usable.
    #[error(transparent)]
    Nn(#[from] NnError),
    /// The optimiser refused.
    #[error(transparent)]
    Optim(#[from] OptimError),
}
