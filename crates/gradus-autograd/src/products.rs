//! Derivatives times vectors: Jacobian-vector, vector-Jacobian and Hessian-vector products.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::dual::{Dual, Route};
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

impl<T: Scalar> Tape<T> {
    /// The Jacobian-vector product: the derivative of `y` when each variable moves along its
    /// direction.
    ///
    /// Directions add up: a variable that is named twice moves along the sum of its directions, and
    /// one that was computed moves by what its operands make of theirs as well.
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
    /// If a direction does not have the shape of its variable, if a variable belongs to another
    /// tape, or if an operation on the way has no derivative.
    pub fn jvp(
        &self,
        y: Var<'_, T>,
        directions: &[(Var<'_, T>, DMatrix<T>)],
    ) -> Result<DMatrix<T>, AutogradError> {
        self.check_own("jvp", [y])?;
        self.check_directions("jvp", directions)?;
        let nodes = self.nodes.borrow();
        let route = Route::new(&nodes, directions.iter().map(|(x, _)| x.id()), &[y.id()]);
        let mut dual = Dual::over(&nodes, &self.pool);
        dual.begin(1);
        directions.iter().for_each(|(x, v)| dual.move_along(x.id(), 0, v));
        dual.run(&route)?;
        let tangent = dual.tangent(y.id(), 0);
        dual.begin(0);
        Ok(tangent)
    }

    /// The vector-Jacobian product: the gradients of Σ g ⊙ y with respect to given variables.
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
    /// If `g` does not have the shape of `y`, if a variable belongs to another tape, or if an
    /// operation on the way has no derivative.
    pub fn vjp(
        &self,
        y: Var<'_, T>,
        g: &DMatrix<T>,
        wrt: &[Var<'_, T>],
    ) -> Result<Vec<DMatrix<T>>, AutogradError> {
        self.scratch(|| {
            let gradients = self.record_vjp(y, self.constant(g.clone()), wrt)?;
            Ok(gradients.into_iter().map(Var::value).collect())
        })
    }

    /// Hessian-vector products of a scalar, by forward over reverse: for each variable its gradient
    /// and ∇²f·v, exact, at the cost of about two gradients.
    ///
    /// Directions add up as in [`Tape::jvp`].
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
    /// If `y` is not 1×1, if a direction does not have the shape of its variable, if a variable
    /// belongs to another tape, or if an operation on the way has no derivative.
    pub fn hvp(
        &self,
        y: Var<'_, T>,
        directions: &[(Var<'_, T>, DMatrix<T>)],
    ) -> Result<Vec<GradientAlong<T>>, AutogradError> {
        self.check_directions("hvp", directions)?;
        let wrt: Vec<_> = directions.iter().map(|(x, _)| *x).collect();
        self.scratch(|| {
            let gradients = self.record_grad("hvp", y, &wrt)?;
            let ids: Vec<_> = gradients.iter().map(|g| g.id()).collect();
            let nodes = self.nodes.borrow();
            let route = Route::new(&nodes, wrt.iter().map(|x| x.id()), &ids);
            let mut dual = Dual::over(&nodes, &self.pool);
            dual.begin(1);
            directions.iter().for_each(|(x, v)| dual.move_along(x.id(), 0, v));
            dual.run(&route)?;
            let along = |g: &Var<'_, T>| GradientAlong {
                gradient: g.value(),
                product: dual.tangent(g.id(), 0),
            };
            let result = gradients.iter().map(along).collect();
            dual.begin(0);
            Ok(result)
        })
    }

    fn check_directions(
        &self,
        op: &'static str,
        directions: &[(Var<'_, T>, DMatrix<T>)],
    ) -> Result<(), AutogradError> {
        self.check_own(op, directions.iter().map(|(x, _)| *x))?;
        match directions.iter().find(|(x, v)| x.shape() != v.shape()) {
            Some((x, v)) => {
                let found = [x.shape(), v.shape()];
                Err(AutogradError::shape(op, "a direction has the shape of its variable", &found))
            }
            None => Ok(()),
        }
    }
}
