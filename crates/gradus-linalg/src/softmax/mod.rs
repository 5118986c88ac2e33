//! Softmax, log-sum-exp and the cross-entropy of the rows of a matrix.

mod block;
mod cross_entropy;
mod log_sum_exp;
#[cfg(test)]
mod tests;

use crate::{MatMut, MatRef, Scalar};
pub(crate) use block::Rows;
use block::{Output, blocks};

pub use cross_entropy::{softmax_cross_entropy, softmax_cross_entropy_cost};
pub use log_sum_exp::log_sum_exp_rows;

/// out[i, j] ← exp(z[i, j]) / Σₗ exp(z[i, l]): softmax of each row.
///
/// The row's own maximum is subtracted first, so that nothing overflows. A logit of −∞ has
/// probability 0; a row of −∞ alone, or with +∞ or NaN in it, is NaN, as in PyTorch.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, softmax_rows};
/// let mut p = [0.0; 2];
/// softmax_rows(MatRef::new(&[1000.0, 1000.0 + 3_f64.ln()], 1, 2), MatMut::new(&mut p, 1, 2));
/// assert!((p[0] - 0.25).abs() < 1e-13 && (p[1] - 0.75).abs() < 1e-13);
/// ```
pub fn softmax_rows<T: Scalar>(z: MatRef<'_, T>, out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "softmax: {:?} into {:?}", z.shape(), out.shape());
    blocks(z, Some(out), Output::Softmax, |_, _, _| {});
}

/// out[i, j] ← z[i, j] − ln Σₗ exp(z[i, l]): log-softmax of each row.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, log_softmax_rows};
/// let mut l = [0.0; 2];
/// log_softmax_rows(MatRef::new(&[0.0, -1e4], 1, 2), MatMut::new(&mut l, 1, 2));
/// assert_eq!(l, [0.0, -1e4]);
/// ```
pub fn log_softmax_rows<T: Scalar>(z: MatRef<'_, T>, out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "log_softmax: {:?} into {:?}", z.shape(), out.shape());
    blocks(z, Some(out), Output::LogSoftmax, |_, _, _| {});
}
