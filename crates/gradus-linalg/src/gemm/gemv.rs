//! A matrix times a vector: every element is read once, so the memory sets the pace.

use crate::{MatMut, MatRef, Scalar, dispatch::Work, gemm};

/// Rows whose results are computed in one go: they stay in a first-level cache while the columns
/// pass by.
const ROWS: usize = 1024;

/// Columns that are read side by side.
const STREAMS: usize = 8;

/// Terms of a sum that are added in one go, if a row's elements are neighbours; longer sums are
/// halved.
const TERMS: usize = 4096;

/// Elements of the matrix from which on two threads share the work: a few hundred KiB.
const SPLIT: usize = 1 << 17;

/// y ← A·x.
///
/// A is m×n with any strides, x has n elements and y has m. For Aᵀ·r pass the view `a.t()`. Long
/// sums of neighbours (a transposed column-major matrix) are pairwise; y's old content is not read.
/// The bits are the same on any number of threads.
///
/// # Panics
/// If the shapes do not fit.
///
/// ```
/// use gradus_linalg::{MatRef, gemv};
/// let a = [1.0, 2.0, 3.0, 4.0]; // columns (1, 2) and (3, 4)
/// let a = MatRef::new(&a, 2, 2);
/// let mut y = [f64::NAN; 2];
/// gemv(a, &[1.0, -1.0], &mut y);
/// assert_eq!(y, [-2.0, -2.0]);
/// gemv(a.t(), &[1.0, -1.0], &mut y);
/// assert_eq!(y, [-1.0, -1.0]);
/// ```
pub fn gemv<T: Scalar>(a: MatRef<'_, T>, x: &[T], y: &mut [T]) {
    let fits = a.cols() == x.len() && a.rows() == y.len();
    assert!(fits, "gemv: {:?} times {} elements into {}", a.shape(), x.len(), y.len());
    if a.row_stride() == 1 || a.rows() == 1 && a.col_stride() != 1 {
        down_columns(a, x, y);
    } else if a.col_stride() == 1 {
        along_rows(a, x, y);
    } else {
        let (n, m) = (x.len(), y.len());
        gemm(T::one(), a, MatRef::new(x, n, 1), T::zero(), MatMut::new(y, m, 1));
    }
}

/// A's columns are contiguous: they are added up, several at once.
fn down_columns<T: Scalar>(a: MatRef<'_, T>, x: &[T], y: &mut [T]) {
    let (m, n) = a.shape();
    if m.saturating_mul(n) > SPLIT && m > ROWS {
        let half = m.div_ceil(2 * ROWS) * ROWS;
        let (first, second) = y.split_at_mut(half);
        rayon::join(
            || down_columns(a.row_range(0..half), x, first),
            || down_columns(a.row_range(half..m), x, second),
        );
        return;
    }
    for (part, y) in y.chunks_mut(ROWS).enumerate() {
        let start = part * ROWS;
        T::add_columns(a.row_range(start..start + y.len()), x, y);
    }
}

/// A's rows are contiguous: each gives a dot product.
fn along_rows<T: Scalar>(a: MatRef<'_, T>, x: &[T], y: &mut [T]) {
    let (m, n) = a.shape();
    if n <= TERMS {
        gemm(T::one(), MatRef::new(x, 1, n), a.t(), T::zero(), MatMut::new(y, 1, m));
        return;
    }
    let half = n.div_ceil(2 * TERMS) * TERMS;
    let (x0, x1) = x.split_at(half);
    let mut rest = vec![T::zero(); m];
    let (a0, a1) = (a.col_range(0..half), a.col_range(half..n));
    if m.saturating_mul(n) > SPLIT {
        rayon::join(|| along_rows(a0, x0, y), || along_rows(a1, x1, &mut rest));
    } else {
        along_rows(a0, x0, y);
        along_rows(a1, x1, &mut rest);
    }
    for (y, rest) in y.iter_mut().zip(rest) {
        *y += rest;
    }
}

/// y ← the columns of A times x, A's columns being contiguous.
pub(crate) struct AddColumns<'a, T> {
    pub(crate) a: MatRef<'a, T>,
    pub(crate) x: &'a [T],
    pub(crate) y: &'a mut [T],
}

impl<T: Scalar> Work for AddColumns<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { a, x, y } = self;
        y.fill(T::zero());
        let len = y.len();
        let col = |j: usize| {
            let from = &a.data()[j * a.col_stride()..];
            &from[..len]
        };
        let mut j = 0;
        while j + STREAMS <= x.len() {
            let cols: [&[T]; STREAMS] = std::array::from_fn(|s| col(j + s));
            let x: [T; STREAMS] = std::array::from_fn(|s| x[j + s]);
            for i in 0..len {
                let mut sum = y[i];
                for s in 0..STREAMS {
                    sum = cols[s][i].mul_add(x[s], sum);
                }
                y[i] = sum;
            }
            j += STREAMS;
        }
        for j in j..x.len() {
            let factor = x[j];
            for (y, &a) in y.iter_mut().zip(col(j)) {
                *y = a.mul_add(factor, *y);
            }
        }
    }
}
