//! The bookkeeping that all optimisers share.

use std::collections::BTreeMap;

use gradus_linalg::Scalar;

use crate::{OptimError, Optimizer, OptimizerState};

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
///     fn apply(&self, param: &mut [f64], grad: &[f64], _state: &mut [Vec<f64>; 0]) {
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
pub trait Rule<T: Scalar, const N: usize>: Send {
    /// The name under which states are saved.
    fn name(&self) -> &'static str;

    /// Computes what is the same for all entries at step `step` (counted from 1) and rate `lr`.
    fn prepare(&mut self, lr: f64, step: u64);

    /// Updates one parameter and its state in place; all slices have the same length.
    fn apply(&self, param: &mut [T], grad: &[T], state: &mut [Vec<T>; N]);
}

/// A [`Rule`] with its step count, learning rate and state arrays: an [`Optimizer`].
///
/// State arrays start at zero. The configs' `build` functions return it.
#[derive(Debug, Clone)]
pub struct Stepper<T, R, const N: usize> {
    rule: R,
    lr: f64,
    step: u64,
    arrays: BTreeMap<usize, [Vec<T>; N]>,
}

impl<T: Scalar, R: Rule<T, N>, const N: usize> Stepper<T, R, N> {
    /// An optimiser at step 0 with no state.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when `lr` is negative, or not finite in `T`.
    pub fn new(rule: R, lr: f64) -> Result<Self, OptimError> {
        check_lr::<T>(rule.name(), lr)?;
        Ok(Self { rule, lr, step: 0, arrays: BTreeMap::new() })
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

    fn update(&mut self, key: usize, param: &mut [T], grad: &[T]) -> Result<(), OptimError> {
        let optimizer = self.rule.name();
        if self.step == 0 {
            return Err(OptimError::StepNotBegun { optimizer, key });
        }
        if param.len() != grad.len() {
            let (param, grad) = (param.len(), grad.len());
            return Err(OptimError::GradientLength { optimizer, key, param, grad });
        }
        let state = self
            .arrays
            .entry(key)
            .or_insert_with(|| std::array::from_fn(|_| vec![T::zero(); param.len()]));
        if let Some(array) = state.iter().find(|array| array.len() != param.len()) {
            let (param, state) = (param.len(), array.len());
            return Err(OptimError::StateLength { optimizer, key, param, state });
        }
        self.rule.apply(param, grad, state);
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
            arrays: self.arrays.iter().map(|(&key, arrays)| (key, arrays.to_vec())).collect(),
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
        let mut loaded = BTreeMap::new();
        for (key, arrays) in state.arrays {
            let count = arrays.len();
            let arrays: [Vec<T>; N] = arrays.try_into().map_err(|_| {
                self.damaged(format!("parameter {key} has {count} arrays, not {N}"))
            })?;
            if let Some(pair) = arrays.windows(2).find(|pair| pair[0].len() != pair[1].len()) {
                let (a, b) = (pair[0].len(), pair[1].len());
                return Err(self.damaged(format!("parameter {key} has arrays of {a} and {b}")));
            }
            loaded.insert(key, arrays);
        }
        self.arrays = loaded;
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

fn check_lr<T: Scalar>(optimizer: &'static str, lr: f64) -> Result<(), OptimError> {
    let expected = "a learning rate must be finite and not negative";
    check(optimizer, "lr", lr, expected, lr >= 0.0 && T::of(lr) <= T::MAX)
}

/// Turns a failed condition on a hyper-parameter into its error.
pub(crate) fn check(
    optimizer: &'static str,
    name: &'static str,
    value: f64,
    expected: &'static str,
    holds: bool,
) -> Result<(), OptimError> {
    if holds {
        Ok(())
    } else {
        Err(OptimError::InvalidHyperparameter { optimizer, name, value, expected })
    }
}

/// Checks the weight of a moving average, which must lie in [0, 1) after rounding to `T` too.
pub(crate) fn check_beta<T: Scalar>(
    optimizer: &'static str,
    name: &'static str,
    beta: f64,
) -> Result<(), OptimError> {
    let expected = "it must lie in [0, 1), and not round to 1";
    check(optimizer, name, beta, expected, beta >= 0.0 && T::of(beta) < T::one())
}
