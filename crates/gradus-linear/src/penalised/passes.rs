//! Passes over the features: r = y − Xw and z = Xᵀr. Work is split by size, so that the result
//! does not depend on the number of threads.

use gradus_linalg::{MatMut, MatRef, gemm, reduce};
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::axpy::add_columns;

/// Rows of a residual that are computed together: they stay in the first-level cache.
const ROWS: usize = 2_048;
/// Columns of a gradient that are computed together.
const COLUMNS: usize = 64;
/// Multiplications below which threads cost more than they give.
const SMALL: usize = 200_000;

/// out ← out + a·Xw, passing over zeros of w.
pub(super) fn add_product(x: &DMatrix<f64>, w: &[f64], a: f64, out: &mut [f64]) {
    let m = x.nrows();
    let active: Vec<(usize, f64)> =
        w.iter().enumerate().filter(|(_, w)| **w != 0.0).map(|(j, w)| (j, a * w)).collect();
    let values = x.as_slice();
    let block = |(number, out): (usize, &mut [f64])| {
        let (start, end) = (number * ROWS, number * ROWS + out.len());
        let column = |j: usize| &values[j * m + start..j * m + end];
        add_columns(out, &active, column);
    };
    if active.len() * m < SMALL {
        out.chunks_mut(ROWS).enumerate().for_each(block);
    } else {
        out.par_chunks_mut(ROWS).enumerate().for_each(block);
    }
}

/// z ← Xᵀr.
pub(super) fn gradient(x: &DMatrix<f64>, r: &[f64], z: &mut [f64]) {
    let m = x.nrows();
    let values = x.as_slice();
    let block = |(number, z): (usize, &mut [f64])| {
        for (k, z) in z.iter_mut().enumerate() {
            let j = number * COLUMNS + k;
            *z = reduce::dot(&values[j * m..(j + 1) * m], r);
        }
    };
    if x.len() < SMALL {
        z.chunks_mut(COLUMNS).enumerate().for_each(block);
    } else {
        z.par_chunks_mut(COLUMNS).enumerate().for_each(block);
    }
}

/// AᵀB, both column-major with m rows.
pub(super) fn cross(a: &[f64], b: &[f64], m: usize) -> DMatrix<f64> {
    let (p, q) = (a.len() / m, b.len() / m);
    let mut out = DMatrix::zeros(p, q);
    gemm(1.0, MatRef::new(a, m, p).t(), MatRef::new(b, m, q), 0.0, MatMut::from(&mut out));
    out
}

/// XᵀWX of a column-major matrix with m rows; W = I without weights.
pub(super) fn gram(x: &[f64], m: usize, weights: Option<&[f64]>) -> Vec<f64> {
    let p = x.len() / m;
    let mut out = vec![0.0; p * p];
    gradus_linalg::gram(MatRef::new(x, m, p), weights, MatMut::new(&mut out, p, p));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_products_on_any_number_of_threads() {
        let x = DMatrix::from_fn(5_000, 71, |i, j| ((i * 3 + j * 11) as f64 * 0.17).sin());
        let w: Vec<f64> = (0..71).map(|j| if j % 3 == 0 { 0.0 } else { j as f64 - 30.0 }).collect();
        let y: Vec<f64> = (0..5_000).map(|i| (i as f64 * 0.01).cos()).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut r = y.clone();
                add_product(&x, &w, -1.0, &mut r);
                let mut z = vec![0.0; 71];
                gradient(&x, &r, &mut z);
                (r, z)
            })
        };
        let (r, z) = run(1);
        assert_eq!((r.clone(), z.clone()), run(3));
        let naive_r =
            nalgebra::DVector::from_vec(y.clone()) - &x * nalgebra::DVector::from_vec(w.clone());
        let naive_z = x.transpose() * &naive_r;
        assert!((nalgebra::DVector::from_vec(r) - naive_r).amax() < 1e-10);
        assert!((nalgebra::DVector::from_vec(z) - &naive_z).amax() < 1e-10 * naive_z.amax());
    }
}
