//! What least squares and ridge regression rest on, against automatic differentiation.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_autograd::Tape;
use gradus_linear::{Design, Ols, RidgeGrid, Scaling, Weights};
use nalgebra::DMatrix;

fn problem() -> (DMatrix<f64>, Vec<f64>, Vec<f64>) {
    let x = DMatrix::from_fn(40, 4, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin());
    let y = (0..40).map(|i| (i as f64 * 0.31).cos() + x[(i, 1)]).collect();
    let weights = (0..40).map(|i| 0.5 + (i % 4) as f64).collect();
    (x, y, weights)
}

/// Gradient and Hessian of Σwᵢ(yᵢ − zᵢᵀθ)²/2 + penalty/2·Σ θⱼ² over all but the first element.
fn derivatives(
    z: &DMatrix<f64>,
    y: &[f64],
    weights: &[f64],
    theta: &DMatrix<f64>,
    penalty: f64,
) -> (DMatrix<f64>, DMatrix<f64>) {
    let tape = Tape::new();
    let theta_var = tape.variable(theta.clone());
    let root = |values: &[f64]| DMatrix::from_column_slice(values.len(), 1, values);
    let residual = tape.constant(root(y)) - tape.constant(z.clone()).matmul(theta_var);
    let data = (residual.square() * tape.constant(root(weights))).sum();
    let mut penalised = DMatrix::from_element(theta.nrows(), 1, penalty);
    penalised[0] = 0.0;
    let cost = (data + (theta_var.square() * tape.constant(penalised)).sum()) * 0.5;
    let gradient = tape.grad(cost, &[theta_var])[0].value();
    let hessian = tape.hessian(cost, &[theta_var]).unwrap();
    (gradient, hessian)
}

fn with_constant(x: &DMatrix<f64>) -> DMatrix<f64> {
    x.clone().insert_column(0, 1.0)
}

fn parameters(intercept: f64, coefficients: &[f64]) -> DMatrix<f64> {
    let all: Vec<f64> = std::iter::once(intercept).chain(coefficients.iter().copied()).collect();
    DMatrix::from_column_slice(all.len(), 1, &all)
}

#[test]
fn the_gradient_vanishes_and_the_hessian_inverts_to_the_covariance() {
    let (x, y, weights) = problem();
    let design = Design::new(&x).unwrap().with_weights(Weights::Precision(&weights)).unwrap();
    let fit = Ols::default().fit(&design, &y).unwrap();
    let theta = parameters(fit.intercept, &fit.coefficients);
    let (gradient, hessian) = derivatives(&with_constant(&x), &y, &weights, &theta, 0.0);
    assert!(gradient.amax() < 1e-12, "{gradient}");
    let product = &hessian * &fit.covariance / fit.sigma2;
    let error = (product - DMatrix::identity(5, 5)).amax();
    assert!(error < 1e-12, "{error:e}");
    // Away from the solution the gradient is the Hessian times the way to it.
    let step = DMatrix::from_fn(5, 1, |j, _| 0.1 * (j as f64 - 2.0));
    let (away, _) = derivatives(&with_constant(&x), &y, &weights, &(&theta + &step), 0.0);
    assert!((away - hessian * step).amax() < 1e-11);
}

#[test]
fn the_gradient_of_a_penalised_cost_vanishes_at_each_point_of_a_grid() {
    let (x, y, _) = problem();
    let grid = RidgeGrid { scaling: Scaling::None, ..RidgeGrid::default() };
    let path = grid.fit(&Design::new(&x).unwrap(), &y, &[1e-3, 0.1, 2.0]).unwrap();
    for point in &path.points {
        let theta = parameters(point.intercept, &point.coefficients);
        // RSS/2m + λ/2·‖w‖², times m.
        let penalty = 40.0 * point.lambda;
        let (gradient, _) = derivatives(&with_constant(&x), &y, &[1.0; 40], &theta, penalty);
        assert!(gradient.amax() < 1e-11, "{gradient}");
    }
}
