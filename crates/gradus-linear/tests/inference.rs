//! Inference against statsmodels, steps against R, ridge against scikit-learn: data/inference.json.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{
    CovarianceKind, Design, Intercept, LeastSquaresMethod, LinearError, Ols, RidgeGrid, StepAction,
    StepCriterion, StepDirection, Stepwise, Weights,
};
use nalgebra::DMatrix;
use serde_json::Value;

fn file() -> Value {
    serde_json::from_str(include_str!("data/inference.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

fn close(what: &str, got: &[f64], wanted: &[f64], relative: f64) {
    assert_eq!(got.len(), wanted.len(), "{what}");
    for (got, wanted) in got.iter().zip(wanted) {
        let error = (got - wanted).abs();
        assert!(error <= relative * wanted.abs().max(1e-6), "{what}: {got} instead of {wanted}");
    }
}

/// The plant data, plain and with weights, by either solver.
fn each_fit(check: impl Fn(&Value, &Design<'_>, &[f64], Option<Weights<'_>>, Ols)) {
    let data = &file()["stackloss"];
    let (x, y, weights) = (matrix(&data["x"]), numbers(&data["y"]), numbers(&data["weights"]));
    let new_weights = numbers(&data["new_weights"]);
    for method in [LeastSquaresMethod::Cholesky, LeastSquaresMethod::Qr] {
        let ols = Ols { method, ..Ols::default() };
        let plain = Design::new(&x).unwrap();
        check(&data["plain"], &plain, &y, None, ols);
        let weighted = plain.clone().with_weights(Weights::Precision(&weights)).unwrap();
        let new = Some(Weights::Precision(&new_weights));
        check(&data["weighted"], &weighted, &y, new, ols);
    }
}

#[test]
fn robust_covariances_are_those_of_statsmodels() {
    each_fit(|case, design, y, _, ols| {
        for (name, covariance) in [
            ("HC0", CovarianceKind::Hc0),
            ("HC1", CovarianceKind::Hc1),
            ("HC2", CovarianceKind::Hc2),
            ("HC3", CovarianceKind::Hc3),
        ] {
            let fit = Ols { covariance, ..ols }.fit(design, y).unwrap();
            let rows = fit.table().rows;
            let expected = &case["robust"][name];
            let errors: Vec<f64> = rows.iter().map(|row| row.standard_error).collect();
            close(name, &errors, &numbers(&expected["se"]), 1e-9);
            let p: Vec<f64> = rows.iter().map(|row| row.p).collect();
            close(name, &p, &numbers(&expected["p"]), 1e-8);
            let covariance = fit.covariance.as_slice();
            close(name, covariance, matrix(&expected["cov"]).as_slice(), 1e-8);
            close(name, &[fit.f], &[expected["f"].as_f64().unwrap()], 1e-8);
            close(name, &[fit.f_p], &[expected["f_p"].as_f64().unwrap()], 1e-7);
        }
    });
}

#[test]
fn influence_is_that_of_leaving_rows_out() {
    each_fit(|case, design, y, _, ols| {
        let fit = ols.fit(design, y).unwrap();
        let found = fit.influence(design, y).unwrap();
        let expected = &case["influence"];
        for (name, got) in [
            ("leverage", &found.leverage),
            ("internal", &found.internally_studentised),
            ("external", &found.externally_studentised),
            ("cooks", &found.cooks_distance),
            ("dffits", &found.dffits),
        ] {
            close(name, got, &numbers(&expected[name]), 1e-8);
        }
        let moved = fit.dfbetas(design, y).unwrap();
        close("dfbetas", moved.as_slice(), matrix(&expected["dfbetas"]).as_slice(), 1e-7);
        let total: f64 = found.leverage.iter().sum();
        assert!((total - fit.rank as f64).abs() < 1e-10);
    });
}

#[test]
fn intervals_and_inflation_are_those_of_statsmodels() {
    let data = file();
    let new = matrix(&data["stackloss"]["new"]);
    each_fit(|case, design, y, weights, ols| {
        let fit = ols.fit(design, y).unwrap();
        let mut at = Design::new(&new).unwrap();
        if let Some(weights) = weights {
            at = at.with_weights(weights).unwrap();
        }
        let rows = fit.intervals(&at).unwrap();
        let expected = |name: &str| numbers(&case["intervals"][name]);
        let of = |f: &dyn Fn(usize) -> f64| (0..rows.len()).map(f).collect::<Vec<f64>>();
        close("mean", &of(&|i| rows[i].mean), &expected("mean"), 1e-10);
        close("mean_se", &of(&|i| rows[i].standard_error), &expected("mean_se"), 1e-9);
        for (k, end) in ["lower", "upper"].into_iter().enumerate() {
            let name = format!("mean_ci_{end}");
            close(&name, &of(&|i| rows[i].mean_interval[k]), &expected(&name), 1e-9);
            let name = format!("obs_ci_{end}");
            close(&name, &of(&|i| rows[i].observation_interval[k]), &expected(&name), 1e-9);
        }
        if weights.is_none() {
            let factors = fit.variance_inflation(design).unwrap();
            close("vif", &factors, &numbers(&data["stackloss"]["vif"]), 1e-9);
        }
    });
}

#[test]
fn steps_are_those_of_r() {
    let data = &file()["mtcars"];
    let (x, y) = (matrix(&data["x"]), numbers(&data["y"]));
    let names: Vec<&str> =
        data["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let design = Design::new(&x).unwrap().with_names(names).unwrap();
    for (case, direction, criterion) in [
        ("backward_aic", StepDirection::Backward, StepCriterion::Aic),
        ("forward_aic", StepDirection::Forward, StepCriterion::Aic),
        ("both_bic", StepDirection::Both, StepCriterion::Bic),
        ("both_null_aic", StepDirection::BothFromNull, StepCriterion::Aic),
    ] {
        let stepwise = Stepwise { direction, criterion, ..Stepwise::default() };
        let chosen = stepwise.fit(&design, &y).unwrap();
        let expected = &data["steps"][case];
        let columns: Vec<f64> = chosen.selected.iter().map(|&column| column as f64).collect();
        assert_eq!(columns, numbers(&expected["selected"]), "{case}");
        let steps = expected["trace"].as_array().unwrap();
        assert_eq!(chosen.trace.len(), steps.len(), "{case}");
        for (row, step) in chosen.trace.iter().zip(steps) {
            let action = match &row.action {
                StepAction::Start => "start".to_owned(),
                StepAction::Added(name) => format!("+ {name}"),
                StepAction::Removed(name) => format!("- {name}"),
            };
            assert_eq!(action, step[0].as_str().unwrap(), "{case}");
            let wanted = [step[1].as_f64().unwrap(), step[2].as_f64().unwrap()];
            close(case, &[row.criterion, row.deviance], &wanted, 1e-10);
        }
        close(case, &[chosen.fit.rss], &[chosen.trace.last().unwrap().deviance], 1e-10);
        let text = chosen.to_string();
        assert_eq!(text.lines().count(), steps.len() + 2);
        assert!(text.contains("selected by these data"), "{text}");
    }
}

#[test]
fn ridge_and_its_leave_one_out_are_those_of_scikit_learn() {
    let data = &file()["longley"];
    let (x, y) = (matrix(&data["x"]), numbers(&data["y"]));
    let cases = data["ridge"].as_array().unwrap();
    let lambdas: Vec<f64> = cases.iter().map(|case| case["lam"].as_f64().unwrap()).collect();
    let path = RidgeGrid::default().fit(&Design::new(&x).unwrap(), &y, &lambdas).unwrap();
    for (point, case) in path.points.iter().zip(cases) {
        close("coef", &point.coefficients, &numbers(&case["coef"]), 1e-9);
        for (name, got) in [
            ("rss", point.rss),
            ("df", point.degrees_of_freedom),
            ("loo", point.leave_one_out),
            ("gcv", point.gcv),
        ] {
            close(name, &[got], &[case[name].as_f64().unwrap()], 1e-9);
        }
    }
}

/// The help page of R's `MASS::lm.ridge` chooses 0.0057 for the deflator of Longley's data.
#[test]
fn generalized_cross_validation_chooses_as_mass_does() {
    let data = &file()["longley"];
    let (x, employed) = (matrix(&data["x"]), numbers(&data["y"]));
    let deflator: Vec<f64> = x.column(0).iter().copied().collect();
    let others = x.remove_column(0).insert_column(5, 0.0);
    let others = DMatrix::from_fn(16, 6, |i, j| if j == 5 { employed[i] } else { others[(i, j)] });
    let grid: Vec<f64> = (0..=1000).map(|k| f64::from(k) * 1e-4 / 16.0).collect();
    let path = RidgeGrid::default().fit(&Design::new(&others).unwrap(), &deflator, &grid).unwrap();
    // There the intercept does not count.
    let gcv = |k: usize| path.points[k].rss / (17.0 - path.points[k].degrees_of_freedom).powi(2);
    let best = (0..grid.len()).min_by(|&a, &b| gcv(a).total_cmp(&gcv(b))).unwrap();
    assert_eq!(best, 57);
}

#[test]
fn a_grid_of_ridge_needs_penalties() {
    let data = &file()["longley"];
    let (x, y) = (matrix(&data["x"]), numbers(&data["y"]));
    let design = Design::new(&x).unwrap();
    let grid = RidgeGrid { intercept: Intercept::None, ..RidgeGrid::default() };
    assert!(grid.fit(&design, &y, &[]).is_err());
    assert!(grid.fit(&design, &y, &[1.0, -1.0]).is_err());
    assert!(grid.fit(&design, &y, &[f64::NAN]).is_err());
}

#[test]
fn a_level_of_one_row_has_no_leverage_corrected_errors() {
    // The fourth column is 1 in row 5 alone.
    let x = DMatrix::from_fn(12, 3, |i, j| match j {
        2 => f64::from(u8::from(i == 5)),
        _ => ((i * 7 + j * 3) as f64).sin(),
    });
    let y: Vec<f64> = (0..12).map(|i| (i as f64 * 0.9).cos()).collect();
    let design = Design::new(&x).unwrap();
    let fit = |covariance| Ols { covariance, ..Ols::default() }.fit(&design, &y);
    for covariance in [CovarianceKind::Hc2, CovarianceKind::Hc3] {
        let error = fit(covariance).unwrap_err();
        assert_eq!(error, LinearError::FullLeverage { row: 5, rows: 1 });
    }
    for covariance in [CovarianceKind::Classical, CovarianceKind::Hc0, CovarianceKind::Hc1] {
        assert!(fit(covariance).unwrap().table().rows.iter().all(|row| row.p.is_finite()));
    }
}

#[test]
fn an_outcome_without_an_error_is_flagged() {
    let x = DMatrix::from_fn(20, 2, |i, j| ((i * 7 + j * 3) as f64).sin());
    let design = Design::new(&x).unwrap();
    let summary = |y: &[f64]| Ols::default().fit(&design, y).unwrap().summary(&design, y).unwrap();
    let constant = summary(&[7.0; 20]);
    assert!(constant.perfect && constant.r2.is_nan() && constant.adjusted_r2.is_nan());
    assert!(constant.to_string().contains("the outcome is the same in every row"));
    let exact: Vec<f64> = (0..20).map(|i| 1.0 + 2.0 * x[(i, 0)] - x[(i, 1)]).collect();
    let exact = summary(&exact);
    assert!(exact.perfect && exact.r2 == 1.0);
    assert!(exact.to_string().contains("every row is fitted exactly"));
    let widths: Vec<usize> =
        exact.table.to_string().lines().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{}", exact.table);
    let noisy: Vec<f64> = (0..20).map(|i| x[(i, 0)] + (i as f64 * 2.3).cos()).collect();
    assert!(!summary(&noisy).perfect);
}

#[test]
fn steps_end_before_a_model_that_fits_anything() {
    // Noise: with 20 rows, 40 columns hold many exact fits.
    let x = DMatrix::from_fn(20, 40, |i, j| ((i * 37 + j * 101 + i * j * 13) as f64).sin());
    let design = Design::new(&x).unwrap();
    let forward = Stepwise { direction: StepDirection::Forward, ..Stepwise::default() };
    let noise: Vec<f64> = (0..20).map(|i| (i as f64 * 1.7).cos()).collect();
    let chosen = forward.fit(&design, &noise).unwrap();
    assert!(chosen.fit.df_residual >= 1.0 && chosen.selected.len() <= 18);
    let exact: Vec<f64> = (0..20).map(|i| 3.0 + x[(i, 4)] - 2.0 * x[(i, 9)]).collect();
    assert_eq!(forward.fit(&design, &exact).unwrap().selected, [4, 9]);
}
