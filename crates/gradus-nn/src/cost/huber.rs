//! Squared near zero, absolute far away.

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;

/// ½r² where |r| ≤ δ and δ(|r| − ½δ) elsewhere, with r = y − t, of each element. Its gradient is r,
/// cut to [−δ, δ].
///
/// Source: P. J. Huber, *Robust estimation of a location parameter*, Annals of Mathematical
/// Statistics 35, 1964. PyTorch's `HuberLoss` is the same; its `SmoothL1Loss(beta)` is
/// huber(beta)/beta.
///
/// # Panics
/// If δ is not positive and finite, or if the shapes do not fit.
pub fn huber_losses<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    delta: f64,
) -> Var<'t, T> {
    assert!(
        delta > 0.0 && delta.is_finite(),
        "huber: δ is {delta}, it must be positive and finite"
    );
    let size = (output - target).abs();
    let beyond = (size - delta).relu();
    // What is left of |r| below δ: its rounding is one of |r|, and it enters as a square.
    let within = size - beyond;
    within.square() * 0.5 + beyond * delta
}

/// The Huber loss, by default averaged over rows × outputs.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![0.5, 4.0]);
/// let c = cost::huber(y, tape.constant(dmatrix![0.0, 0.0]), 1.0, Reduction::Sum);
/// assert_eq!(c.item(), 0.125 + 3.5);
/// assert_eq!(c.backward().get(y), Some(&dmatrix![0.5, 1.0]));
/// ```
///
/// # Panics
/// If δ is not positive and finite, or if the shapes do not fit.
pub fn huber<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    delta: f64,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(huber_losses(output, target, delta))
}
