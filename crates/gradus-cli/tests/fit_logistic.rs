//! `gradus fit logistic`, as a user runs it.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
}

/// estimate, standard error, z and p of each coefficient.
const LOGIT: [[f64; 4]; 6] = [
    [-40.737980253554916, 5.070553271169787, -8.03422783962914, 9.417006152975319e-16],
    [1.3006533516327614, 0.16363503196644805, 7.948501833638222, 1.8878054589553926e-15],
    [0.3828008831342848, 0.06261099126387128, 6.113956597827804, 9.71907491051034e-10],
    [102.79737580276722, 22.40374624583917, 4.588401184103698, 4.466536446238058e-06],
    [18.51847789680161, 4.199402178800864, 4.409789086238352, 1.0347134610048942e-05],
    [14.374459858035971, 10.725186274415313, 1.3402526996035413, 0.1801632036417833],
];

/// statsmodels 0.15.0: `Logit`, refined by Newton steps at 45 digits.
#[test]
fn logistic_regression_has_the_table_of_statsmodels() {
    let desk = Desk::new();
    let features = "mean_radius,mean_texture,mean_smoothness,mean_concavity,mean_symmetry";
    let fit = ["fit", "logistic", "breast_cancer", "--target", "diagnosis", "--features", features];
    let report = desk.json(&fit);
    let rows = report["coefficients"].as_array().unwrap();
    assert_eq!((rows.len(), report["event"].as_str()), (6, Some("malignant")));
    for (row, [estimate, error, z, p]) in rows.iter().zip(LOGIT) {
        let number = |name: &str| row[name].as_f64().unwrap();
        assert_close(number("estimate"), estimate, 1e-8);
        assert_close(number("standard_error"), error, 1e-8);
        assert_close(number("z"), z, 1e-8);
        assert_close(number("p_value"), p, 1e-6);
        assert_close(number("odds_ratio"), estimate.exp(), 1e-6);
    }
    let log_likelihood = report["figures"]["log_likelihood"].as_f64().unwrap();
    assert_close(log_likelihood, -80.0319750553004, 1e-10);
    let text = desk.good(&fit);
    // The parts of MedCalc's report, in its order.
    let places: Vec<usize> = [
        "P(diagnosis = malignant), against benign: 212 of 569",
        "overall model fit",
        "R² (Nagelkerke)",
        "std. error",
        "odds ratio",
        "Hosmer and Lemeshow, P up to",
        "predicted from 0.5",
        "% correctly classified",
        "ROC AUC",
    ]
    .iter()
    .map(|part| text.find(part).unwrap_or_else(|| panic!("lacks {part:?}: {text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}: {text}");
    for part in ["malignant", "ROC AUC 0.98"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let run = ["predict", "breast_cancer-logistic.gradus", "breast_cancer", "--interval", "mean"];
    let row = &desk.json(&run)["predictions"][0];
    let p = row["probabilities"]["malignant"].as_f64().unwrap();
    assert!(row["lower"].as_f64().unwrap() < p && p < row["upper"].as_f64().unwrap());

    desk.bad(&["fit", "logistic", "iris", "--target", "species"], &["3 classes", "setosa: 50"]);
    desk.write("sep.csv", "dose,y\n1,no\n2,no\n3,no\n4,yes\n5,yes\n6,yes\n");
    let separated = ["fit", "logistic", "sep.csv", "--target", "y"];
    desk.bad(&separated, &["separation", "dose", "gradus fit ridge"]);
}

/// Firth's correction on separated data, profile intervals and diagnostics; values at 40 digits and of
/// statsmodels, from the library's tests.
#[test]
fn separated_data_have_an_answer_and_a_fit_says_how_good_it_is() {
    let desk = Desk::new();
    let data = include_str!("../../gradus-linear/tests/data/endometrial.csv");
    desk.write("womb.csv", data);
    let fit = ["fit", "logistic", "womb.csv", "--target", "HG"];
    desk.bad(&fit, &["quasi-complete separation by NV", "--firth"]);
    let firth = desk.json(&[&fit[..], &["--firth"]].concat());
    let row = &firth["coefficients"][1];
    assert_eq!(row["term"].as_str(), Some("NV"));
    assert_close(row["estimate"].as_f64().unwrap(), 2.9292733531971202, 1e-7);
    assert_close(row["interval"][0].as_f64().unwrap(), 0.6097244363032023, 1e-6);
    assert_close(row["interval"][1].as_f64().unwrap(), 7.854631713877352, 1e-6);
    assert_close(firth["likelihood_ratio"].as_f64().unwrap(), 43.655818465744616, 1e-8);
    assert!(desk.good(&[&fit[..], &["--firth"]].concat()).contains("Firth's correction"));
    assert!(desk.good(&["info", "womb-logistic.gradus"]).contains("Firth's correction"));

    let two = [&fit[..], &["--features", "PI,EH"]].concat();
    let plain = desk.json(&[&two[..], &["--profile", "--threshold", "0.3"]].concat());
    let ends = &plain["coefficients"][0]["profile_interval"];
    assert_close(ends[0].as_f64().unwrap(), 2.883290921813731, 1e-8);
    assert_close(ends[1].as_f64().unwrap(), 8.65806651084457, 1e-8);
    assert_close(plain["hosmer_lemeshow"]["chi2"].as_f64().unwrap(), 31.269519512709827, 1e-7);
    assert_eq!(plain["classification"]["true_positives"].as_f64(), Some(25.0));
    let roc = &plain["roc"];
    assert_close(roc["auc"].as_f64().unwrap(), 0.889795918367347, 1e-12);
    assert_close(roc["standard_error"].as_f64().unwrap(), 0.041399329231742506, 1e-8);
    assert_close(roc["interval"][0].as_f64().unwrap(), 0.8086547240890154, 1e-8);
    assert_close(roc["interval"][1].as_f64().unwrap(), 0.9709371126456785, 1e-8);
    let group = &plain["hosmer_lemeshow"]["groups"][4];
    assert_eq!((group["rows"].as_f64(), group["observed"].as_f64()), (Some(8.0), Some(2.0)));
    assert_close(group["expected"].as_f64().unwrap(), 1.8574196026405814, 1e-8);
    let text = desk.good(&two);
    for part in [
        "Hosmer and Lemeshow, P up to  HG=1  expected  HG=0  expected  rows\n",
        "χ² 31.2695 with 8 degrees of freedom, p 0.000126",
        "predicted from 0.5",
        "81.01 % correctly classified",
        "ROC AUC 0.889796, standard error 0.0413993, 95 % from 0.808655 to 0.970937",
    ] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    let group: Vec<&str> =
        text.lines().find(|line| line.starts_with("0.4866")).unwrap().split_whitespace().collect();
    assert_eq!(group, ["0.4866", "2", "2.440", "5", "4.560", "7"]);
    desk.bad(&[&two[..], &["--threshold", "2"]].concat(), &["--threshold"]);
    desk.bad(&[&two[..], &["--event", "yes"]].concat(), &["--event", "\"HG\"", "\"yes\"", "0, 1"]);
}

/// Searches over statsmodels 0.15.0's `Logit`, model by model, as in the library's test.
#[test]
fn columns_are_selected_step_by_step() {
    let desk = Desk::new();
    let features = "mean_texture,mean_smoothness,mean_compactness,mean_concavity,mean_symmetry,\
                    mean_fractal_dimension";
    let fit = ["fit", "logistic", "breast_cancer", "--target", "diagnosis", "--features", features];
    let steps = [&fit[..], &["--stepwise", "bic", "--direction", "forward"]].concat();
    let report = desk.json(&steps);
    let trace = report["steps"].as_array().unwrap();
    assert_eq!((trace.len(), &trace[1]["action"]["Added"]), (6, &"mean_concavity".into()));
    assert_close(trace[5]["deviance"].as_f64().unwrap(), 205.7214351455509, 1e-9);
    assert_close(trace[5]["criterion"].as_f64().unwrap(), 243.78471775030891, 1e-9);
    assert_close(report["figures"]["bic"].as_f64().unwrap(), 243.78471775030891, 1e-9);
    assert_eq!(report["coefficients"].as_array().unwrap().len(), 6);
    // The file has all columns, with 0 for the one that stayed out, and predicts the same.
    let info = desk.json(&["info", "breast_cancer-logistic.gradus"]);
    let saved = info["predictors"][0]["coefficients"].as_array().unwrap();
    let out = saved.iter().find(|row| row["term"] == "mean_symmetry").unwrap();
    assert_eq!((saved.len(), out["estimate"].as_f64()), (7, Some(0.0)));
    let run = ["predict", "breast_cancer-logistic.gradus", "breast_cancer", "--interval", "mean"];
    assert_eq!(desk.json(&run)["predictions"].as_array().unwrap().len(), 569);
    let text = desk.good(&steps);
    assert!(text.contains("+ mean_concavity") && text.contains("selected by these data"), "{text}");
    desk.bad(&[&steps[..], &["--firth"]].concat(), &["--firth", "--stepwise"]);
}

/// R: qnorm(0.95) = 1.6448536269514722.
#[test]
fn intervals_hold_as_often_as_asked() {
    let desk = Desk::new();
    let models = [
        ("logistic", "breast_cancer", "diagnosis", "mean_radius"),
        ("multinomial", "wine", "cultivar", "hue"),
    ];
    for (model, data, target, feature) in models {
        let fit = ["fit", model, data, "--target", target, "--features", feature];
        let fit = [&fit[..], &["--confidence", "0.9"]].concat();
        assert!(desk.good(&fit).contains("90 % from"), "{model}");
        let report = desk.json(&fit);
        let rows = [&report["coefficients"], &report["equations"][0]["coefficients"]];
        let rows = rows.iter().find_map(|rows| rows.as_array()).unwrap();
        for row in rows {
            let number = |value: &serde_json::Value| value.as_f64().unwrap();
            let reach = 1.6448536269514722 * number(&row["standard_error"]);
            assert!((number(&row["interval"][1]) - number(&row["estimate"]) - reach).abs() < 1e-9);
            assert_eq!(number(&row["confidence"]), 0.9);
        }
    }
    let firth = ["fit", "logistic", "breast_cancer", "--target", "diagnosis", "--firth"];
    let firth = [&firth[..], &["--features", "mean_texture"]].concat();
    let ends = |confidence| {
        let report = desk.json(&[&firth[..], &["--confidence", confidence]].concat());
        [0, 1].map(|end| report["coefficients"][1]["interval"][end].as_f64().unwrap())
    };
    let (narrow, wide) = (ends("0.8"), ends("0.99"));
    assert!(wide[0] < narrow[0] && narrow[1] < wide[1]);
    desk.bad(&[&firth[..], &["--confidence", "1"]].concat(), &["--confidence", "between 0 and 1"]);
}
