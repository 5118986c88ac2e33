//! The passes over a few rows at a time: their maxima, their sums of exponentials, and the output.
//!
//! Rows are taken in blocks whose columns lie side by side, so that the loops run down the
//! columns and are vectorised whatever the number of columns; other layouts are copied there and
//! back.

use std::ops::Range;

use crate::{
    MatMut, MatRef, Scalar, copy,
    dispatch::{Level, Work, run_at},
    vmath::{Elementwise, of},
    workspace::with_buffers,
};

/// Rows of a block.
pub(super) const BLOCK: usize = 128;

/// What is written for each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    None,
    Softmax,
    LogSoftmax,
}

/// The element types' loops over a block, compiled in this crate alone.
pub(crate) trait Rows: Sized {
    /// Each row's maximum m and ln Σ exp(z − m), and the output; columns are contiguous.
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    );
}

impl Rows for f32 {
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    ) {
        run_at(Level::detected(), Block { z, out, output, max, log });
    }
}

impl Rows for f64 {
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    ) {
        run_at(Level::detected(), Block { z, out, output, max, log });
    }
}

/// Runs [`Rows::block`] over all rows, and hands each block's rows, maxima and logarithms on.
pub(super) fn blocks<T: Scalar>(
    z: MatRef<'_, T>,
    mut out: Option<MatMut<'_, T>>,
    output: Output,
    mut done: impl FnMut(Range<usize>, &[T], &[T]),
) {
    let (m, n) = z.shape();
    let direct = z.row_stride() == 1 && out.as_ref().is_none_or(|out| out.row_stride() == 1);
    let (mut max, mut log) = ([T::zero(); BLOCK], [T::zero(); BLOCK]);
    for start in (0..m).step_by(BLOCK) {
        let rows = start..(start + BLOCK).min(m);
        let len = rows.len();
        let part = z.row_range(rows.clone());
        let (max, log) = (&mut max[..len], &mut log[..len]);
        let mut to = out.as_mut().map(|out| part_mut(out, rows.clone()));
        if direct {
            let to = to.unwrap_or_else(|| MatMut::new(&mut [], len, 0));
            T::block(part, to, output, max, log);
        } else {
            with_buffers([len * n, len * n], |[from, result]| {
                copy(part, MatMut::new(from, len, n));
                T::block(MatRef::new(from, len, n), MatMut::new(result, len, n), output, max, log);
                if let Some(to) = &mut to {
                    copy(MatRef::new(result, len, n), to.reborrow());
                }
            });
        }
        done(rows, max, log);
    }
}

/// Some rows of a matrix.
fn part_mut<'a, T: Scalar>(out: &'a mut MatMut<'_, T>, rows: Range<usize>) -> MatMut<'a, T> {
    let (rs, cs, n) = (out.row_stride(), out.col_stride(), out.cols());
    let data = out.data_mut();
    let start = rows.start.saturating_mul(rs).min(data.len());
    MatMut::with_strides(&mut data[start..], rows.len(), n, rs, cs)
}

struct Block<'a, T> {
    z: MatRef<'a, T>,
    out: MatMut<'a, T>,
    output: Output,
    max: &'a mut [T],
    log: &'a mut [T],
}

impl<T: Scalar> Work for Block<'_, T>
where
    of::Exp: Elementwise<T>,
    of::Ln: Elementwise<T>,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { z, mut out, output, max, log } = self;
        let rest = group::<16, T>(0, z, &mut out, output, max, log);
        let rest = group::<4, T>(rest, z, &mut out, output, max, log);
        group::<1, T>(rest, z, &mut out, output, max, log);
    }
}

/// Works on `N` rows at a time from row `start` on, while there are as many; gives back the first row
/// that is left. The rows' numbers stay in registers, and no loop has an end that is no multiple of
/// them.
#[inline(always)]
fn group<const N: usize, T: Scalar>(
    start: usize,
    z: MatRef<'_, T>,
    out: &mut MatMut<'_, T>,
    output: Output,
    max: &mut [T],
    log: &mut [T],
) -> usize
where
    of::Exp: Elementwise<T>,
    of::Ln: Elementwise<T>,
{
    let mut start = start;
    while start + N <= z.rows() {
        let mut most = [T::of(f64::NEG_INFINITY); N];
        for j in 0..z.cols() {
            let z = rows::<N, T>(z, start, j);
            for l in 0..N {
                most[l] = if z[l] > most[l] { z[l] } else { most[l] };
            }
        }
        let mut sums = [T::zero(); N];
        for j in 0..z.cols() {
            let z = rows::<N, T>(z, start, j);
            let mut e = [T::zero(); N];
            for l in 0..N {
                e[l] = of::Exp::of(z[l] - most[l]);
            }
            for l in 0..N {
                sums[l] += e[l];
            }
            if output == Output::Softmax {
                *rows_mut(out, start, j) = e;
            }
        }
        let mut logs = [T::zero(); N];
        for l in 0..N {
            logs[l] = of::Ln::of(sums[l]);
        }
        for j in 0..z.cols() {
            match output {
                Output::None => break,
                Output::Softmax => {
                    let out = rows_mut::<N, T>(out, start, j);
                    for l in 0..N {
                        out[l] /= sums[l];
                    }
                }
                Output::LogSoftmax => {
                    let (z, out) = (rows::<N, T>(z, start, j), rows_mut::<N, T>(out, start, j));
                    for l in 0..N {
                        out[l] = (z[l] - most[l]) - logs[l];
                    }
                }
            }
        }
        max[start..start + N].copy_from_slice(&most);
        log[start..start + N].copy_from_slice(&logs);
        start += N;
    }
    start
}

/// `N` elements of column j.
#[inline(always)]
fn rows<const N: usize, T: Scalar>(z: MatRef<'_, T>, start: usize, j: usize) -> &[T; N] {
    let column = z.contiguous_col(j).and_then(|column| column[start..].first_chunk());
    column.expect("a block's columns are contiguous")
}

#[inline(always)]
fn rows_mut<'a, const N: usize, T: Scalar>(
    out: &'a mut MatMut<'_, T>,
    start: usize,
    j: usize,
) -> &'a mut [T; N] {
    let column = out.contiguous_col_mut(j).and_then(|column| column[start..].first_chunk_mut());
    column.expect("a block's columns are contiguous")
}
