//! One step of training.

use std::sync::Arc;

use gradus_autograd::Tape;
use gradus_linalg::Scalar;
use gradus_nn::cost::CostWeights;
use gradus_nn::{Cost, Layer, Pass, Target};
use gradus_optim::Optimizer;
use nalgebra::DMatrix;
use rand::Rng;

use crate::evaluate::count_correct;
use crate::{GradientRules, TrainError, apply_gradients_with, look_ahead, look_back};

/// What a step found before it changed the weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// The cost of the batch.
    pub cost: f64,
    /// Rows whose largest output was that of their class; `None` for values.
    pub correct: Option<usize>,
}

/// Makes steps, and keeps their buffers: from the second step on it allocates nothing.
///
/// With products large enough for several threads that holds inside a thread pool
/// (`rayon::scope` enters the global one), as [`fit`](crate::fit) does: rayon allocates a block of
/// 1.5 KB for every 60 or so jobs that come from outside.
#[derive(Debug, Default)]
pub struct Stepper<T: Scalar> {
    tape: Tape<T>,
    rules: GradientRules,
}

impl<T: Scalar> Stepper<T> {
    /// A stepper without buffers.
    pub fn new() -> Self {
        Self::with(GradientRules::default())
    }

    /// A stepper that clips gradients and adds penalties.
    pub fn with(rules: GradientRules) -> Self {
        Self { tape: Tape::new(), rules }
    }

    /// Forward, backward, update.
    ///
    /// If the cost is not finite the weights are left as they are.
    ///
    /// # Panics
    /// If the batch does not fit the model.
    ///
    /// # Errors
    /// If a layer refuses the batch, if there is no trainable parameter, if one received no gradient,
    /// or if the optimiser refuses.
    pub fn step(
        &mut self,
        model: &mut dyn Layer<T>,
        cost: Cost,
        optimizer: &mut dyn Optimizer<T>,
        batch: (&Arc<DMatrix<T>>, &Target<T>),
        rng: &mut dyn Rng,
    ) -> Result<StepOutcome, TrainError> {
        self.step_weighted(model, cost, optimizer, batch, &CostWeights::default(), rng)
    }

    /// As [`Stepper::step`], with weights of classes and of the batch's rows.
    ///
    /// # Panics
    /// If the batch does not fit the model, or the weights the batch.
    ///
    /// # Errors
    /// As [`Stepper::step`].
    pub fn step_weighted(
        &mut self,
        model: &mut dyn Layer<T>,
        cost: Cost,
        optimizer: &mut dyn Optimizer<T>,
        (x, target): (&Arc<DMatrix<T>>, &Target<T>),
        weights: &CostWeights<T>,
        rng: &mut dyn Rng,
    ) -> Result<StepOutcome, TrainError> {
        look_ahead(model, optimizer)?;
        let output = model.try_forward(self.tape.input(x), &mut Pass::train(rng));
        let output = match output {
            Ok(output) => output,
            Err(error) => {
                self.tape.reset();
                look_back(model, optimizer)?;
                return Err(error.into());
            }
        };
        let correct = match target {
            Target::Classes(classes) => Some(output.with_value(|y| count_correct(y, classes))),
            Target::Values(_) => None,
        };
        let value = cost.of_weighted(output, target, weights);
        let outcome = StepOutcome { cost: value.item().to_f64(), correct };
        if !outcome.cost.is_finite() {
            self.tape.reset();
            look_back(model, optimizer)?;
            return Ok(outcome);
        }
        let gradients = value.try_backward();
        self.tape.reset();
        let gradients = match gradients {
            Ok(gradients) => gradients,
            Err(error) => {
                look_back(model, optimizer)?;
                return Err(error.into());
            }
        };
        let applied = apply_gradients_with(model, &gradients, optimizer, &self.rules);
        self.tape.recycle(gradients);
        applied.map(|()| outcome)
    }
}
