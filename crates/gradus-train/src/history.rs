//! What a run was like.

use serde::{Deserialize, Serialize};

use crate::Score;

/// One epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The mean over the epoch's batches, each with the weights of its moment.
    pub train: Score,
    /// The dev set with the weights at the end of the epoch.
    pub dev: Option<Score>,
    /// The learning rate at the end of the epoch.
    pub lr: f64,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// All epochs were made.
    Completed,
    /// The dev cost had not become better for as many epochs as patience allows.
    EarlyStopping,
    /// The observer asked for it.
    Observer,
}

/// The curves of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Every epoch, in order.
    pub epochs: Vec<EpochRecord>,
    /// The epoch with the least dev cost (without a dev set, the last), from 1.
    pub best_epoch: usize,
    /// Why the run ended.
    pub stopped: StopReason,
    /// Rows of a mini-batch.
    pub batch_size: usize,
}
