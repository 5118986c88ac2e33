//! A product's way from the caller's views to blocks: layouts, threads, level.
#![allow(unsafe_code)] // Raw pointers into C, whose blocks interleave in memory.

use std::ops::Range;

use crate::{
    Epilogue, MatMut, MatRef, Scalar, copy,
    dispatch::Level,
    gemm::{
        blocks::{Whole, activate, buffer_sizes},
        dots,
        gemv::AddColumns,
        gram::gram_at,
    },
    simd::Registers,
    workspace::reserve_everywhere,
};

/// Multiplications from which on a product is worth a second thread: about 0.2 ms of one.
const SPLIT: usize = 16_000_000;

/// Elements of B from which on a product of one row is worth a second thread: it reads them once, and
/// memory sets the pace.
const SPLIT_ROW: usize = 1 << 18;

/// Where C may be cut: at multiples of these, so that tiles stay whole.
const ROWS: usize = 64;
const COLS: usize = 24;

/// A product without its result's place.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a, T> {
    pub(super) a: MatRef<'a, T>,
    pub(super) b: MatRef<'a, T>,
    pub(super) alpha: T,
    pub(super) beta: T,
    pub(super) bias: Option<&'a [T]>,
    pub(super) act: Epilogue,
}

/// The element types' products, compiled in this crate alone.
pub(crate) trait Products: Sized {
    /// Computes C at a level of instructions.
    fn product(job: &Job<'_, Self>, level: Level, c: MatMut<'_, Self>);
    /// Computes a Gram matrix at a level of instructions.
    fn gram(level: Level, x: MatRef<'_, Self>, weights: Option<&[Self]>, c: MatMut<'_, Self>);
    /// y ← A·x at a level of instructions, A's columns being contiguous.
    fn add_columns(level: Level, a: MatRef<'_, Self>, x: &[Self], y: &mut [Self], far: bool);
}

impl Products for f32 {
    fn product(job: &Job<'_, Self>, level: Level, c: MatMut<'_, Self>) {
        job.run(level, c);
    }

    fn add_columns(level: Level, a: MatRef<'_, Self>, x: &[Self], y: &mut [Self], far: bool) {
        Self::dispatch(level, AddColumns { a, x, y, far });
    }

    fn gram(level: Level, x: MatRef<'_, Self>, weights: Option<&[Self]>, c: MatMut<'_, Self>) {
        gram_at(level, x, weights, c);
    }
}

impl Products for f64 {
    fn product(job: &Job<'_, Self>, level: Level, c: MatMut<'_, Self>) {
        job.run(level, c);
    }

    fn add_columns(level: Level, a: MatRef<'_, Self>, x: &[Self], y: &mut [Self], far: bool) {
        Self::dispatch(level, AddColumns { a, x, y, far });
    }

    fn gram(level: Level, x: MatRef<'_, Self>, weights: Option<&[Self]>, c: MatMut<'_, Self>) {
        gram_at(level, x, weights, c);
    }
}

impl<T: Scalar + Registers> Job<'_, T> {
    /// Computes C at a level of instructions.
    ///
    /// # Panics
    /// If the shapes of A, B, C and the bias do not fit, or the machine lacks the level.
    pub(super) fn run(&self, level: Level, mut c: MatMut<'_, T>) {
        let (a, b) = (self.a, self.b);
        assert!(
            a.cols() == b.rows() && c.shape() == (a.rows(), b.cols()),
            "gemm: {:?} times {:?} into {:?}",
            a.shape(),
            b.shape(),
            c.shape()
        );
        assert!(
            self.bias.is_none_or(|bias| bias.len() == b.cols()),
            "gemm: a bias of other length"
        );
        if c.rows() == 0 || c.cols() == 0 {
            return;
        }
        let columns_fit = c.row_stride() == 1 || c.rows() == 1;
        // A single row, or a single column, is a column, or a row, of the transposed product.
        let turned = (c.rows() == 1 && c.cols() > 1 && c.col_stride() == 1 && b.row_stride() != 1)
            || (c.cols() == 1 && b.row_stride() == 1 && a.col_stride() == 1 && c.rows() > 1);
        if columns_fit && !turned {
            let c_step = c.col_stride();
            let by_dots = dots::fits::<T>(a.rows(), a.cols(), b.row_stride());
            let (rows, c) = (a.rows(), c.data_mut().as_mut_ptr());
            let far = dots::is_far(b);
            let product = Product { job: self, c, c_step, rows, by_dots, far };
            // SAFETY: the shapes fit, the bias's too, and `c` borrows its elements exclusively.
            unsafe { product.run(level) };
        } else if turned || c.col_stride() == 1 {
            let plain = Self { a: b.t(), b: a.t(), bias: None, act: Epilogue::Identity, ..*self };
            plain.run(level, c.reborrow().t());
            self.finish(&mut c);
        } else {
            let mut dense = c.as_ref().to_matrix();
            self.run(level, MatMut::from(&mut dense));
            copy(MatRef::from(&dense), c);
        }
    }

    /// The product of some rows of A and some columns of B.
    fn part(&self, (rows, cols): (Range<usize>, Range<usize>)) -> Self {
        Job {
            a: self.a.row_range(rows),
            b: self.b.col_range(cols.clone()),
            bias: self.bias.map(|bias| &bias[cols]),
            ..*self
        }
    }

    /// Adds the bias and applies the activation to a product that was computed without them.
    fn finish(&self, c: &mut MatMut<'_, T>) {
        if self.bias.is_none() && self.act == Epilogue::Identity {
            return;
        }
        for j in 0..c.cols() {
            let bias = self.bias.map_or(T::zero(), |bias| bias[j]);
            for i in 0..c.rows() {
                let mut z = c.as_ref().at(i, j);
                if self.bias.is_some() {
                    z += bias;
                }
                activate(self.act, std::slice::from_mut(&mut z));
                c.set(i, j, z);
            }
        }
    }
}

/// A product, or a part of one, into a place where C's columns are contiguous.
#[derive(Clone, Copy)]
pub(super) struct Product<'a, T> {
    /// Borrowed: a copy of so much is a call.
    pub(super) job: &'a Job<'a, T>,
    pub(super) c: *mut T,
    pub(super) c_step: usize,
    /// The rows of the whole product.
    pub(super) rows: usize,
    /// Whether the whole product has few rows and is computed by dot products, unless they fill a
    /// tile: a part with few rows is not, since its sums would run in another order.
    pub(super) by_dots: bool,
    /// Whether the whole product's B comes from memory.
    pub(super) far: bool,
}

// SAFETY: `c` points into the result, which the caller of [`Job::run`] borrows exclusively while all
// parts are computed, and parts that run at the same time share no element of it. The rest is
// numbers and a shared reference to a job, which is `Sync`: views, shared slices and numbers.
unsafe impl<T: Scalar> Send for Product<'_, T> {}

impl<T: Scalar + Registers> Product<'_, T> {
    /// Computes the product, in halves on two threads while it is large.
    ///
    /// The sums run over the whole of k in either half, and where C is cut depends on its shape
    /// alone, so the bits are the same on any number of threads.
    ///
    /// # Safety
    /// The shapes of A, B and the bias fit; C's elements are valid and overlap nothing else.
    unsafe fn run(&self, level: Level) {
        let ((m, k), n) = (self.job.a.shape(), self.job.b.cols());
        let multiplications = m.saturating_mul(n).saturating_mul(k);
        let half = |extent: usize, unit| (extent / 2).max(1).next_multiple_of(unit);
        let small = multiplications < SPLIT && (self.rows > 1 || multiplications < SPLIT_ROW);
        if small || rayon::current_num_threads() == 1 {
            T::dispatch(level, Whole(self));
            return;
        }
        let (rows, cols) = (half(m, ROWS), half(n, COLS));
        if rows >= m && cols >= n {
            T::dispatch(level, Whole(self));
            return;
        }
        let [first, second] = if (m >= n && rows < m) || cols >= n {
            [(0..rows, 0..n), (rows..m, 0..n)]
        } else {
            [(0..m, 0..cols), (0..m, cols..n)]
        };
        let place = |(rows, cols): &(Range<usize>, Range<usize>)| {
            self.c.wrapping_add(rows.start + cols.start * self.c_step)
        };
        let (first_c, second_c) = (place(&first), place(&second));
        let (first, second) = (self.job.part(first), self.job.part(second));
        let Self { rows, by_dots, far, c_step, .. } = *self;
        let first = Product { job: &first, c: first_c, c_step, rows, by_dots, far };
        let second = Product { job: &second, c: second_c, c_step, rows, by_dots, far };
        // Of all products only a row whose elements are neighbours never needs a buffer.
        let contiguous = self.job.a.col_stride() == 1;
        if !(self.by_dots && self.rows == 1 && contiguous) {
            let [of_a, of_b] = buffer_sizes::<T>(n, k);
            let of_rows = if self.by_dots && !contiguous { m * k } else { 0 };
            reserve_everywhere::<T>([of_a.max(of_rows), of_b]);
        }
        // SAFETY: the halves' shapes fit, and they share no element of C, which the caller vouches for.
        rayon::join(move || unsafe { first.run(level) }, move || unsafe { second.run(level) });
    }
}
