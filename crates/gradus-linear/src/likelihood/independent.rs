//! Whether columns are linearly independent.

use nalgebra::DMatrix;

/// A pivot below this share of its diagonal element is rounding.
const DEPENDENT: f64 = 1e-12;

/// The first column that depends on those before it, from the columns' Gram matrix.
pub(super) fn dependent(gram: &DMatrix<f64>) -> Option<usize> {
    let n = gram.nrows();
    let mut l = DMatrix::<f64>::zeros(n, n);
    for j in 0..n {
        for i in 0..j {
            let sum: f64 = (0..i).map(|k| l[(i, k)] * l[(j, k)]).sum();
            l[(j, i)] = (gram[(j, i)] - sum) / l[(i, i)];
        }
        let sum: f64 = (0..j).map(|k| l[(j, k)] * l[(j, k)]).sum();
        let pivot = gram[(j, j)] - sum;
        if pivot.is_nan() || pivot <= DEPENDENT * gram[(j, j)] {
            return Some(j);
        }
        l[(j, j)] = pivot.sqrt();
    }
    None
}
