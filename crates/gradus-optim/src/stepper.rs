//! The bookkeeping that all optimisers share.

use gradus_linalg::Scalar;

use crate::changes::BLOCK;
use crate::checks::check_lr;
use crate::fused;
use crate::part::Part;
use crate::{Changes, EvaluationPoint, OptimError, Optimizer, OptimizerState};

/// One optimiser's arithmetic: the update of one array, with `N` state arrays beside it.
///
/// Implement it to write an optimiser of your own: [`Stepper`] does the rest.
///
/// # Examples
///
/// Sign descent, θ −= α sign(g), keeps no state:
///
/// ```
/// use gradus_optim::{Optimizer, Rule, Stepper};
///
/// struct SignDescent {
///     lr: f64,
/// }
///
/// impl Rule<f64, 0> for SignDescent {
///     fn name(&self) -> &'static str {
///         "sign-descent"
///     }
///     fn prepare(&mut self, lr: f64, _step: u64) {
///         self.lr = lr;
///     }
///     fn apply(&self, param: &mut [f64], grad: &[f64], _state: [&mut [f64]; 0]) {
///         for (p, g) in param.iter_mut().zip(grad) {
///             *p -= self.lr * g.signum();
///         }
///     }
/// }
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Stepper::new(SignDescent { lr: 0.0 }, 0.5)?;
/// let mut theta = [1.0, 1.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[7.0, -0.1])?;
/// assert_eq!(theta, [0.5, 1.5]);
/// # Ok(())
/// # }
/// ```
pub trait Rule<T: Scalar, const N: usize>: Send + Sync {
    /// The name under which states are saved.
    fn name(&self) -> &'static str;

    /// Computes what is the same for all entries at step `step` (counted from 1) and rate `lr`.
    fn prepare(&mut self, lr: f64, step: u64);

    /// Updates a run of entries of one parameter and of its state in place; all slices have the
    /// same length. Entries must not depend on each other: a parameter comes in pieces.
    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; N]);

    /// γ, if the gradient has to be taken at θ − γ·state₀; `apply` then starts from θ.
    fn look_ahead(&self) -> Option<f64> {
        None
    }
}

/// A [`Rule`] with its step count, learning rate and state arrays: an [`Optimizer`].
///
/// State arrays start at zero. The configs' `build` functions return it.
#[derive(Debug, Clone)]
pub struct Stepper<T, R, const N: usize> {
    rule: R,
    lr: f64,
    step: u64,
    /// By ascending key.
    slots: Vec<Slot<T, N>>,
}

/// What is kept for one parameter.
#[derive(Debug, Clone)]
struct Slot<T, const N: usize> {
    key: usize,
    len: usize,
    arrays: [Vec<T>; N],
    /// Where the parameter stood before it looked ahead; else empty of meaning.
    origin: Vec<T>,
    ahead: bool,
}

impl<T: Scalar, R: Rule<T, N>, const N: usize> Stepper<T, R, N> {
    /// An optimiser at step 0 with no state.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when `lr` is negative, or not finite in `T`.
    pub fn new(rule: R, lr: f64) -> Result<Self, OptimError> {
        check_lr::<T>(rule.name(), lr)?;
        Ok(Self { rule, lr, step: 0, slots: Vec::new() })
    }

    /// The place of a key's slot, or where it belongs.
    fn place(&self, key: usize) -> Result<usize, usize> {
        // Keys mostly run from 0 without a gap.
        match self.slots.get(key) {
            Some(slot) if slot.key == key => Ok(key),
            _ => self.slots.binary_search_by_key(&key, |slot| slot.key),
        }
    }

    /// The slot of a key, made at first sight.
    fn slot(&mut self, key: usize, len: usize) -> Result<usize, OptimError> {
        match self.place(key) {
            Ok(place) => {
                let state = self.slots[place].len;
                if N > 0 && state != len {
                    let optimizer = self.rule.name();
                    return Err(OptimError::StateLength { optimizer, key, param: len, state });
                }
                Ok(place)
            }
            Err(place) => {
                let arrays = std::array::from_fn(|_| vec![T::zero(); len]);
                let slot = Slot { key, len, arrays, origin: Vec::new(), ahead: false };
                self.slots.insert(place, slot);
                Ok(place)
            }
        }
    }

    fn damaged(&self, what: String) -> OptimError {
        OptimError::DamagedState { optimizer: self.rule.name(), what }
    }
}

impl<T: Scalar, R: Rule<T, N>, const N: usize> Optimizer<T> for Stepper<T, R, N> {
    fn begin_step(&mut self) {
        self.step = self.step.saturating_add(1);
        self.rule.prepare(self.lr, self.step);
    }

    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError> {
        let optimizer = self.rule.name();
        if self.step == 0 {
            return Err(OptimError::StepNotBegun { optimizer, key });
        }
        if param.len() != grad.len() {
            let (param, grad) = (param.len(), grad.len());
            return Err(OptimError::GradientLength { optimizer, key, param, grad });
        }
        let looks_ahead = self.rule.look_ahead().is_some();
        let mut none = [const { Vec::new() }; N];
        let mut origin: &[T] = &[];
        let arrays = if N == 0 {
            &mut none
        } else {
            let place = self.slot(key, param.len())?;
            let slot = &mut self.slots[place];
            if looks_ahead {
                if !slot.ahead {
                    return Err(OptimError::NotLookedAhead { optimizer, key });
                }
                slot.ahead = false;
                origin = &slot.origin;
            }
            &mut slot.arrays
        };
        let state = arrays.each_mut().map(Vec::as_mut_slice);
        let rule = &self.rule;
        let part = Part { param, grad, origin, state };
        if changes.acts() {
            part.update(&|part| changed(rule, part, changes));
        } else if looks_ahead {
            part.update(&|part| from_origin(rule, part));
        } else {
            part.update(&|part| rule.apply(part.param, part.grad, part.state));
        }
        Ok(())
    }

    fn evaluation_point(&self) -> EvaluationPoint {
        match self.rule.look_ahead() {
            Some(_) => EvaluationPoint::Ahead,
            None => EvaluationPoint::Parameters,
        }
    }

    fn look_ahead(&mut self, key: usize, param: &mut [T]) -> Result<(), OptimError> {
        let Some(factor) = self.rule.look_ahead() else { return Ok(()) };
        let place = self.slot(key, param.len())?;
        let slot = &mut self.slots[place];
        if let Some(velocity) = slot.arrays.first().filter(|_| !slot.ahead) {
            slot.ahead = true;
            slot.origin.resize(param.len(), T::zero());
            let factor: T = Scalar::of(factor);
            let (grad, state) = (velocity.as_slice(), [slot.origin.as_mut_slice()]);
            Part { param, grad, origin: &[], state }.update(&|part| {
                let Part { param, grad: velocity, state: [origin], .. } = part;
                fused::look_ahead(param, velocity, origin, factor);
            });
        }
        Ok(())
    }

    fn look_back(&mut self, key: usize, param: &mut [T]) -> Result<(), OptimError> {
        if self.rule.look_ahead().is_none() {
            return Ok(());
        }
        let place = self.slot(key, param.len())?;
        let slot = &mut self.slots[place];
        if slot.ahead {
            slot.ahead = false;
            param.copy_from_slice(&slot.origin);
        }
        Ok(())
    }

    fn lr(&self) -> f64 {
        self.lr
    }

    fn set_lr(&mut self, lr: f64) -> Result<(), OptimError> {
        check_lr::<T>(self.rule.name(), lr)?;
        self.lr = lr;
        // A step may have begun already; its remaining updates follow the new rate.
        if self.step > 0 {
            self.rule.prepare(lr, self.step);
        }
        Ok(())
    }

    fn state(&self) -> OptimizerState<T> {
        OptimizerState {
            optimizer: self.rule.name().to_owned(),
            step: self.step,
            lr: self.lr,
            arrays: self.slots.iter().map(|slot| (slot.key, slot.arrays.to_vec())).collect(),
            inner: Vec::new(),
        }
    }

    fn load_state(&mut self, state: OptimizerState<T>) -> Result<(), OptimError> {
        let expected = self.rule.name();
        if state.optimizer != expected {
            return Err(OptimError::StateOfAnother { expected, found: state.optimizer });
        }
        check_lr::<T>(expected, state.lr)?;
        if !state.inner.is_empty() {
            return Err(self.damaged(format!("it wraps {} others, not none", state.inner.len())));
        }
        let mut slots = Vec::with_capacity(state.arrays.len());
        for (key, arrays) in state.arrays {
            let count = arrays.len();
            let arrays: [Vec<T>; N] = arrays.try_into().map_err(|_| {
                self.damaged(format!("parameter {key} has {count} arrays, not {N}"))
            })?;
            if let Some(pair) = arrays.windows(2).find(|pair| pair[0].len() != pair[1].len()) {
                let (a, b) = (pair[0].len(), pair[1].len());
                return Err(self.damaged(format!("parameter {key} has arrays of {a} and {b}")));
            }
            let len = arrays.first().map_or(0, Vec::len);
            slots.push(Slot { key, len, arrays, origin: Vec::new(), ahead: false });
        }
        self.slots = slots;
        self.lr = state.lr;
        self.step = state.step;
        if self.step > 0 {
            self.rule.prepare(self.lr, self.step);
        }
        Ok(())
    }

    fn name(&self) -> &'static str {
        self.rule.name()
    }
}

/// The update of a parameter that looked ahead, block by block.
fn from_origin<T: Scalar, R: Rule<T, N>, const N: usize>(rule: &R, part: Part<'_, T, N>) {
    part.each_block(|Part { param, grad, origin, state }| {
        param.copy_from_slice(origin);
        rule.apply(param, grad, state);
    });
}

/// The update with changes on the way, block by block.
fn changed<T: Scalar, R: Rule<T, N>, const N: usize>(
    rule: &R,
    part: Part<'_, T, N>,
    changes: &Changes<'_>,
) {
    let mut buffer = [T::zero(); BLOCK];
    part.each_block(|Part { param, grad, origin, state }| {
        let buffer = &mut buffer[..grad.len()];
        buffer.copy_from_slice(grad);
        // A penalty has its gradient where the cost has: ahead.
        changes.change_gradient(param, buffer);
        if !origin.is_empty() {
            param.copy_from_slice(origin);
        }
        changes.shrink(param);
        rule.apply(param, buffer, state);
        changes.threshold(param);
    });
}
