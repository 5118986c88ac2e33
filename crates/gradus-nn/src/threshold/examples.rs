//! What every function of examples and labels asks of them.

use nalgebra::{DMatrix, DVector};

use crate::NnError;

/// Labels that are 0 or 1, as truth values.
///
/// ```
/// use gradus_nn::threshold::binary_labels;
/// assert_eq!(binary_labels(&[0.0, 1.0]), Ok(vec![false, true]));
/// assert!(binary_labels(&[0.0, 2.0]).is_err());
/// ```
///
/// # Errors
/// If a label is neither 0 nor 1. Labels of −1 and 1 are refused, not guessed at.
pub fn binary_labels(labels: &[f64]) -> Result<Vec<bool>, NnError> {
    let label = |(row, &value): (usize, &f64)| match value {
        0.0 => Ok(false),
        1.0 => Ok(true),
        _ => Err(NnError::NotBinary { row, value }),
    };
    labels.iter().enumerate().map(label).collect()
}

/// Checks that there are examples, a label for each, and finite numbers alone.
pub(super) fn check(x: &DMatrix<f64>, labels: &[bool]) -> Result<(), NnError> {
    if x.nrows() == 0 {
        return Err(NnError::NoExamples);
    }
    if x.nrows() != labels.len() {
        return Err(NnError::LabelCount { rows: x.nrows(), labels: labels.len() });
    }
    for column in 0..x.ncols() {
        for row in 0..x.nrows() {
            let value = x[(row, column)];
            if !value.is_finite() {
                return Err(NnError::NotFinite { row, column, value });
            }
        }
    }
    Ok(())
}

/// Checks that the data has as many columns as there are weights.
pub(super) fn check_width(x: &DMatrix<f64>, weights: &DVector<f64>) -> Result<(), NnError> {
    let (expected, found) = (weights.len(), x.ncols());
    if expected == found { Ok(()) } else { Err(NnError::InputWidth { expected, found }) }
}
