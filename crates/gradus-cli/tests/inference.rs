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
    for part in ["odds ratio", "malignant", "Nagelkerke", "ROC AUC", "212 of 569"] {
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

/// statsmodels 0.15.0: `MNLogit` of the wines' cultivars on alcohol and hue, tolerance 1e-14.
const WINES: [[[f64; 3]; 3]; 2] = [
    [
        [65.35920406948374, 11.03959704224621, 3.2109342012568032e-09],
        [-5.108822191810543, 0.854281472908178, 2.2278675041090794e-09],
        [1.3997096141725933, 2.562735097234587, 0.5849435646404093],
    ],
    [
        [34.04818681519601, 10.426600571630516, 0.0010926646708100112],
        [-1.2869093966962903, 0.7827239850924667, 0.10014686927904304],
        [-19.541669606047172, 3.975879858389156, 8.875737552808653e-07],
    ],
];

#[test]
fn multinomial_regression_has_the_table_of_statsmodels() {
    let desk = Desk::new();
    let fit = ["fit", "multinomial", "wine", "--target", "cultivar", "--features", "alcohol,hue"];
    let report = desk.json(&fit);
    let classes: Vec<&str> =
        report["classes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert_eq!((classes.len(), report["baseline"].as_str()), (3, Some(classes[0])));
    for (k, equation) in report["equations"].as_array().unwrap().iter().enumerate() {
        assert_eq!(equation["class"].as_str(), Some(classes[k + 1]));
        let rows = equation["coefficients"].as_array().unwrap();
        for (row, [estimate, error, p]) in rows.iter().zip(WINES[k]) {
            let number = |name: &str| row[name].as_f64().unwrap();
            assert_close(number("estimate"), estimate, 1e-8);
            assert_close(number("standard_error"), error, 1e-8);
            assert_close(number("p_value"), p, 1e-6);
        }
    }
    let figure = |name: &str| report["figures"][name].as_f64().unwrap();
    assert_close(figure("log_likelihood"), -53.63204391376294, 1e-12);
    // Their null model is a fit with a tolerance of its own.
    assert_close(figure("r2_mcfadden"), 0.7225663426493906, 1e-9);
    let info = desk.json(&["info", "wine-multinomial.gradus"]);
    for (k, of_class) in WINES.iter().enumerate() {
        let rows = info["predictors"][k + 1]["coefficients"].as_array().unwrap();
        for (row, [estimate, error, _]) in rows.iter().zip(of_class) {
            assert_close(row["estimate"].as_f64().unwrap(), *estimate, 1e-8);
            assert_close(row["standard_error"].as_f64().unwrap(), *error, 1e-8);
        }
    }
    // The first wine of cultivar 1; statsmodels' predict.
    let predicted = desk.json(&["predict", "wine-multinomial.gradus", "wine"]);
    let p = &predicted["predictions"][0]["probabilities"];
    assert_close(p[classes[0]].as_f64().unwrap(), 0.9872066496801292, 1e-9);
    let text = desk.good(&[&fit[..], &["--baseline", classes[2]]].concat());
    for part in ["odds ratio", "Nagelkerke", &format!("{} against {}", classes[0], classes[2])] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    desk.bad(&[&fit[..], &["--baseline", "none"]].concat(), &["--baseline", classes[2]]);
    desk.write("sep.csv", "dose,y\n1,a\n2,b\n3,a\n2.5,b\n4,c\n5,c\n6,c\n");
    let separated = ["fit", "multinomial", "sep.csv", "--target", "y"];
    desk.bad(&separated, &["separation", "dose", "--family multinomial"]);
}

/// Coronary deaths of British doctors; the source and the expected values are in the library's test.
#[test]
fn poisson_regression_gives_rate_ratios() {
    let desk = Desk::new();
    let years = [52407, 43248, 28612, 12663, 5317, 18790, 10673, 5710, 2585, 1462];
    let deaths = [32, 104, 206, 186, 102, 2, 12, 28, 28, 31];
    let mut text = "smokes,age,years,deaths\n".to_owned();
    for row in 0..10 {
        let (smokes, age) = (usize::from(row < 5), ["35", "45", "55", "65", "75"][row % 5]);
        text.push_str(&format!("{smokes},{age}+,{},{}\n", years[row], deaths[row]));
    }
    desk.write("doctors.csv", &text);
    let fit = ["fit", "poisson", "doctors.csv", "--target", "deaths", "--exposure", "years"];
    let report = desk.json(&fit);
    let expected = [
        ("(intercept)", -7.919325711859459, 0.19176181876513454),
        ("smokes", 0.3545356372531928, 0.10737411818867214),
        ("age=45+", 1.484007006347052, 0.19510337263715125),
    ];
    for (row, (term, estimate, error)) in
        report["coefficients"].as_array().unwrap().iter().zip(expected)
    {
        assert_eq!(row["term"].as_str(), Some(term));
        assert_close(row["estimate"].as_f64().unwrap(), estimate, 1e-10);
        assert_close(row["standard_error"].as_f64().unwrap(), error, 1e-10);
        assert_close(row["ratio"].as_f64().unwrap(), estimate.exp(), 1e-10);
    }
    let figure = |name: &str| report["figures"][name].as_f64().unwrap();
    assert_close(figure("deviance"), 12.132366396287939, 1e-10);
    assert_close(figure("dispersion_p"), 0.024872648413483824, 1e-9);
    let text = desk.good(&fit);
    for part in ["rate ratio", "1.4255", "deaths per years", "dispersion 2.78883"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    // The expected deaths of the file's rows sum to the deaths.
    let predicted = desk.json(&["predict", "doctors-poisson.gradus", "doctors.csv"]);
    let rows = predicted["predictions"].as_array().unwrap();
    let sum: f64 = rows.iter().map(|row| row["prediction"].as_f64().unwrap()).sum();
    assert_close(sum, 731.0, 1e-10);
    let quasi = [&fit[..], &["--quasi"]].concat();
    assert!(desk.good(&quasi).contains("1.4255"));
    let info = desk.json(&["info", "doctors-poisson.gradus"]);
    let error = info["predictors"][0]["coefficients"][1]["standard_error"].as_f64().unwrap();
    assert_close(error, 0.10737411818867214 * (11.155333197479935_f64 / 4.0).sqrt(), 1e-10);

    let free = ["fit", "poisson", "diabetes", "--target", "bmi"];
    desk.bad(&free, &["count", "--target"]);
    desk.bad(&[&fit[..], &["--offset", "years"]].concat(), &["--exposure", "--offset"]);
    desk.write("zero.csv", "x,t,y\n1,0,2\n2,3,1\n3,2,4\n");
    let zero = ["fit", "poisson", "zero.csv", "--target", "y", "--exposure", "t"];
    desk.bad(&zero, &["\"t\"", "0"]);
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

/// numpy 2.4.6: the singular values of the standardised columns, and sums over rows.
#[test]
fn ridge_chooses_by_leaving_rows_out() {
    let desk = Desk::new();
    let fit = ["fit", "ridge", "diabetes", "--target", "progression", "--choose", "loo"];
    let report = desk.json(&fit);
    let chosen = |name: &str| report["chosen"][name].as_f64().unwrap();
    assert_close(chosen("lambda"), 0.004024210750152789, 1e-9);
    assert_close(chosen("leave_one_out"), 2999.7718873813124, 1e-9);
    assert_close(chosen("gcv"), 3004.255787579829, 1e-9);
    assert_close(chosen("degrees_of_freedom"), 10.590846216206552, 1e-9);
    assert_eq!(report["path"].as_array().unwrap().len(), 131);
    let text = desk.good(&fit);
    assert!(text.contains("by leave-one-out") && text.contains("(intercept)"), "{text}");
    desk.bad(&[&fit[..], &["--cv", "5"]].concat(), &["--cv", "--choose"]);
    desk.bad(&["fit", "ridge", "iris", "--target", "species", "--choose", "gcv"], &["species"]);
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
    assert_close(plain["figures"]["roc_auc"].as_f64().unwrap(), 0.889795918367347, 1e-12);
    let text = desk.good(&two);
    for part in ["Hosmer and Lemeshow", "predicted from 0.5", "81.01 % correctly classified"] {
        assert!(text.contains(part), "lacks {part:?}: {text}");
    }
    desk.bad(&[&two[..], &["--threshold", "2"]].concat(), &["--threshold"]);
}
