//! `gradus cv` and `gradus tune` take what `gradus fit` and `gradus train` take, and what `tune` proposes
//! can be pasted.
//!
//! Expected numbers: scikit-learn 1.9.1 (`LinearRegression` with `sample_weight`, `SVC(kernel="linear")`
//! behind a `StandardScaler`, `LogisticRegression(penalty=None)`) and statsmodels (`GLM`, Poisson family),
//! each row predicted by a fit of all others.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use serde_json::Value;

fn score<'v>(report: &'v Value, measure: &str) -> &'v Value {
    let scores = report["scores"].as_array().unwrap();
    scores.iter().find(|score| score["measure"] == measure).unwrap()
}

fn assert_pooled(report: &Value, measure: &str, expected: f64, tolerance: f64) {
    let found = score(report, measure)["pooled"].as_f64().unwrap();
    assert!((found / expected - 1.0).abs() < tolerance, "{measure}: {found} for {expected}");
}

const OLS: [&str; 7] =
    ["cv", "diabetes", "--target", "progression", "--model", "ols", "--leave-one-out"];

#[test]
fn rows_weigh_and_offsets_count_in_each_fold() {
    let desk = Desk::new();
    let with = |extra: &[&'static str]| desk.json(&[&OLS[..], extra].concat());
    let weighted = with(&["--weights", "sex"]);
    assert_pooled(&weighted, "rmse", 55.809138937941114, 1e-9);
    assert_pooled(&weighted, "mae", 45.665384684724614, 1e-9);
    let offset = with(&["--offset", "age"]);
    assert_pooled(&offset, "rmse", 56.08486466519548, 1e-9);
    let through_origin = with(&["--features", "bmi,bp", "--no-intercept"]);
    assert_pooled(&through_origin, "rmse", 65.6471774739595, 1e-9);
    let model = through_origin["model"].as_str().unwrap();
    assert_eq!(model, "least squares, no intercept");
}

/// y = 0 to 5 of i modulo coprime numbers, with an exposure of 1 to 3.
fn counts() -> String {
    let row = |i: usize| {
        let (x, e) = ((i * 7 % 11) as f64 / 10.0, 1.0 + (i % 5) as f64 * 0.5);
        format!("{x},{e},{}\n", (i * 13 % 7 + usize::from(i.is_multiple_of(3)) * 2) % 6)
    };
    (0..60).map(row).fold("x,time,events\n".to_owned(), |text, row| text + &row)
}

#[test]
fn counts_are_predicted_with_their_exposure() {
    let desk = Desk::new();
    desk.write("counts.csv", &counts());
    let cv = ["cv", "counts.csv", "--target", "events", "--model", "poisson", "--leave-one-out"];
    let report = desk.json(&[&cv[..], &["--exposure", "time"]].concat());
    assert_eq!(report["task"], "regression");
    assert_pooled(&report, "rmse", 1.8935725749506305, 1e-8);
    assert_pooled(&report, "mae", 1.5840711760379382, 1e-8);
    let refused =
        |extra: &[&'static str], says: &[&str]| desk.bad(&[&cv[..], extra].concat(), says);
    refused(&["--exposure", "x"], &["counts.csv", "\"x\"", "above 0"]);
    refused(&["--exposure", "events"], &["by --exposure and by --target", "leave it out of one"]);
    refused(&["--task", "classification"], &["--model poisson predicts numbers"]);
}

#[test]
fn hyperplanes_are_judged_by_their_sides_and_margins() {
    let desk = Desk::new();
    let iris = include_str!("../../gradus-data/data/iris.csv");
    let two: String = iris
        .lines()
        .filter(|line| !line.ends_with("setosa"))
        .fold(String::new(), |text, line| text + line + "\n");
    desk.write("two.csv", &two);
    let cv = ["cv", "two.csv", "--target", "species", "--model", "svm", "--c", "2"];
    let report = desk.json(&[&cv[..], &["--leave-one-out"]].concat());
    assert_pooled(&report, "accuracy", 0.94, 1e-12);
    assert_pooled(&report, "auc", 0.9932, 1e-4);
    assert_eq!(
        report["measures"],
        serde_json::json!(["accuracy", "balanced_accuracy", "macro_f1", "auc"])
    );
    assert_eq!(report["held_out"]["classes"][1]["label"], "virginica");
    // With the classes turned the report turns, and the areas stay.
    let turned = desk.json(&[&cv[..], &["--leave-one-out", "--event", "versicolor"]].concat());
    assert_eq!(turned["held_out"]["classes"][1]["label"], "versicolor");
    assert_pooled(&turned, "auc", 0.9932, 1e-4);
    let three = ["cv", "iris", "--target", "species", "--model", "svm", "--folds", "3"];
    assert!(score(&desk.json(&three), "auc")["pooled"].as_f64().unwrap() > 0.8);
    let tune = ["tune", "two.csv", "--target", "species", "--model", "svm", "--folds", "5"];
    let text = desk.good(&[&tune[..], &["--try", "c=0.01/1", "--loss", "squared-hinge"]].concat());
    assert!(text.contains("compared by accuracy"), "{text}");
    assert!(text.contains("to fit it: gradus fit svm two.csv --target species"), "{text}");
    desk.bad(
        &[&tune[..], &["--try", "c=1/2", "--measure", "log-loss"]].concat(),
        &["log-loss is of probabilities"],
    );
    desk.bad(&[&cv[..], &["--event", "rose"]].concat(), &["two.csv", "\"rose\"", "virginica"]);
    desk.bad(&[&three[..], &["--event", "setosa"]].concat(), &["--event names one of two classes"]);
    desk.bad(&[&three[..], &["--offset", "sepal_width"]].concat(), &["--offset is for ols"]);
}

#[test]
fn several_classes_are_told_apart_without_a_penalty() {
    let desk = Desk::new();
    let cv = ["cv", "wine", "--target", "cultivar", "--model", "multinomial", "--leave-one-out"];
    let report = desk.json(&[&cv[..], &["--features", "alcohol,hue"]].concat());
    assert_pooled(&report, "log_loss", 0.33745947687887495, 1e-7);
    assert_pooled(&report, "accuracy", 0.8651685393258427, 1e-12);
}

/// Where x tells the classes apart the likelihood has no maximum, and Firth's has.
#[test]
fn firths_correction_has_an_answer_in_each_fold() {
    let desk = Desk::new();
    let row = |i: usize| format!("{i},{}\n", if i < 20 { "a" } else { "b" });
    desk.write("apart.csv", &(0..40).map(row).fold("x,y\n".to_owned(), |text, row| text + &row));
    let cv = ["cv", "apart.csv", "--target", "y", "--model", "logistic"];
    desk.bad(&cv, &["apart.csv: the fit of fold 1 failed: ", "x"]);
    let report = desk.json(&[&cv[..], &["--firth"]].concat());
    assert!(score(&report, "accuracy")["pooled"].as_f64().unwrap() >= 0.95, "{report}");
    let lasso = ["cv", "apart.csv", "--target", "y", "--model", "ridge", "--lambda", "1"];
    desk.bad(&[&lasso[..], &["--firth"]].concat(), &["--firth is for logistic"]);
}

/// The words of a command line as a shell makes them of single quotes and spaces.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

/// Runs what a search proposes, and returns its report.
fn pasted(desk: &Desk, tune: &[&str]) -> (String, Value) {
    let next = desk.json(tune)["next"].as_str().unwrap().to_owned();
    let words = words(&next);
    assert_eq!(words[0], "gradus");
    let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    (next.clone(), desk.json(&args))
}

#[test]
fn what_is_proposed_can_be_pasted() {
    let desk = Desk::new();
    let visits: String = (0..90)
        .map(|i| {
            let (patient, ward) = (i / 3, ["east", "west wing"][i % 2]);
            let y = f64::from(u32::try_from(i % 7).unwrap()) + 0.25;
            format!("{patient};{i};{ward};{};{};-9;{y}\n", i % 5, 1 + i % 2)
        })
        .collect();
    desk.write("my visits.csv", &visits);
    // Every kind of option that is fixed is repeated, and the group is no feature.
    let tune = [
        "tune",
        "my visits.csv",
        "--target",
        "y",
        "--model",
        "elastic-net",
        "--delimiter",
        ";",
        "--names",
        "patient,no,ward,score,weight,gap,y",
        "--missing-text",
        "-9",
        "--ignore",
        "no,gap",
        "--weights",
        "weight",
        "--reference",
        "ward=west wing",
        "--l1-ratio",
        "0.25",
        "--no-scaling",
        "--group",
        "patient",
        "--folds",
        "5",
        "--try",
        "lambda=0.01/0.1",
    ];
    let (next, report) = pasted(&desk, &tune);
    for part in [
        "gradus fit elastic-net 'my visits.csv' --target y ",
        "--delimiter ';'",
        "--reference 'ward=west wing'",
        "--ignore no,gap,patient",
        "--lambda 0.",
    ] {
        assert!(next.contains(part), "lacks {part:?}: {next}");
    }
    assert_eq!(
        (&report["l1_ratio"], &report["model"]),
        (&Value::from(0.25), &"elastic-net".into())
    );
    let features = report["features"].as_array().map(Vec::len);
    assert!(features.is_none_or(|count| count == 2), "{report}");
    assert!(!report.to_string().contains("patient"), "{report}");

    // Numbers that are classes need the family said.
    let classes: String = (0..60).map(|i| format!("{},{}\n", i * 7 % 13, i % 2)).collect();
    desk.write("binary.csv", &format!("x,y\n{classes}"));
    let tune = ["tune", "binary.csv", "--target", "y", "--model", "ridge", "--try", "lambda=0.1/1"];
    let (next, report) = pasted(&desk, &[&tune[..], &["--class-weights", "balanced"]].concat());
    assert!(
        next.contains("--family binomial") && next.contains("--class-weights balanced"),
        "{next}"
    );
    assert_eq!(report["family"], "binomial");

    // A network is trained on an embedded table too.
    let tune =
        ["tune", "iris", "--target", "species", "--hidden", "4", "--epochs", "10", "--folds"];
    let (next, report) =
        pasted(&desk, &[&tune[..], &["3", "--seed", "5", "--try", "lr=0.01/0.02"]].concat());
    assert!(next.starts_with("gradus train iris --target species"), "{next}");
    assert_eq!(
        (&report["settings"]["epochs"], &report["settings"]["seed"]),
        (&10.into(), &5.into())
    );
    assert_eq!(report["settings"]["hidden"], serde_json::json!([4]));

    let tune = ["tune", "breast_cancer", "--target", "diagnosis", "--model", "svm", "--event"];
    let (next, report) =
        pasted(&desk, &[&tune[..], &["benign", "--folds", "3", "--try", "c=0.01/0.1"]].concat());
    assert!(next.contains("--event benign"), "{next}");
    assert_eq!(report["classes"], serde_json::json!(["malignant", "benign"]));
}

/// Halving rations rows or epochs inside, and its choice is measured outside.
#[test]
fn the_choice_of_halving_is_measured_too() {
    let desk = Desk::new();
    let ridge = ["tune", "diabetes", "--target", "progression", "--model", "ridge"];
    let search = ["--try", "lambda=0.001/0.1/10/1000", "--search", "halving", "--nested", "3"];
    let report = desk.json(&[&ridge[..], &search, &["--folds", "3"]].concat());
    let folds = report["nested"]["folds"].as_array().unwrap();
    assert_eq!(folds.len(), 3);
    assert!(folds.iter().all(|fold| fold["search"]["rungs"].as_array().unwrap().len() == 2));
    // The best is far from the worst two, whatever the folds: R² of ridge at 0.1 is about 0.48.
    let mean = report["nested"]["spread"]["mean"].as_f64().unwrap();
    assert!((50.0..62.0).contains(&mean), "{mean}");
    let text = desk.good(&[&ridge[..], &search, &["--folds", "3"]].concat());
    assert!(
        text.contains(
            "the choice itself (the simplest within one standard error in each), measured on 3"
        ),
        "{text}"
    );
    let network = ["tune", "flowers.csv", "--target", "kind", "--epochs", "4", "--folds", "2"];
    let search = ["--try", "lr=0.01/0.02", "--search", "halving", "--nested", "2"];
    let report = desk.json(&[&network[..], &search].concat());
    assert_eq!(report["nested"]["folds"].as_array().unwrap().len(), 2);
}

/// Files and texts count from 1; JSON's places are indices.
#[test]
fn candidates_and_folds_are_counted_from_one() {
    let desk = Desk::new();
    let tune = ["tune", "diabetes", "--target", "progression", "--model", "ridge", "--folds", "2"];
    let report =
        desk.json(&[&tune[..], &["--try", "lambda=0.1/100", "--out", "trials.csv"]].concat());
    assert_eq!(report["trials"][0]["candidate"], 0);
    let trials = String::from_utf8(desk.read("trials.csv")).unwrap();
    let mut lines = trials.lines();
    assert_eq!(lines.next(), Some("candidate,lambda,budget,mean,standard_error,fold_1,fold_2"));
    assert!(lines.next().unwrap().starts_with("1,0.1,,"), "{trials}");
}
