//! `gradus fit lasso`, `ridge`, `elastic-net`, as a user runs them.
//!
//! Expected numbers: scikit-learn 1.9.1 (`Ridge`, `Lasso`, `ElasticNet`, `LogisticRegression`), each
//! solved to rounding on its active set.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use common::report::{assert_close, coefficients};
use serde_json::Value;

/// The probabilities that a model gives the first rows.
fn probabilities(desk: &Desk, model: &str, data: &str, rows: usize) -> Vec<Vec<f64>> {
    let report = desk.json(&["predict", model, data]);
    let one = |row: &Value| {
        let probabilities = row["probabilities"].as_object().unwrap();
        probabilities.values().map(|p| p.as_f64().unwrap()).collect()
    };
    report["predictions"].as_array().unwrap()[..rows].iter().map(one).collect()
}

#[test]
fn ridge_on_unscaled_features_is_that_of_scikit_learn() {
    let desk = Desk::new();
    let fit = ["fit", "ridge", "diabetes", "--target", "progression", "--lambda", "0.5"];
    let report = desk.json(&[&fit[..], &["--no-scaling"]].concat());
    let expected = [
        -118.14433369129264,
        -0.041795282535430175,
        -6.478753278561625,
        6.090370931950997,
        1.0584894953655721,
        1.1469589262743651,
        -1.282259666797811,
        -2.01892072934395,
        0.9110929820951976,
        3.677174711964846,
        0.3487553296418761,
    ];
    assert_close(&coefficients(&report, 0), &expected, 1e-9);
    let objective = report["certificate"]["objective"].as_f64().unwrap();
    assert!((objective - 1539.4297863914492).abs() < 1e-8, "{objective}");
    assert_eq!(report["standardized"], false);
    assert_eq!(desk.json(&["info", "diabetes-ridge.gradus"])["record"]["lambda"], 0.5);
}

#[test]
fn objectives_on_standardised_features_are_those_of_scikit_learn() {
    let desk = Desk::new();
    let fit = |model: &'static str, extra: &[&str]| {
        let args = ["fit", model, "diabetes", "--target", "progression", "--lambda", "1"];
        desk.json(&[&args[..], extra].concat())
    };
    let lasso = fit("lasso", &[]);
    assert_eq!(lasso["nonzero"], 7);
    let objective = |report: &Value| report["certificate"]["objective"].as_f64().unwrap();
    assert!((objective(&lasso) - 1533.7687169625895).abs() < 1e-8);
    let net = fit("elastic-net", &["--l1-ratio", "0.5"]);
    assert!((objective(&net) - 1779.3562055394705).abs() < 1e-8);
    // What a lasso leaves out is exactly 0.
    assert_eq!(coefficients(&lasso, 0).iter().filter(|&&w| w == 0.0).count(), 3);
    let text = desk.good(&["fit", "lasso", "diabetes", "--target", "progression", "--lambda", "1"]);
    for part in
        ["442 rows, 10 features", "certificate", "7 of 10 coefficients", "no standard errors"]
    {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
}

#[test]
fn a_penalised_logistic_model_predicts_as_scikit_learn() {
    let desk = Desk::new();
    let features = "mean_radius,mean_texture,mean_smoothness,mean_concavity,mean_symmetry";
    let fit = [
        "fit",
        "ridge",
        "breast_cancer",
        "--target",
        "diagnosis",
        "--features",
        features,
        "--tolerance",
        "1e-14",
    ];
    let report = desk.json(&[&fit[..], &["--lambda", "0.017574692442882248"]].concat());
    assert_eq!((report["family"].as_str(), report["rows"].as_u64()), (Some("binomial"), Some(569)));
    let model = "breast_cancer-ridge.gradus";
    let malignant: Vec<f64> =
        probabilities(&desk, model, "breast_cancer", 5).iter().map(|p| p[1]).collect();
    let expected = [
        0.9803157718967155,
        0.8872214826567425,
        0.9926338724938181,
        0.9331297961651084,
        0.9638655950370468,
    ];
    assert_close(&malignant, &expected, 1e-9);
    // The other class as the event: the same model with all signs turned.
    let other =
        desk.json(&[&fit[..], &["--lambda", "0.017574692442882248", "--event", "benign"]].concat());
    let turned: Vec<f64> = coefficients(&other, 0).iter().map(|w| -w).collect();
    assert_close(&coefficients(&report, 0), &turned, 1e-6);
    assert_eq!(other["classes"], serde_json::json!(["malignant", "benign"]));
    let scores = desk.json(&["evaluate", model, "breast_cancer"]);
    assert!(scores["scores"]["roc_auc"].as_f64().unwrap() > 0.97);
    assert!(scores["notes"][0].as_str().unwrap().contains("fitted to these very rows"));
}

#[test]
fn a_multinomial_model_predicts_as_scikit_learn() {
    let desk = Desk::new();
    // C = 0.1 of 150 rows.
    let lambda = (1.0_f64 / 15.0).to_string();
    let fit = [
        "fit",
        "ridge",
        "iris",
        "--target",
        "species",
        "--lambda",
        &lambda,
        "--tolerance",
        "1e-14",
    ];
    let report = desk.json(&fit);
    assert_eq!(
        (report["family"].as_str(), &report["predictors"][2]["class"]),
        (Some("multinomial"), &"virginica".into())
    );
    let p = probabilities(&desk, "iris-ridge.gradus", "iris", 1);
    let expected = [0.9203700081905783, 0.07734285738309886, 0.0022871344263227975];
    assert_close(&p[0], &expected, 1e-9);
    let info = desk.good(&["info", "iris-ridge.gradus"]);
    assert!(info.contains("for species = versicolor:"), "{info}");
}

/// Every number comes back from the report as it is in the model.
#[test]
fn json_and_the_file_keep_every_digit() {
    let desk = Desk::new();
    let fit = ["fit", "lasso", "wine", "--target", "alcohol", "--lambda", "0.01"];
    let report = desk.json(&fit);
    let info = desk.json(&["info", "wine-lasso.gradus"]);
    let saved = info["predictors"][0]["coefficients"].as_array().unwrap();
    let saved: Vec<f64> = saved.iter().map(|c| c["estimate"].as_f64().unwrap()).collect();
    assert_eq!(coefficients(&report, 0), saved);
    assert_eq!(info["record"]["lambda"], 0.01);
    // The text of the prediction is that of the same number.
    let text = desk.good(&["predict", "wine-lasso.gradus", "wine"]);
    let json = desk.json(&["predict", "wine-lasso.gradus", "wine"]);
    let first: f64 = text.lines().nth(1).unwrap().parse().unwrap();
    assert_eq!(json["predictions"][0]["prediction"].as_f64(), Some(first));
}

/// Levels, weights, an offset and missing rows: as the same numbers given by hand.
#[test]
fn columns_have_their_roles() {
    let desk = Desk::new();
    let (mut coded, mut by_hand) = ("x,kind,w,o,y\n".to_owned(), "x,b,c,y\n".to_owned());
    for i in 0..40 {
        let (x, kind, w) = (f64::from(i * 13 % 7), i % 3, 1 + i % 2);
        let (o, noise) = (f64::from(i % 5), f64::from(i * 29 % 11) / 10.0);
        let y = 2.0 + 0.5 * x + f64::from(kind) + noise;
        coded.push_str(&format!("{x},{},{w},{o},{}\n", ["a", "b", "c"][kind as usize], y + o));
        for _ in 0..w {
            by_hand.push_str(&format!(
                "{x},{},{},{y}\n",
                i32::from(kind == 1),
                i32::from(kind == 2)
            ));
        }
    }
    desk.write("coded.csv", &coded);
    desk.write("by_hand.csv", &by_hand);
    desk.write("holes.csv", &format!("{coded}1,a,1,,3\n,b,1,0,3\n2,a,,0,3\n"));
    let fit = |file: &str, extra: &[&str]| {
        let args = ["fit", "ridge", file, "--target", "y", "--lambda", "0.1", "--out", "m.gradus"];
        desk.json(&[&args[..], extra].concat())
    };
    let roles = ["--weights", "w", "--offset", "o", "--reference", "kind=a"];
    let coded = fit("coded.csv", &roles);
    let expected = coefficients(&fit("by_hand.csv", &[]), 0);
    assert_close(&coefficients(&coded, 0), &expected, 1e-9);
    assert!(coded["notes"][0].as_str().unwrap().contains("kind=a"), "{coded}");
    let holes = fit("holes.csv", &[&roles[..], &["--missing", "drop"]].concat());
    assert_eq!((holes["rows"].as_u64(), holes["dropped"].as_u64()), (Some(40), Some(3)));
    assert_close(&coefficients(&holes, 0), &expected, 1e-9);
    // The offset is part of the prediction, and its column of the data.
    desk.write("new.csv", "o,x,kind\n100,0,a\n0,0,a\n");
    let predicted = desk.good(&["predict", "m.gradus", "new.csv"]);
    let values: Vec<f64> = predicted.lines().skip(1).map(|y| y.parse().unwrap()).collect();
    assert!((values[0] - values[1] - 100.0).abs() < 1e-9, "{values:?}");
    assert!((values[1] - expected[0]).abs() < 1e-9, "{values:?}");
    desk.bad(&["predict", "m.gradus", "by_hand.csv"], &["by_hand.csv", "\"kind\""]);
    desk.write("unseen.csv", "o,x,kind\n0,0,z\n");
    desk.bad(&["predict", "m.gradus", "unseen.csv"], &["line 2", "\"z\"", "\"a\", \"b\", \"c\""]);
    let no_intercept = fit("by_hand.csv", &["--no-intercept"]);
    assert_eq!(coefficients(&no_intercept, 0).len(), 3);
}

/// Balanced classes are those of equal sums of weights: as rows repeated.
#[test]
fn classes_count_as_much_as_they_are_to() {
    let desk = Desk::new();
    let body = |times: i32| -> String {
        let row = |i: i32| format!("{},{}\n", i * 7 % 10, if i % 4 == 0 { "ill" } else { "well" });
        (0..40).flat_map(|i| vec![row(i); if i % 4 == 0 { times as usize } else { 1 }]).collect()
    };
    desk.write("once.csv", &format!("x,y\n{}", body(1)));
    desk.write("thrice.csv", &format!("x,y\n{}", body(3)));
    let fit = |file: &str, extra: &[&str]| {
        let args =
            ["fit", "ridge", file, "--target", "y", "--lambda", "0.1", "--tolerance", "1e-14"];
        coefficients(&desk.json(&[&args[..], extra].concat()), 0)
    };
    // 10 ill and 30 well: three times as many ill are as many.
    let expected = fit("thrice.csv", &[]);
    assert_close(&fit("once.csv", &["--class-weights", "balanced"]), &expected, 1e-8);
    assert_close(&fit("once.csv", &["--class-weights", "ill=3"]), &expected, 1e-8);
    assert!((fit("once.csv", &[])[0] - expected[0]).abs() > 0.1);
    let wrong = ["fit", "ridge", "once.csv", "--target", "y", "--lambda", "1", "--class-weights"];
    desk.bad(&[&wrong[..], &["sick=2"]].concat(), &["\"sick\"", "ill, well"]);
    let values = ["fit", "ridge", "iris", "--target", "petal_width", "--lambda", "1"];
    desk.bad(&[&values[..], &["--class-weights", "balanced"]].concat(), &["no classes"]);
}
