//! One law after another.

use serde::{Deserialize, Serialize};

use super::Schedule;
use crate::OptimError;

/// A law that is followed for some time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// For how many epochs or steps.
    pub length: u64,
    /// The law, whose own t begins at 0 with the stage.
    pub law: Schedule,
}

/// Laws in succession: each stage for its length, then the last one for ever.
///
/// # Examples
///
/// Warm-up over 5 steps, then a cosine over 25:
///
/// ```
/// use gradus_optim::schedules::{Cosine, LinearWarmup, Schedule, Sequence, Stage};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let warmup = LinearWarmup { lr0: 0.1, warmup: 4, start_factor: 0.2 };
/// let law = Schedule::Sequence(Sequence {
///     stages: vec![Stage { length: 5, law: Schedule::LinearWarmup(warmup) }],
///     last: Box::new(Schedule::Cosine(Cosine { lr0: 0.1, t_max: 25, lr_min: 0.0 })),
/// });
/// law.check()?;
/// for (t, lr) in [(0, 0.02), (5, 0.1), (30, 0.0)] {
///     assert!((law.lr(t) - lr).abs() < 1e-15);
/// }
/// # Ok(())
/// # }
/// ```
///
/// As PyTorch's `SequentialLR`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The law after them.
    pub last: Box<Schedule>,
}

impl Sequence {
    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        let mut since = t;
        for stage in &self.stages {
            if since < stage.length {
                return stage.law.lr(since);
            }
            since -= stage.length;
        }
        self.last.lr(since)
    }

    /// Whether the settings of every law can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        self.stages.iter().try_for_each(|stage| stage.law.check())?;
        self.last.check()
    }
}
