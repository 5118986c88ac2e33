//! The models of the golden files, built through the public API.

#![expect(clippy::unwrap_used, reason = "a helper of tests, and the lint spares tests alone")]

use gradus_data::{
    Column, Encoder, MinMax, Missing, Scaling, Standardizer, Table, Target, Task, Unseen,
};
use gradus_io::{NamedScore, Network, Pixels, Preparation, SavedModel, TrainingRecord};
use gradus_linalg::Scalar;
use gradus_nn::{Activation, Affine, Cost, Layer, LayerSpec, Path, Sequential};
use nalgebra::dmatrix;

/// The golden files by name, with the models that they hold.
pub(crate) fn golden() -> [(&'static str, SavedModel); 4] {
    [("pixels", pixels()), ("table", table()), ("min_max", min_max()), ("layers", layers())]
}

/// The bytes of a golden file.
pub(crate) fn golden_bytes(name: &str) -> Vec<u8> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
    std::fs::read(format!("{dir}/{name}.gradus")).unwrap()
}

pub(crate) fn pixels() -> SavedModel {
    let mut layers = vec![LayerSpec::Linear { inputs: 2, outputs: 3 }];
    for activation in
        [Activation::Identity, Activation::Relu, Activation::Sigmoid, Activation::Tanh]
    {
        layers.push(LayerSpec::Activation(activation));
    }
    layers.push(LayerSpec::Linear { inputs: 3, outputs: 2 });
    let values = [
        vec![0.5, -1.5, 0.25, 2.0, -0.75, 1.0],
        vec![0.0, 0.125, -0.5],
        vec![1.0, -2.0, 0.5, -1.0, 3.0, 0.75],
        vec![0.1, -0.1],
    ];
    let digit = Table::new(vec![Column::numeric("digit", [Some(8.0), Some(3.0)]).unwrap()]);
    let target = Target { column: "digit".into(), task: Task::Classification };
    SavedModel {
        network: Network::F32(filled(&layers, &values)),
        cost: Cost::SoftmaxCrossEntropy,
        preparation: Preparation::Pixels(Pixels {
            columns: vec!["p0".into(), "p1".into()],
            full: 16.0,
        }),
        target: target.fit(&digit.unwrap(), &[0, 1]).unwrap(),
        target_scaling: None,
        training: record(Some(20), &[("accuracy", 0.975)]),
    }
}

pub(crate) fn table() -> SavedModel {
    let table = Table::new(vec![
        Column::categorical("id", [Some("a"), Some("b")]).unwrap(),
        Column::numeric("age", [Some(20.0), Some(40.0)]).unwrap(),
        Column::categorical("colour", [Some("red"), Some("blue")]).unwrap(),
        Column::numeric("price", [Some(10.0), Some(30.0)]).unwrap(),
    ])
    .unwrap();
    let encoder = Encoder {
        missing: Missing::Impute,
        unseen: Unseen::Zeros,
        ignore: vec!["id".into()],
        ..Encoder::default()
    };
    let target = Target { column: "price".into(), task: Task::Regression };
    let layers = [LayerSpec::Linear { inputs: 3, outputs: 1 }];
    let prices = dmatrix![10.0; 30.0];
    SavedModel {
        network: Network::F64(filled(&layers, &[vec![0.5, -1.0, 0.25], vec![0.1]])),
        cost: Cost::MeanSquaredError,
        preparation: Preparation::Encoder(encoder.fit(&table, "price", &[0, 1]).unwrap()),
        target: target.fit(&table, &[0, 1]).unwrap(),
        target_scaling: Some(Standardizer::default().fit(&prices).unwrap()),
        training: record(None, &[("RMSE", 1.5), ("R²", 0.75)]),
    }
}

pub(crate) fn min_max() -> SavedModel {
    let table = Table::new(vec![
        Column::numeric("height", [Some(1.0), Some(3.0)]).unwrap(),
        Column::categorical("tall", [Some("no"), Some("yes")]).unwrap(),
    ])
    .unwrap();
    let onto = MinMax { low: -1.0, high: 1.0 };
    let encoder = Encoder { scaling: Scaling::MinMax(onto), ..Encoder::default() };
    let target = Target { column: "tall".into(), task: Task::Auto };
    let layers = [LayerSpec::Linear { inputs: 1, outputs: 2 }];
    SavedModel {
        network: Network::F32(filled(&layers, &[vec![1.5, -1.5], vec![0.0, 0.25]])),
        cost: Cost::SoftmaxCrossEntropy,
        preparation: Preparation::Encoder(encoder.fit(&table, "tall", &[0, 1]).unwrap()),
        target: target.fit(&table, &[0, 1]).unwrap(),
        target_scaling: None,
        training: record(None, &[]),
    }
}

/// Normalised, residual, nested and tied layers, in place of those of `min_max`.
pub(crate) fn layers() -> SavedModel {
    let specs = [
        LayerSpec::LinearWithoutBias { inputs: 1, outputs: 2 },
        LayerSpec::BatchNorm { features: 2, momentum: 0.3, eps: 1e-3, affine: Affine::Learned },
        LayerSpec::Residual { layers: 2 },
        LayerSpec::LayerNorm { features: 2, eps: 1e-5, affine: Affine::None },
        LayerSpec::LinearWithoutBias { inputs: 2, outputs: 2 },
        LayerSpec::Chain { layers: 2 },
        LayerSpec::LinearWithoutBias { inputs: 2, outputs: 2 },
        LayerSpec::Activation(Activation::Selu),
        LayerSpec::Tie { parameter: 6, source: 5 },
    ];
    let values = [
        vec![1.5, -0.5],
        vec![2.0, 0.25],
        vec![0.5, -1.0],
        vec![0.125, -3.0],
        vec![4.0, 0.5],
        vec![1.0, -2.0, 0.75, 3.0],
    ];
    SavedModel { network: Network::F32(filled(&specs, &values)), ..min_max() }
}

/// The layers with parameters of the given values, column after column.
fn filled<T: Scalar>(layers: &[LayerSpec], values: &[Vec<f64>]) -> Sequential<T> {
    let mut model = Sequential::from_specs(layers).unwrap();
    let mut values = values.iter();
    model.visit_mut(&Path::root(), &mut |_, parameter| {
        let values = values.next().unwrap();
        let parameter = parameter.value_mut().as_mut_slice();
        assert_eq!(parameter.len(), values.len());
        for (p, &value) in parameter.iter_mut().zip(values) {
            *p = T::of(value);
        }
    });
    model
}

fn record(patience: Option<u64>, scores: &[(&str, f64)]) -> TrainingRecord {
    TrainingRecord {
        program: "gradus 0.1.0".into(),
        data: "golden".into(),
        fingerprint: 0x0123_4567_89ab_cdef,
        train_rows: 60,
        dev_rows: 300,
        test_rows: 70_000,
        seed: 7,
        optimizer: "adam".into(),
        lr: 0.001,
        batch_size: 32,
        max_epochs: 200,
        patience,
        epochs: 41,
        best_epoch: 31,
        train_cost: 0.25,
        dev_cost: 0.5,
        test_scores: scores
            .iter()
            .map(|&(name, value)| NamedScore { name: name.into(), value })
            .collect(),
    }
}
