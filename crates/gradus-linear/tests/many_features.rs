//! Regression with many features against scikit-learn, against the models that form the information,
//! and against data that has no estimates.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{
    Design, Intercept, LinearError, Logistic, ManyFeatures, ManyFeaturesFit, ManyFeaturesMethod,
    ManyFeaturesSolver, Multinomial, NoStandardErrors, Poisson, Scaling,
};
use nalgebra::{DMatrix, dmatrix};

const ITERATIVE: [ManyFeaturesMethod; 2] =
    [ManyFeaturesMethod::NewtonCg, ManyFeaturesMethod::Lbfgs];

fn wave(i: usize, frequency: f64) -> f64 {
    (i as f64 * frequency).sin()
}

/// 40 rows of six features on unlike scales, with an outcome of each kind.
fn problem() -> (DMatrix<f64>, Vec<f64>, Vec<usize>, Vec<f64>) {
    let x = DMatrix::from_fn(40, 6, |i, j| {
        wave(i * 7 + j * 13 + i * j, 0.37) * (1.0 + j as f64) + j as f64
    });
    let eta: Vec<f64> = (0..40).map(|i| x[(i, 0)] - 0.5 * x[(i, 2)] + wave(i, 2.3)).collect();
    let y = eta.iter().map(|eta| f64::from(u8::from(*eta > -0.5))).collect();
    let class = |eta: &f64| usize::from(*eta >= -1.2) + usize::from(*eta >= 0.2);
    let rate = |i: usize| (0.4 * x[(i, 0)] + 0.2 * wave(i, 1.9) + 0.8).exp().floor();
    let counts = (0..40).map(rate).collect();
    (x, y, eta.iter().map(class).collect(), counts)
}

fn assert_near(found: &ManyFeaturesFit, wanted: &[&[f64]], tolerance: f64) {
    assert_eq!(found.coefficients.len(), wanted.len());
    for (k, wanted) in wanted.iter().enumerate() {
        let all = std::iter::once(&found.intercepts[k]).chain(&found.coefficients[k]);
        for (found, wanted) in all.zip(*wanted) {
            assert!((found - wanted).abs() < tolerance, "{k}: {found} for {wanted}");
        }
    }
}

/// scikit-learn 1.9.1: LogisticRegression(C=1/(0.05·40)) and PoissonRegressor(alpha=0.05), tol=1e-14; of the
/// three classes, which scikit-learn has in symmetric form, those of class 0 are subtracted.
#[test]
fn ridge_estimates_are_those_of_scikit_learn() {
    #[rustfmt::skip]
    let [logistic, one, two, poisson] = [
        [0.4370500439560115, 1.028723407098236, 0.11631594467025519, -0.7172670465497069,
         0.15263437842558353, -0.033776077982779776, -0.03801247041796856],
        [1.535490328540578, 0.8893239731791992, 0.17692680264377675, -0.8256782484499662,
         0.3974626249031939, -0.03182555519912641, -0.17800878758560568],
        [0.2793607678567443, 1.419042286063768, 0.22764251627835957, -1.7012393052949186,
         0.42233946719245025, 0.062175793568680915, -0.07949791072456135],
        [0.585478755153654, 0.5072940729908602, -0.014723679006093117, 0.013285358488463834,
         0.0035670300386771076, 0.010509542208142349, -0.02496504093991365],
    ];
    let (x, y, classes, counts) = problem();
    assert_eq!((y.iter().sum::<f64>(), counts.iter().sum::<f64>()), (15.0, 73.0));
    let design = Design::new(&x).unwrap();
    for method in ITERATIVE {
        let model = ManyFeatures {
            lambda: 0.05,
            scaling: Scaling::None,
            method,
            tolerance: 1e-10,
            ..ManyFeatures::default()
        };
        let fit = model.logistic(&design, &y).unwrap();
        assert_near(&fit, &[&logistic], 2e-7);
        assert_eq!(fit.standard_errors(), Err(NoStandardErrors::InformationNotFormed));
        assert_near(&model.multinomial(&design, &classes).unwrap(), &[&one, &two], 2e-7);
        assert_near(&model.poisson(&design, &counts).unwrap(), &[&poisson], 2e-7);
    }
}

/// Two classes in symmetric form are ±½ of one column, whose square costs twice as much.
#[test]
fn two_classes_are_logistic_regression() {
    let (x, y, ..) = problem();
    let classes: Vec<usize> = y.iter().map(|y| *y as usize).collect();
    let design = Design::new(&x).unwrap();
    let model = ManyFeatures { lambda: 0.1, tolerance: 1e-10, ..ManyFeatures::default() };
    let two = model.multinomial(&design, &classes).unwrap();
    let one = ManyFeatures { lambda: 0.05, ..model }.logistic(&design, &y).unwrap();
    let all: Vec<f64> = one.intercepts.iter().chain(&one.coefficients[0]).copied().collect();
    assert_near(&two, &[&all], 1e-8);
    assert!((two.means.column(1) - one.means.column(0)).amax() < 1e-9);
}

/// Without a penalty the estimates are those of the models that form the information, by whichever way,
/// and the few that need it have its standard errors.
#[test]
fn all_ways_lead_to_one_maximum() {
    let (x, y, classes, counts) = problem();
    let design = Design::new(&x).unwrap();
    let logistic = Logistic::default().fit(&design, &y).unwrap();
    let poisson = Poisson::default().fit(&design, &counts).unwrap();
    let multinomial = Multinomial::default().fit(&design, &classes).unwrap();
    let table = |rows: &[gradus_linear::WaldEstimate]| -> Vec<f64> {
        rows.iter().map(|row| row.estimate).collect()
    };
    let equations: Vec<Vec<f64>> =
        multinomial.equations().iter().map(|e| table(&e.coefficients)).collect();
    let equations: Vec<&[f64]> = equations.iter().map(Vec::as_slice).collect();
    for method in [ManyFeaturesMethod::Automatic, ITERATIVE[0], ITERATIVE[1]] {
        let model = ManyFeatures { method, tolerance: 1e-10, ..ManyFeatures::default() };
        let fits = [
            model.logistic(&design, &y).unwrap(),
            model.poisson(&design, &counts).unwrap(),
            model.multinomial(&design, &classes).unwrap(),
        ];
        assert_near(&fits[0], &[&table(logistic.coefficients())], 1e-6);
        assert_near(&fits[1], &[&table(poisson.coefficients())], 1e-6);
        assert_near(&fits[2], &equations, 1e-6);
        assert!((fits[0].log_likelihood - logistic.log_likelihood).abs() < 1e-10);
        assert!((&fits[2].means - multinomial.probabilities()).amax() < 1e-7);
        let wanted = match method {
            ManyFeaturesMethod::Automatic => ManyFeaturesSolver::Cholesky,
            ManyFeaturesMethod::NewtonCg => ManyFeaturesSolver::NewtonCg,
            ManyFeaturesMethod::Lbfgs => ManyFeaturesSolver::Lbfgs,
        };
        assert!(fits.iter().all(|fit| fit.solver == wanted));
        if wanted == ManyFeaturesSolver::Cholesky {
            let errors = fits[0].standard_errors().unwrap();
            for (found, row) in errors[0].iter().zip(logistic.coefficients()) {
                assert!((found - row.standard_error).abs() < 1e-10);
            }
        }
    }
}

/// More features than rows: at the minimum Xᵀ(y − p)/m = λw, on features of one scale too.
#[test]
fn more_features_than_rows_have_a_ridge_minimum() {
    let x = DMatrix::from_fn(60, 700, |i, j| wave(i * (j + 3) + j * j, 0.71));
    let y: Vec<f64> = (0..60).map(|i| f64::from(u8::from(wave(i, 1.3) > 0.1))).collect();
    let design = Design::new(&x).unwrap();
    for scaling in [Scaling::None, Scaling::Standardize] {
        let model = ManyFeatures { lambda: 0.3, scaling, ..ManyFeatures::default() };
        let fit = model.logistic(&design, &y).unwrap();
        assert_eq!(fit.solver, ManyFeaturesSolver::NewtonCg);
        let residual: Vec<f64> = y.iter().zip(fit.means.iter()).map(|(y, p)| y - p).collect();
        assert!(residual.iter().sum::<f64>().abs() < 1e-6);
        for (j, w) in fit.coefficients[0].iter().enumerate() {
            let column = x.column(j);
            let pull: f64 = column.iter().zip(&residual).map(|(x, r)| x * r).sum::<f64>() / 60.0;
            let variance = if scaling == Scaling::None { 1.0 } else { column.variance() };
            assert!((pull - 0.3 * variance * w).abs() < 1e-7, "{j}");
        }
    }
}

#[test]
fn what_has_no_estimates_is_refused() {
    let x = dmatrix![1.0, 0.3; 2.0, 0.1; 3.0, 0.4; 3.0, 0.1; 4.0, 0.5; 5.0, 0.2];
    let y = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let design = Design::new(&x).unwrap();
    for method in [ManyFeaturesMethod::Automatic, ITERATIVE[0], ITERATIVE[1]] {
        let model = ManyFeatures { method, ..ManyFeatures::default() };
        let refused = model.logistic(&design, &y).unwrap_err();
        let said =
            matches!(refused, LinearError::NothingHolds { .. } | LinearError::NoMinimum { .. });
        assert!(said, "{method:?}: {refused}");
        let held = ManyFeatures { lambda: 1e-3, ..model };
        assert!(held.logistic(&design, &y).is_ok());
    }
    let model = ManyFeatures { method: ITERATIVE[0], ..ManyFeatures::default() };
    let hasty = ManyFeatures { max_iterations: 1, lambda: 1e-3, ..model };
    assert!(matches!(hasty.logistic(&design, &y), Err(LinearError::NoMinimum { .. })));
    for odd in [f64::NAN, -1.0] {
        let model = ManyFeatures { lambda: odd, ..model };
        assert!(matches!(model.logistic(&design, &y), Err(LinearError::InvalidOption { .. })));
    }
    let refused = model.poisson(&design, &[0.5, 1.0, 1.0, 1.0, 1.0, 1.0]).unwrap_err();
    assert!(matches!(refused, LinearError::NotCount { row: 0, .. }));
    assert_eq!(model.multinomial(&design, &[1; 6]).unwrap_err(), LinearError::OneClass);
    let none = ManyFeatures { intercept: Intercept::None, ..model };
    let empty = DMatrix::zeros(6, 0);
    let refused = none.logistic(&Design::new(&empty).unwrap(), &y).unwrap_err();
    assert_eq!(refused, LinearError::NoCoefficient);
}
