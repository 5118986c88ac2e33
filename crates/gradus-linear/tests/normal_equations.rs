//! Normal equations beside QR, and where they must not be taken.

use gradus_linear::{
    Design, Intercept, LeastSquaresMethod, LeastSquaresSolver, Ols, OlsFit, Weights,
};
use nalgebra::DMatrix;

/// Numbers between −1 and 1 that look like chance.
fn noise(i: usize, j: usize) -> f64 {
    let mut z = ((i as u64) << 20 | j as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z >> 11) as f64 * (-52_f64).exp2() - 1.0
}

/// Columns far from 0, of unlike units, and an outcome.
fn problem(m: usize, p: usize) -> (DMatrix<f64>, Vec<f64>) {
    let x = DMatrix::from_fn(m, p, |i, j| {
        let unit = 10_f64.powi(j as i32 % 5 - 2);
        unit * (1950.0 + noise(i, j) + 0.5 * noise(i, 0))
    });
    let y = (0..m)
        .map(|i| (0..p).map(|j| x[(i, j)] * (-1.0_f64).powi(j as i32)).sum::<f64>() + noise(i, p))
        .collect();
    (x, y)
}

fn fit(design: &Design<'_>, y: &[f64], method: LeastSquaresMethod, intercept: Intercept) -> OlsFit {
    Ols { method, intercept, ..Ols::default() }.fit(design, y).expect("a fit")
}

fn agree(quick: &OlsFit, slow: &OlsFit, digits: f64) {
    assert_eq!(quick.solver, LeastSquaresSolver::Cholesky);
    assert_eq!(slow.solver, LeastSquaresSolver::PivotedQr);
    for (a, b) in quick.table().rows.iter().zip(&slow.table().rows) {
        assert!((a.estimate - b.estimate).abs() <= digits * b.standard_error, "{a:?} {b:?}");
        assert!((a.standard_error / b.standard_error - 1.0).abs() <= digits, "{a:?} {b:?}");
    }
    assert!((quick.rss / slow.rss - 1.0).abs() <= digits, "{} {}", quick.rss, slow.rss);
    assert!((quick.log_likelihood / slow.log_likelihood - 1.0).abs() <= digits);
    assert!((quick.condition_number / slow.condition_number - 1.0).abs() <= 1e-6);
}

#[test]
fn they_agree_with_qr() {
    use LeastSquaresMethod::{Cholesky, Qr};
    // The second has so many rows that first coefficients are taken from some of them.
    for (m, p) in [(300, 4), (17_000, 3)] {
        let (x, y) = problem(m, p);
        let design = Design::new(&x).unwrap();
        let both = [Cholesky, Qr].map(|way| fit(&design, &y, way, Intercept::Fitted));
        agree(&both[0], &both[1], 1e-7);

        let weights: Vec<f64> = (0..m).map(|i| (i % 3) as f64).collect();
        let weighted = design.with_weights(Weights::Precision(&weights)).unwrap();
        let both = [Cholesky, Qr].map(|way| fit(&weighted, &y, way, Intercept::Fitted));
        agree(&both[0], &both[1], 1e-7);

        let centred =
            DMatrix::from_fn(m, p, |i, j| x[(i, j)] / 10_f64.powi(j as i32 % 5 - 2) - 1949.0);
        let design = Design::new(&centred).unwrap();
        let both = [Cholesky, Qr].map(|way| fit(&design, &y, way, Intercept::None));
        agree(&both[0], &both[1], 1e-9);
    }
}

#[test]
fn rows_in_an_order_that_hides_the_truth_change_nothing() {
    // The first rows know only one column, and the outcome changes after them.
    let (mut x, mut y) = problem(17_000, 3);
    for i in 0..6000 {
        x[(i, 1)] = x[(i, 0)];
        y[i] = 0.0;
    }
    let design = Design::new(&x).unwrap();
    let [quick, slow] = [LeastSquaresMethod::Cholesky, LeastSquaresMethod::Qr]
        .map(|way| fit(&design, &y, way, Intercept::Fitted));
    agree(&quick, &slow, 1e-7);
}

#[test]
fn columns_that_nearly_depend_take_qr() {
    let (mut x, y) = problem(300, 4);
    for i in 0..300 {
        x[(i, 3)] = x[(i, 0)] + 1e-5 * noise(i, 9);
    }
    let design = Design::new(&x).unwrap();
    let fitted = fit(&design, &y, LeastSquaresMethod::Cholesky, Intercept::Fitted);
    assert_eq!(fitted.solver, LeastSquaresSolver::PivotedQr);
    let twin = x.column(0) * 2.0;
    x.set_column(3, &twin);
    let design = Design::new(&x).unwrap();
    let fitted = fit(&design, &y, LeastSquaresMethod::Cholesky, Intercept::Fitted);
    assert_eq!(fitted.solver, LeastSquaresSolver::MinimumNorm);
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    let (x, y) = problem(20_000, 9);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let design = Design::new(&x).unwrap();
        pool.install(|| Ols::default().fit(&design, &y).unwrap())
    };
    let one = run(1);
    assert_eq!(one.solver, LeastSquaresSolver::Cholesky);
    assert!([2, 3].into_iter().all(|threads| run(threads) == one));
}
