//! What each model of `gradus fit` says of data that it cannot use, or can use only in part. One table:
//! models by kinds of bad data.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use std::fmt::Write as _;

use common::Desk;

/// What has to come of a run: that it is refused in one line with these words, or that it succeeds and
/// its report has them.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Refused(&'static [&'static str]),
    Told(&'static [&'static str]),
}

use Wanted::{Refused, Told};

/// Each model with its outcome's column.
const MODELS: [(&str, &[&str]); 9] = [
    ("value", &["ols"]),
    ("value", &["lasso", "--lambda", "0.1"]),
    ("value", &["ridge", "--choose", "loo"]),
    ("side", &["ridge", "--lambda", "0.1"]),
    ("side", &["logistic"]),
    ("side", &["logistic", "--firth"]),
    ("kind", &["multinomial"]),
    ("count", &["poisson"]),
    ("kind", &["svm"]),
];

/// Is the coefficient of each column determined only if it depends on no others?
fn determined(model: &[&str]) -> bool {
    ["logistic", "multinomial", "poisson"].contains(&model[0])
}

/// A number between −1 and 1 from a fixed sequence.
fn noise(i: usize, j: usize) -> f64 {
    ((i * 37 + j * 101 + i * j * 13) as f64 * 0.7371).sin()
}

/// m rows of features by `feature`, and an outcome of each kind, `value`, `side`, `kind` and `count`.
fn table(m: usize, names: &[&str], feature: impl Fn(usize, usize) -> String) -> String {
    let mut text = format!("{},value,side,kind,count\n", names.join(","));
    for i in 0..m {
        let cells: Vec<String> = (0..names.len()).map(|j| feature(i, j)).collect();
        let side = if noise(i, 55) > 0.0 { "ill" } else { "well" };
        let kind = ["a", "b", "c"][(i * 7 + i / 3) % 3];
        let count = (3.0 * (1.0 + noise(i, 31))).floor();
        writeln!(text, "{},{},{side},{kind},{count}", cells.join(","), noise(i, 97)).unwrap();
    }
    text
}

/// Fits each model to a table; only its own outcome is read.
fn each(desk: &Desk, text: &str, extra: &[&str], wanted: impl Fn(&str, &[&str]) -> Wanted) {
    desk.write("t.csv", text);
    for (outcome, model) in MODELS {
        let others: Vec<&str> = ["value", "side", "kind", "count"]
            .into_iter()
            .filter(|name| *name != outcome)
            .collect();
        let others = others.join(",");
        let mut run = vec!["fit", model[0], "t.csv", "--target", outcome, "--ignore", &others];
        run.extend(&model[1..]);
        run.extend(extra);
        match wanted(outcome, model) {
            Refused(says) => desk.bad(&run, says),
            Told(says) => {
                let text = desk.good(&run);
                for part in says {
                    assert!(text.contains(part), "{run:?} lacks {part:?}: {text}");
                }
                std::fs::remove_file(desk.dir.path().join(format!("t-{}.gradus", model[0])))
                    .unwrap();
            }
        }
    }
}

fn plain(i: usize, j: usize) -> String {
    noise(i, j).to_string()
}

#[test]
fn good_tables_are_fitted_without_a_warning() {
    let desk = Desk::new();
    each(&desk, &table(60, &["x", "z"], plain), &[], |_, _| Told(&["60 rows, 2 features"]));
}

#[test]
fn more_features_than_rows() {
    let desk = Desk::new();
    let names: Vec<String> = (0..20).map(|j| format!("x{j}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    each(&desk, &table(12, &names, plain), &[], |_, model| {
        if determined(model) {
            Refused(&["21 coefficients and only 12 rows", "gradus fit ridge"])
        } else if model[0] == "ols" {
            Told(&["columns depend on each other"])
        } else {
            Told(&["12 rows, 20 features"])
        }
    });
}

#[test]
fn duplicate_and_constant_columns() {
    let desk = Desk::new();
    let twice = table(60, &["x", "z", "again"], |i, j| plain(i, j % 2));
    each(&desk, &twice, &[], |_, model| {
        if determined(model) {
            Refused(&["\"again\"", "linear combination", "--ignore"])
        } else if model[0] == "ols" {
            Told(&["columns depend on each other"])
        } else {
            Told(&["again"])
        }
    });
    let constant =
        table(60, &["x", "same"], |i, j| if j == 1 { "4.2".to_owned() } else { plain(i, j) });
    each(&desk, &constant, &[], |_, model| {
        if determined(model) {
            Refused(&["\"same\"", "--ignore"])
        } else {
            Told(&["the same value in every row, which explains nothing: same"])
        }
    });
}

#[test]
fn weights_that_count_no_row() {
    let desk = Desk::new();
    let weighted = |weight: &str| {
        table(40, &["x", "w"], |i, j| if j == 1 { weight.to_owned() } else { plain(i, j) })
    };
    each(&desk, &weighted("0"), &["--weights", "w"], |_, _| Refused(&["all weights are 0"]));
    each(&desk, &weighted("-2"), &["--weights", "w"], |_, _| Refused(&["weight", "-2"]));
    each(&desk, &weighted("much"), &["--weights", "w"], |_, _| Refused(&["\"w\"", "numbers"]));
    let hole = table(40, &["x", "w"], |i, j| match (i, j) {
        (7, 1) => "NaN".to_owned(),
        (_, 1) => "1".to_owned(),
        _ => plain(i, j),
    });
    each(&desk, &hole, &["--weights", "w"], |_, _| Refused(&["\"w\"", "--missing drop"]));
    each(&desk, &hole, &["--weights", "w", "--missing", "drop"], |_, _| {
        Told(&["1 of 40 rows were left out for missing values"])
    });
}

#[test]
fn one_class_and_a_factor_of_one_level() {
    let desk = Desk::new();
    let mut one = "x,value,side,kind,count\n".to_owned();
    for i in 0..30 {
        writeln!(one, "{},{},ill,a,{}", plain(i, 0), plain(i, 9), i % 4).unwrap();
    }
    each(&desk, &one, &[], |outcome, _| match outcome {
        "side" => Refused(&["\"side\"", "single class \"ill\""]),
        "kind" => Refused(&["\"kind\"", "single class \"a\""]),
        _ => Told(&["30 rows"]),
    });
    let level =
        table(60, &["x", "ward"], |i, j| if j == 1 { "north".to_owned() } else { plain(i, j) });
    each(&desk, &level, &[], |_, model| match model[0] {
        // All levels get an indicator where a penalty holds them: here one that is 1 everywhere.
        "lasso" | "ridge" | "svm" => Told(&["ward=north"]),
        _ => Refused(&["\"ward\"", "single level", "--ignore"]),
    });
}

#[test]
fn numbers_that_are_none() {
    let desk = Desk::new();
    for hole in ["NaN", "", "NA"] {
        let holes =
            table(
                40,
                &["x", "z"],
                |i, j| {
                    if (i, j) == (7, 1) { hole.to_owned() } else { plain(i, j) }
                },
            );
        each(&desk, &holes, &[], |_, _| Refused(&["1 in \"z\"", "--missing drop"]));
        each(&desk, &holes, &["--missing", "drop"], |_, _| Told(&["1 of 40 rows"]));
    }
    let infinite =
        table(
            40,
            &["x", "z"],
            |i, j| {
                if (i, j) == (7, 1) { "inf".to_owned() } else { plain(i, j) }
            },
        );
    each(&desk, &infinite, &[], |_, _| Refused(&["line 9", "\"z\"", "finite"]));
}

#[test]
fn perfectly_separated_classes() {
    let desk = Desk::new();
    let mut told = "dose,value,side,kind,count\n".to_owned();
    for i in 0..30 {
        let (side, kind) = (if i < 15 { "ill" } else { "well" }, ["a", "b", "c"][i / 10]);
        let count = if i < 15 { 0 } else { i % 3 + 1 };
        writeln!(told, "{},{},{side},{kind},{count}", i as f64 + 0.3 * noise(i, 0), plain(i, 9))
            .unwrap();
    }
    each(&desk, &told, &[], |_, model| match (model[0], model.len()) {
        ("logistic", 1) => Refused(&["complete separation by dose", "--firth", "gradus fit ridge"]),
        ("multinomial", _) => Refused(&["separation of classes by dose", "--family multinomial"]),
        _ => Told(&["30 rows, 1 features"]),
    });
    // A level whose rows all have one outcome: quasi-complete.
    let mut quasi = "ward,y\n".to_owned();
    for i in 0..30 {
        let ward = ["north", "south", "west"][i % 3];
        let y = if ward == "west" || (i / 3) % 2 == 0 { "yes" } else { "no" };
        writeln!(quasi, "{ward},{y}").unwrap();
    }
    desk.write("quasi.csv", &quasi);
    desk.bad(
        &["fit", "logistic", "quasi.csv", "--target", "y"],
        &["quasi-complete separation by ward=west", "--firth"],
    );
    let text = desk.good(&["fit", "logistic", "quasi.csv", "--target", "y", "--firth"]);
    assert!(text.contains("ward=west"), "{text}");
}

#[test]
fn outcomes_of_another_kind_say_what_was_found() {
    let desk = Desk::new();
    let text = table(60, &["x", "z"], plain);
    desk.write("t.csv", &text);
    let of =
        |model: &'static str, target: &'static str| ["fit", model, "t.csv", "--target", target];
    desk.bad(&of("ols", "side"), &["\"side\"", "ill: ", "gradus fit logistic"]);
    desk.bad(&of("logistic", "kind"), &["3 classes", "a: 20", "gradus fit multinomial"]);
    desk.bad(&of("logistic", "value"), &["60 different", "numbers"]);
    desk.bad(&of("poisson", "value"), &["count"]);
    desk.bad(&of("svm", "value"), &["60 different", "numbers"]);
}
