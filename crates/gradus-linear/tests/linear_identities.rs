//! The identities of linear models, on random problems.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{
    CovarianceKind, Design, Intercept, LeastSquaresMethod, Ols, OlsFit, RidgeGrid, Scaling, Weights,
};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

/// A well-conditioned problem: X (m×p) and y.
fn problems() -> impl Strategy<Value = (DMatrix<f64>, Vec<f64>)> {
    (1_usize..5).prop_flat_map(|p| {
        let m = 4 * p + 6;
        (
            proptest::collection::vec(-1.0_f64..1.0, m * p),
            proptest::collection::vec(-1.0_f64..1.0, m),
        )
            .prop_map(move |(x, y)| (DMatrix::from_vec(m, p, x), y))
            .prop_filter("columns are far from dependent", |(x, _)| {
                let centred =
                    DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - x.column(j).mean());
                let s = centred.singular_values();
                s.min() > 0.1 * s.max()
            })
    })
}

fn fit(x: &DMatrix<f64>, y: &[f64]) -> OlsFit {
    Ols::default().fit(&Design::new(x).unwrap(), y).unwrap()
}

fn close(a: &[f64], b: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs())), "{} {}", a, b);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn residuals_are_orthogonal_and_the_hat_matrix_projects((x, y) in problems()) {
        let design = Design::new(&x).unwrap();
        for method in [LeastSquaresMethod::Cholesky, LeastSquaresMethod::Qr] {
            let fitted = Ols { method, ..Ols::default() }.fit(&design, &y).unwrap();
            let r = DVector::from_vec(fitted.residuals(&design, &y).unwrap());
            prop_assert!(x.tr_mul(&r).amax() < 1e-12 && r.sum().abs() < 1e-12);
            // H = X(XᵀX)⁻¹Xᵀ with the intercept's column: HH = H, tr H = rank.
            let whole = x.clone().insert_column(0, 1.0);
            let hat = &whole * (&fitted.covariance / fitted.sigma2) * whole.transpose();
            prop_assert!((&hat * &hat - &hat).amax() < 1e-11);
            prop_assert!((hat.trace() - fitted.rank as f64).abs() < 1e-10);
            let leverage = fitted.influence(&design, &y).unwrap().leverage;
            close(hat.diagonal().as_slice(), &leverage)?;
        }
    }

    #[test]
    fn a_mixture_of_columns_mixes_coefficients(
        (x, y) in problems(), entries in proptest::collection::vec(-0.2_f64..0.2, 16), c in -9.0..9.0_f64,
    ) {
        let p = x.ncols();
        let plain = fit(&x, &y);
        // A = I + E: X → XA gives A⁻¹w.
        let a = DMatrix::identity(p, p) + DMatrix::from_column_slice(p, p, &entries[..p * p]);
        let mixed = fit(&(&x * &a), &y);
        let back = &a * DVector::from_vec(mixed.coefficients);
        close(back.as_slice(), &plain.coefficients)?;
        // y + c moves the intercept alone.
        let moved = fit(&x, &y.iter().map(|y| y + c).collect::<Vec<f64>>());
        close(&moved.coefficients, &plain.coefficients)?;
        close(&[moved.intercept], &[plain.intercept + c])?;
        // The order of rows is irrelevant.
        let order: Vec<usize> = (0..x.nrows()).rev().collect();
        let turned = fit(&x.select_rows(&order), &y.iter().rev().copied().collect::<Vec<f64>>());
        close(&turned.coefficients, &plain.coefficients)?;
        close(turned.covariance.as_slice(), plain.covariance.as_slice())?;
    }

    #[test]
    fn frequencies_repeat_rows(
        (x, y) in problems(), counts in proptest::collection::vec(0_u8..4, 26),
    ) {
        let m = x.nrows();
        let mut counts: Vec<usize> = counts[..m].iter().map(|&count| usize::from(count)).collect();
        counts[..x.ncols() + 3].fill(2);
        let rows: Vec<usize> = (0..m).flat_map(|row| vec![row; counts[row]]).collect();
        let (long, outcome) =
            (x.select_rows(&rows), rows.iter().map(|&row| y[row]).collect::<Vec<f64>>());
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
        for covariance in [
            CovarianceKind::Classical,
            CovarianceKind::Hc1,
            CovarianceKind::Hc3,
        ] {
            let ols = Ols { covariance, ..Ols::default() };
            let short = ols.fit(&design, &y).unwrap();
            let repeated = ols.fit(&Design::new(&long).unwrap(), &outcome).unwrap();
            close(&short.coefficients, &repeated.coefficients)?;
            close(short.covariance.as_slice(), repeated.covariance.as_slice())?;
        }
    }

    #[test]
    fn ridge_leave_one_out_is_brute_force((x, y) in problems(), lambda in 1e-3_f64..2.0) {
        let m = x.nrows();
        let grid = RidgeGrid { scaling: Scaling::None, ..RidgeGrid::default() };
        let point = &grid.fit(&Design::new(&x).unwrap(), &y, &[lambda]).unwrap().points[0];
        let mut sum = 0.0;
        for left in 0..m {
            let rows: Vec<usize> = (0..m).filter(|&row| row != left).collect();
            let (part, outcome) =
                (x.select_rows(&rows), rows.iter().map(|&row| y[row]).collect::<Vec<f64>>());
            // mλ is held.
            let held = lambda * m as f64 / (m - 1) as f64;
            let without = &grid.fit(&Design::new(&part).unwrap(), &outcome, &[held]).unwrap().points[0];
            let predicted = without.intercept
                + x.row(left).iter().zip(&without.coefficients).map(|(x, w)| x * w).sum::<f64>();
            sum += (y[left] - predicted).powi(2);
        }
        close(&[point.leave_one_out], &[sum / m as f64])?;
    }

    #[test]
    fn ridge_shrinks_and_ends_at_least_squares((x, y) in problems()) {
        let design = Design::new(&x).unwrap();
        let lambdas = [0.0, 1e-3, 1e-2, 0.1, 1.0, 10.0];
        let grid = RidgeGrid { scaling: Scaling::None, ..RidgeGrid::default() };
        let path = grid.fit(&design, &y, &lambdas).unwrap();
        let norm = |k: usize| path.points[k].coefficients.iter().map(|w| w * w).sum::<f64>();
        for k in 1..lambdas.len() {
            prop_assert!(norm(k) <= norm(k - 1) * (1.0 + 1e-12));
            prop_assert!(path.points[k].rss >= path.points[k - 1].rss * (1.0 - 1e-12));
        }
        let plain = fit(&x, &y);
        close(&path.points[0].coefficients, &plain.coefficients)?;
        // Primal and dual: w = (XᵀX + mλI)⁻¹Xᵀy = Xᵀ(XXᵀ + mλI)⁻¹y, without an intercept.
        let none = RidgeGrid { intercept: Intercept::None, scaling: Scaling::None };
        let point = &none.fit(&design, &y, &[0.3]).unwrap().points[0];
        let m = x.nrows();
        let dual = &x * x.transpose() + DMatrix::identity(m, m) * (0.3 * m as f64);
        let alpha = dual.lu().solve(&DVector::from_vec(y.clone())).unwrap();
        close(&point.coefficients, x.tr_mul(&alpha).as_slice())?;
        // λ → 0 with dependent columns: the solution of least norm.
        let twice = DMatrix::from_fn(m, 2 * x.ncols(), |i, j| x[(i, j % x.ncols())]);
        let design = Design::new(&twice).unwrap();
        let limit = &none.fit(&design, &y, &[0.0]).unwrap().points[0];
        let ols = Ols { intercept: Intercept::None, ..Ols::default() };
        let least = ols.fit(&design, &y).unwrap().coefficients;
        close(&limit.coefficients, &least)?;
        let near = &none.fit(&design, &y, &[1e-9]).unwrap().points[0];
        for (near, least) in near.coefficients.iter().zip(&least) {
            prop_assert!((near - least).abs() < 1e-5 * (1.0 + least.abs()), "{} {}", near, least);
        }
    }

    /// A column in another unit has its coefficient, its error and its interval in the inverse unit; its t
    /// and all that is said of the whole model stay.
    #[test]
    fn units_do_not_matter((x, y) in problems(), unit in 1e-6..1e6_f64) {
        let design = Design::new(&x).unwrap();
        let plain = fit(&x, &y);
        let mut scaled = x.clone();
        scaled.column_mut(0).scale_mut(unit);
        let other = fit(&scaled, &y);
        close(&[plain.coefficients[0]], &[other.coefficients[0] * unit])?;
        close(&plain.coefficients[1..], &other.coefficients[1..])?;
        close(&[plain.intercept, plain.r2, plain.f], &[other.intercept, other.r2, other.f])?;
        let (a, b) = (plain.table().rows, other.table().rows);
        close(&[a[1].statistic, a[1].p], &[b[1].statistic, b[1].p])?;
        close(&a[1].interval, &b[1].interval.map(|end| end * unit))?;
        let scaled = Design::new(&scaled).unwrap();
        close(&plain.variance_inflation(&design).unwrap(), &other.variance_inflation(&scaled).unwrap())?;
    }

    /// A weight of 0, of either kind, is a row that is not there.
    #[test]
    fn rows_without_weight_are_not_there(
        (x, y) in problems(), weights in proptest::collection::vec(0.1_f64..3.0, 26), every in 3_usize..6,
    ) {
        let m = x.nrows();
        let weights: Vec<f64> =
            (0..m).map(|i| if i % every == 1 { 0.0 } else { weights[i] }).collect();
        let rows: Vec<usize> = (0..m).filter(|&i| weights[i] > 0.0).collect();
        let pick = |values: &[f64]| rows.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let (fewer, outcome, kept) = (x.select_rows(&rows), pick(&y), pick(&weights));
        for kind in [Weights::Precision as fn(_) -> _, Weights::Frequency] {
            let design = Design::new(&x).unwrap().with_weights(kind(&weights)).unwrap();
            let without = Design::new(&fewer).unwrap().with_weights(kind(&kept)).unwrap();
            let (all, some) =
                (Ols::default().fit(&design, &y).unwrap(), Ols::default().fit(&without, &outcome).unwrap());
            close(&all.coefficients, &some.coefficients)?;
            close(all.covariance.as_slice(), some.covariance.as_slice())?;
            close(&[all.aic, all.bic, all.r2], &[some.aic, some.bic, some.r2])?;
        }
    }
}
