//! Products with short sums and a small right side: one pass over panels of A.
//!
//! Such products take a few hundred nanoseconds, so the work around the tiles is kept short: no
//! blocks, nothing packed that need not be, and few divisions.
#![allow(unsafe_code)] // Raw pointers into C, whose tiles interleave in memory.

use crate::{
    Epilogue,
    gemm::{
        blocks::{activate, kc},
        driver::Product,
        tile::{Finish, Tile, tile, whole_columns},
    },
    pack::{Panel, pack},
    simd::Simd,
    workspace::with_buffers,
};

/// The most bytes of B: with a panel of A and the tiles of C they stay in a second-level cache.
const B_BYTES: usize = 256 << 10;

/// The most bytes of B whose rows lie side by side: such a B is read once for each panel of A, and
/// its tiles touch a line for each row.
const ROW_WISE_BYTES: usize = 32 << 10;

/// Bytes of a panel of A above which it is packed if several tiles read it: one that stays in the
/// first-level cache is fast where it is.
const A_BYTES: usize = 16 << 10;

/// Whether a product is computed here.
pub(super) fn is_small<V: Simd>(p: &Product<'_, V::Elem>) -> bool {
    let (a, b) = (&p.job.a, &p.job.b);
    let (k, n) = b.shape();
    let bytes = k.saturating_mul(n).saturating_mul(size_of::<V::Elem>());
    let direct = b.row_stride() == 1
        || b.col_stride() == 1 && (bytes <= ROW_WISE_BYTES || a.rows() <= 2 * V::HEIGHT * V::LANES);
    k <= kc::<V::Elem>() && bytes <= B_BYTES && direct
}

/// Computes a product.
///
/// # Safety
/// The machine has the level of `V`; the shapes of A, B and the bias fit; C's elements are valid
/// and overlap nothing else; m and n are not 0; [`is_small`] said yes, so that B's columns or its rows
/// are contiguous.
pub(super) unsafe fn small<V: Simd>(p: &Product<'_, V::Elem>) {
    let (a, n) = (&p.job.a, p.job.b.cols());
    let (m, k) = a.shape();
    let height = m.div_ceil(V::LANES).min(V::HEIGHT);
    let (tall, widest) = (height * V::LANES, V::COLS[height - 1]);
    let contiguous = a.row_stride() == 1 || m == 1;
    if contiguous && (tall * k * size_of::<V::Elem>() <= A_BYTES || n <= 2 * widest) {
        // SAFETY: the caller vouches for the level and the operands.
        unsafe { panels::<V>(p, None) };
    } else {
        with_buffers([tall * k, 0], |[packed, _]| {
            // SAFETY: as above, and the buffer holds a panel of the greatest height.
            unsafe { panels::<V>(p, Some(packed.as_mut_ptr())) };
        });
    }
}

/// Panel by panel of A, each packed into the buffer if there is one.
///
/// # Safety
/// As for [`small`]; the buffer holds the highest panel; without a buffer A's columns are
/// contiguous.
unsafe fn panels<V: Simd>(p: &Product<'_, V::Elem>, packed: Option<*mut V::Elem>) {
    let (a, b) = (&p.job.a, &p.job.b);
    let (m, k) = a.shape();
    let mut t = Tile {
        k,
        rows: 0,
        a: a.data().as_ptr(),
        a_step: a.col_stride(),
        whole: k,
        b: b.data().as_ptr(),
        b_row: b.row_stride(),
        b_col: b.col_stride(),
        c: p.c,
        c_step: p.c_step,
        finish: Finish {
            alpha: p.job.alpha,
            beta: p.job.beta,
            bias: p.job.bias.map_or(std::ptr::null(), <[_]>::as_ptr),
            relu: p.job.act == Epilogue::Relu,
        },
    };
    let mut start = 0;
    let (low, mut high) = spread(m.div_ceil(V::LANES), V::HEIGHT);
    while start < m {
        let height = low + usize::from(high > 0);
        high = high.saturating_sub(1);
        let width = height * V::LANES;
        t.rows = width.min(m - start);
        match packed {
            Some(to) => {
                let from = a.data().as_ptr().wrapping_add(start * a.row_stride());
                let (across, along) = (a.row_stride(), a.col_stride());
                let panel = Panel { from, across, along, width: t.rows, k };
                // SAFETY: the panel is inside A, and the buffer holds it.
                unsafe { pack::<V>(panel, to, width) };
                (t.a, t.a_step) = (to.cast_const(), width);
            }
            None => {
                t.a = a.data().as_ptr().wrapping_add(start);
                if t.rows < width {
                    let left = a.data().len().saturating_sub(start);
                    t.whole = whole_columns(left, t.a_step, width, k);
                }
            }
        }
        t.c = p.c.wrapping_add(start);
        // SAFETY: the rows are inside A and C; the caller vouches for the rest, and `whole` keeps
        // full registers inside A's slice, or in the buffer, whose panels are full.
        unsafe {
            match height {
                1 => columns::<V, 1>(p, &mut t),
                2 => columns::<V, 2>(p, &mut t),
                3 => columns::<V, 3>(p, &mut t),
                _ => columns::<V, 4>(p, &mut t),
            }
        }
        start += width;
    }
}

/// The tiles of one panel of A, whose first one is `t`, and the activation of what they gave. Then `t` is
/// at B's first column again.
///
/// # Safety
/// As for [`tile`], for all columns of B.
#[inline(always)]
unsafe fn columns<V: Simd, const MV: usize>(p: &Product<'_, V::Elem>, t: &mut Tile<V::Elem>) {
    let (n, from) = (p.job.b.cols(), t.c);
    let (b, bias) = (t.b, t.finish.bias);
    let (narrow, mut wide) = spread(n, V::COLS[MV - 1]);
    let mut column = 0;
    while column < n {
        let cols = narrow + usize::from(wide > 0);
        wide = wide.saturating_sub(1);
        // SAFETY: columns `column..column + cols` are inside B, C and the bias.
        unsafe { tile::<V, MV>(t, cols, t.b_row != 1) };
        t.b = t.b.wrapping_add(cols * t.b_col);
        t.c = t.c.wrapping_add(cols * t.c_step);
        if !t.finish.bias.is_null() {
            t.finish.bias = t.finish.bias.wrapping_add(cols);
        }
        column += cols;
    }
    (t.b, t.finish.bias) = (b, bias);
    if matches!(p.job.act, Epilogue::Sigmoid | Epilogue::Tanh) {
        for j in 0..n {
            let z = from.wrapping_add(j * t.c_step);
            // SAFETY: some rows of column j of C, whose elements the caller vouches for.
            activate(p.job.act, unsafe { std::slice::from_raw_parts_mut(z, t.rows) });
        }
    }
}

/// Parts of at most `size` whose lengths differ by at most one: the lesser length, and how many
/// parts are longer by one.
fn spread(n: usize, size: usize) -> (usize, usize) {
    if n <= size {
        return (n, 0);
    }
    let parts = n.div_ceil(size);
    (n / parts, n % parts)
}
