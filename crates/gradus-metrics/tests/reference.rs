//! Every score against scikit-learn's values.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_metrics::{
    Average, Bins, Cell, ClassPairing, ConfusionMatrix, Disagreement, RankedScores, Ratio,
    RegressionMoments, RegressionReport, ThresholdRule, ZeroDivision, accuracy, auc_estimate,
    average_precision, calibration_curve, compare_aucs, log_loss, mape, max_error,
    median_absolute_error, per_output, r2, rmse, roc_auc, roc_auc_multiclass, top_k_accuracy,
    weighted_median_absolute_error,
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

/// The scores of a confusion matrix, of counts or of weights.
fn counted<C: Cell>(matrix: &ConfusionMatrix<C>, case: &Value) {
    let name = case["name"].as_str().unwrap();
    let expected = &case["expected"];
    let n_classes = matrix.n_classes();
    for (row, expected) in matrix.rows().zip(expected["confusion_matrix"].as_array().unwrap()) {
        let row: Vec<f64> = row.iter().map(|count| count.to_f64()).collect();
        assert_eq!(row, numbers(expected), "{name}");
    }
    close(matrix.accuracy(), &expected["accuracy"], name);
    close(matrix.balanced_accuracy(), &expected["balanced_accuracy"], name);
    close(matrix.mcc(), &expected["mcc"], name);
    close(matrix.cohen_kappa(Disagreement::Nominal), &expected["kappa"], name);
    for class in 0..n_classes {
        let specificity = matrix.specificity(class, ZeroDivision::Nan);
        close(specificity, &expected["specificity"][class], name);
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
            assert_eq!(matrix.support(class).to_f64(), number(&expected["support"][class]));
        }
    }
}

#[test]
fn classes() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["labels"].is_array());
    assert_eq!(cases.clone().count(), 17);
    for case in cases {
        let (y_true, y_pred) = (labels(&case["y_true"]), labels(&case["y_pred"]));
        let n_classes = case["labels"].as_array().unwrap().len();
        if case["sample_weight"].is_array() {
            let weights = numbers(&case["sample_weight"]);
            let matrix = ConfusionMatrix::from_weighted(&y_true, &y_pred, &weights, n_classes);
            counted(&matrix.unwrap(), case);
        } else {
            let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, n_classes).unwrap();
            counted(&matrix, case);
            close(accuracy(&y_true, &y_pred).unwrap(), &case["expected"]["accuracy"], "accuracy");
        }
    }
}

#[test]
fn ranked_scores() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["kind"] == "scores");
    assert_eq!(cases.clone().count(), 11);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let (y_true, score) = (labels(&case["y_true"]), numbers(&case["score"]));
        let expected = &case["expected"];
        let ranked = if case["sample_weight"].is_array() {
            RankedScores::weighted(&y_true, &score, &numbers(&case["sample_weight"])).unwrap()
        } else {
            close(roc_auc(&y_true, &score).unwrap(), &expected["roc_auc"], name);
            let precision = average_precision(&y_true, &score).unwrap();
            close(precision, &expected["average_precision"], name);
            RankedScores::new(&y_true, &score).unwrap()
        };
        close(ranked.roc_auc(), &expected["roc_auc"], name);
        close(ranked.average_precision(), &expected["average_precision"], name);
        let (roc, pr) = (ranked.roc_curve(), ranked.precision_recall_curve());
        let simple = roc.simplified();
        for (curve, field, values) in [
            ("roc_curve", "fpr", &roc.fpr),
            ("roc_curve", "tpr", &roc.tpr),
            ("roc_curve", "thresholds", &roc.thresholds),
            ("roc_curve_drop_collinear", "fpr", &simple.fpr),
            ("roc_curve_drop_collinear", "tpr", &simple.tpr),
            ("roc_curve_drop_collinear", "thresholds", &simple.thresholds),
            ("pr_curve", "precision", &pr.precision),
            ("pr_curve", "recall", &pr.recall),
            ("pr_curve", "thresholds", &pr.thresholds),
        ] {
            let expected = &expected[curve][field];
            assert_eq!(values.len(), expected.as_array().unwrap().len(), "{name}, {curve}");
            for (i, value) in values.iter().enumerate() {
                let infinite = *value == f64::INFINITY && expected[i] == "inf";
                if !infinite {
                    close(*value, &expected[i], &format!("{name}, {curve}.{field}[{i}]"));
                }
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
        let (name, expected) = (case["name"].as_str().unwrap(), &case["expected"]);
        close(log_loss(&y_true, &columns).unwrap(), &expected["log_loss"], name);
        for (key, pairing, average) in [
            ("roc_auc_ovr_macro", ClassPairing::OneVsRest, Average::Macro),
            ("roc_auc_ovr_weighted", ClassPairing::OneVsRest, Average::Weighted),
            ("roc_auc_ovo_macro", ClassPairing::OneVsOne, Average::Macro),
            ("roc_auc_ovo_weighted", ClassPairing::OneVsOne, Average::Weighted),
        ] {
            if !expected[key].is_null() {
                let area = roc_auc_multiclass(&y_true, &columns, pairing, average).unwrap();
                close(area, &expected[key], &format!("{name}, {key}"));
            }
        }
        for (k, expected) in expected["top_k_accuracy"].as_object().into_iter().flatten() {
            let share = top_k_accuracy(&y_true, &columns, k.parse().unwrap()).unwrap();
            close(share, expected, &format!("{name}, top {k}"));
        }
    }
}

#[test]
fn regression() {
    let cases = cases();
    let cases = cases.iter().filter(|case| case["kind"] == "regression");
    assert_eq!(cases.clone().count(), 12);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let expected = &case["expected"];
        if name == "two_outputs" {
            let output = |field: &str, i: usize| -> Vec<f64> {
                case[field].as_array().unwrap().iter().map(|row| number(&row[i])).collect()
            };
            let (t, p) = ([0, 1].map(|i| output("y_true", i)), [0, 1].map(|i| output("y_pred", i)));
            let (t, p) = (t.each_ref().map(Vec::as_slice), p.each_ref().map(Vec::as_slice));
            close(per_output(rmse, &t, &p).unwrap().mean, &expected["rmse"], name);
            close(per_output(r2, &t, &p).unwrap().mean, &expected["r2"], name);
            continue;
        }
        let (y_true, y_pred) = (numbers(&case["y_true"]), numbers(&case["y_pred"]));
        let given = case["sample_weight"].is_array();
        let weights = if given { numbers(&case["sample_weight"]) } else { vec![1.0; y_true.len()] };
        let mut moments = RegressionMoments::new();
        for ((&t, &p), &w) in y_true.iter().zip(&y_pred).zip(&weights) {
            moments.push_weighted(t, p, w).unwrap();
        }
        let median = weighted_median_absolute_error(&y_true, &y_pred, &weights).unwrap();
        for (field, value) in [
            ("mse", moments.mse().unwrap()),
            ("rmse", moments.rmse().unwrap()),
            ("mae", moments.mae().unwrap()),
            ("mape", moments.mape().unwrap()),
            ("max_error", moments.max_error().unwrap()),
            ("median_absolute_error", median),
            ("r2", moments.r2().unwrap()),
            ("explained_variance", moments.explained_variance().unwrap()),
        ] {
            close(value, &expected[field], &format!("{name}, {field}"));
        }
        if given {
            continue;
        }
        let report = RegressionReport::new(&y_true, &y_pred).unwrap();
        for (field, value) in [
            ("mse", report.mse),
            ("rmse", report.rmse),
            ("rmse", rmse(&y_true, &y_pred).unwrap()),
            ("mae", report.mae),
            ("mape", mape(&y_true, &y_pred).unwrap()),
            ("max_error", max_error(&y_true, &y_pred).unwrap()),
            ("median_absolute_error", median_absolute_error(&y_true, &y_pred).unwrap()),
            ("r2", report.r2),
            ("explained_variance", report.explained_variance),
        ] {
            close(value, &expected[field], &format!("{name}, {field}"));
        }
    }
}

/// Figures that `data/generate.py` wrote.
#[test]
fn uncertainty_thresholds_calibration() {
    let data: Value = serde_json::from_str(include_str!("data/scores.json")).unwrap();
    for (i, case) in data["cases"].as_array().unwrap().iter().enumerate() {
        let what = |field: &str| format!("case {i}, {field}");
        let y_true = labels(&case["y_true"]);
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let weights = numbers(&case["weight"]);
        let weighted = RankedScores::weighted(&y_true, &first, &weights).unwrap();
        close(weighted.roc_auc(), &case["weighted_auc"], &what("weighted AUC"));

        let expected = &case["delong"];
        for (k, scores) in [&first, &second].into_iter().enumerate() {
            let estimate = auc_estimate(&y_true, scores).unwrap();
            close(estimate.auc, &expected["auc"][k], &what("auc"));
            close(estimate.standard_error, &expected["se"][k], &what("se"));
        }
        let test = compare_aucs(&y_true, &first, &second).unwrap();
        close(test.standard_error, &expected["difference_se"], &what("difference's se"));
        close(test.z, &expected["z"], &what("z"));
        close(test.p_value, &expected["p"], &what("p"));

        let ranked = RankedScores::new(&y_true, &first).unwrap();
        let best = ranked.best_threshold(ThresholdRule::Youden).unwrap();
        close(best.threshold, &case["youden"]["threshold"], &what("threshold"));
        close(best.value, &case["youden"]["value"], &what("Youden's J"));

        for (key, bins) in [("uniform", Bins::Uniform(5)), ("quantile", Bins::Quantile(5))] {
            let curve = calibration_curve(&y_true, &first, bins).unwrap();
            let expected = &case["calibration"][key];
            assert_eq!(curve.bins.len(), expected["observed"].as_array().unwrap().len());
            for (k, bin) in curve.bins.iter().enumerate() {
                close(bin.observed, &expected["observed"][k], &what(key));
                close(bin.predicted, &expected["predicted"][k], &what(key));
            }
        }

        let (a, b) = (labels(&case["ordered"]["a"]), labels(&case["ordered"]["b"]));
        let matrix = ConfusionMatrix::from_labels(&a, &b, 5).unwrap();
        for (key, disagreement) in [
            ("nominal", Disagreement::Nominal),
            ("linear", Disagreement::Linear),
            ("quadratic", Disagreement::Quadratic),
        ] {
            close(matrix.cohen_kappa(disagreement), &case["kappa"][key], &what(key));
        }
    }
    let micro = &data["micro"];
    let rows: Vec<_> = micro["prob"].as_array().unwrap().iter().map(numbers).collect();
    let columns: [Vec<f64>; 3] = [0, 1, 2].map(|class| rows.iter().map(|row| row[class]).collect());
    let columns = columns.each_ref().map(Vec::as_slice);
    let y_true = labels(&micro["y_true"]);
    let area =
        roc_auc_multiclass(&y_true, &columns, ClassPairing::OneVsRest, Average::Micro).unwrap();
    close(area, &micro["auc"], "micro");
}
