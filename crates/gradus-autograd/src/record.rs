//! Gradients as variables: they can be differentiated again, to any order.

use gradus_linalg::Scalar;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::interpreter::Interpreter;
use crate::node::{Id, dependents};
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
    /// If `y` is not 1×1, if a variable belongs to another tape, or if an operation on the way has no
    /// derivative.
    pub fn try_grad<'t>(
        &'t self,
        y: Var<'t, T>,
        wrt: &[Var<'t, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        self.record_grad("grad", y, wrt)
    }

    /// The vector-Jacobian product: the gradients of Σ g ⊙ y with respect to given variables.
    ///
    /// # Errors
    /// If `g` does not have the shape of `y`, if a variable belongs to another tape, or if an
    /// operation on the way has no derivative.
    pub fn try_vjp<'t>(
        &'t self,
        y: Var<'t, T>,
        g: Var<'t, T>,
        wrt: &[Var<'t, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        self.check_own("vjp", [g])?;
        self.record_vjp(y, g, wrt)
    }

    /// The gradients of a scalar. Their lifetime is that of the tape: `wrt` may come from elsewhere,
    /// which is an error.
    pub(crate) fn record_grad<'t>(
        &'t self,
        op: &'static str,
        y: Var<'_, T>,
        wrt: &[Var<'_, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        self.check_own(op, wrt.iter().copied().chain([y]))?;
        let shape = y.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        let one = Var::new(self, self.filled((1, 1), T::one()));
        self.record_vjp(y, one, wrt)
    }

    /// The rules from `y` back, recorded.
    pub(crate) fn record_vjp<'t>(
        &'t self,
        y: Var<'_, T>,
        g: Var<'t, T>,
        wrt: &[Var<'_, T>],
    ) -> Result<Vec<Var<'t, T>>, AutogradError> {
        self.check_own("vjp", wrt.iter().copied().chain([y]))?;
        if y.shape() != g.shape() {
            let found = [y.shape(), g.shape()];
            return Err(AutogradError::shape("vjp", "y and g have one shape", &found));
        }
        let end = y.id() as usize;
        let depends = dependents(&self.nodes.borrow()[..=end], wrt.iter().map(|x| x.id()));
        let grads = self.pull(g, &depends)?;
        let zero = |x: &Var<'_, T>| Var::new(self, self.filled(x.shape(), T::zero()));
        let of = |x: &Var<'_, T>| grads.get(x.id() as usize).copied().flatten();
        Ok(wrt.iter().map(|x| of(x).unwrap_or_else(|| zero(x))).collect())
    }

    /// For each node its gradient, where `depends` says that it is wanted and `g` reaches it from
    /// the last of them.
    pub(crate) fn pull<'t>(
        &'t self,
        g: Var<'t, T>,
        depends: &[bool],
    ) -> Result<Vec<Option<Var<'t, T>>>, AutogradError> {
        let mut grads = vec![None; depends.len()];
        grads[depends.len() - 1] = Some(g);
        let mut x = Vec::new();
        for id in (0..depends.len()).rev() {
            if !depends[id] {
                continue;
            }
            let Some(g) = grads[id] else { continue };
            let (op, inputs) = {
                let node = &self.nodes.borrow()[id];
                (node.op.clone(), node.inputs.clone())
            };
            let inputs = inputs.as_slice();
            let Some(op) = op else { continue };
            if !inputs.iter().any(|&input| depends[input as usize]) {
                continue;
            }
            check_differentiable(&op)?;
            let operation = op.operation();
            x.clear();
            x.extend(inputs.iter().map(|&input| Var::new(self, input)));
            let y = Var::new(self, id as Id);
            let g = operation.passing(y, g);
            for (i, &input) in inputs.iter().enumerate() {
                if !depends[input as usize] {
                    continue;
                }
                if let Some(term) = operation.pullback(i, &x, y, g) {
                    let term = term.fit_to(x[i].shape());
                    let slot = &mut grads[input as usize];
                    *slot = Some(slot.map_or(term, |sum| sum + term));
                }
            }
        }
        Ok(grads)
    }
}
