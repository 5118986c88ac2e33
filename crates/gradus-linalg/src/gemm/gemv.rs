//! A matrix times a vector: every element is read once, so the memory sets the pace.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loops.

use crate::{
    MatMut, MatRef, Scalar,
    dispatch::{Level, Work},
    gemm,
    gemm::dots::{IN_ORDER, is_far},
    simd::{Simd, Task},
};

/// Bytes of results that are computed in one go: they stay in a first-level cache while the columns
/// pass by.
const RESULTS: usize = 16 << 10;

/// The same where the matrix comes from memory: a second-level cache is fast beside it, and whole columns
/// are read as they lie.
const FAR_RESULTS: usize = 256 << 10;

/// Where rows are shared out between threads: at multiples of this.
const ROWS: usize = 1024;

/// Columns that are read side by side.
const STREAMS: usize = 8;

/// Terms of a sum that are added in one go, if a row's elements are neighbours; longer sums are
/// halved.
const TERMS: usize = 4096;

/// Elements of the matrix from which on two threads share the work: a few hundred KiB.
const SPLIT: usize = 1 << 17;

/// Elements of a matrix that is wide or comes from memory from which on its columns are shared out, each
/// half with results of its own, which are added at the end.
const SPLIT_COLUMNS: usize = 1 << 19;

/// The least number of columns that are shared out.
const COLUMNS: usize = 64;

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
        down_columns(a, x, y, is_far(a));
    } else if a.col_stride() == 1 {
        along_rows(a, x, y);
    } else {
        let (n, m) = (x.len(), y.len());
        gemm(T::one(), a, MatRef::new(x, n, 1), T::zero(), MatMut::new(y, m, 1));
    }
}

/// A's columns are contiguous: they are added up, several at once.
fn down_columns<T: Scalar>(a: MatRef<'_, T>, x: &[T], y: &mut [T], far: bool) {
    let (m, n) = a.shape();
    let size = m.saturating_mul(n);
    let rows = if far { FAR_RESULTS } else { RESULTS } / size_of::<T>();
    let whole = far && m <= rows;
    if size > SPLIT_COLUMNS && n >= COLUMNS && (whole || n >= m) {
        let half = (n / 2).next_multiple_of(STREAMS);
        let mut rest = vec![T::zero(); m];
        rayon::join(
            || down_columns(a.col_range(0..half), &x[..half], y, far),
            || down_columns(a.col_range(half..n), &x[half..], &mut rest, far),
        );
        for (y, rest) in y.iter_mut().zip(rest) {
            *y += rest;
        }
    } else if size > SPLIT && m > ROWS && !whole {
        let half = m.div_ceil(2 * ROWS) * ROWS;
        let (first, second) = y.split_at_mut(half);
        rayon::join(
            || down_columns(a.row_range(0..half), x, first, far),
            || down_columns(a.row_range(half..m), x, second, far),
        );
    } else {
        for (part, y) in y.chunks_mut(rows).enumerate() {
            let start = part * rows;
            let a = a.row_range(start..start + y.len());
            T::add_columns(Level::detected(), a, x, y, far);
        }
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
pub(super) struct AddColumns<'a, T> {
    pub(super) a: MatRef<'a, T>,
    pub(super) x: &'a [T],
    pub(super) y: &'a mut [T],
    /// Whether the whole matrix comes from memory.
    pub(super) far: bool,
}

impl<T: Scalar> Task<T> for AddColumns<'_, T> {
    type Output = ();

    unsafe fn run<V: Simd<Elem = T>>(self) {
        let Self { a, x, y, far } = self;
        assert!(a.shape() == (y.len(), x.len()) && (a.row_stride() == 1 || y.len() <= 1));
        y.fill(T::zero());
        let in_order = far && a.col_stride() == y.len();
        let groups = x.len() / STREAMS;
        let column = |j: usize| a.data().as_ptr().wrapping_add(j * a.col_stride());
        let (len, to) = (y.len(), y.as_mut_ptr());
        for group in 0..groups {
            let j = group * STREAMS;
            let part = Columns::<V, STREAMS> {
                columns: std::array::from_fn(|s| column(j + s)),
                x: &x[j..],
                y: to,
                len,
                in_order,
            };
            // SAFETY: the caller vouches for the level; the columns are a's, `len` elements each, as
            // many as y has.
            unsafe { V::compiled(part) };
        }
        for j in groups * STREAMS..x.len() {
            let part =
                Columns::<V, 1> { columns: [column(j)], x: &x[j..], y: to, len, in_order: false };
            // SAFETY: as above.
            unsafe { V::compiled(part) };
        }
    }
}

/// y ← y + `N` columns times the first of x; made only by [`AddColumns`], which vouches for it.
struct Columns<'a, V: Simd, const N: usize> {
    columns: [*const V::Elem; N],
    x: &'a [V::Elem],
    y: *mut V::Elem,
    /// The elements of y, and of each column.
    len: usize,
    /// Whether the lines behind these columns are asked for in the order in which they lie.
    in_order: bool,
}

impl<V: Simd, const N: usize> Work for Columns<'_, V, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { columns, x, y, len, in_order } = self;
        let ahead = columns[0].wrapping_add(IN_ORDER / size_of::<V::Elem>());
        let rest = len % V::LANES;
        // SAFETY: p + LANES ≤ len in the loop, and p + rest = len behind it; `AddColumns` vouches for
        // the elements of the columns and of y, and for the level.
        unsafe {
            let mut factors = [V::splat(V::Elem::default()); N];
            for s in 0..N {
                factors[s] = V::splat(x[s]);
            }
            let mut p = 0;
            while p + V::LANES <= len {
                if in_order {
                    for s in 0..N {
                        V::prefetch_second(ahead.wrapping_add(p * N + s * V::LANES));
                    }
                }
                let mut sum = V::load(y.add(p));
                for s in 0..N {
                    sum = V::load(columns[s].add(p)).mul_add(factors[s], sum);
                }
                sum.store(y.add(p));
                p += V::LANES;
            }
            if rest > 0 {
                let mut sum = V::load_first(y.add(p), rest);
                for s in 0..N {
                    sum = V::load_first(columns[s].add(p), rest).mul_add(factors[s], sum);
                }
                sum.store_first(y.add(p), rest);
            }
        }
    }
}
