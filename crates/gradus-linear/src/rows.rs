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
                for ((z, x), sum) in z.iter_mut().zip(x(j)).zip(sums.iter_mut()) {
                    *z = (x - s[j]) * f[j];
                    *sum = z.mul_add(b[j], *sum);
                }
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
    let lines = x.map(|x| x[..m].as_chunks::<LINE>());
    let (y, ends) = (lines.map(|(lines, _)| lines), lines.map(|(_, end)| end));
    let z = [z0, z1, z2, z3].map(|z| z.as_chunks_mut::<LINE>());
    let [(z0, e0), (z1, e1), (z2, e2), (z3, e3)] = z;
    let (whole, last) = sums.as_chunks_mut::<LINE>();
    vectorize(
        #[inline(always)]
        move || {
            for (line, sums) in whole.iter_mut().enumerate() {
                for x in x {
                    prefetch(x, m + line * LINE);
                }
                // By value: the compiler need not fear that a line overlaps another.
                let (mut row, mut sum) = (y.map(|y| y[line]), *sums);
                for k in 0..TOGETHER {
                    for i in 0..LINE {
                        row[k][i] = (row[k][i] - s[k]) * f[k];
                        sum[i] = row[k][i].mul_add(b[k], sum[i]);
                    }
                }
                (z0[line], z1[line], z2[line], z3[line]) = (row[0], row[1], row[2], row[3]);
                *sums = sum;
            }
        },
    );
    for (i, sum) in last.iter_mut().enumerate() {
        for (k, z) in [&mut *e0, &mut *e1, &mut *e2, &mut *e3].into_iter().enumerate() {
            z[i] = (ends[k][i] - s[k]) * f[k];
            *sum = z[i].mul_add(b[k], *sum);
        }
    }
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
