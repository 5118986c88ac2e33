//! Whatever is wrong with the input: exit code 2, one line, nothing written.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use std::fs;

use common::Desk;

const FLOWERS: [&str; 4] = ["train", "flowers.csv", "--target", "kind"];

/// The arguments that train on a file with the target `y`.
fn on(file: &str) -> [&str; 4] {
    ["train", file, "--target", "y"]
}

/// m rows `i,i%2` under `x,y`, and further lines.
fn table(rows: usize, further: &str) -> String {
    let body: String = (0..rows).map(|i| format!("{i},c{}\n", i % 2)).collect();
    format!("x,y\n{body}{further}")
}

#[test]
fn missing_files_and_columns() {
    let desk = Desk::new();
    desk.bad(&on("absent.csv"), &["absent.csv", "no such file", "a CSV file or the name of"]);
    desk.bad(&["train", "flowers.csv"], &["flowers.csv", "--target"]);
    desk.bad(
        &["train", "flowers.csv", "--target", "king"],
        &["flowers.csv", "\"king\"", "\"width\""],
    );
    let ignored = [&FLOWERS[..], &["--ignore", "petals"]].concat();
    desk.bad(&ignored, &["\"petals\"", "\"length\""]);
    let categorical = [&FLOWERS[..], &["--categorical", "petals"]].concat();
    desk.bad(&categorical, &["\"petals\"", "\"length\""]);
    desk.bad(&["train", "mnist"], &["mnist", "--data DIR"]);
    desk.bad(&["train", "mnist", "--data", "."], &["train-images-idx3-ubyte"]);
    desk.bad(&["train", ".", "--target", "y"], &["directory"]);
}

#[test]
fn mixed_columns_name_the_line_and_the_option() {
    let desk = Desk::new();
    desk.write("mixed.csv", &table(30, "many,c0\n"));
    desk.bad(&on("mixed.csv"), &["mixed.csv", "\"x\"", "line 32", "\"many\"", "--categorical"]);
    // The other way out than to correct it; 31 texts in 31 rows are worth a note.
    let text = desk.good(&["train", "mixed.csv", "--target", "y", "--categorical", "x"]);
    assert!(text.contains("note: column \"x\" has 31 different texts"), "{text}");
}

#[test]
fn infinities() {
    let desk = Desk::new();
    for value in ["inf", "-Infinity", "1e999"] {
        desk.write("infinite.csv", &table(30, &format!("{value},c0\n")));
        desk.bad(&on("infinite.csv"), &["infinite.csv", "line 32", "\"x\"", "finite", "remove"]);
    }
}

#[test]
fn missing_values_are_counted_and_a_policy_is_offered() {
    let desk = Desk::new();
    desk.write("holes.csv", &table(40, ",c0\nNA,c1\n3,c1\n"));
    desk.bad(&on("holes.csv"), &["holes.csv", "2 in \"x\"", "--missing drop", "--missing impute"]);
    for (policy, rows) in [("drop", 41), ("impute", 43)] {
        let report = desk.json(&[&on("holes.csv")[..], &["--missing", policy]].concat());
        let used: u64 = ["train", "dev", "test"]
            .iter()
            .map(|part| report["rows"][part].as_u64().unwrap())
            .sum();
        assert_eq!(used, rows, "{policy}");
    }
    desk.write("no-truth.csv", &table(40, "3,\n"));
    let impute = [&on("no-truth.csv")[..], &["--missing", "impute"]].concat();
    desk.bad(&impute, &["\"y\"", "target", "1 value", "--missing drop"]);
}

#[test]
fn ragged_rows() {
    let desk = Desk::new();
    desk.write("ragged.csv", &table(30, "1,c0,2\n"));
    desk.bad(&on("ragged.csv"), &["ragged.csv", "line 32", "3 field", "first row has 2"]);
}

#[test]
fn one_class_and_too_few_rows() {
    let desk = Desk::new();
    desk.write("one.csv", "x,y\n1,a\n2,a\n3,a\n4,a\n");
    desk.bad(&on("one.csv"), &["one.csv", "\"a\"", "single class", "--target"]);
    desk.write("few.csv", "x,y\n1,a\n2,b\n3,a\n");
    desk.bad(&on("few.csv"), &["few.csv", "class", "too few", "add rows"]);
    desk.write("short.csv", "x,y\n1,1.5\n2,2.5\n");
    desk.bad(&on("short.csv"), &["short.csv", "too few", "add rows"]);
    desk.write("constant.csv", &format!("x,y\n{}", "1,1.5\n".repeat(20)));
    desk.bad(&on("constant.csv"), &["constant.csv", "same value", "--target"]);
}

#[test]
fn files_that_are_no_tables() {
    let desk = Desk::new();
    desk.write("empty.csv", "");
    desk.bad(&on("empty.csv"), &["empty.csv", "no data"]);
    desk.write("header.csv", "x,y\n");
    desk.bad(&on("header.csv"), &["header.csv", "no data"]);
    desk.write("alone.csv", "y\na\nb\na\nb\n");
    desk.bad(&on("alone.csv"), &["alone.csv", "no feature column"]);
    fs::write(desk.dir.path().join("bytes.csv"), b"x,y\n\xff\xfe,1\n").expect("written");
    desk.bad(&on("bytes.csv"), &["bytes.csv", "line 2", "UTF-8"]);
    desk.write("semicolons.csv", "x;y\n1;a\n2;b\n");
    desk.bad(&on("semicolons.csv"), &["semicolons.csv", "\"x;y\"", "--delimiter"]);
    desk.write("twice.csv", "x,x\n1,2\n");
    desk.bad(&on("twice.csv"), &["twice.csv", "\"x\"", "rename"]);
    // A line end inside a quoted name must not make a second line of the message.
    desk.write("name.csv", "\"a\nb\",y\n1,c\n2,d\n");
    desk.bad(&["train", "name.csv", "--target", "z"], &["name.csv", "\\n"]);
}

#[test]
fn options_that_cannot_be() {
    let desk = Desk::new();
    for (option, value) in [
        ("--hidden", "0"),
        ("--hidden", "8,x"),
        ("--lr", "0"),
        ("--lr", "nan"),
        ("--epochs", "0"),
        ("--batch-size", "0"),
        ("--threads", "0"),
        ("--activation", "cube"),
        ("--optimizer", "best"),
        ("--delimiter", "ab"),
        ("--missing", "guess"),
        ("--seed", "-1"),
    ] {
        desk.bad(&[&FLOWERS[..], &[option, value]].concat(), &[option, "--help"]);
    }
    let huge = [&FLOWERS[..], &["--hidden", "99999999999,99999999999"]].concat();
    desk.bad(&huge, &["--hidden", "smaller"]);
    desk.bad(&["train", "digits", "--missing", "drop"], &["digits: which column", "--target"]);
    desk.bad(&["train", "mnist", "--missing", "drop"], &["--missing", "CSV"]);
    desk.bad(&["train", "digits", "--data", "."], &["--data", "mnist"]);
    desk.bad(&["trian", "digits"], &["trian", "train"]);
    desk.bad(&[], &["train, fit, path, evaluate, predict or info"]);
    let text_as_value = [&FLOWERS[..], &["--task", "regression"]].concat();
    desk.bad(&text_as_value, &["\"kind\"", "categorical", "classification"]);
}

#[test]
fn a_run_that_diverges_says_so() {
    let desk = Desk::new();
    let diverging = [&FLOWERS[..], &["--json", "--optimizer", "sgd", "--lr", "1e30"]].concat();
    desk.bad(&diverging, &["diverged", "lower learning rate", "--lr"]);
}

#[test]
fn places_that_a_model_cannot_go_to() {
    let desk = Desk::new();
    let out = |file| [&FLOWERS[..], &["--out", file]].concat();
    desk.bad(&out("no/such/dir/m.gradus"), &["no/such/dir", "--out"]);
    desk.bad(&out("."), &["not a file", "--out"]);
    desk.bad(&out("flowers.csv"), &["flowers.csv", "not a model", "--out"]);
}

#[test]
fn model_files_that_are_none_or_damaged() {
    let desk = Desk::new();
    desk.good(&FLOWERS);
    let whole = desk.read("flowers.gradus");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(desk.dir.path().join(name), bytes).expect("the directory is writable");
    };
    write("cut.gradus", &whole[..whole.len() / 2]);
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    write("altered.gradus", &altered);
    let mut newer = whole.clone();
    newer[8] = 9;
    write("newer.gradus", &newer);
    for command in ["evaluate", "predict", "info"] {
        let with = |model| {
            if command == "info" {
                vec![command, model]
            } else {
                vec![command, model, "flowers.csv"]
            }
        };
        desk.bad(&with("cut.gradus"), &["cut.gradus", "cut off", "copy it again"]);
        desk.bad(&with("altered.gradus"), &["altered.gradus", "altered", "copy it again"]);
        desk.bad(&with("newer.gradus"), &["newer.gradus", "version 9", "update"]);
        desk.bad(&with("flowers.csv"), &["flowers.csv", "not a gradus model"]);
        desk.bad(&with("absent.gradus"), &["absent.gradus", "No such file"]);
    }
}

#[test]
fn data_that_is_not_the_models() {
    let desk = Desk::new();
    desk.good(&FLOWERS);
    desk.write("other.csv", "length,height,kind\n1,2,rose\n");
    for command in ["evaluate", "predict"] {
        let run = [command, "flowers.gradus", "other.csv"];
        desk.bad(&run, &["other.csv", "\"width\"", "\"height\"", "unexpected"]);
        desk.bad(&[command, "flowers.gradus", "digits"], &["\"width\"", "\"pixel_0_0\""]);
        desk.bad(&[command, "flowers.gradus", "."], &["table", "CSV"]);
    }
    let written = ["predict", "flowers.gradus", "other.csv", "--out", "p.csv"];
    desk.bad(&written, &["\"width\""]);
    desk.write("class.csv", "length,width,kind\n1,2,daisy\n");
    desk.bad(&["evaluate", "flowers.gradus", "class.csv"], &["line 2", "\"daisy\"", "\"rose\""]);
    desk.write("text.csv", "length,width,kind\nlong,2,rose\n");
    desk.bad(&["predict", "flowers.gradus", "text.csv"], &["\"length\"", "numeric"]);
    let mine = ["predict", "flowers.gradus", "flowers.csv", "--out", "flowers.csv"];
    desk.bad(&mine, &["flowers.csv", "--out"]);
    desk.write("far.csv", "length,width,kind\n1e38,-1e38,rose\n");
    desk.bad(&["predict", "flowers.gradus", "far.csv"], &["far", "finite"]);
    let test = ["evaluate", "flowers.gradus", "new.csv", "--rows", "test"];
    desk.write("new.csv", "length,width,kind\n1,2,rose\n");
    desk.bad(&test, &["new.csv", "--rows all"]);
}
