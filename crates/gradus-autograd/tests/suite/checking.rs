//! The gradient checker finds what is wrong, and accepts what is right.

use std::sync::Arc;

use gradus_autograd::check::{
    GradcheckConfig, Probe, SecondOrder, epsilon_sweep, gradcheck, path_sum,
};
use gradus_autograd::{AutogradError, CustomOp, Tape, Var};
use gradus_linalg::{MatMut, MatRef};
use nalgebra::{DMatrix, dmatrix};

/// sin x with a first derivative that is off by a factor, and a second one by another.
#[derive(Debug)]
struct Sine {
    first: f64,
    second: f64,
}

/// cos x with the derivative −factor·sin x.
#[derive(Debug)]
struct Cosine {
    factor: f64,
}

fn each(x: MatRef<'_, f64>, mut out: MatMut<'_, f64>, f: impl Fn(f64) -> f64) {
    for j in 0..x.cols() {
        for i in 0..x.rows() {
            out.set(i, j, f(x.at(i, j)));
        }
    }
}

impl CustomOp<f64> for Sine {
    fn name(&self) -> &'static str {
        "sine"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, f64>], out: MatMut<'_, f64>) {
        each(inputs[0], out, f64::sin);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, f64>],
        _y: Var<'e, f64>,
        g: Var<'e, f64>,
    ) -> Option<Var<'e, f64>> {
        Some(g * Var::custom(Arc::new(Cosine { factor: self.second }), x) * self.first)
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, f64>],
        y: Var<'e, f64>,
        dx: &[Option<Var<'e, f64>>],
    ) -> Option<Var<'e, f64>> {
        self.pullback(0, x, y, dx[0]?)
    }
}

impl CustomOp<f64> for Cosine {
    fn name(&self) -> &'static str {
        "cosine"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, f64>], out: MatMut<'_, f64>) {
        each(inputs[0], out, f64::cos);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, f64>],
        _y: Var<'e, f64>,
        g: Var<'e, f64>,
    ) -> Option<Var<'e, f64>> {
        Some(g * Var::custom(Arc::new(Sine { first: 1.0, second: 1.0 }), x) * -self.factor)
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, f64>],
        y: Var<'e, f64>,
        dx: &[Option<Var<'e, f64>>],
    ) -> Option<Var<'e, f64>> {
        self.pullback(0, x, y, dx[0]?)
    }
}

fn sine(first: f64, second: f64, config: &GradcheckConfig) -> (bool, f64, f64) {
    let x = [dmatrix![0.3, -1.1; 0.7, 2.0]];
    let op: Arc<dyn CustomOp<f64>> = Arc::new(Sine { first, second });
    let report = gradcheck(|_, x| Var::custom(Arc::clone(&op), x), &x, config)
        .expect("sine is differentiable");
    (report.passed(), report.figure(), report.second_figure())
}

#[test]
fn a_rule_that_is_one_per_cent_wrong_fails() {
    let every = GradcheckConfig::default();
    let (passed, first, second) = sine(1.0, 1.0, &every);
    assert!(passed && first < 1e-9 && second < 1e-8, "{first:e} {second:e}");

    let (passed, figure, _) = sine(1.01, 1.0, &every);
    assert!(!passed);
    assert!((figure - 0.01 / 2.01).abs() < 1e-6, "{figure}");

    let usual = GradcheckConfig::with_epsilon(1e-7);
    assert!(sine(1.0, 1.0, &usual).0);
    assert!(!sine(1.01, 1.0, &usual).0);

    let along = GradcheckConfig { probe: Probe::Directions(5), ..every };
    assert!(sine(1.0, 1.0, &along).0);
    assert!(!sine(1.01, 1.0, &along).0);
}

#[test]
fn a_second_derivative_that_is_one_per_cent_wrong_fails() {
    let (passed, first, second) = sine(1.0, 1.01, &GradcheckConfig::default());
    assert!(!passed);
    assert!(first < 1e-9 && (second - 0.01 / 2.01).abs() < 1e-6, "{first:e} {second:e}");
    let skip = GradcheckConfig { second_order: SecondOrder::Skip, ..GradcheckConfig::default() };
    assert!(sine(1.0, 1.01, &skip).0);
}

#[test]
fn a_report_names_the_input_and_the_entry() {
    let x = [dmatrix![1.0, 2.0], dmatrix![3.0, 4.0]];
    let report = gradcheck(
        |_, x| x[0].square() + x[1].square() + x[1].stop_gradient(),
        &x,
        &GradcheckConfig::default(),
    )
    .unwrap();
    assert!(report.inputs[0].first.figure < 1e-9);
    assert!(report.inputs[1].first.figure > 1e-2);
    let text = report.to_string();
    assert!(text.contains("input 0 (1x2): ok"), "{text}");
    assert!(text.contains("input 1 (1x2): SUSPECT"), "{text}");
    assert!(text.contains("where differences give"), "{text}");
}

#[test]
fn kinks_within_the_step_are_skipped_and_counted() {
    let x = [dmatrix![0.0, 1e-9, 0.5, -0.5]];
    let report = gradcheck(|_, x| x[0].relu() + x[0].abs(), &x, &GradcheckConfig::default());
    let report = report.unwrap();
    assert!(report.passed(), "{report}");
    assert_eq!((report.inputs[0].probes, report.inputs[0].skipped), (2, 2));
    assert!(report.inputs[0].second.is_none());
}

#[test]
fn a_stationary_point_is_no_false_alarm() {
    let x = [dmatrix![0.0, 0.0]];
    let report =
        gradcheck(|_, x| (x[0].square() + 1.0).sum(), &x, &GradcheckConfig::default()).unwrap();
    assert!(report.passed(), "{report}");
}

#[test]
fn a_gradient_that_is_not_a_number_fails() {
    let x = [dmatrix![0.0]];
    let report = gradcheck(|_, x| x[0].abs().sqrt(), &x, &GradcheckConfig::default()).unwrap();
    assert!(report.inputs[0].skipped == 1 || !report.passed(), "{report}");
    let report = gradcheck(|_, x| (x[0] * 0.0).sqrt(), &x, &GradcheckConfig::default()).unwrap();
    assert!(!report.passed(), "{report}");
}

#[test]
fn single_precision_has_its_own_step_and_bound() {
    let x = [dmatrix![0.4_f32, -1.3; 2.0, 0.1]];
    let report =
        gradcheck(|_, x| x[0].tanh() * x[0].exp(), &x, &GradcheckConfig::single()).unwrap();
    assert!(report.passed(), "{report}");
    let report = gradcheck(
        |_, x| x[0].square() + x[0].stop_gradient() * 0.05,
        &x,
        &GradcheckConfig::single(),
    );
    assert!(!report.unwrap().passed());
}

#[test]
fn random_directions_take_few_evaluations_of_a_large_input() {
    let x = [DMatrix::from_fn(60, 50, |i, j| ((i * 7 + j * 3) % 11) as f64 * 0.1 - 0.5)];
    let config = GradcheckConfig { probe: Probe::Directions(4), ..GradcheckConfig::default() };
    let report = gradcheck(|_, x| x[0].tanh().matmul_t(x[0]), &x, &config).unwrap();
    assert!(report.passed(), "{report}");
    assert_eq!(report.inputs[0].probes, 4);
}

#[test]
fn the_sweep_finds_the_valley_between_truncation_and_rounding() {
    let sweep = epsilon_sweep(|_, x| x[0].tanh().sum(), &[dmatrix![0.4, 1.2]]).unwrap();
    let best = sweep.best();
    assert!((1e-7..1e-3).contains(&best.epsilon), "{sweep}");
    let at = |epsilon: f64| {
        let near = |p: &&gradus_autograd::check::SweepPoint| (p.epsilon / epsilon).ln().abs() < 0.1;
        sweep.points.iter().find(near).unwrap().figure
    };
    // Truncation grows as ε².
    assert!((at(1e-2) / at(1e-3) / 100.0 - 1.0).abs() < 0.05, "{sweep}");
    assert!(at(1e-11) > 100.0 * best.figure, "{sweep}");
}

#[test]
fn paths_add_up_to_the_gradient() {
    let tape = Tape::new();
    let (x, y) = (tape.scalar(0.7), tape.scalar(-1.2));
    let a = x * y;
    let b = a.tanh() + x.exp();
    let f = b * a - (b / y).square();
    let gradients = f.backward();
    for (v, paths) in [(x, 5), (y, 4)] {
        let sum = path_sum(&tape, f, v, 1000).unwrap();
        let exact = gradients.item(v).unwrap();
        assert!((sum.total() - exact).abs() <= 1e-13 * exact.abs(), "{sum:?}");
        assert_eq!(sum.paths.len(), paths, "{sum:?}");
    }
    let error = path_sum(&tape, f, x, 3).unwrap_err();
    assert_eq!(error, AutogradError::TooManyPaths { limit: 3 });
    let row = tape.variable(dmatrix![1.0, 2.0]);
    assert_eq!(
        path_sum(&tape, row.sum(), row, 3).unwrap_err(),
        AutogradError::NotScalar { shape: (1, 2) }
    );
}
