//! Weights of classes and rows: beside PyTorch, and what they promise.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Dataset, Targets, digits_dataset, purpose, stream};
use gradus_nn::{Activate, Activation, Cost, Init, Layer, Linear, Mlp, Path, Sequential};
use gradus_optim::Sgd;
use gradus_testkit::assert_close;
use gradus_train::{ClassWeights, FitConfig, History, Quiet, TrainError, Weights, evaluate, fit};
use nalgebra::{DMatrix, dmatrix};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn matrix(rows: &[Vec<f64>], columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), columns, |i, j| rows[i][j])
}

fn values(model: &dyn Layer<f64>) -> Vec<DMatrix<f64>> {
    let mut all = Vec::new();
    model.visit(&Path::root(), &mut |_, p| all.push(p.value().clone()));
    all
}

/// Rows on the whole set: one step an epoch.
fn config(epochs: usize, rows: usize, weights: Weights) -> FitConfig {
    FitConfig { epochs, batch_size: Some(rows), weights, ..FitConfig::default() }
}

/// The network of the reference values: 2-3-k with tanh.
fn network(data: &Value, outputs: usize) -> Sequential<f64> {
    let mut rng = stream(0, purpose::INIT);
    let mut layer = |inputs, outputs, weight: &[Vec<f64>]| {
        let mut layer = Linear::<f64>::new(inputs, outputs, Init::Zeros, &mut rng).unwrap();
        layer.weight.value_mut().copy_from(&matrix(weight, outputs));
        Box::new(layer)
    };
    let first = layer(2, 3, &rows(&data["first"]));
    let second = layer(3, outputs, &rows(&data["second"]));
    Sequential::new(vec![first, Box::new(Activate(Activation::Tanh)), second]).unwrap()
}

#[test]
fn descents_agree_with_pytorch() {
    let data: Value = serde_json::from_str(include_str!("data/weights.json")).unwrap();
    let x = matrix(&rows(&data["x"]), 2);
    let names = vec!["a".to_owned(), "b".to_owned()];
    let cases = data["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 7);
    for case in cases {
        let classes = case.get("classes").is_some();
        let targets = if classes {
            let codes = numbers(&data["y_classes"]).iter().map(|&c| c as u32).collect();
            Targets::Classes { codes, labels: ["a", "b", "c"].map(str::to_owned).to_vec() }
        } else {
            Targets::Values(DMatrix::from_column_slice(8, 1, &numbers(&data["y_values"])))
        };
        let cost = match (case["loss"].as_str().unwrap(), case["label_smoothing"].as_f64()) {
            ("cross_entropy", Some(0.0)) => Cost::SoftmaxCrossEntropy,
            ("cross_entropy", Some(label_smoothing)) => {
                Cost::SmoothedCrossEntropy { label_smoothing }
            }
            ("mse", _) => Cost::MeanSquaredError,
            ("mae", _) => Cost::MeanAbsoluteError,
            ("huber", _) => Cost::Huber { delta: 1.0 },
            (other, _) => panic!("no cost for {other}"),
        };
        let of_classes = case.get("classes").filter(|weights| !weights.is_null());
        let of_rows = Some(&case["rows"]).filter(|weights| !weights.is_null()).map(numbers);
        let weights = Weights {
            classes: of_classes.map_or(ClassWeights::Equal, |w| ClassWeights::Each(numbers(w))),
            train: of_rows.clone(),
            dev: of_rows,
        };
        let set = Dataset::new(x.clone(), targets, names.clone()).unwrap();
        let mut model = network(&data, if classes { 3 } else { 1 });
        let mut sgd = Sgd { lr: 0.5 }.build::<f64>().unwrap();
        let config = FitConfig { restore: gradus_train::Restore::Last, ..config(25, 8, weights) };
        let history =
            fit(&mut model, cost, &mut sgd, &set, Some(&set), &config, &mut Quiet).unwrap();
        let train: Vec<f64> = history.epochs.iter().map(|epoch| epoch.train.cost).collect();
        let expected = numbers(&case["costs"]);
        assert_close(&train, &expected, 1e-12, 1e-14);
        // The dev cost after a step is the training cost before the next.
        let dev: Vec<f64> =
            history.epochs.iter().map(|epoch| epoch.dev.as_ref().unwrap().cost).collect();
        assert_close(&dev[..24], &expected[1..], 1e-12, 1e-14);
        for (got, expected) in values(&model).iter().zip(case["parameters"].as_array().unwrap()) {
            let expected = match expected[0].is_array() {
                true => matrix(&rows(expected), got.ncols()),
                false => DMatrix::from_row_slice(1, got.ncols(), &numbers(expected)),
            };
            assert_close(got.as_slice(), expected.as_slice(), 1e-11, 1e-13);
        }
    }
}

/// The example of `sklearn.utils.class_weight.compute_class_weight("balanced", …)` in scikit-learn's
/// documentation.
#[test]
fn balanced_weights_are_those_of_scikit_learn() {
    let labels = ["zero", "one"].map(str::to_owned).to_vec();
    let y = Targets::Classes { codes: vec![1, 1, 1, 1, 0, 0], labels };
    let set = Dataset::new(DMatrix::<f64>::zeros(6, 1), y, vec!["x".to_owned()]).unwrap();
    let mut weights = Weights { classes: ClassWeights::Balanced, ..Weights::default() };
    assert_eq!(weights.of_classes(&set).unwrap(), Some(vec![1.5, 0.75]));
    // A row of weight 4 counts as four.
    weights.train = Some(vec![1.0, 0.0, 0.0, 1.0, 4.0, 0.0]);
    assert_eq!(weights.of_classes(&set).unwrap(), Some(vec![0.75, 1.5]));
}

fn train(set: &Dataset<f64>, weights: Weights) -> (Sequential<f64>, History) {
    let mlp = Mlp { inputs: 64, hidden: vec![8], outputs: 10, activation: Activation::Relu };
    let mut model = mlp.build::<f64>(&mut stream(5, purpose::INIT)).unwrap();
    let mut sgd = Sgd { lr: 0.1 }.build::<f64>().unwrap();
    let config = config(5, set.rows(), weights);
    let cost = Cost::SoftmaxCrossEntropy;
    let history = fit(&mut model, cost, &mut sgd, set, None, &config, &mut Quiet).unwrap();
    (model, history)
}

fn digits(rows: &[usize]) -> Dataset<f64> {
    digits_dataset::<f64>().select(rows).unwrap()
}

fn close(a: &Sequential<f64>, b: &Sequential<f64>) {
    for (a, b) in values(a).iter().zip(&values(b)) {
        assert_close(a.as_slice(), b.as_slice(), 1e-10, 1e-13);
    }
}

#[test]
fn weight_0_removes_a_row_and_weight_2_repeats_it() {
    let few: Vec<usize> = (0..60).collect();
    let most: Vec<usize> = (0..60).filter(|row| row % 3 != 0).collect();
    let weights = |w: &dyn Fn(usize) -> f64| Weights {
        train: Some((0..60).map(w).collect()),
        ..Weights::default()
    };
    let (removed, without) = (
        train(&digits(&few), weights(&|i| f64::from(i % 3 != 0))),
        train(&digits(&most), Weights::default()),
    );
    // The rows that are left stand in the same batches; the fused cost rounds in its own way.
    close(&removed.0, &without.0);
    assert_eq!(removed.1.epochs.len(), without.1.epochs.len());

    let mut repeated = few.clone();
    repeated.extend(few.iter().filter(|row| *row % 4 == 0));
    let (twice, again) = (
        train(&digits(&few), weights(&|i| if i % 4 == 0 { 2.0 } else { 1.0 })),
        train(&digits(&repeated), Weights::default()),
    );
    close(&twice.0, &again.0);
    assert_close(&[twice.1.epochs[4].train.cost], &[again.1.epochs[4].train.cost], 1e-11, 0.0);
}

#[test]
fn only_the_ratios_of_weights_matter() {
    let set = digits(&(0..80).collect::<Vec<_>>());
    let weights = |factor: f64| Weights {
        classes: ClassWeights::Each((0..10).map(|c| factor * f64::from(c + 1)).collect()),
        train: Some((0..80).map(|i| factor * f64::from(i % 5 + 1)).collect()),
        dev: None,
    };
    close(&train(&set, weights(1.0)).0, &train(&set, weights(1024.0)).0);
}

/// 95 rows of one class, 5 of another: without weights no row is told to be of the rare one.
#[test]
fn balanced_weights_find_a_rare_class() {
    let x = DMatrix::from_fn(100, 1, |i, _| {
        (i % 10) as f64 / 10.0 + if i % 20 == 0 { 0.35 } else { 0.0 }
    });
    let codes: Vec<u32> = (0..100).map(|i| u32::from(i % 20 == 0)).collect();
    let labels = ["common", "rare"].map(str::to_owned).to_vec();
    let y = Targets::Classes { codes: codes.clone(), labels };
    let set = Dataset::new(x, y, vec!["x".to_owned()]).unwrap();
    let found = |classes: ClassWeights| {
        let mlp = Mlp { inputs: 1, hidden: vec![], outputs: 2, activation: Activation::Relu };
        let mut model = mlp.build::<f64>(&mut stream(1, purpose::INIT)).unwrap();
        let mut sgd = Sgd { lr: 0.5 }.build::<f64>().unwrap();
        let config = config(200, 100, Weights { classes, ..Weights::default() });
        let cost = Cost::SoftmaxCrossEntropy;
        fit(&mut model, cost, &mut sgd, &set, None, &config, &mut Quiet).unwrap();
        let predicted = gradus_train::predicted_classes(&model.predict(&set.x).unwrap());
        predicted.iter().zip(&codes).filter(|pair| *pair == (&1, &1)).count()
    };
    assert_eq!(found(ClassWeights::Equal), 0);
    assert_eq!(found(ClassWeights::Balanced), 5);
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let set = digits(&(0..20).collect::<Vec<_>>());
    let refused = |weights: Weights, dev: Option<&Dataset<f64>>| {
        let mlp = Mlp { inputs: 64, hidden: vec![], outputs: 10, activation: Activation::Relu };
        let mut model = mlp.build::<f64>(&mut stream(5, purpose::INIT)).unwrap();
        let mut sgd = Sgd { lr: 0.1 }.build::<f64>().unwrap();
        let cost = Cost::SoftmaxCrossEntropy;
        let config = config(1, 20, weights);
        fit(&mut model, cost, &mut sgd, &set, dev, &config, &mut Quiet).unwrap_err()
    };
    let of_train = |train| Weights { train: Some(train), ..Weights::default() };
    let of_classes = |w| Weights { classes: ClassWeights::Each(w), ..Weights::default() };
    let error = refused(of_train(vec![1.0; 19]), None);
    assert!(matches!(error, TrainError::Weights { expected: 20, found: 19, .. }), "{error}");
    let mut odd = vec![1.0; 20];
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        odd[7] = bad;
        let error = refused(of_train(odd.clone()), None).to_string();
        assert!(error.starts_with("the weight of row 7 of the training set is"), "{error}");
    }
    let error = refused(of_train(vec![0.0; 20]), None).to_string();
    assert_eq!(
        error,
        "the weight of every row of the training set is 0: it must be above 0 for some"
    );
    let dev = Weights { dev: Some(vec![1.0; 20]), ..Weights::default() };
    assert!(matches!(refused(dev, None), TrainError::Weights { expected: 0, .. }));
    let error = refused(of_classes(vec![1.0; 9]), Some(&set));
    assert!(matches!(error, TrainError::Weights { expected: 10, found: 9, .. }), "{error}");
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut weights = vec![1.0; 10];
        weights[3] = bad;
        let error = refused(of_classes(weights), None).to_string();
        assert!(error.starts_with("the weight of class \"3\" is"), "{error}");
    }
    let y = Targets::Values(DMatrix::zeros(2, 1));
    let line = Dataset::new(dmatrix![0.0; 1.0], y, vec!["x".to_owned()]).unwrap();
    let balanced = Weights { classes: ClassWeights::Balanced, ..Weights::default() };
    assert!(matches!(balanced.of_classes(&line), Err(TrainError::ClassWeightsOfValues)));
}

/// Evaluation without weights counts every row once.
#[test]
fn evaluation_is_unweighted() {
    let set = digits(&(0..300).collect::<Vec<_>>());
    let (model, _) = train(&set, Weights::default());
    let score = evaluate(&model, Cost::SoftmaxCrossEntropy, &set).unwrap();
    let logits = model.predict(&set.x).unwrap();
    let Targets::Classes { codes, .. } = &set.y else { panic!("digits are classes") };
    let losses: f64 = (0..300)
        .map(|i| {
            let row: Vec<f64> = logits.row(i).iter().copied().collect();
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = row.iter().map(|z| (z - most).exp()).sum();
            most + sum.ln() - row[codes[i] as usize]
        })
        .sum();
    assert_close(&[score.cost], &[losses / 300.0], 1e-12, 0.0);
}
