//! `gradus fit multinomial`, as a user runs it.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use common::Desk;

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} for {expected}");
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
