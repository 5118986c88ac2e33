//! Numbers with tangents: Jacobian-vector and Hessian-vector products.

use std::cell::RefCell;
use std::sync::Arc;

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::eager::Eager;
use crate::error::Shape;
use crate::interpreter::Interpreter;
use crate::node::{Id, Node};
use crate::ops::Op;
use crate::parameter::Parameter;
use crate::tape::Tape;
use crate::var::Var;

/// A value and its tangent, both in the eager interpreter below. No tangent is a zero tangent.
type Pair = (Id, Option<Id>);

/// Computes each value together with its derivative along a direction.
pub(crate) struct Dual<'a, T: Scalar> {
    eager: Eager<'a, T>,
    pairs: RefCell<Vec<Pair>>,
}

impl<'a, T: Scalar> Dual<'a, T> {
    fn pair(&self, id: Id) -> Pair {
        self.pairs.borrow()[id as usize]
    }

    fn push(&self, pair: Pair) -> Id {
        let mut pairs = self.pairs.borrow_mut();
        pairs.push(pair);
        Id::try_from(pairs.len() - 1).expect("fewer than 2^32 values")
    }

    /// The tangent of the result `y` of an operation.
    fn tangent(&self, op: &Op<T>, inputs: &[Pair], y: Id) -> Result<Option<Id>, AutogradError> {
        if inputs.iter().all(|(_, tangent)| tangent.is_none()) {
            return Ok(None);
        }
        check_differentiable(op)?;
        let var = |id| Var::new(&self.eager, id);
        let x: Vec<_> = inputs.iter().map(|&(primal, _)| var(primal)).collect();
        let dx: Vec<_> = inputs.iter().map(|&(_, tangent)| tangent.map(var)).collect();
        let y = var(y);
        let tangent = op.operation().tangent(&x, y, &dx);
        Ok(tangent.map(|tangent| tangent.broadcast(y.rows(), y.cols()).id()))
    }

    /// Carries tangents from `seeds` through the nodes of a tape.
    fn along(
        eager: Eager<'a, T>,
        nodes: &'a [Node<T>],
        seeds: &[(Id, &DMatrix<T>)],
    ) -> Result<Self, AutogradError> {
        let dual = Self { eager, pairs: RefCell::new(Vec::with_capacity(2 * nodes.len())) };
        for (id, node) in nodes.iter().enumerate() {
            let id = id as Id;
            let seed = seeds.iter().find(|(seeded, _)| *seeded == id);
            let tangent = match (seed, &node.op) {
                (Some((_, direction)), _) => Some(dual.eager.constant((*direction).clone())),
                (None, Some(op)) => {
                    let inputs = node.inputs.as_slice();
                    let pairs: Vec<_> = inputs.iter().map(|&input| dual.pair(input)).collect();
                    dual.tangent(op, &pairs, id)?
                }
                (None, None) => None,
            };
            dual.push((id, tangent));
        }
        Ok(dual)
    }

    fn tangent_matrix(&self, id: Id) -> DMatrix<T> {
        let (primal, tangent) = self.pair(id);
        match tangent {
            Some(tangent) => Var::new(&self.eager, tangent).value(),
            None => {
                let (rows, cols) = self.eager.shape(primal);
                DMatrix::zeros(rows, cols)
            }
        }
    }

    fn primal_matrix(&self, id: Id) -> DMatrix<T> {
        Var::new(&self.eager, self.pair(id).0).value()
    }
}

impl<T: Scalar> Interpreter<T> for Dual<'_, T> {
    fn apply(&self, op: Op<T>, inputs: &[Id]) -> Result<Id, AutogradError> {
        let pairs: Vec<_> = inputs.iter().map(|&input| self.pair(input)).collect();
        let primals: Vec<_> = pairs.iter().map(|&(primal, _)| primal).collect();
        let y = self.eager.apply(op.clone(), &primals)?;
        let tangent = self.tangent(&op, &pairs, y)?;
        Ok(self.push((y, tangent)))
    }

    fn constant(&self, value: DMatrix<T>) -> Id {
        self.push((self.eager.constant(value), None))
    }

    fn shared(&self, value: &Arc<DMatrix<T>>) -> Id {
        self.push((self.eager.shared(value), None))
    }

    fn filled(&self, shape: Shape, value: T) -> Id {
        self.push((self.eager.filled(shape, value), None))
    }

    fn parameter(&self, parameter: &Parameter<T>) -> Id {
        self.push((self.eager.parameter(parameter), None))
    }

    fn shape(&self, id: Id) -> Shape {
        self.eager.shape(self.pair(id).0)
    }

    fn read(&self, id: Id, reader: &mut dyn FnMut(MatRef<'_, T>)) {
        self.eager.read(self.pair(id).0, reader);
    }
}

/// A gradient and its derivative along a direction.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientAlong<T: Scalar> {
    /// ∇f.
    pub gradient: DMatrix<T>,
    /// ∇²f·v.
    pub product: DMatrix<T>,
}

fn seeds<'v, T: Scalar>(
    op: &'static str,
    directions: &'v [(Var<'_, T>, DMatrix<T>)],
) -> Result<Vec<(Id, &'v DMatrix<T>)>, AutogradError> {
    let seed = |(x, v): &'v (Var<'_, T>, DMatrix<T>)| {
        if x.shape() == v.shape() {
            Ok((x.id(), v))
        } else {
            let found = [x.shape(), v.shape()];
            Err(AutogradError::shape(op, "a direction has the shape of its variable", &found))
        }
    };
    directions.iter().map(seed).collect()
}

impl<T: Scalar> Tape<T> {
    /// The Jacobian-vector product: the derivative of `y` when each variable moves along its
    /// direction.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0]);
    /// let y = x.square();
    /// let dy = tape.jvp(y, &[(x, dmatrix![1.0, 10.0])]).unwrap();
    /// assert_eq!(dy, dmatrix![2.0, 40.0]);
    /// ```
    ///
    /// # Errors
    /// If a direction does not have the shape of its variable, or if an operation on the way has
    /// no derivative.
    pub fn jvp(
        &self,
        y: Var<'_, T>,
        directions: &[(Var<'_, T>, DMatrix<T>)],
    ) -> Result<DMatrix<T>, AutogradError> {
        let seeds = seeds("jvp", directions)?;
        let nodes = self.nodes.borrow();
        let nodes = &nodes[..=y.id() as usize];
        let dual = Dual::along(Eager::over(nodes, &self.pool), nodes, &seeds)?;
        let tangent = dual.tangent_matrix(y.id());
        dual.eager.recycle();
        Ok(tangent)
    }

    /// Hessian-vector products of a scalar, by forward over reverse: for each variable its gradient
    /// and ∇²f·v, exact, at the cost of a few gradients.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0]);
    /// let f = x.powi(3).sum();
    /// let hvp = tape.hvp(f, &[(x, dmatrix![1.0, 1.0])]).unwrap();
    /// assert_eq!(hvp[0].gradient, dmatrix![3.0, 12.0]);
    /// assert_eq!(hvp[0].product, dmatrix![6.0, 12.0]);
    /// ```
    ///
    /// # Errors
    /// If `y` is not 1×1, if a direction does not have the shape of its variable, or if an
    /// operation on the way has no derivative.
    pub fn hvp(
        &self,
        y: Var<'_, T>,
        directions: &[(Var<'_, T>, DMatrix<T>)],
    ) -> Result<Vec<GradientAlong<T>>, AutogradError> {
        let shape = y.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        let seeds = seeds("hvp", directions)?;
        let wrt: Vec<_> = directions.iter().map(|(x, _)| *x).collect();
        let end = y.id() as usize;
        let depends = self.dependents(end, &wrt);
        let nodes = self.nodes.borrow();
        let nodes = &nodes[..=end];
        let dual = Dual::along(Eager::over(nodes, &self.pool), nodes, &seeds)?;
        let mut grads: Vec<Option<Var<'_, T>>> = vec![None; end + 1];
        grads[end] = Some(Var::new(&dual, dual.filled((1, 1), T::one())));
        for (id, node) in nodes.iter().enumerate().rev() {
            let (Some(op), Some(g), true) = (&node.op, grads[id], depends[id]) else { continue };
            check_differentiable(op)?;
            let inputs = node.inputs.as_slice();
            let x: Vec<_> = inputs.iter().map(|&input| Var::new(&dual, input)).collect();
            for (i, &input) in inputs.iter().enumerate() {
                if !depends[input as usize] {
                    continue;
                }
                if let Some(term) = op.operation().pullback(i, &x, Var::new(&dual, id as Id), g) {
                    let term = term.sum_to(x[i].shape());
                    let slot = &mut grads[input as usize];
                    *slot = Some(slot.map_or(term, |sum| sum + term));
                }
            }
        }
        let result = wrt
            .iter()
            .map(|x| match grads.get(x.id() as usize).copied().flatten() {
                Some(g) => GradientAlong {
                    gradient: dual.primal_matrix(g.id()),
                    product: dual.tangent_matrix(g.id()),
                },
                None => {
                    let zero = DMatrix::zeros(x.rows(), x.cols());
                    GradientAlong { gradient: zero.clone(), product: zero }
                }
            })
            .collect();
        drop(grads);
        dual.eager.recycle();
        Ok(result)
    }
}
