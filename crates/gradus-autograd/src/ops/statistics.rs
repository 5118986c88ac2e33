//! Variances, inner and outer products, composed of other operations.

use gradus_linalg::Scalar;

use crate::ops::reduce::Axis;
use crate::var::Var;

/// What a sum of squared deviations is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Divisor {
    /// The number of elements m: the variance of a population.
    Count,
    /// m − 1: the unbiased estimate from a sample.
    CountLessOne,
}

impl<T: Scalar> Var<'_, T> {
    /// Variances along an axis, Σ(x − x̄)²/d, in two passes.
    ///
    /// ```
    /// use gradus_autograd::{Axis, Divisor, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 10.0; 3.0, 10.0]);
    /// assert_eq!(x.variance_over(Axis::Rows, Divisor::Count).value(), dmatrix![1.0, 0.0]);
    /// assert_eq!(x.variance_over(Axis::Rows, Divisor::CountLessOne).value(), dmatrix![2.0, 0.0]);
    /// ```
    ///
    /// PyTorch's `var` divides by m − 1 unless told otherwise.
    pub fn variance_over(self, axis: Axis, divisor: Divisor) -> Self {
        let (rows, cols) = self.shape();
        let count = axis.count((rows, cols)) as f64;
        let divisor = match divisor {
            Divisor::Count => count,
            Divisor::CountLessOne => count - 1.0,
        };
        (self - self.mean_over(axis)).square().sum_over(axis) / divisor
    }

    /// The inner product Σ aᵢⱼbᵢⱼ of two matrices of one shape, 1×1.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![1.0, 2.0]);
    /// let b = tape.variable(dmatrix![3.0, 4.0]);
    /// assert_eq!(a.dot(b).item(), 11.0);
    /// assert_eq!(a.dot(b).backward().get(a), Some(&dmatrix![3.0, 4.0]));
    /// ```
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn dot(self, other: Self) -> Self {
        let (a, b) = (self.shape(), other.shape());
        assert!(a == b, "dot: the operands {}x{} and {}x{} do not fit", a.0, a.1, b.0, b.1);
        (self * other).sum()
    }

    /// The outer product a·bᵀ of two vectors, each a row or a column: element (i, j) is aᵢbⱼ.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![1.0, 2.0]);
    /// let b = tape.variable(dmatrix![3.0; 4.0; 5.0]);
    /// assert_eq!(a.outer(b).value(), dmatrix![3.0, 4.0, 5.0; 6.0, 8.0, 10.0]);
    /// ```
    ///
    /// # Panics
    /// If one of them is not a vector.
    pub fn outer(self, other: Self) -> Self {
        let column = |v: Self| {
            let (rows, cols) = v.shape();
            assert!(rows == 1 || cols == 1, "outer: a {rows}x{cols} operand is not a vector");
            v.reshape(rows * cols, 1)
        };
        column(self).matmul_t(column(other))
    }
}
