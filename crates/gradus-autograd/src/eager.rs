//! Reading expressions as numbers, without a graph.

use std::cell::RefCell;
use std::sync::Arc;

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::error::Shape;
use crate::interpreter::Interpreter;
use crate::node::{Id, Node};
use crate::ops::Op;
use crate::parameter::Parameter;
use crate::pool::Pool;
use crate::tape::compute;
use crate::var::Var;

#[derive(Debug)]
enum Slot<'a, T> {
    Owned(DMatrix<T>),
    Shared(Arc<DMatrix<T>>),
    Borrowed(MatRef<'a, T>),
}

impl<T: Scalar> Slot<'_, T> {
    fn view(&self) -> MatRef<'_, T> {
        match self {
            Self::Owned(matrix) => MatRef::from(matrix),
            Self::Shared(matrix) => MatRef::from(matrix.as_ref()),
            Self::Borrowed(view) => *view,
        }
    }
}

/// Computes at once. It sees the nodes of a tape below its own values, if there is one.
#[derive(Debug)]
pub(crate) struct Eager<'a, T: Scalar> {
    nodes: &'a [Node<T>],
    slots: RefCell<Vec<Slot<'a, T>>>,
    pool: &'a RefCell<Pool<T>>,
}

impl<'a, T: Scalar> Eager<'a, T> {
    pub(crate) fn over(nodes: &'a [Node<T>], pool: &'a RefCell<Pool<T>>) -> Self {
        Self { nodes, slots: RefCell::new(Vec::new()), pool }
    }

    fn push(&self, slot: Slot<'a, T>) -> Id {
        let mut slots = self.slots.borrow_mut();
        slots.push(slot);
        Id::try_from(self.nodes.len() + slots.len() - 1).expect("fewer than 2^32 values")
    }

    fn place(&self, id: Id) -> Option<usize> {
        (id as usize).checked_sub(self.nodes.len())
    }

    /// A value of its own.
    pub(crate) fn own(&self, matrix: DMatrix<T>) -> Var<'_, T> {
        Var::new(self, self.push(Slot::Owned(matrix)))
    }

    /// A matrix that is read where it is.
    pub(crate) fn view(&self, matrix: MatRef<'a, T>) -> Var<'_, T> {
        Var::new(self, self.push(Slot::Borrowed(matrix)))
    }

    /// A matrix with the value of a variable: the buffer itself if it was computed after `first`,
    /// the first value of this interpreter, and a copy otherwise.
    pub(crate) fn copy_out(&self, var: Var<'_, T>) -> DMatrix<T> {
        if let Some(place) = self.place(var.id()).filter(|&place| place > 0)
            && let Slot::Owned(matrix) = &mut self.slots.borrow_mut()[place]
        {
            return std::mem::replace(matrix, DMatrix::zeros(0, 0));
        }
        let mut copy = self.pool.borrow_mut().take(var.shape());
        var.with_value(|view| gradus_linalg::copy(view, MatMut::from(&mut copy)));
        copy
    }

    /// Gives the buffers back.
    pub(crate) fn recycle(self) {
        self.clear();
    }

    /// Gives the buffers back, to begin again. No variable of this interpreter may be used any more.
    pub(crate) fn clear(&self) {
        let mut pool = self.pool.borrow_mut();
        for slot in self.slots.borrow_mut().drain(..) {
            if let Slot::Owned(matrix) = slot {
                pool.put(matrix);
            }
        }
    }
}

impl<T: Scalar> Interpreter<T> for Eager<'_, T> {
    fn apply(&self, op: Op<T>, inputs: &[Id]) -> Result<Id, AutogradError> {
        let value = {
            let slots = self.slots.borrow();
            let view = |id: Id| match self.place(id) {
                Some(place) => slots[place].view(),
                None => self.nodes[id as usize].view(),
            };
            compute(&op, inputs, view, None, self.pool)?
        };
        Ok(self.push(Slot::Owned(value)))
    }

    fn constant(&self, value: DMatrix<T>) -> Id {
        self.push(Slot::Shared(Arc::new(value)))
    }

    fn shared(&self, value: &Arc<DMatrix<T>>) -> Id {
        self.push(Slot::Shared(Arc::clone(value)))
    }

    fn filled(&self, shape: Shape, value: T) -> Id {
        let matrix = self.pool.borrow_mut().filled(shape, value);
        self.push(Slot::Owned(matrix))
    }

    fn parameter(&self, parameter: &Parameter<T>) -> Id {
        self.shared(parameter.shared())
    }

    fn shape(&self, id: Id) -> Shape {
        match self.place(id) {
            Some(place) => self.slots.borrow()[place].view().shape(),
            None => self.nodes[id as usize].shape(),
        }
    }

    fn read(&self, id: Id, reader: &mut dyn FnMut(MatRef<'_, T>)) {
        match self.place(id) {
            Some(place) => reader(self.slots.borrow()[place].view()),
            None => reader(self.nodes[id as usize].view()),
        }
    }
}

/// Computes expressions without a tape: for predictions.
///
/// ```
/// use gradus_autograd::Evaluator;
/// use nalgebra::dmatrix;
///
/// let x = dmatrix![0.0, 1.0];
/// let mut evaluator = Evaluator::new();
/// let y = evaluator.run(|scope| (scope.input(&x).exp() + 1.0).sum().item());
/// assert_eq!(y, 3.0 + 1.0_f64.exp());
/// ```
#[derive(Debug)]
pub struct Evaluator<T: Scalar> {
    pool: RefCell<Pool<T>>,
}

/// Where an [`Evaluator`]'s variables live.
#[derive(Debug)]
pub struct Scope<'s, 'a, T: Scalar> {
    eager: &'s Eager<'a, T>,
}

impl<T: Scalar> Default for Evaluator<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Scalar> Evaluator<T> {
    /// An evaluator without buffers; it gathers them as it works.
    pub fn new() -> Self {
        Self { pool: RefCell::new(Pool::new()) }
    }

    /// Runs a computation, and keeps its buffers for the next.
    pub fn run<'a, R>(&'a mut self, f: impl FnOnce(Scope<'_, 'a, T>) -> R) -> R {
        let eager = Eager::over(&[], &self.pool);
        let result = f(Scope { eager: &eager });
        eager.recycle();
        result
    }
}

impl<'s, 'a, T: Scalar> Scope<'s, 'a, T> {
    /// A matrix that is read where it is.
    pub fn input(&self, value: &'a DMatrix<T>) -> Var<'s, T> {
        self.view(MatRef::from(value))
    }

    /// A view, which may be a run of rows of a larger matrix, read where it is.
    pub fn view(&self, value: MatRef<'a, T>) -> Var<'s, T> {
        self.eager.view(value)
    }
}
