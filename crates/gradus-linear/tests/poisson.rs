//! Poisson regression against reference values, identities, and data that has no estimates.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{Design, Intercept, LinearError, Poisson, PoissonFit, Weights, log_exposure};
use nalgebra::{DMatrix, dmatrix};

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
}

/// Coronary deaths of British doctors by smoking and age: R. Doll, A. Bradford Hill, *Mortality of
/// British doctors in relation to smoking*, 1966, as in N. Breslow, N. Day, *Statistical Methods in
/// Cancer Research* II, 1987, p. 112. Person-years, deaths; smokers by age 35–44, …, 75–84, then others.
const YEARS: [f64; 10] =
    [52407.0, 43248.0, 28612.0, 12663.0, 5317.0, 18790.0, 10673.0, 5710.0, 2585.0, 1462.0];
const DEATHS: [f64; 10] = [32.0, 104.0, 206.0, 186.0, 102.0, 2.0, 12.0, 28.0, 28.0, 31.0];

fn doctors() -> DMatrix<f64> {
    DMatrix::from_fn(10, 5, |i, j| {
        let is = if j == 0 { i < 5 } else { i % 5 == j };
        f64::from(u8::from(is))
    })
}

fn fit(x: &DMatrix<f64>, y: &[f64]) -> Result<PoissonFit, LinearError> {
    Poisson::default().fit(&Design::new(x).unwrap(), y)
}

/// statsmodels 0.15.0, GLM(Poisson), refined by Newton steps at 45 digits (mpmath); the rate ratio of
/// smoking, 1.4255, is the one that Stata's manual prints for these data.
#[test]
fn rates_of_doctors() {
    let x = doctors();
    let years = log_exposure(&YEARS).unwrap();
    let design = Design::new(&x).unwrap().with_offset(&years).unwrap();
    let fit = Poisson::default().fit(&design, &DEATHS).unwrap();
    let expected = [
        [-7.919325711859459, 0.19176181876513454],
        [0.3545356372531928, 0.10737411818867214],
        [1.484007006347052, 0.19510337263715125],
        [2.627505118495129, 0.18372726945124865],
        [3.350492785198157, 0.18479918093619105],
        [3.7000964518617994, 0.19221951212390023],
    ];
    for (row, [estimate, error]) in fit.coefficients().iter().zip(expected) {
        assert_close(row.estimate, estimate, 1e-12);
        assert_close(row.standard_error, error, 1e-12);
    }
    let p = [0.0009604175026575199, 2.821411156805788e-14, 2.1532643988087593e-46];
    for (row, p) in fit.coefficients()[1..].iter().zip(p) {
        assert_close(row.p_value(), p, 1e-10);
    }
    assert_close(fit.log_likelihood, -33.60015344052124, 1e-12);
    assert_close(fit.null_log_likelihood, -495.0676356770331, 1e-12);
    assert_close(fit.deviance(), 12.132366396287939, 1e-11);
    assert_close(fit.null_deviance(), 935.0673308693117, 1e-12);
    assert_close(fit.pearson_chi2(), 11.155333197479935, 1e-11);
    assert_close(fit.aic(), 79.20030688104221, 1e-12);
    assert_close(fit.bic(), 81.01581743900648, 1e-12);
    assert_close(fit.likelihood_ratio_p().unwrap(), 2.892046357223814e-197, 1e-9);
    assert_close(fit.dispersion(), 11.155333197479935 / 4.0, 1e-11);
    assert_close(fit.dispersion_p().unwrap(), 0.024872648413483824, 1e-10);
    for (found, expected) in fit.deviance_residuals().iter().zip([0.901600104489761, 0.5103786837])
    {
        assert_close(*found, expected, 1e-9);
    }
    for (found, expected) in fit.pearson_residuals().iter().zip([0.927234634115159, 0.5147261838]) {
        assert_close(*found, expected, 1e-9);
    }
    let quasi = &fit.quasi_coefficients()[1];
    assert_close(quasi.standard_error, 0.10737411818867214 * fit.dispersion().sqrt(), 1e-12);
    assert!(fit.to_string().contains("rate ratio"));
}

#[test]
fn identities_of_the_maximum() {
    let x = DMatrix::from_fn(40, 2, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin());
    let y: Vec<f64> =
        (0..40).map(|i| ((i * i) % 5) as f64 + f64::from(u8::from(i % 3 == 0))).collect();
    let whole = fit(&x, &y).unwrap();
    let total: f64 = whole.means().iter().sum();
    assert_close(total, y.iter().sum(), 1e-12);
    let squares: f64 = whole.deviance_residuals().iter().map(|r| r * r).sum();
    assert_close(squares, whole.deviance(), 1e-12);
    assert_close(whole.likelihood_ratio(), whole.null_deviance() - whole.deviance(), 1e-10);
    // An exposure that is the same everywhere moves the constant alone.
    let twice = log_exposure(&[2.0; 40]).unwrap();
    let design = Design::new(&x).unwrap().with_offset(&twice).unwrap();
    let moved = Poisson::default().fit(&design, &y).unwrap();
    let change = whole.coefficients()[0].estimate - moved.coefficients()[0].estimate;
    assert_close(change, 2.0_f64.ln(), 1e-10);
    assert_close(moved.log_likelihood, whole.log_likelihood, 1e-12);
    let predicted = moved.predict(&x, Some(&twice)).unwrap();
    assert!(predicted.iter().zip(whole.means()).all(|(a, b)| (a - b).abs() < 1e-9));
    // Weights of frequency are repeated rows.
    let counts: Vec<f64> = (0..40).map(|i| f64::from(i % 3)).collect();
    let repeated: Vec<usize> = (0..40).flat_map(|i| vec![i; i % 3]).collect();
    let weighted = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
    let weighted = Poisson::default().fit(&weighted, &y).unwrap();
    let rows: Vec<f64> = repeated.iter().map(|&i| y[i]).collect();
    let rows = fit(&x.select_rows(&repeated), &rows).unwrap();
    assert_close(weighted.log_likelihood, rows.log_likelihood, 1e-12);
    assert_close(weighted.pearson_chi2(), rows.pearson_chi2(), 1e-10);
    assert!((weighted.covariance() - rows.covariance()).amax() < 1e-10);
    // Through the origin a constant rate is 1.
    let origin = Poisson { intercept: Intercept::None, ..Poisson::default() };
    let origin = origin.fit(&Design::new(&x).unwrap(), &y).unwrap();
    assert_eq!((origin.coefficients().len(), origin.likelihood_ratio_df()), (2, 2));
    // Two means: their ratio, whatever the start.
    let groups = dmatrix![0.0; 0.0; 1.0; 1.0];
    let large = fit(&groups, &[1.0, 0.0, 9e7, 11e7]).unwrap();
    assert_close(large.coefficients()[1].ratio(), 2e8, 1e-9);
}

#[test]
fn rates_that_fall_for_ever_are_refused_with_their_direction() {
    // No counts where the second feature is 1.
    let x = dmatrix![0.1, 0.0; 0.5, 0.0; 0.9, 0.0; 0.2, 1.0; 0.8, 1.0];
    let y = [2.0, 0.0, 3.0, 0.0, 0.0];
    let LinearError::RatesUnbounded { features, intercept, direction } = fit(&x, &y).unwrap_err()
    else {
        panic!("unbounded");
    };
    assert_eq!(features, ["x2"]);
    for row in 0..5 {
        let change = intercept + x[(row, 0)] * direction[0] + x[(row, 1)] * direction[1];
        assert!(if y[row] > 0.0 { change.abs() < 1e-12 } else { change < 1e-12 });
    }
    let none = fit(&x, &[0.0; 5]).unwrap_err();
    assert!(matches!(none, LinearError::RatesUnbounded { .. }), "{none}");
    let constant = fit(&DMatrix::zeros(5, 0), &[0.0; 5]).unwrap_err();
    assert!(constant.to_string().contains("the constant"), "{constant}");
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let x = dmatrix![0.1; 0.5; 0.9];
    assert_eq!(
        fit(&x, &[1.0, -1.0, 2.0]).unwrap_err(),
        LinearError::NotCount { row: 1, value: -1.0 }
    );
    assert_eq!(
        fit(&x, &[1.0, 1.0, 2.5]).unwrap_err(),
        LinearError::NotCount { row: 2, value: 2.5 }
    );
    assert!(matches!(fit(&x, &[1.0, f64::NAN, 2.0]), Err(LinearError::NotFinite { .. })));
    assert!(matches!(fit(&x, &[1.0]), Err(LinearError::LengthMismatch { .. })));
    assert_eq!(
        log_exposure(&[1.0, -2.0]).unwrap_err(),
        LinearError::Exposure { row: 1, value: -2.0 }
    );
    let hasty = Poisson { max_iterations: 1, ..Poisson::default() };
    let refused = hasty.fit(&Design::new(&x).unwrap(), &[1.0, 5.0, 2.0]).unwrap_err();
    assert!(matches!(refused, LinearError::NoMaximum { .. }), "{refused}");
    // As many coefficients as rows: no degree of freedom is left to judge by.
    let exact = fit(&dmatrix![0.0; 1.0], &[1.0, 2.0]).unwrap();
    assert!(exact.dispersion().is_nan() && exact.dispersion_p().is_err());
}
