//! Logistic regression against identities, and against data that has no estimates.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{
    Design, Intercept, LinearError, Logistic, LogisticFit, SeparationKind, Weights,
};
use nalgebra::{DMatrix, dmatrix};

fn fit(x: &DMatrix<f64>, y: &[f64]) -> Result<LogisticFit, LinearError> {
    Logistic::default().fit(&Design::new(x).unwrap(), y)
}

fn noisy() -> (DMatrix<f64>, Vec<f64>) {
    let x = DMatrix::from_fn(60, 3, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin());
    let y = (0..60).map(|i| f64::from(u8::from(x[(i, 0)] + (i as f64 * 2.3).sin() > 0.0)));
    let y = y.collect();
    (x, y)
}

#[test]
fn identities_of_the_maximum() {
    let (x, y) = noisy();
    let whole = fit(&x, &y).unwrap();
    let total: f64 = whole.probabilities().iter().sum();
    assert!((total - y.iter().sum::<f64>()).abs() < 1e-9);
    let flipped: Vec<f64> = y.iter().map(|y| 1.0 - y).collect();
    let turned = fit(&x, &flipped).unwrap();
    for (a, b) in whole.coefficients().iter().zip(turned.coefficients()) {
        assert!((a.estimate + b.estimate).abs() < 1e-9, "{a:?} {b:?}");
    }
    let fewer = fit(&x.columns(0, 2).into_owned(), &y).unwrap();
    assert!(fewer.deviance() >= whole.deviance());
    let doubled = vec![2.0; 60];
    let weights = Design::new(&x).unwrap().with_weights(Weights::Frequency(&doubled)).unwrap();
    let weighted = Logistic::default().fit(&weights, &y).unwrap();
    for (a, b) in whole.coefficients().iter().zip(weighted.coefficients()) {
        assert!((a.estimate - b.estimate).abs() < 1e-9);
        assert!((a.standard_error / b.standard_error - 2.0_f64.sqrt()).abs() < 1e-9);
    }
    let shift = vec![0.7; 60];
    let offset = Design::new(&x).unwrap().with_offset(&shift).unwrap();
    let moved = Logistic::default().fit(&offset, &y).unwrap();
    let change = whole.coefficients()[0].estimate - moved.coefficients()[0].estimate;
    assert!((change - 0.7).abs() < 1e-9 && (whole.deviance() - moved.deviance()).abs() < 1e-9);
    let origin = Logistic { intercept: Intercept::None, ..Logistic::default() };
    let origin = origin.fit(&Design::new(&x).unwrap(), &y).unwrap();
    assert_eq!(origin.coefficients().len(), 3);
    assert!((origin.null_log_likelihood + 60.0 * 2.0_f64.ln()).abs() < 1e-11);
    assert!(whole.to_string().contains("(intercept)"));
}

#[test]
fn separated_data_is_refused_with_its_direction() {
    let x = dmatrix![1.0, 0.3; 2.0, 0.1; 3.0, 0.4; 3.0, 0.1; 4.0, 0.5; 5.0, 0.2];
    let y = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let x1 = x.columns(0, 1).into_owned();
    for (x, wanted) in [(&x1, SeparationKind::Quasi), (&x, SeparationKind::Complete)] {
        let LinearError::Separated { kind, direction, intercept, features } =
            fit(x, &y).unwrap_err()
        else {
            panic!("separated");
        };
        assert_eq!(kind, wanted);
        assert!(features.contains(&"x1".to_owned()));
        for row in 0..6 {
            let score: f64 = (0..x.ncols()).map(|j| x[(row, j)] * direction[j]).sum();
            let margin = (2.0 * y[row] - 1.0) * (score + intercept);
            assert!(margin >= -1e-12, "{row}: {margin}");
        }
    }
}

#[test]
fn classes_that_barely_overlap_are_no_false_alarm() {
    for overlap in [1e-1, 1e-2, 1e-3] {
        let x = dmatrix![1.0; 2.0; 3.0 + overlap; 3.0; 4.0; 5.0];
        let fit = fit(&x, &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        assert!(!matches!(fit, Err(LinearError::Separated { .. })), "{overlap}: {fit:?}");
    }
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let (x, y) = noisy();
    let mut twin = x.clone();
    twin.set_column(2, &(x.column(0) * 2.0));
    assert_eq!(fit(&twin, &y).unwrap_err(), LinearError::Collinear { feature: "x3".to_owned() });
    twin.column_mut(1).fill(4.2);
    assert_eq!(fit(&twin, &y).unwrap_err(), LinearError::Collinear { feature: "x2".to_owned() });
    let wide = DMatrix::from_fn(4, 6, |i, j| ((i * 5 + j * j) as f64).sin());
    let refused = fit(&wide, &[0.0, 1.0, 0.0, 1.0]).unwrap_err();
    assert_eq!(refused, LinearError::MoreCoefficients { rows: 4, coefficients: 7 });
    assert_eq!(fit(&x, &vec![1.0; 60]).unwrap_err(), LinearError::OneClass);
    let mut odd = y.clone();
    odd[3] = 2.0;
    assert_eq!(fit(&x, &odd).unwrap_err(), LinearError::NotDichotomous { row: 3, value: 2.0 });
    odd[3] = f64::NAN;
    assert!(matches!(fit(&x, &odd), Err(LinearError::NotFinite { .. })));
    let hasty = Logistic { max_iterations: 1, ..Logistic::default() };
    let refused = hasty.fit(&Design::new(&x).unwrap(), &y).unwrap_err();
    assert!(matches!(refused, LinearError::NoMaximum { .. }), "{refused}");
}
