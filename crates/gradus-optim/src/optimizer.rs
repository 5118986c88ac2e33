//! The trait that training loops hold.

use gradus_linalg::Scalar;

use crate::{Changes, OptimError, OptimizerState};

/// Where an optimiser wants the gradient to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EvaluationPoint {
    /// At the parameters.
    #[default]
    Parameters,
    /// Ahead of them: [`Optimizer::look_ahead`] has to move each parameter there before the
    /// forward pass.
    Ahead,
}

/// Something that moves parameters, given their gradients.
///
/// One step is [`begin_step`](Self::begin_step), then one [`update`](Self::update) per parameter,
/// in any order. `key` is the parameter's position in the model's fixed order: under it the
/// optimiser keeps the arrays of state that belong to the parameter, made at first sight. From the
/// second step on nothing is allocated; an array of 2¹⁸ entries or more is split over rayon's
/// threads, whose queue may allocate unless the caller runs inside the pool.
///
/// The trait is object-safe. A transformation (clipping, decay, accumulation) is an optimiser that
/// owns another one; see the decision record on optimisers.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer: Box<dyn Optimizer<f32>> = Box::new(Sgd { lr: 0.5 }.build()?);
/// let (mut weights, mut bias) = ([1.0, 2.0], [3.0]);
/// optimizer.begin_step();
/// optimizer.update(0, &mut weights, &[1.0, -1.0])?;
/// optimizer.update(1, &mut bias, &[2.0])?;
/// assert_eq!((weights, bias), ([0.5, 2.5], [2.0]));
/// # Ok(())
/// # }
/// ```
///
/// PyTorch's `Optimizer` holds references to the parameters and updates them all in `step()`; here
/// the caller owns them and lends one at a time.
pub trait Optimizer<T: Scalar>: Send {
    /// Starts the next step: the step count t grows by one and what depends on it is computed.
    fn begin_step(&mut self);

    /// Updates `param` in place, given the gradient of the cost with respect to it.
    ///
    /// Non-finite gradients are not looked for: they would cost a second pass, and the training
    /// loop knows better where they come from.
    ///
    /// # Errors
    ///
    /// [`OptimError::StepNotBegun`] before the first `begin_step`;
    /// [`OptimError::GradientLength`] when the two slices differ in length;
    /// [`OptimError::StateLength`] when `param` had another length under this key before;
    /// [`OptimError::NotLookedAhead`] when the optimiser wants gradients from
    /// [ahead](EvaluationPoint::Ahead) and `look_ahead` was not called; [`OptimError::NoGroup`]
    /// when a [`Grouped`](crate::Grouped) optimiser does not know the key. `param` is then
    /// untouched.
    fn update(&mut self, key: usize, param: &mut [T], grad: &[T]) -> Result<(), OptimError> {
        self.update_with(key, param, grad, &Changes::none())
    }

    /// As [`update`](Self::update), with `changes` made to the gradient and the parameter on the
    /// way, in the same pass.
    ///
    /// # Errors
    ///
    /// Those of `update`.
    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError>;

    /// Where the gradient has to be taken; at the parameters for all but
    /// [`NesterovForm::LookAhead`](crate::NesterovForm::LookAhead).
    fn evaluation_point(&self) -> EvaluationPoint {
        EvaluationPoint::Parameters
    }

    /// Moves `param` to where the gradient has to be taken; `update` starts from where it stood.
    ///
    /// Does nothing for an optimiser that takes gradients at the parameters, or when `param` is
    /// there already. Between `update` and the next `look_ahead` a parameter holds the true θ: that
    /// is when to evaluate and save it.
    ///
    /// # Errors
    ///
    /// [`OptimError::StateLength`] when `param` had another length under this key before,
    /// [`OptimError::NoGroup`] as for `update`.
    fn look_ahead(&mut self, _key: usize, _param: &mut [T]) -> Result<(), OptimError> {
        Ok(())
    }

    /// Moves `param` back to where it stood before [`look_ahead`](Self::look_ahead), bit for bit:
    /// for a step that is given up. Does nothing if it was not moved.
    ///
    /// # Errors
    ///
    /// Those of `look_ahead`.
    fn look_back(&mut self, _key: usize, _param: &mut [T]) -> Result<(), OptimError> {
        Ok(())
    }

    /// The learning rate in force.
    fn lr(&self) -> f64;

    /// Sets the learning rate of the updates that follow; schedules call it once per step.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when `lr` is negative, or not finite in `T`; the old
    /// rate then stays.
    fn set_lr(&mut self, lr: f64) -> Result<(), OptimError>;

    /// A copy of everything that [`load_state`](Self::load_state) needs to go on bit for bit.
    ///
    /// Hyper-parameters other than the learning rate are not part of it: they are the config's.
    fn state(&self) -> OptimizerState<T>;

    /// Takes over a state that an optimiser of the same name saved.
    ///
    /// # Errors
    ///
    /// [`OptimError::StateOfAnother`] for another optimiser's state, [`OptimError::DamagedState`]
    /// for one that no optimiser saves, [`OptimError::InvalidHyperparameter`] for a bad rate. The
    /// old state then stays.
    fn load_state(&mut self, state: OptimizerState<T>) -> Result<(), OptimError>;

    /// The name under which states are saved, such as `adam`.
    fn name(&self) -> &'static str;
}

/// What an optimiser that owns another leaves to it: the rate, and the point of the gradient. A macro,
/// because a trait with these methods could not be implemented for all that own one.
macro_rules! leave_to {
    ($this:ident, $inner:expr) => {
        fn evaluation_point(&$this) -> $crate::EvaluationPoint {
            $inner.evaluation_point()
        }

        fn look_ahead(&mut $this, key: usize, param: &mut [T]) -> Result<(), $crate::OptimError> {
            $inner.look_ahead(key, param)
        }

        fn look_back(&mut $this, key: usize, param: &mut [T]) -> Result<(), $crate::OptimError> {
            $inner.look_back(key, param)
        }

        fn lr(&$this) -> f64 {
            $inner.lr()
        }

        fn set_lr(&mut $this, lr: f64) -> Result<(), $crate::OptimError> {
            $inner.set_lr(lr)
        }
    };
}
pub(crate) use leave_to;

impl<T: Scalar, O: Optimizer<T> + ?Sized> Optimizer<T> for Box<O> {
    fn begin_step(&mut self) {
        (**self).begin_step();
    }

    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError> {
        (**self).update_with(key, param, grad, changes)
    }

    leave_to!(self, (**self));

    fn state(&self) -> OptimizerState<T> {
        (**self).state()
    }

    fn load_state(&mut self, state: OptimizerState<T>) -> Result<(), OptimError> {
        (**self).load_state(state)
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }
}
