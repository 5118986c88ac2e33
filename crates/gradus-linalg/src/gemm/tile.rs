//! The register kernel: a tile of C from a few rows of A and a few columns of B.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loop over k.

use crate::{dispatch::Work, simd::Simd};

/// What happens to a tile's sums before they are stored.
#[derive(Clone, Copy)]
pub(super) struct Finish<T> {
    /// Factor of the sums.
    pub(super) alpha: T,
    /// Factor of C's old content, which is not read if this is 0.
    pub(super) beta: T,
    /// Added to every element of a column; one for each column, or null.
    pub(super) bias: *const T,
    /// Whether negative results become 0.
    pub(super) relu: bool,
}

/// Where a tile's operands lie.
#[derive(Clone, Copy)]
pub(super) struct Tile<T> {
    /// The length of the sums.
    pub(super) k: usize,
    /// Rows of A and C, at most those of the tile.
    pub(super) rows: usize,
    /// A: each column is contiguous.
    pub(super) a: *const T,
    /// From a column of A to the next.
    pub(super) a_step: usize,
    /// Columns of A from which whole registers can be read without leaving A's slice.
    pub(super) whole: usize,
    /// B.
    pub(super) b: *const T,
    /// From a row of B to the next.
    pub(super) b_row: usize,
    /// From a column of B to the next.
    pub(super) b_col: usize,
    /// C: each column is contiguous.
    pub(super) c: *mut T,
    /// From a column of C to the next.
    pub(super) c_step: usize,
    /// What happens to the sums.
    pub(super) finish: Finish<T>,
}

/// Lines ahead of the one that is read for which the cache is asked.
const AHEAD: usize = 4;

/// Columns of A, `step` apart, from which `width` elements can be read if `len` remain.
pub(super) fn whole_columns(len: usize, step: usize, width: usize, k: usize) -> usize {
    match len.checked_sub(width) {
        None => 0,
        Some(_) if step == 0 => k,
        Some(slack) => (slack / step + 1).min(k),
    }
}

/// Computes a tile of up to `MV` registers of rows and exactly `cols` columns, 1 ≤ `cols` ≤
/// [`Simd::COLS`]`[MV - 1]`; `row_wise` says that B's rows are contiguous, else its columns are.
///
/// # Safety
/// The machine has the level of `V`, (`MV` − 1)·`LANES` < `rows` ≤ `MV`·`LANES`, all elements of
/// A and B are readable (whole registers in the first `whole` columns of A), those of C and the
/// bias are valid, and C overlaps nothing.
pub(super) unsafe fn tile<V: Simd, const MV: usize>(
    t: &Tile<V::Elem>,
    cols: usize,
    row_wise: bool,
) {
    macro_rules! widths {
        ($($n:literal)*) => {
            // SAFETY: the caller vouches for all that `kernel` asks.
            unsafe {
                match (cols, row_wise) {
                    $(($n, true) if $n <= V::COLS[MV - 1] => V::compiled(Kernel::<V, MV, $n, true>(t)),
                    ($n, false) if $n <= V::COLS[MV - 1] => V::compiled(Kernel::<V, MV, $n, false>(t)),)*
                    _ => unreachable!("a tile of {cols} columns"),
                }
            }
        };
    }
    widths!(1 2 3 4 5 6 7 8 9 10 11 12);
}

/// A call of [`kernel`]: made only by [`tile`], whose caller vouches for it.
struct Kernel<'a, V: Simd, const MV: usize, const NR: usize, const ROW_WISE: bool>(
    &'a Tile<V::Elem>,
);

impl<V: Simd, const MV: usize, const NR: usize, const ROW_WISE: bool> Work
    for Kernel<'_, V, MV, NR, ROW_WISE>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: the caller of `tile` vouches for all that `kernel` asks.
        unsafe { kernel::<V, MV, NR, ROW_WISE>(self.0) };
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn kernel<V: Simd, const MV: usize, const NR: usize, const ROW_WISE: bool>(
    t: &Tile<V::Elem>,
) {
    let (b_row, b_col) = if ROW_WISE { (t.b_row, 1) } else { (1, t.b_col) };
    let last = t.rows - (MV - 1) * V::LANES;
    // SAFETY: A's and B's pointers move to column p and row p of the operands, p < k, and one past
    // the last of them with wrapping arithmetic; the caller vouches for the elements there.
    unsafe {
        let mut sums = [[V::splat(<V::Elem as Default>::default()); MV]; NR];
        let (mut a, mut b) = (t.a, t.b);
        if t.k >= 64 {
            for j in 0..NR {
                for v in 0..MV {
                    V::prefetch(t.c.wrapping_add(j * t.c_step + v * V::LANES));
                }
            }
        }
        // Few rows are done with a column's line before the machine guesses which one is next.
        let guess = !ROW_WISE && MV <= 2;
        let line = if guess { 64 / size_of::<V::Elem>() } else { usize::MAX };
        let mut left = t.whole;
        while left > 0 {
            if guess {
                for j in 0..NR {
                    V::prefetch(b.wrapping_add(j * b_col + AHEAD * line));
                }
            }
            let terms = left.min(line);
            left -= terms;
            for _ in 0..terms {
                if ROW_WISE {
                    V::prefetch(b.wrapping_add(b_row.wrapping_mul(8)));
                }
                for v in 0..MV {
                    let ahead = a.wrapping_add(t.a_step.wrapping_mul(8));
                    V::prefetch(ahead.wrapping_add(v * V::LANES));
                }
                let mut rows = [sums[0][0]; MV];
                for v in 0..MV {
                    rows[v] = V::load(a.add(v * V::LANES));
                }
                for j in 0..NR {
                    let factor = V::splat(*b.add(j * b_col));
                    for v in 0..MV {
                        sums[j][v] = rows[v].mul_add(factor, sums[j][v]);
                    }
                }
                a = a.wrapping_add(t.a_step);
                b = b.wrapping_add(b_row);
            }
        }
        for _ in t.whole..t.k {
            let mut rows = [V::load_first(a.add((MV - 1) * V::LANES), last); MV];
            for v in 0..MV - 1 {
                rows[v] = V::load(a.add(v * V::LANES));
            }
            for j in 0..NR {
                let factor = V::splat(*b.add(j * b_col));
                for v in 0..MV {
                    sums[j][v] = rows[v].mul_add(factor, sums[j][v]);
                }
            }
            a = a.wrapping_add(t.a_step);
            b = b.wrapping_add(b_row);
        }
        // One loop for each stage: short bodies are unrolled, and the sums stay in registers.
        let f = &t.finish;
        if f.alpha != nalgebra::one() {
            for j in 0..NR {
                for v in 0..MV {
                    sums[j][v] = sums[j][v].mul(V::splat(f.alpha));
                }
            }
        }
        if f.beta != V::Elem::default() {
            for j in 0..NR {
                for v in 0..MV - 1 {
                    let old = V::load(t.c.add(j * t.c_step + v * V::LANES));
                    sums[j][v] = old.mul_add(V::splat(f.beta), sums[j][v]);
                }
                let old = V::load_first(t.c.add(j * t.c_step + (MV - 1) * V::LANES), last);
                sums[j][MV - 1] = old.mul_add(V::splat(f.beta), sums[j][MV - 1]);
            }
        }
        if !f.bias.is_null() {
            for j in 0..NR {
                for v in 0..MV {
                    sums[j][v] = sums[j][v].add(V::splat(*f.bias.add(j)));
                }
            }
        }
        if f.relu {
            for j in 0..NR {
                for v in 0..MV {
                    sums[j][v] = sums[j][v].relu();
                }
            }
        }
        for j in 0..NR {
            for v in 0..MV - 1 {
                sums[j][v].store(t.c.add(j * t.c_step + v * V::LANES));
            }
        }
        // A masked store is slow on some machines.
        if last == V::LANES {
            for j in 0..NR {
                sums[j][MV - 1].store(t.c.add(j * t.c_step + (MV - 1) * V::LANES));
            }
        } else {
            for j in 0..NR {
                let to = t.c.add(j * t.c_step + (MV - 1) * V::LANES);
                sums[j][MV - 1].store_first(to, last);
            }
        }
    }
}
