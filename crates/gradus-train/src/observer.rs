//! Watching a run.

use crate::EpochRecord;

/// Whether a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// On with it.
    Continue,
    /// End after this epoch.
    Stop,
}

/// Is told how a run goes: progress bars, logs, rules for stopping.
///
/// ```
/// use gradus_train::{EpochRecord, Flow, Observer};
///
/// /// Stops at a dev accuracy.
/// struct Good(f64);
///
/// impl Observer for Good {
///     fn epoch_end(&mut self, record: &EpochRecord) -> Flow {
///         let accuracy = record.dev.as_ref().and_then(|dev| dev.accuracy);
///         if accuracy >= Some(self.0) { Flow::Stop } else { Flow::Continue }
///     }
/// }
/// ```
pub trait Observer {
    /// An epoch begins.
    fn epoch_start(&mut self, _epoch: usize, _batches: usize) {}

    /// A batch is done.
    fn batch_end(&mut self, _batch: usize, _cost: f64) {}

    /// An epoch is done.
    fn epoch_end(&mut self, _record: &EpochRecord) -> Flow {
        Flow::Continue
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {}
