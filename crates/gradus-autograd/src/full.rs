//! Whole Jacobians and Hessians, a block of directions at a time over the same tape.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::node::Id;
use crate::products::Seeds;
use crate::tape::Tape;
use crate::var::Var;

/// Directions that are carried at once: enough to share the values that they have in common, few
/// enough to stay in cache.
const BLOCK: usize = 16;

/// The unit vectors of some variables, each as a matrix of its variable's shape.
fn unit_directions<T: Scalar>(wrt: &[Var<'_, T>]) -> Vec<(Id, DMatrix<T>)> {
    let of = |x: &Var<'_, T>| {
        let ((rows, cols), id) = (x.shape(), x.id());
        (0..rows * cols).map(move |k| {
            let mut unit = DMatrix::zeros(rows, cols);
            unit[k] = T::one();
            (id, unit)
        })
    };
    wrt.iter().flat_map(of).collect()
}

fn block<'v, T: Scalar>(units: &'v [(Id, DMatrix<T>)]) -> Vec<Seeds<'v, T>> {
    units.iter().map(|(id, unit)| vec![(*id, unit)]).collect()
}

impl<T: Scalar> Tape<T> {
    /// The Jacobian of `y` with respect to `x`: element (i, j) is ∂yᵢ/∂xⱼ, where both are counted
    /// in column-major order.
    ///
    /// It is pushed forward or pulled back, whichever needs fewer sweeps.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![2.0; 3.0]);
    /// let y = x.powi(2) + x.sum();
    /// assert_eq!(tape.jacobian(y, x).unwrap(), dmatrix![5.0, 1.0; 1.0, 7.0]);
    /// assert_eq!(tape.jacobian(y.sum(), x).unwrap(), dmatrix![6.0, 8.0]);
    /// ```
    ///
    /// # Errors
    /// If an operation on the way has no derivative.
    pub fn jacobian(&self, y: Var<'_, T>, x: Var<'_, T>) -> Result<DMatrix<T>, AutogradError> {
        let count = |v: Var<'_, T>| v.rows() * v.cols();
        let mut jacobian = DMatrix::zeros(count(y), count(x));
        if count(x) <= count(y) {
            for (b, units) in unit_directions(&[x]).chunks(BLOCK).enumerate() {
                for (k, column) in self.push_forward(y.id(), &block(units))?.iter().enumerate() {
                    jacobian.column_mut(b * BLOCK + k).copy_from_slice(column.as_slice());
                }
            }
        } else {
            for (i, (_, unit)) in unit_directions(&[y]).iter().enumerate() {
                let row = self.vjp(y, unit, &[x])?;
                jacobian.row_mut(i).iter_mut().zip(row[0].iter()).for_each(|(j, &g)| *j = g);
            }
        }
        Ok(jacobian)
    }

    /// The Hessian of a scalar with respect to the elements of some variables, in order, each
    /// variable in column-major order.
    ///
    /// Its columns are exact Hessian-vector products, a block of them in one sweep.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (x, y) = (tape.scalar(2.0), tape.scalar(3.0));
    /// let f = x.square() * y;
    /// assert_eq!(tape.hessian(f, &[x, y]).unwrap(), dmatrix![6.0, 4.0; 4.0, 0.0]);
    /// ```
    ///
    /// # Errors
    /// If `y` is not 1×1, or if an operation on the way has no derivative.
    pub fn hessian(&self, y: Var<'_, T>, wrt: &[Var<'_, T>]) -> Result<DMatrix<T>, AutogradError> {
        let units = unit_directions(wrt);
        let mut hessian = DMatrix::zeros(units.len(), units.len());
        for (b, units) in units.chunks(BLOCK).enumerate() {
            let mut row = 0;
            self.forward_over_reverse(y, wrt, &block(units), |gradient, products| {
                for (k, product) in products.iter().enumerate() {
                    let mut column = hessian.column_mut(b * BLOCK + k);
                    column.rows_mut(row, product.len()).copy_from_slice(product.as_slice());
                }
                row += gradient.len();
            })?;
        }
        Ok(hessian)
    }
}
