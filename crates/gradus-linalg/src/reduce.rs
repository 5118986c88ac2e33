//! Sums, products of vectors, and other reductions, in an order that depends on the length alone.

use std::{hint::black_box, ops::Range};

use crate::{
    MatRef, Scalar,
    dispatch::{Level, Work, run_at},
    gemm::AddColumns,
};

/// Independent partial sums: enough to fill the vector units and hide the latency of an addition.
const LANES: usize = 64;

/// Elements that one run of partial sums takes; longer slices are halved, so that the error grows
/// with the logarithm of the length.
const RUN: usize = 4096;

/// Rows that are added one after another where they lie side by side.
const ROWS: usize = 32;

/// Columns that are added in one go where rows lie side by side.
const COLUMNS: usize = 512;

/// One run's reduction of two slices of one length.
#[derive(Clone, Copy)]
enum Kind {
    /// Σ xᵢ; y is not read.
    Sum,
    /// Σ xᵢyᵢ.
    Dot,
}

/// The element types' loops, compiled in this crate alone.
pub(crate) trait Reductions: Sized {
    /// Σ xᵢ of a run.
    fn run_sum(level: Level, x: &[Self]) -> Self;
    /// Σ xᵢyᵢ of a run.
    fn run_dot(level: Level, x: &[Self], y: &[Self]) -> Self;
    /// The largest element.
    fn largest(level: Level, x: &[Self]) -> Self;
    /// Whether none is infinite or NaN.
    fn finite(level: Level, x: &[Self]) -> bool;
    /// out ← out + the sum of the rows of x, which lie side by side, at some columns.
    fn add_rows(level: Level, x: MatRef<'_, Self>, cols: Range<usize>, out: &mut [Self]);
    /// y ← A·x, A's columns being contiguous.
    fn add_columns(a: MatRef<'_, Self>, x: &[Self], y: &mut [Self]);
}

macro_rules! reductions {
    ($t:ty) => {
        impl Reductions for $t {
            fn run_sum(level: Level, x: &[Self]) -> Self {
                run_at(level, Run { x, y: x, kind: Kind::Sum })
            }

            fn run_dot(level: Level, x: &[Self], y: &[Self]) -> Self {
                run_at(level, Run { x, y, kind: Kind::Dot })
            }

            fn largest(level: Level, x: &[Self]) -> Self {
                run_at(level, Largest(x))
            }

            fn finite(level: Level, x: &[Self]) -> bool {
                run_at(level, Finite(x))
            }

            fn add_rows(level: Level, x: MatRef<'_, Self>, cols: Range<usize>, out: &mut [Self]) {
                run_at(level, AddRows { x, cols, out });
            }

            fn add_columns(a: MatRef<'_, Self>, x: &[Self], y: &mut [Self]) {
                run_at(Level::detected(), AddColumns { a, x, y });
            }
        }
    };
}

reductions!(f32);
reductions!(f64);

struct Run<'a, T> {
    x: &'a [T],
    y: &'a [T],
    kind: Kind,
}

impl<T: Scalar> Work for Run<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        match self.kind {
            Kind::Sum => lanes::<T, false>(self.x, self.y),
            Kind::Dot => lanes::<T, true>(self.x, self.y),
        }
    }
}

#[inline(always)]
fn lanes<T: Scalar, const DOT: bool>(x: &[T], y: &[T]) -> T {
    let mut sums = [T::zero(); LANES];
    let (mut xs, mut ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    for (x, y) in (&mut xs).zip(&mut ys) {
        for l in 0..LANES {
            sums[l] = if DOT { x[l].mul_add(y[l], sums[l]) } else { sums[l] + x[l] };
        }
    }
    // The rest picks its sums by a number: in a copy, lest those of the loop live in memory.
    let mut sums = black_box(sums);
    for (sum, (&x, &y)) in sums.iter_mut().zip(xs.remainder().iter().zip(ys.remainder())) {
        *sum = if DOT { x.mul_add(y, *sum) } else { *sum + x };
    }
    halve::<32, T>(&mut sums);
    halve::<16, T>(&mut sums);
    halve::<8, T>(&mut sums);
    halve::<4, T>(&mut sums);
    halve::<2, T>(&mut sums);
    sums[0] + sums[1]
}

/// Adds the second `W` sums to the first.
#[inline(always)]
fn halve<const W: usize, T: Scalar>(sums: &mut [T; LANES]) {
    for l in 0..W {
        sums[l] += sums[l + W];
    }
}

struct Largest<'a, T>(&'a [T]);

impl<T: Scalar> Work for Largest<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let least = T::of(f64::NEG_INFINITY);
        let larger = |best, x| if x > best { x } else { best };
        let not_a_number = |nan, x| if x >= least { nan } else { x };
        let (mut best, mut nan) = ([least; LANES], [T::zero(); LANES]);
        let mut chunks = self.0.chunks_exact(LANES);
        for x in &mut chunks {
            for l in 0..LANES {
                best[l] = larger(best[l], x[l]);
                nan[l] = not_a_number(nan[l], x[l]);
            }
        }
        // In a copy, lest the lanes of the loop live in memory.
        let (mut best, mut nan) = black_box((best, nan));
        for (l, &x) in chunks.remainder().iter().enumerate() {
            best[l] = larger(best[l], x);
            nan[l] = not_a_number(nan[l], x);
        }
        best.into_iter().fold(least, larger) + lanes::<T, false>(&nan, &nan)
    }
}

struct Finite<'a, T>(&'a [T]);

impl<T: Scalar> Work for Finite<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        self.0.chunks(RUN).all(|x| x.iter().fold(true, |all, x| all & x.is_finite()))
    }
}

/// Adds rows that lie side by side, some columns of each.
struct AddRows<'a, T> {
    x: MatRef<'a, T>,
    cols: Range<usize>,
    out: &'a mut [T],
}

impl<T: Scalar> Work for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for i in 0..self.x.rows() {
            if let Some(row) = self.x.t().contiguous_col(i) {
                for (out, &x) in self.out.iter_mut().zip(&row[self.cols.clone()]) {
                    *out += x;
                }
            }
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose sums are exact in any order.
    fn integers<T: Scalar>(len: usize) -> Vec<T> {
        (0..len).map(|i| T::of((i * 7 % 13) as f64 - 6.0)).collect()
    }

    fn exact<T: Scalar>() {
        for len in [0, 1, 63, 64, 65, 4096, 4097, 20_000] {
            let x: Vec<T> = integers(len);
            let wide: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
            assert_eq!(sum(&x).to_f64(), wide.iter().sum::<f64>());
            assert_eq!(sum_squares(&x).to_f64(), wide.iter().map(|x| x * x).sum::<f64>());
            let expected = wide.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            assert_eq!(max(&x).to_f64(), expected);
        }
    }

    #[test]
    fn sums_of_integers_are_exact() {
        exact::<f32>();
        exact::<f64>();
    }

    #[test]
    fn a_long_sum_loses_little() {
        // 10⁷ · 0.1 in f32; a plain loop gives 1 087 937.
        let x = vec![0.1_f32; 10_000_000];
        assert!((f64::from(sum(&x)) - 1e7 * f64::from(0.1_f32)).abs() < 1.0);
    }

    #[test]
    fn long_sums_of_rows_and_columns_lose_little_in_every_layout() {
        // A plain loop over 10⁶ times 0.1 in f32 is off by 958.
        let (m, n) = (1_000_000, 3);
        let data = vec![0.1_f32; 2 * m * n];
        for (rs, cs) in [(1, m), (n, 1), (2, 2 * m)] {
            let x = MatRef::with_strides(&data, m, n, rs, cs);
            let mut sums = [0.0; 3];
            col_sums(x, &mut sums);
            let mut across = [0.0; 3];
            row_sums(x.t(), &mut across);
            for sum in sums.into_iter().chain(across) {
                assert!((f64::from(sum) - 1e6 * f64::from(0.1_f32)).abs() < 0.1, "{sum}");
            }
        }
    }

    #[test]
    fn levels_agree_to_the_bit() {
        let x: Vec<f64> = (0..1000).map(|i| f64::from(i).sin()).collect();
        for level in Level::available() {
            assert_eq!(f64::run_sum(level, &x), sum(&x), "{level:?}");
            assert_eq!(f64::run_dot(level, &x, &x), sum_squares(&x), "{level:?}");
            assert_eq!(f64::largest(level, &x), max(&x), "{level:?}");
            assert!(f64::finite(level, &x), "{level:?}");
            let (mut sums, mut best) = ([0.0; 10], [0.0; 10]);
            let rows = MatRef::with_strides(&x, 100, 10, 10, 1);
            f64::add_rows(level, rows, 0..10, &mut sums);
            f64::add_rows(Level::detected(), rows, 0..10, &mut best);
            assert_eq!(sums, best, "{level:?}");
        }
    }

    #[test]
    fn what_is_not_finite_is_found_anywhere() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for place in [0, 17, 4095, 4096, 4999] {
                let mut x = vec![1.0; 5000];
                x[place] = bad;
                assert!(!all_finite(&x), "{bad} at {place}");
                assert_eq!(max(&x).is_nan(), bad.is_nan());
            }
        }
    }

    #[test]
    fn sums_of_rows_and_columns_in_every_layout() {
        let (m, n) = (37, 11);
        let data: Vec<f64> = integers((m + 2) * (n + 2) * 2);
        for (rs, cs) in [(1, m), (n, 1), (1, m + 2), (n + 2, 1), (2, 2 * m)] {
            let x = MatRef::with_strides(&data, m, n, rs, cs);
            let (mut cols, mut rows) = (vec![9.0; n], vec![9.0; m]);
            col_sums(x, &mut cols);
            row_sums(x, &mut rows);
            let expected = |j| (0..m).map(|i| x.at(i, j)).sum::<f64>();
            assert_eq!(cols, (0..n).map(expected).collect::<Vec<_>>());
            let expected = |i| (0..n).map(|j| x.at(i, j)).sum::<f64>();
            assert_eq!(rows, (0..m).map(expected).collect::<Vec<_>>());
        }
    }
}
