//! The tape: it records, and it computes as it goes.

use std::cell::RefCell;
use std::sync::Arc;

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::error::Shape;
use crate::gradients::Gradients;
use crate::interpreter::Interpreter;
use crate::node::{Id, Inputs, Node, Value};
use crate::operation::{Dependence, Operation};
use crate::ops::Op;
use crate::parameter::{Identity, Parameter};
use crate::pool::Pool;
use crate::var::Var;

/// A graph of computations, in the order in which they were made.
///
/// It belongs to one thread. [`Tape::reset`] takes `&mut self`, so no [`Var`] can outlive the
/// graph it stands in; the buffers stay for the next step, which then allocates nothing.
///
/// ```
/// use gradus_autograd::Tape;
///
/// let mut tape = Tape::new();
/// for _ in 0..3 {
///     let x = tape.scalar(3.0_f64);
///     let gradients = x.square().backward();
///     assert_eq!(gradients.item(x), Some(6.0));
///     tape.reset();
///     tape.recycle(gradients);
/// }
/// ```
#[derive(Debug)]
pub struct Tape<T: Scalar> {
    /// What tells one recording from the next.
    pub(crate) recording: Identity,
    pub(crate) nodes: RefCell<Vec<Node<T>>>,
    pub(crate) pool: RefCell<Pool<T>>,
    /// Parameters that have been entered.
    pub(crate) parameters: RefCell<Vec<(Identity, Id)>>,
    /// What states become.
    pub(crate) states: RefCell<Vec<(Identity, Id)>>,
    /// What operations keep beside their results for the backward pass, by ascending node.
    pub(crate) kept: RefCell<Vec<(Id, DMatrix<T>)>>,
    /// Names that were given to nodes.
    pub(crate) names: RefCell<Vec<(Id, String)>>,
    /// An emptied list of gradients, to be filled again.
    pub(crate) spare: RefCell<Option<Gradients<T>>>,
}

impl<T: Scalar> Default for Tape<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Scalar> Tape<T> {
    /// An empty tape.
    pub fn new() -> Self {
        Self {
            recording: Identity::fresh(),
            nodes: RefCell::new(Vec::new()),
            pool: RefCell::new(Pool::new()),
            parameters: RefCell::new(Vec::new()),
            states: RefCell::new(Vec::new()),
            kept: RefCell::new(Vec::new()),
            names: RefCell::new(Vec::new()),
            spare: RefCell::new(None),
        }
    }

    /// A differentiable variable.
    pub fn variable(&self, value: DMatrix<T>) -> Var<'_, T> {
        // Not the pool's, which would grow by what nobody takes out again.
        Var::new(self, self.leaf(Value::Shared(Arc::new(value)), true))
    }

    /// A differentiable 1×1 variable.
    pub fn scalar(&self, value: T) -> Var<'_, T> {
        let value = self.pool.borrow_mut().filled((1, 1), value);
        Var::new(self, self.leaf(Value::Owned(value), true))
    }

    /// A constant.
    pub fn constant(&self, value: DMatrix<T>) -> Var<'_, T> {
        Var::new(self, Interpreter::constant(self, value))
    }

    /// A constant that is read where it is, without a copy.
    pub fn input(&self, value: &Arc<DMatrix<T>>) -> Var<'_, T> {
        Var::new(self, self.shared(value))
    }

    /// A parameter. Entered twice, it is the same variable.
    pub fn parameter(&self, parameter: &Parameter<T>) -> Var<'_, T> {
        Var::new(self, Interpreter::parameter(self, parameter))
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// Whether nothing has been recorded.
    pub fn is_empty(&self) -> bool {
        self.nodes.borrow().is_empty()
    }

    /// Forgets the graph and keeps its buffers.
    pub fn reset(&mut self) {
        let pool = self.pool.get_mut();
        for node in self.nodes.get_mut().drain(..) {
            if let Value::Owned(matrix) = node.value {
                pool.put(matrix);
            }
        }
        self.kept.get_mut().drain(..).for_each(|(_, matrix)| pool.put(matrix));
        self.parameters.get_mut().clear();
        self.states.get_mut().clear();
        self.names.get_mut().clear();
        self.recording = Identity::fresh();
    }

    /// Takes gradients back, to use their buffers again.
    pub fn recycle(&self, mut gradients: Gradients<T>) {
        gradients.empty_into(&mut self.pool.borrow_mut());
        *self.spare.borrow_mut() = Some(gradients);
    }

    /// Gives the buffers that wait to be used again back to the system.
    pub fn release(&mut self) {
        self.pool.get_mut().clear();
        *self.spare.get_mut() = None;
    }

    /// The bytes that wait to be used again.
    pub fn pooled_bytes(&self) -> usize {
        self.pool.borrow().bytes()
    }

    /// Records for a while: what `work` adds is forgotten again, and its buffers are kept.
    pub(crate) fn scratch<R>(&self, work: impl FnOnce() -> R) -> R {
        let nodes = self.nodes.borrow().len();
        let kept = self.kept.borrow().len();
        let parameters = self.parameters.borrow().len();
        let names = self.names.borrow().len();
        let result = work();
        let mut pool = self.pool.borrow_mut();
        for node in self.nodes.borrow_mut().drain(nodes..) {
            if let Value::Owned(matrix) = node.value {
                pool.put(matrix);
            }
        }
        self.kept.borrow_mut().drain(kept..).for_each(|(_, matrix)| pool.put(matrix));
        self.parameters.borrow_mut().truncate(parameters);
        self.names.borrow_mut().truncate(names);
        result
    }

    /// Variables that a derivative is asked of have to stand on this tape.
    pub(crate) fn check_own<'v>(
        &self,
        op: &'static str,
        vars: impl IntoIterator<Item = Var<'v, T>>,
    ) -> Result<(), AutogradError>
    where
        T: 'v,
    {
        let own = |var: Var<'v, T>| std::ptr::addr_eq(var.interpreter(), self);
        if vars.into_iter().all(own) { Ok(()) } else { Err(AutogradError::OtherTape { op }) }
    }

    pub(crate) fn leaf(&self, value: Value<T>, needs_grad: bool) -> Id {
        self.push(Node { op: None, inputs: Inputs::new(&[]), value, needs_grad })
    }

    fn push(&self, node: Node<T>) -> Id {
        push(&mut self.nodes.borrow_mut(), || node)
    }

    /// Records an operation that is more than one on numbers.
    #[inline(never)]
    fn apply_to_matrices(
        &self,
        nodes: &mut Vec<Node<T>>,
        op: Op<T>,
        inputs: &[Id],
        needs_grad: bool,
    ) -> Result<Id, AutogradError> {
        let value = match *inputs {
            [a] if needs_grad
                && let Some(kept) = op.operation().keeps(nodes[a as usize].shape()) =>
            {
                let mut kept = self.pool.borrow_mut().take(kept);
                let keeping = Some(MatMut::from(&mut kept));
                let value =
                    compute(&op, inputs, |id| nodes[id as usize].view(), keeping, &self.pool);
                match &value {
                    Ok(_) => self.kept.borrow_mut().push((nodes.len() as Id, kept)),
                    Err(_) => self.pool.borrow_mut().put(kept),
                }
                value?
            }
            _ => compute(&op, inputs, |id| nodes[id as usize].view(), None, &self.pool)?,
        };
        let (inputs, value) = (Inputs::new(inputs), Value::Owned(value));
        Ok(push(nodes, || Node { op: Some(op), inputs, value, needs_grad }))
    }
}

/// Appends a node that is put together where it will stand: one that is copied there is waited for,
/// since the copy reads in one piece what was written in several.
#[inline(always)]
fn push<T: Scalar>(nodes: &mut Vec<Node<T>>, node: impl FnOnce() -> Node<T>) -> Id {
    let id = Id::try_from(nodes.len()).expect("a tape holds fewer than 2^32 nodes");
    nodes.extend(std::iter::once_with(node));
    id
}

/// Computes an operation into a buffer of the pool, and what it keeps into another.
pub(crate) fn compute<'m, T: Scalar>(
    op: &Op<T>,
    inputs: &[Id],
    view: impl Fn(Id) -> MatRef<'m, T>,
    kept: Option<MatMut<'_, T>>,
    pool: &RefCell<Pool<T>>,
) -> Result<DMatrix<T>, AutogradError> {
    let operation = op.operation();
    let run = |views: &[MatRef<'_, T>], shapes: &[Shape]| {
        let mut out = pool.borrow_mut().take(operation.shape(shapes)?);
        let result = match kept {
            Some(kept) => {
                operation.forward_keeping(views, MatMut::from(&mut out), kept);
                Ok(())
            }
            None => operation.try_forward(views, MatMut::from(&mut out)),
        };
        match result {
            Ok(()) => Ok(out),
            Err(error) => {
                pool.borrow_mut().put(out);
                Err(error)
            }
        }
    };
    match *inputs {
        [a] => {
            let a = view(a);
            run(&[a], &[a.shape()])
        }
        [a, b] => {
            let (a, b) = (view(a), view(b));
            run(&[a, b], &[a.shape(), b.shape()])
        }
        [a, b, c] => {
            let (a, b, c) = (view(a), view(b), view(c));
            run(&[a, b, c], &[a.shape(), b.shape(), c.shape()])
        }
        _ => {
            let views: Vec<_> = inputs.iter().map(|&id| view(id)).collect();
            let shapes: Vec<_> = views.iter().map(MatRef::shape).collect();
            run(&views, &shapes)
        }
    }
}

/// The result of an operation on numbers, which need no views and no buffers of their own.
#[inline(always)]
fn on_numbers<T: Scalar>(
    operation: &dyn Operation<T>,
    inputs: &[Id],
    nodes: &[Node<T>],
) -> Option<T> {
    let number = |id: Id| match nodes[id as usize].value.matrix().as_slice() {
        [x] => Some(*x),
        _ => None,
    };
    match *inputs {
        [a] => operation.number(&[number(a)?]),
        [a, b] => operation.number(&[number(a)?, number(b)?]),
        _ => None,
    }
}

impl<T: Scalar> Interpreter<T> for Tape<T> {
    fn apply(&self, op: Op<T>, inputs: &[Id]) -> Result<Id, AutogradError> {
        let nodes = &mut *self.nodes.borrow_mut();
        let operation = op.operation();
        let needs_grad = inputs.iter().any(|&id| nodes[id as usize].needs_grad)
            && operation.dependence() != Dependence::Declared;
        match on_numbers(operation, inputs, nodes) {
            Some(number) => {
                // Lent to the closure, which otherwise takes it apart.
                let mut op = Some(op);
                Ok(push(nodes, || Node {
                    op: op.take(),
                    inputs: Inputs::new(inputs),
                    value: Value::Owned(self.pool.borrow_mut().number(number)),
                    needs_grad,
                }))
            }
            None => self.apply_to_matrices(nodes, op, inputs, needs_grad),
        }
    }

    fn constant(&self, value: DMatrix<T>) -> Id {
        self.leaf(Value::Shared(Arc::new(value)), false)
    }

    fn shared(&self, value: &Arc<DMatrix<T>>) -> Id {
        self.leaf(Value::Shared(Arc::clone(value)), false)
    }

    fn filled(&self, shape: Shape, value: T) -> Id {
        let matrix = self.pool.borrow_mut().filled(shape, value);
        self.leaf(Value::Owned(matrix), false)
    }

    fn becomes(&self, state: &Parameter<T>, value: Id) {
        let mut states = self.states.borrow_mut();
        match states.iter_mut().find(|(known, _)| *known == state.identity()) {
            Some((_, id)) => *id = value,
            None => states.push((state.identity(), value)),
        }
    }

    fn parameter(&self, parameter: &Parameter<T>) -> Id {
        if parameter.is_state() {
            // A layer that is applied twice goes on from what it became.
            let states = self.states.borrow();
            if let Some(&(_, id)) = states.iter().find(|(known, _)| *known == parameter.identity())
            {
                return id;
            }
        }
        let mut parameters = self.parameters.borrow_mut();
        let identity = parameter.identity();
        if let Some(&(_, id)) = parameters.iter().find(|(known, _)| *known == identity) {
            return id;
        }
        let id = self.leaf(Value::Shared(Arc::clone(parameter.shared())), parameter.trainable());
        parameters.push((identity, id));
        id
    }

    fn shape(&self, id: Id) -> Shape {
        self.nodes.borrow()[id as usize].shape()
    }

    fn read(&self, id: Id, reader: &mut dyn FnMut(MatRef<'_, T>)) {
        reader(self.nodes.borrow()[id as usize].view());
    }

    fn recording(&self) -> Option<Identity> {
        Some(self.recording)
    }

    fn name(&self, id: Id, name: &str) {
        self.names.borrow_mut().push((id, name.to_owned()));
    }

    fn backward(&self, root: Id) -> Result<Gradients<T>, AutogradError> {
        self.reverse_scan(root)
    }
}
