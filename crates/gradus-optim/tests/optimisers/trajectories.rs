//! Step by step beside other implementations.

use gradus_optim::{
    Adagrad, Adam, AmsGrad, BiasCorrection, Centring, EpsPosition, Momentum, MomentumForm, NAdam,
    Optimizer, RmsProp, Sgd,
};
use serde_json::Value;

use crate::table::{Boxed, numbers, quadratic, rosenbrock, step};

#[test]
fn reference_trajectories() {
    let data: Value = serde_json::from_str(include_str!("../data/trajectories.json")).unwrap();
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
    let data: Value =
        serde_json::from_str(include_str!("../data/torch_trajectories.json")).unwrap();
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
