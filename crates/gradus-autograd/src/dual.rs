//! Numbers with tangents: the nodes of a tape, carried along several directions at once.

use std::cell::RefCell;

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::eager::Eager;
use crate::error::Shape;
use crate::node::{Id, Node, dependents};
use crate::operation::{Dependence, Moved, Operation};
use crate::pool::Pool;
use crate::var::Var;

/// The way of tangents through a graph: the nodes that move with some and that others depend on.
pub(crate) struct Route {
    steps: Vec<Id>,
    /// For each node the step after which its tangents are of no more use.
    last_use: Vec<Id>,
}

impl Route {
    pub(crate) fn new<T: Scalar>(
        nodes: &[Node<T>],
        from: impl IntoIterator<Item = Id>,
        to: &[Id],
    ) -> Self {
        let moves = dependents(nodes, from);
        let mut last_use = vec![Id::MIN; nodes.len()];
        let mut steps = Vec::new();
        // Whoever asks at the end is a user after the last step.
        to.iter().for_each(|&id| last_use[id as usize] = Id::MAX);
        for (id, node) in nodes.iter().enumerate().rev() {
            if !moves[id] || last_use[id] == Id::MIN {
                continue;
            }
            let inputs = node.inputs.as_slice();
            if node.is_constant() || !inputs.iter().any(|&input| moves[input as usize]) {
                continue;
            }
            steps.push(id as Id);
            for &input in inputs {
                // Backwards, the first user that is met is the last one.
                let last_use = &mut last_use[input as usize];
                *last_use = (*last_use).max(id as Id);
            }
        }
        steps.reverse();
        Self { steps, last_use }
    }

    /// The numbers that one direction costs.
    pub(crate) fn work<T: Scalar>(&self, nodes: &[Node<T>]) -> usize {
        let size = |&id: &Id| nodes[id as usize].value.matrix().len();
        self.steps.iter().map(size).sum()
    }
}

/// The tangents of one value, side by side: each direction's is a matrix in its shape.
#[derive(Clone, Copy)]
pub(crate) struct Tangents<'s, T> {
    elements: &'s [T],
    shape: Shape,
}

impl<'s, T: Scalar> Tangents<'s, T> {
    /// Those of all directions as one matrix, with the columns of the first direction first.
    pub(crate) fn side_by_side(self) -> MatRef<'s, T> {
        let (rows, cols) = self.shape;
        let width = self.elements.len() / (rows * cols).max(1);
        MatRef::new(self.elements, rows, cols * width)
    }

    pub(crate) fn elements(self, direction: usize) -> &'s [T] {
        let len = self.shape.0 * self.shape.1;
        &self.elements[direction * len..][..len]
    }

    pub(crate) fn along(self, direction: usize) -> MatRef<'s, T> {
        MatRef::new(self.elements(direction), self.shape.0, self.shape.1)
    }
}

/// Where the tangents of a result go, in the order of [`Tangents`].
pub(crate) struct TangentsOut<'s, T> {
    elements: &'s mut [T],
    shape: Shape,
}

impl<T: Scalar> TangentsOut<'_, T> {
    pub(crate) fn side_by_side(&mut self) -> MatMut<'_, T> {
        let (rows, cols) = self.shape;
        let width = self.elements.len() / (rows * cols).max(1);
        MatMut::new(self.elements, rows, cols * width)
    }

    pub(crate) fn elements(&mut self, direction: usize) -> &mut [T] {
        let len = self.shape.0 * self.shape.1;
        &mut self.elements[direction * len..][..len]
    }

    pub(crate) fn along(&mut self, direction: usize) -> MatMut<'_, T> {
        let (rows, cols) = self.shape;
        MatMut::new(self.elements(direction), rows, cols)
    }
}

/// A node whose operands move.
pub(crate) struct Moving<'s, T: Scalar> {
    dual: &'s Dual<'s, T>,
    id: Id,
}

impl<'s, T: Scalar> Moving<'s, T> {
    fn node(&self) -> &'s Node<T> {
        &self.dual.nodes[self.id as usize]
    }

    fn inputs(&self) -> &'s [Id] {
        self.node().inputs.as_slice()
    }

    /// The number of directions.
    pub(crate) fn width(&self) -> usize {
        self.dual.width
    }

    /// The value of an operand.
    pub(crate) fn value(&self, operand: usize) -> MatRef<'s, T> {
        self.dual.nodes[self.inputs()[operand] as usize].view()
    }

    /// The value of the result.
    pub(crate) fn result(&self) -> MatRef<'s, T> {
        self.node().view()
    }

    /// The tangents of an operand. `None` where they are zero.
    pub(crate) fn tangents(&self, operand: usize) -> Option<Tangents<'s, T>> {
        self.dual.tangents(self.inputs()[operand])
    }

    /// Computes an expression over the operands and the result, once for all directions, and shows
    /// its value. `None` stands for zero tangents.
    pub(crate) fn in_common<E>(&self, expression: E, reader: impl FnOnce(MatRef<'_, T>)) -> Moved
    where
        E: for<'e> FnOnce(&[Var<'e, T>], Var<'e, T>) -> Option<Var<'e, T>>,
    {
        let eager = Eager::over(self.dual.nodes, self.dual.pool);
        let x: Vec<_> = self.inputs().iter().map(|&input| Var::new(&eager, input)).collect();
        let moved = match expression(&x, Var::new(&eager, self.id)) {
            Some(value) => {
                value.with_value(reader);
                Moved::Written
            }
            None => Moved::Zero,
        };
        drop(x);
        eager.recycle();
        moved
    }

    /// The rule, read once for each direction.
    fn by_rule(&self, operation: &dyn Operation<T>, out: &mut TangentsOut<'_, T>) -> Moved {
        let (rows, cols) = out.shape;
        let mut moved = Moved::Zero;
        for k in 0..self.width() {
            let eager = Eager::over(self.dual.nodes, self.dual.pool);
            let x: Vec<_> = self.inputs().iter().map(|&input| Var::new(&eager, input)).collect();
            let along = |i| self.tangents(i).map(|dx| eager.view(dx.along(k)));
            let dx: Vec<_> = (0..x.len()).map(along).collect();
            match operation.tangent(&x, Var::new(&eager, self.id), &dx) {
                Some(tangent) => {
                    let tangent = tangent.broadcast(rows, cols);
                    tangent.with_value(|t| gradus_linalg::copy(t, out.along(k)));
                    moved = Moved::Written;
                }
                None => out.elements(k).fill(T::zero()),
            }
            eager.recycle();
        }
        moved
    }

    /// Σ f(x₁, …, dxᵢ, …, xₙ), for an operation that is linear in each operand by itself.
    fn multilinear(&self, operation: &dyn Operation<T>, out: &mut TangentsOut<'_, T>) {
        let mut x: Vec<_> = (0..self.inputs().len()).map(|i| self.value(i)).collect();
        let mut term = None;
        for i in 0..x.len() {
            let Some(dx) = self.tangents(i) else { continue };
            let value = x[i];
            for k in 0..self.width() {
                x[i] = dx.along(k);
                match &mut term {
                    None => operation.forward(&x, out.along(k)),
                    Some(term) => {
                        operation.forward(&x, MatMut::from(&mut *term));
                        add(out.elements(k), term.as_slice());
                    }
                }
            }
            x[i] = value;
            term = term.or_else(|| Some(self.dual.pool.borrow_mut().take(out.shape)));
        }
        term.into_iter().for_each(|term| self.dual.pool.borrow_mut().put(term));
    }
}

fn add<T: Scalar>(sum: &mut [T], terms: &[T]) {
    gradus_linalg::vectorize(|| sum.iter_mut().zip(terms).for_each(|(sum, &term)| *sum += term));
}

/// Carries tangents through the nodes of a tape.
pub(crate) struct Dual<'a, T: Scalar> {
    nodes: &'a [Node<T>],
    pool: &'a RefCell<Pool<T>>,
    /// The number of directions.
    width: usize,
    /// The tangents of each node, side by side. None is a zero tangent in every direction.
    tangents: Vec<Option<DMatrix<T>>>,
}

impl<'a, T: Scalar> Dual<'a, T> {
    pub(crate) fn over(nodes: &'a [Node<T>], pool: &'a RefCell<Pool<T>>) -> Self {
        let mut tangents = Vec::new();
        tangents.resize_with(nodes.len(), || None);
        Self { nodes, pool, width: 0, tangents }
    }

    /// Begins with a number of directions, along which nothing moves yet.
    pub(crate) fn begin(&mut self, width: usize) {
        let mut pool = self.pool.borrow_mut();
        self.tangents.iter_mut().filter_map(Option::take).for_each(|block| pool.put(block));
        self.width = width;
    }

    fn buffer(&self, id: Id) -> DMatrix<T> {
        let (rows, cols) = self.nodes[id as usize].shape();
        self.pool.borrow_mut().take((rows, cols * self.width))
    }

    /// Lets a node move along a direction; what it moves already is added.
    pub(crate) fn move_along(&mut self, id: Id, direction: usize, tangent: &DMatrix<T>) {
        let len = tangent.len();
        let slot = self.seed(id);
        add(&mut slot[direction * len..][..len], tangent.as_slice());
    }

    /// Lets a node move along the unit vectors of its elements from `first` on, one for each
    /// direction.
    pub(crate) fn move_along_units(&mut self, id: Id, first: usize) {
        let len = self.nodes[id as usize].value.matrix().len();
        let width = self.width;
        let slot = self.seed(id);
        (0..width).for_each(|k| slot[k * len + first + k] = T::one());
    }

    fn seed(&mut self, id: Id) -> &mut [T] {
        if self.tangents[id as usize].is_none() {
            let mut zeros = self.buffer(id);
            zeros.as_mut_slice().fill(T::zero());
            self.tangents[id as usize] = Some(zeros);
        }
        self.tangents[id as usize].as_mut().map(|m| m.as_mut_slice()).unwrap_or_default()
    }

    /// Carries the tangents along the route.
    pub(crate) fn run(&mut self, route: &Route) -> Result<(), AutogradError> {
        for &id in &route.steps {
            self.step(id)?;
            for &input in self.nodes[id as usize].inputs.as_slice() {
                if route.last_use[input as usize] == id
                    && let Some(block) = self.tangents[input as usize].take()
                {
                    self.pool.borrow_mut().put(block);
                }
            }
        }
        Ok(())
    }

    fn step(&mut self, id: Id) -> Result<(), AutogradError> {
        let node = &self.nodes[id as usize];
        let Some(op) = &node.op else { return Ok(()) };
        let inputs = node.inputs.as_slice();
        if inputs.iter().all(|&input| self.tangents[input as usize].is_none()) {
            return Ok(());
        }
        check_differentiable(op)?;
        let operation = op.operation();
        let mut block = self.buffer(id);
        let moving = Moving { dual: self, id };
        let mut out = TangentsOut { elements: block.as_mut_slice(), shape: node.shape() };
        let mut moved = operation.fused_tangents(&moving, &mut out);
        if moved == Moved::ByRule {
            moved = match operation.dependence() {
                Dependence::Multilinear => {
                    moving.multilinear(operation, &mut out);
                    Moved::Written
                }
                _ => moving.by_rule(operation, &mut out),
            };
        }
        // A node that was computed may move by itself as well.
        match (&mut self.tangents[id as usize], moved) {
            (slot @ None, Moved::Written) => {
                *slot = Some(block);
                return Ok(());
            }
            (Some(sum), Moved::Written) => add(sum.as_mut_slice(), block.as_slice()),
            _ => {}
        }
        self.pool.borrow_mut().put(block);
        Ok(())
    }

    /// The tangents of a node. `None` where they are zero.
    pub(crate) fn tangents(&self, id: Id) -> Option<Tangents<'_, T>> {
        let block = self.tangents[id as usize].as_ref()?;
        Some(Tangents { elements: block.as_slice(), shape: self.nodes[id as usize].shape() })
    }

    /// A copy of the tangent of a node along a direction.
    pub(crate) fn tangent(&self, id: Id, direction: usize) -> DMatrix<T> {
        let (rows, cols) = self.nodes[id as usize].shape();
        match self.tangents(id) {
            Some(tangents) => DMatrix::from_column_slice(rows, cols, tangents.elements(direction)),
            None => DMatrix::zeros(rows, cols),
        }
    }
}
