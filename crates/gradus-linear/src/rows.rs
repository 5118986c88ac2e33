//! Blocks of rows, copied with their columns shifted and scaled while they lie in a cache.

use std::ops::Range;

use gradus_linalg::{prefetch, vectorize};
use nalgebra::DMatrix;

/// Columns that are copied in one go.
const TOGETHER: usize = 4;
/// Numbers of a cache line.
const LINE: usize = 8;

/// Z = (X − s)·diag(f).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Affine<'a> {
    pub(crate) x: &'a DMatrix<f64>,
    /// s.
    pub(crate) shift: &'a [f64],
    /// f.
    pub(crate) factor: &'a [f64],
}

impl Affine<'_> {
    /// Writes some rows of Z, column after column, and adds Zb to `sums`: once for all columns of a
    /// whole group, so that the sums pass by less often.
    pub(crate) fn copy(&self, rows: Range<usize>, b: &[f64], z: &mut [f64], sums: &mut [f64]) {
        let (m, step) = (rows.len(), self.x.nrows());
        for (group, z) in z.chunks_mut(TOGETHER * m.max(1)).enumerate() {
            let first = group * TOGETHER;
            let x = |j: usize| &self.x.as_slice()[(first + j) * step..][rows.clone()];
            let (s, f, b) = (&self.shift[first..], &self.factor[first..], &b[first..]);
            if z.len() == TOGETHER * m {
                let four = |v: &[f64]| [v[0], v[1], v[2], v[3]];
                copy_four([x(0), x(1), x(2), x(3)], [s, f, b].map(four), z, sums);
                continue;
            }
            for (j, z) in z.chunks_exact_mut(m).enumerate() {
                let (s, f, b) = (s[j], f[j], b[j]);
                let row = z.iter_mut().zip(x(j)).zip(sums.iter_mut());
                vectorize(
                    #[inline(always)]
                    || {
                        for ((z, x), sum) in row {
                            *z = (x - s) * f;
                            *sum = z.mul_add(b, *sum);
                        }
                    },
                );
            }
        }
    }
}

/// Four columns, of which as many rows are taken as there are sums. The cache is asked for as many rows
/// behind them, which come next.
fn copy_four(x: [&[f64]; 4], [s, f, b]: [[f64; 4]; 3], z: &mut [f64], sums: &mut [f64]) {
    let m = sums.len();
    let (z0, rest) = z.split_at_mut(m);
    let (z1, rest) = rest.split_at_mut(m);
    let (z2, z3) = rest.split_at_mut(m);
    let [x0, x1, x2, x3] = x;
    let whole = m / LINE * LINE;
    vectorize(
        #[inline(always)]
        || {
            let ((x0, x1), (x2, x3)) = ((lines(x0, m), lines(x1, m)), (lines(x2, m), lines(x3, m)));
            let ((z0, z1), (z2, z3)) = (
                (z0.as_chunks_mut().0, z1.as_chunks_mut().0),
                (z2.as_chunks_mut().0, z3.as_chunks_mut().0),
            );
            for (line, sums) in sums.as_chunks_mut::<LINE>().0.iter_mut().enumerate() {
                prefetch(x[0], m + line * LINE);
                prefetch(x[1], m + line * LINE);
                prefetch(x[2], m + line * LINE);
                prefetch(x[3], m + line * LINE);
                // By value: the compiler need not fear that a line overlaps another.
                let mut sum = *sums;
                z0[line] = shift_line(x0[line], s[0], f[0], b[0], &mut sum);
                z1[line] = shift_line(x1[line], s[1], f[1], b[1], &mut sum);
                z2[line] = shift_line(x2[line], s[2], f[2], b[2], &mut sum);
                z3[line] = shift_line(x3[line], s[3], f[3], b[3], &mut sum);
                *sums = sum;
            }
        },
    );
    for (k, z) in z.chunks_exact_mut(m).enumerate() {
        for i in whole..m {
            z[i] = (x[k][i] - s[k]) * f[k];
            sums[i] = z[i].mul_add(b[k], sums[i]);
        }
    }
}

/// The whole lines of the first numbers of a column.
#[inline(always)]
fn lines(x: &[f64], count: usize) -> &[[f64; LINE]] {
    x[..count].as_chunks().0
}

#[inline(always)]
fn shift_line(
    mut x: [f64; LINE],
    shift: f64,
    factor: f64,
    b: f64,
    sums: &mut [f64; LINE],
) -> [f64; LINE] {
    for i in 0..LINE {
        x[i] = (x[i] - shift) * factor;
        sums[i] = x[i].mul_add(b, sums[i]);
    }
    x
}

/// Multiplies each column by a number for each row.
pub(crate) fn scale_rows(z: &mut [f64], by: &[f64]) {
    for z in z.chunks_exact_mut(by.len().max(1)) {
        vectorize(
            #[inline(always)]
            || {
                for (z, by) in z.iter_mut().zip(by) {
                    *z *= by;
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_shifted_scaled_and_summed() {
        for columns in [0, 1, 4, 7] {
            let x = DMatrix::from_fn(11, columns, |i, j| (i * 7 + j * 3) as f64);
            let shift: Vec<f64> = (0..columns).map(|j| j as f64).collect();
            let factor: Vec<f64> = (0..columns).map(|j| 0.5 + j as f64).collect();
            let b: Vec<f64> = (0..columns).map(|j| 1.0 - j as f64).collect();
            let affine = Affine { x: &x, shift: &shift, factor: &factor };
            let (mut z, mut sums) = (vec![f64::NAN; 5 * columns], vec![2.0; 5]);
            affine.copy(3..8, &b, &mut z, &mut sums);
            let wanted =
                DMatrix::from_fn(5, columns, |i, j| (x[(3 + i, j)] - shift[j]) * factor[j]);
            assert_eq!(z, wanted.as_slice());
            for i in 0..5 {
                let sum = 2.0 + (0..columns).map(|j| wanted[(i, j)] * b[j]).sum::<f64>();
                assert!((sums[i] - sum).abs() < 1e-12, "{columns}");
            }
            let by = [1.0, -2.0, 0.0, 0.5, 3.0];
            scale_rows(&mut z, &by);
            let wanted = DMatrix::from_fn(5, columns, |i, j| wanted[(i, j)] * by[i]);
            assert_eq!(z, wanted.as_slice());
        }
    }
}
