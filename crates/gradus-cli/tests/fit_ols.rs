//! `gradus fit ols`, as a user runs it.
//!
//! Expected numbers: statsmodels 0.15.0, its OLS, agreeing with normal equations at 80 digits.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
}

/// estimate, standard error, t, p, and the ends of the 95 % interval of each coefficient.
const TABLE: [[f64; 6]; 11] = [
    [
        -334.567138518785,
        67.45462110434148,
        -4.959884631199148,
        1.0166172920040632e-06,
        -467.14807117920543,
        -201.98620585836454,
    ],
    [
        -0.03636122422362251,
        0.2170414354087622,
        -0.16753125574912486,
        0.8670306337000946,
        -0.46295254534214036,
        0.3902300968948954,
    ],
    [
        -22.859648090498446,
        5.835821285014881,
        -3.917126137703539,
        0.00010416711927693208,
        -34.32985748667885,
        -11.389438694318049,
    ],
    [
        5.6029620919237075,
        0.7171055005609118,
        7.813302348874934,
        4.2963914195189176e-14,
        4.193503191647353,
        7.012420992200062,
    ],
    [
        1.1168079933181914,
        0.2252381691882695,
        4.958342528457895,
        1.024278392211404e-06,
        0.6741061286747865,
        1.5595098579615962,
    ],
    [
        -1.0899963340632306,
        0.5733318585500615,
        -1.9011612869722563,
        0.057947605369199864,
        -2.2168705390627617,
        0.03687787093630046,
    ],
    [
        0.7464504555142089,
        0.530834389766024,
        1.4061833029378936,
        0.16039024001497454,
        -0.2968956834336376,
        1.7897965944620553,
    ],
    [
        0.3720047150891369,
        0.7824638456267196,
        0.4754273531848328,
        0.6347232557752203,
        -1.1659149222590721,
        1.9099243524373462,
    ],
    [
        6.533831935990323,
        5.958637837216321,
        1.096531139244857,
        0.27345869366067943,
        -5.17777134500364,
        18.245435216984283,
    ],
    [
        68.48312496478795,
        15.669719238707186,
        4.370411742644476,
        1.5558990865394572e-05,
        37.68455316670219,
        99.28169676287371,
    ],
    [
        0.2801169893214957,
        0.2733139503593657,
        1.0248909320332353,
        0.3059895261964364,
        -0.25707702132600213,
        0.8173109999689936,
    ],
];

const FIGURES: [(&str, f64); 8] = [
    ("r2", 0.5177484222203498),
    ("adjusted_r2", 0.5065592904853231),
    ("f", 46.27243958524319),
    ("f_p", 3.8286490381855213e-62),
    ("log_likelihood", -2385.9928621235194),
    ("aic", 4793.985724247039),
    ("bic", 4838.990132949893),
    ("sigma2", 2932.6816372003336),
];

#[test]
fn least_squares_have_the_table_of_statsmodels() {
    let desk = Desk::new();
    let report = desk.json(&["fit", "ols", "diabetes", "--target", "progression"]);
    let rows = report["table"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), TABLE.len());
    for (row, [estimate, error, t, p, low, high]) in rows.iter().zip(TABLE) {
        let number = |name: &str| row[name].as_f64().unwrap();
        assert_close(number("estimate"), estimate, 1e-8);
        assert_close(number("standard_error"), error, 1e-9);
        assert_close(number("statistic"), t, 1e-8);
        assert_close(number("p"), p, 1e-8);
        assert_close(row["interval"][0].as_f64().unwrap(), low, 1e-8);
        assert_close(row["interval"][1].as_f64().unwrap(), high, 1e-8);
    }
    for (name, value) in FIGURES {
        assert_close(report["figures"][name].as_f64().unwrap(), value, 1e-9);
    }
    // The file keeps every digit, and its table is the same.
    let info = desk.json(&["info", "diabetes-ols.gradus"]);
    let saved = info["predictors"][0]["coefficients"].as_array().unwrap();
    for (row, saved) in rows.iter().zip(saved) {
        assert_eq!((&row["name"], &row["estimate"]), (&saved["term"], &saved["estimate"]));
        let error = saved["standard_error"].as_f64().unwrap();
        assert_close(error, row["standard_error"].as_f64().unwrap(), 1e-14);
        assert_close(saved["p_value"].as_f64().unwrap(), row["p"].as_f64().unwrap(), 1e-12);
    }
    let file = desk.read("diabetes-ols.gradus");
    let text = desk.good(&["fit", "ols", "diabetes", "--target", "progression"]);
    assert!(file == desk.read("diabetes-ols.gradus"));
    for part in ["(intercept)", "std. error", "P>|t|", "R² 0.5177", "AIC", "degrees of freedom"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
}

/// For one feature by hand: ŷ at the mean has variance σ²/m, so that the ends are t·√(σ²/m) away.
#[test]
fn predictions_have_intervals() {
    let desk = Desk::new();
    desk.write("line.csv", "x,y\n1,1\n2,3\n3,2\n4,5\n5,4\n");
    let report = desk.json(&["fit", "ols", "line.csv", "--target", "y"]);
    let sigma2 = report["figures"]["sigma2"].as_f64().unwrap();
    // R: qt(0.975, 3)
    let t = 3.182446305284263;
    desk.write("new.csv", "x\n3\n");
    for (kind, variance) in [("mean", sigma2 / 5.0), ("prediction", sigma2 / 5.0 + sigma2)] {
        let run = ["predict", "line-ols.gradus", "new.csv", "--interval", kind];
        let predicted = desk.json(&run);
        let row = &predicted["predictions"][0];
        assert_close(row["prediction"].as_f64().unwrap(), 3.0, 1e-12);
        assert_close(row["lower"].as_f64().unwrap(), 3.0 - t * variance.sqrt(), 1e-9);
        assert_close(row["upper"].as_f64().unwrap(), 3.0 + t * variance.sqrt(), 1e-9);
        assert!(desk.good(&run).starts_with("prediction,lower,upper\n"));
    }
}

#[test]
fn what_is_not_determined_is_told() {
    let desk = Desk::new();
    desk.write("twice.csv", "x,z,y\n1,2,1\n2,4,3\n3,6,2\n4,8,5\n5,10,4\n");
    let twice = ["fit", "ols", "twice.csv", "--target", "y"];
    assert!(desk.good(&twice).contains("warning: columns depend on each other"));
    assert_eq!(desk.json(&twice)["rank"], 2);
    desk.bad(
        &["predict", "twice-ols.gradus", "twice.csv", "--interval", "mean"],
        &["--interval", "no covariances"],
    );
    // Levels are compared with the first, or with the one named.
    let iris = ["fit", "ols", "iris", "--target", "petal_width", "--features", "species"];
    let report = desk.json(&iris);
    let names = |report: &serde_json::Value| -> Vec<String> {
        let rows = report["table"]["rows"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&report), ["(intercept)", "species=versicolor", "species=virginica"]);
    let other = desk.json(&[&iris[..], &["--reference", "species=virginica"]].concat());
    assert_eq!(names(&other), ["(intercept)", "species=setosa", "species=versicolor"]);
    // The mean of each species, 0.246, 1.326 and 2.026 in Fisher's table.
    assert_close(other["table"]["rows"][0]["estimate"].as_f64().unwrap(), 2.026, 1e-12);
    assert_close(report["table"]["rows"][1]["estimate"].as_f64().unwrap(), 1.08, 1e-12);

    desk.bad(&["fit", "ols", "iris", "--target", "species"], &["species", "setosa: 50"]);
    desk.write("one.csv", "c,x,y\na,1,1\na,2,2\na,4,3\n");
    desk.bad(&["fit", "ols", "one.csv", "--target", "y"], &["\"c\"", "single level", "--ignore"]);
    desk.bad(&[&iris[..], &["--confidence", "1"]].concat(), &["--confidence", "0.95"]);
    desk.bad(&[&iris[..], &["--weights-are", "frequency"]].concat(), &["--weights"]);
}

/// statsmodels 0.15.0: `get_robustcov_results("HC3")`, `OLSInfluence`, `variance_inflation_factor`;
/// the steps by its AIC as R counts it.
#[test]
fn least_squares_have_robust_errors_steps_and_influence() {
    let desk = Desk::new();
    let fit = ["fit", "ols", "diabetes", "--target", "progression"];
    let report = desk.json(&[&fit[..], &["--robust", "hc3", "--influence"]].concat());
    let errors = [
        67.14196672198771,
        0.21152148668467735,
        5.6855529434965995,
        0.7392795935536194,
        0.22847329178315998,
        0.565940639271948,
    ];
    for (row, error) in report["table"]["rows"].as_array().unwrap().iter().zip(errors) {
        assert_close(row["standard_error"].as_f64().unwrap(), error, 1e-8);
    }
    assert_close(report["variance_inflation"][4].as_f64().unwrap(), 59.202510134318615, 1e-8);
    let influence = |name: &str| report["influence"][name][382].as_f64().unwrap();
    assert_close(influence("cooks_distance"), 0.024474959836224355, 1e-8);
    assert_close(influence("leverage"), 0.05408026825852292, 1e-9);
    assert_close(influence("externally_studentised"), -2.179446507440478, 1e-8);
    let text = desk.good(&[&fit[..], &["--robust", "hc3", "--influence"]].concat());
    for part in ["HC3", "largest variance inflation: s1 59.2, s2 39.2", "\n383  "] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }

    let report = desk.json(&[&fit[..], &["--stepwise", "aic"]].concat());
    let steps = report["steps"].as_array().unwrap();
    let criteria = [3539.644060894108, 3537.672842998668, 3535.898837668942, 3534.9785590663614];
    assert_eq!(steps.len(), 5);
    for (step, criterion) in steps.iter().zip(criteria) {
        assert_close(step["criterion"].as_f64().unwrap(), criterion, 1e-10);
    }
    assert_eq!(steps[4]["action"]["Removed"], "s4");
    assert_eq!(report["table"]["rows"].as_array().unwrap().len(), 7);
    // The saved model has all columns, those that went out with 0.
    let first = desk.json(&["predict", "diabetes-ols.gradus", "diabetes"]);
    assert_eq!(first["predictions"].as_array().unwrap().len(), 442);
    let text = desk.good(&[&fit[..], &["--stepwise", "bic", "--direction", "backward"]].concat());
    assert!(text.contains("- age") && text.contains("selected by these data"), "{text}");
    desk.bad(&[&fit[..], &["--direction", "forward"]].concat(), &["--stepwise"]);
    // The levels of a column go together.
    let iris = ["fit", "ols", "iris", "--target", "petal_width", "--stepwise", "bic"];
    assert!(desk.good(&iris).contains("species=virginica"));
}
