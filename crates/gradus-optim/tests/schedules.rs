//! The laws against PyTorch's rates, their ends, and bad settings.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::schedules::{
    Cosine, CosineRestarts, Exponential, InverseLinear, InverseSqrt, InverseSqrtEpoch, InverseTime,
    LinearWarmup, MultiStep, OneCycle, Phases, Plateau, ReduceOnPlateau, Schedule, Sequence, Stage,
    Step, Threshold,
};
use serde_json::Value;

#[test]
fn restarts_of_pytorch() {
    let data: Value = serde_json::from_str(include_str!("data/torch_trajectories.json")).unwrap();
    let cases = data["cosine_restarts"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let number = |name: &str| case[name].as_f64().unwrap();
        let law = CosineRestarts {
            lr0: number("lr0"),
            lr_min: number("lr_min"),
            period: case["period"].as_u64().unwrap(),
            factor: case["factor"].as_u64().unwrap(),
        };
        for (t, expected) in case["lr"].as_array().unwrap().iter().enumerate() {
            let (lr, expected) = (law.lr(t as u64), expected.as_f64().unwrap());
            assert!((lr - expected).abs() <= 1e-12 * expected, "{t}: {lr} is not {expected}");
        }
    }
}

/// One of each law, with good settings.
fn all() -> Vec<Schedule> {
    vec![
        Schedule::Constant(0.1),
        Schedule::InverseTime(InverseTime { lr0: 0.1, beta: 0.5 }),
        Schedule::Exponential(Exponential { lr0: 0.1, gamma: 0.95 }),
        Schedule::InverseSqrtEpoch(InverseSqrtEpoch { lr0: 0.1, k: 1.0 }),
        Schedule::InverseLinear(InverseLinear { a: 1.0, b: 10.0 }),
        Schedule::InverseSqrt(InverseSqrt { a: 0.1 }),
        Schedule::Step(Step { lr0: 0.1, every: 3, gamma: 0.5 }),
        Schedule::MultiStep(MultiStep { lr0: 0.1, milestones: vec![4, 2], gamma: 0.1 }),
        Schedule::Cosine(Cosine { lr0: 0.1, t_max: 7, lr_min: 0.01 }),
        Schedule::CosineRestarts(CosineRestarts { lr0: 0.1, lr_min: 0.0, period: 3, factor: 2 }),
        Schedule::LinearWarmup(LinearWarmup { lr0: 0.1, warmup: 4, start_factor: 0.1 }),
        Schedule::OneCycle(OneCycle::default()),
        Schedule::warmup_cosine(0.1, 5, 30, 0.0),
    ]
}

/// Whatever the step, a rate that an optimiser takes; and the law survives being written down.
#[test]
fn every_law_gives_a_rate_at_every_step() {
    for law in all() {
        law.check().unwrap();
        for t in (0..200).chain([1 << 20, u64::MAX - 1, u64::MAX]) {
            let lr = law.lr(t);
            assert!((0.0..=0.1 + 1e-13).contains(&lr), "{law:?} at {t}: {lr}");
        }
        let text = serde_json::to_string(&law).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), law);
    }
}

/// However short a run is, it trains: no run goes by at the last rate alone.
#[test]
fn one_cycle_has_its_top_in_a_run_of_any_length() {
    for phases in [Phases::Two, Phases::Three] {
        for (total, rise) in (1..40).flat_map(|n| [(n, 0.3), (n, 0.5), (n, 0.01)]) {
            let law = OneCycle { max_lr: 0.1, total, rise, phases, ..OneCycle::default() };
            law.check().unwrap();
            let rates: Vec<f64> = (0..total).map(|t| law.lr(t)).collect();
            let most = rates.iter().copied().fold(0.0, f64::max);
            // The top lies at p·n − 1, which may be between two steps.
            let between = (rise * total as f64).fract() > 1e-9 && rise * total as f64 > 1.0;
            let least = match phases {
                _ if !between => 0.1 - 1e-12,
                Phases::Two => 0.05,
                Phases::Three => 0.004,
            };
            assert!((least..=0.1 + 1e-12).contains(&most), "{law:?}: {rates:?}");
            if total > 1 {
                assert!((rates[rates.len() - 1] - 4e-7).abs() < 1e-12, "{law:?}: {rates:?}");
            }
        }
    }
}

#[test]
fn bad_settings_are_refused_by_name() {
    let refused = [
        (Schedule::Constant(f64::NAN), "lr"),
        (Schedule::InverseTime(InverseTime { lr0: 0.1, beta: -1.0 }), "beta"),
        (Schedule::Exponential(Exponential { lr0: 0.1, gamma: 1.5 }), "gamma"),
        (Schedule::InverseLinear(InverseLinear { a: 1.0, b: 0.0 }), "b"),
        (Schedule::InverseSqrt(InverseSqrt { a: f64::INFINITY }), "a"),
        (Schedule::InverseSqrtEpoch(InverseSqrtEpoch { lr0: 0.1, k: 0.0 }), "k"),
        (Schedule::Step(Step { lr0: 0.1, every: 0, gamma: 0.5 }), "every"),
        (Schedule::MultiStep(MultiStep { lr0: -0.1, milestones: vec![], gamma: 0.5 }), "lr0"),
        (Schedule::Cosine(Cosine { lr0: 0.1, t_max: 0, lr_min: 0.0 }), "t_max"),
        (
            Schedule::CosineRestarts(CosineRestarts {
                lr0: 0.1,
                lr_min: -1.0,
                period: 1,
                factor: 1,
            }),
            "lr_min",
        ),
        (
            Schedule::LinearWarmup(LinearWarmup { lr0: 0.1, warmup: 3, start_factor: 0.0 }),
            "start_factor",
        ),
        (Schedule::OneCycle(OneCycle { rise: 1.0, ..OneCycle::default() }), "rise"),
        (Schedule::OneCycle(OneCycle { div_factor: 0.5, ..OneCycle::default() }), "div_factor"),
    ];
    for (law, name) in refused {
        let error = law.check().unwrap_err().to_string();
        assert!(error.contains(&format!(": {name} = ")), "{error}");
        let inside = Schedule::Sequence(Sequence {
            stages: vec![Stage { length: 3, law }],
            last: Box::new(Schedule::Constant(0.1)),
        });
        assert_eq!(inside.check().unwrap_err().to_string(), error);
    }
    assert!(ReduceOnPlateau { factor: 1.0, ..ReduceOnPlateau::default() }.start().is_err());
    let threshold = Threshold::Absolute(f64::NAN);
    assert!(ReduceOnPlateau { threshold, ..ReduceOnPlateau::default() }.start().is_err());
}

/// Saved in the middle, it goes on as if nothing had been.
#[test]
fn a_plateau_resumes() {
    let law = ReduceOnPlateau { patience: 2, cooldown: 1, ..ReduceOnPlateau::default() };
    let metrics: Vec<f64> = (0..40).map(|i| 1.0 / f64::from(i / 9 + 1)).collect();
    let mut straight = law.start().unwrap();
    let expected: Vec<f64> = metrics.iter().map(|m| straight.observe(*m)).collect();
    assert!(expected.last() < expected.first());
    for cut in 0..metrics.len() {
        let mut plateau = law.start().unwrap();
        for metric in &metrics[..cut] {
            plateau.observe(*metric);
        }
        let text = serde_json::to_string(&plateau).unwrap();
        let mut resumed: Plateau = serde_json::from_str(&text).unwrap();
        let rest: Vec<f64> = metrics[cut..].iter().map(|m| resumed.observe(*m)).collect();
        assert_eq!(rest, expected[cut..]);
    }
    // NaN is never better, and does not become the best.
    let mut plateau = law.start().unwrap();
    for _ in 0..3 {
        plateau.observe(f64::NAN);
    }
    assert!(plateau.lr() < law.lr0);
}
