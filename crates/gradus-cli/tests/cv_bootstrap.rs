//! `gradus cv --bootstrap 632`: rare classes, many rows, and what is told of the draws.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

const BOOTSTRAP: [&str; 7] = ["--target", "y", "--bootstrap", "632", "--seed", "7", "--model"];

/// 60 rows, the first `rare` of them of class `yes`.
fn rare(desk: &Desk, rare: u32) {
    let rows: String = (0..60)
        .map(|row| {
            let (class, shift) = if row < rare { ("yes", 9) } else { ("no", 0) };
            format!("{},{class}\n", row * 7919 % 61 + shift)
        })
        .collect();
    desk.write("rare.csv", &format!("x,y\n{rows}"));
}

/// Of three rows none is in a plain sample with probability (57/60)⁶⁰ = 0.046.
#[test]
fn samples_hold_every_class() {
    let desk = Desk::new();
    rare(&desk, 3);
    let ridge = [&["cv", "rare.csv"], &BOOTSTRAP[..], &["ridge", "--lambda", "0.1"]].concat();
    let report = desk.json(&ridge);
    assert_eq!(report["classes"], serde_json::json!(["no", "yes"]));
    assert_eq!(report["seed"], 7);
    assert_eq!(report["stratified"], true);
    assert_eq!(report["how"], "200 samples with replacement within each class, seed 7");
    assert_eq!((&report["never_left_out"], &report["notes"]), (&0.into(), &serde_json::json!([])));
    assert!(desk.good(&ridge).contains("200 samples with replacement within each class, seed 7; "));
    // Of 60 rows wrong with the rate p the standard error is near √(p(1 − p)/60).
    let rate = report["errors"]["out_of_bag"].as_f64().unwrap();
    let error = report["out_of_bag_standard_error"].as_f64().unwrap();
    let binomial = (rate * (1.0 - rate) / 60.0).sqrt();
    assert!(error > 0.0 && error < 2.0 * binomial, "{error} {binomial}");
    assert!(desk.good(&ridge).contains("standard error of the error rate out of bag: "));
    let plain = [&ridge[..], &["--no-stratify"]].concat();
    desk.bad(&plain, &["rare.csv: the fit of round ", "leave --no-stratify out"]);
    let few = desk.json(&[&plain[..], &["--rounds", "2"]].concat());
    assert_eq!(few["how"], "2 samples with replacement, seed 7");
    assert_eq!(few["stratified"], false);
}

#[test]
fn the_only_row_of_a_class_is_told_of() {
    let desk = Desk::new();
    rare(&desk, 1);
    let ridge = [&["cv", "rare.csv"], &BOOTSTRAP[..], &["ridge", "--lambda", "0.1"]].concat();
    let report = desk.json(&ridge);
    assert_eq!(report["never_left_out"], 1);
    let notes = report["notes"].as_array().unwrap();
    assert!(
        notes.iter().any(|note| note.as_str().unwrap().starts_with("1 row is alone")),
        "{report}"
    );
}

/// On a line each value is predicted, and γ = 2 var y = 2 for as many zeros as twos.
#[test]
fn many_rows_have_the_improved_estimate_too() {
    let desk = Desk::new();
    let rows: String = (0..20_002).map(|row| format!("{},{}\n", row % 2, row % 2 * 2)).collect();
    desk.write("line.csv", &format!("x,y\n{rows}"));
    let ols = [&["cv", "line.csv"], &BOOTSTRAP[..], &["ols", "--rounds", "3"]].concat();
    let report = desk.json(&ols);
    let error = |name: &str| report["errors"][name].as_f64().unwrap();
    assert!((error("no_information") - 2.0).abs() < 1e-9, "{report}");
    assert!(error("err_632_plus").abs() < 1e-9, "{report}");
    assert_eq!(report["classes"], serde_json::Value::Null);
    assert_eq!(report["how"], "3 samples with replacement, seed 7");
}
