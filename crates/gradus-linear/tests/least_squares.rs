//! Identities of least squares, and what cannot be fitted.

use gradus_linear::{Design, Intercept, LeastSquaresSolver, LinearError, Ols, OlsFit, Weights};
use nalgebra::{DMatrix, dmatrix};

/// Motor Trend's road tests of 1974: weight (1000 lb), horsepower, and miles per gallon of the
/// first ten cars of R's `mtcars`.
const CARS: [[f64; 3]; 10] = [
    [2.62, 110.0, 21.0],
    [2.875, 110.0, 21.0],
    [2.32, 93.0, 22.8],
    [3.215, 110.0, 21.4],
    [3.44, 175.0, 18.7],
    [3.46, 105.0, 18.1],
    [3.57, 245.0, 14.3],
    [3.19, 62.0, 24.4],
    [3.15, 95.0, 22.8],
    [3.44, 123.0, 19.2],
];

fn cars() -> (DMatrix<f64>, Vec<f64>) {
    let x = DMatrix::from_fn(10, 2, |i, j| CARS[i][j]);
    (x, CARS.iter().map(|car| car[2]).collect())
}

fn fit(x: &DMatrix<f64>, y: &[f64]) -> OlsFit {
    Ols::default().fit(&Design::new(x).expect("finite"), y).expect("a fit")
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-10 * a.abs().max(b.abs()).max(1e-3), "{a} {b}");
}

#[test]
fn residuals_are_orthogonal_to_the_columns() {
    let (x, y) = cars();
    let predicted = fit(&x, &y).predict(&x).unwrap();
    let residual: Vec<f64> = y.iter().zip(&predicted).map(|(y, p)| y - p).collect();
    assert!(residual.iter().sum::<f64>().abs() < 1e-11);
    for column in x.column_iter() {
        assert!(column.iter().zip(&residual).map(|(x, r)| x * r).sum::<f64>().abs() < 1e-9);
    }
}

#[test]
fn shifting_the_outcome_moves_the_intercept_and_scaling_a_column_its_coefficient() {
    let (mut x, y) = cars();
    let plain = fit(&x, &y);
    let shifted: Vec<f64> = y.iter().map(|y| y + 7.0).collect();
    let moved = fit(&x, &shifted);
    close(moved.intercept, plain.intercept + 7.0);
    close(moved.coefficients[0], plain.coefficients[0]);
    x.column_mut(1).scale_mut(1e6);
    let scaled = fit(&x, &y);
    close(scaled.coefficients[1], plain.coefficients[1] / 1e6);
    close(scaled.table().rows[2].p, plain.table().rows[2].p);
}

#[test]
fn a_frequency_repeats_a_row_and_weight_0_removes_it() {
    let (x, y) = cars();
    let weights: Vec<f64> = (0..10).map(|row| f64::from(row % 4)).collect();
    let rows: Vec<usize> = (0..10).flat_map(|row| vec![row; row % 4]).collect();
    let repeated = x.select_rows(&rows);
    let outcome: Vec<f64> = rows.iter().map(|&row| y[row]).collect();
    let long = fit(&repeated, &outcome);
    let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
    let short = Ols::default().fit(&design, &y).unwrap();
    for (a, b) in short.table().rows.iter().zip(&long.table().rows) {
        close(a.estimate, b.estimate);
        close(a.standard_error, b.standard_error);
    }
    close(short.log_likelihood, long.log_likelihood);
    close(short.f_p, long.f_p);

    // The scale of weights of precision does not matter.
    let precise = |factor: f64| {
        let weights: Vec<f64> = weights.iter().map(|w| w * factor).collect();
        let design = Design::new(&x).unwrap().with_weights(Weights::Precision(&weights)).unwrap();
        Ols::default().fit(&design, &y).unwrap()
    };
    let (one, many) = (precise(1.0), precise(100.0));
    close(one.table().rows[1].standard_error, many.table().rows[1].standard_error);
    close(one.log_likelihood, many.log_likelihood);
    assert_eq!(one.observations, 7.0);
}

#[test]
fn an_offset_is_taken_from_the_outcome() {
    let (x, y) = cars();
    let offset: Vec<f64> = (0..10).map(|row| f64::from(row) * 0.3).collect();
    let design = Design::new(&x).unwrap().with_offset(&offset).unwrap();
    let less: Vec<f64> = y.iter().zip(&offset).map(|(y, o)| y - o).collect();
    assert_eq!(Ols::default().fit(&design, &y).unwrap(), fit(&x, &less));
}

#[test]
fn dependent_columns_are_flagged_and_share_the_least_norm() {
    let (x, y) = cars();
    let plain = Ols { intercept: Intercept::None, ..Ols::default() };
    let one = plain.fit(&Design::new(&x).unwrap(), &y).unwrap();
    let twice = DMatrix::from_fn(10, 3, |i, j| x[(i, j.min(1))]);
    let flagged = plain.fit(&Design::new(&twice).unwrap(), &y).unwrap();
    assert_eq!((flagged.solver, flagged.rank), (LeastSquaresSolver::MinimumNorm, 2));
    assert_eq!(flagged.condition_number, f64::INFINITY);
    close(flagged.coefficients[0], one.coefficients[0]);
    close(flagged.coefficients[1], one.coefficients[1] / 2.0);
    close(flagged.coefficients[2], one.coefficients[1] / 2.0);
    close(flagged.rss, one.rss);

    // A constant column beside the intercept; a column of zeros.
    let constant = x.clone().insert_column(2, 3.0);
    assert_eq!(fit(&constant, &y).rank, 3);
    close(fit(&constant, &y).rss, fit(&x, &y).rss);
    let zeros = fit(&x.clone().insert_column(2, 0.0), &y);
    assert_eq!((zeros.rank, zeros.coefficients[2]), (3, 0.0));

    // More columns than rows: exact, so no degree of freedom is left for an error.
    let wide = dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 7.0];
    let exact = fit(&wide, &[1.0, 2.0]);
    assert_eq!((exact.rank, exact.df_residual), (2, 0.0));
    assert!(exact.rss < 1e-25 && exact.sigma2.is_nan() && exact.table().rows[0].p.is_nan());
    // One row: of all lines through (2, 5), the one with the least b² + w².
    let single = fit(&dmatrix![2.0], &[5.0]);
    close(single.intercept, 1.0);
    close(single.coefficients[0], 2.0);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (x, y) = cars();
    let design = Design::new(&x).unwrap();
    let level = Ols { level: 1.0, ..Ols::default() };
    assert!(matches!(level.fit(&design, &y), Err(LinearError::InvalidOption { .. })));
    let short = Ols::default().fit(&design, &y[1..]);
    assert!(matches!(short, Err(LinearError::LengthMismatch { given: 9, needed: 10, .. })));
    let mut holes = y.clone();
    holes[3] = f64::NAN;
    assert!(matches!(Ols::default().fit(&design, &holes), Err(LinearError::NotFinite { .. })));
    let none = DMatrix::zeros(10, 0);
    let empty = Ols { intercept: Intercept::None, ..Ols::default() };
    assert_eq!(empty.fit(&Design::new(&none).unwrap(), &y), Err(LinearError::NoCoefficient));
    let huge: Vec<f64> = y.iter().map(|y| y * 1e300).collect();
    assert_eq!(Ols::default().fit(&design, &huge), Err(LinearError::Overflow));
    // With an intercept alone the mean is fitted.
    close(fit(&none, &y).intercept, y.iter().sum::<f64>() / 10.0);
}
