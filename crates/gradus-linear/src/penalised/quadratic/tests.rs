//! What is solved is solved to rounding, twins and bounds included.

use nalgebra::DMatrix;

use super::*;
use crate::penalised::term::Term;

fn model(p: usize, alpha: f64, beta: f64, bound: f64) -> Quadratic {
    let x = DMatrix::from_fn(60, p, |i, j| {
        ((i * 5 + j * 3 + i * j) as f64 * 0.71).sin() + 1.5 * (i as f64 * 0.3).cos()
    });
    let y = DMatrix::from_fn(60, 1, |i, _| (i as f64 * 0.41).sin() + 0.5 * (i as f64 * 0.3).cos());
    let term = Term { alpha, beta, lower: -bound, upper: bound };
    Quadratic {
        gram: (x.transpose() * &x).as_slice().to_vec(),
        terms: vec![term; p],
        w: vec![0.0; p],
        g: (x.transpose() * &y).as_slice().to_vec(),
        rss: y.norm_squared(),
    }
}

fn worst(model: &Quadratic) -> f64 {
    let points = model.terms.iter().zip(model.w.iter().zip(&model.g));
    points.map(|(term, (w, g))| term.violation(*w, *g)).fold(0.0, f64::max)
}

#[test]
fn correlated_columns_are_solved_to_rounding() {
    for (alpha, beta, bound) in [
        (3.0, 0.0, f64::INFINITY),
        (0.05, 0.0, f64::INFINITY),
        (0.5, 2.0, f64::INFINITY),
        (0.0, 0.5, f64::INFINITY),
        (0.05, 0.0, 0.03),
    ] {
        let mut model = model(30, alpha, beta, bound);
        let scale = model.rss;
        let names: Vec<usize> = (0..30).collect();
        let (ended, sweeps) = model.solve(1e-14 * scale, 10_000, &names, &mut Workspace::default());
        assert_ne!(ended, Ended::OutOfSweeps);
        assert!(sweeps < 300, "{alpha} {beta} {bound}: {sweeps}");
        assert!(worst(&model) < 1e-9, "{alpha} {beta} {bound}: {}", worst(&model));
    }
}

#[test]
fn twin_columns_do_not_stop_it() {
    let mut model = model(6, 0.1, 0.0, f64::INFINITY);
    let n = 6;
    // Column 5 becomes column 2.
    for i in 0..n {
        model.gram[5 * n + i] = model.gram[2 * n + i];
    }
    for j in 0..n {
        model.gram[j * n + 5] = model.gram[j * n + 2];
    }
    model.g[5] = model.g[2];
    let names: Vec<usize> = (0..n).collect();
    let target = 1e-13 * model.rss;
    model.solve(target, 10_000, &names, &mut Workspace::default());
    assert!(worst(&model) < 1e-6, "{}", worst(&model));
}

/// A step on no coordinate at all, after one on those that nothing holds.
#[test]
fn nothing_is_smooth_after_settling() {
    let mut model = model(3, 0.0, 0.0, f64::INFINITY);
    let mut space = Workspace::default();
    model.settle(&mut space);
    let settled = model.w.clone();
    assert!(worst(&model) < 1e-9);
    model.terms.fill(Term::PINNED);
    model.polish(&[0, 1, 2], &mut space);
    assert_eq!(model.w, settled);
}
