//! Blocking: which tiles are computed in which order, and what is packed on the way.
#![allow(unsafe_code)] // Raw pointers into C, whose tiles interleave in memory.

use std::ops::Range;

use crate::{
    Epilogue, MatRef, Scalar,
    gemm::{
        dots::{fill_a_tile, rows_times_matrix},
        driver::Product,
        small::{is_small, small},
        tile::{Finish, Tile, tile, whole_columns},
    },
    pack::{Panel, cut_rows, pack},
    simd::{Simd, Task},
    vmath,
    workspace::with_buffers,
};

/// Terms of a sum that are computed in one go, in bytes: a panel of B, six columns wide, then
/// takes a part of a first-level cache.
const KC_BYTES: usize = 2048;

/// The same where one panel holds all rows: no other reads B again, and the sums stay in registers
/// for longer.
const ONE_PANEL_KC_BYTES: usize = 8192;

/// The most rows of a panel, at any level and of any type.
const PANEL: usize = 64;

/// Rows of A that are computed in one go: with [`KC_BYTES`] half of a second-level cache.
pub(super) const MC: usize = 256;

/// Columns of B that are computed in one go.
const NC: usize = 1024;

/// Terms of a sum that are computed in one go.
pub(super) fn kc<T>() -> usize {
    KC_BYTES / size_of::<T>()
}

/// At least the elements that any part of a product needs to pack its blocks of A and of B.
pub(super) fn buffer_sizes<T>(n: usize, k: usize) -> [usize; 2] {
    let (kc, longer) = (k.min(kc::<T>()), k.min(ONE_PANEL_KC_BYTES / size_of::<T>()));
    [(MC * kc).max(PANEL * longer), n.min(NC) * kc]
}

/// Terms of a sum that are computed in one go in a product or a part of one.
///
/// That depends on the whole product, since the rounding of a sum depends on where it is cut.
fn terms_at_once<V: Simd>(p: &Product<'_, V::Elem>) -> usize {
    let in_place = p.job.b.row_stride() == 1 || p.job.b.col_stride() == 1;
    let one_panel = p.rows <= V::HEIGHT * V::LANES && in_place;
    let most = if one_panel { ONE_PANEL_KC_BYTES / size_of::<V::Elem>() } else { kc::<V::Elem>() };
    most.min(p.job.a.cols())
}

/// [`Block::above`] where no tile is left out.
pub(super) const EVERYWHERE: usize = usize::MAX;

/// A product that one thread computes: made only by [`Product::run`], whose caller vouches for the operands.
pub(super) struct Whole<'a, T>(pub(super) &'a Product<'a, T>);

impl<T: Scalar> Task<T> for Whole<'_, T> {
    type Output = ();

    unsafe fn run<V: Simd<Elem = T>>(self) {
        let p = self.0;
        let (m, n) = (p.job.a.rows(), p.job.b.cols());
        if m == 0 || n == 0 {
            return;
        }
        if p.by_dots && !fill_a_tile::<V>(m) {
            // SAFETY: the caller vouches for the level, who made this for the operands; B's columns are
            // contiguous, or there were no dot products.
            unsafe { rows_times_matrix::<V>(p) };
            return;
        }
        if is_small::<V>(p) {
            // SAFETY: the caller vouches for the level, who made this for the operands; the product is
            // small, and neither m nor n is 0.
            unsafe { small::<V>(p) };
            return;
        }
        let (pack_a, pack_b) = packing::<V>(p);
        let kc = terms_at_once::<V>(p);
        let a_size = if pack_a { m.min(MC).next_multiple_of(V::LANES) * kc } else { 0 };
        let b_size = if pack_b { n.min(NC) * kc } else { 0 };
        if a_size + b_size == 0 {
            // SAFETY: the caller vouches for the level, who made this for the operands; nothing is packed,
            // or there is nothing to pack.
            unsafe { blocks::<V>(p, None, None) };
        } else {
            with_buffers([a_size, b_size], |[a, b]| {
                let (a, b) = (a.as_mut_ptr(), b.as_mut_ptr());
                // SAFETY: the caller vouches for the level, who made this for the operands; the buffers
                // have the sizes computed above.
                unsafe { blocks::<V>(p, pack_a.then_some(a), pack_b.then_some(b)) };
            });
        }
    }
}

/// Whether panels of A, and those of B, are packed.
///
/// B is read element by element, so its columns are fast where they are; rows that are far apart
/// are fetched again for every panel of A, and packed if there are many panels. A is read by whole
/// registers, which are fast if they start at a cache line and lie side by side; packing pays from
/// the second tile on, unless a single register of rows is read for twelve multiplications.
fn packing<V: Simd>(p: &Product<'_, V::Elem>) -> (bool, bool) {
    let (a, b) = (&p.job.a, &p.job.b);
    let widest = V::COLS[a.rows().div_ceil(V::LANES).clamp(1, V::HEIGHT) - 1];
    let one_register = a.rows().max(a.col_stride()) <= V::LANES;
    let pack_a = a.row_stride() != 1 || !one_register && b.cols() > 2 * widest;
    let pack_b =
        b.row_stride() != 1 && (b.col_stride() != 1 || a.rows() > 2 * V::HEIGHT * V::LANES);
    (pack_a, pack_b)
}

/// Ranges of at most `size` whose lengths differ by at most one; one empty range if n = 0.
pub(super) fn even_ranges(n: usize, size: usize) -> impl Iterator<Item = Range<usize>> + Clone {
    let parts = n.div_ceil(size).max(1);
    let (len, longer) = (n / parts, n % parts);
    (0..parts).map(move |i| {
        let start = i * len + i.min(longer);
        start..start + len + usize::from(i < longer)
    })
}

/// Computes C block by block: a block takes some columns of B and some terms of the sums.
///
/// # Safety
/// The machine has the level of `V`; the shapes of A, B and the bias fit; C's elements are valid
/// and overlap nothing else; the buffers are as large as [`Whole`] makes them, min(m, MC) rows in
/// whole registers of A and min(n, NC) columns of B, both by [`terms_at_once`], and part of
/// neither operand; there are those that [`packing`] asks for, unless k = 0 and no element is read.
unsafe fn blocks<V: Simd>(
    p: &Product<'_, V::Elem>,
    packed_a: Option<*mut V::Elem>,
    packed_b: Option<*mut V::Elem>,
) {
    let (m, k) = p.job.a.shape();
    let most = terms_at_once::<V>(p).max(1);
    for cols in even_ranges(p.job.b.cols(), NC) {
        for terms in even_ranges(k, most) {
            let (first, last) = (terms.start == 0, terms.end == k);
            let finish = Finish {
                alpha: p.job.alpha,
                beta: if first { p.job.beta } else { nalgebra::one() },
                bias: match p.job.bias {
                    Some(bias) if last => bias[cols.clone()].as_ptr(),
                    _ => std::ptr::null(),
                },
                relu: last && p.job.act == Epilogue::Relu,
            };
            let b = p.job.b.row_range(terms.clone()).col_range(cols.clone());
            if let Some(to) = packed_b {
                // SAFETY: the caller vouches for the level and the buffer, which holds as many columns
                // and terms as any block has.
                unsafe { pack_columns::<V>(b, to) };
            }
            for rows in even_ranges(m, MC) {
                let block = Block {
                    a: p.job.a.row_range(rows.clone()).col_range(terms.clone()),
                    b,
                    packed_a,
                    packed_b,
                    c: p.c.wrapping_add(rows.start + cols.start * p.c_step),
                    c_step: p.c_step,
                    finish,
                    above: EVERYWHERE,
                };
                // SAFETY: the caller vouches for the operands, and for buffers that hold any block's
                // rows and terms; B has been packed if there is a buffer for it.
                unsafe { block.run::<V>() };
                if last && matches!(p.job.act, Epilogue::Sigmoid | Epilogue::Tanh) {
                    for j in 0..cols.len() {
                        // SAFETY: a column of the block; the caller vouches for C's elements.
                        let z = unsafe {
                            std::slice::from_raw_parts_mut(block.c.add(j * p.c_step), rows.len())
                        };
                        activate(p.job.act, z);
                    }
                }
            }
        }
    }
}

/// Packs a block of B into panels of the narrowest tiles' width.
///
/// # Safety
/// The machine has the level of `V`; `to` holds as many elements as the block and is no part of it.
unsafe fn pack_columns<V: Simd>(b: MatRef<'_, V::Elem>, to: *mut V::Elem) {
    let panels = even_ranges(b.cols(), V::COLS[V::HEIGHT - 1]);
    if b.col_stride() == 1 {
        // SAFETY: the caller vouches for the level and the buffer; rows are contiguous; the ranges
        // share no column, and none is longer than a tile is wide, 12 columns at most.
        unsafe { cut_rows::<V>(b, panels, to) };
        return;
    }
    for cols in panels {
        let panel = Panel {
            from: b.data().as_ptr().wrapping_add(cols.start * b.col_stride()),
            across: b.col_stride(),
            along: b.row_stride(),
            width: cols.len(),
            k: b.rows(),
        };
        // SAFETY: the panel is inside B, and the panels before it took as many elements of the
        // buffer as they have.
        unsafe { pack::<V>(panel, to.add(cols.start * b.rows()), cols.len()) };
    }
}

/// Applies an activation to sums that lie side by side.
pub(super) fn activate<T: Scalar>(act: Epilogue, z: &mut [T]) {
    match act {
        Epilogue::Identity => {}
        Epilogue::Relu => vmath::relu_in_place(z),
        Epilogue::Sigmoid => vmath::sigmoid_in_place(z),
        Epilogue::Tanh => vmath::tanh_in_place(z),
    }
}

/// A block of C, with the parts of A and B that it takes.
pub(super) struct Block<'a, T> {
    pub(super) a: MatRef<'a, T>,
    pub(super) b: MatRef<'a, T>,
    pub(super) packed_a: Option<*mut T>,
    pub(super) packed_b: Option<*mut T>,
    pub(super) c: *mut T,
    pub(super) c_step: usize,
    pub(super) finish: Finish<T>,
    /// Tiles are left out whose columns all come after their last row plus this number: the block's
    /// first row, where only C's lower half is wanted, or [`EVERYWHERE`].
    pub(super) above: usize,
}

impl<T: Scalar> Block<'_, T> {
    /// # Safety
    /// The machine has the level of `V`; A's columns are B's rows; C's elements, but those of tiles
    /// that are left out, are valid and overlap nothing else, and so many biases are readable, if
    /// any. `packed_a` holds A's rows, in whole registers, and is no part of an operand; without it
    /// A's columns are contiguous. `packed_b` holds B as [`pack_columns`] lays it; without it B's
    /// columns or its rows are contiguous.
    pub(super) unsafe fn run<V: Simd<Elem = T>>(&self) {
        let (m, k) = self.a.shape();
        let registers = m.div_ceil(V::LANES);
        let panels = even_ranges(registers, V::HEIGHT).map(|panel| Rows {
            start: panel.start * V::LANES,
            len: (panel.end * V::LANES).min(m) - panel.start * V::LANES,
            registers: panel.len(),
        });
        if let Some(to) = self.packed_a {
            for rows in panels.clone() {
                let panel = Panel {
                    from: self.a.data().as_ptr().wrapping_add(rows.start * self.a.row_stride()),
                    across: self.a.row_stride(),
                    along: self.a.col_stride(),
                    width: rows.len,
                    k,
                };
                // SAFETY: the panel is inside A, and the panels before it, all of them full, took
                // `rows.start * k` elements of the buffer.
                unsafe { pack::<V>(panel, to.add(rows.start * k), rows.registers * V::LANES) };
            }
        }
        if self.packed_a.is_some() || self.packed_b.is_some() {
            for cols in even_ranges(self.b.cols(), V::COLS[V::HEIGHT - 1]) {
                for rows in panels.clone() {
                    if cols.start >= self.above.saturating_add(rows.start + rows.len) {
                        continue;
                    }
                    // SAFETY: the caller vouches for the operands; the panels are packed.
                    unsafe { self.tile::<V>(rows, cols.clone()) };
                }
            }
        } else {
            for rows in panels {
                for cols in even_ranges(self.b.cols(), V::COLS[rows.registers - 1]) {
                    // SAFETY: the caller vouches for the operands; the panels are packed.
                    unsafe { self.tile::<V>(rows, cols) };
                }
            }
        }
    }

    /// # Safety
    /// As for [`Block::run`]; the tile is inside the block, starts where a panel does, and A's panels
    /// are packed if there is a buffer for them.
    #[inline(always)]
    unsafe fn tile<V: Simd<Elem = T>>(&self, rows: Rows, cols: Range<usize>) {
        let (k, n) = (self.b.rows(), cols.len());
        let width = rows.registers * V::LANES;
        let (a, a_step, whole) = match self.packed_a {
            Some(packed) => (packed.wrapping_add(rows.start * k).cast_const(), width, k),
            None => {
                let (a, step) = (self.a.data(), self.a.col_stride());
                let left = a.len().saturating_sub(rows.start);
                let whole = if rows.len == width { k } else { whole_columns(left, step, width, k) };
                (a.as_ptr().wrapping_add(rows.start), step, whole)
            }
        };
        let (b, b_row, b_col) = match self.packed_b {
            Some(packed) => (packed.wrapping_add(cols.start * k).cast_const(), n, 1),
            None => {
                let (row, col) = (self.b.row_stride(), self.b.col_stride());
                (self.b.data().as_ptr().wrapping_add(cols.start * col), row, col)
            }
        };
        let mut finish = self.finish;
        if !finish.bias.is_null() {
            finish.bias = finish.bias.wrapping_add(cols.start);
        }
        let (c, c_step) = (self.c.wrapping_add(rows.start + cols.start * self.c_step), self.c_step);
        let t = Tile { k, rows: rows.len, a, a_step, whole, b, b_row, b_col, c, c_step, finish };
        // SAFETY: the caller vouches for the operands. Packed panels are full and lie behind those
        // before them; unpacked ones are inside A, whose slice `whole` keeps full registers in. B's
        // rows are contiguous if `b_col` is 1, else its columns are.
        unsafe {
            match rows.registers {
                1 => tile::<V, 1>(&t, n, b_col == 1),
                2 => tile::<V, 2>(&t, n, b_col == 1),
                3 => tile::<V, 3>(&t, n, b_col == 1),
                _ => tile::<V, 4>(&t, n, b_col == 1),
            }
        }
    }
}

/// Some rows of a block, in whole registers but for the last.
#[derive(Clone, Copy)]
struct Rows {
    start: usize,
    len: usize,
    registers: usize,
}
