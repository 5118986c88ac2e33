//! Separation of thirty collinear measurements, decided as a linear programme decides it.
//!
//! That a hyperplane has all 569 tumours on their sides, and none once one of them is also given with
//! the other outcome, is the answer of SciPy's HiGHS to max Σ min(margin, 1).
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{Design, Firth, LinearError, Logistic, SeparationKind};
use nalgebra::DMatrix;

fn tumours() -> (DMatrix<f64>, Vec<f64>) {
    let table = gradus_data::breast_cancer();
    let outcome = table.column("diagnosis").unwrap();
    let y: Vec<f64> =
        (0..table.rows()).map(|row| f64::from(outcome.level(row) == Some("malignant"))).collect();
    let columns: Vec<_> = table.columns().iter().filter(|c| c.name() != "diagnosis").collect();
    let x = DMatrix::from_fn(y.len(), columns.len(), |i, j| columns[j].number(i).unwrap());
    (x, y)
}

#[test]
fn a_hyperplane_between_the_tumours_is_found_and_proves_itself() {
    let (x, y) = tumours();
    let error = Logistic::default().fit(&Design::new(&x).unwrap(), &y).unwrap_err();
    assert!(error.to_string().contains("and 24 more"), "{error}");
    let LinearError::Separated { kind, features, intercept, direction } = error else {
        panic!("separated: {error}");
    };
    assert_eq!((kind, features.len()), (SeparationKind::Complete, 30));
    for (row, y) in x.row_iter().zip(&y) {
        let score: f64 = row.iter().zip(&direction).map(|(x, d)| x * d).sum();
        assert!((2.0 * y - 1.0) * (intercept + score) > 0.0);
    }
}

#[test]
fn one_tumour_with_both_outcomes_is_no_separation() {
    let (x, mut y) = tumours();
    let x = x.clone().insert_row(0, 0.0);
    let x = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i.max(1), j)]);
    y.insert(0, 1.0 - y[0]);
    let fitted = Logistic::default().fit(&Design::new(&x).unwrap(), &y);
    assert!(!matches!(fitted, Err(LinearError::Separated { .. })));
}

/// From 0 a search of ours and one written in NumPy end at the same maximum, ℓ* = −27.4044 up to a
/// constant; from other points the latter reaches −25.5277.
#[test]
fn firths_correction_reports_a_maximum_that_no_smaller_model_exceeds() {
    let (x, y) = tumours();
    let fit = Firth::default().fit(&Design::new(&x).unwrap(), &y).unwrap();
    assert!(fit.lower_maxima > 0);
    assert!(fit.coefficients().iter().all(|c| c.chi2 > 1e-6), "{:?}", fit.coefficients());
}
