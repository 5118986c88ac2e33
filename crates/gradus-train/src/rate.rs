//! The learning rate over a run.

use gradus_linalg::Scalar;
use gradus_optim::schedules::{Plateau, ReduceOnPlateau, Schedule};
use gradus_optim::{OptimError, Optimizer};
use serde::{Deserialize, Serialize};

/// How the learning rate changes over a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum LearningRate {
    /// Not at all: it is the optimiser's.
    #[default]
    Fixed,
    /// By a law over epochs: the first has t = 0.
    PerEpoch(Schedule),
    /// By a law over steps, that is mini-batches: the first of the run has t = 0.
    PerStep(Schedule),
    /// Lower whenever the dev cost (without a dev set, the training cost) stands still.
    OnPlateau(ReduceOnPlateau),
}

/// A [`LearningRate`] on its way through a run.
#[derive(Clone, Debug)]
pub(crate) struct Rate<'c> {
    law: &'c LearningRate,
    plateau: Option<Plateau>,
    steps: u64,
}

impl<'c> Rate<'c> {
    pub(crate) fn start(law: &'c LearningRate) -> Result<Self, OptimError> {
        let mut plateau = None;
        match law {
            LearningRate::Fixed => {}
            LearningRate::PerEpoch(law) | LearningRate::PerStep(law) => law.check()?,
            LearningRate::OnPlateau(law) => plateau = Some(law.start()?),
        }
        Ok(Self { law, plateau, steps: 0 })
    }

    /// Before the first step of an epoch, counted from 1.
    pub(crate) fn begin_epoch<T: Scalar>(
        &self,
        epoch: usize,
        optimizer: &mut dyn Optimizer<T>,
    ) -> Result<(), OptimError> {
        match (self.law, &self.plateau) {
            (LearningRate::PerEpoch(law), _) => optimizer.set_lr(law.lr(epoch as u64 - 1)),
            (_, Some(plateau)) => optimizer.set_lr(plateau.lr()),
            _ => Ok(()),
        }
    }

    /// Before each step.
    pub(crate) fn begin_step<T: Scalar>(
        &mut self,
        optimizer: &mut dyn Optimizer<T>,
    ) -> Result<(), OptimError> {
        if let LearningRate::PerStep(law) = self.law {
            optimizer.set_lr(law.lr(self.steps))?;
        }
        self.steps += 1;
        Ok(())
    }

    /// After an epoch with this cost.
    pub(crate) fn end_epoch(&mut self, cost: f64) {
        if let Some(plateau) = &mut self.plateau {
            plateau.observe(cost);
        }
    }
}
