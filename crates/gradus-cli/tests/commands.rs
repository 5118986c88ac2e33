//! The commands, as a user runs them.

mod common;

use std::io::Read;
use std::process::{Command, Stdio};

use common::Desk;

#[test]
fn digits_are_learned_saved_and_used() {
    let desk = Desk::new();
    let text = desk.good(&["train", "digits", "--epochs", "12"]);
    for part in [
        "1078 train, 360 dev, 359 test",
        "epoch  train cost  dev cost  train accuracy  dev accuracy",
        "confusion matrix",
        "weighted mean",
        "gradus predict digits.gradus digits",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let info = desk.json(&["info", "digits.gradus"]);
    let accuracy = info["training"]["test_scores"][0]["value"].as_f64().unwrap();
    assert!(accuracy > 0.94, "{accuracy}");

    // Its own data: the test rows alone, and their score again.
    let evaluated = desk.json(&["evaluate", "digits.gradus", "digits"]);
    assert_eq!((evaluated["rows"].as_u64(), evaluated["part"].as_str()), (Some(359), Some("test")));
    assert_eq!(evaluated["scores"]["accuracy"].as_f64(), Some(accuracy));
    let scores = &evaluated["scores"];
    let interval = &scores["accuracy_interval"];
    assert!(interval["lower"].as_f64().unwrap() < accuracy);
    assert!(interval["upper"].as_f64().unwrap() > accuracy);
    assert!(scores["roc_auc"].as_f64().unwrap() > 0.99);
    assert_eq!(scores["classes"].as_array().unwrap().len(), 10);
    assert_eq!(scores["top_k"].as_array().unwrap().len(), 4);
    let text = desk.good(&["evaluate", "digits.gradus", "digits"]);
    for part in ["95% interval", "MCC", "log-loss", "ROC AUC", "among the best 2"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let all = desk.json(&["evaluate", "digits.gradus", "digits", "--rows", "all"]);
    assert_eq!((all["rows"].as_u64(), all["part"].as_str()), (Some(1797), Some("all")));

    let predicted = desk.good(&["predict", "digits.gradus", "digits"]);
    let lines: Vec<&str> = predicted.lines().collect();
    assert_eq!(lines.len(), 1798);
    assert!(lines[0].starts_with("prediction,probability_0,probability_1,"));
    for line in &lines[1..] {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        let (class, p) = (fields[0] as usize, &fields[1..]);
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{line}");
        assert!(p.iter().all(|&other| other <= p[class]), "{line}");
    }
}

#[test]
fn the_same_seed_gives_the_same_file_on_any_number_of_threads() {
    let desk = Desk::new();
    for (file, threads) in [("one", "1"), ("two", "2"), ("again", "2")] {
        let run = ["train", "digits", "--epochs", "2", "--out", file, "--threads", threads];
        desk.good(&run);
    }
    assert!(desk.read("one") == desk.read("two") && desk.read("two") == desk.read("again"));
    desk.good(&["train", "digits", "--epochs", "2", "--out", "other", "--seed", "1"]);
    assert!(desk.read("one") != desk.read("other"));
}

#[test]
fn a_table_of_classes() {
    let desk = Desk::new();
    let report = desk.json(&["train", "flowers.csv", "--target", "kind", "--hidden", "8"]);
    assert_eq!(report["task"], "classification");
    assert_eq!(report["classes"], serde_json::json!(["fern", "lily", "rose"]));
    assert_eq!(report["rows"], serde_json::json!({"train": 36, "dev": 12, "test": 12}));
    assert_eq!(report["layers"], serde_json::json!([2, 8, 3]));
    assert!(report["test"]["accuracy"].as_f64().unwrap() > 0.9);

    // Other order, an unused column of anything, no target.
    desk.write("new.csv", "width;remark;length\n3.2;fine;0.2\n1.1;7;4.3\n");
    let predict = ["predict", "flowers.gradus", "new.csv", "--delimiter", ";"];
    let text = desk.good(&predict);
    let first: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(first, ["prediction", "rose", "fern"]);
    let json = desk.json(&predict);
    assert_eq!(json["predictions"][1]["prediction"], "fern");
    assert_eq!(json["predictions"][0]["probabilities"].as_object().unwrap().len(), 3);
    desk.good(&[&predict[..], &["--out", "p.csv"]].concat());
    assert_eq!(desk.read("p.csv"), text.as_bytes());
}

#[test]
fn a_table_of_values_is_scored_in_its_own_units() {
    let desk = Desk::new();
    let rows: String = (0..200)
        .map(|i| {
            let (x, colour) = (f64::from(i * 37 % 200) / 10.0, ["red", "blue"][i as usize % 2]);
            let y = 1000.0 + 50.0 * x + if colour == "red" { 300.0 } else { 0.0 };
            format!("n{i},{x},{colour},{y},7\n")
        })
        .collect();
    desk.write("prices.csv", &format!("id,size,colour,price,same\n{rows}"));
    let run = ["train", "prices.csv", "--target", "price"];
    let text = desk.good(&run);
    assert!(text.contains("note: column \"id\" has 200 different texts"), "{text}");
    assert!(text.contains("nothing to learn from: same"), "{text}");
    let ignoring = [&run[..], &["--ignore", "id", "--hidden", "16", "--seed", "3"]].concat();
    let report = desk.json(&ignoring);
    assert_eq!(
        (report["task"].as_str(), report["features"].as_u64()),
        (Some("regression"), Some(4))
    );
    assert!(report["test"]["r2"].as_f64().unwrap() > 0.99, "{report}");
    // A model that predicted standardised values would miss by about a thousand.
    assert!(report["test"]["rmse"].as_f64().unwrap() < 50.0, "{report}");
    let evaluated = desk.json(&["evaluate", "prices.gradus", "prices.csv"]);
    assert_eq!(evaluated["scores"], report["test"]);
    let (scores, number) =
        (&evaluated["scores"], |value: &serde_json::Value| value.as_f64().unwrap());
    assert!(number(&scores["mae_interval"]["lower"]) <= number(&scores["mae"]));
    assert!(number(&scores["median_absolute_error"]) <= number(&scores["max_error"]));

    desk.write("new.csv", "size,colour,same\n10,red,7\n10,green,7\n");
    let run = desk.run(&["predict", "prices.gradus", "new.csv"]);
    assert_eq!(run.code, 0);
    let price: f64 = run.stdout.lines().nth(1).unwrap().parse().unwrap();
    assert!((price - 1800.0).abs() < 100.0, "{price}");
    assert!(run.stderr.contains("note: column \"colour\"") && run.stderr.contains("green"));
    let info = desk.good(&["info", "prices.gradus"]);
    assert!(info.contains("2 indicators: blue, red") && info.contains("RMSE"), "{info}");
}

#[test]
fn rows_without_a_prediction_keep_their_line() {
    let desk = Desk::new();
    desk.good(&["train", "flowers.csv", "--target", "kind", "--missing", "drop"]);
    desk.write("holes.csv", "length,width\n0.2,3.2\n,1.0\n4.3,1.1\n");
    let run = desk.run(&["predict", "flowers.gradus", "holes.csv"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((run.code, lines.len(), lines[2]), (0, 4, ",,,"));
    assert!(lines[3].starts_with("fern,"));
    assert!(run.stderr.starts_with("note: 1 of 3 rows"), "{}", run.stderr);
}

#[test]
fn numbers_can_be_labels_or_levels() {
    let desk = Desk::new();
    let rows: String = (0..60).map(|i| format!("{:02},{},{}\n", i % 3, i % 5, i % 3)).collect();
    desk.write("codes.csv", &format!("zone,x,kind\n{rows}"));
    // Whole numbers are classes, a zone is a level.
    let report = desk.json(&["train", "codes.csv", "--target", "kind", "--categorical", "zone"]);
    assert_eq!(report["features"], 4);
    assert_eq!(report["classes"], serde_json::json!(["0", "1", "2"]));
    assert!(report["notes"][0].as_str().unwrap().contains("--task regression"));
    desk.json(&["evaluate", "codes.gradus", "codes.csv"]);
    // A target such as 00, 01, 02 is read as text again when it is evaluated.
    let zone = ["train", "codes.csv", "--target", "zone", "--categorical", "zone"];
    assert_eq!(desk.json(&zone)["classes"], serde_json::json!(["00", "01", "02"]));
    assert_eq!(desk.json(&["evaluate", "codes.gradus", "codes.csv"])["part"], "test");
    let values = ["train", "codes.csv", "--target", "kind", "--task", "regression"];
    assert_eq!(desk.json(&values)["task"], "regression");
}

#[test]
fn every_optimiser_and_activation_learns() {
    let desk = Desk::new();
    for optimizer in ["adam", "sgd", "momentum"] {
        for activation in ["relu", "tanh", "sigmoid"] {
            let report = desk.json(&[
                "train",
                "flowers.csv",
                "--target",
                "kind",
                "--optimizer",
                optimizer,
                "--activation",
                activation,
            ]);
            let accuracy = report["test"]["accuracy"].as_f64().unwrap();
            assert!(accuracy > 0.9, "{optimizer}, {activation}: {accuracy}");
        }
    }
    let linear = desk.json(&["train", "flowers.csv", "--target", "kind", "--hidden", "none"]);
    assert_eq!(linear["layers"], serde_json::json!([2, 3]));
    for optimizer in ["nesterov", "adagrad", "rmsprop", "amsgrad", "adamw", "nadam"] {
        let train = ["train", "flowers.csv", "--target", "kind", "--optimizer", optimizer];
        let accuracy = desk.json(&train)["test"]["accuracy"].as_f64().unwrap();
        assert!(accuracy > 0.9, "{optimizer}: {accuracy}");
    }
}

#[test]
fn penalties_and_clipping_reach_the_training() {
    let desk = Desk::new();
    // Not Adam, which does not see how long gradients are.
    let train = ["train", "flowers.csv", "--target", "kind", "--optimizer", "sgd"];
    let cost = |extra: &[&str]| {
        let report = desk.json(&[&train[..], extra].concat());
        report["history"]["epochs"][0]["train"]["cost"].as_f64().unwrap()
    };
    let plain = cost(&[]);
    assert_eq!(plain, cost(&["--l1", "0", "--l2", "0", "--clip-norm", "1e6"]));
    for extra in [["--l1", "5"], ["--l2", "5"], ["--clip-norm", "0.01"]] {
        assert_ne!(cost(&extra), plain, "{extra:?}");
    }
    // A penalty beyond all reason leaves no weight, and with equal outputs no class stands out.
    let report = desk.json(&[&train[..], &["--l1", "1e6"]].concat());
    assert!(report["test"]["accuracy"].as_f64().unwrap() < 0.7);
}

/// `gradus … | head`: the reader goes, the program does not complain.
#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    desk.good(&["train", "digits", "--epochs", "1"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gradus"))
        .args(["predict", "digits.gradus", "digits"])
        .current_dir(desk.dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut start = [0; 10];
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn help_teaches_on_standard_output() {
    let desk = Desk::new();
    for command in ["train", "evaluate", "predict", "info"] {
        let text = desk.good(&[command, "--help"]);
        assert!(text.contains("Example") && text.contains("gradus "), "{text}");
    }
    assert!(desk.good(&["--help"]).contains("gradus train digits"));
    assert!(desk.good(&["--version"]).starts_with("gradus "));
}
