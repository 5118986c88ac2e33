//! A model of either kind.

use gradus_data::{FittedTarget, Table};
use nalgebra::DMatrix;

use crate::{IoError, Preparation, SavedLinear, SavedNetwork};

/// A model with all that is needed to use it, as a file holds it: [`load`](crate::load) tells
/// which it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SavedModel {
    /// A trained network.
    Network(Box<SavedNetwork>),
    /// A fitted linear model.
    Linear(Box<SavedLinear>),
}

/// What a model says about m examples.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Prediction {
    /// The probability of each class, m×k; rows sum to 1.
    Probabilities(DMatrix<f64>),
    /// The values in the target's own units, m×1.
    Values(DMatrix<f64>),
    /// On which side of a hyperplane, m×1: the second class where it is positive, the first where
    /// it is negative or 0. Of more than two classes a column for each, of which the largest wins.
    /// Larger is surer, and no probability.
    Margins(DMatrix<f64>),
}

impl SavedModel {
    /// The names of the classes; `None` if the target is a value.
    pub fn labels(&self) -> Option<&[String]> {
        self.target().labels()
    }

    /// The target column, and its classes if it has any.
    pub fn target(&self) -> &FittedTarget {
        match self {
            Self::Network(model) => &model.target,
            Self::Linear(model) => &model.target,
        }
    }

    /// How a table becomes features.
    pub fn preparation(&self) -> &Preparation {
        match self {
            Self::Network(model) => &model.preparation,
            Self::Linear(model) => &model.preparation,
        }
    }

    /// The predictions for rows of a table.
    ///
    /// # Errors
    /// As [`SavedNetwork::predict_rows`] and [`SavedLinear::predict_rows`].
    pub fn predict_rows(&self, table: &Table, rows: &[usize]) -> Result<Prediction, IoError> {
        match self {
            Self::Network(model) => model.predict_rows(table, rows),
            Self::Linear(model) => model.predict_rows(table, rows),
        }
    }
}

impl From<SavedNetwork> for SavedModel {
    fn from(model: SavedNetwork) -> Self {
        Self::Network(Box::new(model))
    }
}

impl From<SavedLinear> for SavedModel {
    fn from(model: SavedLinear) -> Self {
        Self::Linear(Box::new(model))
    }
}
