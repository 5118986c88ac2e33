//! `gradus fit poisson`, as a user runs it.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
}

/// Coronary deaths of British doctors; the source and the expected values are in the library's test.
#[test]
fn poisson_regression_gives_rate_ratios() {
    let desk = Desk::new();
    let years = [52407, 43248, 28612, 12663, 5317, 18790, 10673, 5710, 2585, 1462];
    let deaths = [32, 104, 206, 186, 102, 2, 12, 28, 28, 31];
    let mut text = "smokes,age,years,deaths\n".to_owned();
    for row in 0..10 {
        let (smokes, age) = (usize::from(row < 5), ["35", "45", "55", "65", "75"][row % 5]);
        text.push_str(&format!("{smokes},{age}+,{},{}\n", years[row], deaths[row]));
    }
    desk.write("doctors.csv", &text);
    let fit = ["fit", "poisson", "doctors.csv", "--target", "deaths", "--exposure", "years"];
    let report = desk.json(&fit);
    let expected = [
        ("(intercept)", -7.919325711859459, 0.19176181876513454),
        ("smokes", 0.3545356372531928, 0.10737411818867214),
        ("age=45+", 1.484007006347052, 0.19510337263715125),
    ];
    for (row, (term, estimate, error)) in
        report["coefficients"].as_array().unwrap().iter().zip(expected)
    {
        assert_eq!(row["term"].as_str(), Some(term));
        assert_close(row["estimate"].as_f64().unwrap(), estimate, 1e-10);
        assert_close(row["standard_error"].as_f64().unwrap(), error, 1e-10);
        assert_close(row["rate_ratio"].as_f64().unwrap(), estimate.exp(), 1e-10);
    }
    let figure = |name: &str| report["figures"][name].as_f64().unwrap();
    assert_close(figure("deviance"), 12.132366396287939, 1e-10);
    assert_close(figure("dispersion_p"), 0.024872648413483824, 1e-9);
    let text = desk.good(&fit);
    for part in ["rate ratio", "1.4255", "deaths per years", "dispersion 2.78883"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    // The expected deaths of the file's rows sum to the deaths.
    let predicted = desk.json(&["predict", "doctors-poisson.gradus", "doctors.csv"]);
    let rows = predicted["predictions"].as_array().unwrap();
    let sum: f64 = rows.iter().map(|row| row["prediction"].as_f64().unwrap()).sum();
    assert_close(sum, 731.0, 1e-10);
    let quasi = [&fit[..], &["--quasi"]].concat();
    assert!(desk.good(&quasi).contains("1.4255"));
    let info = desk.json(&["info", "doctors-poisson.gradus"]);
    let error = info["predictors"][0]["coefficients"][1]["standard_error"].as_f64().unwrap();
    assert_close(error, 0.10737411818867214 * (11.155333197479935_f64 / 4.0).sqrt(), 1e-10);

    let free = ["fit", "poisson", "diabetes", "--target", "bmi"];
    desk.bad(&free, &["count", "--target"]);
    desk.bad(&[&fit[..], &["--offset", "years"]].concat(), &["--exposure", "--offset"]);
    desk.write("zero.csv", "x,t,y\n1,0,2\n2,3,1\n3,2,4\n");
    let zero = ["fit", "poisson", "zero.csv", "--target", "y", "--exposure", "t"];
    desk.bad(&zero, &["\"t\"", "0"]);
}
