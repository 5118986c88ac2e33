//! The cross-entropy of class numbers and the softmax of rows of logits.

use crate::{
    MatMut, MatRef, Scalar, reduce,
    softmax::block::{BLOCK, Output, blocks},
};

/// The mean over the rows of lse(z) − z_class, and probs ← softmax(z).
///
/// The mean of no rows is NaN, as in PyTorch.
///
/// # Panics
/// If the shapes differ, there is not one class for each row, or a class is not below the number
/// of columns.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, softmax_cross_entropy};
/// let mut p = [0.0; 4];
/// let z = MatRef::new(&[0.0, 0.0, 0.0, 0.0], 2, 2);
/// let loss = softmax_cross_entropy(z, &[0, 1], MatMut::new(&mut p, 2, 2));
/// assert!((loss - 2_f64.ln()).abs() < 1e-15);
/// assert_eq!(p, [0.5; 4]);
/// ```
pub fn softmax_cross_entropy<T: Scalar>(
    logits: MatRef<'_, T>,
    classes: &[u32],
    probs: MatMut<'_, T>,
) -> T {
    assert!(
        logits.shape() == probs.shape(),
        "softmax_cross_entropy: probabilities {:?} for {:?}",
        probs.shape(),
        logits.shape()
    );
    mean_cost(logits, classes, Some(probs))
}

/// The mean over the rows of lse(z) − z_class: the same bits as [`softmax_cross_entropy`], without the
/// probabilities.
///
/// # Panics
/// If there is not one class for each row, or a class is not below the number of columns.
///
/// ```
/// use gradus_linalg::{MatRef, softmax_cross_entropy_cost};
/// let z = MatRef::new(&[0.0, 0.0, 0.0, 0.0], 2, 2);
/// assert!((softmax_cross_entropy_cost(z, &[0, 1]) - 2_f64.ln()).abs() < 1e-15);
/// ```
pub fn softmax_cross_entropy_cost<T: Scalar>(logits: MatRef<'_, T>, classes: &[u32]) -> T {
    mean_cost(logits, classes, None)
}

fn mean_cost<T: Scalar>(logits: MatRef<'_, T>, classes: &[u32], probs: Option<MatMut<'_, T>>) -> T {
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
    let output = if probs.is_some() { Output::Softmax } else { Output::None };
    let mut total = T::zero();
    blocks(logits, probs, output, |rows, max, log| {
        let mut costs = [T::zero(); BLOCK];
        for (l, i) in rows.clone().enumerate() {
            costs[l] = log[l] - (logits.at(i, classes[i] as usize) - max[l]);
        }
        total += reduce::sum(&costs[..rows.len()]);
    });
    total / T::of(logits.rows() as f64)
}
