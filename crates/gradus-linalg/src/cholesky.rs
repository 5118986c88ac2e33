//! The Cholesky factor of a symmetric positive definite matrix.

use std::fmt;

use nalgebra::DMatrix;

use crate::{MatMut, MatRef, Scalar, gemm, gram, reduce};

/// Columns that are factored one by one before a product brings the others up to date.
const PANEL: usize = 48;

/// A pivot that is not positive and finite: the matrix is not positive definite to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPositiveDefinite {
    /// The column of the pivot, counted from 0: it depends on those before it.
    pub pivot: usize,
}

impl fmt::Display for NotPositiveDefinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the matrix is not positive definite: column {} (counted from 0) depends on those before \
             it, within rounding",
            self.pivot
        )
    }
}

impl std::error::Error for NotPositiveDefinite {}

/// Replaces the lower triangle of a matrix by that of its factor, in place.
///
/// A = LLᵀ, L lower triangular with a positive diagonal
///
/// A is n×n, column-major without gaps. What lies above the diagonal is neither read nor written.
/// The bits are the same on any number of threads.
///
/// # Errors
/// [`NotPositiveDefinite`] at the first pivot that is not positive and finite.
///
/// # Panics
/// If `a` holds fewer than n² elements.
///
/// ```
/// let mut a = [4.0, 2.0, f64::NAN, 10.0];
/// gradus_linalg::cholesky(&mut a, 2).unwrap();
/// assert_eq!((a[0], a[1], a[3]), (2.0, 1.0, 3.0));
/// assert_eq!(gradus_linalg::cholesky(&mut [1.0, 2.0, 2.0, 4.0], 2).unwrap_err().pivot, 1);
/// ```
///
/// Source: G. Golub, C. Van Loan, *Matrix Computations*, 4th edition, algorithm 4.2.1, a block of
/// columns at a time.
pub fn cholesky<T: Scalar>(a: &mut [T], n: usize) -> Result<(), NotPositiveDefinite> {
    let a = &mut a[..n * n];
    for start in (0..n).step_by(PANEL) {
        let cols = PANEL.min(n - start);
        let (done, rest) = a.split_at_mut(start * n);
        let panel = &mut rest[..cols * n];
        if start > 0 {
            let left = MatRef::with_strides(&done[start..], n - start, start, 1, n);
            let top = left.row_range(0..cols);
            let below = MatMut::with_strides(&mut panel[start..], n - start, cols, 1, n);
            keep_upper(below, |below| gemm(-T::one(), left, top.t(), T::one(), below));
        }
        factor_panel(panel, n, start)?;
    }
    Ok(())
}

/// Runs `update` on a block and puts back what lay above its diagonal.
fn keep_upper<T: Scalar>(mut block: MatMut<'_, T>, update: impl FnOnce(MatMut<'_, T>)) {
    let cols = block.cols();
    let above = || (1..cols).flat_map(|j| (0..j).map(move |i| (i, j)));
    let kept: Vec<T> = above().map(|(i, j)| block.as_ref().at(i, j)).collect();
    update(block.reborrow());
    for ((i, j), value) in above().zip(kept) {
        block.set(i, j, value);
    }
}

/// Factors some columns from row `start` on, column `start` of the matrix being the first of them.
fn factor_panel<T: Scalar>(
    panel: &mut [T],
    n: usize,
    start: usize,
) -> Result<(), NotPositiveDefinite> {
    for j in 0..panel.len() / n {
        let (done, rest) = panel.split_at_mut(j * n);
        let column = &mut rest[start + j..n];
        for earlier in done.chunks_exact(n) {
            let earlier = &earlier[start + j..];
            add_scaled(column, -earlier[0], earlier);
        }
        let pivot = column[0];
        if !(pivot > T::zero() && pivot.is_finite()) {
            return Err(NotPositiveDefinite { pivot: start + j });
        }
        let root = pivot.sqrt();
        column.iter_mut().for_each(|value| *value /= root);
    }
    Ok(())
}

fn add_scaled<T: Scalar>(y: &mut [T], scale: T, x: &[T]) {
    crate::vectorize(
        #[inline(always)]
        || {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = x.mul_add(scale, *y);
            }
        },
    );
}

/// The factor L of A = LLᵀ, with which systems are solved.
///
/// ```
/// use gradus_linalg::Cholesky;
/// use nalgebra::dmatrix;
///
/// let factor = Cholesky::new(dmatrix![4.0, 2.0; 2.0, 10.0]).unwrap();
/// let mut b = [8.0, 22.0];
/// factor.solve(&mut b);
/// assert_eq!(b, [1.0, 2.0]);
/// assert_eq!(factor.log_determinant(), 36.0_f64.ln());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky<T: Scalar> {
    l: DMatrix<T>,
}

impl<T: Scalar> Cholesky<T> {
    /// Factors a square matrix, of which the lower triangle is read.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] at the first pivot that is not positive and finite.
    ///
    /// # Panics
    /// If the matrix is not square.
    pub fn new(mut a: DMatrix<T>) -> Result<Self, NotPositiveDefinite> {
        let n = a.ncols();
        assert!(a.is_square(), "cholesky: {:?} is not square", a.shape());
        cholesky(a.as_mut_slice(), n)?;
        a.fill_upper_triangle(T::zero(), 1);
        Ok(Self { l: a })
    }

    /// L, n×n, zero above the diagonal.
    pub fn l(&self) -> &DMatrix<T> {
        &self.l
    }

    /// Replaces b by A⁻¹b.
    ///
    /// # Panics
    /// If b has not n elements.
    pub fn solve(&self, b: &mut [T]) {
        self.solve_lower(b);
        let n = self.l.nrows();
        for j in (0..n).rev() {
            let column = &self.l.as_slice()[j * n + j..(j + 1) * n];
            b[j] = (b[j] - reduce::dot(&column[1..], &b[j + 1..])) / column[0];
        }
    }

    /// Replaces b by L⁻¹b.
    ///
    /// # Panics
    /// If b has not n elements.
    pub fn solve_lower(&self, b: &mut [T]) {
        assert!(b.len() == self.l.nrows(), "cholesky: {} values", b.len());
        self.solve_lower_from(b, 0);
    }

    /// The same for a b whose first elements are 0.
    fn solve_lower_from(&self, b: &mut [T], zeros: usize) {
        let n = b.len();
        for j in zeros..n {
            let column = &self.l.as_slice()[j * n + j..(j + 1) * n];
            let (known, below) = b[j..].split_at_mut(1);
            known[0] /= column[0];
            add_scaled(below, -known[0], &column[1..]);
        }
    }

    /// L⁻¹, lower triangular.
    pub fn inverse_l(&self) -> DMatrix<T> {
        let n = self.l.nrows();
        let mut inverse = DMatrix::identity(n, n);
        for (j, mut column) in inverse.column_iter_mut().enumerate() {
            self.solve_lower_from(column.as_mut_slice(), j);
        }
        inverse
    }

    /// A⁻¹ = L⁻ᵀL⁻¹, exactly symmetric.
    pub fn inverse(&self) -> DMatrix<T> {
        let root = self.inverse_l();
        let mut inverse = DMatrix::zeros(root.nrows(), root.ncols());
        gram(MatRef::from(&root), None, MatMut::from(&mut inverse));
        inverse
    }

    /// ln det A.
    pub fn log_determinant(&self) -> T {
        let logs = self.l.diagonal().map(|pivot| pivot.ln());
        reduce::sum(logs.as_slice()) * T::of(2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A positive definite matrix of any size.
    fn definite(n: usize) -> DMatrix<f64> {
        let b = DMatrix::from_fn(n + 5, n, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin());
        b.transpose() * &b + DMatrix::identity(n, n) * 0.1
    }

    #[test]
    fn the_factor_times_its_transpose_is_the_matrix() {
        for n in [1, 2, 7, 47, 48, 49, 96, 131] {
            let a = definite(n);
            let factor = Cholesky::new(a.clone()).unwrap();
            let error = (factor.l() * factor.l().transpose() - &a).amax();
            assert!(error < 1e-13 * a.amax() * n as f64, "{n}: {error:e}");
            let identity = &a * factor.inverse() - DMatrix::identity(n, n);
            assert!(identity.amax() < 1e-9, "{n}: {:e}", identity.amax());
            let wanted: Vec<f64> = (0..n).map(|i| (i as f64 * 0.9).cos()).collect();
            let mut b = (&a * DMatrix::from_column_slice(n, 1, &wanted)).as_slice().to_vec();
            factor.solve(&mut b);
            gradus_testkit::assert_close(&b, &wanted, 0.0, 1e-10);
        }
        assert_eq!(Cholesky::new(DMatrix::<f32>::zeros(0, 0)).unwrap().inverse().len(), 0);
    }

    #[test]
    fn what_lies_above_the_diagonal_is_left_alone() {
        let n = 101;
        let mut a = definite(n);
        a.fill_upper_triangle(f64::NAN, 1);
        cholesky(a.as_mut_slice(), n).unwrap();
        for j in 0..n {
            assert!((0..n).all(|i| a[(i, j)].is_nan() == (i < j)));
        }
    }

    #[test]
    fn a_dependent_column_is_named() {
        let mut a = definite(70);
        let twin = a.column(3) * 2.0;
        a.set_column(60, &twin);
        let row = a.row(3) * 2.0;
        a.set_row(60, &row);
        a[(60, 60)] = a[(3, 3)] * 4.0 - 1e-9;
        assert_eq!(Cholesky::new(a).unwrap_err(), NotPositiveDefinite { pivot: 60 });
        let nan = DMatrix::from_element(2, 2, f64::NAN);
        assert_eq!(Cholesky::new(nan).unwrap_err().pivot, 0);
    }
}
