//! The result of a backward pass.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::node::Id;
use crate::parameter::{Identity, Parameter};
use crate::pool::Pool;
use crate::var::Var;

/// The gradient of a scalar with respect to each differentiable leaf.
///
/// It is a value of its own: it outlives the tape's reset, so an optimiser may change parameters
/// in place while it reads. There is nothing to set to zero.
#[derive(Debug)]
pub struct Gradients<T> {
    /// What was recorded when they were made.
    pub(crate) recording: Identity,
    pub(crate) by_node: Vec<Option<DMatrix<T>>>,
    pub(crate) parameters: Vec<(Identity, Id)>,
    pub(crate) states: Vec<(Identity, DMatrix<T>)>,
}

impl<T: Scalar> Gradients<T> {
    pub(crate) fn new(recording: Identity) -> Self {
        Self { recording, by_node: Vec::new(), parameters: Vec::new(), states: Vec::new() }
    }

    /// The gradient with respect to a variable; `None` if the result does not depend on it.
    ///
    /// # Panics
    /// If the variable belongs to another tape, or was recorded after a reset.
    pub fn get(&self, var: Var<'_, T>) -> Option<&DMatrix<T>> {
        assert!(
            var.interpreter().recording() == Some(self.recording),
            "the variable belongs to another tape or to another recording of this one: ask for \
             gradients before the tape is reset, or by parameter with Gradients::of"
        );
        self.by_node.get(var.id() as usize)?.as_ref()
    }

    /// The gradient with respect to a 1×1 variable.
    ///
    /// # Panics
    /// As [`Gradients::get`].
    pub fn item(&self, var: Var<'_, T>) -> Option<T> {
        self.get(var).and_then(|m| (m.shape() == (1, 1)).then(|| m[(0, 0)]))
    }

    /// The gradient with respect to a parameter; `None` if the result does not depend on it, or if
    /// it is frozen.
    pub fn of(&self, parameter: &Parameter<T>) -> Option<&DMatrix<T>> {
        let identity = parameter.identity();
        let (_, id) = self.parameters.iter().find(|(known, _)| *known == identity)?;
        self.by_node.get(*id as usize)?.as_ref()
    }

    /// What a state becomes when the step is taken ([`Var::becomes`]); `None` if the forward pass
    /// did not say.
    pub fn state(&self, state: &Parameter<T>) -> Option<&DMatrix<T>> {
        let (_, value) = self.states.iter().find(|(known, _)| *known == state.identity())?;
        Some(value)
    }

    /// Adds other gradients of the same recording: accumulation over several backwards. States
    /// become what the later one says.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    ///
    /// let tape = Tape::new();
    /// let x = tape.scalar(3.0);
    /// let mut sum = x.square().backward();
    /// sum.add(&x.powi(3).backward());
    /// assert_eq!(sum.item(x), Some(6.0 + 27.0));
    /// ```
    ///
    /// # Panics
    /// If the two come from different tapes, or from one with a reset between them: their variables
    /// are not the same. Add those of a parameter, by [`Gradients::of`], instead.
    pub fn add(&mut self, other: &Self) {
        assert!(
            self.recording == other.recording,
            "the gradients come from different recordings: add those of each parameter instead"
        );
        if self.by_node.len() < other.by_node.len() {
            self.by_node.resize_with(other.by_node.len(), || None);
        }
        for (mine, theirs) in self.by_node.iter_mut().zip(&other.by_node) {
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => *mine += theirs,
                (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
                (_, None) => {}
            }
        }
        // Parameters are entered in one order: the later list begins with the earlier one.
        if let Some(new) = other.parameters.get(self.parameters.len()..) {
            self.parameters.extend_from_slice(new);
        }
        for (identity, value) in &other.states {
            match self.states.iter_mut().find(|(known, _)| known == identity) {
                Some((_, mine)) => mine.copy_from(value),
                None => self.states.push((*identity, value.clone())),
            }
        }
    }

    pub(crate) fn empty_into(&mut self, pool: &mut Pool<T>) {
        for gradient in self.by_node.drain(..).flatten() {
            pool.put(gradient);
        }
        for (_, value) in self.states.drain(..) {
            pool.put(value);
        }
        self.parameters.clear();
    }
}
