//! A Newton step over the α between their bounds, where the dual is a plain quadratic.

use nalgebra::{DMatrix, DVector};

/// Faces beyond this size are left to coordinate descent.
pub(super) const LARGEST: usize = 1_500;
/// A share of the largest diagonal entry, so that a face of dependent rows has a factor.
const SHIFT: f64 = 1e-11;

/// δ with Qδ = −g for the Gram matrix Q of the rows a, a column each; `None` if there is no factor.
pub(super) fn step(a: &DMatrix<f64>, g: &[f64]) -> Option<DVector<f64>> {
    let q = a.tr_mul(a);
    let mut shifted = q.clone();
    let largest = q.diagonal().iter().copied().fold(0.0, f64::max);
    for i in 0..q.nrows() {
        shifted[(i, i)] += SHIFT * largest;
    }
    let factor = shifted.cholesky()?;
    let right = -DVector::from_column_slice(g);
    let mut delta = factor.solve(&right);
    // The shift's error, where Q is regular.
    let residual = &right - &q * &delta;
    delta += factor.solve(&residual);
    delta.iter().all(|step| step.is_finite()).then_some(delta)
}
