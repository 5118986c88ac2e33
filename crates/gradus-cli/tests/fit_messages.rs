//! What fits say of data that they cannot use: the line, the reason, and what to do.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

#[test]
fn a_level_that_occurs_once_has_no_leverage_corrected_errors() {
    let desk = Desk::new();
    let mut text = "x,level,y\n".to_owned();
    for i in 0..12 {
        let level = if i == 5 { "rare" } else { ["a", "b"][i % 2] };
        text.push_str(&format!("{},{level},{}\n", (i * i) % 7, (i * 5) % 11));
    }
    desk.write("once.csv", &text);
    let fit = ["fit", "ols", "once.csv", "--target", "y", "--robust"];
    for kind in ["hc2", "hc3"] {
        desk.bad(&[&fit[..], &[kind]].concat(), &["once.csv: line 7:", "leverage is 1", "hc1"]);
    }
    assert!(desk.good(&[&fit[..], &["hc1"]].concat()).contains("standard errors HC1"));
}

#[test]
fn a_value_that_is_no_count_is_named_by_its_line() {
    let desk = Desk::new();
    desk.write("counts.csv", "x,c\n1,2\n,3\n4,2.5\n5,1\n6,0\n");
    let fit = ["fit", "poisson", "counts.csv", "--target", "c", "--missing", "drop"];
    desk.bad(&fit, &["counts.csv: line 4:", "\"c\" is 2.5", "--exposure"]);
}

#[test]
fn a_choice_of_ridge_without_folds_takes_what_it_uses() {
    let desk = Desk::new();
    desk.write("one.csv", "x,y\n1,2\n");
    let one = ["fit", "ridge", "one.csv", "--target", "y", "--choose", "loo"];
    desk.bad(&one, &["leave-one-out", "--lambda"]);
    for option in
        [&["--one-se"][..], &["--seed", "5"], &["--max-iter", "3"], &["--tolerance", "0.1"]]
    {
        let ridge = ["fit", "ridge", "diabetes", "--target", "progression", "--choose", "loo"];
        desk.bad(&[&ridge[..], option].concat(), &["--choose", option[0]]);
    }
}

#[test]
fn an_outcome_without_an_error_is_said_to_be_one() {
    let desk = Desk::new();
    let rows = |y: fn(i32) -> i32| {
        let rows = (0..20).map(|i| format!("{},{}\n", (i * i) % 7, y((i * i) % 7)));
        format!("x,y\n{}", rows.collect::<String>())
    };
    desk.write("exact.csv", &rows(|x| 3 * x + 1));
    desk.write("same.csv", &rows(|_| 7));
    let fit = |file| desk.good(&["fit", "ols", file, "--target", "y"]);
    assert!(fit("exact.csv").contains("every row is fitted exactly"));
    let same = fit("same.csv");
    assert!(
        same.contains("the outcome is the same in every row") && !same.contains("-inf"),
        "{same}"
    );
}

#[test]
fn what_a_model_keeps_of_firths_correction_and_of_probabilities() {
    let desk = Desk::new();
    let mut text = "a,y\n".to_owned();
    for i in 0..30 {
        text.push_str(&format!("{i},{}\n", if i < 15 { "no" } else { "yes" }));
    }
    desk.write("apart.csv", &text);
    let fit = ["fit", "logistic", "apart.csv", "--target", "y", "--firth", "--out", "f.gradus"];
    let p = desk.json(&fit)["coefficients"][1]["p_value"].as_f64().unwrap();
    assert!(p < 1e-6);
    // Wald's p would be thousands of times as large.
    let kept = desk.json(&["info", "f.gradus"]);
    assert!(kept["predictors"][0]["coefficients"][1]["p_value"].is_null());
    assert!(kept["predictors"][0]["coefficients"][1]["standard_error"].is_number());
    assert!(desk.good(&["info", "f.gradus"]).contains("need the data"));

    // As many digits as the model gives, in either form.
    let rows = desk.json(&["predict", "f.gradus", "apart.csv"]);
    let lines = desk.good(&["predict", "f.gradus", "apart.csv"]);
    for (line, row) in lines.lines().skip(1).zip(rows["predictions"].as_array().unwrap()) {
        let fields: Vec<&str> = line.split(',').collect();
        let both = [("no", fields[1]), ("yes", fields[2])];
        for (label, field) in both {
            assert_eq!(
                field.parse::<f64>().unwrap(),
                row["probabilities"][label].as_f64().unwrap()
            );
        }
    }

    desk.write("gap.csv", "a,b\n1,2\n,3\n");
    desk.bad(
        &["predict", "f.gradus", "gap.csv"],
        &["1 in \"a\"", "train the model with --missing"],
    );
}
