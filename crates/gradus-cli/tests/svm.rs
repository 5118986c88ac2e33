//! `gradus fit svm`, as a user runs it.
//!
//! Expected numbers: those of the library's tests, from scikit-learn 1.9.1 (`SVC`, `LinearSVC`) and
//! the equations of its support vectors.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use serde_json::Value;

/// Brownlee's stack loss data with the loss in levels.
fn stack_loss(level: impl Fn(u32) -> &'static str) -> String {
    let rows: [[u32; 4]; 21] = [
        [80, 27, 89, 42],
        [80, 27, 88, 37],
        [75, 25, 90, 37],
        [62, 24, 87, 28],
        [62, 22, 87, 18],
        [62, 23, 87, 18],
        [62, 24, 93, 19],
        [62, 24, 93, 20],
        [58, 23, 87, 15],
        [58, 18, 80, 14],
        [58, 18, 89, 14],
        [58, 17, 88, 13],
        [58, 18, 82, 11],
        [58, 19, 93, 12],
        [50, 18, 89, 8],
        [50, 18, 86, 7],
        [50, 19, 72, 8],
        [50, 19, 79, 8],
        [50, 20, 80, 9],
        [56, 20, 82, 15],
        [70, 20, 91, 15],
    ];
    let row =
        |[air, water, acid, loss]: &[u32; 4]| format!("{air},{water},{acid},{}\n", level(*loss));
    "air,water,acid,loss\n".to_owned() + &rows.iter().map(row).collect::<String>()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("stack.csv", &stack_loss(|loss| if loss > 14 { "high" } else { "low" }));
    let level = |loss| {
        if loss < 10 {
            "a"
        } else if loss < 18 {
            "b"
        } else {
            "c"
        }
    };
    desk.write("levels.csv", &stack_loss(level));
    desk
}

fn close(value: &Value, expected: f64, tolerance: f64) {
    let found = value.as_f64().unwrap();
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
}

#[test]
fn a_machine_is_that_of_scikit_learn_and_is_saved_with_its_predictions() {
    let desk = desk();
    let report =
        desk.json(&["fit", "svm", "stack.csv", "--target", "loss", "--c", "1", "--event", "high"]);
    let machine = &report["machines"][0];
    let [w1, w2, w3] = [0.9238471270594957_f64, 1.251046311783741, -0.02917245953989826];
    close(&machine["margin"], 1.0 / (w1 * w1 + w2 * w2 + w3 * w3).sqrt(), 1e-6);
    assert_eq!(machine["support"], serde_json::json!([8, 9, 12, 13, 19, 20]));
    assert_eq!(machine["certificate"]["converged"], true);
    assert_eq!(report["classes"], serde_json::json!(["low", "high"]));

    let predicted = desk.json(&["predict", "stack-svm.gradus", "stack.csv"]);
    // A free support vector lies on the edge of the street.
    close(&predicted["predictions"][8]["margin"], 1.0, 1e-6);
    close(&predicted["predictions"][12]["margin"], -1.0, 1e-6);
    assert_eq!(predicted["predictions"][0]["prediction"], "high");
    let scores = desk.json(&["evaluate", "stack-svm.gradus", "stack.csv"]);
    // Those of scikit-learn err in row 19 alone.
    close(&scores["scores"]["accuracy"], 20.0 / 21.0, 1e-12);
    assert!(!desk.read("stack-svm.gradus").is_empty());
    assert!(scores["scores"]["roc_auc"].as_f64().unwrap() > 0.9);
    let text = desk.good(&["fit", "svm", "stack.csv", "--target", "loss"]);
    assert!(text.contains("low against high") && text.contains("6 support vectors"), "{text}");
    assert!(desk.good(&["info", "stack-svm.gradus"]).contains("hyperplane"));
}

#[test]
fn each_of_several_classes_has_its_machine() {
    let desk = desk();
    let args = ["--loss", "squared-hinge", "--penalise-intercept", "--c", "1"];
    let fit = ["fit", "svm", "levels.csv", "--target", "loss"];
    let report = desk.json(&[&fit[..], &args].concat());
    assert_eq!(report["machines"].as_array().unwrap().len(), 3);
    assert_eq!(report["classes"], serde_json::json!(["a", "b", "c"]));
    assert_eq!(report["loss"], "squared_hinge");

    let predicted = desk.json(&["predict", "levels-svm.gradus", "levels.csv"]);
    let first = &predicted["predictions"][0];
    assert_eq!(first["prediction"], "c");
    let margins = first["margins"].as_object().unwrap();
    assert!(margins["c"].as_f64() > margins["a"].as_f64());
    let csv = desk.good(&["predict", "levels-svm.gradus", "levels.csv"]);
    assert!(csv.starts_with("prediction,margin_a,margin_b,margin_c\n"), "{csv}");
    let scores = desk.json(&["evaluate", "levels-svm.gradus", "levels.csv"]);
    assert!(scores["scores"].get("roc_auc").is_none());
    assert!(scores["scores"]["accuracy"].as_f64().unwrap() > 0.8);
    assert!(desk.good(&["info", "levels-svm.gradus"]).contains("3 classes"));
    desk.good(&["evaluate", "levels-svm.gradus", "levels.csv"]);
}

#[test]
fn what_no_machine_can_tell_apart_is_refused() {
    let desk = desk();
    desk.bad(&["fit", "svm", "stack.csv", "--target", "loss", "--lambda", "0"], &["above 0"]);
    desk.bad(&["fit", "svm", "stack.csv", "--target", "loss", "--event", "odd"], &["odd"]);
    let args = ["fit", "svm", "stack.csv", "--target", "loss", "--max-iter", "1"];
    desk.bad(&[&args[..], &["--tolerance", "1e-14"]].concat(), &["relative gap"]);
    desk.write("one.csv", "x,y\n1,a\n2,a\n3,a\n");
    desk.bad(&["fit", "svm", "one.csv", "--target", "y"], &["class"]);
}

/// scikit-learn 1.9.1: `SVC(kernel="linear")` on 20 standardised rows, for each of 21; C there is 21/20
/// of that here, where λ is held.
#[test]
fn c_is_chosen_by_rows_that_were_left_out() {
    let desk = desk();
    let fit = ["fit", "svm", "stack.csv", "--target", "loss", "--cv", "21"];
    let report = desk.json(&[&fit[..], &["--cs", "0.01,0.1,1,10"]].concat());
    let cv = &report["cross_validation"];
    assert_eq!(cv["measure"], "misclassification");
    let expected = [11.0, 1.0, 1.0, 2.0];
    for (k, wrong) in expected.into_iter().enumerate() {
        close(&cv["mean"][k], wrong / 21.0, 1e-12);
    }
    // Of equal ones the smaller C, with the wider margin.
    assert_eq!((cv["minimum"].as_u64(), cv["one_standard_error"].as_u64()), (Some(1), Some(1)));
    close(&report["c"], 0.1, 1e-12);
    close(&report["lambda"], 1.0 / (0.1 * 21.0), 1e-12);
    let other = desk.json(&[&fit[..], &["--cs", "10,1", "--seed", "9", "--one-se"]].concat());
    // √((20/21·1/21)/20), the standard error of one in 21, is 1/21: two in 21 are within it.
    assert_eq!(other["cross_validation"]["minimum"], 0);
    let text = desk.good(&["fit", "svm", "levels.csv", "--target", "loss", "--cv", "4"]);
    for part in ["4-fold cross-validation (seed 0)", "least: misclassification", "C = "] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    assert!(desk.good(&["info", "levels-svm.gradus"]).contains("4-fold cross-validation"));
    desk.bad(&[&fit[..], &["--c", "1"]].concat(), &["--cv", "--c"]);
    desk.bad(&["fit", "svm", "stack.csv", "--target", "loss", "--one-se"], &["--cv"]);
    desk.bad(&[&fit[..6], &["22"]].concat(), &["22", "21"]);
    desk.bad(&[&fit[..], &["--missing", "impute"]].concat(), &["held out", "--missing drop"]);
}
