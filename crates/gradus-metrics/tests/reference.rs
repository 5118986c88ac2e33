//! Every score against scikit-learn's values.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_metrics::{
    Average, ConfusionMatrix, Ratio, RegressionReport, ZeroDivision, accuracy, log_loss, rmse,
};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let mut data: Value = serde_json::from_str(include_str!("data/metrics.json")).unwrap();
    std::mem::take(data["cases"].as_array_mut().unwrap())
}

/// A number, or one of the strings that stand for the numbers that JSON has not.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn labels(value: &Value) -> Vec<u32> {
    numbers(value).into_iter().map(|x| x as u32).collect()
}

#[track_caller]
fn close(actual: f64, expected: &Value, what: &str) {
    let expected = number(expected);
    let close = (actual.is_nan() && expected.is_nan())
        || (actual - expected).abs() <= 1e-14 + 1e-12 * expected.abs();
    assert!(close, "{what}: {actual} is not {expected}");
}

#[test]
fn classes() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["labels"].is_array());
    assert_eq!(cases.clone().count(), 16);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let (y_true, y_pred) = (labels(&case["y_true"]), labels(&case["y_pred"]));
        let n_classes = case["labels"].as_array().unwrap().len();
        let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, n_classes).unwrap();
        let expected = &case["expected"];
        for (row, expected) in matrix.rows().zip(expected["confusion_matrix"].as_array().unwrap()) {
            let row: Vec<f64> = row.iter().map(|&count| count as f64).collect();
            assert_eq!(row, numbers(expected), "{name}");
        }
        close(matrix.accuracy(), &expected["accuracy"], name);
        close(accuracy(&y_true, &y_pred).unwrap(), &expected["accuracy"], name);
        for (class, expected) in numbers(&expected["specificity"]).into_iter().enumerate() {
            // The reference leaves an undefined specificity out of its three conventions.
            if matrix.support(class) < matrix.total() {
                let actual = matrix.specificity(class, ZeroDivision::Nan);
                assert!((actual - expected).abs() < 1e-14, "{name}: specificity of {class}");
            }
        }
        for (key, zero_division) in [
            ("zero_division_zero", ZeroDivision::Zero),
            ("zero_division_one", ZeroDivision::One),
            ("zero_division_nan", ZeroDivision::Nan),
        ] {
            let expected = &expected[key];
            for (field, ratio) in [
                ("precision", Ratio::Precision),
                ("recall", Ratio::Recall),
                ("f1", Ratio::FBeta(1.0)),
                ("f0.5", Ratio::FBeta(0.5)),
                ("f2", Ratio::FBeta(2.0)),
            ] {
                let what = format!("{name}, {key}, {field}");
                for class in 0..n_classes {
                    let actual = matrix.ratio(ratio, class, zero_division).unwrap();
                    close(actual, &expected[field][class], &what);
                }
                for (key, average) in [
                    ("micro", Average::Micro),
                    ("macro", Average::Macro),
                    ("weighted", Average::Weighted),
                ] {
                    // The reference averages f1 and f2 alone.
                    if !expected[key][field].is_null() {
                        let actual = matrix.average(ratio, average, zero_division).unwrap();
                        close(actual, &expected[key][field], &format!("{what}, {key}"));
                    }
                }
            }
            for class in 0..n_classes {
                assert_eq!(matrix.support(class) as f64, number(&expected["support"][class]));
            }
        }
    }
}

#[test]
fn probabilities() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["prob"].is_array());
    assert_eq!(cases.clone().count(), 7);
    for case in cases {
        let y_true = labels(&case["y_true"]);
        let columns: Vec<Vec<f64>> = if case["kind"] == "probabilities" {
            let positive = numbers(&case["prob"]);
            vec![positive.iter().map(|p| 1.0 - p).collect(), positive]
        } else {
            let rows: Vec<_> = case["prob"].as_array().unwrap().iter().map(numbers).collect();
            (0..rows[0].len()).map(|class| rows.iter().map(|row| row[class]).collect()).collect()
        };
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let actual = log_loss(&y_true, &columns).unwrap();
        close(actual, &case["expected"]["log_loss"], case["name"].as_str().unwrap());
    }
}

#[test]
fn regression() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["kind"] == "regression");
    assert_eq!(cases.clone().count(), 10);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let (y_true, y_pred) = (numbers(&case["y_true"]), numbers(&case["y_pred"]));
        let report = RegressionReport::new(&y_true, &y_pred).unwrap();
        let expected = &case["expected"];
        close(report.mse, &expected["mse"], name);
        close(report.rmse, &expected["rmse"], name);
        close(rmse(&y_true, &y_pred).unwrap(), &expected["rmse"], name);
        close(report.mae, &expected["mae"], name);
        close(report.r2, &expected["r2"], name);
        close(report.explained_variance, &expected["explained_variance"], name);
    }
}
