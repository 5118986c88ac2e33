//! Packing: panels of an operand copied to where the register kernel reads them in order.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loops.

use std::ops::Range;

use crate::{MatRef, Scalar, dispatch::Work, simd::Simd};

/// A panel of an operand: `width` rows of A, or columns of B, by `k`.
#[derive(Clone, Copy)]
pub(crate) struct Panel<T> {
    pub(crate) from: *const T,
    /// From one of the `width` runs to the next.
    pub(crate) across: usize,
    /// From one of the `k` elements of a run to the next.
    pub(crate) along: usize,
    pub(crate) width: usize,
    pub(crate) k: usize,
}

/// Writes element p of run r to `to + p * stride + r`.
///
/// # Safety
/// The machine has the level of `V`; the elements of the panel are readable, and their places
/// behind `to` are writable and none of them in the panel.
pub(crate) unsafe fn pack<V: Simd>(panel: Panel<V::Elem>, to: *mut V::Elem, stride: usize) {
    // SAFETY: the caller vouches for all that these ask.
    unsafe {
        if panel.across == 1 {
            V::compiled(Straight::<V>(panel, to, stride));
        } else if panel.along == 1 {
            let run = |r: usize| panel.from.wrapping_add(r * panel.across);
            interleave::<V, _>(run, panel.width, panel.k, to, stride);
        } else {
            general(panel, to, stride);
        }
    }
}

/// A call of [`straight`]: made only by [`pack`], whose caller vouches for it.
struct Straight<V: Simd>(Panel<V::Elem>, *mut V::Elem, usize);

impl<V: Simd> Work for Straight<V> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: the caller of `pack` vouches for all that this asks.
        unsafe { straight::<V>(self.0, self.1, self.2) };
    }
}

/// # Safety
/// As for [`pack`]; runs lie side by side.
#[inline(always)]
unsafe fn straight<V: Simd>(panel: Panel<V::Elem>, to: *mut V::Elem, stride: usize) {
    let (full, rest) = (panel.width / V::LANES, panel.width % V::LANES);
    // SAFETY: (p, r) is inside the panel and inside `k * stride`; the caller vouches for both.
    unsafe {
        for p in 0..panel.k {
            let (from, to) = (panel.from.add(p * panel.along), to.add(p * stride));
            for v in 0..full {
                V::load(from.add(v * V::LANES)).store(to.add(v * V::LANES));
            }
            if rest > 0 {
                let at = full * V::LANES;
                V::load_first(from.add(at), rest).store_first(to.add(at), rest);
            }
        }
    }
}

/// # Safety
/// As for [`pack`].
unsafe fn general<T: Copy>(panel: Panel<T>, to: *mut T, stride: usize) {
    // SAFETY: (p, r) is inside the panel; the caller vouches for it and its place.
    unsafe {
        for p in 0..panel.k {
            for r in 0..panel.width {
                *to.add(p * stride + r) = *panel.from.add(r * panel.across + p * panel.along);
            }
        }
    }
}

/// Writes element p of run r, which starts at `run(r)`, to `to + p * stride + r`.
///
/// # Safety
/// The machine has the level of `V`; `k` elements of each of the `width` runs are readable, and
/// their places behind `to` are writable and in none of the runs.
pub(crate) unsafe fn interleave<V: Simd, F: Fn(usize) -> *const V::Elem>(
    run: F,
    width: usize,
    k: usize,
    to: *mut V::Elem,
    stride: usize,
) {
    let mut first = 0;
    while first < width {
        let lanes = (width - first).min(V::LANES);
        let part = Interleave::<V, _> {
            // Runs beyond the last are replaced by it, and not stored.
            run: |r: usize| run(first + r.min(lanes - 1)),
            lanes,
            k,
            to: to.wrapping_add(first),
            stride,
        };
        // SAFETY: the caller vouches for the level, and this part is inside what it vouches for.
        unsafe { V::compiled(part) };
        first += V::LANES;
    }
}

/// Up to a register's lanes of [`interleave`], whose caller vouches for it.
struct Interleave<V: Simd, F> {
    run: F,
    lanes: usize,
    k: usize,
    to: *mut V::Elem,
    stride: usize,
}

impl<V: Simd, F: Fn(usize) -> *const V::Elem> Work for Interleave<V, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let whole = self.k - self.k % V::CHUNK;
        // Found once: a register has at most 16 lanes.
        let runs: [*const V::Elem; 16] = std::array::from_fn(|r| (self.run)(r.min(V::LANES - 1)));
        let mut p = 0;
        // SAFETY: p + CHUNK ≤ k in the first loops and p < k in the last, and at most `lanes`
        // elements are stored; the caller of `interleave` vouches for them.
        unsafe {
            if self.lanes == V::LANES {
                while p < whole {
                    let out = V::transpose(|r| runs[r].add(p));
                    for c in 0..V::CHUNK {
                        out[c].store(self.to.add((p + c) * self.stride));
                    }
                    p += V::CHUNK;
                }
            }
            while p < whole {
                let out = V::transpose(|r| runs[r].add(p));
                for c in 0..V::CHUNK {
                    out[c].store_first(self.to.add((p + c) * self.stride), self.lanes);
                }
                p += V::CHUNK;
            }
            while p < self.k {
                for r in 0..self.lanes {
                    *self.to.add(p * self.stride + r) = *runs[r].add(p);
                }
                p += 1;
            }
        }
    }
}

/// Rows that are read side by side while a matrix is cut into panels of a few columns: each of
/// their lines is fetched once, and what is written for a panel fills a line.
const ROWS: usize = 4;

/// Cuts a matrix whose rows are contiguous into panels of a few columns, each of which is written
/// row by row behind the one before it; made only by [`cut_rows`], whose caller vouches for it.
struct CutRows<'a, T, I> {
    from: MatRef<'a, T>,
    to: *mut T,
    panels: I,
}

/// Writes row p of the panel that starts at column j and is `w` columns wide to
/// `to + j * rows + p * w`.
///
/// # Safety
/// The machine has the level of `V`; the rows of `from` are contiguous; the panels are at most
/// 12 columns wide and are ranges of its columns that share none; `to` holds as many
/// elements as the matrix and is no part of it.
pub(crate) unsafe fn cut_rows<V: Simd>(
    from: MatRef<'_, V::Elem>,
    panels: impl Iterator<Item = Range<usize>> + Clone,
    to: *mut V::Elem,
) {
    // SAFETY: the caller vouches for the level.
    unsafe { V::compiled(CutRows { from, to, panels }) };
}

impl<T: Scalar, I: Iterator<Item = Range<usize>> + Clone> Work for CutRows<'_, T, I> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (k, step) = (self.from.rows(), self.from.row_stride());
        for first in (0..k).step_by(ROWS) {
            let rows = ROWS.min(k - first);
            let row = self.from.data().as_ptr().wrapping_add(first * step);
            for cols in self.panels.clone() {
                let width = cols.len();
                let from = row.wrapping_add(cols.start);
                let to = self.to.wrapping_add(cols.start * k + first * width);
                macro_rules! widths {
                    ($($w:literal)*) => {
                        match width {
                            // SAFETY: rows below k and columns of one panel; the caller of
                            // `cut_rows` vouches for them and for their places.
                            $($w => unsafe { copy_rows::<$w, T>(from, step, to, rows) },)*
                            _ => unreachable!("a panel of {width} columns"),
                        }
                    };
                }
                widths!(0 1 2 3 4 5 6 7 8 9 10 11 12);
            }
        }
    }
}

/// Copies the first `W` elements of rows that are `step` apart to where they are neighbours.
///
/// # Safety
/// They are readable, their places are writable, and none of these is in a row.
#[inline(always)]
unsafe fn copy_rows<const W: usize, T: Copy>(from: *const T, step: usize, to: *mut T, rows: usize) {
    for p in 0..rows {
        // SAFETY: row p; the caller vouches for it and its place.
        unsafe { to.add(p * W).cast::<[T; W]>().write(from.add(p * step).cast::<[T; W]>().read()) };
    }
}
