//! What holds of every penalised solution, whatever the data.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_autograd::Tape;
use gradus_linear::{
    Bounds, Design, EarlyStop, ElasticNet, Intercept, LambdaGrid, LinearError, LinearSvm,
    PenalisedFit, PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, Penalty, Scaling,
    Screening, SvmIntercept, SvmLoss, Updates, Weights,
};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

/// Unscaled, to rounding.
fn exact() -> PenalisedOptions {
    let mut options = PenalisedOptions { scaling: Scaling::None, ..PenalisedOptions::default() };
    options.solver.tolerance = 1e-13;
    options
}

fn linear(
    penalty: Penalty,
    options: PenalisedOptions,
    x: &DMatrix<f64>,
    y: &[f64],
) -> PenalisedFit {
    ElasticNet { penalty, options }.fit(&Design::new(x).unwrap(), y).unwrap()
}

prop_compose! {
    /// Rows, correlated columns, an outcome.
    fn problems()(m in 8..30_usize, p in 1..8_usize)(
        common in prop::collection::vec(-1.0..1.0_f64, m),
        values in prop::collection::vec(-1.0..1.0_f64, m * p),
        noise in prop::collection::vec(-1.0..1.0_f64, m),
        shared in 0.0..0.9_f64,
        m in Just(m), p in Just(p),
    ) -> (DMatrix<f64>, Vec<f64>) {
        let x = DMatrix::from_fn(m, p, |i, j| shared * common[i] + (1.0 - shared) * values[j * m + i]);
        let y = (0..m).map(|i| 2.0 * x[(i, 0)] + noise[i] + 0.3).collect();
        (x, y)
    }
}

/// The side of the outcome, with both classes.
fn sides(y: &[f64]) -> Vec<f64> {
    let mut sides: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.3))).collect();
    (sides[0], sides[1], sides[2], sides[3]) = (0.0, 1.0, 0.0, 1.0);
    sides
}

/// −gradient of ½‖y − b − Xw‖²/m by automatic differentiation.
fn linear_pull(x: &DMatrix<f64>, y: &[f64], fit: &PenalisedFit) -> Vec<f64> {
    let tape = Tape::new();
    let w = tape.variable(DMatrix::from_column_slice(x.ncols(), 1, fit.coefficients()));
    let y: Vec<f64> = y.iter().map(|y| y - fit.intercept()).collect();
    let residual =
        tape.constant(x.clone()).matmul(w) - tape.constant(DMatrix::from_vec(y.len(), 1, y));
    let loss = residual.square().mean() * 0.5;
    loss.backward().get(w).unwrap().iter().map(|g| -g).collect()
}

/// How far a pull is from the subgradients of the penalty at w within bounds.
fn violation(penalty: &Penalty, j: usize, w: f64, pull: f64, bounds: Bounds) -> f64 {
    let factor = penalty.factors.get(j).copied().unwrap_or(1.0);
    let l1 = penalty.lambda * factor * penalty.l1_ratio;
    let l2 = penalty.lambda * factor * (1.0 - penalty.l1_ratio);
    let up = pull - l2 * w - if w >= 0.0 { l1 } else { -l1 };
    let down = pull - l2 * w - if w > 0.0 { l1 } else { -l1 };
    let up = if w < bounds.upper { up.max(0.0) } else { 0.0 };
    let down = if w > bounds.lower { (-down).max(0.0) } else { 0.0 };
    up.max(down)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The conditions of optimality, with factors from 0 to ∞ and bounds.
    #[test]
    fn linear_solutions_are_stationary(
        (x, y) in problems(),
        lambda in 1e-3..1.0_f64,
        l1_ratio in 0.0..=1.0_f64,
        factors in prop::collection::vec(
            prop_oneof![Just(0.0), Just(f64::INFINITY), 0.1..3.0_f64], 8
        ),
        bounded in any::<bool>(),
    ) {
        let p = x.ncols();
        let penalty = Penalty::elastic_net(lambda, l1_ratio).with_factors(factors[..p].iter().copied());
        let narrow = Bounds { lower: -0.1, upper: 0.4 };
        let bounds = if bounded { vec![narrow; p] } else { Vec::new() };
        let fit = linear(penalty.clone(), PenalisedOptions { bounds, ..exact() }, &x, &y);
        let pull = linear_pull(&x, &y, &fit);
        for (j, &w) in fit.coefficients().iter().enumerate() {
            if factors[j] == f64::INFINITY {
                prop_assert_eq!(w, 0.0);
                continue;
            }
            let bounds = if bounded { narrow } else { Bounds::NONE };
            prop_assert!(bounds.lower <= w && w <= bounds.upper);
            let found = violation(&penalty, j, w, pull[j], bounds);
            prop_assert!(found < 1e-6, "{j}: {w} {found}");
        }
        // The gradient by the intercept is the mean residual.
        let fitted = fit.predict(&x).unwrap();
        let mean = y.iter().zip(fitted.iter()).map(|(y, f)| y - f).sum::<f64>() / y.len() as f64;
        prop_assert!(mean.abs() < 1e-9);
    }

    /// The same of class models, by the gradient of softmax; two classes are logistic at twice λ.
    #[test]
    fn class_solutions_are_stationary(
        (x, y) in problems(),
        lambda in 1e-2..0.5_f64,
        l1_ratio in 0.0..=1.0_f64,
    ) {
        let classes: Vec<usize> = sides(&y).iter().map(|y| *y as usize).collect();
        let design = Design::new(&x).unwrap();
        let penalty = Penalty::elastic_net(lambda, l1_ratio);
        let model = PenalisedMultinomial { penalty: penalty.clone(), options: exact() };
        let fit = model.fit(&design, &classes).unwrap();

        let tape = Tape::new();
        let w = tape.variable(DMatrix::from_vec(x.ncols(), 2, fit.point.coefficients.concat()));
        let b = tape.variable(DMatrix::from_row_slice(1, 2, &fit.point.intercepts));
        let scores = tape.constant(x.clone()).matmul(w) + b;
        let own = DMatrix::from_fn(y.len(), 2, |i, k| f64::from(u8::from(classes[i] == k)));
        let chosen = (tape.constant(own) * scores).sum();
        let ones = tape.constant(DMatrix::from_element(2, 1, 1.0));
        let loss = (scores.exp().matmul(ones).log().sum() - chosen) * (1.0 / y.len() as f64);
        let gradients = loss.backward();
        for (place, g) in gradients.get(w).unwrap().iter().enumerate() {
            let (k, j) = (place / x.ncols(), place % x.ncols());
            let found = violation(&penalty, j, fit.point.coefficients[k][j], -g, Bounds::NONE);
            prop_assert!(found < 1e-6, "{found}");
        }
        prop_assert!(gradients.get(b).unwrap().amax() < 1e-9);

        let ridge = |lambda| PenalisedMultinomial { penalty: Penalty::ridge(lambda), options: exact() };
        let logistic = PenalisedLogistic { penalty: Penalty::ridge(0.5 * lambda), options: exact() };
        let (two, one) = (ridge(lambda).fit(&design, &classes).unwrap(), logistic.fit(&design, &sides(&y)).unwrap());
        for (j, w) in one.coefficients().iter().enumerate() {
            let difference = two.point.coefficients[1][j] - two.point.coefficients[0][j];
            prop_assert!((difference - w).abs() < 1e-6 * (1.0 + w.abs()));
        }
    }

    /// Σp̂ = Σy; swapped labels negate; more rows of one kind are weights.
    #[test]
    fn logistic_solutions_keep_their_identities((x, y) in problems(), lambda in 1e-2..0.5_f64) {
        let y = sides(&y);
        let model = PenalisedLogistic { penalty: Penalty::elastic_net(lambda, 0.5), options: exact() };
        let design = Design::new(&x).unwrap();
        let fit = model.fit(&design, &y).unwrap();
        prop_assert!((fit.predict(&x).unwrap().sum() - y.iter().sum::<f64>()).abs() < 1e-7);
        let swapped: Vec<f64> = y.iter().map(|y| 1.0 - y).collect();
        let other = model.fit(&design, &swapped).unwrap();
        for (a, b) in fit.coefficients().iter().zip(other.coefficients()) {
            prop_assert!((a + b).abs() < 1e-6);
        }
        let weights: Vec<f64> = (0..y.len()).map(|i| (i % 3) as f64 + f64::from(u8::from(i < 4))).collect();
        let rows: Vec<usize> = (0..y.len()).flat_map(|i| vec![i; weights[i] as usize]).collect();
        let weighted = model.fit(&design.with_weights(Weights::Frequency(&weights)).unwrap(), &y).unwrap();
        let (x_rows, y_rows) = (x.select_rows(&rows), rows.iter().map(|&i| y[i]).collect::<Vec<_>>());
        let repeated = model.fit(&Design::new(&x_rows).unwrap(), &y_rows).unwrap();
        for (a, b) in weighted.coefficients().iter().zip(repeated.coefficients()) {
            prop_assert!((a - b).abs() < 1e-6);
        }
    }

    /// With an L1 part λ ≥ λ_max ⇔ w = 0.
    #[test]
    fn all_is_zero_from_the_largest_lambda_on((x, y) in problems(), l1_ratio in 0.1..=1.0_f64) {
        let penalty = |lambda| Penalty::elastic_net(lambda, l1_ratio);
        let grid = LambdaGrid::LogSpaced { count: 3, smallest: Some(0.5) };
        let model = ElasticNet { penalty: penalty(1.0), options: PenalisedOptions::default() };
        let path = model.path(&Design::new(&x).unwrap(), &y, &grid).unwrap();
        let count = |share: f64| {
            let penalty = penalty(share * path.largest_lambda);
            linear(penalty, PenalisedOptions::default(), &x, &y).point.certificate.nonzero
        };
        prop_assert_eq!(count(1.0), 0);
        prop_assert_eq!(count(2.0), 0);
        prop_assert!(count(0.99) > 0);
    }

    /// A column's unit is undone by its coefficient, the outcome's origin by the intercept.
    #[test]
    fn units_do_not_matter((x, y) in problems(), unit in 0.01..100.0_f64, shift in -50.0..50.0_f64) {
        let mut options = PenalisedOptions::default();
        options.solver.tolerance = 1e-13;
        let fit = linear(Penalty::lasso(0.05), options.clone(), &x, &y);
        let mut scaled = x.clone();
        scaled.column_mut(0).apply(|x| *x = *x * unit + shift);
        let shifted: Vec<f64> = y.iter().map(|y| y + shift).collect();
        let other = linear(Penalty::lasso(0.05), options, &scaled, &shifted);
        for (j, (a, b)) in fit.coefficients().iter().zip(other.coefficients()).enumerate() {
            let b = if j == 0 { b * unit } else { *b };
            prop_assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} {b}");
        }
        let (a, b) = (fit.predict(&x).unwrap(), other.predict(&scaled).unwrap());
        prop_assert!((a.add_scalar(shift) - b).amax() < 1e-5);
    }

    /// Ridge is (XᵀX/m + λI)⁻¹Xᵀy/m; an elastic net is a lasso of data with p more rows.
    #[test]
    fn an_elastic_net_reduces_to_ridge_and_to_a_lasso(
        (x, y) in problems(), lambda in 1e-2..1.0_f64, l1_ratio in 0.1..0.9_f64,
    ) {
        let (m, p) = x.shape();
        let options = PenalisedOptions { intercept: Intercept::None, ..exact() };
        let ridge = linear(Penalty::ridge(lambda), options.clone(), &x, &y);
        let normal = x.tr_mul(&x) / m as f64 + DMatrix::identity(p, p) * lambda;
        let right = x.tr_mul(&DVector::from_column_slice(&y)) / m as f64;
        let expected = normal.lu().solve(&right).unwrap();
        for (a, b) in ridge.coefficients().iter().zip(expected.iter()) {
            prop_assert!((a - b).abs() < 1e-6 * (1.0 + b.abs()));
        }

        let net = linear(Penalty::elastic_net(lambda, l1_ratio), options.clone(), &x, &y);
        let root = (m as f64 * lambda * (1.0 - l1_ratio)).sqrt();
        let more = DMatrix::from_fn(m + p, p, |i, j| {
            if i < m { x[(i, j)] } else if i - m == j { root } else { 0.0 }
        });
        let zeros = y.iter().copied().chain(vec![0.0; p]).collect::<Vec<_>>();
        let share = m as f64 / (m + p) as f64;
        let lasso = linear(Penalty::lasso(lambda * l1_ratio * share), options, &more, &zeros);
        for (a, b) in net.coefficients().iter().zip(lasso.coefficients()) {
            prop_assert!((a - b).abs() < 1e-5 * (1.0 + b.abs()), "{a} {b}");
        }
    }

    /// Orthonormal columns (XᵀX = m·I): each coefficient is a soft threshold.
    #[test]
    fn orthonormal_columns_are_soft_thresholded((x, y) in problems(), lambda in 1e-3..1.0_f64) {
        let (m, p) = x.shape();
        let q = x.clone().qr().q() * (m as f64).sqrt();
        prop_assume!((q.tr_mul(&q) - DMatrix::identity(p, p) * m as f64).amax() < 1e-9);
        let options = PenalisedOptions { intercept: Intercept::None, ..exact() };
        let fit = linear(Penalty::lasso(lambda), options, &q, &y);
        let pull = q.tr_mul(&DVector::from_column_slice(&y)) / m as f64;
        for (w, pull) in fit.coefficients().iter().zip(pull.iter()) {
            let expected = pull.signum() * (pull.abs() - lambda).max(0.0);
            prop_assert!((w - expected).abs() < 1e-9, "{w} {expected}");
        }
    }

    /// 0 ≤ P − P* ≤ gap, however loose; every way of screening, every update, cold as warm.
    #[test]
    fn the_gap_bounds_and_all_ways_agree((x, y) in problems(), l1_ratio in 0.2..=1.0_f64) {
        let design = Design::new(&x).unwrap();
        let grid = LambdaGrid::LogSpaced { count: 8, smallest: Some(1e-3) };
        let path = |screening, updates, tolerance| {
            let mut options = PenalisedOptions::default();
            options.solver.screening = screening;
            options.solver.updates = updates;
            options.solver.tolerance = tolerance;
            options.solver.early_stop = EarlyStop::Never;
            let penalty = Penalty::elastic_net(1.0, l1_ratio);
            ElasticNet { penalty, options }.path(&design, &y, &grid).unwrap()
        };
        let best = path(Screening::None, Updates::Naive, 1e-13);
        for (screening, updates, tolerance) in [
            (Screening::Strong, Updates::Gram, 1e-2),
            (Screening::WorkingSets, Updates::Gram, 1e-6),
            (Screening::Strong, Updates::Naive, 1e-9),
        ] {
            let path = path(screening, updates, tolerance);
            prop_assert!(path.is_converged());
            for (point, best) in path.points.iter().zip(&best.points) {
                let above = point.certificate.objective - best.certificate.objective;
                prop_assert!(above <= point.certificate.gap + 1e-12, "{above} {}", point.certificate.gap);
                prop_assert!(above >= -best.certificate.gap - 1e-12);
            }
        }
        let last = best.points.last().unwrap();
        let cold = linear(Penalty::elastic_net(last.lambda, l1_ratio), PenalisedOptions::default(), &x, &y);
        let difference = cold.point.certificate.objective - last.certificate.objective;
        prop_assert!(difference.abs() <= cold.point.certificate.gap + 1e-12);
    }

    /// ‖w‖ falls and the residuals grow with λ.
    #[test]
    fn a_stronger_penalty_shrinks_and_fits_less((x, y) in problems()) {
        let at = |lambda: f64| {
            let fit = linear(Penalty::ridge(lambda), exact(), &x, &y);
            let rss: f64 = fit.predict(&x).unwrap().iter().zip(&y).map(|(f, y)| (y - f).powi(2)).sum();
            (fit.coefficients().iter().map(|w| w * w).sum::<f64>(), rss)
        };
        let steps: Vec<(f64, f64)> = [0.01, 0.1, 1.0, 10.0].into_iter().map(at).collect();
        for pair in steps.windows(2) {
            prop_assert!(pair[1].0 <= pair[0].0 + 1e-9 && pair[1].1 >= pair[0].1 - 1e-9);
        }
    }

    /// The gradient of the squared hinge's objective vanishes at the machine.
    #[test]
    fn a_machine_is_stationary((x, y) in problems(), lambda in 1e-2..1.0_f64) {
        let classes: Vec<usize> = sides(&y).iter().map(|y| *y as usize).collect();
        let svm = LinearSvm {
            lambda,
            loss: SvmLoss::SquaredHinge,
            intercept: SvmIntercept::Free,
            scaling: Scaling::None,
            tolerance: 1e-13,
            ..LinearSvm::default()
        };
        let fit = svm.fit(&Design::new(&x).unwrap(), &classes).unwrap();
        let machine = &fit.machines[0];
        let tape = Tape::new();
        let w = tape.variable(DMatrix::from_column_slice(x.ncols(), 1, &machine.coefficients));
        let b = tape.scalar(machine.intercept);
        let sign = DMatrix::from_fn(y.len(), 1, |i, _| 2.0 * classes[i] as f64 - 1.0);
        let z = (tape.constant(x).matmul(w) + b) * tape.constant(sign);
        let loss = (-z + 1.0).relu().square().mean() + w.square().sum() * (0.5 * lambda);
        let gradients = loss.backward();
        prop_assert!(gradients.get(w).unwrap().amax() < 1e-6);
        prop_assert!(gradients.item(b).unwrap().abs() < 1e-6);
    }
}

/// 100 rows, 50 features of correlation 0.95: every point of every family says how good it is.
#[test]
fn correlated_paths_converge_at_every_point() {
    // Numbers between −1 and 1 from a fixed sequence.
    let mut state = 7_u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let common: Vec<f64> = (0..100).map(|_| draw()).collect();
    let (shared, own) = (0.95_f64.sqrt(), 0.05_f64.sqrt());
    let x = DMatrix::from_fn(100, 50, |i, _| shared * common[i] + own * draw());
    let y: Vec<f64> = (0..100)
        .map(|i| {
            (0..10).map(|j| x[(i, j)] * f64::from(1 - 2 * (j as i32 % 2))).sum::<f64>() + draw()
        })
        .collect();
    let design = Design::new(&x).unwrap();
    let mut options = PenalisedOptions::default();
    options.solver.early_stop = EarlyStop::Never;
    let grid = LambdaGrid::default();
    let classes: Vec<usize> = y.iter().map(|y| usize::from(*y > 0.0)).collect();
    let sides: Vec<f64> = classes.iter().map(|&class| class as f64).collect();
    let thirds: Vec<usize> =
        y.iter().map(|y| 1 + usize::from(*y > 0.4) - usize::from(*y < -0.4)).collect();
    let penalty = Penalty::lasso(1.0);
    let options = || options.clone();
    let few = LambdaGrid::LogSpaced { count: 20, smallest: Some(1e-2) };
    for path in [
        ElasticNet { penalty: penalty.clone(), options: options() }.path(&design, &y, &grid),
        PenalisedLogistic { penalty: penalty.clone(), options: options() }
            .path(&design, &sides, &few),
        PenalisedMultinomial { penalty, options: options() }.path(&design, &thirds, &few),
    ] {
        let path = path.unwrap();
        assert!(path.is_converged(), "{path}");
        let worst =
            path.points.iter().map(|point| point.certificate.relative_gap).fold(0.0, f64::max);
        assert!(worst <= 1e-7, "{worst}");
    }
}

#[test]
fn separated_classes_without_a_penalty_are_told_from_slow_ones() {
    let x = DMatrix::from_fn(8, 1, |i, _| i as f64);
    let y: Vec<f64> = (0..8).map(|i| f64::from(u8::from(i > 3))).collect();
    let design = Design::new(&x).unwrap();
    let at = |lambda, max_iterations| {
        let mut options = PenalisedOptions::default();
        options.solver.max_iterations = max_iterations;
        PenalisedLogistic { penalty: Penalty::lasso(lambda), options }.fit(&design, &y)
    };
    let refused = at(0.0, 100_000).unwrap_err();
    assert_eq!(refused, LinearError::NothingHolds { lambda: 0.0 });
    assert!(refused.to_string().contains("without a penalty"), "{refused}");
    assert!(matches!(at(1e-4, 1), Err(LinearError::NotConverged { .. })));
    assert!(at(1e-3, 100_000).is_ok());
}
