//! One table drives every optimiser through the same problems and checks.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::{Adam, EpsPosition, Momentum, MomentumForm, OptimError, Optimizer, Sgd};
use proptest::prelude::*;
use serde_json::Value;

type Boxed<T> = Box<dyn Optimizer<T>>;

/// Builds every optimiser at rate `lr`; a new optimiser is one more row.
fn all<T: gradus_linalg::Scalar>(lr: f64) -> Vec<Boxed<T>> {
    let momentum = |form| Momentum { lr, beta: 0.9, form }.build::<T>().unwrap();
    let adam = |eps_position| Adam { lr, eps_position, ..Adam::default() }.build::<T>().unwrap();
    vec![
        Box::new(Sgd { lr }.build::<T>().unwrap()),
        Box::new(momentum(MomentumForm::Notes)),
        Box::new(momentum(MomentumForm::Averaged)),
        Box::new(momentum(MomentumForm::PyTorch)),
        Box::new(adam(EpsPosition::OutsideRoot)),
        Box::new(adam(EpsPosition::InsideRoot)),
    ]
}

fn step(
    optimizer: &mut dyn Optimizer<f64>,
    theta: &mut [f64],
    gradient: impl Fn(&[f64]) -> Vec<f64>,
) {
    let grad = gradient(theta);
    optimizer.begin_step();
    optimizer.update(0, theta, &grad).unwrap();
}

/// ∇(½θᵀAθ − bᵀθ), A = [[3, ½], [½, 1]], b = (1, −2).
fn quadratic(theta: &[f64]) -> Vec<f64> {
    vec![3.0 * theta[0] + 0.5 * theta[1] - 1.0, 0.5 * theta[0] + theta[1] + 2.0]
}

fn rosenbrock(theta: &[f64]) -> Vec<f64> {
    let (x, y) = (theta[0], theta[1]);
    let valley = y - x * x;
    vec![-2.0 * (1.0 - x) - 400.0 * x * valley, 200.0 * valley]
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn reference_trajectories() {
    let data: Value = serde_json::from_str(include_str!("data/trajectories.json")).unwrap();
    let cases = data["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let param = |name: &str| case["params"][name].as_f64().unwrap();
        let adam = |eps_position| Adam {
            lr: param("lr"),
            beta1: param("beta1"),
            beta2: param("beta2"),
            eps: param("eps"),
            eps_position,
        };
        let momentum = |beta, form| {
            let momentum = Momentum { lr: param("lr"), beta: param(beta), form };
            Box::new(momentum.build().unwrap())
        };
        let optimizers: Vec<Boxed<f64>> = match case["optimizer"].as_str().unwrap() {
            "sgd" => vec![Box::new(Sgd { lr: param("lr") }.build().unwrap())],
            // The notes' form and PyTorch's agree as long as the rate does not change.
            "momentum_torch" => vec![
                momentum("momentum", MomentumForm::PyTorch),
                momentum("momentum", MomentumForm::Notes),
            ],
            "momentum_ema" => vec![momentum("beta", MomentumForm::Averaged)],
            "adam" => vec![Box::new(adam(EpsPosition::OutsideRoot).build().unwrap())],
            "adam_eps_inside" => vec![Box::new(adam(EpsPosition::InsideRoot).build().unwrap())],
            other => panic!("no optimiser for {other}"),
        };
        let gradient = match case["problem"].as_str().unwrap() {
            "quadratic_2d" => quadratic,
            "rosenbrock_2d" => rosenbrock,
            other => panic!("no problem {other}"),
        };
        let trajectory: Vec<_> =
            case["trajectory"].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!(trajectory.len(), 11);
        for mut optimizer in optimizers {
            let mut theta = trajectory[0].clone();
            for (k, expected) in trajectory.iter().enumerate().skip(1) {
                step(&mut *optimizer, &mut theta, gradient);
                for (a, b) in theta.iter().zip(expected) {
                    assert!(
                        (a - b).abs() <= 1e-13 + 1e-11 * b.abs(),
                        "{} on {}, step {k}: {a} is not {b}",
                        optimizer.name(),
                        case["problem"],
                    );
                }
            }
        }
    }
}

#[test]
fn every_optimiser_descends_a_parabola() {
    for mut optimizer in all::<f64>(0.1) {
        let mut theta = [3.0];
        for _ in 0..2000 {
            step(&mut *optimizer, &mut theta, |x| vec![2.0 * x[0]]);
        }
        assert!(theta[0].abs() < 1e-6, "{} ended at {}", optimizer.name(), theta[0]);
    }
}

/// The runs that the notes print.
#[test]
fn worked_runs_of_gradient_descent() {
    let mut optimizer = Sgd { lr: 0.1 }.build::<f64>().unwrap();
    let mut x = [3.0];
    for expected in [2.4, 1.92, 1.536] {
        step(&mut optimizer, &mut x, |x| vec![2.0 * x[0]]);
        assert!((x[0] - expected).abs() < 1e-14);
    }

    let mut optimizer = Sgd { lr: 0.8 }.build::<f64>().unwrap();
    let mut x = [-4.0];
    for k in 0..30 {
        step(&mut optimizer, &mut x, |x| vec![2.0 * x[0]]);
        if let Some(expected) = [2.4, -1.44, 0.864, -0.5184, 0.31104].get(k) {
            assert!((x[0] - expected).abs() < 1e-14);
        }
    }
    assert!((x[0] - -8.84296e-07).abs() < 5e-13);
}

#[test]
fn a_state_resumes_bit_for_bit() {
    fn check<T>(mut straight: Boxed<T>, mut resumed: Boxed<T>)
    where
        T: gradus_linalg::Scalar + serde::Serialize + serde::de::DeserializeOwned,
    {
        let gradient = |theta: &[T], k: i32| -> Vec<T> {
            let shift: T = gradus_linalg::Scalar::of(f64::from(k).sin());
            theta.iter().map(|&x| x * x * x + shift).collect()
        };
        let run = |optimizer: &mut dyn Optimizer<T>,
                   theta: &mut [Vec<T>],
                   steps: std::ops::Range<i32>| {
            for k in steps {
                optimizer.set_lr(0.1 / f64::from(k + 1)).unwrap();
                optimizer.begin_step();
                for (key, theta) in theta.iter_mut().enumerate() {
                    let grad = gradient(theta, k);
                    optimizer.update(key, theta, &grad).unwrap();
                }
            }
        };
        let start = vec![vec![gradus_linalg::Scalar::of(0.7); 5], vec![T::one(); 3]];
        let (mut a, mut b) = (start.clone(), start);
        run(&mut *straight, &mut a, 0..20);
        run(&mut *resumed, &mut b, 0..7);

        let text = serde_json::to_string(&resumed.state()).unwrap();
        let state = serde_json::from_str(&text).unwrap();
        assert_eq!(resumed.state(), state);
        // Two steps on the wrong way, then back.
        let mut elsewhere = b.clone();
        run(&mut *resumed, &mut elsewhere, 0..2);
        resumed.load_state(state).unwrap();
        run(&mut *resumed, &mut b, 7..20);
        assert_eq!(a, b, "{}", resumed.name());
        assert_eq!(straight.state(), resumed.state());
        assert_eq!(resumed.state().step, 20);
    }
    for (a, b) in all::<f64>(0.1).into_iter().zip(all::<f64>(0.1)) {
        check(a, b);
    }
    for (a, b) in all::<f32>(0.1).into_iter().zip(all::<f32>(0.1)) {
        check(a, b);
    }
}

/// Where the rate drops to 0, old velocity still moves the notes' form, and PyTorch's stands.
#[test]
fn a_changed_rate_separates_the_forms_that_agree_at_a_fixed_one() {
    for (form, expected) in [(MomentumForm::Notes, -1.5), (MomentumForm::PyTorch, -1.0)] {
        let mut optimizer = Momentum { lr: 1.0, beta: 0.5, form }.build::<f64>().unwrap();
        let mut theta = [0.0];
        step(&mut optimizer, &mut theta, |_| vec![1.0]);
        optimizer.set_lr(0.0).unwrap();
        step(&mut optimizer, &mut theta, |_| vec![1.0]);
        assert_eq!(theta[0], expected, "{form:?}");
    }
}

/// f32 follows f64 for ten thousand steps: what hangs on βᵏ is not lost to rounding.
#[test]
fn single_precision_follows_double() {
    for (mut single, mut double) in all::<f32>(0.01).into_iter().zip(all::<f64>(0.01)) {
        let (mut x, mut y) = ([3.0_f32], [3.0_f64]);
        for k in 0..10_000 {
            let (grad_x, grad_y) = ([2.0 * x[0]], [2.0 * y[0]]);
            single.begin_step();
            single.update(0, &mut x, &grad_x).unwrap();
            double.begin_step();
            double.update(0, &mut y, &grad_y).unwrap();
            let off = (f64::from(x[0]) - y[0]).abs();
            assert!(off < 2e-4, "{} at step {k}: {} and {}", single.name(), x[0], y[0]);
        }
    }
}

/// Gradients that stay 0 must not leave subnormal numbers behind, which are slow; NaN must stay.
#[test]
fn states_decay_to_zero_and_keep_nan() {
    for mut optimizer in all::<f32>(0.1) {
        let mut theta = [1.0_f32, 1.0, 1.0];
        let mut grad = [1.0, -1e-30, f32::NAN];
        for _ in 0..100_000 {
            optimizer.begin_step();
            optimizer.update(0, &mut theta, &grad).unwrap();
            grad = [0.0; 3];
        }
        assert!(theta[0].is_finite() && theta[1].is_finite() && theta[2].is_nan());
        for array in &optimizer.state().arrays.remove(&0).unwrap_or_default() {
            assert_eq!(array[..2], [0.0, 0.0], "{}", optimizer.name());
            assert!(array[2].is_nan());
        }
    }
}

/// Long arrays are split over threads; entries are independent, so no bit may differ.
#[test]
fn long_arrays_have_the_bits_of_short_ones() {
    let n = (1 << 18) + 77;
    let value = |i: usize| ((i * 7919) % 1013) as f32 / 1013.0 - 0.5;
    for (mut whole, mut pieces) in all::<f32>(0.1).into_iter().zip(all::<f32>(0.1)) {
        let mut a: Vec<f32> = (0..n).map(value).collect();
        let mut b = a.clone();
        let grad: Vec<f32> = (0..n).map(|i| value(i + 5)).collect();
        for _ in 0..3 {
            whole.begin_step();
            whole.update(0, &mut a, &grad).unwrap();
            pieces.begin_step();
            for (key, (b, grad)) in b.chunks_mut(1009).zip(grad.chunks(1009)).enumerate() {
                pieces.update(key, b, grad).unwrap();
            }
        }
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()), "{}", whole.name());
    }
}

#[test]
fn misuse_is_a_typed_error_and_changes_nothing() {
    for mut optimizer in all::<f64>(0.1) {
        let mut theta = [1.0, 2.0];
        let early = optimizer.update(4, &mut theta, &[1.0, 1.0]);
        assert!(matches!(early, Err(OptimError::StepNotBegun { key: 4, .. })));
        optimizer.begin_step();
        let short = optimizer.update(4, &mut theta, &[1.0]);
        assert!(matches!(short, Err(OptimError::GradientLength { key: 4, param: 2, grad: 1, .. })));
        assert_eq!(theta, [1.0, 2.0]);
        assert!(optimizer.state().arrays.is_empty());

        for lr in [f64::NAN, f64::INFINITY, -1.0] {
            let refused = optimizer.set_lr(lr);
            assert!(matches!(refused, Err(OptimError::InvalidHyperparameter { name: "lr", .. })));
        }
        assert_eq!(optimizer.lr(), 0.1);

        optimizer.update(4, &mut theta, &[1.0, 1.0]).unwrap();
        let keeps_arrays = optimizer.name() != "sgd";
        if keeps_arrays {
            let longer = optimizer.update(4, &mut [0.0; 3], &[1.0; 3]);
            assert!(matches!(longer, Err(OptimError::StateLength { param: 3, state: 2, .. })));
        }

        let good = optimizer.state();
        let mut other = good.clone();
        other.optimizer = "nadam".into();
        let refused = optimizer.load_state(other).unwrap_err();
        assert!(refused.to_string().contains("`nadam`"));
        let mut nested = good.clone();
        nested.inner = vec![good.clone()];
        let mut extra = good.clone();
        extra.arrays.insert(9, vec![vec![0.0]; 3]);
        let mut bad_lr = good.clone();
        bad_lr.lr = -2.0;
        for bad in [nested, extra, bad_lr] {
            assert!(optimizer.load_state(bad).is_err());
        }
        assert_eq!(optimizer.state(), good);
    }
    let mut adam = Adam::default().build::<f64>().unwrap();
    let mut ragged = adam.state();
    ragged.arrays.insert(0, vec![vec![0.0], vec![0.0, 0.0]]);
    assert!(matches!(adam.load_state(ragged), Err(OptimError::DamagedState { .. })));
}

#[test]
fn configs_are_validated_in_the_type_they_are_built_for() {
    let adam = Adam::default();
    for beta in [-0.1, 1.0, f64::NAN] {
        assert!(Momentum { beta, ..Momentum::default() }.build::<f64>().is_err());
        assert!(Adam { beta1: beta, ..adam }.build::<f64>().is_err());
        assert!(Adam { beta2: beta, ..adam }.build::<f64>().is_err());
    }
    for eps in [0.0, -1e-8, f64::INFINITY, f64::NAN] {
        assert!(Adam { eps, ..adam }.build::<f64>().is_err());
    }
    // What rounds to 1 or 0 in single precision is refused there only.
    assert!(Adam { beta2: 1.0 - 1e-12, ..adam }.build::<f64>().is_ok());
    assert!(Adam { beta2: 1.0 - 1e-12, ..adam }.build::<f32>().is_err());
    assert!(Adam { eps: 1e-60, ..adam }.build::<f64>().is_ok());
    assert!(Adam { eps: 1e-60, ..adam }.build::<f32>().is_err());
    assert!(Sgd { lr: 1e40 }.build::<f64>().is_ok());
    let error = Sgd { lr: 1e40 }.build::<f32>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "sgd: lr = 10000000000000000000000000000000000000000 is invalid: \
         a learning rate must be finite and not negative"
    );
}

proptest! {
    #[test]
    fn momentum_of_zero_is_gradient_descent(
        theta in prop::collection::vec(-10.0..10.0_f64, 1..20),
        lr in 0.0..1.0_f64,
    ) {
        for form in [MomentumForm::Notes, MomentumForm::Averaged, MomentumForm::PyTorch] {
            let mut sgd = Sgd { lr }.build::<f64>().unwrap();
            let mut momentum = Momentum { lr, beta: 0.0, form }.build::<f64>().unwrap();
            let (mut a, mut b) = (theta.clone(), theta.clone());
            for _ in 0..5 {
                step(&mut sgd, &mut a, |x| x.iter().map(|x| x.sin()).collect());
                step(&mut momentum, &mut b, |x| x.iter().map(|x| x.sin()).collect());
            }
            prop_assert_eq!(&a, &b);
        }
    }

    #[test]
    fn first_adam_step_is_the_sign(
        grad in prop::collection::vec(prop_oneof![-1e3..-1e-3_f64, 1e-3..1e3_f64], 1..20),
        beta1 in 0.0..0.999_f64,
        beta2 in 0.0..0.99999_f64,
    ) {
        for eps_position in [EpsPosition::OutsideRoot, EpsPosition::InsideRoot] {
            let config = Adam { lr: 0.1, beta1, beta2, eps: 1e-30, eps_position };
            let mut optimizer = config.build::<f64>().unwrap();
            let mut theta = vec![0.0; grad.len()];
            step(&mut optimizer, &mut theta, |_| grad.clone());
            for (t, g) in theta.iter().zip(&grad) {
                prop_assert!((t + 0.1 * g.signum()).abs() < 1e-12, "{} after gradient {}", t, g);
            }
        }
    }

    /// lr ≤ 1/L never raises a convex cost: f = Σ hᵢxᵢ²/2, L = max hᵢ.
    #[test]
    fn small_steps_never_raise_a_convex_cost(
        terms in prop::collection::vec((0.01..10.0_f64, -5.0..5.0_f64), 1..10),
        fraction in 0.01..1.0_f64,
    ) {
        let (h, mut theta): (Vec<f64>, Vec<f64>) = terms.into_iter().unzip();
        let largest = h.iter().copied().fold(0.0, f64::max);
        let mut optimizer = Sgd { lr: fraction / largest }.build::<f64>().unwrap();
        let cost = |x: &[f64]| x.iter().zip(&h).map(|(x, h)| h * x * x / 2.0).sum::<f64>();
        for _ in 0..20 {
            let before = cost(&theta);
            step(&mut optimizer, &mut theta, |x| x.iter().zip(&h).map(|(x, h)| h * x).collect());
            prop_assert!(cost(&theta) <= before * (1.0 + 1e-12));
        }
    }
}
