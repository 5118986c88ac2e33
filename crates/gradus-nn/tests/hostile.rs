//! What cannot be is refused by type, and never by a panic.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::sync::Arc;

use gradus_nn::backpropagation::{ExplicitLayer, ExplicitNetwork, cost_gradient, log_likelihood};
use gradus_nn::threshold::{
    Dfa, MOST_INPUTS, Network, Perceptron, PerceptronRule, Pocket, RecurrentNetwork, TruthTable,
    WiredUnit, linearly_separable, mistake_bound, separates, widest_margin,
};
use gradus_nn::{
    Activate, Activation, Affine, BatchNorm, BatchNormConfig, Cost, Dropout, DropoutScaling, Fan,
    FanMode, Init, LayerNorm, LayerNormConfig, LayerSpec, Linear, Mlp, NnError, Noise, Path, Prelu,
    Residual, Sequential, Target, predict, try_predict,
};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const SIZES: [usize; 4] = [0, 1, usize::MAX / 2, usize::MAX];
const NUMBERS: [f64; 8] =
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 5e-324, 1e300, 2.0];

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(0)
}

/// Layers of impossible extents, of which only 1×1 can be.
#[test]
fn impossible_extents_are_refused() {
    for inputs in SIZES {
        for outputs in SIZES {
            let possible = (inputs, outputs) == (1, 1);
            let layer = Linear::<f64>::new(inputs, outputs, Init::Zeros, &mut rng());
            // 1×(huge) would be a matrix of many exabytes.
            let refused = |error: &NnError| {
                matches!(error, NnError::EmptyLayer { .. } | NnError::LayerTooLarge { .. })
            };
            assert_eq!(layer.as_ref().map_err(refused).is_ok(), possible);
            for spec in [
                LayerSpec::Linear { inputs, outputs },
                LayerSpec::LinearWithoutBias { inputs, outputs },
            ] {
                assert_eq!(spec.build::<f32>().is_ok(), possible, "{spec:?}");
                let _ = spec.parameter_count();
            }
            let mlp =
                Mlp { inputs, hidden: vec![1, outputs], outputs: 1, activation: Activation::Relu };
            assert_eq!(mlp.build::<f64>(&mut rng()).is_ok(), possible);
            let fan = Fan { fan_in: inputs, fan_out: outputs };
            assert_eq!(Init::HeNormal.sample::<f64>(fan, &mut rng()).is_ok(), possible);
            assert_eq!(
                Init::Orthogonal { gain: 1.0 }.sample::<f64>(fan, &mut rng()).is_ok(),
                possible
            );
        }
        assert_eq!(BatchNorm::<f64>::new(inputs).is_ok(), inputs == 1);
        assert_eq!(LayerNorm::<f64>::new(inputs).is_ok(), inputs == 1);
        assert_eq!(Prelu::<f64>::per_feature(inputs).is_ok(), inputs == 1);
        let affine = Affine::Learned;
        for spec in [
            LayerSpec::Prelu { slopes: inputs },
            LayerSpec::BatchNorm { features: inputs, momentum: 0.1, eps: 1e-5, affine },
            LayerSpec::LayerNorm { features: inputs, eps: 1e-5, affine },
        ] {
            assert_eq!(spec.build::<f64>().is_ok(), inputs == 1, "{spec:?}");
            let _ = (spec.parameter_count(), spec.state_count());
        }
        for spec in [LayerSpec::Residual { layers: inputs }, LayerSpec::Chain { layers: inputs }] {
            assert!(spec.build::<f64>().is_err());
            let _ = Sequential::<f64>::from_specs(&[spec]);
        }
        let tie = LayerSpec::Tie { parameter: inputs, source: usize::MAX };
        assert!(Sequential::<f64>::from_specs(&[LayerSpec::Prelu { slopes: 1 }, tie]).is_err());
    }
    // No layer at all is the identity.
    let none = Sequential::<f64>::from_specs(&[]).unwrap();
    assert_eq!(none.predict(&dmatrix![1.0, 2.0]).unwrap(), dmatrix![1.0, 2.0]);
    let _ = Residual::<f64>::new(vec![]);
}

#[test]
fn impossible_numbers_are_refused() {
    for x in NUMBERS {
        let dropout = Dropout::new(x);
        assert_eq!(dropout.is_ok(), (0.0..1.0).contains(&x), "{x}");
        assert_eq!(Dropout::keep(x).is_ok(), x > 0.0 && x <= 1.0);
        let norm = |eps| BatchNorm::<f32>::with(2, BatchNormConfig { eps, ..Default::default() });
        assert_eq!(norm(x).is_ok(), x as f32 > 0.0 && (x as f32).is_finite(), "{x}");
        let momentum =
            BatchNorm::<f32>::with(2, BatchNormConfig { momentum: x, ..Default::default() });
        assert_eq!(momentum.is_ok(), (0.0..=1.0).contains(&x));
        let layer = LayerNorm::<f64>::with(2, LayerNormConfig { eps: x, ..Default::default() });
        assert_eq!(layer.is_ok(), x > 0.0 && x.is_finite());
        let scaling = DropoutScaling::Plain;
        assert_eq!(LayerSpec::Dropout { rate: x, scaling }.build::<f64>().is_ok(), dropout.is_ok());
        let fan = Fan { fan_in: 2, fan_out: 3 };
        for init in [
            Init::Constant(x),
            Init::Normal { std: x },
            Init::Uniform { limit: x },
            Init::Orthogonal { gain: x },
            Init::Scaled { scale: x, fan: FanMode::Average, noise: Noise::Uniform },
            Init::glorot(x, Noise::Normal),
            Init::he(FanMode::Out, Noise::Uniform),
            Init::lecun(x, Noise::Normal),
        ] {
            if let Ok(w) = init.sample::<f32>(fan, &mut rng()) {
                assert!(w.iter().all(|w| w.is_finite()), "{init:?}: {w}");
            }
        }
        for activation in [Activation::LeakyRelu { slope: x }, Activation::Elu { alpha: x }] {
            let mlp = Mlp { inputs: 2, hidden: vec![2], outputs: 1, activation };
            assert_eq!(mlp.build::<f64>(&mut rng()).is_ok(), activation.check().is_ok());
            assert_eq!(
                LayerSpec::Activation(activation).build::<f64>().is_ok(),
                activation.check().is_ok()
            );
        }
        let _ = Cost::Huber { delta: x }.check();
        let _ = Cost::SmoothedCrossEntropy { label_smoothing: x }.check();
    }
}

/// No rows, one row, wrong widths, NaN in weights and in data.
#[test]
fn a_model_takes_any_batch_or_says_why_not() {
    let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 2, activation: Activation::Tanh };
    let mut model = mlp.build::<f64>(&mut rng()).unwrap();
    assert_eq!(model.predict(&DMatrix::zeros(0, 2)).unwrap().shape(), (0, 2));
    assert_eq!(model.predict(&DMatrix::zeros(1, 2)).unwrap().shape(), (1, 2));
    for width in [0, 1, 3] {
        let error = model.predict(&DMatrix::zeros(1, width)).unwrap_err();
        assert_eq!(error, NnError::InputWidth { expected: 2, found: width });
        assert!(try_predict(&model, &DMatrix::zeros(1, width)).is_err());
    }
    let nan = model.predict(&dmatrix![f64::NAN, 1.0]).unwrap();
    assert!(nan.iter().all(|y| y.is_nan()));
    gradus_nn::Layer::visit_mut(&mut model, &Path::root(), &mut |_, p| {
        p.value_mut().fill(f64::NAN);
    });
    assert!(model.predict(&dmatrix![1.0, 1.0]).unwrap().iter().all(|y| y.is_nan()));
    assert!(model.freeze(9).is_err() && model.unfreeze(usize::MAX).is_err());
    assert!(model.tie("0.weight", "0.weight").is_err() && model.tie("", "x").is_err());
    assert!(predict(&Activate(Activation::Relu), &DMatrix::<f64>::zeros(0, 0)).is_empty());
    let _ = model.summary().to_string();
}

#[test]
fn the_explicit_equations_refuse_what_does_not_fit() {
    let layer = |weight: DMatrix<f64>, bias: DMatrix<f64>| ExplicitLayer {
        weight,
        bias,
        activation: Activation::Sigmoid,
        mask: None,
    };
    assert!(ExplicitNetwork::new(vec![]).is_err());
    assert!(ExplicitNetwork::new(vec![layer(DMatrix::zeros(2, 3), DMatrix::zeros(1, 2))]).is_err());
    assert!(ExplicitNetwork::new(vec![layer(DMatrix::zeros(2, 3), DMatrix::zeros(3, 1))]).is_err());
    let two = vec![
        layer(DMatrix::zeros(2, 3), DMatrix::zeros(1, 3)),
        layer(DMatrix::zeros(2, 1), DMatrix::zeros(1, 1)),
    ];
    assert!(ExplicitNetwork::new(two).is_err());
    let network =
        ExplicitNetwork::new(vec![layer(DMatrix::zeros(2, 3), DMatrix::zeros(1, 3))]).unwrap();
    assert!(network.forward(&DMatrix::zeros(1, 3)).is_err());
    let _ = network.forward(&DMatrix::zeros(0, 2));
    let classes = |classes: &[u32]| Target::<f64>::Classes(Arc::new(classes.to_vec()));
    let values = |rows, cols| Target::Values(Arc::new(DMatrix::<f64>::zeros(rows, cols)));
    for cost in Cost::ALL {
        for target in [
            classes(&[]),
            classes(&[9]),
            classes(&[0, 1]),
            values(0, 0),
            values(1, 2),
            values(2, 3),
        ] {
            for rows in [0, 1, 2] {
                let output = DMatrix::from_element(rows, 3, 0.5);
                let _ = cost_gradient(cost, &output, &target);
                let _ = network
                    .backpropagate(&DMatrix::zeros(rows, 2), |a| cost_gradient(cost, a, &target));
            }
            let _ = cost_gradient(cost, &DMatrix::zeros(1, 0), &target);
        }
    }
    for classes in [&[][..], &[3], &[u32::MAX], &[0, 0]] {
        assert!(log_likelihood(&DMatrix::from_element(1, 3, 0.3), classes).is_err(), "{classes:?}");
    }
}

#[test]
fn threshold_units_refuse_what_does_not_fit() {
    for inputs in [MOST_INPUTS + 1, 63, 64, usize::MAX] {
        assert!(TruthTable::new(inputs, &[]).is_err());
        assert!(TruthTable::from_fn(inputs, |_| true).is_err());
    }
    assert!(TruthTable::new(2, &[true; 3]).is_err() && TruthTable::new(0, &[]).is_err());
    for source in [1, 2, usize::MAX] {
        let unit = WiredUnit::new(&[source], &[], 1);
        assert!(Network::new(1, vec![unit.clone()], vec![0]).is_err());
        let _ = RecurrentNetwork::new(1, vec![unit]);
        assert!(Network::new(1, vec![], vec![source]).is_err());
    }
    let unit = WiredUnit::new(&[usize::MAX], &[usize::MAX - 1], usize::MAX);
    let _ = RecurrentNetwork::new(usize::MAX, vec![unit.clone()]);
    let wide = Network::new(usize::MAX, vec![unit], vec![]);
    assert!(wide.is_err() || wide.unwrap().truth_tables().is_err());
    assert!(Dfa::new(vec![vec![usize::MAX]], 0, &[]).is_err());
    assert!(Dfa::new(vec![vec![0]], usize::MAX, &[]).is_err());

    let rule = PerceptronRule::default();
    for (x, labels) in [
        (DMatrix::zeros(0, 0), vec![]),
        (DMatrix::zeros(0, 3), vec![]),
        (DMatrix::zeros(2, 2), vec![true]),
        (DMatrix::from_element(2, 1, f64::NAN), vec![true, false]),
        (DMatrix::from_element(2, 1, f64::INFINITY), vec![true, false]),
    ] {
        assert!(rule.fit(&x, &labels).is_err());
        assert!(Pocket::default().fit(&x, &labels, &mut rng()).is_err());
        assert!(linearly_separable(&x, &labels).is_err());
        assert!(widest_margin(&x, &labels).is_err());
        assert!(mistake_bound(&x, &labels, &DVector::zeros(x.ncols()), 0.0).is_err());
        assert!(separates(&DVector::zeros(x.ncols()), 0.0, &x, &labels).is_err());
    }
    // One row, no features, numbers at the ends of the range: an answer or a typed error.
    for (x, labels) in [
        (DMatrix::zeros(1, 0), vec![true]),
        (DMatrix::zeros(2, 0), vec![true, false]),
        (dmatrix![1.0], vec![false]),
        (dmatrix![f64::MAX, -f64::MAX; -f64::MAX, f64::MAX], vec![true, false]),
        (dmatrix![5e-324; -5e-324], vec![true, false]),
    ] {
        let _ = rule.fit(&x, &labels);
        let _ = Pocket::default().fit(&x, &labels, &mut rng());
        assert!(linearly_separable(&x, &labels).is_ok());
        let _ = widest_margin(&x, &labels);
    }
    let perceptron =
        Perceptron { weights: dvector![f64::NAN], bias: f64::NAN, at_zero: Default::default() };
    let _ = perceptron.predict(&dmatrix![1.0]);
    assert!(perceptron.predict(&DMatrix::zeros(1, 2)).is_err());
    let _ = perceptron.margin(&dmatrix![1.0], &[true]);
    let _ = separates(&dvector![f64::NAN], 0.0, &dmatrix![1.0], &[true]);
}
