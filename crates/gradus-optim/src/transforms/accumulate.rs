//! Accumulation of gradients.

use std::collections::BTreeMap;

use gradus_linalg::{Scalar, vectorize};

use super::transformed::inner_state;
use crate::checks::check;
use crate::{Change, Changes, OptimError, Optimizer, OptimizerState, optimizer::leave_to};

/// One step of the owned optimiser for every k steps begun, with the mean of their gradients: a
/// mini-batch k times as large in the memory of one.
///
/// Transformations around it act on each gradient that comes in; those inside it on the mean.
/// Decoupled decay and soft thresholds act once per step that is made. What a run leaves over waits
/// for the next steps, also across epochs, and is saved with the state. The learning rate is the
/// owned optimiser's. A parameter has to come in every one of the k steps.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Accumulate, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Accumulate::new(2, Sgd { lr: 1.0 }.build::<f64>()?)?;
/// let mut theta = [0.0];
/// for (grad, expected) in [(1.0, 0.0), (3.0, -2.0)] {
///     optimizer.begin_step();
///     optimizer.update(0, &mut theta, &[grad])?;
///     assert_eq!(theta[0], expected);
/// }
/// # Ok(())
/// # }
/// ```
///
/// As optax's `MultiSteps`. In PyTorch the sum of `backward` calls is left to the user, who divides.
#[derive(Debug, Clone)]
pub struct Accumulate<T, O> {
    every: u64,
    begun: u64,
    sums: BTreeMap<usize, Vec<T>>,
    inner: O,
}

impl<T: Scalar, O: Optimizer<T>> Accumulate<T, O> {
    const NAME: &str = "accumulate";

    /// Makes a step of `inner` for every `every` steps.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when `every` is 0.
    pub fn new(every: u64, inner: O) -> Result<Self, OptimError> {
        check(Self::NAME, "every", every as f64, "it must be at least 1", every >= 1)?;
        Ok(Self { every, begun: 0, sums: BTreeMap::new(), inner })
    }

    /// Which of the k steps has begun, from 1.
    fn place(&self) -> u64 {
        self.begun.wrapping_sub(1) % self.every + 1
    }
}

impl<T: Scalar, O: Optimizer<T>> Optimizer<T> for Accumulate<T, O> {
    fn begin_step(&mut self) {
        self.begun = self.begun.saturating_add(1);
        if self.place() == self.every {
            self.inner.begin_step();
        }
    }

    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError> {
        let optimizer = Self::NAME;
        if self.begun == 0 {
            return Err(OptimError::StepNotBegun { optimizer, key });
        }
        if param.len() != grad.len() {
            let (param, grad) = (param.len(), grad.len());
            return Err(OptimError::GradientLength { optimizer, key, param, grad });
        }
        let (first, last) = (self.place() == 1, self.place() == self.every);
        let sum = self.sums.entry(key).or_insert_with(|| vec![T::zero(); param.len()]);
        if sum.len() != param.len() {
            let (param, state) = (param.len(), sum.len());
            return Err(OptimError::StateLength { optimizer, key, param, state });
        }
        if first {
            sum.fill(T::zero());
        }
        let weight: T = Scalar::of(1.0 / self.every as f64);
        let mut buffer = [T::zero(); crate::changes::BLOCK];
        let blocks = param.chunks(buffer.len()).zip(grad.chunks(buffer.len()));
        for ((param, grad), sum) in blocks.zip(sum.chunks_mut(buffer.len())) {
            let buffer = &mut buffer[..grad.len()];
            buffer.copy_from_slice(grad);
            changes.change_gradient(param, buffer);
            vectorize(|| {
                for (sum, &g) in sum.iter_mut().zip(&*buffer) {
                    *sum += weight * g;
                }
            });
        }
        if last {
            let changes = changes.then(Change::GradientDone);
            self.inner.update_with(key, param, sum, &changes)
        } else {
            // The gradient has been taken; the parameters stay where they are.
            self.inner.look_back(key, param)
        }
    }

    leave_to!(self, self.inner);

    fn state(&self) -> OptimizerState<T> {
        OptimizerState {
            optimizer: Self::NAME.to_owned(),
            step: self.begun,
            lr: self.inner.lr(),
            arrays: self.sums.iter().map(|(&key, sum)| (key, vec![sum.clone()])).collect(),
            inner: vec![self.inner.state()],
        }
    }

    fn load_state(&mut self, mut state: OptimizerState<T>) -> Result<(), OptimError> {
        let begun = state.step;
        let mut sums = BTreeMap::new();
        if state.optimizer == Self::NAME {
            for (key, arrays) in std::mem::take(&mut state.arrays) {
                let count = arrays.len();
                let [sum]: [Vec<T>; 1] = arrays.try_into().map_err(|_| {
                    let what = format!("parameter {key} has {count} arrays, not 1");
                    OptimError::DamagedState { optimizer: Self::NAME, what }
                })?;
                sums.insert(key, sum);
            }
        }
        let inner = inner_state(Self::NAME, state)?;
        self.inner.load_state(inner)?;
        self.begun = begun;
        self.sums = sums;
        Ok(())
    }

    fn name(&self) -> &'static str {
        Self::NAME
    }
}
