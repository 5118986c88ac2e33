//! The models of the golden files, built through the public API.

#![expect(clippy::unwrap_used, reason = "a helper of tests, and the lint spares tests alone")]

use gradus_data::{
    Coding, Column, ColumnSteps, Columns, Encoder, Fill, Imputer, Indicators, MinMax, Missing,
    OneHot, OrdinalEncoder, Pipeline, Polynomial, RobustScaler, Scaling, Standardizer, Step, Table,
    Target, Task, Terms, Unseen, UnseenCode,
};
use gradus_io::{
    FitRecord, LinearFamily, NamedScore, Network, Offset, OffsetScale, Pixels, Preparation,
    SavedLinear, SavedModel, SavedNetwork, TrainingRecord, Uncertainty,
};
use gradus_linalg::Scalar;
use gradus_nn::{Activation, Affine, Cost, Layer, LayerSpec, Path, Sequential};
use nalgebra::dmatrix;

/// The golden files of networks by name, with the models that they hold.
pub(crate) fn networks() -> [(&'static str, SavedNetwork); 4] {
    [("pixels", pixels()), ("table", table()), ("min_max", min_max()), ("layers", layers())]
}

/// The golden files of linear models by name, with the models that they hold.
pub(crate) fn linear() -> [(&'static str, SavedLinear); 4] {
    [
        ("gaussian", gaussian()),
        ("poisson", poisson()),
        ("multinomial", multinomial()),
        ("pipeline", pipeline()),
    ]
}

/// All golden files by name, with the models that they hold.
pub(crate) fn golden() -> Vec<(&'static str, SavedModel)> {
    let networks = networks().map(|(name, model)| (name, model.into()));
    networks.into_iter().chain(linear().map(|(name, model)| (name, model.into()))).collect()
}

/// The bytes of a golden file.
pub(crate) fn golden_bytes(name: &str) -> Vec<u8> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
    std::fs::read(format!("{dir}/{name}.gradus")).unwrap()
}

pub(crate) fn pixels() -> SavedNetwork {
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
    SavedNetwork {
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

pub(crate) fn table() -> SavedNetwork {
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
    SavedNetwork {
        network: Network::F64(filled(&layers, &[vec![0.5, -1.0, 0.25], vec![0.1]])),
        cost: Cost::MeanSquaredError,
        preparation: Preparation::Encoder(encoder.fit(&table, "price", &[0, 1]).unwrap()),
        target: target.fit(&table, &[0, 1]).unwrap(),
        target_scaling: Some(Standardizer::default().fit(&prices).unwrap()),
        training: record(None, &[("RMSE", 1.5), ("R²", 0.75)]),
    }
}

pub(crate) fn min_max() -> SavedNetwork {
    let table = Table::new(vec![
        Column::numeric("height", [Some(1.0), Some(3.0)]).unwrap(),
        Column::categorical("tall", [Some("no"), Some("yes")]).unwrap(),
    ])
    .unwrap();
    let onto = MinMax { low: -1.0, high: 1.0 };
    let encoder = Encoder { scaling: Scaling::MinMax(onto), ..Encoder::default() };
    let target = Target { column: "tall".into(), task: Task::Auto };
    let layers = [LayerSpec::Linear { inputs: 1, outputs: 2 }];
    SavedNetwork {
        network: Network::F32(filled(&layers, &[vec![1.5, -1.5], vec![0.0, 0.25]])),
        cost: Cost::SoftmaxCrossEntropy,
        preparation: Preparation::Encoder(encoder.fit(&table, "tall", &[0, 1]).unwrap()),
        target: target.fit(&table, &[0, 1]).unwrap(),
        target_scaling: None,
        training: record(None, &[]),
    }
}

/// Normalised, residual, nested and tied layers, in place of those of `min_max`.
pub(crate) fn layers() -> SavedNetwork {
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
    SavedNetwork { network: Network::F32(filled(&specs, &values)), ..min_max() }
}

fn texts(name: &str, levels: &[&str]) -> Column {
    Column::categorical(name, levels.iter().map(|level| Some(*level))).unwrap()
}

fn numbers(name: &str, values: &[f64]) -> Column {
    Column::numeric(name, values.iter().map(|x| Some(*x))).unwrap()
}

pub(crate) fn gaussian() -> SavedLinear {
    let table = Table::new(vec![
        texts("id", &["a", "b", "c"]),
        numbers("age", &[20.0, 30.0, 40.0]),
        texts("colour", &["green", "red", "blue"]),
        numbers("price", &[10.0, 15.0, 30.0]),
    ])
    .unwrap();
    let references = [("colour".to_owned(), "red".to_owned())].into();
    let encoder = Encoder {
        missing: Missing::Drop,
        scaling: Scaling::None,
        coding: Coding::Treatment { references },
        ignore: vec!["id".into()],
        ..Encoder::default()
    };
    let target = Target { column: "price".into(), task: Task::Regression };
    SavedLinear {
        family: LinearFamily::Gaussian,
        intercept: Some(vec![10.0]),
        coefficients: dmatrix![0.5; -2.0; 3.0],
        preparation: Preparation::Encoder(encoder.fit(&table, "price", &[0, 1, 2]).unwrap()),
        target: target.fit(&table, &[0, 1, 2]).unwrap(),
        offset: None,
        uncertainty: Some(Uncertainty {
            covariance: dmatrix![
                4.0, -1.0, 0.25, 0.5;
                -1.0, 1.0, 0.0, -0.125;
                0.25, 0.0, 2.0, 0.75;
                0.5, -0.125, 0.75, 3.0
            ],
            residual_variance: Some(2.5),
            degrees_of_freedom: Some(7.0),
        }),
        record: fitted("ordinary least squares", None, &[("R²", 0.75), ("AIC", 120.5)]),
    }
}

pub(crate) fn poisson() -> SavedLinear {
    let table = Table::new(vec![
        numbers("age", &[20.0, 30.0, 40.0]),
        texts("sex", &["m", "f", "f"]),
        numbers("years", &[1.0, 1.0, 2.0]),
        numbers("deaths", &[0.0, 1.0, 5.0]),
    ])
    .unwrap();
    let encoder = Encoder {
        missing: Missing::Impute,
        scaling: Scaling::None,
        coding: Coding::Treatment { references: [].into() },
        ignore: vec!["years".into()],
        ..Encoder::default()
    };
    let target = Target { column: "deaths".into(), task: Task::Regression };
    SavedLinear {
        family: LinearFamily::Poisson,
        intercept: None,
        coefficients: dmatrix![0.25; -0.5],
        preparation: Preparation::Encoder(encoder.fit(&table, "deaths", &[0, 1, 2]).unwrap()),
        target: target.fit(&table, &[0, 1, 2]).unwrap(),
        offset: Some(Offset { column: "years".into(), scale: OffsetScale::Log }),
        uncertainty: Some(Uncertainty {
            covariance: dmatrix![0.5, 0.125; 0.125, 0.25],
            residual_variance: None,
            degrees_of_freedom: None,
        }),
        record: fitted("Poisson regression", None, &[]),
    }
}

pub(crate) fn multinomial() -> SavedLinear {
    let table = Table::new(vec![
        numbers("length", &[1.0, 2.0, 3.0]),
        numbers("width", &[2.0, 4.0, 3.0]),
        texts("kind", &["rose", "lily", "fern"]),
    ])
    .unwrap();
    let encoder = Encoder { scaling: Scaling::None, ..Encoder::default() };
    let target = Target { column: "kind".into(), task: Task::Auto };
    SavedLinear {
        family: LinearFamily::Multinomial,
        intercept: Some(vec![0.0, 0.5, -0.5]),
        coefficients: dmatrix![0.0, 1.0, 0.25; 0.0, -1.0, 2.0],
        preparation: Preparation::Encoder(encoder.fit(&table, "kind", &[0, 1, 2]).unwrap()),
        target: target.fit(&table, &[0, 1, 2]).unwrap(),
        offset: None,
        uncertainty: None,
        record: fitted(
            "multinomial regression, elastic net",
            Some((0.05, 0.5)),
            &[("log-loss", 0.125)],
        ),
    }
}

fn fitted(estimator: &str, penalty: Option<(f64, f64)>, figures: &[(&str, f64)]) -> FitRecord {
    FitRecord {
        program: "gradus 0.1.0".into(),
        data: "golden".into(),
        fingerprint: 0x0123_4567_89ab_cdef,
        rows: 60,
        dropped: 300,
        estimator: estimator.into(),
        lambda: penalty.map(|(lambda, _)| lambda),
        l1_ratio: penalty.map(|(_, ratio)| ratio),
        figures: named(figures),
    }
}

fn named(scores: &[(&str, f64)]) -> Vec<NamedScore> {
    scores.iter().map(|&(name, value)| NamedScore { name: name.into(), value }).collect()
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
        test_scores: named(scores),
    }
}

/// The rows that the pipeline was fitted on.
pub(crate) fn priced() -> Table {
    Table::new(vec![
        Column::numeric("age", [Some(20.0), None, Some(40.0), Some(30.0)]).unwrap(),
        Column::numeric("income", [1.0, 2.0, 3.0, 4.0].map(Some)).unwrap(),
        Column::categorical("size", [Some("S"), Some("L"), None, Some("S")]).unwrap(),
        Column::categorical("colour", ["red", "blue", "red", "blue"].map(Some)).unwrap(),
        Column::categorical("id", ["a", "b", "c", "d"].map(Some)).unwrap(),
        Column::numeric("price", [1.5, 2.5, 3.5, 5.0].map(Some)).unwrap(),
    ])
    .unwrap()
}

pub(crate) fn pipeline() -> SavedLinear {
    let (table, rows) = (priced(), [0, 1, 2, 3]);
    let group = |name: &str, steps: Vec<Step>| ColumnSteps {
        columns: Columns::Named(vec![name.to_owned()]),
        steps,
    };
    let median = Imputer { fill: Fill::Median, indicators: Indicators::WhereMissing };
    let most_frequent = Imputer { fill: Fill::MostFrequent, indicators: Indicators::None };
    let sizes = ["S", "M", "L"].map(str::to_owned).to_vec();
    let references = [("colour".to_owned(), "red".to_owned())].into();
    let one_hot = OneHot { coding: Coding::Treatment { references }, ..OneHot::default() };
    let interactions = Polynomial { terms: Terms::Interactions, ..Polynomial::default() };
    let pipeline = Pipeline {
        groups: vec![
            group("age", vec![Step::Impute(median), Step::Standardize(Standardizer::default())]),
            group(
                "income",
                vec![Step::Robust(RobustScaler::default()), Step::MinMax(MinMax::default())],
            ),
            group(
                "size",
                vec![
                    Step::Impute(most_frequent),
                    Step::Ordinal(OrdinalEncoder {
                        levels: Some(sizes),
                        unseen: UnseenCode::Code(-1.0),
                    }),
                ],
            ),
            group("colour", vec![Step::OneHot(one_hot)]),
        ],
        last: vec![Step::Polynomial(interactions)],
        ignore: vec!["id".into()],
        ..Pipeline::default()
    };
    let target = Target { column: "price".into(), task: Task::Regression };
    let coefficients = nalgebra::DMatrix::from_fn(15, 1, |i, _| 0.25 * i as f64);
    let record = fitted("ridge regression", Some((0.5, 0.0)), &[]);
    SavedLinear {
        family: LinearFamily::Gaussian,
        intercept: Some(vec![1.0]),
        coefficients,
        preparation: Preparation::Pipeline(pipeline.fit(&table, "price", &rows).unwrap()),
        target: target.fit(&table, &rows).unwrap(),
        offset: None,
        uncertainty: None,
        record,
    }
}
