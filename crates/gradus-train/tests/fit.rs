//! What `fit` promises: best weights kept, divergence named, impossible requests refused.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_autograd::Tape;
use gradus_data::{Dataset, Targets, digits_dataset, purpose, stream};
use gradus_nn::{
    Activate, Activation, BatchNorm, Cost, Dropout, Init, Layer, LayerNorm, Linear, Mlp, NnError,
    Pass, Path, Residual, Sequential,
};
use gradus_optim::{Adam, Sgd};
use gradus_train::{
    EpochRecord, FitConfig, Flow, Observer, Quiet, Restore, StopReason, TrainError,
    apply_gradients, evaluate, fit,
};
use nalgebra::DMatrix;

fn digits(rows: std::ops::Range<usize>) -> Dataset<f32> {
    digits_dataset::<f32>().select(&rows.collect::<Vec<_>>()).unwrap()
}

fn network() -> Sequential<f32> {
    let mlp = Mlp { inputs: 64, hidden: vec![24], outputs: 10, activation: Activation::Relu };
    mlp.build(&mut stream(2, purpose::INIT)).unwrap()
}

fn values(model: &dyn Layer<f32>) -> Vec<f32> {
    let mut all = Vec::new();
    model.visit(&Path::root(), &mut |_, p| all.extend_from_slice(p.value().as_slice()));
    all
}

/// A straight line y = 3x − 1 with two useless features.
fn line(rows: usize) -> Dataset<f64> {
    let x = DMatrix::from_fn(rows, 3, |i, j| ((i * 7 + j * 5) % 11) as f64 / 11.0 - 0.5);
    let y = DMatrix::from_fn(rows, 1, |i, _| 3.0 * x[(i, 0)] - 1.0);
    Dataset::new(x, Targets::Values(y), vec!["a".into(), "b".into(), "c".into()]).unwrap()
}

const COST: Cost = Cost::SoftmaxCrossEntropy;

#[test]
fn the_weights_of_the_best_epoch_are_left_in_the_model() {
    let (train, dev) = (digits(0..200), digits(200..500));
    for restore in [Restore::Best, Restore::Last] {
        let mut model = network();
        let mut adam = Adam { lr: 0.02, ..Adam::default() }.build::<f32>().unwrap();
        let config = FitConfig {
            epochs: 60,
            batch_size: Some(16),
            patience: Some(6),
            restore,
            ..FitConfig::default()
        };
        let history =
            fit(&mut model, COST, &mut adam, &train, Some(&dev), &config, &mut Quiet).unwrap();
        let costs: Vec<f64> =
            history.epochs.iter().map(|epoch| epoch.dev.as_ref().unwrap().cost).collect();
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(history.stopped, StopReason::EarlyStopping);
        assert_eq!(costs[history.best_epoch - 1], least);
        assert_eq!(costs.len(), history.best_epoch + 6);
        let left = evaluate(&model, COST, &dev).unwrap().cost;
        let expected = if restore == Restore::Best { least } else { costs[costs.len() - 1] };
        assert_eq!(left, expected, "{restore:?}");
    }
}

#[test]
fn a_straight_line_is_learned() {
    let data = line(80);
    let mlp = Mlp { inputs: 3, hidden: vec![], outputs: 1, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(0, purpose::INIT)).unwrap();
    let mut sgd = Sgd { lr: 0.3 }.build::<f64>().unwrap();
    let config = FitConfig { epochs: 400, batch_size: Some(8), ..FitConfig::default() };
    let cost = Cost::MeanSquaredError;
    fit(&mut model, cost, &mut sgd, &data, None, &config, &mut Quiet).unwrap();
    let mut learned = Vec::new();
    model.visit(&Path::root(), &mut |_, p| learned.extend_from_slice(p.value().as_slice()));
    for (learned, true_value) in learned.iter().zip([3.0, 0.0, 0.0, -1.0]) {
        assert!((learned - true_value).abs() < 1e-6, "{learned} for {true_value}");
    }
}

#[test]
fn divergence_is_named_and_the_last_good_weights_are_kept() {
    let data = line(40);
    let mlp = Mlp { inputs: 3, hidden: vec![8], outputs: 1, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(0, purpose::INIT)).unwrap();
    let mut sgd = Sgd { lr: 1e6 }.build::<f64>().unwrap();
    let config = FitConfig { epochs: 50, batch_size: Some(8), ..FitConfig::default() };
    let cost = Cost::MeanSquaredError;
    let error = fit(&mut model, cost, &mut sgd, &data, None, &config, &mut Quiet).unwrap_err();
    let TrainError::NonFinite { lr, .. } = &error else { panic!("{error}") };
    assert_eq!(*lr, 1e6);
    assert!(error.to_string().contains("lower learning rate"), "{error}");
    model.visit(&Path::root(), &mut |path, p| {
        assert!(p.value().iter().all(|x| x.is_finite()), "{path}");
    });
}

#[test]
fn an_observer_sees_every_batch_and_can_stop() {
    #[derive(Default)]
    struct Count {
        batches: usize,
        announced: usize,
    }
    impl Observer for Count {
        fn epoch_start(&mut self, _epoch: usize, batches: usize) {
            self.announced += batches;
        }
        fn batch_end(&mut self, _batch: usize, cost: f64) {
            assert!(cost > 0.0);
            self.batches += 1;
        }
        fn epoch_end(&mut self, record: &EpochRecord) -> Flow {
            if record.epoch == 3 { Flow::Stop } else { Flow::Continue }
        }
    }
    let mut count = Count::default();
    let mut adam = Adam::default().build::<f32>().unwrap();
    let config = FitConfig { batch_size: Some(64), ..FitConfig::default() };
    let data = digits(0..200);
    let history = fit(&mut network(), COST, &mut adam, &data, None, &config, &mut count).unwrap();
    assert_eq!(history.stopped, StopReason::Observer);
    assert_eq!((count.batches, count.announced), (12, 12)); // 64 + 64 + 64 + 8 rows
}

#[test]
fn frozen_parameters_stay() {
    let mut model = network();
    let mut frozen = Vec::new();
    model.visit_mut(&Path::root(), &mut |path, p| {
        if path.to_string().starts_with('0') {
            p.freeze();
            frozen.push(p.value().clone());
        }
    });
    let before = values(&model);
    let mut adam = Adam::default().build::<f32>().unwrap();
    let config = FitConfig { epochs: 2, batch_size: Some(32), ..FitConfig::default() };
    let data = digits(0..100);
    fit(&mut model, COST, &mut adam, &data, None, &config, &mut Quiet).unwrap();
    let after = values(&model);
    let kept = 64 * 24 + 24;
    assert_eq!(before[..kept], after[..kept]);
    assert!(before[kept..] != after[kept..]);
}

#[test]
fn a_cost_with_impossible_numbers_is_refused() {
    let data = line(20);
    let mlp = Mlp { inputs: 3, hidden: vec![], outputs: 1, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(0, purpose::INIT)).unwrap();
    let mut sgd = Sgd::default().build::<f64>().unwrap();
    let cost = Cost::Huber { delta: -1.0 };
    let config = FitConfig::default();
    let error = fit(&mut model, cost, &mut sgd, &data, None, &config, &mut Quiet).unwrap_err();
    assert!(error.to_string().contains("delta"), "{error}");
}

#[test]
fn a_dev_cost_that_is_not_finite_ends_the_run_with_the_last_good_weights() {
    let train = line(20);
    let mut dev = line(10);
    dev.y = Targets::Values(DMatrix::from_element(10, 1, 1e200));
    let mlp = Mlp { inputs: 3, hidden: vec![], outputs: 1, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(0, purpose::INIT)).unwrap();
    let mut sgd = Sgd::default().build::<f64>().unwrap();
    let cost = Cost::MeanSquaredError;
    let config = FitConfig::default();
    let error =
        fit(&mut model, cost, &mut sgd, &train, Some(&dev), &config, &mut Quiet).unwrap_err();
    assert!(error.to_string().contains("on the dev set is inf"), "{error}");
}

#[test]
fn a_model_without_anything_to_learn_is_refused() {
    let mut model = network();
    model.visit_mut(&Path::root(), &mut |_, p| p.freeze());
    let mut adam = Adam::default().build::<f32>().unwrap();
    let data = digits(0..50);
    let config = FitConfig::default();
    let error = fit(&mut model, COST, &mut adam, &data, None, &config, &mut Quiet).unwrap_err();
    assert!(error.to_string().contains("no variable or parameter"), "{error}");
}

#[test]
fn a_layer_and_its_clone_learn_apart() {
    let layer = Linear::<f64>::new(1, 1, Init::Constant(2.0), &mut stream(0, purpose::INIT));
    let layer = layer.unwrap();
    let mut model = Sequential::new(vec![layer.boxed(), layer.boxed()]).unwrap();
    let mut tape = Tape::new();
    let y = model.forward(tape.constant(DMatrix::from_element(1, 1, 1.0)), &mut Pass::eval());
    let gradients = y.sum().backward(); // y = w₂·w₁·x: each weight has the gradient 2
    tape.reset();
    let mut sgd = Sgd { lr: 0.1 }.build::<f64>().unwrap();
    apply_gradients(&mut model, &gradients, &mut sgd).unwrap();
    model.visit(&Path::root(), &mut |path, p| {
        if path.to_string().ends_with("weight") {
            assert!((p.value()[(0, 0)] - 1.8).abs() < 1e-15, "{path}: {}", p.value());
        }
    });
}

#[test]
fn what_cannot_be_is_refused_before_anything_changes() {
    let data = digits(0..50);
    let mut infinite = data.clone();
    infinite.x[(3, 5)] = f32::INFINITY;
    let values = Dataset::new(
        data.x.clone(),
        Targets::Values(DMatrix::zeros(50, 10)),
        data.feature_names.clone(),
    )
    .unwrap();
    let narrow =
        Dataset::new(data.x.columns(0, 60).into_owned(), data.y.clone(), vec!["x".into(); 60])
            .unwrap();
    let empty = data.select(&[]).unwrap();
    let config = FitConfig::default();
    let cases: [(&str, &Dataset<f32>, FitConfig); 8] = [
        ("has no rows", &empty, config.clone()),
        ("64", &narrow, config.clone()),
        ("needs classes", &values, config.clone()),
        ("inf", &infinite, config.clone()),
        ("epochs is 0", &data, FitConfig { epochs: 0, ..config.clone() }),
        ("batch_size is 0", &data, FitConfig { batch_size: Some(0), ..config.clone() }),
        ("patience is 0", &data, FitConfig { patience: Some(0), ..config.clone() }),
        ("min_delta is NaN", &data, FitConfig { min_delta: f64::NAN, ..config.clone() }),
    ];
    for (expected, data, config) in cases {
        let mut model = network();
        let before = self::values(&model);
        let mut adam = Adam::default().build::<f32>().unwrap();
        let error = fit(&mut model, COST, &mut adam, data, None, &config, &mut Quiet).unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(before, self::values(&model), "{expected}");
    }
}

/// A network with running statistics, and a frozen first layer.
fn normalised() -> Sequential<f32> {
    let mut rng = stream(4, purpose::INIT);
    let mut model = Sequential::new(vec![
        Linear::without_bias(64, 24, Init::HeNormal, &mut rng).unwrap().boxed(),
        BatchNorm::new(24).unwrap().boxed(),
        Box::new(Activate(Activation::Relu)),
        Residual::new(vec![
            LayerNorm::new(24).unwrap().boxed(),
            Linear::new(24, 24, Init::GlorotUniform, &mut rng).unwrap().boxed(),
            Box::new(Dropout::new(0.2).unwrap()),
        ])
        .unwrap()
        .boxed(),
        Linear::new(24, 10, Init::GlorotUniform, &mut rng).unwrap().boxed(),
    ])
    .unwrap();
    model.freeze(0).unwrap();
    model
}

#[test]
fn running_statistics_are_learned_kept_and_restored() {
    let (train, dev) = (digits(0..400), digits(400..700));
    let config = FitConfig { epochs: 12, batch_size: Some(32), ..FitConfig::default() };
    let run = |config: &FitConfig, dev: Option<&Dataset<f32>>| {
        let mut model = normalised();
        let first = values(&model);
        let mut adam = Adam { lr: 0.02, ..Adam::default() }.build::<f32>().unwrap();
        let history = fit(&mut model, COST, &mut adam, &train, dev, config, &mut Quiet).unwrap();
        (model, first, history)
    };
    let (model, first, history) = run(&config, Some(&dev));
    let after = values(&model);
    assert_eq!(after[..64 * 24], first[..64 * 24], "the frozen weights are the first ones");
    // γ, β, the running means and variances follow: all have moved.
    for part in 0..4 {
        let place = 64 * 24 + part * 24..64 * 24 + (part + 1) * 24;
        assert_ne!(after[place.clone()], first[place]);
    }
    // The best epoch's statistics came back with its weights: the dev cost is that epoch's.
    let score = evaluate(&model, COST, &dev).unwrap();
    let best = history.epochs[history.best_epoch - 1].dev.as_ref().unwrap();
    assert_eq!(score.cost, best.cost);
    assert!(score.accuracy.unwrap() > 0.6, "{score:?}");
    // The same seed gives the same bits, and an interrupted run the bits of the best epoch.
    assert_eq!(values(&run(&config, Some(&dev)).0), after);
    let shorter = FitConfig { epochs: history.best_epoch, ..config };
    assert_eq!(values(&run(&shorter, None).0), after);
}

#[test]
fn a_batch_of_one_row_for_batch_norm_is_an_error() {
    let config = FitConfig { epochs: 1, batch_size: Some(32), ..FitConfig::default() };
    let mut model = normalised();
    let first = values(&model);
    let mut adam = Adam::default().build::<f32>().unwrap();
    let error = fit(&mut model, COST, &mut adam, &digits(0..33), None, &config, &mut Quiet);
    assert!(matches!(error, Err(TrainError::Nn(NnError::BatchRows { needs: 2, found: 1, .. }))));
    assert_eq!(values(&model), first);
}
