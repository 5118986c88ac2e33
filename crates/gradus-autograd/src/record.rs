//! Gradients as variables: they can be differentiated again, to any order.

use gradus_linalg::Scalar;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::node::Id;
use crate::tape::Tape;
use crate::var::Var;

impl<T: Scalar> Tape<T> {
    /// The gradients of a scalar with respect to given variables, as variables of this tape.
    ///
    /// Any variable may stand in `wrt`, also one that was computed. Where `y` does not depend on
    /// it, its gradient is zero.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    ///
    /// let tape = Tape::new();
    /// let x = tape.scalar(2.0);
    /// let y = x.powi(4);
    /// let dy = tape.grad(y, &[x])[0]; // 4x³
    /// let d2y = tape.grad(dy, &[x])[0]; // 12x²
    /// let d3y = tape.grad(d2y, &[x])[0]; // 24x
    /// assert_eq!((dy.item(), d2y.item(), d3y.item()), (32.0, 48.0, 48.0));
    /// ```
    ///
    /// # Panics
    /// If `y` is not 1×1 or an operation on the way has no derivative; [`Tape::try_grad`] gives
    /// these as errors.
    pub fn grad<'t>(&'t self, y: Var<'t, T>, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        self.try_grad(y, wrt).unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`Tape::grad`].
    ///
    /// # Errors
    /// If `y` is not 1×1, or if an operation on the way has no derivative.
    pub fn try_grad<'t>(
        &'t self,
        y: Var<'t, T>,
        wrt: &[Var<'t, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        let shape = y.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        self.try_vjp(y, y.filled_like(1.0), wrt)
    }

    /// The vector-Jacobian product: the gradients of Σ g ⊙ y with respect to given variables.
    ///
    /// # Errors
    /// If `g` does not have the shape of `y`, or if an operation on the way has no derivative.
    pub fn try_vjp<'t>(
        &'t self,
        y: Var<'t, T>,
        g: Var<'t, T>,
        wrt: &[Var<'t, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        if y.shape() != g.shape() {
            let found = [y.shape(), g.shape()];
            return Err(AutogradError::shape("vjp", "y and g have one shape", &found));
        }
        let end = y.id() as usize;
        let depends = self.dependents(end, wrt);
        let mut grads: Vec<Option<Var<'t, T>>> = vec![None; end + 1];
        grads[end] = Some(g);
        for id in (0..=end).rev() {
            if !depends[id] {
                continue;
            }
            let Some(g) = grads[id] else { continue };
            let (op, inputs) = {
                let node = &self.nodes.borrow()[id];
                (node.op.clone(), node.inputs.clone())
            };
            let Some(op) = op else { continue };
            check_differentiable(&op)?;
            let inputs = inputs.as_slice();
            let x: Vec<_> = inputs.iter().map(|&input| Var::new(self, input)).collect();
            for (i, &input) in inputs.iter().enumerate() {
                if !depends[input as usize] {
                    continue;
                }
                if let Some(term) = op.operation().pullback(i, &x, Var::new(self, id as Id), g) {
                    let term = term.fit_to(x[i].shape());
                    let slot = &mut grads[input as usize];
                    *slot = Some(slot.map_or(term, |sum| sum + term));
                }
            }
        }
        let of = |x: &Var<'t, T>| grads.get(x.id() as usize).copied().flatten();
        Ok(wrt.iter().map(|x| of(x).unwrap_or_else(|| x.filled_like(0.0))).collect())
    }

    /// For each node up to `end`, whether it depends on one of `wrt`.
    pub(crate) fn dependents(&self, end: usize, wrt: &[Var<'_, T>]) -> Vec<bool> {
        let nodes = self.nodes.borrow();
        let mut depends = vec![false; end + 1];
        for x in wrt {
            if let Some(slot) = depends.get_mut(x.id() as usize) {
                *slot = true;
            }
        }
        for id in 0..=end {
            depends[id] |= nodes[id].inputs.as_slice().iter().any(|&input| depends[input as usize]);
        }
        depends
    }
}
