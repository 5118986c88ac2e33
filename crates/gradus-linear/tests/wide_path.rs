//! The lasso where features outnumber rows, judged by a duality gap that the test computes itself.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{
    Design, EarlyStop, ElasticNet, Intercept, LambdaGrid, PenalisedOptions, Penalty, Scaling,
};
use nalgebra::{DMatrix, DVector};

const ROWS: usize = 200;
const FEATURES: usize = 5_000;

/// Neighbouring columns correlate by 0.95, and twenty of them matter.
fn problem() -> (DMatrix<f64>, DVector<f64>) {
    // Numbers between −1 and 1 from a fixed sequence.
    let mut state = 11_u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let mut x = DMatrix::zeros(ROWS, FEATURES);
    for i in 0..ROWS {
        x[(i, 0)] = draw();
        for j in 1..FEATURES {
            x[(i, j)] = 0.95 * x[(i, j - 1)] + (1.0 - 0.95_f64.powi(2)).sqrt() * draw();
        }
    }
    let signal = |i: usize| -> f64 {
        (0..20).map(|k| x[(i, k * 250)] * f64::from(1 - 2 * (k as i32 % 2))).sum()
    };
    let y = DVector::from_fn(ROWS, |i, _| signal(i) + draw());
    (x, y)
}

/// P − D at the scaled residual, over the loss of w = 0: with r = y − Xw and θ = s·r such that
/// |Xᵀθ| ≤ mλ, P = ‖r‖²/2m + λ‖w‖₁ and D = (θ·y − ‖θ‖²/2)/m.
fn relative_gap(x: &DMatrix<f64>, y: &DVector<f64>, w: &[f64], lambda: f64) -> f64 {
    let m = y.len() as f64;
    let r = y - x * DVector::from_column_slice(w);
    let pull = x.tr_mul(&r).amax();
    let theta = &r * (m * lambda / pull).min(1.0);
    let primal = r.norm_squared() / (2.0 * m) + lambda * w.iter().map(|w| w.abs()).sum::<f64>();
    let dual = (theta.dot(y) - 0.5 * theta.norm_squared()) / m;
    (primal - dual) / (y.norm_squared() / (2.0 * m))
}

#[test]
fn every_point_of_a_wide_correlated_path_is_optimal_and_says_so() {
    let (x, y) = problem();
    let mut options = PenalisedOptions {
        intercept: Intercept::None,
        scaling: Scaling::None,
        ..PenalisedOptions::default()
    };
    options.solver.early_stop = EarlyStop::Never;
    let lasso = ElasticNet { penalty: Penalty::lasso(1.0), options };
    let grid = LambdaGrid::LogSpaced { count: 40, smallest: Some(1e-2) };
    let path = lasso.path(&Design::new(&x).unwrap(), y.as_slice(), &grid).unwrap();
    assert_eq!(path.points.len(), 40);
    assert!(path.is_converged());
    for point in &path.points {
        let own = relative_gap(&x, &y, &point.coefficients[0], point.lambda);
        assert!(own <= 1e-7, "{}: {own:e}", point.lambda);
        assert!(point.certificate.relative_gap <= 1e-7);
        assert!((own - point.certificate.relative_gap).abs() < 1e-12);
    }
    let said = path.to_string();
    assert!(said.contains("40 points") && said.contains("largest relative gap"), "{said}");
}
