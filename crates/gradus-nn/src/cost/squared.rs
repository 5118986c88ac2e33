//! Squared errors.

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;

/// (y − t)² of each element. Its gradient is 2(y − t).
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![1.0, 2.0]);
/// let losses = cost::squared_errors(y, tape.constant(dmatrix![0.0, 4.0]));
/// assert_eq!(losses.value(), dmatrix![1.0, 4.0]);
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn squared_errors<'t, T: Scalar>(output: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    (output - target).square()
}

/// (y − t)², by default averaged over rows × outputs, as PyTorch and scikit-learn do.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![1.0, 2.0]);
/// let t = tape.constant(dmatrix![0.0, 4.0]);
/// assert_eq!(cost::mean_squared_error(y, t, Reduction::Mean).item(), 2.5);
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn mean_squared_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(squared_errors(output, target))
}

/// ½(y − t)², whose gradient is the residual y − t.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![1.0, 2.0]);
/// let c = cost::half_squared_error(y, tape.constant(dmatrix![0.0, 4.0]), Reduction::Sum);
/// assert_eq!(c.backward().get(y), Some(&dmatrix![1.0, -2.0]));
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn half_squared_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    mean_squared_error(output, target, reduction) * 0.5
}

/// C = 1/(2n) Σₓ ‖y(x) − a(x)‖², over n rows: the quadratic cost of lecture notes. It is k times
/// half the mean squared error of k outputs.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let a = tape.variable(dmatrix![1.0, 2.0; 0.0, 0.0]);
/// let y = tape.constant(dmatrix![0.0, 4.0; 0.0, 1.0]);
/// assert_eq!(cost::quadratic_cost(a, y).item(), (1.0 + 4.0 + 1.0) / 4.0);
/// ```
///
/// Source: M. Nielsen, *Neural Networks and Deep Learning*, 2015, equation 6.
///
/// # Panics
/// If the shapes do not fit.
pub fn quadratic_cost<'t, T: Scalar>(output: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    half_squared_error(output, target, Reduction::MeanOverRows)
}
