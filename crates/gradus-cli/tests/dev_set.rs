//! `gradus tune --dev`, as a user runs it: candidates compared by the rows of a file of their own.
//!
//! Expected numbers: scikit-learn 1.9.1, `Ridge(alpha = λ·300)` after `StandardScaler`, fitted to the first
//! 300 rows of its diabetes data and scored on the other 142.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use gradus::data::{Column, diabetes};

fn diabetes_rows(rows: std::ops::Range<usize>) -> String {
    let table = diabetes();
    let cell = |column: &Column, row| column.number(row).unwrap().to_string();
    let line = |row| {
        let cells: Vec<String> = table.columns().iter().map(|column| cell(column, row)).collect();
        cells.join(",")
    };
    let lines: Vec<String> = rows.map(line).collect();
    format!("{}\n{}\n", table.names().join(","), lines.join("\n"))
}

/// With the files of a split of the flowers, and some of the diabetes data.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("train.csv", &diabetes_rows(0..300));
    desk.write("dev.csv", &diabetes_rows(300..442));
    desk
}

#[test]
fn candidates_are_compared_by_the_rows_of_a_file() {
    let desk = desk();
    let tune = ["tune", "train.csv", "--dev", "dev.csv", "--target", "progression"];
    let ridge = ["--model", "ridge", "--try", "lambda=0.001/0.03/1"];
    let report = desk.json(&[&tune[..], &ridge].concat());
    let expected = [52.904387559658474, 53.03955539122773, 54.81541083548499];
    for (trial, expected) in report["trials"].as_array().unwrap().iter().zip(expected) {
        let folds = trial["folds"].as_array().unwrap();
        let found = folds[0]["score"].as_f64().unwrap();
        assert!(folds.len() == 1 && (found / expected - 1.0).abs() < 1e-8, "{found}");
    }
    assert_eq!((report["rows"].as_u64(), report["chosen_by"].as_str()), (Some(300), Some("best")));
    assert_eq!(report["best"]["params"]["lambda"], 0.001);
    let text = desk.good(&[&tune[..], &ridge].concat());
    for part in [
        "the 142 rows of dev.csv, which none is fitted to; compared by RMSE",
        "best: lambda = 0.001: RMSE 52.904\n",
        "`gradus evaluate` measures the fitted choice",
        "to fit it: gradus fit ridge train.csv --target progression --lambda 0.001",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    assert!(!text.contains("--nested") && !text.contains("simplest"), "{text}");
    let mae = desk.json(&[&tune[..], &ridge, &["--measure", "mae"]].concat());
    let found = mae["trials"][0]["folds"][0]["score"].as_f64().unwrap();
    assert!((found / 41.23579048589321 - 1.0).abs() < 1e-8, "{found}");
    // Three candidates are given a ninth of the rows, the better one three times as many.
    let halved = desk.json(&[&tune[..], &ridge, &["--search", "halving"]].concat());
    let budgets = [&halved["given_up"][0]["budget"], &halved["trials"][0]["budget"]];
    assert_eq!(budgets.map(|budget| budget.as_u64()), [Some(33), Some(99)]);
}

#[test]
fn the_files_of_a_split_serve_a_choice() {
    let desk = Desk::new();
    desk.good(&["split", "flowers.csv", "--stratify", "kind"]);
    let tune = ["tune", "flowers-train.csv", "--dev", "flowers-dev.csv", "--target", "kind"];
    let rate = ["--try", "lr=0.0001/0.05", "--epochs", "20", "--out", "trials.csv"];
    let report = desk.json(&[&tune[..], &rate].concat());
    assert_eq!(report["best"]["params"]["lr"], 0.05);
    // It is what a model fitted to the one file gives on the other.
    let fit = ["fit", "ridge", "flowers-train.csv", "--target", "kind", "--lambda", "0.01"];
    desk.good(&[&fit[..], &["--out", "m.gradus"]].concat());
    let scores = desk.json(&["evaluate", "m.gradus", "flowers-dev.csv"]);
    let ridge = ["--model", "ridge", "--try", "lambda=0.01/0.1"];
    let report = desk.json(&[&tune[..], &ridge].concat());
    let [found, expected] =
        [&report["trials"][0]["folds"][0]["score"], &scores["scores"]["log_loss"]];
    let [found, expected] = [found, expected].map(|score| score.as_f64().unwrap());
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} for {expected}");
}

#[test]
fn a_dev_set_that_does_not_fit_is_refused() {
    let desk = desk();
    desk.write("few.csv", "length,kind\n1,rose\n");
    desk.write("text.csv", "length,width,kind\n1,wide,rose\n");
    desk.write("weed.csv", "length,width,kind\n1,2,rose\n1,2,weed\n");
    desk.write("hole.csv", "length,width,kind\n1,2,rose\n,2,lily\n");
    desk.write("untold.csv", "length,width\n1,2\n");
    let tune = ["tune", "flowers.csv", "--target", "kind", "--try", "lr=0.1/0.2", "--dev"];
    let with = |extra: &[&'static str]| [&tune[..], extra].concat();
    desk.bad(&with(&["few.csv"]), &["few.csv", "\"width\""]);
    desk.bad(&with(&["text.csv"]), &["text.csv", "\"width\"", "numeric"]);
    desk.bad(&with(&["weed.csv"]), &["weed.csv: line 3", "\"weed\"", "\"kind\""]);
    desk.bad(&with(&["hole.csv"]), &["hole.csv", "\"length\""]);
    desk.bad(&with(&["untold.csv"]), &["untold.csv", "\"kind\""]);
    desk.write("one.csv", "length,width,kind\n1,2,rose\n2,2,rose\n");
    let said =
        "none of 2 candidate(s) could be scored by the rows of one.csv: the ROC AUC of 2 rows";
    desk.bad(&with(&["one.csv", "--measure", "auc", "--epochs", "2"]), &[said]);
    desk.bad(&with(&["none.csv"]), &["none.csv: there is no such file"]);
    desk.bad(&with(&["./flowers.csv"]), &["--dev ./flowers.csv", "is the file that is fitted to"]);
    desk.bad(&with(&["weed.csv", "--out", "weed.csv"]), &["is read by this command"]);
    for option in
        [&["--folds", "3"][..], &["--nested", "3"], &["--leave-one-out"], &["--repeats", "2"]]
    {
        desk.bad(&[&with(&["dev.csv"])[..], option].concat(), &[option[0], "--dev"]);
    }
}
