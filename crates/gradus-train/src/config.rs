//! How a run is made.

use serde::{Deserialize, Serialize};

use crate::{Clip, GradientRules, LearningRate, Penalty, TrainError, Weights};

/// Which weights a run leaves in the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Restore {
    /// Those of the epoch with the least dev cost, however the run ended. Without a dev set, the
    /// last ones.
    #[default]
    Best,
    /// The last ones.
    Last,
}

/// The settings of [`fit`](crate::fit).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitConfig {
    /// The largest number of passes over the training set.
    pub epochs: usize,
    /// Rows of a mini-batch; `None` takes
    /// [`suggested_batch_size`](gradus_data::suggested_batch_size).
    pub batch_size: Option<usize>,
    /// The seed of the order of the rows and of the layers' noise.
    pub seed: u64,
    /// Stops after this many epochs without a better dev cost; `None` never does.
    pub patience: Option<usize>,
    /// By how much a dev cost must be lower to count as better.
    pub min_delta: f64,
    /// Which weights are left in the model.
    pub restore: Restore,
    /// How the learning rate changes.
    pub learning_rate: LearningRate,
    /// How long gradients may be.
    pub clip: Clip,
    /// A penalty on the weights.
    pub penalty: Penalty,
    /// How much classes and rows count.
    pub weights: Weights,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            epochs: 50,
            batch_size: None,
            seed: 0,
            patience: None,
            min_delta: 0.0,
            restore: Restore::Best,
            learning_rate: LearningRate::Fixed,
            clip: Clip::None,
            penalty: Penalty::default(),
            weights: Weights::default(),
        }
    }
}

impl FitConfig {
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let config =
            |name, value: String, allowed| Err(TrainError::Config { name, value, allowed });
        if self.epochs == 0 {
            return config("epochs", "0".into(), "at least 1");
        }
        if self.batch_size == Some(0) {
            return config("batch_size", "0".into(), "at least 1");
        }
        if self.patience == Some(0) {
            return config("patience", "0".into(), "at least 1");
        }
        if !(self.min_delta.is_finite() && self.min_delta >= 0.0) {
            return config("min_delta", self.min_delta.to_string(), "finite and not negative");
        }
        GradientRules { clip: self.clip, penalty: self.penalty }.check()
    }
}
