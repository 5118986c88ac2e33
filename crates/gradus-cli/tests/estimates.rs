//! `gradus cv` and `gradus tune`, as a user runs them.
//!
//! Expected numbers: scikit-learn 1.9.1 with `LeaveOneOut`, whose folds depend on no seed, and
//! `StandardScaler` within a pipeline.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn score<'v>(report: &'v Value, measure: &str) -> &'v Value {
    let scores = report["scores"].as_array().unwrap();
    scores.iter().find(|score| score["measure"] == measure).unwrap()
}

fn assert_close(found: &Value, expected: f64, tolerance: f64) {
    let found = number(found);
    assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
}

#[test]
fn least_squares_with_each_row_left_out_agrees_with_scikit_learn() {
    let desk = Desk::new();
    let cv = ["cv", "diabetes", "--target", "progression", "--model", "ols", "--leave-one-out"];
    let report = desk.json(&cv);
    assert_eq!(report["folds"].as_array().unwrap().len(), 442);
    assert_close(&score(&report, "rmse")["pooled"], 54.78825464458081, 1e-9);
    assert_close(&score(&report, "mae")["mean"], 44.35572304615809, 1e-9);
    assert_close(&score(&report, "r2")["pooled"], 0.49379239240150874, 1e-9);
    // One row has no R².
    assert_eq!(score(&report, "r2")["mean"], Value::Null);
    assert_close(&report["held_out"]["rmse"], 54.78825464458081, 1e-9);
    // The mean of the roots of 442 squares is their MAE, and no RMSE.
    assert_eq!(score(&report, "rmse")["mean"], Value::Null);
    assert_eq!(report["folds"][0]["scores"][0], Value::Null);
    let text = desk.good(&cv);
    let rmse = text.lines().find(|line| line.starts_with("RMSE")).unwrap();
    assert!(rmse.ends_with(" 54.788") && !rmse.contains("44.356"), "{text}");
    assert!(text.contains("without a standard error or an interval: RMSE, R²\n"), "{text}");
    // As many folds as rows are the same.
    let folds = ["cv", "diabetes", "--target", "progression", "--model", "ols", "--folds", "442"];
    assert_close(&score(&desk.json(&folds), "rmse")["pooled"], 54.78825464458081, 1e-9);
}

#[test]
fn candidates_of_which_each_row_is_left_out_are_ranked_by_pooled_scores() {
    let desk = Desk::new();
    let tune = ["tune", "diabetes", "--target", "progression", "--model", "ridge"];
    let tune = [&tune[..], &["--leave-one-out", "--try", "lambda=0.001/0.03/1"]].concat();
    let mean = |report: &Value, trial: usize| report["trials"][trial]["folds"][0]["score"].clone();
    let expected = [
        ("rmse", [54.778365103621454, 54.78637391731334, 57.66018487900936]),
        ("r2", [0.4939751216774755, 0.49382714518260695, 0.4393319637597368]),
    ];
    for (measure, values) in expected {
        let report = desk.json(&[&tune[..], &["--measure", measure]].concat());
        for (trial, value) in values.into_iter().enumerate() {
            assert_close(&mean(&report, trial), value, 1e-8);
        }
        assert_eq!(report["best"]["params"]["lambda"], 0.001);
        let stated = (&report["pooled"], &report["chosen_by"], &report["best"]["standard_error"]);
        assert_eq!(stated, (&Value::from(true), &Value::from("best"), &Value::Null));
    }
    let text = desk.good(&[&tune[..], &["--out", "trials.csv"]].concat());
    assert!(text.contains("best: lambda = 0.001: RMSE 54.778\n"), "{text}");
    assert!(text.contains("RMSE is of all held-out rows together"), "{text}");
    let written = String::from_utf8(desk.read("trials.csv")).unwrap();
    assert_eq!(written.lines().next(), Some("candidate,lambda,budget,mean,standard_error"));
    desk.bad(&[&tune[..], &["--search", "halving"]].concat(), &["RMSE", "--measure mae"]);

    let ridge = ["tune", "flowers.csv", "--target", "width", "--model", "ridge"];
    let ridge = [&ridge[..], &["--try", "lambda=0.01/1"]].concat();
    desk.bad(
        &[&ridge[..], &["--nested", "60"]].concat(),
        &["each outer fold has one row", "RMSE", "--nested", "--measure mae"],
    );
    desk.bad(
        &[&ridge[..], &["--nested", "2", "--folds", "30"]].concat(),
        &["each inner fold has one row", "--folds"],
    );

    let iris = ["tune", "iris", "--target", "species", "--model", "ridge", "--leave-one-out"];
    let tries = ["--try", "lambda=0.01/1", "--measure", "auc", "--nested", "3"];
    let report = desk.json(&[&iris[..], &tries].concat());
    assert_close(&mean(&report, 0), 0.9976666666666666, 1e-6);
    for outer in report["nested"]["folds"].as_array().unwrap() {
        let inside = [0, 1].map(|trial| number(&mean(&outer["search"], trial)));
        assert_eq!(outer["candidate"], usize::from(inside[1] > inside[0]));
        assert!(number(&outer["score"]) > 0.9);
    }
}

#[test]
fn penalised_classes_with_each_row_left_out_agree_with_scikit_learn() {
    let desk = Desk::new();
    let cv = ["cv", "iris", "--target", "species", "--model", "ridge", "--lambda", "0.01"];
    let report = desk.json(&[&cv[..], &["--leave-one-out"]].concat());
    assert_close(&score(&report, "log_loss")["pooled"], 0.1652954649922493, 1e-5);
    assert_close(&score(&report, "accuracy")["mean"], 0.9533333333333334, 1e-12);
    assert_close(&score(&report, "auc")["pooled"], 0.9976666666666666, 1e-6);
    assert_eq!(report["held_out"]["classes"].as_array().unwrap().len(), 3);
}

#[test]
fn folds_are_shown_with_intervals_and_depend_on_the_seed_alone() {
    let desk = Desk::new();
    let cv = ["cv", "flowers.csv", "--target", "kind", "--model", "lasso", "--lambda", "0.05"];
    let with = |extra: &[&'static str]| [&cv[..], extra].concat();
    let text = desk.good(&with(&["--folds", "5", "--out", "held-out.csv"]));
    for part in [
        "60 rows, 2 columns to predict by, 3 classes of \"kind\"",
        "model: lasso, λ = 0.05",
        "5 folds, stratified, seed 0: 48 rows to fit on and 12 to test in each",
        "fold  train  test  log-loss  accuracy",
        "balanced accuracy",
        "95 % from",
        "the held-out rows together",
        "confusion matrix",
        "wrote the predictions",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let written = String::from_utf8(desk.read("held-out.csv")).unwrap();
    assert_eq!(
        (written.lines().count(), &written[..36]),
        (61, "fold,row,truth,prediction,fern,lily,")
    );

    let numbers = |extra: &[&'static str]| {
        let report = desk.json(&with(extra));
        (report["folds"].clone(), report["scores"].clone())
    };
    let one = numbers(&["--repeats", "2", "--threads", "1"]);
    assert_eq!(one.0.as_array().unwrap().len(), 20);
    assert_eq!(numbers(&["--repeats", "2", "--threads", "3"]), one);
    assert_ne!(numbers(&["--repeats", "2", "--seed", "1"]), one);
    // Nadeau and Bengio: s √(1/20 + 6/54).
    let summary = &one.1.as_array().unwrap()[0];
    let factor = (1.0_f64 / 20.0 + 6.0 / 54.0).sqrt();
    assert_close(&summary["standard_error"], number(&summary["sd"]) * factor, 1e-12);
}

#[test]
fn networks_are_estimated_too() {
    let desk = Desk::new();
    let cv =
        ["cv", "iris", "--target", "species", "--hidden", "8", "--epochs", "60", "--folds", "5"];
    let report = desk.json(&cv);
    assert!(number(&score(&report, "accuracy")["mean"]) > 0.9, "{report}");
    assert_eq!(desk.json(&cv)["folds"], report["folds"]);
    let text =
        desk.good(&["cv", "iris", "--target", "petal_width", "--epochs", "30", "--folds", "3"]);
    assert!(text.contains("RMSE") && text.contains("hidden units 32 relu"), "{text}");
}

#[test]
fn groups_are_held_out_whole_and_time_runs_forward() {
    let desk = Desk::new();
    // Each patient has a level of its own, which a model learns by heart if its visits are torn apart.
    let rows: String = (0..120)
        .map(|i| {
            let patient = i % 30;
            let level = f64::from(patient * 7919 % 31);
            format!("{patient},{i},{},{}\n", level, f64::from(patient * 104_729 % 29))
        })
        .collect();
    desk.write("visits.csv", &format!("patient,day,x,y\n{rows}"));
    let base = ["cv", "visits.csv", "--target", "y", "--model", "ridge", "--lambda", "0.01"];
    let base = [&base[..], &["--task", "regression", "--folds", "5"]].concat();
    let grouped = desk.json(&[&base[..], &["--group", "patient"]].concat());
    assert_eq!(grouped["folds"][0]["test"], 24);
    assert!(grouped["how"].as_str().unwrap().contains("whole groups"));
    let timed = desk.json(&[&base[..], &["--time", "day", "--gap", "2"]].concat());
    let folds = timed["folds"].as_array().unwrap();
    assert!(folds.windows(2).all(|pair| number(&pair[0]["train"]) < number(&pair[1]["train"])));
    assert_eq!((&folds[0]["train"], &folds[0]["test"]), (&Value::from(18), &Value::from(20)));
    assert_eq!(timed["held_out"], Value::Null);
}

/// .632 is .368 times the error on the rows fitted on and .632 times that out of bag.
#[test]
fn the_bootstrap_weighs_both_errors() {
    let desk = Desk::new();
    let cv = ["cv", "iris", "--target", "species", "--model", "ridge", "--lambda", "0.01"];
    let cv = [&cv[..], &["--bootstrap", "632", "--rounds", "30"]].concat();
    let report = desk.json(&cv);
    let errors = &report["errors"];
    let [apparent, out] = ["apparent", "out_of_bag"].map(|name| number(&errors[name]));
    assert!((number(&errors["err_632"]) - (0.368 * apparent + 0.632 * out)).abs() < 1e-12);
    assert!(number(&errors["err_632_plus"]) >= number(&errors["err_632"]));
    assert!(out > 0.0 && out < 0.15, "{errors}");
    let text = desk.good(&cv);
    for part in ["30 samples with replacement", "out of bag", ".632+", "without any information"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let values =
        ["cv", "diabetes", "--target", "progression", "--model", "ols", "--bootstrap", "632"];
    assert!(desk.good(&[&values[..], &["--rounds", "20"]].concat()).contains("root"));
}

#[test]
fn a_search_agrees_with_scikit_learn_and_keeps_every_trial() {
    let desk = Desk::new();
    let tune = ["tune", "diabetes", "--target", "progression", "--model", "ridge"];
    let tries = ["--try", "lambda=0.001/0.03/1/30", "--measure", "mae", "--leave-one-out"];
    let report = desk.json(&[&tune[..], &tries].concat());
    let expected = [
        (44.341148277466516, 1.531625677955532),
        (44.381820428733285, 1.5296026653747092),
        (48.1097932084323, 1.5134654245173793),
        (63.278570544584845, 1.8242622772245127),
    ];
    for (trial, (mean, error)) in report["trials"].as_array().unwrap().iter().zip(expected) {
        let scores: Vec<f64> =
            trial["folds"].as_array().unwrap().iter().map(|fold| number(&fold["score"])).collect();
        let m = scores.len() as f64;
        let centre = scores.iter().sum::<f64>() / m;
        let squares: f64 = scores.iter().map(|score| (score - centre).powi(2)).sum();
        assert!((centre / mean - 1.0).abs() < 1e-7, "{centre} for {mean}");
        assert!(((squares / (m - 1.0) / m).sqrt() / error - 1.0).abs() < 1e-6);
    }
    assert_eq!(report["best"]["params"]["lambda"], 0.001);
    assert_close(&report["best"]["standard_error"], 1.531625677955532, 1e-6);
    // 44.34 + 1.53 admits λ = 0.03, and 48.11 is beyond.
    assert_eq!(report["simplest_within_one_error"]["params"]["lambda"], 0.03);
}

#[test]
fn searches_draw_halve_and_measure_their_choice() {
    let desk = Desk::new();
    let tune = ["tune", "flowers.csv", "--target", "kind"];
    let lasso = [&tune[..], &["--model", "lasso", "--try", "lambda=log:0.001..10"]].concat();
    let with = |extra: &[&'static str]| [&lasso[..], extra].concat();
    let text = desk.good(&with(&["--trials", "8", "--folds", "5", "--out", "trials.csv"]));
    for part in [
        "8 candidates (random): lambda log-uniform from 0.001 to 10",
        "compared by log-loss, of which less is better",
        "rank  ",
        "simplest within one standard error of it: lambda = ",
        "the best of 8 scores is partly luck",
        "to fit it: gradus fit lasso flowers.csv --target kind --lambda ",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    assert_eq!(String::from_utf8(desk.read("trials.csv")).unwrap().lines().count(), 9);
    let nested = desk.json(&with(&["--trials", "4", "--folds", "3", "--nested", "3"]));
    assert_eq!(nested["nested"]["folds"].as_array().unwrap().len(), 3);
    assert!(number(&nested["nested"]["spread"]["mean"]) >= 0.0);
    let halving = desk.json(&with(&["--trials", "9", "--folds", "3", "--search", "halving"]));
    let given_up = halving["given_up"].as_array().unwrap();
    assert_eq!(given_up.len() + halving["trials"].as_array().unwrap().len(), 9);

    let network =
        ["--try", "lr=0.001/0.05", "--try", "hidden=4/8,8", "--epochs", "20", "--folds", "3"];
    let report = desk.json(&[&tune[..], &network].concat());
    assert_eq!((report["search"].as_str(), report["candidates"].as_u64()), (Some("grid"), Some(4)));
    assert_eq!(report["best"]["params"]["lr"], 0.05);
    let halving = ["--search", "halving", "--try", "lr=0.001/0.01/0.05", "--epochs", "9"];
    let report = desk.json(&[&tune[..], &halving, &["--folds", "3"]].concat());
    assert_eq!(report["trials"][0]["budget"], 9);
    assert_eq!(report["given_up"][0]["budget"], 3);
}

/// By hand from the trials of each outer fold: the largest λ whose mean is within s/√k of the least.
#[test]
fn what_is_measured_is_the_choice_that_is_recommended() {
    let desk = Desk::new();
    let tune = ["tune", "wine", "--target", "cultivar", "--model", "ridge", "--folds", "5"];
    let lambda = ["--try", "lambda=0.001/0.01/0.03", "--nested", "4"];
    let report = desk.json(&[&tune[..], &lambda].concat());
    assert_eq!(report["chosen_by"], "simplest_within_one_error");
    let mut simpler = 0;
    for outer in report["nested"]["folds"].as_array().unwrap() {
        let statistics = |trial: &Value| {
            let folds = trial["folds"].as_array().unwrap();
            let scores: Vec<f64> = folds.iter().map(|fold| number(&fold["score"])).collect();
            let k = scores.len() as f64;
            let mean = scores.iter().sum::<f64>() / k;
            let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
            (mean, (squares / (k - 1.0) / k).sqrt())
        };
        let trials = outer["search"]["trials"].as_array().unwrap();
        let found: Vec<(f64, f64)> = trials.iter().map(statistics).collect();
        let best = (0..3).min_by(|&a, &b| found[a].0.total_cmp(&found[b].0)).unwrap();
        let largest = (0..3).rfind(|&i| found[i].0 <= found[best].0 + found[best].1).unwrap();
        assert_eq!(outer["candidate"], largest);
        simpler += usize::from(largest != best);
    }
    assert!(simpler > 0, "the rules cannot be told apart: {report}");
    let text = desk.good(&[&tune[..], &lambda].concat());
    let said = "the choice itself (the simplest within one standard error in each), measured on 4";
    assert!(text.contains(said), "{text}");

    let rate = ["tune", "flowers.csv", "--target", "kind", "--epochs", "5", "--folds", "3"];
    let rate = [&rate[..], &["--try", "lr=0.01/0.1", "--nested", "2"]].concat();
    assert_eq!(desk.json(&rate)["chosen_by"], "best");
    assert!(desk.good(&rate).contains("the choice itself (the best in each), measured on 2"));
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let desk = Desk::new();
    let cv = ["cv", "flowers.csv", "--target", "kind"];
    let with = |extra: &[&'static str]| [&cv[..], extra].concat();
    desk.bad(&with(&["--model", "lasso"]), &["--lambda", "gradus tune"]);
    desk.bad(&with(&["--model", "ols"]), &["\"kind\" holds text", "--model logistic"]);
    desk.bad(&with(&["--model", "logistic"]), &["3 classes", "--model multinomial or ridge"]);
    desk.bad(
        &with(&["--model", "ridge", "--lambda", "1", "--hidden", "8"]),
        &["--hidden is for a network"],
    );
    desk.bad(&with(&["--lambda", "1"]), &["--lambda is for lasso", "network"]);
    desk.bad(&with(&["--folds", "90"]), &["flowers.csv: 60 rows cannot fill 90 folds"]);
    desk.bad(&with(&["--folds", "1"]), &["--folds"]);
    desk.bad(&with(&["--group", "site"]), &["flowers.csv", "\"site\""]);
    desk.bad(&with(&["--bootstrap", "632", "--repeats", "2"]), &["--repeats"]);
    desk.bad(&with(&["--out", "flowers.csv"]), &["is read by this command"]);
    desk.bad(&["cv", "flowers.csv"], &["--target"]);
    let tune = ["tune", "flowers.csv", "--target", "kind"];
    let with = |extra: &[&'static str]| [&tune[..], extra].concat();
    desk.bad(&with(&[]), &["--try"]);
    desk.bad(&with(&["--try", "lr"]), &["OPTION=a/b/c"]);
    desk.bad(&with(&["--try", "lr=1/2", "--lr", "3"]), &["--lr 3", "--try lr", "leave one"]);
    let flag = ["--model", "ols", "--try", "no-intercept=true/false", "--no-intercept"];
    desk.bad(&with(&flag), &["--no-intercept fixes what --try no-intercept looks for"]);
    desk.bad(&with(&["--try", "depth=1/2"]), &["--depth"]);
    desk.bad(&with(&["--try", "lr=fast/slow"]), &["fast"]);
    desk.bad(&with(&["--try", "lr=0.1..0.2", "--search", "grid"]), &["--search random"]);
    desk.bad(&with(&["--try", "lr=0.1", "--measure", "rmse"]), &["RMSE is for values"]);
    desk.bad(&with(&["--try", "lambda=1"]), &["--lambda is for lasso"]);
    // A fold without an answer says which, and why.
    let rows: String =
        (0..40).map(|i| format!("{i},{}\n", if i < 20 { "a" } else { "b" })).collect();
    desk.write("apart.csv", &format!("x,y\n{rows}"));
    let apart = ["cv", "apart.csv", "--target", "y", "--model", "logistic"];
    desk.bad(&apart, &["apart.csv: the fit of fold 1 failed: ", "x"]);
}

#[test]
fn help_teaches() {
    let desk = Desk::new();
    for (command, part) in [("cv", "no held-out row has a say in it"), ("tune", "log:low..high")] {
        let text = desk.good(&[command, "--help"]);
        assert!(text.contains("Examples:") && text.contains(part), "{text}");
    }
}
