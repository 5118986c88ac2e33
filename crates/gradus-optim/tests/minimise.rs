//! One table drives every minimiser over every test function; then what each promises by itself.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::OptimError;
use gradus_optim::minimise::{
    Armijo, Beta, ConjugateGradient, Diminishing, Exact, Function, GradientDescent,
    GradientDifferences, Lbfgs, Minimiser, Newton, NewtonCg, Objective, Outcome, Quantity, Reason,
    Record, Restart, StepRule, Stopping, StrongWolfe, Subgradient,
};
use gradus_optim::test_functions::{Beale, Quadratic, Rosenbrock, Saddle, all};
use gradus_testkit::assert_close;
use serde_json::Value;

/// A method, and the one of scipy whose counts it is compared with, if it is one of the fast ones.
struct Row {
    method: Box<dyn Minimiser>,
    scipy: Option<&'static str>,
}

/// Every method; a new one is one more row.
fn table(stopping: Stopping) -> Vec<Row> {
    let slow = Stopping { max_iterations: 200_000, ..stopping };
    let fast = |method: Box<dyn Minimiser>, scipy| Row { method, scipy: Some(scipy) };
    let descent = |step| Row {
        method: Box::new(GradientDescent { step, stopping: slow, record: Record::End }),
        scipy: None,
    };
    let conjugate = |beta, restart, scipy| {
        let method = ConjugateGradient { beta, restart, stopping, ..Default::default() };
        Row { method: Box::new(method), scipy }
    };
    let (plus, reeves) = (Beta::PolakRibierePlus, Beta::FletcherReeves);
    vec![
        descent(StepRule::Armijo(Armijo::default())),
        descent(StepRule::Exact(Exact::default())),
        descent(StepRule::StrongWolfe(StrongWolfe::default())),
        conjugate(plus, Restart::default(), Some("CG")),
        conjugate(reeves, Restart::default(), Some("CG")),
        conjugate(plus, Restart::Never, None),
        conjugate(reeves, Restart::Every(10), None),
        fast(Box::new(Lbfgs { stopping, ..Default::default() }), "L-BFGS-B"),
        // scipy keeps ten pairs.
        Row { method: Box::new(Lbfgs { memory: 3, stopping, ..Default::default() }), scipy: None },
        fast(Box::new(Newton { stopping, ..Default::default() }), "trust-exact"),
        fast(Box::new(NewtonCg { stopping, ..Default::default() }), "Newton-CG"),
    ]
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn every_method_minimises_every_function() {
    let data: Value = serde_json::from_str(include_str!("data/minimise.json")).unwrap();
    let stopping = Stopping::default();
    let mut report = String::new();
    let mut failures = Vec::new();
    for (k, mut f) in all().into_iter().enumerate() {
        let start = f.start();
        for Row { method, scipy } in table(stopping) {
            let outcome = method.minimise(&mut *f, &start).unwrap();
            let nearest = f
                .minimisers()
                .iter()
                .map(|x| distance(x, &outcome.x))
                .fold(f64::INFINITY, f64::min);
            let gradients = outcome.evaluations.gradients;
            let reference = scipy.map(|name| {
                data["functions"][k]["runs"][name]["gradients"].as_u64().unwrap() as usize
            });
            let line = format!(
                "{:10} {} {:36} {:5} steps {gradients:5} gradients, scipy {reference:?}, off by \
                 {nearest:.1e}: {}\n",
                f.name(),
                start.len(),
                method.name(),
                outcome.iterations,
                outcome.reason,
            );
            // Gradients within 1e-8 and curvature of 0.1 or more.
            let right = outcome.reason == Reason::GradientTolerance && nearest < 1e-7;
            // Never twice as many gradients as scipy, but for a handful in short runs.
            let cheap = reference.is_none_or(|reference| gradients <= 2 * reference + 10);
            if !(right && cheap) {
                failures.push(line.clone());
            }
            report.push_str(&line);
        }
    }
    println!("{report}");
    assert!(failures.is_empty(), "{}", failures.concat());
}

#[test]
fn rosenbrock_from_the_usual_start_to_ten_digits_with_default_settings() {
    let reeves = ConjugateGradient { beta: Beta::FletcherReeves, ..Default::default() };
    let methods: [&dyn Minimiser; 5] = [
        &Lbfgs::default(),
        &Newton::default(),
        &NewtonCg::default(),
        &ConjugateGradient::default(),
        &reeves,
    ];
    for method in methods {
        let outcome = method.minimise(&mut Rosenbrock::new(2).unwrap(), &[-1.2, 1.0]).unwrap();
        let name = method.name();
        assert_eq!(outcome.reason, Reason::GradientTolerance, "{name}");
        let away = distance(&outcome.x, &[1.0, 1.0]);
        assert!(away <= 1e-10, "{name} ends {away:e} away");
    }
}

/// The tighter tolerance of conjugate gradients is within reach on every test function.
#[test]
fn conjugate_gradients_meet_their_own_tolerance() {
    for mut f in all() {
        for beta in [Beta::PolakRibierePlus, Beta::FletcherReeves] {
            let start = f.start();
            let method = ConjugateGradient { beta, ..Default::default() };
            let outcome = method.minimise(&mut *f, &start).unwrap();
            assert_eq!(outcome.reason, Reason::GradientTolerance, "{} {beta:?}", f.name());
        }
    }
}

fn square() -> Function<'static> {
    Function::new(|x| x[0] * x[0], |x, g| g[0] = 2.0 * x[0]).with_hessian(|_, h| h[0] = 2.0)
}

fn descend(step: StepRule, objective: &mut dyn Objective, x0: &[f64]) -> Outcome {
    let record = Record::Trajectory;
    GradientDescent { step, record, ..Default::default() }.minimise(objective, x0).unwrap()
}

#[test]
fn the_worked_runs_digit_by_digit() {
    // The figures as the notes print them.
    let way = descend(StepRule::Fixed(0.1), &mut square(), &[3.0]).trajectory.unwrap();
    let shown: Vec<String> = way.points[..4].iter().map(|x| format!("{:.3}", x[0])).collect();
    assert_eq!(shown, ["3.000", "2.400", "1.920", "1.536"]);
    let way = descend(StepRule::Fixed(0.8), &mut square(), &[-4.0]).trajectory.unwrap();
    let shown: Vec<String> = way.points[..6].iter().map(|x| format!("{:.5}", x[0])).collect();
    assert_eq!(shown, ["-4.00000", "2.40000", "-1.44000", "0.86400", "-0.51840", "0.31104"]);
    assert_eq!(format!("{:.5e}", way.points[30][0]), "-8.84296e-7");
    assert_eq!(way.step_sizes.len() + 1, way.points.len());
    assert!(way.step_sizes.iter().all(|&step| step == 0.8));
    assert_eq!((way.values[1], way.gradient_norms[0]), (way.points[1][0].powi(2), 8.0));
}

#[test]
fn newton_solves_a_quadratic_in_one_step() {
    for (n, condition) in [(1, 1.0), (3, 10.0), (20, 1e6)] {
        let mut f = Quadratic::new(n, condition).unwrap();
        let outcome = Newton::default().minimise(&mut f, &vec![5.0; n]).unwrap();
        assert!(outcome.converged(), "{}", outcome.reason);
        assert_eq!((outcome.iterations, outcome.evaluations.hessians), (1, 1));
        let expected: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_close(&outcome.x, &expected, 0.0, 1e-9);
    }
}

#[test]
fn exact_steps_are_those_of_the_formula() {
    // On a quadratic the exact step is g·g / g·Ag.
    let mut f = Quadratic::new(4, 50.0).unwrap();
    let way = descend(StepRule::Exact(Exact::default()), &mut f, &[0.0; 4]).trajectory.unwrap();
    for (x, step) in way.points.iter().zip(&way.step_sizes).take(5) {
        let (mut g, mut ag) = ([0.0; 4], [0.0; 4]);
        f.gradient(x, &mut g);
        f.hessian_vector(x, &g, &mut ag).unwrap();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        assert_close(&[*step], &[dot(&g, &g) / dot(&g, &ag)], 1e-6, 0.0);
    }
}

#[test]
fn conjugate_gradients_end_after_n_steps_on_a_quadratic() {
    for beta in [Beta::FletcherReeves, Beta::PolakRibierePlus] {
        let line_search = StrongWolfe { decrease: 1e-8, curvature: 1e-7 };
        let method = ConjugateGradient { beta, line_search, ..Default::default() };
        let outcome = method.minimise(&mut Quadratic::new(6, 20.0).unwrap(), &[0.0; 6]).unwrap();
        assert!(outcome.converged() && outcome.iterations <= 7, "{outcome:?}");
    }
}

#[test]
fn a_saddle_is_left_by_negative_curvature() {
    for start in [[1.0, 1e-6], [1e-3, -1e-6]] {
        for method in [&Newton::default() as &dyn Minimiser, &NewtonCg::default()] {
            let outcome = method.minimise(&mut Saddle, &start).unwrap();
            assert_close(&outcome.x, &[0.0, start[1].signum()], 0.0, 1e-8);
            assert!(outcome.iterations < 20, "{}: {}", method.name(), outcome.iterations);
        }
    }
}

#[test]
fn the_subgradient_method_keeps_the_best_point() {
    let mut f = Function::new(
        |x| (x[0] - 1.0).abs() + 3.0 * x[1].abs(),
        |x, g| {
            g[0] = (x[0] - 1.0).signum();
            g[1] = 3.0 * x[1].signum();
        },
    );
    for steps in [Diminishing::InverseRoot { a: 0.5 }, Diminishing::Harmonic { a: 2.0, b: 1.0 }] {
        let method = Subgradient { steps, record: Record::Trajectory, ..Default::default() };
        let outcome = method.minimise(&mut f, &[4.0, -3.0]).unwrap();
        assert_eq!(outcome.reason, Reason::MaxIterations);
        let way = outcome.trajectory.unwrap();
        let least = way.values.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(outcome.value, least);
        assert_eq!(f.value(&outcome.x), least);
        // The method's bound on the best value, (R² + G²Σa²) / 2Σa with R² = 18 and G² = 10.
        let (sum, squares) =
            (1..=1000).map(|t| steps.step(t)).fold((0.0, 0.0), |(s, q), a| (s + a, q + a * a));
        assert!(least <= (18.0 + 10.0 * squares) / (2.0 * sum), "{least}");
        assert!(way.values.windows(2).any(|pair| pair[1] > pair[0]));
    }
}

#[test]
fn every_reason_is_given_for_what_it_says() {
    let run = |step, stopping, objective: &mut dyn Objective, x0: f64| {
        let method = GradientDescent { step, stopping, record: Record::End };
        method.minimise(objective, &[x0]).unwrap()
    };
    let usual = Stopping::default();
    let fixed = StepRule::Fixed(0.1);

    let outcome = run(fixed, usual, &mut square(), 3.0);
    assert_eq!(outcome.reason, Reason::GradientTolerance);
    assert!(outcome.gradient_norm <= 1e-8);

    let stopping = Stopping { cost_change: Some(1e-3), ..usual };
    assert_eq!(run(fixed, stopping, &mut square(), 3.0).reason, Reason::CostChange);
    let stopping = Stopping { step_size: Some(1e-3), ..usual };
    assert_eq!(run(fixed, stopping, &mut square(), 3.0).reason, Reason::StepSize);
    let stopping = Stopping { max_iterations: 3, ..usual };
    let outcome = run(fixed, stopping, &mut square(), 3.0);
    assert_eq!((outcome.reason, outcome.iterations), (Reason::MaxIterations, 3));
    assert_eq!(outcome.evaluations.gradients, 4);

    // A step too short to move anything.
    let outcome = run(StepRule::Fixed(1e-30), usual, &mut square(), 3.0);
    assert_eq!((outcome.reason, outcome.iterations), (Reason::StepSize, 1));

    // Divergence ends at the last finite point.
    let outcome = run(StepRule::Fixed(1e3), usual, &mut square(), 3.0);
    assert!(matches!(outcome.reason, Reason::NonFinite { .. }), "{}", outcome.reason);
    assert!(outcome.value.is_finite() && outcome.x[0].is_finite() && !outcome.converged());

    let mut line = Function::new(|x| x[0], |_, g| g[0] = 1.0);
    let mut falls = Vec::new();
    for Row { method, .. } in table(usual) {
        let mut cubic = Function::new(|x| x[0].powi(3), |x, g| g[0] = 3.0 * x[0] * x[0])
            .with_hessian(|x, h| h[0] = 6.0 * x[0]);
        falls.push((method.name(), method.minimise(&mut cubic, &[-1.0]).unwrap().reason));
    }
    for (name, reason) in falls {
        assert_eq!(reason, Reason::Unbounded, "{name}");
    }
    let outcome = run(StepRule::Fixed(1e99), usual, &mut line, 0.0);
    assert_eq!(outcome.reason, Reason::Unbounded);

    // The gradient points uphill.
    let mut wrong =
        Function::new(|x| x[0] * x[0], |x, g| g[0] = -2.0 * x[0]).with_hessian(|_, h| h[0] = 2.0);
    for Row { method, .. } in table(usual) {
        let outcome = method.minimise(&mut wrong, &[1.0]).unwrap();
        assert_eq!(outcome.reason, Reason::LineSearchFailed, "{}", method.name());
        assert_eq!(outcome.x, [1.0]);
    }

    let mut holes = Function::new(|x| x[0] * x[0], |x, g| g[0] = 2.0 * x[0])
        .with_hessian(|_, h| h[0] = f64::NAN);
    let outcome = Newton::default().minimise(&mut holes, &[1.0]).unwrap();
    assert_eq!(outcome.reason, Reason::NonFinite { what: Quantity::Hessian });
    let outcome = NewtonCg::default().minimise(&mut holes, &[1.0]).unwrap();
    assert_eq!(outcome.reason, Reason::NonFinite { what: Quantity::HessianVector });
    assert!(outcome.reason.to_string().starts_with("a Hessian-vector product became NaN"));
}

#[test]
fn line_searches_stay_inside_the_domain() {
    // x − ln x is not defined for x ≤ 0; long steps from 20 would leave.
    let mut f = Function::new(|x| 10.0 * (x[0] - x[0].ln()), |x, g| g[0] = 10.0 - 10.0 / x[0])
        .with_hessian(|x, h| h[0] = 10.0 / (x[0] * x[0]));
    for Row { method, scipy } in table(Stopping::default()) {
        let outcome = method.minimise(&mut f, &[20.0]).unwrap();
        // Searches by values alone end where 10 + 5(x − 1)² rounds to 10.
        let exhausted = scipy.is_none() && outcome.reason == Reason::LineSearchFailed;
        assert!(outcome.converged() || exhausted, "{}: {}", method.name(), outcome.reason);
        assert!(outcome.iterations < 50, "{}: {}", method.name(), outcome.iterations);
        assert_close(&outcome.x, &[1.0], 0.0, 1e-7);
    }
}

#[test]
fn bad_starts_and_settings_are_typed_errors() {
    for Row { method, .. } in table(Stopping::default()) {
        let name = method.name();
        let error = |f: &mut dyn Objective, x0: &[f64]| method.minimise(f, x0).unwrap_err();
        assert_eq!(error(&mut Beale, &[]), OptimError::EmptyStart { method: name });
        let expected = OptimError::StartLength { method: name, expected: 2, found: 3 };
        assert_eq!(error(&mut Beale, &[0.0; 3]), expected);
        let not_finite = |what| OptimError::NonFiniteStart { method: name, what };
        assert_eq!(error(&mut Beale, &[0.0, f64::NAN]), not_finite(Quantity::Point));
        let mut root = Function::new(|x| x[0].sqrt(), |x, g| g[0] = 0.5 / x[0].sqrt());
        assert_eq!(error(&mut root, &[-1.0]), not_finite(Quantity::Value));
        assert_eq!(error(&mut root, &[0.0]), not_finite(Quantity::Gradient));
    }
    let mut bare = Function::new(|x| x[0] * x[0], |x, g| g[0] = 2.0 * x[0]);
    for method in [&Newton::default() as &dyn Minimiser, &NewtonCg::default()] {
        let error = method.minimise(&mut bare, &[1.0]).unwrap_err();
        assert!(matches!(error, OptimError::MissingDerivative { .. }), "{error}");
    }
    assert!(Newton::default().minimise(&mut GradientDifferences::new(bare), &[1.0]).is_ok());

    let stopping = |change: fn(&mut Stopping)| {
        let mut stopping = Stopping::default();
        change(&mut stopping);
        Box::new(Newton { stopping, ..Default::default() })
    };
    let step = |step| Box::new(GradientDescent { step, ..Default::default() });
    let search = |decrease, curvature| {
        let line_search = StrongWolfe { decrease, curvature };
        Box::new(Lbfgs { line_search, ..Default::default() })
    };
    let restart = |restart| Box::new(ConjugateGradient { restart, ..Default::default() });
    let bad: Vec<Box<dyn Minimiser>> = vec![
        stopping(|s| s.gradient_tolerance = -1.0),
        stopping(|s| s.gradient_tolerance = f64::NAN),
        stopping(|s| s.cost_change = Some(f64::INFINITY)),
        stopping(|s| s.step_size = Some(-0.1)),
        stopping(|s| s.floor = f64::NAN),
        step(StepRule::Fixed(0.0)),
        step(StepRule::Fixed(f64::NAN)),
        step(StepRule::Armijo(Armijo { shrink: 1.0, ..Default::default() })),
        step(StepRule::Armijo(Armijo { first: -1.0, ..Default::default() })),
        step(StepRule::Armijo(Armijo { decrease: 1.0, ..Default::default() })),
        step(StepRule::Exact(Exact { tolerance: 0.0 })),
        step(StepRule::Diminishing(Diminishing::InverseRoot { a: 0.0 })),
        step(StepRule::Diminishing(Diminishing::Harmonic { a: 1.0, b: -1.0 })),
        search(0.5, 0.1),
        search(0.0, 0.9),
        search(0.1, 1.0),
        Box::new(Lbfgs { memory: 0, ..Default::default() }),
        restart(Restart::Every(0)),
        restart(Restart::Powell(0.0)),
    ];
    for method in bad {
        let error = method.minimise(&mut Beale, &[1.0, 1.0]).unwrap_err();
        assert!(matches!(error, OptimError::InvalidHyperparameter { .. }), "{error}");
    }
}
