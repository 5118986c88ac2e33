//! What `gradus fit lasso`, `ridge`, `elastic-net` and `gradus path` say of mistakes, and their help.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

#[test]
fn mistakes_are_told_in_one_line_and_write_nothing() {
    let desk = Desk::new();
    let lasso = ["fit", "lasso", "flowers.csv", "--lambda", "0.1", "--target"];
    let with = |target: &'static str, extra: &[&'static str]| -> Vec<&'static str> {
        [&lasso[..], &[target], extra].concat()
    };
    desk.bad(&with("king", &[]), &["flowers.csv", "\"king\"", "\"width\""]);
    desk.bad(&with("length", &["--features", "petal"]), &["\"petal\"", "\"width\""]);
    desk.bad(&with("length", &["--features", "length"]), &["--target", "--features"]);
    desk.bad(&with("length", &["--weights", "kind"]), &["\"kind\"", "categorical", "numbers"]);
    desk.bad(
        &with("length", &["--weights", "length"]),
        &["\"length\"", "--weights", "leave it out of one"],
    );
    desk.bad(&with("length", &["--reference", "kind=tulip"]), &["\"tulip\"", "\"rose\""]);
    desk.bad(&with("length", &["--reference", "kind"]), &["--reference", "stage=I"]);
    desk.bad(&with("length", &["--event", "rose"]), &["\"rose\""]);
    desk.bad(&with("length", &["--out", "flowers.csv"]), &["flowers.csv", "not a model"]);
    desk.bad(
        &with("kind", &["--family", "gaussian"]),
        &["\"kind\"", "fern: 20", "--family multinomial"],
    );
    desk.bad(
        &with("kind", &["--family", "binomial"]),
        &["3 classes", "rose: 20", "--family multinomial"],
    );
    desk.bad(&with("kind", &["--offset", "width"]), &["--offset", "cancels"]);
    desk.bad(&["fit", "lasso", "flowers.csv", "--target", "length"], &["--lambda", "gradus path"]);
    desk.bad(&["fit", "lasso", "absent.csv", "--target", "y", "--lambda", "1"], &["no such file"]);
    desk.bad(
        &["fit", "elastic-net", "iris", "--target", "species", "--l1-ratio", "2"],
        &["--l1-ratio"],
    );
    desk.bad(&["fit", "lasso", "iris", "--target", "species", "--lambda", "-1"], &["--lambda"]);
    let cv = ["fit", "lasso", "iris", "--target", "petal_width", "--cv"];
    desk.bad(&[&cv[..], &["1"]].concat(), &["fold", "2"]);
    desk.bad(&[&cv[..], &["151"]].concat(), &["151", "150"]);
    desk.bad(&[&cv[..], &["5", "--lambda", "1"]].concat(), &["--lambda", "--cv"]);
    desk.bad(&[&cv[..], &["5", "--missing", "impute"]].concat(), &["held out", "--missing drop"]);
    desk.bad(&with("length", &["--one-se"]), &["--lambda", "--one-se"]);
    desk.bad(&["fit"], &["which model", "gradus fit --help"]);
    desk.bad(&["fit", "best", "iris"], &["best", "--help"]);
    desk.bad(&["path", "iris", "--target", "species", "--smallest", "2"], &["--smallest"]);
    desk.bad(&["path", "flowers.csv", "--target", "kind", "--out", "flowers.csv"], &["--out"]);
    desk.write("one.csv", "c,x,y\na,1,1\na,2,2\na,4,3\n");
    let one = ["fit", "ridge", "one.csv", "--target", "y", "--lambda", "1"];
    let note = &desk.json(&one)["notes"][0];
    assert!(note.as_str().unwrap().contains("c=a"), "{note}");
    desk.bad(&[&one[..], &["--reference", "c=a"]].concat(), &["\"c\"", "single level", "--ignore"]);
    desk.write("zero_one.csv", "x,y\n1,0\n2,1\n4,0\n5,1\n");
    let zero_one = ["fit", "ridge", "zero_one.csv", "--target", "y", "--lambda", "1"];
    let note = &desk.json(&zero_one)["notes"][0];
    assert!(note.as_str().unwrap().contains("--family binomial"), "{note}");
    desk.write("same.csv", "x,y\n1,1\n1,2\n1,4\n");
    desk.bad(&["path", "same.csv", "--target", "y"], &["every lambda"]);
    desk.write("negative.csv", "x,w,y\n1,1,1\n2,-1,2\n");
    let negative =
        ["fit", "lasso", "negative.csv", "--target", "y", "--lambda", "1", "--weights", "w"];
    desk.bad(&negative, &["weight", "-1", "--weights"]);
    desk.write("huge.csv", "x,y\n1,1e300\n2,-1e300\n5,3\n");
    desk.bad(
        &["fit", "lasso", "huge.csv", "--target", "y", "--lambda", "1"],
        &["outcome", "1e300"],
    );
    desk.bad(
        &["fit", "lasso", "huge.csv", "--target", "x", "--lambda", "1"],
        &["feature", "units"],
    );
    let few =
        ["fit", "lasso", "iris", "--target", "species", "--lambda", "1e-6", "--max-iter", "1"];
    desk.bad(&few, &["iterations", "gap", "--max-iter"]);
}

#[test]
fn the_same_file_on_any_number_of_threads_and_help_that_teaches() {
    let desk = Desk::new();
    for (file, threads) in [("one", "1"), ("two", "2")] {
        desk.good(&[
            "fit",
            "lasso",
            "breast_cancer",
            "--target",
            "diagnosis",
            "--lambda",
            "0.02",
            "--out",
            file,
            "--threads",
            threads,
        ]);
    }
    assert!(desk.read("one") == desk.read("two"));
    for command in
        [&["fit"][..], &["fit", "lasso"], &["fit", "ridge"], &["fit", "elastic-net"], &["path"]]
    {
        let text = desk.good(&[command, &["--help"]].concat());
        assert!(text.contains("Example") && text.contains("gradus "), "{text}");
    }
}
