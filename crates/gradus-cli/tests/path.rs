//! `gradus path`, as a user runs it.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use common::report::{assert_close, coefficients, numbers};

#[test]
fn the_path_has_a_certificate_for_each_point() {
    let desk = Desk::new();
    let path = ["path", "diabetes", "--target", "progression"];
    let report = desk.json(&[&path[..], &["--out", "w.csv", "--all"]].concat());
    assert_eq!(report["converged"], true);
    let points = report["path"]["points"].as_array().unwrap();
    assert_eq!(points.len(), 100);
    for point in points {
        assert!(point["certificate"]["relative_gap"].as_f64().unwrap() <= 1e-9, "{point}");
    }
    // max |x̃ⱼᵀỹ|/m over standardised columns, computed by Python from the same file.
    let largest = report["path"]["largest_lambda"].as_f64().unwrap();
    assert!((largest - 45.16003002046292).abs() < 1e-9, "{largest}");
    assert_eq!(report["order_of_entry"][0]["feature"], "bmi");
    let csv = String::from_utf8(desk.read("w.csv")).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0][..3].to_vec()), (101, vec!["lambda", "(intercept)", "age"]));
    let last: Vec<f64> = lines[100].iter().map(|x| x.parse().unwrap()).collect();
    assert_eq!(last[2..], numbers(&points[99]["coefficients"][0]));
    let text = desk.good(&path);
    for part in ["relative gap", "KKT violation", "order in which they come in", "bmi"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    // The values of the user's own choice, largest first; the same solution as a fit at one.
    let own = desk.json(&[&path[..], &["--lambdas", "1,10"]].concat());
    let own = &own["path"]["points"];
    assert_eq!((own[0]["lambda"].as_f64(), own[1]["lambda"].as_f64()), (Some(10.0), Some(1.0)));
    let fit = desk.json(&["fit", "lasso", "diabetes", "--target", "progression", "--lambda", "1"]);
    assert_close(&numbers(&own[1]["coefficients"][0]), &coefficients(&fit, 0)[1..], 1e-9);
}
