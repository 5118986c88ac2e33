//! The options of `train` for layers, costs, weights and the learning rate.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use std::fmt::Write as _;

use common::Desk;
use serde_json::Value;

const FLOWERS: [&str; 4] = ["train", "flowers.csv", "--target", "kind"];

fn with<'a>(first: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [first, rest].concat()
}

/// The kinds of layers of a saved model, each by its first name.
fn layers(info: &Value) -> Vec<String> {
    let layers = info["layers"].as_array().unwrap().iter();
    layers.map(|layer| layer.as_object().unwrap().keys().next().unwrap().clone()).collect()
}

#[test]
fn layers_are_built_trained_and_saved() {
    let desk = Desk::new();
    let options = with(
        &FLOWERS,
        &["--hidden", "16,8", "--norm", "batch", "--activation", "prelu", "--dropout", "0.1,0"],
    );
    let report = desk.json(&options);
    assert!(report["test"]["accuracy"].as_f64().unwrap() > 0.9, "{report}");
    assert_eq!(report["settings"]["norm"], "batch");
    assert_eq!(report["settings"]["dropout"], serde_json::json!([0.1, 0.0]));
    let info = desk.json(&["info", "flowers.gradus"]);
    let hidden = ["LinearWithoutBias", "BatchNorm", "Prelu"];
    let expected = [&hidden[..], &["Dropout"], &hidden, &["Linear"]].concat();
    assert_eq!(layers(&info), expected);
    // The running statistics and the slopes came back: the same scores again.
    let evaluated = desk.json(&["evaluate", "flowers.gradus", "flowers.csv"]);
    assert_eq!(evaluated["scores"], report["test"]);
    let text = desk.good(&["info", "flowers.gradus"]);
    for part in ["linear, no bias", "batch norm", "prelu", "dropout 0.1"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }

    let layer =
        with(&FLOWERS, &["--norm", "layer", "--activation", "leaky-relu=0.2", "--out", "l"]);
    assert!(desk.good(&layer).contains("leaky-relu(0.2), layer normalisation"));
    assert_eq!(layers(&desk.json(&["info", "l"]))[..2], ["Linear", "LayerNorm"]);
}

#[test]
fn a_batch_size_that_batch_normalisation_cannot_take_is_changed_with_a_note() {
    let desk = Desk::new();
    let rows = (0..55).map(|i| format!("{i},{}\n", i * i % 7)).collect::<String>();
    desk.write("values.csv", &format!("x,y\n{rows}"));
    let options = ["train", "values.csv", "--target", "y", "--epochs", "2"];
    let report = desk.json(&with(&options, &["--norm", "batch"]));
    assert_eq!(report["rows"]["train"], 33, "the test needs a row alone after batches of 32");
    assert_eq!(report["settings"]["batch_size"], 33);
    let said = desk.good(&with(&options, &["--norm", "batch"]));
    let note =
        "note: batches of 33 instead of 32, which would leave the last of 33 training rows alone:";
    assert!(said.contains(note), "{said}");
    assert!(!desk.good(&options).contains("instead of"));
}

#[test]
fn noise_and_running_statistics_have_the_same_bits_on_any_number_of_threads() {
    let desk = Desk::new();
    let options = ["train", "digits", "--norm", "batch", "--dropout", "0.3", "--epochs", "2"];
    let weights = ["--class-weights", "balanced", "--schedule", "cosine"];
    for (file, threads) in [("one", "1"), ("two", "2")] {
        let run = ["--out", file, "--threads", threads];
        desk.good(&[&options[..], &weights, &run].concat());
    }
    assert!(desk.read("one") == desk.read("two"));
}

#[test]
fn every_activation_and_initialisation_learns() {
    let desk = Desk::new();
    let accuracy = |options: &[&str]| {
        let short = ["--hidden", "16", "--epochs", "60"];
        let report = desk.json(&[&FLOWERS[..], &short, options].concat());
        report["test"]["accuracy"].as_f64().unwrap()
    };
    for activation in
        ["leaky-relu", "elu=0.5", "selu", "gelu", "silu", "softplus", "softsign", "arctan"]
    {
        let accuracy = accuracy(&["--activation", activation]);
        assert!(accuracy > 0.9, "{activation}: {accuracy}");
    }
    for init in [
        "he-normal",
        "he-uniform",
        "glorot-normal",
        "glorot-uniform",
        "lecun-normal",
        "lecun-uniform",
        "orthogonal",
        "pytorch",
    ] {
        let accuracy = accuracy(&["--init", init]);
        assert!(accuracy > 0.9, "{init}: {accuracy}");
    }
    // Units that begin alike stay alike: behind ReLUs of 0 nothing but the last bias learns.
    assert!(accuracy(&["--init", "zeros"]) < 0.5);
}

#[test]
fn the_rate_follows_its_law() {
    let desk = Desk::new();
    let rates = |options: &[&str]| -> Vec<f64> {
        let plain = ["--optimizer", "sgd", "--lr", "0.1", "--epochs", "4", "--batch-size", "12"];
        let report = desk.json(&[&FLOWERS[..], &plain, options].concat());
        let epochs = report["history"]["epochs"].as_array().unwrap();
        epochs.iter().map(|epoch| epoch["lr"].as_f64().unwrap()).collect()
    };
    // 36 rows are three batches; what is recorded is the rate of an epoch's last step.
    for (options, expected) in [
        (&["--schedule", "constant"][..], [0.1, 0.1, 0.1, 0.1]),
        (&["--schedule", "step=2,0.5"], [0.1, 0.1, 0.05, 0.05]),
        (&["--schedule", "exponential=0.5"], [0.1, 0.05, 0.025, 0.0125]),
        (&["--schedule", "inverse-time=1"], [0.1, 0.05, 0.1 / 3.0, 0.025]),
        (&["--warmup", "2"], [0.05, 0.1, 0.1, 0.1]),
        (&["--warmup", "1", "--schedule", "step=1,0.5"], [0.1, 0.1, 0.05, 0.025]),
    ] {
        for (got, expected) in rates(options).iter().zip(expected) {
            assert!((got - expected).abs() < 1e-9, "{options:?}: {got}, not {expected}");
        }
    }
    let cosine = rates(&["--schedule", "cosine"]);
    assert!(cosine.windows(2).all(|pair| pair[1] < pair[0]) && cosine[3] < 0.01, "{cosine:?}");
    let cycle = rates(&["--schedule", "one-cycle"]);
    assert!(cycle[3] < 1e-3 && cycle.iter().any(|lr| *lr > 0.05), "{cycle:?}");
}

#[test]
fn the_record_tells_what_was_set() {
    let desk = Desk::new();
    let options =
        ["--optimizer", "adamw", "--schedule", "cosine", "--warmup", "2", "--epochs", "8"];
    desk.good(&[&FLOWERS[..], &options, &["--label-smoothing", "0.1"]].concat());
    let text = desk.good(&["info", "flowers.gradus"]);
    for part in [
        "by adamw at rate 0.01, schedule cosine, 2 epochs of warm-up, weight decay 0.01, batches of 32",
        "trained for the cross-entropy with label smoothing 0.1",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
}

/// The same numbers, since AdamW is Adam with a decay; and a decay that reaches the weights.
#[test]
fn weight_decay_goes_with_any_optimiser() {
    let desk = Desk::new();
    let history = |options: &[&str]| {
        let run = [&FLOWERS[..], &["--epochs", "5"], options].concat();
        desk.json(&run)["history"].clone()
    };
    let adamw = history(&["--optimizer", "adamw"]);
    assert_eq!(adamw, history(&["--optimizer", "adam", "--weight-decay", "0.01"]));
    assert_ne!(adamw, history(&["--optimizer", "adam"]));
    assert_eq!(history(&["--optimizer", "adamw", "--weight-decay", "0"]), history(&[]));
    assert_ne!(
        history(&["--optimizer", "sgd", "--weight-decay", "0.5"]),
        history(&["--optimizer", "sgd"])
    );
}

/// A line with a twentieth of wild values: costs that mind outliers less stay closer to it.
#[test]
fn values_have_three_costs() {
    let desk = Desk::new();
    let mut table = "x,y\n".to_owned();
    for i in 0..200 {
        let x = f64::from(i * 37 % 200) / 100.0 - 1.0;
        let wild = if i % 20 == 3 { 60.0 } else { 0.0 };
        writeln!(table, "{x},{}", 2.0 * x + wild).unwrap();
    }
    desk.write("line.csv", &table);
    desk.write("clean.csv", "x,y\n-1,-2\n-0.5,-1\n0,0\n0.5,1\n1,2\n");
    let error = |options: &[&str]| {
        let train = ["train", "line.csv", "--target", "y", "--hidden", "none", "--epochs", "100"];
        desk.good(&[&train[..], options].concat());
        let report = desk.json(&["evaluate", "line.gradus", "clean.csv"]);
        report["scores"]["rmse"].as_f64().unwrap()
    };
    let (mse, huber, mae) =
        (error(&[]), error(&["--cost", "huber=0.1"]), error(&["--cost", "mae"]));
    assert!(mse > 1.5 && huber < 0.7 && mae < 0.5, "{mse} {huber} {mae}");
    assert!(desk.good(&["info", "line.gradus"]).contains("trained for the mean absolute error"));
}

/// Of a hundred rows five are ill: some have more fever than any other, some as much as many.
fn patients() -> String {
    let mut table = "fever,care,state\n".to_owned();
    for i in 0..400 {
        let ill = i % 20 == 0;
        let fever = f64::from(i * 13 % 40) / 40.0 + if ill { 0.9 } else { 0.0 };
        writeln!(table, "{fever},{},{}", i % 3, if ill { "ill" } else { "well" }).unwrap();
    }
    table
}

#[test]
fn class_weights_find_the_rare_class() {
    let desk = Desk::new();
    desk.write("patients.csv", &patients());
    let recall = |options: &[&str]| {
        let train = ["train", "patients.csv", "--target", "state", "--ignore", "care"];
        let plain = ["--hidden", "none", "--epochs", "60"];
        let report = desk.json(&[&train[..], &plain, options].concat());
        let classes = report["test"]["classes"].as_array().unwrap().clone();
        classes[0]["recall"].as_f64().unwrap()
    };
    let (plain, balanced) = (recall(&[]), recall(&["--class-weights", "balanced"]));
    assert!(plain <= 0.5 && balanced == 1.0, "{plain} {balanced}");
    assert!(recall(&["--class-weights", "ill=20"]) == 1.0);
}

#[test]
fn a_column_of_weights_is_no_feature_and_counts() {
    let desk = Desk::new();
    desk.write("patients.csv", &patients());
    let train = ["train", "patients.csv", "--target", "state", "--epochs", "5"];
    let weighted = desk.json(&[&train[..], &["--weights", "care"]].concat());
    assert_eq!(weighted["features"], 1);
    let ignoring = desk.json(&[&train[..], &["--ignore", "care"]].concat());
    assert_ne!(weighted["history"], ignoring["history"]);
    // It need not be there when the model is used.
    desk.write("new.csv", "fever\n0.1\n1.4\n");
    desk.good(&[&train[..], &["--weights", "care"]].concat());
    assert_eq!(desk.good(&["predict", "patients.gradus", "new.csv"]).lines().count(), 3);
}

#[test]
fn what_does_not_go_together_is_refused_in_a_line() {
    let desk = Desk::new();
    desk.write("patients.csv", &patients());
    for (name, header, rows) in [
        ("odd.csv", "x,w,y", "1,1,a\n2,-1,b\n"),
        ("gap.csv", "x,w,y", "1,1,a\n2,,b\n"),
        ("text.csv", "x,w,y", "1,much,a\n2,little,b\n"),
        ("line.csv", "x,y", "1,1.5\n2,2.5\n"),
    ] {
        desk.write(name, &format!("{header}\n{}", rows.repeat(20)));
    }
    let digits = ["train", "digits"];
    let line = ["train", "line.csv", "--target", "y", "--task", "regression"];
    let (odd, gap, text) = (
        ["train", "odd.csv", "--target", "y"],
        ["train", "gap.csv", "--target", "y", "--missing", "impute"],
        ["train", "text.csv", "--target", "y"],
    );
    for (args, says) in [
        (with(&digits, &["--cost", "mae"]), &["is a class", "--cost"][..]),
        (with(&digits, &["--cost", "hinge"]), &["--cost", "huber[=DELTA]"]),
        (with(&digits, &["--activation", "softmax"]), &["--activation", "the cost holds it"]),
        (with(&digits, &["--dropout", "1"]), &["--dropout", "below 1"]),
        (with(&digits, &["--dropout", "0.1,0.2"]), &["--dropout has 2 rates"]),
        (with(&digits, &["--hidden", "none", "--norm", "layer"]), &["--norm", "hidden layers"]),
        (with(&digits, &["--norm", "batch", "--batch-size", "1"]), &["at least 2 rows"]),
        (with(&digits, &["--norm", "batch", "--batch-size", "359"]), &["1078", "--batch-size"]),
        (with(&digits, &["--schedule", "linear"]), &["--schedule", "one-cycle"]),
        (with(&digits, &["--schedule", "step=0,0.5"]), &["--schedule"]),
        (with(&digits, &["--schedule", "plateau", "--warmup", "2"]), &["--warmup", "plateau"]),
        (with(&digits, &["--schedule", "one-cycle", "--warmup", "2"]), &["--warmup", "climb"]),
        (with(&digits, &["--warmup", "5", "--epochs", "5"]), &["--warmup 5", "--epochs"]),
        (with(&digits, &["--label-smoothing", "1"]), &["--label-smoothing", "below 1"]),
        (with(&digits, &["--class-weights", "3=0"]), &["`3`", "above 0"]),
        (with(&digits, &["--class-weights", "x=2"]), &["no class \"x\"", "0, 1, 2"]),
        (with(&digits, &["--weight-decay", "-1"]), &["--weight-decay", "not negative"]),
        (
            with(&digits, &["--weights", "w"]),
            &["digits: which column is to be predicted", "--target"],
        ),
        (with(&line, &["--label-smoothing", "0.1"]), &["--label-smoothing is for classes"]),
        (with(&line, &["--class-weights", "balanced"]), &["--class-weights is for classes"]),
        (with(&line, &["--weights", "y"]), &["\"y\"", "--weights"]),
        (with(&line, &["--weights", "z"]), &["\"z\"", "\"x\""]),
        (with(&odd, &["--weights", "w"]), &["odd.csv", "line 3", "-1", "not negative"]),
        (with(&gap, &["--weights", "w"]), &["gap.csv", "line 3", "missing"]),
        (with(&text, &["--weights", "w"]), &["text.csv", "\"w\" is categorical", "weights"]),
        (with(&odd, &["--weights", "w", "--ignore", "w"]), &["--ignore", "--weights"]),
    ] {
        let run = desk.run(&args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}: {run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{args:?}: {}", run.stderr);
        for part in says {
            assert!(run.stderr.contains(part), "{args:?} lacks {part:?}: {}", run.stderr);
        }
    }
}
