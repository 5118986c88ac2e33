//! What cannot be trained on is refused by type, before anything changes, and never by a panic.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Dataset, Targets, purpose, stream};
use gradus_nn::{Activation, BatchNorm, Cost, Init, Layer, Linear, Mlp, NnError, Path, Sequential};
use gradus_optim::Sgd;
use gradus_optim::schedules::{Cosine, OneCycle, ReduceOnPlateau, Schedule};
use gradus_train::{
    ClassWeights, Clip, FitConfig, LearningRate, LrFinder, Penalty, Quiet, TrainError, Weights,
    evaluate, find_lr, fit, predicted_classes,
};
use nalgebra::DMatrix;

fn model(inputs: usize, outputs: usize) -> Sequential<f64> {
    let mlp = Mlp { inputs, hidden: vec![3], outputs, activation: Activation::Tanh };
    mlp.build(&mut stream(0, purpose::INIT)).unwrap()
}

fn values(rows: usize, features: usize, outputs: usize) -> Dataset<f64> {
    let x = DMatrix::from_fn(rows, features, |i, j| (i + 2 * j) as f64 * 0.1);
    let y = Targets::Values(DMatrix::from_fn(rows, outputs, |i, _| i as f64));
    let feature_names = (0..features).map(|j| format!("x{j}")).collect();
    Dataset { x, y, feature_names }
}

fn classes(codes: Vec<u32>, labels: usize) -> Dataset<f64> {
    let y = Targets::Classes { codes, labels: (0..labels).map(|k| k.to_string()).collect() };
    let rows = y.rows();
    Dataset { y, ..values(rows, 2, 1) }
}

fn weights_of(model: &dyn Layer<f64>) -> Vec<f64> {
    let mut all = Vec::new();
    model.visit(&Path::root(), &mut |_, p| all.extend(p.value().iter().copied()));
    all
}

fn train(
    model: &mut dyn Layer<f64>,
    cost: Cost,
    data: &Dataset<f64>,
    config: &FitConfig,
) -> Result<(), TrainError> {
    let mut sgd = Sgd { lr: 0.01 }.build::<f64>().unwrap();
    fit(model, cost, &mut sgd, data, Some(data), config, &mut Quiet).map(|_| ())
}

#[test]
fn data_that_cannot_be_is_refused_before_anything_changes() {
    let (mse, entropy) = (Cost::MeanSquaredError, Cost::SoftmaxCrossEntropy);
    let mut nan = values(3, 2, 2);
    nan.x[(1, 1)] = f64::NAN;
    let mut infinite = values(3, 2, 2);
    let Targets::Values(y) = &mut infinite.y else { unreachable!("values") };
    y[(0, 0)] = f64::INFINITY;
    let mut ragged = values(3, 2, 2);
    ragged.x = DMatrix::zeros(4, 2);
    let mut unnamed = values(3, 2, 2);
    unnamed.feature_names.clear();
    let bad = [
        (mse, values(0, 2, 2)),
        (mse, values(3, 0, 2)),
        (mse, values(3, 3, 2)),
        (mse, values(3, 2, 0)),
        (mse, values(3, 2, 1)),
        (mse, nan),
        (mse, infinite),
        (mse, ragged),
        (mse, unnamed),
        (mse, classes(vec![0, 1], 2)),
        (entropy, values(3, 2, 2)),
        (entropy, classes(vec![], 2)),
        (entropy, classes(vec![], 0)),
        (entropy, classes(vec![0, 0], 0)),
        (entropy, classes(vec![0, 2], 2)),
        (entropy, classes(vec![0, u32::MAX], 2)),
        (entropy, classes(vec![0, 1], 3)),
        (Cost::Huber { delta: f64::NAN }, values(3, 2, 2)),
        (Cost::SmoothedCrossEntropy { label_smoothing: 7.0 }, classes(vec![0, 1], 2)),
    ];
    for (cost, data) in bad {
        let mut model = model(2, 2);
        let before = weights_of(&model);
        let error = train(&mut model, cost, &data, &FitConfig::default()).unwrap_err();
        assert!(!error.to_string().is_empty());
        assert!(evaluate(&model, cost, &data).is_err(), "{cost}: {error}");
        let mut sgd = Sgd::default().build::<f64>().unwrap();
        assert!(find_lr(&mut model, cost, &mut sgd, &data, &LrFinder::default()).is_err());
        assert_eq!(weights_of(&model), before, "{error}");
    }
}

#[test]
fn one_row_and_one_class_train() {
    let config = FitConfig { epochs: 3, ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    train(&mut model(2, 2), Cost::MeanSquaredError, &values(1, 2, 2), &config).unwrap();
    train(&mut model(2, 1), cost, &classes(vec![0, 0, 0], 1), &config).unwrap();
    train(&mut model(2, 2), cost, &classes(vec![1], 2), &config).unwrap();
    assert!(predicted_classes(&DMatrix::<f64>::zeros(2, 0)).iter().all(|&class| class == 0));
}

#[test]
fn settings_that_cannot_be_are_refused_before_anything_changes() {
    let base = FitConfig { epochs: 2, ..FitConfig::default() };
    let clip = |clip| FitConfig { clip, ..base.clone() };
    let rate = |learning_rate| FitConfig { learning_rate, ..base.clone() };
    let weigh = |weights| FitConfig { weights, ..base.clone() };
    let rows = |train: Vec<f64>| weigh(Weights { train: Some(train), ..Weights::default() });
    let of = |classes| weigh(Weights { classes, ..Weights::default() });
    let nan = f64::NAN;
    let cosine = |t_max, lr0| Schedule::Cosine(Cosine { lr0, t_max, lr_min: 0.0 });
    let bad = [
        FitConfig { epochs: 0, ..base.clone() },
        FitConfig { batch_size: Some(0), ..base.clone() },
        FitConfig { patience: Some(0), ..base.clone() },
        FitConfig { min_delta: nan, ..base.clone() },
        FitConfig { min_delta: -1.0, ..base.clone() },
        clip(Clip::Value(nan)),
        clip(Clip::Norm(0.0)),
        clip(Clip::GlobalNorm(f64::INFINITY)),
        FitConfig { penalty: Penalty { l1: nan, ..Penalty::default() }, ..base.clone() },
        FitConfig { penalty: Penalty { l2: -1.0, ..Penalty::default() }, ..base.clone() },
        rate(LearningRate::PerEpoch(cosine(0, 0.1))),
        rate(LearningRate::PerStep(cosine(5, nan))),
        rate(LearningRate::PerStep(Schedule::OneCycle(OneCycle {
            total: 0,
            ..Default::default()
        }))),
        rate(LearningRate::OnPlateau(ReduceOnPlateau { factor: 2.0, ..Default::default() })),
        rows(vec![]),
        rows(vec![1.0; 3]),
        rows(vec![0.0; 2]),
        rows(vec![nan, 1.0]),
        rows(vec![-1.0, 1.0]),
        of(ClassWeights::Each(vec![])),
        of(ClassWeights::Each(vec![0.0, 1.0])),
        of(ClassWeights::Each(vec![nan, 1.0])),
    ];
    let data = classes(vec![0, 1], 2);
    for config in bad {
        let mut model = model(2, 2);
        let before = weights_of(&model);
        let result = train(&mut model, Cost::SoftmaxCrossEntropy, &data, &config);
        assert!(result.is_err(), "{config:?}");
        assert_eq!(weights_of(&model), before, "{config:?}");
    }
    let large = FitConfig { batch_size: Some(usize::MAX), patience: Some(usize::MAX), ..base };
    train(&mut model(2, 2), Cost::SoftmaxCrossEntropy, &data, &large).unwrap();
    let usual = LrFinder::default;
    for finder in [
        LrFinder { first: 0.0, ..usual() },
        LrFinder { first: nan, ..usual() },
        LrFinder { last: f64::INFINITY, ..usual() },
        LrFinder { last: 1e-9, ..usual() },
        LrFinder { steps: 1, ..usual() },
        LrFinder { smoothing: 1.0, ..usual() },
        LrFinder { divergence: nan, ..usual() },
        LrFinder { batch_size: Some(0), ..usual() },
    ] {
        let mut sgd = Sgd::default().build::<f64>().unwrap();
        let cost = Cost::SoftmaxCrossEntropy;
        assert!(find_lr(&mut model(2, 2), cost, &mut sgd, &data, &finder).is_err(), "{finder:?}");
    }
    // No end of steps, but one of the cost.
    let endless = LrFinder { steps: usize::MAX, first: 1e3, last: 1e300, ..usual() };
    let mut sgd = Sgd::default().build::<f64>().unwrap();
    let mut growing = model(2, 2);
    growing.visit_mut(&Path::root(), &mut |_, p| p.value_mut().fill(3.0));
    let cost = Cost::MeanSquaredError;
    find_lr(&mut growing, cost, &mut sgd, &values(2, 2, 2), &endless).unwrap();
}

/// Weights that are not finite end a run with the name of the cost, and stay as they were.
#[test]
fn weights_that_are_not_finite_end_the_run() {
    for bad in [f64::NAN, f64::INFINITY] {
        let mut model = model(2, 2);
        model.visit_mut(&Path::root(), &mut |_, p| p.value_mut()[0] = bad);
        let error = train(
            &mut model,
            Cost::MeanSquaredError,
            &values(3, 2, 2),
            &FitConfig { epochs: 2, ..FitConfig::default() },
        );
        assert!(matches!(error, Err(TrainError::NonFinite { .. })), "{error:?}");
    }
}

/// The last batch of one row is refused with a word on what to choose, and the weights are those of
/// before.
#[test]
fn batch_normalisation_of_one_row_is_a_typed_error() {
    let mut rng = stream(0, purpose::INIT);
    let layers: Vec<Box<dyn Layer<f64>>> = vec![
        Box::new(Linear::new(2, 3, Init::HeNormal, &mut rng).unwrap()),
        Box::new(BatchNorm::new(3).unwrap()),
        Box::new(Linear::new(3, 1, Init::HeNormal, &mut rng).unwrap()),
    ];
    let mut model = Sequential::new(layers).unwrap();
    let before = weights_of(&model);
    let config = FitConfig { epochs: 1, batch_size: Some(2), ..FitConfig::default() };
    let error = train(&mut model, Cost::MeanSquaredError, &values(5, 2, 1), &config).unwrap_err();
    let expected = NnError::BatchRows { layer: "batch norm", needs: 2, found: 1 };
    assert!(matches!(&error, TrainError::Nn(found) if *found == expected), "{error}");
    assert_eq!(weights_of(&model), before);
}
