//! Absolute errors.

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;

/// |y − t| of each element, with sign(0) = 0 in the gradient.
///
/// # Panics
/// If the shapes do not fit.
pub fn absolute_errors<'t, T: Scalar>(output: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    (output - target).abs()
}

/// |y − t|, by default averaged over rows × outputs. PyTorch calls it `L1Loss`.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![1.0, 4.0, 3.0]);
/// let c = cost::mean_absolute_error(y, tape.constant(dmatrix![0.0, 4.0, 5.0]), Reduction::Sum);
/// assert_eq!(c.item(), 3.0);
/// assert_eq!(c.backward().get(y), Some(&dmatrix![1.0, 0.0, -1.0]));
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn mean_absolute_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(absolute_errors(output, target))
}
