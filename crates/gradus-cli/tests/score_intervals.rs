//! Intervals of scores by `gradus evaluate`, as a user sees them.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use serde_json::Value;

fn of<'r>(report: &'r Value, score: &str) -> &'r Value {
    let scores = report["intervals"]["scores"].as_array().unwrap();
    scores.iter().find(|row| row["score"] == score).unwrap()
}

/// Of a mean the bootstrap's standard error is known: the standard deviation of the rows over √m.
#[test]
fn the_spread_of_means_is_the_known_one() {
    let desk = Desk::new();
    desk.good(&["fit", "ols", "diabetes", "--target", "progression", "--out", "d.gradus"]);
    let evaluate = ["evaluate", "d.gradus", "diabetes", "--rounds", "20000"];
    let report = desk.json(&evaluate);
    let predicted = desk.json(&["predict", "d.gradus", "diabetes"]);
    let predictions = predicted["predictions"].as_array().unwrap();
    let truth = include_str!("../../gradus-data/data/diabetes.csv").lines().skip(1);
    let errors: Vec<f64> = truth
        .zip(predictions)
        .map(|(line, row)| {
            let y: f64 = line.rsplit(',').next().unwrap().parse().unwrap();
            (y - row["prediction"].as_f64().unwrap()).abs()
        })
        .collect();
    let m = errors.len() as f64;
    let mean = errors.iter().sum::<f64>() / m;
    let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / m;
    let mae = of(&report, "MAE");
    assert!((mae["value"].as_f64().unwrap() - mean).abs() < 1e-9);
    let ratio = mae["standard_error"].as_f64().unwrap() / (variance / m).sqrt();
    // 20,000 rounds leave half a per cent of chance.
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
    let [low, high] = [0, 1].map(|end| mae["interval"][end].as_f64().unwrap());
    let width = (high - low) / (2.0 * 1.96 * (variance / m).sqrt());
    assert!((width - 1.0).abs() < 0.05, "{width}");
    assert!(
        desk.good(&evaluate).contains("intervals from 20000 bootstrap samples of the 442 rows")
    );
}

#[test]
fn threads_change_nothing_and_0_rounds_are_none() {
    let desk = Desk::new();
    let fit = ["fit", "logistic", "breast_cancer", "--target", "diagnosis"];
    desk.good(&[&fit[..], &["--features", "mean_radius", "--out", "b.gradus"]].concat());
    let evaluate = ["evaluate", "b.gradus", "breast_cancer"];
    let on = |threads| desk.json(&[&evaluate[..], &["--threads", threads]].concat());
    assert_eq!(on("1"), on("2"));
    assert_ne!(
        on("1")["intervals"],
        desk.json(&[&evaluate[..], &["--seed", "1"]].concat())["intervals"]
    );
    let none = [&evaluate[..], &["--rounds", "0"]].concat();
    assert!(desk.json(&none)["intervals"].is_null());
    assert!(!desk.good(&none).contains("bootstrap"));
    // A share of m rows has the variance p(1 − p)/m.
    let report = desk.json(&[&evaluate[..], &["--rounds", "20000"]].concat());
    let accuracy = of(&report, "accuracy");
    let p = accuracy["value"].as_f64().unwrap();
    let ratio = accuracy["standard_error"].as_f64().unwrap() / (p * (1.0 - p) / 569.0).sqrt();
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
}

#[test]
fn what_does_not_vary_has_no_interval() {
    let desk = Desk::new();
    let rows: String =
        (0..30).map(|i| format!("{i},{}\n", if i < 15 { "no" } else { "yes" })).collect();
    desk.write("apart.csv", &format!("a,y\n{rows}"));
    desk.good(&["fit", "svm", "apart.csv", "--target", "y", "--out", "s.gradus"]);
    let report = desk.json(&["evaluate", "s.gradus", "apart.csv"]);
    let accuracy = of(&report, "accuracy");
    assert_eq!(accuracy["value"], 1.0);
    assert!(accuracy["interval"].is_null() && accuracy["standard_error"].is_null());
    // Where a sample has a single class there is no area.
    desk.write("few.csv", "a,y\n1,no\n29,yes\n28,yes\n27,yes\n16,no\n");
    let few = desk.json(&["evaluate", "s.gradus", "few.csv"]);
    let defined = of(&few, "ROC AUC")["defined"].as_u64().unwrap();
    // (3/5)⁵ + (2/5)⁵ of the samples.
    assert!((defined as f64 / 1000.0 - (1.0 - 0.08800)).abs() < 0.04, "{defined}");
    let text = desk.good(&["evaluate", "s.gradus", "few.csv"]);
    assert!(text.contains("defined in fewer samples: ") && text.contains("ROC AUC in "), "{text}");
}
