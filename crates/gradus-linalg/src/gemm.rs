//! The matrix product C ← αAB + βC.

use crate::{MatMut, MatRef, Scalar};

/// C ← αAB + βC, for any strides.
///
/// With β = 0 the old content of C is not read, so it may be anything, NaN included.
///
/// # Panics
/// If the shapes do not fit: A is m×k, B is k×n, C is m×n.
pub fn gemm<T: Scalar>(
    alpha: T,
    a: MatRef<'_, T>,
    b: MatRef<'_, T>,
    beta: T,
    mut c: MatMut<'_, T>,
) {
    assert!(
        a.cols() == b.rows() && c.shape() == (a.rows(), b.cols()),
        "gemm: {:?} times {:?} into {:?}",
        a.shape(),
        b.shape(),
        c.shape()
    );
    for j in 0..b.cols() {
        for i in 0..a.rows() {
            let mut sum = T::zero();
            for p in 0..a.cols() {
                sum += a.at(i, p) * b.at(p, j);
            }
            let old = if beta == T::zero() { T::zero() } else { beta * c.as_ref().at(i, j) };
            c.set(i, j, alpha * sum + old);
        }
    }
}
