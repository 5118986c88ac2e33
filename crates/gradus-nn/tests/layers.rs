//! The normalising layers and the residual block beside PyTorch, and what layers promise.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_autograd::{Gradients, Parameter, Tape, Var};
use gradus_nn::{
    Activate, Activation, Affine, BatchNorm, BatchNormConfig, Dropout, Init, Layer, LayerNorm,
    LayerNormConfig, LayerSpec, Linear, NnError, Pass, Path, Residual, Sequential, parameter_names,
};
use gradus_testkit::assert_close;
use nalgebra::{DMatrix, dmatrix};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// The file is made by `data/layers.py`.
fn reference() -> Value {
    serde_json::from_str(include_str!("data/layers.json")).unwrap()
}

fn matrix(json: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect())
        .collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(6)
}

/// Fills parameters by name, as far as the file has them.
fn fill(layer: &mut dyn Layer<f64>, values: &Value) {
    layer.visit_mut(&Path::root(), &mut |path, parameter| {
        let name = path.to_string();
        if let Some(value) = values.get(name.trim_start_matches("residual.")) {
            parameter.value_mut().copy_from(&matrix(value));
        }
    });
}

/// Runs a layer on a case and compares output and gradients; returns the gradients.
fn compare(layer: &dyn Layer<f64>, case: &Value, pass: &mut Pass<'_>) -> Gradients<f64> {
    let tape = Tape::new();
    let x = tape.variable(matrix(&case["x"]));
    let y = layer.forward(x, pass);
    let expected = matrix(&case["y"]);
    assert_close(y.value().as_slice(), expected.as_slice(), 1e-12, 1e-13);
    let gradients = (y * tape.constant(matrix(&case["weights"]))).sum().backward();
    let close = |name: &str, found: Option<&DMatrix<f64>>| {
        let expected = matrix(&case["gradients"][name]);
        assert_close(found.unwrap().as_slice(), expected.as_slice(), 1e-11, 1e-12);
    };
    close("input", gradients.get(x));
    layer.visit(&Path::root(), &mut |path, parameter| {
        if parameter.trainable() {
            let name = path.to_string();
            close(name.trim_start_matches("residual."), gradients.of(parameter));
        }
    });
    gradients
}

fn affine(case: &Value) -> Affine {
    if case.get("weight").is_some() { Affine::Learned } else { Affine::None }
}

#[test]
fn batch_norm_is_pytorchs_and_so_are_its_running_statistics() {
    for case in reference()["batch_norm"].as_array().unwrap() {
        let config = BatchNormConfig {
            momentum: case["momentum"].as_f64().unwrap(),
            eps: case["eps"].as_f64().unwrap(),
            affine: affine(case),
        };
        let mut layer = BatchNorm::with(3, config).unwrap();
        fill(&mut layer, case);
        let mut rng = rng();
        for batch in case["batches"].as_array().unwrap() {
            let train = batch["train"].as_bool().unwrap();
            let mut pass = if train { Pass::train(&mut rng) } else { Pass::eval() };
            let gradients = compare(&layer, batch, &mut pass);
            for running in [&mut layer.running_mean, &mut layer.running_var] {
                match gradients.state(running) {
                    Some(next) => running.value_mut().copy_from(next),
                    None => assert!(!train),
                }
            }
            for (name, running) in
                [("running_mean", &layer.running_mean), ("running_var", &layer.running_var)]
            {
                let expected = matrix(&batch[name]);
                assert_close(running.value().as_slice(), expected.as_slice(), 1e-13, 1e-15);
            }
        }
    }
}

#[test]
fn layer_norm_is_pytorchs() {
    for case in reference()["layer_norm"].as_array().unwrap() {
        let config = LayerNormConfig { eps: case["eps"].as_f64().unwrap(), affine: affine(case) };
        let mut layer = LayerNorm::with(matrix(&case["x"]).ncols(), config).unwrap();
        fill(&mut layer, case);
        compare(&layer, case, &mut Pass::eval());
        compare(&layer, case, &mut Pass::train(&mut rng()));
    }
}

#[test]
fn a_residual_block_is_pytorchs() {
    let case = &reference()["residual"];
    let mut block = Residual::new(vec![
        Linear::new(3, 5, Init::Zeros, &mut rng()).unwrap().boxed(),
        Box::new(Activate(Activation::Tanh)),
        Linear::without_bias(5, 3, Init::Zeros, &mut rng()).unwrap().boxed(),
    ])
    .unwrap();
    fill(&mut block, &case["parameters"]);
    compare(&block, case, &mut Pass::eval());
    let names = ["residual.0.weight", "residual.0.bias", "residual.2.weight"];
    assert_eq!(parameter_names(&block), names);
}

/// One step's states, applied twice in one pass, go on from each other.
#[test]
fn a_batch_norm_that_is_applied_twice_sees_both_batches() {
    let layer = BatchNorm::<f64>::new(1).unwrap();
    let tape = Tape::new();
    let mut rng = rng();
    let [a, b] = [dmatrix![1.0; 3.0], dmatrix![10.0; 20.0]].map(|x| tape.variable(x));
    let y = layer.forward(a, &mut Pass::train(&mut rng));
    let z = layer.forward(b, &mut Pass::train(&mut rng));
    let gradients = (y.sum() + z.sum()).backward();
    let mean = gradients.state(&layer.running_mean).unwrap()[0];
    assert!((mean - (0.9 * (0.1 * 2.0) + 0.1 * 15.0)).abs() < 1e-15);
    // Variances 2 and 50.
    let variance = gradients.state(&layer.running_var).unwrap()[0];
    assert!((variance - (0.9 * (0.9 + 0.1 * 2.0) + 0.1 * 50.0)).abs() < 1e-14);
}

/// Every layer that a file can hold, some within others.
fn everything() -> Sequential<f64> {
    let mut rng = rng();
    let config = BatchNormConfig { momentum: 0.3, eps: 1e-3, affine: Affine::None };
    let branch = vec![
        LayerNorm::new(4).unwrap().boxed(),
        Linear::without_bias(4, 4, Init::HeNormal, &mut rng).unwrap().boxed(),
        Residual::new(vec![Box::new(Activate(Activation::Silu))]).unwrap().boxed(),
    ];
    let inner = vec![
        Linear::without_bias(4, 4, Init::HeNormal, &mut rng).unwrap().boxed(),
        Linear::without_bias(4, 4, Init::HeNormal, &mut rng).unwrap().boxed(),
    ];
    let mut inner = Sequential::new(inner).unwrap();
    inner.tie("1.weight", "0.weight").unwrap();
    let mut model = Sequential::new(vec![
        Linear::new(2, 4, Init::HeNormal, &mut rng).unwrap().boxed(),
        BatchNorm::new(4).unwrap().boxed(),
        Residual::new(branch).unwrap().boxed(),
        BatchNorm::with(4, config).unwrap().boxed(),
        inner.boxed(),
        Box::new(Dropout::keep(0.5).unwrap().plain()),
        Box::new(gradus_nn::Identity),
    ])
    .unwrap();
    model.tie("4.0.weight", "2.residual.1.weight").unwrap();
    model
}

#[test]
fn a_description_rebuilds_layers_within_layers() {
    let model = everything();
    let specs = model.specs().unwrap();
    let mut again = Sequential::<f64>::from_specs(&specs).unwrap();
    assert_eq!(again.specs().unwrap(), specs);
    assert_eq!(parameter_names(&again), parameter_names(&model));
    let mut values = Vec::new();
    model.visit(&Path::root(), &mut |_, p: &Parameter<f64>| values.push(p.value().clone()));
    let mut values = values.iter();
    again.visit_mut(&Path::root(), &mut |_, p| p.value_mut().copy_from(values.next().unwrap()));
    let x = DMatrix::from_fn(5, 2, |i, j| (i as f64 - 1.7) * (j as f64 + 0.3));
    assert_eq!(again.predict(&x).unwrap(), model.predict(&x).unwrap());
    // 2·4 + 4, γ and β, γ and β of the branch, one 4×4 weight in three places.
    assert_eq!(model.parameter_count(), 12 + 8 + 8 + 16);
    assert_eq!(again.summary(), model.summary());
    let table = model.summary().to_string();
    assert!(
        table.contains("2  Residual(LayerNorm, Linear, Residual(silu))        4          24"),
        "{table}"
    );
}

#[test]
fn descriptions_without_sense_are_errors() {
    let linear = LayerSpec::Linear { inputs: 2, outputs: 2 };
    let deep = vec![LayerSpec::Residual { layers: 0 }; 1];
    assert!(Sequential::<f64>::from_specs(&deep).is_ok());
    let nested: Vec<_> = (0..100).rev().map(|layers| LayerSpec::Residual { layers }).collect();
    for (specs, position) in [
        (vec![LayerSpec::Residual { layers: 1 }], 0),
        (vec![linear.clone(), LayerSpec::Chain { layers: usize::MAX }], 1),
        (
            vec![LayerSpec::Chain { layers: 2 }, LayerSpec::Residual { layers: 2 }, linear.clone()],
            1,
        ),
        (
            vec![
                linear.clone(),
                linear.clone(),
                LayerSpec::Tie { parameter: 2, source: 0 },
                linear.clone(),
            ],
            3,
        ),
        (nested, 33),
    ] {
        let error = Sequential::<f64>::from_specs(&specs).unwrap_err();
        assert!(
            matches!(error, NnError::Description { position: at, .. } if at == position),
            "{error}"
        );
    }
    for (parameter, source) in [(0, 0), (9, 0), (0, 1), (usize::MAX, 0)] {
        let specs = [linear.clone(), LayerSpec::Tie { parameter, source }];
        let error = Sequential::<f64>::from_specs(&specs).unwrap_err();
        assert!(matches!(error, NnError::Tie { .. }), "{error}");
    }
    for spec in [
        LayerSpec::BatchNorm { features: 0, momentum: 0.1, eps: 1e-5, affine: Affine::None },
        LayerSpec::BatchNorm { features: 2, momentum: f64::NAN, eps: 1e-5, affine: Affine::None },
        LayerSpec::BatchNorm { features: 2, momentum: 0.1, eps: 0.0, affine: Affine::None },
        LayerSpec::LayerNorm { features: 2, eps: f64::INFINITY, affine: Affine::None },
        LayerSpec::LayerNorm { features: 0, eps: 1e-5, affine: Affine::None },
        LayerSpec::LinearWithoutBias { inputs: 0, outputs: 1 },
    ] {
        assert!(Sequential::<f32>::from_specs(std::slice::from_ref(&spec)).is_err(), "{spec:?}");
    }
}

/// x ↦ (x, x²), without a word about widths.
#[derive(Clone, Debug)]
struct Squares;

impl Layer<f64> for Squares {
    fn forward<'t>(&self, x: Var<'t, f64>, _pass: &mut Pass<'_>) -> Var<'t, f64> {
        Var::concat_cols(&[x, x.square()])
    }

    fn boxed(&self) -> Box<dyn Layer<f64>> {
        Box::new(self.clone())
    }
}

#[test]
fn a_layer_of_ones_own_gives_errors_and_no_panics() {
    let linear = |inputs| Linear::new(inputs, 1, Init::HeNormal, &mut rng()).unwrap().boxed();
    let chain = Sequential::new(vec![Squares.boxed(), linear(4)]).unwrap();
    assert_eq!(chain.predict(&DMatrix::zeros(3, 2)).unwrap().shape(), (3, 1));
    let wrong = NnError::LayerWidth { position: 1, expected: 4, found: 6 };
    assert_eq!(chain.predict(&DMatrix::zeros(3, 3)), Err(wrong.clone()));
    let nested = Sequential::new(vec![chain.boxed()]).unwrap();
    assert_eq!(nested.predict(&DMatrix::zeros(3, 3)), Err(wrong));
    let block = Sequential::new(vec![Residual::new(vec![Squares.boxed()]).unwrap().boxed()]);
    let wrong = NnError::ResidualWidth { inputs: 2, outputs: 4 };
    assert_eq!(block.unwrap().predict(&DMatrix::zeros(3, 2)), Err(wrong.clone()));
    assert!(matches!(
        Residual::new(vec![linear(4)]).unwrap_err(),
        NnError::ResidualWidth { inputs: 4, outputs: 1 }
    ));
    // It cannot be written to a model file, wherever it stands.
    for (model, position) in [(&chain, 0), (&nested, 0)] {
        let error = model.specs().unwrap_err();
        assert_eq!(error, NnError::NotDescribable { position, name: "Squares".to_owned() });
    }
}

#[test]
fn a_frozen_layer_neither_drops_nor_remembers_nor_wants_a_gradient() {
    let mut model = Sequential::new(vec![
        Linear::<f64>::new(2, 3, Init::HeNormal, &mut rng()).unwrap().boxed(),
        BatchNorm::new(3).unwrap().boxed(),
        Box::new(Dropout::new(0.5).unwrap()),
        Linear::new(3, 1, Init::HeNormal, &mut rng()).unwrap().boxed(),
    ])
    .unwrap();
    let x = dmatrix![1.0, 2.0; -3.0, 0.5; 0.1, 0.2];
    let run = |model: &Sequential<f64>| {
        let tape = Tape::new();
        let y = model.forward(tape.constant(x.clone()), &mut Pass::train(&mut rng()));
        let gradients = y.sum().backward();
        let (mut moved, mut remembered) = (Vec::new(), 0);
        model.visit(&Path::root(), &mut |path, parameter| {
            if gradients.of(parameter).is_some() {
                moved.push(path.to_string());
            }
            remembered += usize::from(gradients.state(parameter).is_some());
        });
        (y.value(), moved, remembered)
    };
    let trained = run(&model);
    assert_eq!((trained.1.len(), trained.2), (6, 2));
    for position in 0..3 {
        model.freeze(position).unwrap();
    }
    let (y, moved, remembered) = run(&model);
    assert_eq!(y, model.predict(&x).unwrap());
    assert_eq!((moved, remembered), (vec!["3.weight".to_owned(), "3.bias".to_owned()], 0));
    // A clone is as frozen, and what is unfrozen is trained as before.
    assert_eq!(run(&model.clone()).0, y);
    for position in 0..3 {
        model.unfreeze(position).unwrap();
    }
    assert_eq!(run(&model), trained);
    let missing = NnError::NoLayer { position: 4, layers: 4 };
    assert_eq!(model.freeze(4), Err(missing.clone()));
    assert_eq!(model.unfreeze(4), Err(missing));
}

#[test]
fn a_batch_of_one_row_is_an_error_in_training_alone() {
    let model = Sequential::new(vec![BatchNorm::<f64>::new(2).unwrap().boxed()]).unwrap();
    let tape = Tape::new();
    let x = tape.constant(dmatrix![1.0, 2.0]);
    let error = model.try_forward(x, &mut Pass::train(&mut rng())).unwrap_err();
    assert_eq!(error, NnError::BatchRows { layer: "batch norm", needs: 2, found: 1 });
    assert!(model.try_forward(x, &mut Pass::eval()).is_ok());
}
