//! The table of all optimisers and transformations, and the problems they are tried on.

use gradus_optim::{
    Accumulate, Adagrad, Adam, AdamW, AmsGrad, BiasCorrection, Centring, ClipNorm, ClipValue,
    Coupling, ElasticNet, EpsPosition, Group, Grouped, L1, L1Step, Momentum, MomentumForm, NAdam,
    Nesterov, NesterovForm, Optimizer, RmsProp, Sgd, WeightDecay,
};
use serde_json::Value;

pub(crate) type Boxed<T> = Box<dyn Optimizer<T>>;

/// Builds every optimiser at rate `lr`; a new optimiser is one more row.
pub(crate) fn all<T: gradus_linalg::Scalar>(lr: f64) -> Vec<Boxed<T>> {
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

/// Every transformation around an optimiser that `build` makes; a new transformation is one more
/// row.
pub(crate) fn transformed<T: gradus_linalg::Scalar>(build: &dyn Fn() -> Boxed<T>) -> Vec<Boxed<T>> {
    let decay = |coupling| WeightDecay { rate: 0.01, coupling, ..WeightDecay::default() };
    let l1 = |step| L1 { rate: 1e-3, step, ..L1::default() };
    let net = |step| ElasticNet { l1: 1e-3, l2: 0.01, step, ..ElasticNet::default() };
    let group = |lr_factor| Group { optimizer: build(), lr_factor };
    let (sub_gradient, proximal) = (L1Step::SubGradient, L1Step::Proximal);
    vec![
        Box::new(ClipValue { limit: 0.5 }.over(build()).unwrap()),
        Box::new(ClipNorm { max_norm: 0.5 }.over(build()).unwrap()),
        Box::new(decay(Coupling::Coupled).over(build()).unwrap()),
        Box::new(decay(Coupling::Decoupled).over(build()).unwrap()),
        Box::new(l1(sub_gradient).over(build()).unwrap()),
        Box::new(l1(proximal).over(build()).unwrap()),
        Box::new(net(sub_gradient).over(build()).unwrap()),
        Box::new(net(proximal).over(build()).unwrap()),
        Box::new(Accumulate::new(3, build()).unwrap()),
        Box::new(
            Grouped::new(0.1, vec![group(1.0), group(0.3)], vec![Some(0), Some(1), None, Some(1)])
                .unwrap(),
        ),
        Box::new(
            ClipNorm { max_norm: 0.5 }
                .over(
                    Accumulate::new(2, decay(Coupling::Decoupled).over(build()).unwrap()).unwrap(),
                )
                .unwrap(),
        ),
    ]
}

pub(crate) fn step(
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
pub(crate) fn quadratic(theta: &[f64]) -> Vec<f64> {
    vec![3.0 * theta[0] + 0.5 * theta[1] - 1.0, 0.5 * theta[0] + theta[1] + 2.0]
}

pub(crate) fn rosenbrock(theta: &[f64]) -> Vec<f64> {
    let (x, y) = (theta[0], theta[1]);
    let valley = y - x * x;
    vec![-2.0 * (1.0 - x) - 400.0 * x * valley, 200.0 * valley]
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}
