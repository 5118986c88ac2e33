//! Groups of parameters.

use gradus_linalg::Scalar;

use crate::checks::check;
use crate::{Changes, EvaluationPoint, OptimError, Optimizer, OptimizerState};

/// The optimiser of some of the parameters.
pub struct Group<T: Scalar> {
    /// What updates them, with its own decay and its own everything.
    pub optimizer: Box<dyn Optimizer<T>>,
    /// Their rate as a multiple of the common one.
    pub lr_factor: f64,
}

/// Updates each parameter with the optimiser of its group, or not at all.
///
/// The common rate α, which schedules set, gives group j the rate αfⱼ. A parameter of no group
/// (`None`) is frozen: it neither moves nor decays. `gradus-train` makes the assignment from the
/// parameters' names.
///
/// # Examples
///
/// The first parameter fast, the second slowly, the third not at all:
///
/// ```
/// use gradus_optim::{Group, Grouped, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let sgd = |lr_factor| -> Result<Group<f64>, gradus_optim::OptimError> {
///     Ok(Group { optimizer: Box::new(Sgd::default().build()?), lr_factor })
/// };
/// let groups = vec![sgd(1.0)?, sgd(0.1)?];
/// let mut optimizer = Grouped::new(0.5, groups, vec![Some(0), Some(1), None])?;
/// let mut params = [[0.0], [0.0], [0.0]];
/// optimizer.begin_step();
/// for (key, param) in params.iter_mut().enumerate() {
///     optimizer.update(key, param, &[-1.0])?;
/// }
/// assert_eq!(params, [[0.5], [0.05], [0.0]]);
/// # Ok(())
/// # }
/// ```
///
/// PyTorch's parameter groups share one kind of optimiser; optax's `multi_transform` is like this.
pub struct Grouped<T: Scalar> {
    lr: f64,
    groups: Vec<Group<T>>,
    assignment: Vec<Option<usize>>,
}

impl<T: Scalar> Grouped<T> {
    const NAME: &str = "grouped";

    /// Sets every group's rate; the parameter with key k belongs to group `assignment[k]`.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when a rate or a factor is negative or not finite, or
    /// an assignment names no group.
    pub fn new(
        lr: f64,
        groups: Vec<Group<T>>,
        assignment: Vec<Option<usize>>,
    ) -> Result<Self, OptimError> {
        if let Some(group) = assignment.iter().flatten().find(|group| **group >= groups.len()) {
            let expected = "each key must be assigned to a group that there is";
            check(Self::NAME, "assignment", *group as f64, expected, false)?;
        }
        for Group { lr_factor, .. } in &groups {
            let expected = "it must be finite and not negative";
            let holds = *lr_factor >= 0.0 && lr_factor.is_finite();
            check(Self::NAME, "lr_factor", *lr_factor, expected, holds)?;
        }
        let mut grouped = Self { lr, groups, assignment };
        grouped.set_lr(lr)?;
        Ok(grouped)
    }

    fn group(&mut self, key: usize) -> Result<Option<&mut dyn Optimizer<T>>, OptimError> {
        let (keys, groups) = (self.assignment.len(), self.groups.len());
        let group = self.assignment.get(key).ok_or(OptimError::NoGroup { key, keys, groups })?;
        Ok(group.map(|group| self.groups[group].optimizer.as_mut() as &mut dyn Optimizer<T>))
    }
}

impl<T: Scalar> std::fmt::Debug for Grouped<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let groups: Vec<_> =
            self.groups.iter().map(|group| (group.optimizer.name(), group.lr_factor)).collect();
        f.debug_struct("Grouped")
            .field("lr", &self.lr)
            .field("groups", &groups)
            .field("assignment", &self.assignment)
            .finish()
    }
}

impl<T: Scalar> Optimizer<T> for Grouped<T> {
    fn begin_step(&mut self) {
        self.groups.iter_mut().for_each(|group| group.optimizer.begin_step());
    }

    fn update_with(
        &mut self,
        key: usize,
        param: &mut [T],
        grad: &[T],
        changes: &Changes<'_>,
    ) -> Result<(), OptimError> {
        match self.group(key)? {
            Some(optimizer) => optimizer.update_with(key, param, grad, changes),
            None => Ok(()),
        }
    }

    fn evaluation_point(&self) -> EvaluationPoint {
        let ahead = |group: &Group<T>| group.optimizer.evaluation_point() == EvaluationPoint::Ahead;
        if self.groups.iter().any(ahead) {
            EvaluationPoint::Ahead
        } else {
            EvaluationPoint::Parameters
        }
    }

    fn look_ahead(&mut self, key: usize, param: &mut [T]) -> Result<(), OptimError> {
        match self.group(key)? {
            Some(optimizer) => optimizer.look_ahead(key, param),
            None => Ok(()),
        }
    }

    fn look_back(&mut self, key: usize, param: &mut [T]) -> Result<(), OptimError> {
        match self.group(key)? {
            Some(optimizer) => optimizer.look_back(key, param),
            None => Ok(()),
        }
    }

    fn lr(&self) -> f64 {
        self.lr
    }

    fn set_lr(&mut self, lr: f64) -> Result<(), OptimError> {
        let old: Vec<f64> = self.groups.iter().map(|group| group.optimizer.lr()).collect();
        let expected = "a learning rate must be finite and not negative";
        check(Self::NAME, "lr", lr, expected, lr >= 0.0 && lr.is_finite())?;
        for j in 0..self.groups.len() {
            let group = &mut self.groups[j];
            if let Err(error) = group.optimizer.set_lr(lr * group.lr_factor) {
                for (group, old) in self.groups.iter_mut().zip(old) {
                    group.optimizer.set_lr(old)?;
                }
                return Err(error);
            }
        }
        self.lr = lr;
        Ok(())
    }

    fn state(&self) -> OptimizerState<T> {
        OptimizerState {
            optimizer: Self::NAME.to_owned(),
            step: self.groups.first().map_or(0, |group| group.optimizer.state().step),
            lr: self.lr,
            arrays: Default::default(),
            inner: self.groups.iter().map(|group| group.optimizer.state()).collect(),
        }
    }

    fn load_state(&mut self, state: OptimizerState<T>) -> Result<(), OptimError> {
        let damaged = |what| OptimError::DamagedState { optimizer: Self::NAME, what };
        if state.optimizer != Self::NAME {
            let found = state.optimizer;
            return Err(OptimError::StateOfAnother { expected: Self::NAME, found });
        }
        let (found, groups) = (state.inner.len(), self.groups.len());
        if found != groups {
            return Err(damaged(format!("it holds {found} groups, not {groups}")));
        }
        if !state.arrays.is_empty() {
            return Err(damaged("arrays belong to its groups, not to itself".to_owned()));
        }
        let expected = "a learning rate must be finite and not negative";
        check(Self::NAME, "lr", state.lr, expected, state.lr >= 0.0 && state.lr.is_finite())?;
        let old: Vec<_> = self.groups.iter().map(|group| group.optimizer.state()).collect();
        for (j, inner) in state.inner.into_iter().enumerate() {
            if let Err(error) = self.groups[j].optimizer.load_state(inner) {
                for (group, old) in self.groups.iter_mut().zip(old) {
                    group.optimizer.load_state(old)?;
                }
                return Err(error);
            }
        }
        self.lr = state.lr;
        Ok(())
    }

    fn name(&self) -> &'static str {
        Self::NAME
    }
}
