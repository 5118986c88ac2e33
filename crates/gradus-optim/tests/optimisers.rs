//! One table drives every optimiser through the same problems and checks.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::{
    Accumulate, Adagrad, Adam, AdamW, AmsGrad, BiasCorrection, Centring, ClipNorm, ClipValue,
    Coupling, EpsPosition, EvaluationPoint, Group, Grouped, L1, L1Step, Momentum, MomentumForm,
    NAdam, Nesterov, NesterovForm, OptimError, Optimizer, RmsProp, Sgd, WeightDecay,
};
use proptest::prelude::*;
use serde_json::Value;

type Boxed<T> = Box<dyn Optimizer<T>>;

/// Builds every optimiser at rate `lr`; a new optimiser is one more row.
fn all<T: gradus_linalg::Scalar>(lr: f64) -> Vec<Boxed<T>> {
    let momentum = |form| Momentum { lr, beta: 0.9, form }.build::<T>().unwrap();
    let nesterov = |form| Nesterov { lr, momentum: 0.9, form }.build::<T>().unwrap();
    let adam = |eps_position| Adam { lr, eps_position, ..Adam::default() }.build::<T>().unwrap();
    let rms = |centring, momentum| {
        RmsProp { lr, centring, momentum, ..RmsProp::default() }.build::<T>().unwrap()
    };
    vec![
        Box::new(Sgd { lr }.build::<T>().unwrap()),
        Box::new(momentum(MomentumForm::Notes)),
        Box::new(momentum(MomentumForm::Averaged)),
        Box::new(momentum(MomentumForm::PyTorch)),
        Box::new(momentum(MomentumForm::Dampened { dampening: 0.3 })),
        Box::new(nesterov(NesterovForm::Rewritten)),
        Box::new(nesterov(NesterovForm::LookAhead)),
        Box::new(adam(EpsPosition::OutsideRoot)),
        Box::new(adam(EpsPosition::InsideRoot)),
        Box::new(
            Adam { lr, bias_correction: BiasCorrection::Off, ..Adam::default() }.build().unwrap(),
        ),
        Box::new(AmsGrad { lr, ..AmsGrad::default() }.build::<T>().unwrap()),
        Box::new(NAdam { lr, ..NAdam::default() }.build::<T>().unwrap()),
        Box::new(AdamW { lr, weight_decay: 0.0, ..AdamW::default() }.build::<T>().unwrap()),
        Box::new(Adagrad { lr: 10.0 * lr, ..Adagrad::default() }.build::<T>().unwrap()),
        rms(Centring::Zero, 0.0),
        rms(Centring::Zero, 0.5),
        rms(Centring::Mean, 0.0),
        rms(Centring::Mean, 0.5),
    ]
}

/// Every transformation around an optimiser that has state.
fn all_transformed<T: gradus_linalg::Scalar>(lr: f64) -> Vec<Boxed<T>> {
    let adam = || Adam { lr, ..Adam::default() }.build::<T>().unwrap();
    let look_ahead = Nesterov { lr, momentum: 0.9, form: NesterovForm::LookAhead };
    let decay = |coupling| WeightDecay { rate: 0.01, coupling, ..WeightDecay::default() };
    let l1 = |step| L1 { rate: 1e-3, step, ..L1::default() };
    let group = |optimizer, lr_factor| Group { optimizer, lr_factor };
    let groups =
        vec![group(Box::new(adam()), 1.0), group(Box::new(look_ahead.build().unwrap()), 0.3)];
    vec![
        Box::new(ClipValue { limit: 0.5 }.over(adam()).unwrap()),
        Box::new(ClipNorm { max_norm: 0.5 }.over(adam()).unwrap()),
        Box::new(decay(Coupling::Coupled).over(adam()).unwrap()),
        Box::new(decay(Coupling::Decoupled).over(adam()).unwrap()),
        Box::new(l1(L1Step::SubGradient).over(adam()).unwrap()),
        Box::new(l1(L1Step::Proximal).over(look_ahead.build::<T>().unwrap()).unwrap()),
        Box::new(Accumulate::new(3, adam()).unwrap()),
        Box::new(Accumulate::new(2, look_ahead.build::<T>().unwrap()).unwrap()),
        Box::new(Grouped::new(lr, groups, vec![Some(0), Some(1), None, Some(1)]).unwrap()),
        Box::new(
            ClipNorm { max_norm: 0.5 }
                .over(Accumulate::new(2, decay(Coupling::Decoupled).over(adam()).unwrap()).unwrap())
                .unwrap(),
        ),
    ]
}

fn step(
    optimizer: &mut dyn Optimizer<f64>,
    theta: &mut [f64],
    gradient: impl Fn(&[f64]) -> Vec<f64>,
) {
    optimizer.look_ahead(0, theta).unwrap();
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
            bias_correction: BiasCorrection::On,
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
            follow(&mut *optimizer, gradient, &trajectory);
        }
    }
}

/// Every step of a run within 1e-11.
fn follow(
    optimizer: &mut dyn Optimizer<f64>,
    gradient: fn(&[f64]) -> Vec<f64>,
    trajectory: &[Vec<f64>],
) {
    let mut theta = trajectory[0].clone();
    for (k, expected) in trajectory.iter().enumerate().skip(1) {
        step(optimizer, &mut theta, gradient);
        for (a, b) in theta.iter().zip(expected) {
            let near = (a - b).abs() <= 1e-12 + 1e-11 * b.abs();
            assert!(near, "{}, step {k}: {a} is not {b}", optimizer.name());
        }
    }
}

#[test]
fn trajectories_of_pytorch() {
    let data: Value = serde_json::from_str(include_str!("data/torch_trajectories.json")).unwrap();
    let cases = data["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 16);
    for case in cases {
        let param = |name: &str, default: f64| case["params"][name].as_f64().unwrap_or(default);
        let beta = |i: usize, default: f64| case["params"]["betas"][i].as_f64().unwrap_or(default);
        let lr = param("lr", f64::NAN);
        let (beta1, beta2) = (beta(0, 0.9), beta(1, 0.999));
        let rms = |centring| RmsProp {
            lr,
            beta: param("alpha", 0.99),
            eps_position: EpsPosition::OutsideRoot,
            centring,
            momentum: param("momentum", 0.0),
            ..RmsProp::default()
        };
        let mut optimizer: Boxed<f64> = match case["optimizer"].as_str().unwrap() {
            "nadam" => {
                let momentum_decay = param("momentum_decay", 0.004);
                let config = NAdam { lr, beta1, beta2, momentum_decay, ..NAdam::default() };
                Box::new(config.build().unwrap())
            }
            "amsgrad" => {
                Box::new(AmsGrad { lr, beta1, beta2, ..AmsGrad::default() }.build().unwrap())
            }
            "rmsprop_momentum" => rms(Centring::Zero).build().unwrap(),
            "rmsprop_centred" => rms(Centring::Mean).build().unwrap(),
            "adagrad" => Box::new(Adagrad { lr, ..Adagrad::default() }.build().unwrap()),
            other => panic!("no optimiser for {other}"),
        };
        let quadratic_2d = case["problem"] == "quadratic_2d";
        let gradient = if quadratic_2d { quadratic } else { rosenbrock };
        let trajectory: Vec<_> =
            case["trajectory"].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!(trajectory.len(), 61);
        follow(&mut *optimizer, gradient, &trajectory);
    }
}

#[test]
fn every_optimiser_descends_a_parabola() {
    for mut optimizer in all::<f64>(0.1) {
        let mut theta = [3.0];
        // RMSprop's steps have no end: their size is the rate's, which has to fall.
        for k in 0..3000 {
            if k >= 1000 {
                optimizer.set_lr(0.99 * optimizer.lr()).unwrap();
            }
            step(&mut *optimizer, &mut theta, |x| vec![2.0 * x[0]]);
        }
        assert!(theta[0].abs() < 1e-6, "{} ended at {}", optimizer.name(), theta[0]);
    }
}

/// From (−1.2, 1), where the cost is 24.2, into the valley and along it.
#[test]
fn every_optimiser_descends_rosenbrock() {
    for mut optimizer in all::<f64>(1e-3) {
        let mut theta = [-1.2, 1.0];
        // Velocities of 10 gradients need a tenth of the rate; averages of gradients need more.
        let lr = match optimizer.name() {
            name if name.starts_with("momentum") || name.starts_with("nesterov") => 1e-4,
            "sgd" => 1e-3,
            "adagrad" => 0.5,
            _ => 1e-2,
        };
        optimizer.set_lr(lr).unwrap();
        for _ in 0..20_000 {
            step(&mut *optimizer, &mut theta, rosenbrock);
        }
        let (x, y) = (theta[0], theta[1]);
        let cost = (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x);
        assert!(cost < 0.1, "{} ended at {theta:?} with {cost}", optimizer.name());
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
                for (key, theta) in theta.iter_mut().enumerate() {
                    optimizer.look_ahead(key, theta).unwrap();
                }
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
    fn everything<T: gradus_linalg::Scalar>() -> impl Iterator<Item = Boxed<T>> {
        all(0.1).into_iter().chain(all_transformed(0.1))
    }
    everything::<f64>().zip(everything()).for_each(|(a, b)| check(a, b));
    everything::<f32>().zip(everything()).for_each(|(a, b)| check(a, b));
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
        // Near the minimum RMSprop swings for ever, in a chaotic way: each type in its own.
        let steps = if single.name().starts_with("rmsprop") { 1000 } else { 10_000 };
        for k in 0..steps {
            single.look_ahead(0, &mut x).unwrap();
            double.look_ahead(0, &mut y).unwrap();
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
            optimizer.look_ahead(0, &mut theta).unwrap();
            optimizer.begin_step();
            optimizer.update(0, &mut theta, &grad).unwrap();
            grad = [0.0; 3];
        }
        assert!(theta[0].is_finite() && theta[1].is_finite() && theta[2].is_nan());
        for array in &optimizer.state().arrays.remove(&0).unwrap_or_default() {
            // Sums and maxima stay, averages do not.
            let stays = ["adagrad", "amsgrad"].contains(&optimizer.name());
            for x in &array[..2] {
                assert!(*x == 0.0 || stays && x.is_normal(), "{} keeps {x}", optimizer.name());
            }
            assert!(array[2].is_nan());
        }
    }
}

/// Long arrays are split over threads; entries are independent, so no bit may differ.
#[test]
fn long_arrays_have_the_bits_of_short_ones() {
    let n = (1 << 18) + 77;
    let value = |i: usize| ((i * 7919) % 1013) as f32 / 1013.0 - 0.5;
    let clipped = || {
        let adam = AdamW { lr: 0.1, ..AdamW::default() }.build::<f32>().unwrap();
        ClipValue { limit: 0.25 }.over(adam).unwrap()
    };
    let with_changes = |mut list: Vec<Boxed<f32>>| {
        list.push(Box::new(clipped()));
        list
    };
    let (wholes, pieces) = (with_changes(all(0.1)), with_changes(all(0.1)));
    for (mut whole, mut pieces) in wholes.into_iter().zip(pieces) {
        let mut a: Vec<f32> = (0..n).map(value).collect();
        let mut b = a.clone();
        let grad: Vec<f32> = (0..n).map(|i| value(i + 5)).collect();
        for _ in 0..3 {
            whole.look_ahead(0, &mut a).unwrap();
            whole.begin_step();
            whole.update(0, &mut a, &grad).unwrap();
            pieces.begin_step();
            for (key, (b, grad)) in b.chunks_mut(1009).zip(grad.chunks(1009)).enumerate() {
                pieces.look_ahead(key, b).unwrap();
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
        if optimizer.evaluation_point() == EvaluationPoint::Ahead {
            let missing = optimizer.update(4, &mut theta, &[1.0, 1.0]);
            assert!(matches!(missing, Err(OptimError::NotLookedAhead { key: 4, .. })));
        }
        optimizer.look_ahead(4, &mut theta).unwrap();
        let lr = optimizer.lr();

        for lr in [f64::NAN, f64::INFINITY, -1.0] {
            let refused = optimizer.set_lr(lr);
            assert!(matches!(refused, Err(OptimError::InvalidHyperparameter { name: "lr", .. })));
        }
        assert_eq!(optimizer.lr(), lr);

        optimizer.update(4, &mut theta, &[1.0, 1.0]).unwrap();
        let keeps_arrays = optimizer.name() != "sgd";
        if keeps_arrays {
            let longer = optimizer.update(4, &mut [0.0; 3], &[1.0; 3]);
            assert!(matches!(longer, Err(OptimError::StateLength { param: 3, state: 2, .. })));
        }

        let good = optimizer.state();
        let mut other = good.clone();
        other.optimizer = "another".into();
        let refused = optimizer.load_state(other).unwrap_err();
        assert!(refused.to_string().contains("`another`"));
        let mut nested = good.clone();
        nested.inner = vec![good.clone()];
        let mut extra = good.clone();
        extra.arrays.insert(9, vec![vec![0.0]; 7]);
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
            let config =
                Adam { lr: 0.1, beta1, beta2, eps: 1e-30, eps_position, ..Adam::default() };
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

/// The look-ahead form moves only between `look_ahead` and `update`, and back bit for bit.
#[test]
fn a_step_that_is_given_up_leaves_the_parameters() {
    let config = Nesterov { lr: 0.1, momentum: 0.9, form: NesterovForm::LookAhead };
    let mut optimizer = config.build::<f32>().unwrap();
    let mut theta = [0.3_f32, -7.7];
    for k in 0..5 {
        let before = theta;
        optimizer.look_ahead(0, &mut theta).unwrap();
        assert_eq!(theta != before, k > 0);
        optimizer.look_ahead(0, &mut theta).unwrap();
        optimizer.look_back(0, &mut theta).unwrap();
        assert_eq!(theta, before);
        optimizer.look_ahead(0, &mut theta).unwrap();
        optimizer.begin_step();
        optimizer.update(0, &mut theta, &[1.0, -0.1]).unwrap();
    }
}

/// At a constant rate the rewritten form's parameters are where the look-ahead form looks.
#[test]
fn the_forms_of_nesterov_agree() {
    let build = |form| Nesterov { lr: 0.05, momentum: 0.9, form }.build::<f64>().unwrap();
    let (mut rewritten, mut ahead) =
        (build(NesterovForm::Rewritten), build(NesterovForm::LookAhead));
    let (mut a, mut b) = ([2.0, 3.0], [2.0, 3.0]);
    for _ in 0..30 {
        ahead.look_ahead(0, &mut b).unwrap();
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} {b:?}");
        let grad = quadratic(&b);
        ahead.begin_step();
        ahead.update(0, &mut b, &grad).unwrap();
        step(&mut rewritten, &mut a, quadratic);
    }
}
