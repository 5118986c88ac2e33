//! The matrix product C ← αAB + βC.

mod affine;
mod blocks;
mod dots;
mod driver;
mod gemv;
mod gram;
mod reference;
mod small;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_gram;
mod tile;

use crate::{MatMut, MatRef, Scalar, dispatch::Level};
use driver::Job;
pub(crate) use driver::Products;

pub use affine::{Epilogue, affine};
pub use gemv::gemv;
pub use gram::gram;
pub use reference::gemm_reference;

/// C ← αAB + βC, for any strides.
///
/// A is m×k, B is k×n, C is m×n. With β = 0 the old content of C is not read, so it may be
/// anything, NaN included; with α = 0 a NaN in A or B still reaches C, unlike in BLAS.
///
/// # Panics
/// If the shapes do not fit.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, gemm};
/// let a = [1.0, 2.0, 3.0, 4.0]; // columns (1, 2) and (3, 4)
/// let b = [5.0, 6.0, 7.0, 8.0];
/// let mut c = [f64::NAN; 4];
/// let a = MatRef::new(&a, 2, 2);
/// gemm(1.0, a, MatRef::new(&b, 2, 2), 0.0, MatMut::new(&mut c, 2, 2));
/// assert_eq!(c, [23.0, 34.0, 31.0, 46.0]);
/// gemm(1.0, a.t(), a, -1.0, MatMut::new(&mut c, 2, 2));
/// assert_eq!(c, [-18.0, -23.0, -20.0, -21.0]);
/// ```
pub fn gemm<T: Scalar>(alpha: T, a: MatRef<'_, T>, b: MatRef<'_, T>, beta: T, c: MatMut<'_, T>) {
    gemm_at(Level::detected(), alpha, a, b, beta, c);
}

/// C ← αAB + βC at a level of instructions, so that levels can be compared; otherwise as [`gemm`].
///
/// # Panics
/// If the shapes do not fit, or this machine lacks the level.
///
/// ```
/// use gradus_linalg::{Level, MatMut, MatRef, gemm_at};
/// let a = [1.0_f32, 2.0];
/// for level in Level::available() {
///     let mut c = [0.0];
///     gemm_at(level, 1.0, MatRef::new(&a, 1, 2), MatRef::new(&a, 2, 1), 0.0, MatMut::new(&mut c, 1, 1));
///     assert_eq!(c, [5.0]);
/// }
/// ```
pub fn gemm_at<T: Scalar>(
    level: Level,
    alpha: T,
    a: MatRef<'_, T>,
    b: MatRef<'_, T>,
    beta: T,
    c: MatMut<'_, T>,
) {
    let job = Job { a, b, alpha, beta, bias: None, act: Epilogue::Identity };
    T::product(&job, level, c);
}
