//! What scikit-learn computed: `data/scikit/generate.py`.
#![allow(dead_code, reason = "each test file uses a part of it")]

use nalgebra::DMatrix;
use serde_json::Value;

pub(crate) fn expected() -> Value {
    serde_json::from_str(include_str!("../data/scikit/expected.json")).expect("the file is JSON")
}

/// A list of rows, null for NaN.
pub(crate) fn matrix(rows: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> =
        rows.as_array().expect("a list of rows").iter().map(numbers).collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

pub(crate) fn numbers(list: &Value) -> Vec<f64> {
    let number = |x: &Value| x.as_f64().unwrap_or(f64::NAN);
    list.as_array().expect("a list").iter().map(number).collect()
}

pub(crate) fn assert_close(found: &DMatrix<f64>, expected: &DMatrix<f64>, what: &str) {
    assert_eq!(found.shape(), expected.shape(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let close = (found - expected).abs() <= 1e-13 * expected.abs().max(1.0);
        assert!(close || found.is_nan() && expected.is_nan(), "{what}: {found} {expected}");
    }
}
