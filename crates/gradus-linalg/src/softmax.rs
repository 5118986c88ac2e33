//! Softmax and log-sum-exp of the rows of a matrix.

use crate::{MatMut, MatRef, Scalar};

fn row_max<T: Scalar>(z: MatRef<'_, T>, i: usize) -> T {
    (0..z.cols()).fold(<T as Scalar>::from_f64(f64::NEG_INFINITY), |m, j| {
        let x = z.at(i, j);
        if x > m { x } else { m }
    })
}

fn row_lse<T: Scalar>(z: MatRef<'_, T>, i: usize) -> T {
    let m = row_max(z, i);
    if m == <T as Scalar>::from_f64(f64::NEG_INFINITY) && (0..z.cols()).all(|j| z.at(i, j) == m) {
        return m;
    }
    m + (0..z.cols()).fold(T::zero(), |s, j| s + (z.at(i, j) - m).exp()).ln()
}

/// out[i, j] ← exp(z[i, j]) / Σₗ exp(z[i, l]): softmax of each row.
///
/// # Panics
/// If the shapes differ.
pub fn softmax_rows<T: Scalar>(z: MatRef<'_, T>, mut out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "softmax: {:?} into {:?}", z.shape(), out.shape());
    for i in 0..z.rows() {
        let m = row_max(z, i);
        let total = (0..z.cols()).fold(T::zero(), |s, j| s + (z.at(i, j) - m).exp());
        for j in 0..z.cols() {
            out.set(i, j, (z.at(i, j) - m).exp() / total);
        }
    }
}

/// out[i, j] ← z[i, j] − ln Σₗ exp(z[i, l]): log-softmax of each row.
///
/// # Panics
/// If the shapes differ.
pub fn log_softmax_rows<T: Scalar>(z: MatRef<'_, T>, mut out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "log_softmax: {:?} into {:?}", z.shape(), out.shape());
    for i in 0..z.rows() {
        let m = row_max(z, i);
        let total = (0..z.cols()).fold(T::zero(), |s, j| s + (z.at(i, j) - m).exp()).ln();
        for j in 0..z.cols() {
            out.set(i, j, (z.at(i, j) - m) - total);
        }
    }
}

/// out[i] ← ln Σⱼ exp(z[i, j]): log-sum-exp of each row.
///
/// # Panics
/// If `out` has not one element for each row.
pub fn log_sum_exp_rows<T: Scalar>(z: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == z.rows(), "log_sum_exp: {} values of {:?}", out.len(), z.shape());
    for (i, out) in out.iter_mut().enumerate() {
        *out = row_lse(z, i);
    }
}

/// The mean over the rows of lse(z) − z_class; writes softmax(z) to `probs`.
///
/// # Panics
/// If the shapes differ, or a class is not below the number of columns.
pub fn softmax_cross_entropy<T: Scalar>(
    logits: MatRef<'_, T>,
    classes: &[u32],
    mut probs: MatMut<'_, T>,
) -> T {
    assert!(
        logits.rows() == classes.len(),
        "softmax_cross_entropy: {} classes for {:?}",
        classes.len(),
        logits.shape()
    );
    for (i, &class) in classes.iter().enumerate() {
        assert!(
            (class as usize) < logits.cols(),
            "softmax_cross_entropy: class {class} of row {i} is not below {}",
            logits.cols()
        );
    }
    softmax_rows(logits, probs.reborrow());
    let total = (0..logits.rows())
        .fold(T::zero(), |s, i| s + row_lse(logits, i) - logits.at(i, classes[i] as usize));
    total / <T as Scalar>::from_f64(logits.rows() as f64)
}
