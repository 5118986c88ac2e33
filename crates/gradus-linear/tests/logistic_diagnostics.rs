//! What a fitted logistic regression says about its rows, against statsmodels 0.15.0 and scikit-learn
//! 1.9.1: endometrial cancer by PI and EH (data/endometrial.csv, whose source is in data/firth.py).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{Design, LinearError, Logistic, LogisticFit, Weights};
use nalgebra::DMatrix;

fn data() -> (DMatrix<f64>, Vec<f64>) {
    let rows: Vec<Vec<f64>> = include_str!("data/endometrial.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|field| field.parse().unwrap()).collect())
        .collect();
    let x = DMatrix::from_fn(rows.len(), 2, |i, j| rows[i][1 + j]);
    (x, rows.iter().map(|row| row[3]).collect())
}

fn fit(design: &Design<'_>, y: &[f64]) -> LogisticFit {
    Logistic::default().fit(design, y).unwrap()
}

fn assert_close(found: &[f64], expected: &[f64]) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1e-2), "{found} {expected}");
    }
}

#[test]
fn rows_and_scores_as_elsewhere() {
    let (x, y) = data();
    let design = Design::new(&x).unwrap();
    let fit = fit(&design, &y);
    // GLM(Binomial).get_influence().hat_matrix_diag, resid_pearson, resid_deviance.
    let leverages = fit.leverages(&design).unwrap();
    assert_close(
        &leverages,
        &[0.030254508684802162, 0.0207593946571351, 0.0037605840129642343, 0.009787974996590166],
    );
    assert!((leverages.iter().sum::<f64>() - 3.0).abs() < 1e-10);
    assert_close(
        &fit.pearson_residuals(),
        &[-0.646549607903438, -0.19981672361955996, -0.042557270256660534, -0.07712754980545405],
    );
    let residuals = fit.deviance_residuals();
    assert_close(
        &residuals,
        &[-0.8357823191724871, -0.2798222723576594, -0.06015784486123585, -0.10891313532654584],
    );
    assert!((residuals.iter().map(|r| r * r).sum::<f64>() - fit.deviance()).abs() < 1e-10);
    // roc_auc_score, and counts by numpy.
    assert!((fit.roc_auc().unwrap() - 0.889795918367347).abs() < 1e-12);
    // By numpy, over all pairs of a positive and a negative row.
    let area = fit.roc_auc_estimate().unwrap();
    assert_close(&[area.auc, area.standard_error], &[0.889795918367347, 0.041399329231742506]);
    for (threshold, cells) in [(0.5, [23.0, 8.0, 7.0, 41.0]), (0.3, [25.0, 12.0, 5.0, 37.0])] {
        let table = fit.classification(threshold);
        let found = [
            table.true_positives,
            table.false_positives,
            table.false_negatives,
            table.true_negatives,
        ];
        assert_eq!(found, cells);
        assert_eq!(table.accuracy(), (cells[0] + cells[3]) / 79.0);
        assert_eq!(table.sensitivity(), cells[0] / 30.0);
        assert_eq!(table.specificity(), cells[3] / 49.0);
    }
    assert!((fit.predict(&x, None).unwrap()[7] - fit.probabilities()[7]).abs() < 1e-12);
}

/// By numpy: cut at `quantile(p, linspace(0, 1, 11))`, upper ends included, as R's `hoslem.test`.
#[test]
fn hosmer_and_lemeshow() {
    let (x, y) = data();
    let test = fit(&Design::new(&x).unwrap(), &y).hosmer_lemeshow(10).unwrap();
    assert_eq!((test.groups.len(), test.df), (10, 8.0));
    assert!((test.chi2 / 31.269519512709827 - 1.0).abs() < 1e-8);
    assert!((test.p / 0.00012579927681596474 - 1.0).abs() < 1e-7);
    let rows: Vec<f64> = test.groups.iter().map(|group| group.rows).collect();
    assert_eq!(rows, [8.0, 8.0, 8.0, 8.0, 8.0, 7.0, 8.0, 8.0, 8.0, 8.0]);
    let observed: f64 = test.groups.iter().map(|group| group.observed).sum();
    let expected: f64 = test.groups.iter().map(|group| group.expected).sum();
    assert!(observed == 30.0 && (expected - 30.0).abs() < 1e-9);
}

/// A frequency of k is a row k times, in every figure.
#[test]
fn frequencies_are_repeated_rows() {
    let (x, y) = data();
    let counts: Vec<f64> =
        (0..y.len()).map(|i| f64::from(u8::from(i % 3 > 0)) * (1 + i % 2) as f64).collect();
    let weighted = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
    let rows: Vec<usize> = (0..y.len()).flat_map(|i| vec![i; counts[i] as usize]).collect();
    let x_rows = x.select_rows(&rows);
    let y_rows: Vec<f64> = rows.iter().map(|&row| y[row]).collect();
    let repeated = Design::new(&x_rows).unwrap();
    let (a, b) = (fit(&weighted, &y), fit(&repeated, &y_rows));
    assert!((a.roc_auc().unwrap() - b.roc_auc().unwrap()).abs() < 1e-12);
    let errors = [&a, &b].map(|fit| fit.roc_auc_estimate().unwrap().standard_error);
    assert!((errors[0] - errors[1]).abs() < 1e-12);
    assert_eq!(a.classification(0.4), b.classification(0.4));
    let (one, other) = (a.hosmer_lemeshow(8).unwrap(), b.hosmer_lemeshow(8).unwrap());
    assert_eq!(one.df, other.df);
    assert!((one.chi2 - other.chi2).abs() < 1e-7 * one.chi2, "{one:?} {other:?}");
    assert!((a.leverages(&weighted).unwrap().iter().sum::<f64>() - 3.0).abs() < 1e-9);
    let ends = |design, y: &[f64]| Logistic::default().profile_intervals(design, y, 0.9).unwrap();
    for (a, b) in ends(&weighted, &y).iter().zip(ends(&repeated, &y_rows)) {
        assert!((a[0] - b[0]).abs() < 1e-7 && (a[1] - b[1]).abs() < 1e-7);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let (x, y) = data();
    let fit = fit(&Design::new(&x).unwrap(), &y);
    assert!(matches!(fit.hosmer_lemeshow(2), Err(LinearError::InvalidOption { .. })));
    let half = x.rows(0, 10).into_owned();
    assert!(fit.leverages(&Design::new(&half).unwrap()).is_err());
    assert!(fit.predict(&x.columns(0, 1).into_owned(), None).is_err());
    let level = Logistic::default().profile_intervals(&Design::new(&x).unwrap(), &y, 1.5);
    assert!(matches!(level, Err(LinearError::InvalidOption { .. })));
}
