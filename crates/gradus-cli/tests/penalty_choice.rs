//! The strength of a penalty that the program chooses: by held-out rows, or by leaving each row out.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;
use common::report::{assert_close, numbers};

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

/// numpy 2.4.6: the singular values of the standardised columns, and sums over rows.
#[test]
fn ridge_chooses_by_leaving_rows_out() {
    let desk = Desk::new();
    let fit = ["fit", "ridge", "diabetes", "--target", "progression", "--choose", "loo"];
    let report = desk.json(&fit);
    let chosen = |name: &str| report["chosen"][name].as_f64().unwrap();
    let names = ["lambda", "leave_one_out", "gcv", "degrees_of_freedom"];
    let expected =
        [0.004024210750152789, 2999.7718873813124, 3004.255787579829, 10.590846216206552];
    assert_close(&names.map(chosen), &expected, 1e-9);
    assert_eq!(report["path"].as_array().unwrap().len(), 131);
    let text = desk.good(&fit);
    assert!(text.contains("by leave-one-out") && text.contains("(intercept)"), "{text}");
    desk.bad(&[&fit[..], &["--cv", "5"]].concat(), &["--cv", "--choose"]);
    desk.bad(&["fit", "ridge", "iris", "--target", "species", "--choose", "gcv"], &["species"]);
}
