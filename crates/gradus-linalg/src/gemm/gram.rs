//! Gram matrices XᵀX and XᵀWX: half of a product, from the tiles of the matrix product.
#![allow(unsafe_code)] // Raw pointers into C, whose tiles interleave in memory.

use std::ops::Range;

use crate::{
    Epilogue, MatMut, MatRef, Scalar, copy,
    dispatch::{Level, Work, run_at},
    gemm::{
        blocks::{Block, EVERYWHERE, MC, even_ranges, kc},
        driver::Job,
        tile::Finish,
    },
    simd::{Registers, Simd, Task},
    workspace::with_buffers,
};

/// Rows of X whose Gram matrix is summed in one go; more are halved, so that threads share the
/// work and the error grows with the logarithm of the rows.
const ROWS: usize = 4096;

/// Columns of X above which a Gram matrix is cut into two and the product between them.
const COLS: usize = 192;

/// Columns up to which few rows give the whole product sooner than half of it: a tile and its diagonal are
/// most of C. An element and its mirror image are then the same sum of the same products.
const NARROW: usize = 32;

/// C ← XᵀWX for a diagonal W, or XᵀX without weights, at half the work of a product.
///
/// C = Σᵢ wᵢ·xᵢxᵢᵀ over the rows xᵢ of X
///
/// X is m×n, the weights are m numbers of any sign, C is n×n and exactly symmetric. Its old content
/// is not read. Without rows C is 0. The bits are the same on any number of threads.
///
/// # Panics
/// If the shapes do not fit.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, gram};
/// let x = [1.0, 2.0, 3.0, 4.0]; // columns (1, 2) and (3, 4)
/// let mut c = [f64::NAN; 4];
/// gram(MatRef::new(&x, 2, 2), None, MatMut::new(&mut c, 2, 2));
/// assert_eq!(c, [5.0, 11.0, 11.0, 25.0]);
/// gram(MatRef::new(&x, 2, 2), Some(&[2.0, -1.0]), MatMut::new(&mut c, 2, 2));
/// assert_eq!(c, [-2.0, -2.0, -2.0, 2.0]);
/// ```
pub fn gram<T: Scalar>(x: MatRef<'_, T>, weights: Option<&[T]>, c: MatMut<'_, T>) {
    T::gram(Level::detected(), x, weights, c);
}

/// [`gram`] at a level of instructions.
pub(super) fn gram_at<T: Scalar + Registers>(
    level: Level,
    x: MatRef<'_, T>,
    weights: Option<&[T]>,
    mut c: MatMut<'_, T>,
) {
    let (m, n) = x.shape();
    assert!(c.shape() == (n, n), "gram: {:?} into {:?}", x.shape(), c.shape());
    if let Some(weights) = weights {
        assert!(weights.len() == m, "gram: {} weights for {m} rows", weights.len());
    }
    if n == 0 {
        return;
    }
    if n <= NARROW && m <= kc::<T>() && weights.is_none() {
        let (alpha, beta, act) = (nalgebra::one(), T::zero(), Epilogue::Identity);
        Job { a: x.t(), b: x, alpha, beta, bias: None, act }.run(level, c);
        return;
    }
    if c.row_stride() == 1 {
        let step = c.col_stride();
        let whole = Half { level, left: x, right: x, weights, c: c.data_mut().as_mut_ptr(), step };
        // SAFETY: C is n×n with contiguous columns, and `c` borrows its elements exclusively.
        unsafe { whole.run() };
        let c = c.data_mut();
        for j in 1..n {
            let (above, from) = c.split_at_mut(j * step);
            for (i, column) in above.chunks_mut(step).enumerate() {
                from[i] = column[j];
            }
        }
    } else {
        let mut dense = vec![T::zero(); n * n];
        gram_at(level, x, weights, MatMut::new(&mut dense, n, n));
        copy(MatRef::new(&dense, n, n), c);
    }
}

/// The lower half of a Gram matrix, if both sides are the same columns of X, or a block below it.
#[derive(Clone, Copy)]
struct Half<'a, T> {
    level: Level,
    left: MatRef<'a, T>,
    right: MatRef<'a, T>,
    weights: Option<&'a [T]>,
    /// The first element of C, whose columns are contiguous.
    c: *mut T,
    /// From one of them to the next.
    step: usize,
}

// SAFETY: `c` points into the result, which the caller of [`gram_at`] borrows exclusively while all
// parts are computed, or into a sum that [`Half::run`] owns; parts that run at the same time share
// no element. The rest is shared references and numbers.
unsafe impl<T: Scalar> Send for Half<'_, T> {}

impl<T: Scalar + Registers> Half<'_, T> {
    /// Computes the lower half. Rows are halved by their number alone, and a cut through the
    /// columns cuts no sum, so the bits are the same on any number of threads.
    ///
    /// # Safety
    /// All n×n elements of C are valid and overlap nothing else, since tiles that cross the diagonal
    /// write above it; both sides are the same.
    unsafe fn run(self) {
        let (m, n) = self.left.shape();
        if m > ROWS {
            let half = m.div_ceil(2 * ROWS) * ROWS;
            let mut rest = vec![T::zero(); n * n];
            let place = rest.as_mut_ptr();
            let first = self.rows(0..half);
            let second = Self { c: place, step: n, ..self.rows(half..m) };
            // SAFETY: the caller vouches for C, where the first half goes; the second one has a place
            // of its own, n×n elements, which nothing else touches until both are done.
            rayon::join(move || unsafe { first.run() }, move || unsafe { second.run() });
            for j in 0..n {
                // SAFETY: rows from j on of column j of C, which `rest` is no part of; both parts
                // are computed by now.
                let col =
                    unsafe { std::slice::from_raw_parts_mut(self.c.add(j + j * self.step), n - j) };
                for (c, &rest) in col.iter_mut().zip(&rest[j + j * n..(j + 1) * n]) {
                    *c += rest;
                }
            }
        } else if n > COLS {
            // Half of the work is below the two halves of the diagonal. Tiles stay whole.
            let half = (n / 2).next_multiple_of(48);
            let (first, second) = (self.cols(0..half), self.cols(half..n));
            let below = Self { right: first.right, c: self.c.wrapping_add(half), ..second };
            // SAFETY: the caller vouches for C, of which two squares on the diagonal and the block
            // below the first, (n − half)×half elements, share no element.
            rayon::join(
                move || unsafe { below.leaf(Part::All) },
                move || unsafe {
                    first.run();
                    second.run();
                },
            );
        } else {
            // SAFETY: the caller vouches for C.
            unsafe { self.leaf(Part::Lower) };
        }
    }

    /// # Safety
    /// C's elements, as many as the two sides have columns, are valid and overlap nothing else.
    unsafe fn leaf(self, part: Part) {
        T::dispatch(self.level, Leaf { half: self, part });
    }

    /// The same sums over some rows of X.
    fn rows(&self, rows: Range<usize>) -> Self {
        Self {
            left: self.left.row_range(rows.clone()),
            right: self.right.row_range(rows.clone()),
            weights: self.weights.map(|weights| &weights[rows]),
            ..*self
        }
    }

    /// The Gram matrix of some columns, a block on the diagonal.
    fn cols(&self, cols: Range<usize>) -> Self {
        Self {
            left: self.left.col_range(cols.clone()),
            right: self.right.col_range(cols.clone()),
            c: self.c.wrapping_add(cols.start * (self.step + 1)),
            ..*self
        }
    }
}

/// Which elements are computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those of tiles that reach the diagonal or lie below it.
    Lower,
    All,
}

/// What one thread computes: made only by [`Half::leaf`], whose caller vouches for C.
struct Leaf<'a, T> {
    half: Half<'a, T>,
    part: Part,
}

impl<T: Scalar> Task<T> for Leaf<'_, T> {
    type Output = ();

    unsafe fn run<V: Simd<Elem = T>>(self) {
        let Half { level, left, right, weights, c, step } = self.half;
        let ((m, rows), cols) = (left.shape(), right.cols());
        let most = m.min(kc::<T>());
        let direct = weights.is_none() && right.row_stride() == 1;
        let a_size = rows.min(MC).next_multiple_of(V::LANES) * most;
        with_buffers([a_size, if direct { 0 } else { cols * most }], |[packed, scaled]| {
            let packed = packed.as_mut_ptr();
            for terms in even_ranges(m, kc::<T>()) {
                let b = right.row_range(terms.clone());
                let b = if direct {
                    b
                } else {
                    let scaled = &mut scaled[..terms.len() * cols];
                    copy(b, MatMut::new(scaled, terms.len(), cols));
                    if let Some(weights) = weights {
                        run_at(level, Scale { columns: scaled, by: &weights[terms.clone()] });
                    }
                    MatRef::new(scaled, terms.len(), cols)
                };
                let beta = if terms.start == 0 { T::zero() } else { T::one() };
                let finish = Finish { alpha: T::one(), beta, bias: std::ptr::null(), relu: false };
                for range in even_ranges(rows, MC) {
                    let a = left.t().row_range(range.clone()).col_range(terms.clone());
                    let block = Block {
                        a,
                        b,
                        packed_a: Some(packed),
                        packed_b: None,
                        c: c.wrapping_add(range.start),
                        c_step: step,
                        finish,
                        above: if self.part == Part::Lower { range.start } else { EVERYWHERE },
                    };
                    // SAFETY: the caller vouches for the level, who made this for C; the buffer holds a panel
                    // of A; tiles that are wholly above the diagonal are left out, and those that
                    // cross it are inside C.
                    unsafe { block.run::<V>() };
                }
            }
        });
    }
}

/// Multiplies each column by the weights.
struct Scale<'a, T> {
    columns: &'a mut [T],
    by: &'a [T],
}

impl<T: Scalar> Work for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for column in self.columns.chunks_exact_mut(self.by.len().max(1)) {
            for (x, &w) in column.iter_mut().zip(self.by) {
                *x *= w;
            }
        }
    }
}
