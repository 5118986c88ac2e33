//! What all elementwise transformations share.

use gradus_linalg::Scalar;

use crate::{Change, Changes, OptimError, Optimizer, OptimizerState, optimizer::leave_to};

/// A transformation: what it changes in one update.
///
/// Implement it to write one of your own: [`Transformed`] does the rest.
///
/// # Examples
///
/// Gradients normalised to length 1:
///
/// ```
/// use gradus_optim::{Change, Changes, Optimizer, Sgd, Transform, Transformed};
///
/// struct Normalise;
///
/// impl Transform<f64> for Normalise {
///     fn name(&self) -> &'static str {
///         "normalise"
///     }
///     fn changes(
///         &self,
///         _lr: f64,
///         param: &[f64],
///         grad: &[f64],
///         before: &Changes<'_>,
///     ) -> [Option<Change>; 2] {
///         let norm = before.norm(param, grad);
///         [(norm > 0.0).then_some(Change::Scale(1.0 / norm)), None]
///     }
/// }
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Transformed::new(Normalise, Sgd { lr: 1.0 }.build::<f64>()?);
/// let mut theta = [0.0, 0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[3.0, -4.0])?;
/// assert!((theta[0] + 0.6).abs() < 1e-15 && (theta[1] - 0.8).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
pub trait Transform<T: Scalar>: Send {
    /// The name under which states are saved.
    fn name(&self) -> &'static str;

    /// What is changed after `before`, given the rate in force.
    fn changes(
        &self,
        lr: f64,
        param: &[T],
        grad: &[T],
        before: &Changes<'_>,
    ) -> [Option<Change>; 2];
}

/// An optimiser behind a [`Transform`]: itself an [`Optimizer`].
///
/// The outermost transformation acts first: in `ClipValue { .. }.over(decayed)?` the gradient is
/// clipped before `decayed` adds its decay. All changes are made in the one pass of the update.
#[derive(Debug, Clone)]
pub struct Transformed<R, O> {
    transform: R,
    inner: O,
}

impl<R, O> Transformed<R, O> {
    /// An optimiser whose gradients pass through `transform`.
    pub fn new(transform: R, inner: O) -> Self {
        Self { transform, inner }
    }
}

impl<T: Scalar, R: Transform<T>, O: Optimizer<T>> Optimizer<T> for Transformed<R, O> {
    fn begin_step(&mut self) {
        self.inner.begin_step();
    }

    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError> {
        let [first, second] = self.transform.changes(self.inner.lr(), param, grad, changes);
        let first = first.map_or(*changes, |change| changes.then(change));
        let both = second.map_or(first, |change| first.then(change));
        self.inner.update_with(key, param, grad, &both)
    }

    leave_to!(self, self.inner);

    fn state(&self) -> OptimizerState<T> {
        let inner = self.inner.state();
        OptimizerState {
            optimizer: self.name().to_owned(),
            step: inner.step,
            lr: inner.lr,
            arrays: Default::default(),
            inner: vec![inner],
        }
    }

    fn load_state(&mut self, state: OptimizerState<T>) -> Result<(), OptimError> {
        let name = self.name();
        if !state.arrays.is_empty() && state.optimizer == name {
            let what = format!("{} parameters have arrays, not none", state.arrays.len());
            return Err(OptimError::DamagedState { optimizer: name, what });
        }
        let inner = inner_state(name, state)?;
        self.inner.load_state(inner)
    }

    fn name(&self) -> &'static str {
        self.transform.name()
    }
}

/// The state of the wrapped optimiser in a state that `name` saved.
pub(crate) fn inner_state<T>(
    name: &'static str,
    state: OptimizerState<T>,
) -> Result<OptimizerState<T>, OptimError> {
    if state.optimizer != name {
        return Err(OptimError::StateOfAnother { expected: name, found: state.optimizer });
    }
    let damaged = |what| OptimError::DamagedState { optimizer: name, what };
    let (count, lr) = (state.inner.len(), state.lr);
    let [inner]: [OptimizerState<T>; 1] =
        state.inner.try_into().map_err(|_| damaged(format!("it wraps {count} others, not one")))?;
    if inner.lr != lr {
        return Err(damaged(format!("its rate is {lr}, that of what it wraps {}", inner.lr)));
    }
    Ok(inner)
}
