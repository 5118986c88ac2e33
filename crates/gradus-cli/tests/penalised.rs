//! `gradus fit lasso`, `ridge`, `elastic-net` and `gradus path`, as a user runs them.
//!
//! Expected numbers: scikit-learn 1.9.1 (`Ridge`, `Lasso`, `ElasticNet`, `LogisticRegression`), each
//! solved to rounding on its active set.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The coefficients of a linear predictor in the report of a fit, the intercept first.
fn coefficients(report: &Value, predictor: usize) -> Vec<f64> {
    let predictor = &report["predictors"][predictor];
    let coefficients = predictor["coefficients"].as_array().unwrap();
    let estimates = coefficients.iter().map(|c| c["estimate"].as_f64().unwrap());
    predictor["intercept"].as_f64().into_iter().chain(estimates).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs() / expected.abs().max(1e-3);
        assert!(error < tolerance, "{found} for {expected}");
    }
}

/// The probabilities that a model gives the first rows.
fn probabilities(desk: &Desk, model: &str, data: &str, rows: usize) -> Vec<Vec<f64>> {
    let report = desk.json(&["predict", model, data]);
    let one = |row: &Value| {
        let probabilities = row["probabilities"].as_object().unwrap();
        probabilities.values().map(|p| p.as_f64().unwrap()).collect()
    };
    report["predictions"].as_array().unwrap()[..rows].iter().map(one).collect()
}

#[test]
fn ridge_on_unscaled_features_is_that_of_scikit_learn() {
    let desk = Desk::new();
    let fit = ["fit", "ridge", "diabetes", "--target", "progression", "--lambda", "0.5"];
    let report = desk.json(&[&fit[..], &["--no-scaling"]].concat());
    let expected = [
        -118.14433369129264,
        -0.041795282535430175,
        -6.478753278561625,
        6.090370931950997,
        1.0584894953655721,
        1.1469589262743651,
        -1.282259666797811,
        -2.01892072934395,
        0.9110929820951976,
        3.677174711964846,
        0.3487553296418761,
    ];
    assert_close(&coefficients(&report, 0), &expected, 1e-9);
    let objective = report["certificate"]["objective"].as_f64().unwrap();
    assert!((objective - 1539.4297863914492).abs() < 1e-8, "{objective}");
    assert_eq!(report["standardized"], false);
    assert_eq!(desk.json(&["info", "diabetes-ridge.gradus"])["record"]["lambda"], 0.5);
}

#[test]
fn objectives_on_standardised_features_are_those_of_scikit_learn() {
    let desk = Desk::new();
    let fit = |model: &'static str, extra: &[&str]| {
        let args = ["fit", model, "diabetes", "--target", "progression", "--lambda", "1"];
        desk.json(&[&args[..], extra].concat())
    };
    let lasso = fit("lasso", &[]);
    assert_eq!(lasso["nonzero"], 7);
    let objective = |report: &Value| report["certificate"]["objective"].as_f64().unwrap();
    assert!((objective(&lasso) - 1533.7687169625895).abs() < 1e-8);
    let net = fit("elastic-net", &["--l1-ratio", "0.5"]);
    assert!((objective(&net) - 1779.3562055394705).abs() < 1e-8);
    // What a lasso leaves out is exactly 0.
    assert_eq!(coefficients(&lasso, 0).iter().filter(|&&w| w == 0.0).count(), 3);
    let text = desk.good(&["fit", "lasso", "diabetes", "--target", "progression", "--lambda", "1"]);
    for part in
        ["442 rows, 10 features", "certificate", "7 of 10 coefficients", "no standard errors"]
    {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
}

#[test]
fn a_penalised_logistic_model_predicts_as_scikit_learn() {
    let desk = Desk::new();
    let features = "mean_radius,mean_texture,mean_smoothness,mean_concavity,mean_symmetry";
    let fit = [
        "fit",
        "ridge",
        "breast_cancer",
        "--target",
        "diagnosis",
        "--features",
        features,
        "--tolerance",
        "1e-14",
    ];
    let report = desk.json(&[&fit[..], &["--lambda", "0.017574692442882248"]].concat());
    assert_eq!((report["family"].as_str(), report["rows"].as_u64()), (Some("binomial"), Some(569)));
    let model = "breast_cancer-ridge.gradus";
    let malignant: Vec<f64> =
        probabilities(&desk, model, "breast_cancer", 5).iter().map(|p| p[1]).collect();
    let expected = [
        0.9803157718967155,
        0.8872214826567425,
        0.9926338724938181,
        0.9331297961651084,
        0.9638655950370468,
    ];
    assert_close(&malignant, &expected, 1e-9);
    // The other class as the event: the same model with all signs turned.
    let other =
        desk.json(&[&fit[..], &["--lambda", "0.017574692442882248", "--event", "benign"]].concat());
    let turned: Vec<f64> = coefficients(&other, 0).iter().map(|w| -w).collect();
    assert_close(&coefficients(&report, 0), &turned, 1e-6);
    assert_eq!(other["classes"], serde_json::json!(["malignant", "benign"]));
    let scores = desk.json(&["evaluate", model, "breast_cancer"]);
    assert!(scores["scores"]["roc_auc"].as_f64().unwrap() > 0.97);
    assert!(scores["notes"][0].as_str().unwrap().contains("fitted to these very rows"));
}

#[test]
fn a_multinomial_model_predicts_as_scikit_learn() {
    let desk = Desk::new();
    // C = 0.1 of 150 rows.
    let lambda = (1.0_f64 / 15.0).to_string();
    let fit = [
        "fit",
        "ridge",
        "iris",
        "--target",
        "species",
        "--lambda",
        &lambda,
        "--tolerance",
        "1e-14",
    ];
    let report = desk.json(&fit);
    assert_eq!(
        (report["family"].as_str(), &report["predictors"][2]["class"]),
        (Some("multinomial"), &"virginica".into())
    );
    let p = probabilities(&desk, "iris-ridge.gradus", "iris", 1);
    let expected = [0.9203700081905783, 0.07734285738309886, 0.0022871344263227975];
    assert_close(&p[0], &expected, 1e-9);
    let info = desk.good(&["info", "iris-ridge.gradus"]);
    assert!(info.contains("for species = versicolor:"), "{info}");
}

/// Every number comes back from the report as it is in the model.
#[test]
fn json_and_the_file_keep_every_digit() {
    let desk = Desk::new();
    let fit = ["fit", "lasso", "wine", "--target", "alcohol", "--lambda", "0.01"];
    let report = desk.json(&fit);
    let info = desk.json(&["info", "wine-lasso.gradus"]);
    let saved = info["predictors"][0]["coefficients"].as_array().unwrap();
    let saved: Vec<f64> = saved.iter().map(|c| c["estimate"].as_f64().unwrap()).collect();
    assert_eq!(coefficients(&report, 0), saved);
    assert_eq!(info["record"]["lambda"], 0.01);
    // The text of the prediction is that of the same number.
    let text = desk.good(&["predict", "wine-lasso.gradus", "wine"]);
    let json = desk.json(&["predict", "wine-lasso.gradus", "wine"]);
    let first: f64 = text.lines().nth(1).unwrap().parse().unwrap();
    assert_eq!(json["predictions"][0]["prediction"].as_f64(), Some(first));
}

#[test]
fn the_path_has_a_certificate_for_each_point() {
    let desk = Desk::new();
    let path = ["path", "diabetes", "--target", "progression"];
    let report = desk.json(&[&path[..], &["--out", "w.csv", "--all"]].concat());
    assert_eq!(report["converged"], true);
    let points = report["path"]["points"].as_array().unwrap();
    assert_eq!(points.len(), 100);
    for point in points {
        assert!(point["certificate"]["relative_gap"].as_f64().unwrap() <= 1e-9, "{point}");
    }
    // max |x̃ⱼᵀỹ|/m over standardised columns, computed by Python from the same file.
    let largest = report["path"]["largest_lambda"].as_f64().unwrap();
    assert!((largest - 45.16003002046292).abs() < 1e-9, "{largest}");
    assert_eq!(report["order_of_entry"][0]["feature"], "bmi");
    let csv = String::from_utf8(desk.read("w.csv")).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0][..3].to_vec()), (101, vec!["lambda", "(intercept)", "age"]));
    let last: Vec<f64> = lines[100].iter().map(|x| x.parse().unwrap()).collect();
    assert_eq!(last[2..], numbers(&points[99]["coefficients"][0]));
    let text = desk.good(&path);
    for part in ["relative gap", "KKT violation", "order in which they come in", "bmi"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    // The values of the user's own choice, largest first; the same solution as a fit at one.
    let own = desk.json(&[&path[..], &["--lambdas", "1,10"]].concat());
    let own = &own["path"]["points"];
    assert_eq!((own[0]["lambda"].as_f64(), own[1]["lambda"].as_f64()), (Some(10.0), Some(1.0)));
    let fit = desk.json(&["fit", "lasso", "diabetes", "--target", "progression", "--lambda", "1"]);
    assert_close(&numbers(&own[1]["coefficients"][0]), &coefficients(&fit, 0)[1..], 1e-9);
}

/// Levels, weights, an offset and missing rows: as the same numbers given by hand.
#[test]
fn columns_have_their_roles() {
    let desk = Desk::new();
    let (mut coded, mut by_hand) = ("x,kind,w,o,y\n".to_owned(), "x,b,c,y\n".to_owned());
    for i in 0..40 {
        let (x, kind, w) = (f64::from(i * 13 % 7), i % 3, 1 + i % 2);
        let (o, noise) = (f64::from(i % 5), f64::from(i * 29 % 11) / 10.0);
        let y = 2.0 + 0.5 * x + f64::from(kind) + noise;
        coded.push_str(&format!("{x},{},{w},{o},{}\n", ["a", "b", "c"][kind as usize], y + o));
        for _ in 0..w {
            by_hand.push_str(&format!(
                "{x},{},{},{y}\n",
                i32::from(kind == 1),
                i32::from(kind == 2)
            ));
        }
    }
    desk.write("coded.csv", &coded);
    desk.write("by_hand.csv", &by_hand);
    desk.write("holes.csv", &format!("{coded}1,a,1,,3\n,b,1,0,3\n2,a,,0,3\n"));
    let fit = |file: &str, extra: &[&str]| {
        let args = ["fit", "ridge", file, "--target", "y", "--lambda", "0.1", "--out", "m.gradus"];
        desk.json(&[&args[..], extra].concat())
    };
    let roles = ["--weights", "w", "--offset", "o", "--reference", "kind=a"];
    let coded = fit("coded.csv", &roles);
    let expected = coefficients(&fit("by_hand.csv", &[]), 0);
    assert_close(&coefficients(&coded, 0), &expected, 1e-9);
    assert!(coded["notes"][0].as_str().unwrap().contains("kind=a"), "{coded}");
    let holes = fit("holes.csv", &[&roles[..], &["--missing", "drop"]].concat());
    assert_eq!((holes["rows"].as_u64(), holes["dropped"].as_u64()), (Some(40), Some(3)));
    assert_close(&coefficients(&holes, 0), &expected, 1e-9);
    // The offset is part of the prediction, and its column of the data.
    desk.write("new.csv", "o,x,kind\n100,0,a\n0,0,a\n");
    let predicted = desk.good(&["predict", "m.gradus", "new.csv"]);
    let values: Vec<f64> = predicted.lines().skip(1).map(|y| y.parse().unwrap()).collect();
    assert!((values[0] - values[1] - 100.0).abs() < 1e-9, "{values:?}");
    assert!((values[1] - expected[0]).abs() < 1e-9, "{values:?}");
    desk.bad(&["predict", "m.gradus", "by_hand.csv"], &["by_hand.csv", "\"kind\""]);
    desk.write("unseen.csv", "o,x,kind\n0,0,z\n");
    desk.bad(&["predict", "m.gradus", "unseen.csv"], &["line 2", "\"z\"", "\"a\", \"b\", \"c\""]);
    let no_intercept = fit("by_hand.csv", &["--no-intercept"]);
    assert_eq!(coefficients(&no_intercept, 0).len(), 3);
}

/// Balanced classes are those of equal sums of weights: as rows repeated.
#[test]
fn classes_count_as_much_as_they_are_to() {
    let desk = Desk::new();
    let body = |times: i32| -> String {
        let row = |i: i32| format!("{},{}\n", i * 7 % 10, if i % 4 == 0 { "ill" } else { "well" });
        (0..40).flat_map(|i| vec![row(i); if i % 4 == 0 { times as usize } else { 1 }]).collect()
    };
    desk.write("once.csv", &format!("x,y\n{}", body(1)));
    desk.write("thrice.csv", &format!("x,y\n{}", body(3)));
    let fit = |file: &str, extra: &[&str]| {
        let args =
            ["fit", "ridge", file, "--target", "y", "--lambda", "0.1", "--tolerance", "1e-14"];
        coefficients(&desk.json(&[&args[..], extra].concat()), 0)
    };
    // 10 ill and 30 well: three times as many ill are as many.
    let expected = fit("thrice.csv", &[]);
    assert_close(&fit("once.csv", &["--class-weights", "balanced"]), &expected, 1e-8);
    assert_close(&fit("once.csv", &["--class-weights", "ill=3"]), &expected, 1e-8);
    assert!((fit("once.csv", &[])[0] - expected[0]).abs() > 0.1);
    let wrong = ["fit", "ridge", "once.csv", "--target", "y", "--lambda", "1", "--class-weights"];
    desk.bad(&[&wrong[..], &["sick=2"]].concat(), &["\"sick\"", "ill, well"]);
    let values = ["fit", "ridge", "iris", "--target", "petal_width", "--lambda", "1"];
    desk.bad(&[&values[..], &["--class-weights", "balanced"]].concat(), &["no classes"]);
}

/// Brownlee's stack losses (1965).
const STACKLOSS: &str = "STACKLOSS,AIRFLOW,WATERTEMP,ACIDCONC\n42,80,27,89\n37,80,27,88\n37,75,25,90\n28,62,24,87\n18,62,22,87\n18,62,23,87\n\
     19,62,24,93\n20,62,24,93\n15,58,23,87\n14,58,18,80\n14,58,18,89\n13,58,17,88\n11,58,18,82\n\
     12,58,19,93\n8,50,18,89\n7,50,18,86\n8,50,19,72\n8,50,19,79\n9,50,20,80\n15,56,20,82\n\
     15,70,20,91\n";

/// scikit-learn 1.9.1: `Lasso(alpha)` on 20 rows, its squared error on the other, for each of 21.
#[test]
fn leaving_one_out_has_the_losses_of_scikit_learn() {
    let desk = Desk::new();
    desk.write("stackloss.csv", STACKLOSS);
    let fit = ["fit", "lasso", "stackloss.csv", "--target", "STACKLOSS", "--no-scaling"];
    let report = desk.json(&[&fit[..], &["--cv", "21", "--tolerance", "1e-14"]].concat());
    let cv = &report["cross_validation"];
    let (lambdas, mean) = (numbers(&cv["lambdas"]), numbers(&cv["mean"]));
    let error = numbers(&cv["standard_error"]);
    for (k, lambda, loss, spread) in [
        (0, 81.68027210884354, 108.4043641176268, 38.080661675387915),
        (10, 32.21638241882172, 39.77170038299245, 14.996904906304726),
        (30, 5.011825757270202, 18.837727618101525, 9.069654067553527),
        (50, 0.7796777768121522, 14.188017969391822, 5.849313756961286),
    ] {
        assert_close(&[lambdas[k], mean[k], error[k]], &[lambda, loss, spread], 1e-9);
    }
    let (minimum, within) = (&cv["minimum"], &cv["one_standard_error"]);
    let (minimum, within) = (minimum.as_u64().unwrap(), within.as_u64().unwrap());
    let least = mean.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(mean[minimum as usize], least);
    assert!(mean[within as usize] <= least + error[minimum as usize] && within < minimum);
    assert!(mean[within as usize - 1] > least + error[minimum as usize]);
    assert_eq!(report["lambda"].as_f64(), Some(lambdas[minimum as usize]));

    // Each row is left out whatever the seed; the rule of one standard error takes a larger λ.
    let other =
        [&fit[..], &["--cv", "21", "--tolerance", "1e-14", "--seed", "5", "--one-se"]].concat();
    let other = desk.json(&other);
    assert_close(&numbers(&other["cross_validation"]["mean"]), &mean, 1e-9);
    assert_eq!(other["lambda"].as_f64(), Some(lambdas[within as usize]));
    let text = desk.good(&[&fit[..], &["--cv", "5", "--seed", "3"]].concat());
    for part in
        ["5-fold cross-validation (seed 3)", "least: mean squared error", "one standard error"]
    {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let info = desk.good(&["info", "stackloss-lasso.gradus"]);
    assert!(info.contains("λ by 5-fold cross-validation (seed 3)"), "{info}");
}

/// Same seed, same bits: folds run on any number of threads. Classes have their share of each.
#[test]
fn cross_validation_of_classes_does_not_depend_on_threads() {
    let desk = Desk::new();
    let fit = ["fit", "ridge", "iris", "--target", "species", "--cv", "4"];
    let one = desk.json(&[&fit[..], &["--threads", "1", "--out", "one"]].concat());
    let two = desk.json(&[&fit[..], &["--threads", "2", "--out", "two"]].concat());
    assert_eq!(one["cross_validation"], two["cross_validation"]);
    assert!(desk.read("one") == desk.read("two"));
    assert_eq!(one["cross_validation"]["measure"], "deviance");
    // Twice the loss of the null model, log 3, at the largest penalty; far less at the best.
    let mean = numbers(&one["cross_validation"]["mean"]);
    assert!((mean[0] - 2.0 * 3.0_f64.ln()).abs() < 0.1, "{}", mean[0]);
    assert!(mean.iter().copied().fold(f64::INFINITY, f64::min) < 0.2);
}

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
