//! CSV files of any make, on every command that reads one.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use std::fs;

use common::Desk;

/// Flowers without names, between semicolons, quoted by `'`, with -9 for what is missing.
fn headerless() -> String {
    let row = |i: usize| {
        let (kind, noise) = (i % 3, (i * 7 % 11) as f64 / 20.0);
        let label = ["'rose; red'", "lily", "fern"][kind];
        let width = if i == 7 { "-9".to_owned() } else { format!("{}", 3.0 - kind as f64 + noise) };
        format!("{};{width};{label}\n", kind as f64 * 2.0 + noise)
    };
    (0..60).map(row).collect()
}

const WRITTEN: [&str; 7] =
    ["--delimiter", ";", "--quote", "'", "--no-header", "--missing-text", "-9"];

#[test]
fn every_command_reads_files_of_any_make() {
    let desk = Desk::new();
    desk.write("plain.csv", &headerless());
    let run = |args: &[&'static str]| desk.json(&[args, &WRITTEN[..]].concat());
    let described = run(&["describe", "plain.csv", "--target", "x3"]);
    assert_eq!((&described["rows"], &described["columns"][1]["missing"]), (&60.into(), &1.into()));
    assert_eq!(described["classes"][2]["level"], "rose; red");
    let cv = run(&[
        "cv",
        "plain.csv",
        "--target",
        "x3",
        "--model",
        "ridge",
        "--lambda",
        "0.1",
        "--missing",
        "drop",
    ]);
    assert_eq!(cv["rows"], 59);
    let tune = run(&[
        "tune",
        "plain.csv",
        "--target",
        "x3",
        "--model",
        "lasso",
        "--try",
        "lambda=0.01/0.1",
        "--missing",
        "drop",
    ]);
    let next = tune["next"].as_str().unwrap();
    for part in ["--no-header", "--quote ''\\'''", "--missing-text -9", "--delimiter ';'"] {
        assert!(next.contains(part), "lacks {part}: {next}");
    }
    let fit = run(&[
        "fit",
        "ridge",
        "plain.csv",
        "--target",
        "x3",
        "--lambda",
        "0.1",
        "--missing",
        "drop",
        "--out",
        "m.gradus",
    ]);
    assert_eq!(fit["rows"], 59);
    run(&["path", "plain.csv", "--target", "x3", "--missing", "drop"]);
    run(&[
        "train",
        "plain.csv",
        "--target",
        "x3",
        "--missing",
        "drop",
        "--epochs",
        "3",
        "--out",
        "n.gradus",
    ]);
    for model in ["m.gradus", "n.gradus"] {
        let evaluated =
            desk.json(&[&["evaluate", model, "plain.csv", "--rows", "all"][..], &WRITTEN].concat());
        assert_eq!(evaluated["rows"], 59);
        let predicted = desk.run(&[&["predict", model, "plain.csv"][..], &WRITTEN].concat());
        assert_eq!((predicted.code, predicted.stdout.lines().count()), (0, 61), "{predicted:?}");
    }
    let split = run(&["split", "plain.csv", "--stratify", "x3", "--seed", "1"]);
    assert_eq!(split["rows"], 60);
    // The parts are files of the same make, and hold each row once.
    let mut rows: Vec<String> = ["train", "dev", "test"]
        .iter()
        .flat_map(|part| {
            let text = String::from_utf8(desk.read(&format!("plain-{part}.csv"))).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let mut all: Vec<String> = headerless().lines().map(str::to_owned).collect();
    rows.sort();
    all.sort();
    assert_eq!(rows, all);
}

#[test]
fn columns_can_be_named() {
    let desk = Desk::new();
    desk.write("plain.csv", "1,a\n2,b\n3,a\n4,b\n");
    let report = desk.json(&["describe", "plain.csv", "--names", "n,kind"]);
    assert_eq!((&report["columns"][1]["name"], &report["rows"]), (&"kind".into(), &4.into()));
    let names = |names: &'static str| ["describe", "plain.csv", "--names", names];
    desk.bad(
        &names("n"),
        &["plain.csv: 1 name(s) were given and line 1 has 2 field(s)", "--names"],
    );
    desk.bad(&names("n,n"), &["two columns are named \"n\""]);
    desk.bad(
        &["describe", "plain.csv", "--names", "a,b", "--no-header"],
        &["--no-header", "--names"],
    );
    desk.bad(&["describe", "plain.csv", "--quote", ","], &["plain.csv: ',' cannot quote fields"]);
    for option in
        [&["--no-header"][..], &["--quote", "none"], &["--names", "a"], &["--missing-text", "x"]]
    {
        let says = format!("{} is for CSV files, and iris is none", option[0]);
        desk.bad(&[&["describe", "iris"], option].concat(), &[&says]);
    }
}

#[test]
fn files_that_are_odd_or_wrong_are_read_or_named() {
    let desk = Desk::new();
    let describe = |name: &str| desk.json(&["describe", name]);
    desk.write("windows.csv", "\u{feff}a,b\r\n1,x\r\n2,\"y\r\nz\"\r\n");
    let report = describe("windows.csv");
    assert_eq!((&report["columns"][0]["name"], &report["rows"]), (&"a".into(), &2.into()));
    desk.write("one.csv", "a,b\n1,x\n");
    assert_eq!(describe("one.csv")["rows"], 1);
    desk.write("nothing.csv", "a,b\n,NA\n?,null\n");
    assert_eq!(describe("nothing.csv")["columns"][0]["missing"], 2);
    let cv =
        |name: &'static str| ["cv", name, "--target", "b", "--model", "ridge", "--lambda", "1"];
    desk.bad(&cv("one.csv"), &["one.csv: column \"b\" has the single class \"x\""]);
    desk.bad(&cv("nothing.csv"), &["nothing.csv", "missing", "--missing"]);
    desk.write("empty.csv", "");
    desk.write("header.csv", "a,b\n");
    desk.write("ragged.csv", "a,b\n1,x\n2\n");
    desk.write("first.csv", "1,x\n1,y\n");
    desk.write("open.csv", "a,b\n1,\"x\n2,y\n");
    fs::write(desk.dir.path().join("latin.csv"), b"a,b\n1,x\n2,caf\xe9\n").unwrap();
    for (name, says) in [
        ("empty.csv", "empty.csv: there is no data"),
        ("header.csv", "header.csv: there is no data"),
        ("ragged.csv", "ragged.csv: line 3: 1 field(s) where the first row has 2"),
        ("latin.csv", "latin.csv: line 3, field 2: the bytes are not UTF-8; convert the file"),
    ] {
        desk.bad(&["describe", name], &[says]);
        desk.bad(&cv(name), &[says]);
        desk.bad(&["train", name, "--target", "b"], &[says]);
        desk.bad(&["fit", "ols", name, "--target", "b"], &[says]);
    }
    desk.bad(&["cv", "first.csv", "--target", "y"], &["first.csv", "\"y\""]);
    let open = "open.csv: line 2: the quotation mark that opens a field here is never closed";
    desk.bad(&["describe", "open.csv"], &[open, "--quote none"]);
    assert_eq!(desk.json(&["describe", "open.csv", "--quote", "none"])["rows"], 2);
}
