//! `gradus describe` and `gradus split`, as a user runs them.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use std::collections::BTreeSet;

use common::Desk;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn lines(desk: &Desk, name: &str) -> Vec<String> {
    String::from_utf8(desk.read(name)).unwrap().lines().map(str::to_owned).collect()
}

/// R 4.4: summary(iris), sd; scipy 1.17: skew; car::vif of the four measurements.
#[test]
fn columns_are_described_as_r_does() {
    let desk = Desk::new();
    let report = desk.json(&["describe", "iris", "--target", "species"]);
    let expected = [
        [4.3, 5.1, 5.8, 6.4, 7.9, 5.843333333333334, 0.8280661279778629, 7.072722],
        [2.0, 2.8, 3.0, 3.3, 4.4, 3.0573333333333332, 0.4358662849366982, 2.100872],
        [1.0, 1.6, 4.35, 5.1, 6.9, 3.758, 1.7652982332594662, 31.261498],
        [0.1, 0.3, 1.3, 1.8, 2.5, 1.1993333333333334, 0.7622376689603465, 16.090175],
    ];
    let names = ["min", "lower_quartile", "median", "upper_quartile", "max", "mean", "sd", "vif"];
    for (column, values) in report["columns"].as_array().unwrap().iter().zip(expected) {
        for (name, value) in names.into_iter().zip(values) {
            assert!((number(&column[name]) / value - 1.0).abs() < 1e-6, "{name} of {column}");
        }
    }
    let skewness = number(&report["columns"][0]["skewness"]);
    assert!((skewness - 0.3117530585022963).abs() < 1e-12, "{skewness}");
    assert_eq!(report["classes"][2], serde_json::json!({"level": "virginica", "rows": 50}));
    assert_eq!(report["repeated_rows"], 1);
    let text = desk.good(&["describe", "iris", "--target", "species"]);
    for part in ["150 rows, 5 columns; no value is missing", "50 (33.3 %)", "repeat an earlier row"]
    {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    // petal_length and petal_width, R: cor 0.9628654.
    assert!((number(&report["correlated"][0]["r"]) - 0.9628654).abs() < 1e-7);
}

#[test]
fn what_is_odd_is_named() {
    let desk = Desk::new();
    let rows: String = (0..200)
        .map(|i| {
            let ill = if i % 10 == 0 { "yes" } else { "no" };
            let code = if ill == "yes" { 7 } else { 3 };
            let (age, gap) = (20 + i * 37 % 61, if ill == "yes" { "" } else { "1.5" });
            format!("{i},n{i},{age},{},{code},{gap},same,{ill}\n", 2 * age + 1)
        })
        .collect();
    desk.write("p.csv", &format!("no,name,age,age2,code,gap,site,ill\n{rows}"));
    let report = desk.json(&["describe", "p.csv", "--target", "ill"]);
    let notes: Vec<&str> =
        report["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
    for part in [
        "suspected leak: column \"code\" alone tells the target (by a cut of its values, 100.0 %",
        "suspected leak: column \"gap\" alone tells the target (by whether it is missing",
        "class \"no\" has 90.0 % of the rows",
        "the same value everywhere, so nothing to learn from: gap, site",
        "column \"no\" has 200 different values and looks like a name or a running number",
        "column \"name\" has 200 different values",
        "say nearly the same: age and age2 (r 1.000)",
        "variance inflation up to ∞): age, age2",
    ] {
        assert!(notes.iter().any(|note| note.contains(part)), "lacks {part:?}: {notes:#?}");
    }
    // An honest column is none.
    assert!(!notes.iter().any(|note| note.contains("leak: column \"age\"")));
    let text = desk.good(&["describe", "flowers.csv"]);
    assert!(text.contains("looks like") || text.contains("say nearly the same"), "{text}");
}

#[test]
fn a_table_is_cut_into_files_that_hold_each_row_once() {
    let desk = Desk::new();
    let text = desk.good(&["split", "flowers.csv", "--stratify", "kind", "--seed", "5"]);
    for part in ["60 rows, stratified by \"kind\", seed 5", "fern %", "flowers-train.csv", "33.3"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let all = lines(&desk, "flowers.csv");
    let mut found = Vec::new();
    for (part, rows) in [("train", 36), ("dev", 12), ("test", 12)] {
        let part = lines(&desk, &format!("flowers-{part}.csv"));
        assert_eq!((part.len(), &part[0]), (rows + 1, &all[0]));
        for kind in ["rose", "lily", "fern"] {
            assert_eq!(part.iter().filter(|line| line.ends_with(kind)).count(), rows / 3);
        }
        found.extend_from_slice(&part[1..]);
    }
    let sorted = |mut rows: Vec<String>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(found), sorted(all[1..].to_vec()));
    // What is there is not replaced, unless that is asked for; the same seed gives the same files.
    let train = desk.read("flowers-train.csv");
    let again = ["split", "flowers.csv", "--stratify", "kind", "--seed", "5"];
    desk.bad(&again, &["flowers-train.csv: is there already", "--overwrite"]);
    desk.good(&[&again[..], &["--overwrite"]].concat());
    assert_eq!(desk.read("flowers-train.csv"), train);
}

/// A part of an earlier split, left beside parts that now hold its rows, would leak.
#[test]
fn no_part_of_an_earlier_split_stays() {
    let desk = Desk::new();
    desk.good(&["split", "flowers.csv"]);
    let two = ["split", "flowers.csv", "--fractions", "80,0,20"];
    desk.bad(&two, &["flowers-train.csv: is there already", "--overwrite"]);
    let path = |name: &str| desk.dir.path().join(name);
    for part in ["train", "test"] {
        std::fs::remove_file(path(&format!("flowers-{part}.csv"))).unwrap();
    }
    desk.bad(&two, &["flowers-dev.csv: is there already", "--overwrite"]);
    let text = desk.good(&[&two[..], &["--overwrite"]].concat());
    assert!(text.contains("note: flowers-dev.csv was a part of an earlier split"), "{text}");
    let names: Vec<String> = desk.files().into_iter().map(|(name, _)| name).collect();
    let ends = ["flowers-test.csv", "flowers-train.csv", "flowers.csv"];
    assert!(names.len() == 3 && names.iter().zip(ends).all(|(name, end)| name.ends_with(end)));
    assert_eq!(
        lines(&desk, "flowers-train.csv").len() + lines(&desk, "flowers-test.csv").len(),
        62
    );
    desk.good(&["split", "flowers.csv", "--overwrite"]);
    let report = desk.json(&[&two[..], &["--overwrite"]].concat());
    assert_eq!(report["removed"], serde_json::json!(["flowers-dev.csv"]));
    assert_eq!(desk.json(&[&two[..], &["--overwrite"]].concat())["removed"], serde_json::json!([]));
    // What split did not write is not removed, and then nothing else is changed.
    std::fs::create_dir(path("flowers-dev.csv")).unwrap();
    desk.bad(&[&two[..], &["--overwrite"]].concat(), &["flowers-dev.csv: is no file"]);
    std::fs::remove_dir(path("flowers-dev.csv")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("flowers-test.csv", path("flowers-dev.csv")).unwrap();
        let again = [&two[..], &["--overwrite", "--seed", "9"]].concat();
        desk.bad(&again, &["flowers-dev.csv", "not a regular file"]);
    }
}

#[test]
fn records_are_copied_as_they_are() {
    let desk = Desk::new();
    let rows: String = (0..20).map(|i| format!("{i:03};\"a;b \"\"{i}\"\"\";1.50;\n")).collect();
    desk.write("odd.csv", &format!("id;text;x;note\n{rows}"));
    let report = desk.json(&["split", "odd.csv", "--delimiter", ";", "--fractions", "50,0,50"]);
    assert_eq!(report["parts"].as_array().unwrap().len(), 2);
    let mut found = lines(&desk, "odd-train.csv")[1..].to_vec();
    found.extend_from_slice(&lines(&desk, "odd-test.csv")[1..]);
    found.sort();
    assert_eq!(found, rows.lines().map(str::to_owned).collect::<Vec<_>>());
    assert!(!desk.dir.path().join("odd-dev.csv").exists());
    // An embedded table is written as its columns show it.
    desk.good(&["split", "iris", "--stratify", "species"]);
    assert_eq!(lines(&desk, "iris-test.csv").len(), 31);
    desk.json(&["describe", "iris-test.csv", "--target", "species"]);
}

#[test]
fn groups_stay_whole_and_the_future_is_tested() {
    let desk = Desk::new();
    let rows: String = (0..120)
        .map(|i| {
            let (patient, ill) = (i / 4, if i / 4 % 3 == 0 { "yes" } else { "no" });
            format!("p{patient},2024-{:02}-{:02},{},{ill}\n", 1 + i / 28, 1 + i % 28, i * 7 % 13)
        })
        .collect();
    desk.write("visits.csv", &format!("patient,date,x,ill\n{rows}"));
    let grouped = ["split", "visits.csv", "--group", "patient", "--stratify", "ill"];
    let report = desk.json(&grouped);
    assert_eq!(report["parts"][0]["classes"], serde_json::json!([48, 24]));
    assert_eq!(report["labels"], serde_json::json!(["no", "yes"]));
    let settings = ["stratify", "group", "time", "gap", "seed", "fractions"];
    let of = |report: &Value| Value::from(settings.map(|name| report[name].clone()).to_vec());
    let shares = serde_json::json!({"train": 0.6, "dev": 0.2, "test": 0.2});
    assert_eq!(of(&report), serde_json::json!(["ill", "patient", null, null, 0, shares]));
    let patients = |part: &str| -> BTreeSet<String> {
        let of = |line: &String| line.split(',').next().unwrap().to_owned();
        lines(&desk, &format!("visits-{part}.csv"))[1..].iter().map(of).collect()
    };
    assert!(patients("train").is_disjoint(&patients("test")));
    assert!(patients("train").is_disjoint(&patients("dev")));
    assert_eq!(number(&report["parts"][2]["groups"]), 6.0);

    let timed = ["split", "visits.csv", "--time", "date", "--gap", "2", "--overwrite"];
    let report = desk.json(&timed);
    let parts = report["parts"].as_array().unwrap();
    let times = |part: usize, end: usize| parts[part]["times"][end].as_str().unwrap();
    assert!(times(0, 1) < times(1, 0) && times(1, 1) < times(2, 0));
    assert_eq!(report["left_out"], 4);
    assert_eq!(of(&report), serde_json::json!([null, null, "date", 2, null, shares]));
    assert_eq!(report["labels"], Value::Null);
    let text = desk.good(&timed);
    assert!(text.contains("the earliest by \"date\" to train"), "{text}");
}

#[test]
fn a_shift_between_train_and_test_is_told() {
    let desk = Desk::new();
    let rows: String = (0..300).map(|i| format!("{i},{},{}\n", i * i, i * 31 % 17)).collect();
    desk.write("drift.csv", &format!("day,sales,noise\n{rows}"));
    let report = desk.json(&["split", "drift.csv", "--time", "day"]);
    assert_eq!(report["shifted"].as_array().unwrap().len(), 1);
    assert_eq!(report["shifted"][0]["name"], "sales");
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.contains("differ in the mean of \"sales\""), "{note}");
}

/// With mean and middle as before: ten times as wide, of another shape, in other shares; and what is
/// significant with many rows and too small to matter.
#[test]
fn shifts_of_spread_shape_and_shares_are_told() {
    let desk = Desk::new();
    // Train holds days 0 to 799, test the last 200.
    let rows: String = (0..1000)
        .map(|day| {
            let (i, late) = (f64::from(day * 37 % 200) - 99.5, day >= 800);
            let wide = if late { 10.0 * i } else { i };
            let two = if late { 57.7_f64.copysign(i) } else { i };
            let kind = if day % 10 < if late { 8 } else { 5 } { "a" } else { "b" };
            format!("{day},{wide},{two},{i},{kind}\n")
        })
        .collect();
    desk.write("wide.csv", &format!("day,wide,two,same,kind\n{rows}"));
    let by_time = ["split", "wide.csv", "--time", "day", "--fractions", "80,0,20", "--overwrite"];
    let report = desk.json(&by_time);
    let shifted = report["shifted"].as_array().unwrap();
    let found: Vec<(&str, Value)> = shifted
        .iter()
        .map(|shift| (shift["name"].as_str().unwrap(), shift["aspects"].clone()))
        .collect();
    let expected = [("wide", "Spread"), ("two", "Shape"), ("kind", "Shares")]
        .map(|(name, aspect)| (name, serde_json::json!([aspect])));
    assert_eq!(found, expected);
    // By hand: of 200 equal steps 0.45 and 0.55 lie within a tenth on either side; ½(|0.5−0.8|·2).
    for (shift, distance) in [(0, 0.45), (2, 0.3)] {
        assert!((number(&shifted[shift]["distance"]) - distance).abs() < 1e-12, "{shifted:?}");
    }
    assert!((number(&shifted[0]["sd_ratio"]) - 0.1).abs() < 1e-3);
    let text = desk.good(&by_time);
    for part in [
        "train and test differ in the spread of \"wide\"",
        "standard deviations in the ratio 0.1, Kolmogorov-Smirnov D 0.45",
        "differ in the shape of the distribution of \"two\"",
        "differ in the shares of \"kind\"",
        "total variation 0.3",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
}

#[test]
fn what_cannot_be_split_or_described_is_refused() {
    let desk = Desk::new();
    let split = ["split", "flowers.csv"];
    let with = |extra: &[&'static str]| [&split[..], extra].concat();
    desk.bad(&with(&["--stratify", "colour"]), &["flowers.csv", "\"colour\"", "length"]);
    desk.bad(&with(&["--group", "kind", "--fractions", "97,1,1,1"]), &["60,20,20"]);
    desk.bad(&with(&["--gap", "3"]), &["--time"]);
    desk.bad(&with(&["--time", "length", "--group", "kind"]), &["--group"]);
    desk.bad(&with(&["--out-dir", "nowhere"]), &["nowhere", "--out-dir"]);
    desk.bad(&with(&["--time", "length", "--gap", "50"]), &["part would be empty", "--gap"]);
    desk.bad(&["split", "nothing.csv"], &["nothing.csv: there is no such file"]);
    desk.bad(&["split", "iris", "--delimiter", ";"], &["--delimiter is for CSV files"]);
    desk.write("two.csv", "g,x\na,1\na,2\nb,3\nb,4\n,5\n");
    desk.bad(&["split", "two.csv", "--group", "g"], &["line 6", "belongs to no group"]);
    desk.write("few.csv", "g,x\na,1\na,2\nb,3\nb,4\n");
    desk.bad(&["split", "few.csv", "--group", "g"], &["2 group(s) cannot fill 3 parts"]);
    desk.bad(&["split", "few.csv", "--stratify", "g"], &["class \"a\" has 2 row(s)"]);
    desk.bad(&["describe", "flowers.csv", "--target", "colour"], &["flowers.csv", "\"colour\""]);
    desk.bad(&["describe", "flowers.csv", "--task", "regression"], &["--target"]);
    desk.bad(&["describe", "."], &["is a directory"]);
}

#[test]
fn help_teaches() {
    let desk = Desk::new();
    for (command, part) in
        [("describe", "which may be a leak"), ("split", "--group keeps all rows")]
    {
        let text = desk.good(&[command, "--help"]);
        assert!(text.contains("Examples:") && text.contains(part), "{text}");
    }
}
