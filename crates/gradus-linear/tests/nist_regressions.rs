//! The certified linear regressions of NIST's Statistical Reference Datasets, data/nist.json.

use gradus_linear::{Design, Intercept, LeastSquaresSolver, Ols};
use nalgebra::DMatrix;
use serde_json::Value;

/// The digits in which two numbers agree.
fn digits(got: f64, certified: f64) -> f64 {
    -((got - certified) / certified).abs().max(1e-17).log10()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .map(|number| number.as_f64().unwrap_or(f64::NAN))
        .collect()
}

#[test]
fn agrees_with_the_certified_values() {
    let file: Value = serde_json::from_str(include_str!("data/nist.json")).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 11);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let rows: Vec<Vec<f64>> = case["x"].as_array().unwrap().iter().map(numbers).collect();
        let degree = case["degree"].as_u64().unwrap() as usize;
        let x = match degree {
            1 => DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j]),
            _ => DMatrix::from_fn(rows.len(), degree, |i, j| rows[i][0].powi(j as i32 + 1)),
        };
        let intercept = match case["intercept"].as_bool().unwrap() {
            true => Intercept::Fitted,
            false => Intercept::None,
        };
        let fit = Ols { intercept, ..Ols::default() }
            .fit(&Design::new(&x).unwrap(), &numbers(&case["y"]))
            .unwrap();
        assert_eq!(fit.solver, LeastSquaresSolver::PivotedQr, "{name}");
        let certified = &case["certified"];
        let rows = fit.table().rows;
        let (coef, se) = (numbers(&certified["coef"]), numbers(&certified["se"]));
        assert_eq!(rows.len(), coef.len(), "{name}");
        let (mut coef_digits, mut se_digits) = (17.0_f64, 17.0_f64);
        for (row, (coef, se)) in rows.iter().zip(coef.iter().zip(&se)) {
            coef_digits = coef_digits.min(digits(row.estimate, *coef));
            match *se {
                // An exact polynomial: what is left is rounding.
                0.0 => assert!(row.standard_error < 1e-7 * coef.abs().max(1e-3), "{name}"),
                se => se_digits = se_digits.min(digits(row.standard_error, se)),
            }
        }
        println!("{name}: {coef_digits:.1} digits of coefficients, {se_digits:.1} of errors");
        // Filip's columns, powers up to 10, are rounded before anything is solved.
        let least = if name == "Filip" { 7.0 } else { 8.0 };
        assert!(coef_digits >= least && se_digits >= least, "{name}: {coef_digits} {se_digits}");
        let r2 = certified["r2"].as_f64().unwrap();
        assert!(digits(fit.r2, r2) >= 8.0, "{name}: R² {}", fit.r2);
    }
}
