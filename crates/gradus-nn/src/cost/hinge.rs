//! The losses of support vector machines.

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;

/// max(0, 1 − t·z) of each element, from scores z and targets t of −1 and 1. At the margin,
/// t·z = 1, the subgradient is 0.
///
/// # Panics
/// If the shapes do not fit.
pub fn hinge_losses<'t, T: Scalar>(scores: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    (1.0 - scores * target).relu()
}

/// The hinge loss, by default averaged over rows × outputs. With an L2 penalty on the weights of a
/// linear model it is the soft-margin support vector machine.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.variable(dmatrix![2.0, 0.5, -1.0]);
/// let c = cost::hinge(z, tape.constant(dmatrix![1.0, 1.0, 1.0]), Reduction::Sum);
/// assert_eq!(c.item(), 2.5);
/// assert_eq!(c.backward().get(z), Some(&dmatrix![0.0, -1.0, -1.0]));
/// ```
///
/// Source: C. Cortes and V. Vapnik, *Support-vector networks*, Machine Learning 20, 1995. The mean
/// is scikit-learn's `hinge_loss` for two classes.
///
/// # Panics
/// If the shapes do not fit.
pub fn hinge<'t, T: Scalar>(
    scores: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(hinge_losses(scores, target))
}

/// max(0, 1 − t·z)² of each element.
///
/// # Panics
/// If the shapes do not fit.
pub fn squared_hinge_losses<'t, T: Scalar>(scores: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    hinge_losses(scores, target).square()
}

/// The squared hinge loss, by default averaged over rows × outputs: differentiable also at the
/// margin. It is the default of scikit-learn's `LinearSVC`.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.variable(dmatrix![2.0, 0.5, -1.0]);
/// let c = cost::squared_hinge(z, tape.constant(dmatrix![1.0, 1.0, 1.0]), Reduction::Sum);
/// assert_eq!(c.item(), 4.25);
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn squared_hinge<'t, T: Scalar>(
    scores: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(squared_hinge_losses(scores, target))
}
