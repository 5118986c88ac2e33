//! The product by definition: the oracle that the fast one is tested against.

use crate::{MatMut, MatRef, Scalar};

/// C ← αAB + βC by three loops: slow, plain, and the oracle of [`gemm`](crate::gemm).
///
/// Each element is one sum over k in ascending order.
///
/// # Panics
/// If the shapes do not fit: A is m×k, B is k×n, C is m×n.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, gemm_reference};
/// let mut c = [f64::NAN];
/// let (a, b) = ([1.0, 2.0], [3.0, 4.0]);
/// gemm_reference(1.0, MatRef::new(&a, 1, 2), MatRef::new(&b, 2, 1), 0.0, MatMut::new(&mut c, 1, 1));
/// assert_eq!(c, [11.0]);
/// ```
pub fn gemm_reference<T: Scalar>(
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
