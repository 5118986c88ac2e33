//! How a model came about.

use serde::{Deserialize, Serialize};

/// What is remembered of the training of a model: enough to repeat it, and to judge the model.
///
/// The default is all zeros and empty texts: nothing was recorded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// The program that trained the model, with its version.
    pub program: String,
    /// The data set, by its name or the name of its file.
    pub data: String,
    /// A hash of the features and their order, to recognise the data set again.
    pub fingerprint: u64,
    /// The rows that were fitted on.
    pub train_rows: u64,
    /// The rows that the stopping time was chosen on.
    pub dev_rows: u64,
    /// The rows that the scores were computed on.
    pub test_rows: u64,
    /// The seed of the split, the initial weights and the order of batches.
    pub seed: u64,
    /// The optimiser's name, and after commas what was set beside it: the schedule, penalties.
    pub optimizer: String,
    /// The learning rate.
    pub lr: f64,
    /// Rows of a mini-batch.
    pub batch_size: u64,
    /// The largest number of epochs that was allowed.
    pub max_epochs: u64,
    /// How many epochs without a better dev cost would end training.
    pub patience: Option<u64>,
    /// The number of epochs that were made.
    pub epochs: u64,
    /// The epoch whose weights the model has, from 1.
    pub best_epoch: u64,
    /// The training cost in that epoch.
    pub train_cost: f64,
    /// The dev cost in that epoch.
    pub dev_cost: f64,
    /// The scores on the test rows.
    pub test_scores: Vec<NamedScore>,
}

/// What is remembered of the fit of a linear model: enough to repeat it, and to judge the model.
///
/// The default is all zeros and empty texts: nothing was recorded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FitRecord {
    /// The program that fitted the model, with its version.
    pub program: String,
    /// The data set, by its name or the name of its file.
    pub data: String,
    /// A hash of the features and their order, to recognise the data set again.
    pub fingerprint: u64,
    /// The rows that were fitted on.
    pub rows: u64,
    /// The rows left out for missing values.
    pub dropped: u64,
    /// The estimator and its options, in words.
    pub estimator: String,
    /// The weight λ of the penalty, if there is one.
    pub lambda: Option<f64>,
    /// The share ρ of the L1 part in the penalty, if there is one.
    pub l1_ratio: Option<f64>,
    /// The figures of the fit, such as R² or the log-likelihood.
    pub figures: Vec<NamedScore>,
}

/// A score and its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedScore {
    /// Such as `accuracy`.
    pub name: String,
    /// The value.
    pub value: f64,
}
