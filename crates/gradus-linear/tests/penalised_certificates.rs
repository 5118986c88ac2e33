//! The gap bounds P − P* where columns that nothing holds are nearly or fully collinear, for P and P*
//! in twice the working precision.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::{Add, Div, Mul, Sub};

use gradus_linear::{
    Bounds, Design, EarlyStop, ElasticNet, LambdaGrid, Logistic, Multinomial, PathPoint,
    PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, PenalisedSolver, Penalty, Scaling,
    Screening, Updates,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// A number and what its rounding left (T. Dekker, *A floating-point technique for extending the
/// available precision*, 1971).
#[derive(Debug, Clone, Copy, PartialEq)]
struct Double(f64, f64);

fn sum(a: f64, b: f64) -> Double {
    let sum = a + b;
    let part = sum - a;
    Double(sum, (a - (sum - part)) + (b - part))
}

impl Add for Double {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let Self(high, low) = sum(self.0, other.0);
        sum(high, low + self.1 + other.1)
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self(-other.0, -other.1)
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let high = self.0 * other.0;
        let low = self.0.mul_add(other.0, -high) + (self.0 * other.1 + self.1 * other.0);
        sum(high, low)
    }
}

impl Div for Double {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = Self(self.0 / other.0, 0.0);
        let second = Self((self - first * other).0 / other.0, 0.0);
        let third = Self((self - (first + second) * other).0 / other.0, 0.0);
        first + second + third
    }
}

fn of(x: f64) -> Double {
    Double(x, 0.0)
}

fn dot(a: &[Double], b: &[Double]) -> Double {
    a.iter().zip(b).fold(of(0.0), |sum, (a, b)| sum + *a * *b)
}

/// v less its projections on an orthogonal basis, twice.
fn without(basis: &[Vec<Double>], mut v: Vec<Double>) -> Vec<Double> {
    for column in basis.iter().chain(basis) {
        let share = dot(column, &v) / dot(column, column);
        v.iter_mut().zip(column).for_each(|(v, c)| *v = *v - share * *c);
    }
    v
}

/// An orthogonal basis of columns, by Gram and Schmidt; a column that leaves nothing is left out.
fn basis(columns: Vec<Vec<Double>>) -> Vec<Vec<Double>> {
    let mut basis: Vec<Vec<Double>> = Vec::new();
    for column in columns {
        let size = dot(&column, &column).0;
        let rest = without(&basis, column);
        if dot(&rest, &rest).0 > 1e-50 * size {
            basis.push(rest);
        }
    }
    basis
}

fn doubles(column: &[f64]) -> Vec<Double> {
    column.iter().copied().map(of).collect()
}

/// The problem: the first columns go free, the last is held.
#[derive(Debug)]
struct Case {
    x: DMatrix<f64>,
    y: Vec<f64>,
    lambda: f64,
    l1_ratio: f64,
}

impl Case {
    fn free(&self) -> usize {
        self.x.ncols() - 1
    }

    /// P at a fit, from its coefficients.
    fn objective(&self, point: &PathPoint) -> f64 {
        let w = &point.coefficients[0];
        let row = |i: usize| {
            let start = of(self.y[i]) - of(point.intercepts[0]);
            (0..w.len()).fold(start, |r, j| r - of(w[j]) * of(self.x[(i, j)]))
        };
        let r: Vec<Double> = (0..self.y.len()).map(row).collect();
        let held = w[self.free()];
        0.5 * dot(&r, &r).0 / self.y.len() as f64 + self.penalty(held)
    }

    fn penalty(&self, held: f64) -> f64 {
        self.lambda * (self.l1_ratio * held.abs() + 0.5 * (1.0 - self.l1_ratio) * held * held)
    }

    /// P*: what the free columns and the constant leave of the outcome and of the held column is a
    /// problem of one coefficient (Frisch, Waugh and Lovell), whose solution is a soft threshold.
    fn least(&self) -> f64 {
        let m = self.y.len() as f64;
        let ones = vec![of(1.0); self.y.len()];
        let column = |j: usize| doubles(self.x.column(j).as_slice());
        let free = basis(std::iter::once(ones).chain((0..self.free()).map(column)).collect());
        let (held, y) = (without(&free, column(self.free())), without(&free, doubles(&self.y)));
        let (pull, square) = (dot(&held, &y).0 / m, dot(&held, &held).0 / m);
        let soft = pull.signum() * (pull.abs() - self.lambda * self.l1_ratio).max(0.0);
        let w = soft / (square + self.lambda * (1.0 - self.l1_ratio));
        let r: Vec<Double> = y.iter().zip(&held).map(|(y, x)| *y - of(w) * *x).collect();
        0.5 * dot(&r, &r).0 / m + self.penalty(w)
    }

    fn solve(&self, options: PenalisedOptions) -> PathPoint {
        let factors = (0..self.x.ncols()).map(|j| if j < self.free() { 0.0 } else { 1.0 });
        let penalty = Penalty::elastic_net(1.0, self.l1_ratio).with_factors(factors);
        let grid = LambdaGrid::Given(vec![self.lambda]);
        let design = Design::new(&self.x).unwrap();
        let path = ElasticNet { penalty, options }.path(&design, &self.y, &grid).unwrap();
        path.points[0].clone()
    }
}

fn ways() -> impl Iterator<Item = PenalisedOptions> {
    let ways = [
        (Updates::Gram, Screening::Strong, 1e-9),
        (Updates::Gram, Screening::Strong, 1e-13),
        (Updates::Naive, Screening::WorkingSets, 1e-9),
    ];
    ways.into_iter().map(|(updates, screening, tolerance)| {
        let mut options =
            PenalisedOptions { scaling: Scaling::None, ..PenalisedOptions::default() };
        options.solver.updates = updates;
        options.solver.screening = screening;
        options.solver.tolerance = tolerance;
        options.solver.early_stop = EarlyStop::Never;
        // Coordinate descent alone crawls between near-duplicates, and has to say so.
        if updates == Updates::Naive {
            options.solver.max_iterations = 1_000;
        }
        options
    })
}

prop_compose! {
    /// Columns of which the second is the first but for a share of another, which is in the outcome.
    fn cases()(m in 12..40_usize, others in 0..3_usize)(
        values in prop::collection::vec(-1.0..1.0_f64, m * (others + 3)),
        noise in prop::collection::vec(-1.0..1.0_f64, m),
        digits in prop_oneof![4 => 3..15_i32, 1 => Just(400)],
        centre in prop_oneof![Just(0.0), -20.0..20.0_f64],
        lambda in prop_oneof![Just(0.0), 1e-3..0.5_f64],
        l1_ratio in prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64],
        m in Just(m), others in Just(others),
    ) -> (Case, i32) {
        let value = |i: usize, j: usize| values[j * m + i];
        let x = DMatrix::from_fn(m, others + 3, |i, j| match j {
            1 => value(i, 0) + 10.0_f64.powi(-digits) * value(i, 1),
            _ => value(i, j),
        });
        let y = (0..m).map(|i| value(i, 0) + value(i, 1) + value(i, others + 2) + noise[i] + centre);
        let y = y.collect();
        (Case { x, y, lambda, l1_ratio }, digits)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_gap_bounds_with_near_duplicates_that_nothing_holds((case, digits) in cases()) {
        let least = case.least();
        let null = {
            let mean = case.y.iter().sum::<f64>() / case.y.len() as f64;
            0.5 * case.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / case.y.len() as f64
        };
        for options in ways() {
            let PenalisedSolver { tolerance, updates, .. } = options.solver;
            let point = case.solve(options);
            let certificate = point.certificate;
            let above = case.objective(&point) - least;
            prop_assert!(above <= certificate.gap + 1e-13 * null, "{digits} {above:e} {certificate:?}");
            let claimed = (case.objective(&point) - certificate.objective).abs();
            let size: f64 = point.coefficients[0].iter().map(|w| w.abs()).sum();
            prop_assert!(claimed <= 1e-13 * (1.0 + size) * null.max(1.0), "{digits} {claimed:e}");
            // What can be told apart is solved, and so is what is the same.
            if updates == Updates::Gram && tolerance > 1e-10 && !(9..20).contains(&digits) {
                prop_assert!(certificate.converged, "{digits} {certificate:?}");
            }
            prop_assert_eq!(certificate.converged, certificate.relative_gap <= tolerance);
        }
    }
}

/// Bounds on one of two near-duplicates: what nothing holds stops where it has to.
#[test]
fn near_duplicates_stop_at_their_bounds() {
    let (m, difference) = (40, 1e-7);
    let value = |i: usize, j: usize| ((i * (3 + 2 * j) + 7 * j) as f64 * 0.71).sin();
    let x = DMatrix::from_fn(m, 2, |i, j| value(i, 0) + difference * j as f64 * value(i, 1));
    let y: Vec<f64> = (0..m).map(|i| value(i, 0) + value(i, 1) + 0.1 * value(i, 2)).collect();
    let design = Design::new(&x).unwrap();
    let mut options = PenalisedOptions {
        bounds: vec![Bounds::NONE, Bounds { lower: -5.0, upper: 5.0 }],
        ..PenalisedOptions::default()
    };
    options.solver.tolerance = 1e-12;
    let fit = ElasticNet { penalty: Penalty::lasso(0.0), options }.fit(&design, &y).unwrap();
    // With the second at its bound, the first is a regression on what is left.
    let bound = 5.0;
    let columns = vec![vec![of(1.0); m], doubles(x.column(0).as_slice())];
    let left = (0..m).map(|i| of(y[i]) - of(bound) * of(x[(i, 1)])).collect();
    let r = without(&basis(columns), left);
    let least = 0.5 * dot(&r, &r).0 / m as f64;
    assert!((fit.coefficients()[1] - bound).abs() < 1e-9, "{fit}");
    assert!((fit.point.certificate.objective - least).abs() <= 1e-12 * least, "{fit}");
}

/// Levels of a factor and the constant: dependent, but for the rounding of their scaling.
#[test]
fn dependent_columns_that_nothing_holds_are_no_obstacle() {
    let m = 500;
    let level = |i: usize| (i * i + i / 7) % 3;
    let x = DMatrix::from_fn(m, 3, |i, j| f64::from(u8::from(level(i) == j)));
    let y: Vec<f64> = (0..m).map(|i| level(i) as f64 + (i as f64 * 0.9).sin()).collect();
    let fit = ElasticNet { penalty: Penalty::lasso(0.0), ..ElasticNet::default() };
    let fit = fit.fit(&Design::new(&x).unwrap(), &y).unwrap();
    // The least loss is that around the levels' means.
    let mut loss = 0.0;
    for k in 0..3 {
        let own: Vec<f64> = (0..m).filter(|&i| level(i) == k).map(|i| y[i]).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        loss += 0.5 * own.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / m as f64;
    }
    assert!((fit.point.certificate.objective - loss).abs() <= 1e-12 * loss, "{fit}");
}

/// Rows of the models of classes.
const ROWS: usize = 60;

fn wave(i: usize, j: usize) -> f64 {
    ((i * (3 + 2 * j) + 7 * j) as f64 * 0.71).sin()
}

/// Two columns that differ by ever less, with the bits of it, and two of the same span that are far from
/// each other: differences of neighbours are exact.
fn near_and_far() -> impl Iterator<Item = (i32, DMatrix<f64>, DMatrix<f64>)> {
    (6..48).step_by(3).map(|bits| {
        let small = 0.5_f64.powi(bits);
        let near = DMatrix::from_fn(ROWS, 2, |i, j| wave(i, 0) + small * j as f64 * wave(i, 1));
        let apart = |i| (near[(i, 1)] - near[(i, 0)]) / small;
        let far = DMatrix::from_fn(ROWS, 2, |i, j| if j == 0 { near[(i, 0)] } else { apart(i) });
        (bits, near, far)
    })
}

/// λ = 0 alone.
fn unpenalised() -> (Penalty, PenalisedOptions, LambdaGrid) {
    (Penalty::lasso(0.0), PenalisedOptions::default(), LambdaGrid::Given(vec![0.0]))
}

/// The same of a dichotomous outcome. P* is the maximum likelihood by the columns that are far from
/// each other.
#[test]
fn the_gap_of_classes_bounds_with_near_duplicates() {
    let side = |i| f64::from(u8::from(wave(i, 0) + wave(i, 1) + 2.0 * wave(i, 7) > 0.0));
    let classes: Vec<f64> = (0..ROWS).map(side).collect();
    for (bits, near, far) in near_and_far() {
        let (penalty, options, grid) = unpenalised();
        let model = PenalisedLogistic { penalty, options };
        let path = model.path(&Design::new(&near).unwrap(), &classes, &grid).unwrap();
        let certificate = path.points[0].certificate;
        let best = Logistic::default().fit(&Design::new(&far).unwrap(), &classes).unwrap();
        let above = certificate.objective + best.log_likelihood / ROWS as f64;
        assert!(above <= certificate.gap + 1e-12, "{bits} {above:e} {certificate:?}");
        assert!(certificate.converged || bits > 12, "{bits} {certificate:?}");
    }
}

/// The same of three classes.
#[test]
fn the_gap_of_several_classes_bounds_with_near_duplicates() {
    let class = |i| {
        let score = wave(i, 0) + wave(i, 1) + 2.0 * wave(i, 7);
        usize::from(score > -0.7) + usize::from(score > 0.7)
    };
    let classes: Vec<usize> = (0..ROWS).map(class).collect();
    for (bits, near, far) in near_and_far() {
        let (penalty, options, grid) = unpenalised();
        let model = PenalisedMultinomial { penalty, options };
        let path = model.path(&Design::new(&near).unwrap(), &classes, &grid).unwrap();
        let certificate = path.points[0].certificate;
        let best = Multinomial::default().fit(&Design::new(&far).unwrap(), &classes).unwrap();
        let above = certificate.objective + best.log_likelihood / ROWS as f64;
        assert!(above <= certificate.gap + 1e-12, "{bits} {above:e} {certificate:?}");
        assert!(certificate.converged || bits > 12, "{bits} {certificate:?}");
    }
}
