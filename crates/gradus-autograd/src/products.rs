//! Derivatives times vectors: Jacobian-vector, vector-Jacobian and Hessian-vector products.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::dual::Dual;
use crate::eager::Eager;
use crate::interpreter::Interpreter;
use crate::node::{Id, Node};
use crate::tape::Tape;
use crate::var::Var;

/// A gradient and its derivative along a direction.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientAlong<T: Scalar> {
    /// ∇f.
    pub gradient: DMatrix<T>,
    /// ∇²f·v.
    pub product: DMatrix<T>,
}

/// A direction for some variables.
pub(crate) type Seeds<'v, T> = Vec<(Id, &'v DMatrix<T>)>;

fn seeds<'v, T: Scalar>(
    op: &'static str,
    directions: &'v [(Var<'_, T>, DMatrix<T>)],
) -> Result<Seeds<'v, T>, AutogradError> {
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

/// The rules from `end` back, read by an interpreter that sees the nodes under their own numbers:
/// for each node its gradient, where `depends` says that it is wanted.
pub(crate) fn pull<'e, T: Scalar>(
    interpreter: &'e dyn Interpreter<T>,
    nodes: &[Node<T>],
    depends: &[bool],
    g: Var<'e, T>,
) -> Result<Vec<Option<Var<'e, T>>>, AutogradError> {
    let mut grads: Vec<Option<Var<'e, T>>> = vec![None; nodes.len()];
    grads[nodes.len() - 1] = Some(g);
    let mut x = Vec::new();
    for (id, node) in nodes.iter().enumerate().rev() {
        let (Some(op), Some(g), true) = (&node.op, grads[id], depends[id]) else { continue };
        check_differentiable(op)?;
        let inputs = node.inputs.as_slice();
        x.clear();
        x.extend(inputs.iter().map(|&input| Var::new(interpreter, input)));
        let y = Var::new(interpreter, id as Id);
        for (i, &input) in inputs.iter().enumerate() {
            if !depends[input as usize] {
                continue;
            }
            if let Some(term) = op.operation().pullback(i, &x, y, g) {
                let term = term.fit_to(x[i].shape());
                let slot = &mut grads[input as usize];
                *slot = Some(slot.map_or(term, |sum| sum + term));
            }
        }
    }
    Ok(grads)
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
        Ok(self.push_forward(y.id(), &[seeds])?.remove(0))
    }

    /// The vector-Jacobian product: the gradients of Σ g ⊙ y with respect to given variables, as
    /// numbers.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0]);
    /// let gradients = tape.vjp(x.square(), &dmatrix![1.0, 10.0], &[x]).unwrap();
    /// assert_eq!(gradients[0], dmatrix![2.0, 40.0]);
    /// ```
    ///
    /// # Errors
    /// If `g` does not have the shape of `y`, or if an operation on the way has no derivative.
    pub fn vjp(
        &self,
        y: Var<'_, T>,
        g: &DMatrix<T>,
        wrt: &[Var<'_, T>],
    ) -> Result<Vec<DMatrix<T>>, AutogradError> {
        if y.shape() != g.shape() {
            let found = [y.shape(), g.shape()];
            return Err(AutogradError::shape("vjp", "y and g have one shape", &found));
        }
        let end = y.id() as usize;
        let depends = self.dependents(end, wrt);
        let nodes = self.nodes.borrow();
        let nodes = &nodes[..=end];
        let eager = Eager::over(nodes, &self.pool);
        let g = Var::new(&eager, eager.copied(g));
        let grads = pull(&eager, nodes, &depends, g)?;
        let of = |x: &Var<'_, T>| match grads.get(x.id() as usize).copied().flatten() {
            Some(g) => g.value(),
            None => DMatrix::zeros(x.rows(), x.cols()),
        };
        let result = wrt.iter().map(of).collect();
        drop(grads);
        eager.recycle();
        Ok(result)
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
        let seeds = seeds("hvp", directions)?;
        let wrt: Vec<_> = directions.iter().map(|(x, _)| *x).collect();
        let mut result = Vec::with_capacity(wrt.len());
        self.forward_over_reverse(y, &wrt, &[seeds], |gradient, mut products| {
            result.push(GradientAlong { gradient, product: products.remove(0) });
        })?;
        Ok(result)
    }

    /// The tangents of a node along several directions.
    pub(crate) fn push_forward(
        &self,
        y: Id,
        directions: &[Seeds<'_, T>],
    ) -> Result<Vec<DMatrix<T>>, AutogradError> {
        let nodes = self.nodes.borrow();
        let nodes = &nodes[..=y as usize];
        let dual = Dual::along(Eager::over(nodes, &self.pool), nodes, directions)?;
        let tangents = (0..directions.len()).map(|k| dual.tangent_matrix(y, k)).collect();
        dual.eager.recycle();
        Ok(tangents)
    }

    /// For each variable, its gradient and the derivatives of that along several directions.
    pub(crate) fn forward_over_reverse(
        &self,
        y: Var<'_, T>,
        wrt: &[Var<'_, T>],
        directions: &[Seeds<'_, T>],
        mut found: impl FnMut(DMatrix<T>, Vec<DMatrix<T>>),
    ) -> Result<(), AutogradError> {
        let shape = y.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        let end = y.id() as usize;
        let depends = self.dependents(end, wrt);
        let nodes = self.nodes.borrow();
        let nodes = &nodes[..=end];
        let dual = Dual::along(Eager::over(nodes, &self.pool), nodes, directions)?;
        let g = Var::new(&dual, dual.filled((1, 1), T::one()));
        let grads = pull(&dual, nodes, &depends, g)?;
        for x in wrt {
            match grads.get(x.id() as usize).copied().flatten() {
                Some(g) => {
                    let along = |k| dual.tangent_matrix(g.id(), k);
                    found(dual.primal_matrix(g.id()), (0..directions.len()).map(along).collect());
                }
                None => {
                    let zero = DMatrix::zeros(x.rows(), x.cols());
                    found(zero.clone(), vec![zero; directions.len()]);
                }
            }
        }
        drop(grads);
        dual.eager.recycle();
        Ok(())
    }
}
