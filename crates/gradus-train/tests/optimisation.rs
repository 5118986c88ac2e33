//! Rates, clipping, penalties, groups and look-ahead in the fit loop.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Dataset, Targets, digits_dataset, purpose, stream};
use gradus_nn::{
    Activation, BatchNorm, Cost, Init, Layer, LayerNorm, Linear, Mlp, Path, Prelu, Sequential,
};
use gradus_optim::schedules::{Exponential, ReduceOnPlateau, Schedule};
use gradus_optim::{
    Accumulate, AdamW, ClipNorm, Coupling, DecayOf, Group, Grouped, L1, L1Step, Nesterov,
    NesterovForm, Optimizer, Sgd, WeightDecay,
};
use gradus_train::{
    Clip, FitConfig, History, LearningRate, LrFinder, Penalty, Quiet, evaluate, find_lr, fit,
    group_keys,
};
use nalgebra::DMatrix;

fn digits(rows: std::ops::Range<usize>) -> Dataset<f32> {
    digits_dataset::<f32>().select(&rows.collect::<Vec<_>>()).unwrap()
}

fn network() -> Sequential<f32> {
    let mlp = Mlp { inputs: 64, hidden: vec![16], outputs: 10, activation: Activation::Relu };
    mlp.build(&mut stream(2, purpose::INIT)).unwrap()
}

/// One row: y = 2 for x = (1, 0), so the gradient is known by hand.
fn one_row() -> (Sequential<f64>, Dataset<f64>) {
    let mlp = Mlp { inputs: 2, hidden: vec![], outputs: 1, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(0, purpose::INIT)).unwrap();
    model.visit_mut(&Path::root(), &mut |_, p| p.value_mut().fill(1.0));
    let x = DMatrix::from_row_slice(1, 2, &[1.0, 0.0]);
    let y = Targets::Values(DMatrix::from_element(1, 1, 0.0));
    (model, Dataset::new(x, y, vec!["a".into(), "b".into()]).unwrap())
}

fn values<T: gradus_linalg::Scalar>(model: &dyn Layer<T>) -> Vec<f64> {
    let mut all = Vec::new();
    model.visit(&Path::root(), &mut |_, p| all.extend(p.value().iter().map(|x| x.to_f64())));
    all
}

/// One step of gradient descent with α = 0.25 on (w·x + b)², where w = (1, 1), b = 1: the gradient
/// is (4, 0) and 4.
fn one_step(config: FitConfig) -> Vec<f64> {
    let (mut model, data) = one_row();
    let mut sgd = Sgd { lr: 0.25 }.build::<f64>().unwrap();
    let config = FitConfig { epochs: 1, ..config };
    fit(&mut model, Cost::MeanSquaredError, &mut sgd, &data, None, &config, &mut Quiet).unwrap();
    values(&model)
}

#[test]
fn clipping_and_penalties_are_what_their_equations_say() {
    let near = |config: FitConfig, expected: [f64; 3]| {
        let got = one_step(config.clone());
        let agrees = got.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-14);
        assert!(agrees, "{config:?}: {got:?}, not {expected:?}");
    };
    let config = FitConfig::default();
    let clip = |clip| FitConfig { clip, ..FitConfig::default() };
    near(config, [0.0, 1.0, 0.0]);
    near(clip(Clip::Value(1.0)), [0.75, 1.0, 0.75]);
    near(clip(Clip::Norm(2.0)), [0.5, 1.0, 0.5]);
    let part = 0.25 / 2.0_f64.sqrt();
    near(clip(Clip::GlobalNorm(1.0)), [1.0 - part, 1.0, 1.0 - part]);
    near(clip(Clip::GlobalNorm(6.0)), [0.0, 1.0, 0.0]);

    // w(1 − αλ/m) − αg with m = 1; the bias is left out.
    let penalty = |penalty| FitConfig { penalty, ..FitConfig::default() };
    near(penalty(Penalty { l2: 0.4, ..Penalty::default() }), [-0.1, 0.9, 0.0]);
    near(penalty(Penalty { l1: 0.4, ..Penalty::default() }), [-0.1, 0.9, 0.0]);
    let l1_step = L1Step::Proximal;
    near(penalty(Penalty { l1: 0.4, l1_step, l2: 0.0 }), [0.0, 0.9, 0.0]);
    near(penalty(Penalty { l1: 8.0, l1_step, l2: 0.0 }), [0.0, 0.0, 0.0]);
    // Clipping is of the cost's gradient: the penalty comes after.
    let both = FitConfig {
        clip: Clip::Value(1.0),
        penalty: Penalty { l2: 0.4, ..Penalty::default() },
        ..FitConfig::default()
    };
    near(both, [0.65, 0.9, 0.75]);
}

#[test]
fn weight_decay_leaves_biases_alone() {
    let (mut model, data) = one_row();
    let config = AdamW { lr: 0.1, weight_decay: 0.5, ..AdamW::default() };
    let mut adamw = config.build::<f64>().unwrap();
    let one = FitConfig { epochs: 1, ..FitConfig::default() };
    let cost = Cost::MeanSquaredError;
    fit(&mut model, cost, &mut adamw, &data, None, &one, &mut Quiet).unwrap();
    for (got, expected) in values(&model).into_iter().zip([0.95 - 0.1, 0.95, 0.9]) {
        assert!((got - expected).abs() < 1e-6, "{got}, not {expected}");
    }
}

/// However AdamW is wrapped, and in whatever group, the marks of biases reach its decay.
#[test]
fn biases_are_spared_through_groups_and_transformations() {
    let adamw = || {
        let config = AdamW { lr: 0.1, weight_decay: 0.5, ..AdamW::default() };
        Box::new(config.build::<f64>().unwrap()) as Box<dyn Optimizer<f64>>
    };
    let (model, data) = one_row();
    let group = || Group { optimizer: adamw(), lr_factor: 1.0 };
    let apart = group_keys(&model, |name, _| Some(usize::from(name.ends_with("bias"))));
    let wrapped: [Box<dyn Optimizer<f64>>; 4] = [
        Box::new(Grouped::new(0.1, vec![group()], vec![Some(0); 2]).unwrap()),
        Box::new(Grouped::new(0.1, vec![group(), group()], apart).unwrap()),
        Box::new(ClipNorm { max_norm: 1e9 }.over(adamw()).unwrap()),
        Box::new(Accumulate::new(1, adamw()).unwrap()),
    ];
    for mut optimizer in wrapped {
        let mut model = model.clone();
        let one = FitConfig { epochs: 1, ..FitConfig::default() };
        let cost = Cost::MeanSquaredError;
        fit(&mut model, cost, &mut optimizer, &data, None, &one, &mut Quiet).unwrap();
        for (got, expected) in values(&model).into_iter().zip([0.95 - 0.1, 0.95, 0.9]) {
            assert!((got - expected).abs() < 1e-6, "{}: {got}, not {expected}", optimizer.name());
        }
    }
}

/// The names of the parameters that a step leaves elsewhere with an optimiser or rules than without.
fn touched(
    with: &mut dyn Optimizer<f64>,
    without: &mut dyn Optimizer<f64>,
    penalty: Penalty,
) -> Vec<String> {
    let mut rng = stream(3, purpose::INIT);
    let layers: Vec<Box<dyn Layer<f64>>> = vec![
        Box::new(Linear::new(2, 3, Init::GlorotNormal, &mut rng).unwrap()),
        Box::new(BatchNorm::new(3).unwrap()),
        Box::new(Prelu::per_feature(3).unwrap()),
        Box::new(LayerNorm::new(3).unwrap()),
        Box::new(Prelu::shared()),
        Box::new(Linear::new(3, 1, Init::GlorotNormal, &mut rng).unwrap()),
    ];
    let mut plain = Sequential::new(layers).unwrap();
    plain.visit_mut(&Path::root(), &mut |_, p| {
        if p.trainable() {
            p.value_mut().iter_mut().for_each(|x| *x += 0.25);
        }
    });
    let mut decayed = plain.clone();
    let x = DMatrix::from_row_slice(4, 2, &[1.0, 0.0, -0.5, 2.0, 0.3, -1.0, -2.0, 0.7]);
    let y = Targets::Values(DMatrix::from_row_slice(4, 1, &[1.0, -1.0, 0.5, 2.0]));
    let data = Dataset::new(x, y, vec!["a".into(), "b".into()]).unwrap();
    let cost = Cost::MeanSquaredError;
    let config = FitConfig { epochs: 1, ..FitConfig::default() };
    fit(&mut plain, cost, without, &data, None, &config, &mut Quiet).unwrap();
    let config = FitConfig { penalty, ..config };
    fit(&mut decayed, cost, with, &data, None, &config, &mut Quiet).unwrap();
    let mut values = Vec::new();
    plain.visit(&Path::root(), &mut |_, p| values.push(p.value().clone()));
    let mut names = Vec::new();
    let mut values = values.iter();
    decayed.visit(&Path::root(), &mut |path, p| {
        if values.next() != Some(p.value()) {
            names.push(path.to_string());
        }
    });
    names
}

/// Decay of a scale or a slope would make no model simpler; PyTorch's way is there by name.
#[test]
fn decay_is_of_weights_alone_unless_everything_is_asked_for() {
    let sgd = || Sgd { lr: 0.1 }.build::<f64>().unwrap();
    let decay = WeightDecay { rate: 0.5, ..WeightDecay::default() };
    let decoupled = WeightDecay { coupling: Coupling::Decoupled, ..decay };
    let everything = WeightDecay { decay_of: DecayOf::Everything, ..decay };
    let proximal = L1 { rate: 0.5, step: L1Step::Proximal, ..L1::default() };
    let none = Penalty::default();
    let weights = ["0.weight", "5.weight"];
    assert_eq!(touched(&mut decay.over(sgd()).unwrap(), &mut sgd(), none), weights);
    assert_eq!(touched(&mut decoupled.over(sgd()).unwrap(), &mut sgd(), none), weights);
    assert_eq!(touched(&mut proximal.over(sgd()).unwrap(), &mut sgd(), none), weights);
    for penalty in [Penalty { l2: 0.5, ..none }, Penalty { l1: 0.5, ..none }] {
        assert_eq!(touched(&mut sgd(), &mut sgd(), penalty), weights);
    }
    let adamw = |weight_decay| AdamW { weight_decay, ..AdamW::default() }.build::<f64>().unwrap();
    assert_eq!(touched(&mut adamw(0.1), &mut adamw(0.0), none), weights);
    let all = touched(&mut everything.over(sgd()).unwrap(), &mut sgd(), none);
    let scales_and_slopes = ["1.weight", "1.bias", "2.weight", "3.weight", "3.bias", "4.weight"];
    let expected = [&["0.weight", "0.bias"], &scales_and_slopes[..], &["5.weight", "5.bias"]];
    assert_eq!(all, expected.concat());
}

fn run(learning_rate: LearningRate, dev: Option<&Dataset<f32>>) -> History {
    let mut sgd = Sgd { lr: 0.05 }.build::<f32>().unwrap();
    let config =
        FitConfig { epochs: 6, batch_size: Some(50), learning_rate, ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    fit(&mut network(), cost, &mut sgd, &digits(0..200), dev, &config, &mut Quiet).unwrap()
}

#[test]
fn the_rate_follows_its_law_by_epoch_and_by_step() {
    let rates = |history: &History| history.epochs.iter().map(|e| e.lr).collect::<Vec<_>>();
    assert_eq!(rates(&run(LearningRate::Fixed, None)), [0.05; 6]);
    let law = Exponential { lr0: 0.1, gamma: 0.5 };
    let by_epoch = rates(&run(LearningRate::PerEpoch(Schedule::Exponential(law)), None));
    // Four steps an epoch; what is recorded is the last one's.
    let by_step = rates(&run(LearningRate::PerStep(Schedule::Exponential(law)), None));
    for epoch in 0..6 {
        assert_eq!(by_epoch[epoch], law.lr(epoch as u64));
        assert_eq!(by_step[epoch], law.lr(4 * epoch as u64 + 3));
    }
    // A dev cost that must improve by more than all of it never does.
    let law = ReduceOnPlateau {
        lr0: 0.1,
        factor: 0.5,
        patience: 1,
        threshold: gradus_optim::schedules::Threshold::Absolute(1e3),
        ..ReduceOnPlateau::default()
    };
    let dev = digits(200..300);
    let plateau = rates(&run(LearningRate::OnPlateau(law), Some(&dev)));
    assert_eq!(plateau, [0.1, 0.1, 0.1, 0.05, 0.05, 0.025]);
}

#[test]
fn impossible_settings_are_refused_by_name() {
    let config = FitConfig::default();
    let bad_law = Schedule::Exponential(Exponential { lr0: 0.1, gamma: 2.0 });
    let penalty = Penalty { l1: f64::NAN, ..Penalty::default() };
    let cases = [
        ("clip is 0", FitConfig { clip: Clip::GlobalNorm(0.0), ..config.clone() }),
        ("penalty.l1 is NaN", FitConfig { penalty, ..config.clone() }),
        ("gamma = 2", FitConfig { learning_rate: LearningRate::PerStep(bad_law), ..config }),
    ];
    for (expected, config) in cases {
        let (mut model, data) = one_row();
        let mut sgd = Sgd::default().build::<f64>().unwrap();
        let cost = Cost::MeanSquaredError;
        let error = fit(&mut model, cost, &mut sgd, &data, None, &config, &mut Quiet).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(values(&model), [1.0; 3]);
    }
}

/// The loop moves the parameters ahead and evaluates them where they are.
#[test]
fn the_look_ahead_form_trains_like_the_rewritten_one() {
    let (train, dev) = (digits(0..400), digits(400..600));
    let accuracy = [NesterovForm::Rewritten, NesterovForm::LookAhead].map(|form| {
        let mut model = network();
        let mut nesterov = Nesterov { form, ..Nesterov::default() }.build::<f32>().unwrap();
        let config = FitConfig { epochs: 10, batch_size: Some(20), ..FitConfig::default() };
        let cost = Cost::SoftmaxCrossEntropy;
        fit(&mut model, cost, &mut nesterov, &train, Some(&dev), &config, &mut Quiet).unwrap();
        evaluate(&model, cost, &dev).unwrap().accuracy.unwrap()
    });
    assert!(accuracy.iter().all(|a| *a > 0.7), "{accuracy:?}");
    assert!((accuracy[0] - accuracy[1]).abs() < 0.05, "{accuracy:?}");
}

#[test]
fn groups_have_their_own_rates_and_may_be_frozen() {
    let mut model = network();
    let group = |lr_factor| Group {
        optimizer: Box::new(Sgd::default().build().unwrap()) as Box<dyn Optimizer<f32>>,
        lr_factor,
    };
    let keys = group_keys(&model, |name, _| match name {
        "0.weight" => None,
        name if name.ends_with("bias") => Some(1),
        _ => Some(0),
    });
    let mut grouped = Grouped::new(0.05, vec![group(1.0), group(0.0)], keys).unwrap();
    let before = values(&model);
    let config = FitConfig { epochs: 1, batch_size: Some(50), ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    fit(&mut model, cost, &mut grouped, &digits(0..100), None, &config, &mut Quiet).unwrap();
    let after = values(&model);
    // 0.weight frozen, 0.bias at rate 0, then 2.weight, then 2.bias at rate 0.
    let (first, second) = (64 * 16 + 16, 64 * 16 + 16 + 16 * 10);
    assert_eq!(before[..first], after[..first]);
    assert_ne!(before[first..second], after[first..second]);
    assert_eq!(before[second..], after[second..]);
}

#[test]
fn the_finder_restores_everything_and_finds_where_the_cost_falls() {
    let (mut model, data) = (network(), digits(0..300));
    let mut sgd = Sgd { lr: 0.3 }.build::<f32>().unwrap();
    let (weights, state) = (values(&model), sgd.state());
    let cost = Cost::SoftmaxCrossEntropy;
    let config = LrFinder { last: 1e4, ..LrFinder::default() };
    let sweep = find_lr(&mut model, cost, &mut sgd, &data, &config).unwrap();
    assert_eq!((values(&model), sgd.state()), (weights, state));
    let suggestion = sweep.suggestion.unwrap();
    assert!((1e-4..10.0).contains(&suggestion), "{suggestion}");
    // It stopped early: rates of thousands diverge.
    assert!(sweep.points.len() < 100, "{:?}", sweep.points.last());
    let growth = (1e4_f64 / 1e-7).powf(1.0 / 99.0);
    for pair in sweep.points.windows(2) {
        assert!((pair[1].lr / pair[0].lr / growth - 1.0).abs() < 1e-9);
    }
    let refused = LrFinder { last: 1e-9, ..LrFinder::default() };
    let error = find_lr(&mut model, cost, &mut sgd, &data, &refused).unwrap_err();
    assert!(error.to_string().contains("last is"), "{error}");
}
