//! Sums, products of vectors, and other reductions, in an order that depends on the length alone.

mod columns;
mod kernels;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::{MatRef, Scalar, dispatch::Level};
use kernels::RUN;
pub(crate) use kernels::Reductions;

/// Rows that are added one after another where they lie side by side.
const ROWS: usize = 32;

/// Columns that are added in one go where rows lie side by side.
const COLUMNS: usize = 512;

/// Halves long slices at multiples of [`RUN`] and adds the halves' sums.
fn pairwise<T: Scalar>(x: &[T], y: &[T], run: fn(Level, &[T], &[T]) -> T) -> T {
    if x.len() <= RUN {
        return run(Level::detected(), x, y);
    }
    let half = x.len().div_ceil(2 * RUN) * RUN;
    let ((x0, x1), (y0, y1)) = (x.split_at(half), y.split_at(half));
    pairwise(x0, y0, run) + pairwise(x1, y1, run)
}

/// Σ xᵢ, pairwise.
///
/// The order of the additions depends on the length alone, and the rounding error grows with its
/// logarithm. The sum of nothing is 0.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::sum(&[0.5_f32; 1000]), 500.0);
/// ```
pub fn sum<T: Scalar>(x: &[T]) -> T {
    pairwise(x, x, |level, x, _| T::run_sum(level, x))
}

/// Σ xᵢyᵢ, pairwise.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
/// ```
pub fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    assert!(x.len() == y.len(), "dot: {} elements times {}", x.len(), y.len());
    pairwise(x, y, T::run_dot)
}

/// Σ xᵢ², pairwise.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::sum_squares(&[3.0, 4.0]), 25.0);
/// ```
pub fn sum_squares<T: Scalar>(x: &[T]) -> T {
    dot(x, x)
}

/// The largest element; −∞ if there is none, NaN if one is NaN.
///
/// ```
/// use gradus_linalg::reduce::max;
/// assert_eq!(max(&[1.0, 3.0, 2.0]), 3.0);
/// assert_eq!(max::<f32>(&[]), f32::NEG_INFINITY);
/// assert!(max(&[1.0, f64::NAN, 2.0]).is_nan());
/// ```
pub fn max<T: Scalar>(x: &[T]) -> T {
    T::largest(Level::detected(), x)
}

/// Whether no element is infinite or NaN.
///
/// ```
/// use gradus_linalg::reduce::all_finite;
/// assert!(all_finite(&[0.0, f64::MAX]));
/// assert!(!all_finite(&[0.0, f64::INFINITY]));
/// ```
pub fn all_finite<T: Scalar>(x: &[T]) -> bool {
    T::finite(Level::detected(), x)
}

/// outⱼ ← Σᵢ Xᵢⱼ: the sum over the rows, one for each column, pairwise in every layout.
///
/// # Panics
/// If `out` has not one element for each column.
///
/// ```
/// use gradus_linalg::{MatRef, reduce::col_sums};
/// let mut sums = [0.0; 2];
/// col_sums(MatRef::new(&[1.0, 2.0, 3.0, 4.0], 2, 2), &mut sums);
/// assert_eq!(sums, [3.0, 7.0]);
/// ```
pub fn col_sums<T: Scalar>(x: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == x.cols(), "{} sums of {:?}", out.len(), x.shape());
    if x.row_stride() != 1 && x.col_stride() == 1 {
        for (part, out) in out.chunks_mut(COLUMNS).enumerate() {
            let start = part * COLUMNS;
            add_pairwise(x, start..start + out.len(), out);
        }
        return;
    }
    if x.row_stride() == 1 && x.rows() <= RUN {
        T::sum_columns(Level::detected(), x, out);
        return;
    }
    for (j, out) in out.iter_mut().enumerate() {
        *out = match x.contiguous_col(j) {
            Some(col) => sum(col),
            None => strided_sum(x, j, 0..x.rows()),
        };
    }
}

/// out ← the sums of some columns of a matrix whose rows lie side by side, pairwise.
fn add_pairwise<T: Scalar>(x: MatRef<'_, T>, cols: Range<usize>, out: &mut [T]) {
    let m = x.rows();
    if m <= ROWS {
        out.fill(T::zero());
        T::add_rows(Level::detected(), x, cols, out);
        return;
    }
    let half = m.div_ceil(2 * ROWS) * ROWS;
    let mut second = [T::zero(); COLUMNS];
    let second = &mut second[..out.len()];
    add_pairwise(x.row_range(0..half), cols.clone(), out);
    add_pairwise(x.row_range(half..m), cols, second);
    for (out, second) in out.iter_mut().zip(second) {
        *out += *second;
    }
}

/// The sum of some rows of column j, pairwise.
fn strided_sum<T: Scalar>(x: MatRef<'_, T>, j: usize, rows: Range<usize>) -> T {
    if rows.len() <= ROWS {
        return rows.fold(T::zero(), |sum, i| sum + x.at(i, j));
    }
    let half = rows.start + rows.len().div_ceil(2 * ROWS) * ROWS;
    strided_sum(x, j, rows.start..half) + strided_sum(x, j, half..rows.end)
}

/// outᵢ ← Σⱼ Xᵢⱼ: the sum over the columns, one for each row, pairwise in every layout.
///
/// # Panics
/// If `out` has not one element for each row.
///
/// ```
/// use gradus_linalg::{MatRef, reduce::row_sums};
/// let mut sums = [0.0; 2];
/// row_sums(MatRef::new(&[1.0, 2.0, 3.0, 4.0], 2, 2), &mut sums);
/// assert_eq!(sums, [4.0, 6.0]);
/// ```
pub fn row_sums<T: Scalar>(x: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == x.rows(), "{} sums of {:?}", out.len(), x.shape());
    col_sums(x.t(), out);
}
