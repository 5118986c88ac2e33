//! The bytes of the format, pinned by files that other code wrote.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod common;

use gradus_data::{Column, Table};
use gradus_io::{
    IoError, Prediction, SavedLinear, SavedModel, SavedNetwork, from_bytes, is_model_file, load,
    save, to_bytes,
};
use nalgebra::dmatrix;

fn network(name: &str) -> SavedNetwork {
    match from_bytes(&common::golden_bytes(name)).unwrap() {
        SavedModel::Network(model) => *model,
        other => panic!("{name} is {other:?}"),
    }
}

fn linear(name: &str) -> SavedLinear {
    match from_bytes(&common::golden_bytes(name)).unwrap() {
        SavedModel::Linear(model) => *model,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn models_have_the_bytes_of_the_golden_files() {
    for (name, model) in common::golden() {
        assert_eq!(to_bytes(&model).unwrap(), common::golden_bytes(name), "{name}");
    }
}

#[test]
fn golden_files_hold_the_models() {
    for (name, model) in common::linear() {
        assert_eq!(linear(name), model, "{name}");
    }
    for (name, model) in common::networks() {
        let read = network(name);
        assert_eq!(read.training, model.training, "{name}");
        assert_eq!(read.preparation, model.preparation, "{name}");
        assert_eq!(read.target, model.target, "{name}");
        assert_eq!(read.target_scaling, model.target_scaling, "{name}");
        assert_eq!(read.network.specs().unwrap(), model.network.specs().unwrap(), "{name}");
        let x = nalgebra::DMatrix::from_fn(4, model.preparation.features(), |i, j| {
            (i as f64 - 1.5) * (j as f64 + 1.0)
        });
        assert_eq!(read.predict(&x).unwrap(), model.predict(&x).unwrap(), "{name}");
    }
}

/// By hand: logits (1.5x, 0.25 − 1.5x) at x = 0 give softmax(0, 0.25) = 1/(1 + e^0.25), and the
/// standardised row (1, 0, 1) gives 0.5 + 0.25 + 0.1 = 0.85, so 0.85 · 10 + 20.
#[test]
fn golden_models_predict_what_their_numbers_say() {
    let classes = network("min_max");
    let Prediction::Probabilities(p) = classes.predict(&dmatrix![0.0]).unwrap() else {
        panic!("the target has classes");
    };
    assert!((p[(0, 0)] - 1.0 / (1.0 + 0.25_f64.exp())).abs() < 1e-15);
    let values = network("table");
    let Prediction::Values(y) = values.predict(&dmatrix![1.0, 0.0, 1.0]).unwrap() else {
        panic!("the target is a value");
    };
    assert!((y[(0, 0)] - 28.5).abs() < 1e-14);
}

#[test]
fn files_come_back_and_are_replaced_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.gradus");
    for (name, model) in common::golden() {
        save(&path, &model).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), common::golden_bytes(name));
        assert_eq!(to_bytes(&load(&path).unwrap()).unwrap(), common::golden_bytes(name));
    }
    assert!(is_model_file(&path).unwrap());
    std::fs::write(dir.path().join("notes"), "notes").unwrap();
    assert!(!is_model_file(dir.path().join("notes")).unwrap());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

/// By hand for the input 0.5, in double precision, with e = 1e-3 and f = 1e-5:
/// z = (0.75, −0.25), batch norm (2·(0.75 − 0.125)/√(4 + e) + 0.5, 0.25·(−0.25 + 3)/√(0.5 + e) − 1),
/// then x + W·layer norm(x), and the SELU of W times that.
#[test]
fn the_golden_layers_compute_what_their_numbers_say() {
    let model = network("layers");
    let (a, b) = (2.0 * 0.625 / 4.001_f64.sqrt() + 0.5, 0.25 * 2.75 / 0.501_f64.sqrt() - 1.0);
    let (mean, half) = (0.5 * (a + b), 0.5 * (a - b));
    let normal = half / (half * half + 1e-5).sqrt();
    assert!(mean > 0.0);
    // W = (1, 0.75; −2, 3), and the normalised row is (normal, −normal).
    let (c, d) = (a + normal * (1.0 + 2.0), b + normal * (0.75 - 3.0));
    let selu = |z: f64| {
        1.0507009873554805 * if z > 0.0 { z } else { 1.6732632423543772 * (z.exp() - 1.0) }
    };
    let (e, f) = (selu(c - 2.0 * d), selu(0.75 * c + 3.0 * d));
    let expected = 1.0 / (1.0 + (f - e).exp());
    let Prediction::Probabilities(p) = model.predict(&dmatrix![0.5]).unwrap() else {
        panic!("the target has classes");
    };
    assert!((p[(0, 0)] - expected).abs() < 1e-6, "{} for {expected}", p[(0, 0)]);
}

/// Finite weights whose products are not: NaN probabilities would say nothing of it.
#[test]
fn a_network_that_overflows_is_an_error() {
    let mut model = common::min_max();
    let gradus_io::Network::F32(network) = &mut model.network else { panic!("the model is f32") };
    gradus_nn::Layer::visit_mut(network, &gradus_nn::Path::root(), &mut |_, parameter| {
        parameter.value_mut().fill(3e38);
    });
    let SavedModel::Network(read) = from_bytes(&to_bytes(&model.into()).unwrap()).unwrap() else {
        panic!("it is a network");
    };
    assert!(read.predict(&dmatrix![0.0]).is_ok());
    let error = read.predict(&dmatrix![0.0; 10.0]).unwrap_err();
    assert!(matches!(error, IoError::Output { row: 1, precision: "f32", .. }), "{error}");
}

/// By hand: 10 + 0.5·30 − 2·1 + 3·0 = 23 for a blue row, 25 for a red one, whose variances are
/// xᵀVx = 4 + 2·30·(−1) + 2·0.25 + 900 + 2·0 + 2 and 4 − 60 + 900.
#[test]
fn the_golden_linear_model_predicts_with_its_standard_errors() {
    let model = linear("gaussian");
    let table = Table::new(vec![
        Column::categorical("colour", [Some("blue"), Some("red"), Some("red")]).unwrap(),
        Column::numeric("age", [Some(30.0), Some(30.0), None]).unwrap(),
    ])
    .unwrap();
    let usable = model.usable_rows(&table, None).unwrap();
    assert_eq!((&usable.rows[..], &usable.dropped[..]), (&[0, 1][..], &[2][..]));
    let predicted = SavedModel::from(model.clone()).predict_rows(&table, &usable.rows).unwrap();
    assert_eq!(predicted, Prediction::Values(dmatrix![23.0; 25.0]));
    let x = model.preparation.transform(&table, &usable.rows).unwrap();
    let errors = model.standard_errors(&x).unwrap().unwrap();
    assert_eq!(errors, [846.5_f64.sqrt(), 844.0_f64.sqrt()]);
    let uncertainty = model.uncertainty.as_ref().unwrap();
    assert_eq!(uncertainty.standard_errors(), [2.0, 1.0, 2.0_f64.sqrt(), 3.0_f64.sqrt()]);
    assert_eq!(model.terms(), ["(intercept)", "age", "colour=blue", "colour=green"]);
    assert_eq!(model.estimates(0), [10.0, 0.5, -2.0, 3.0]);
    assert!(model.standard_errors(&dmatrix![1.0]).is_err());
}

/// By hand: e^(0.25·4 − 0.5 + ln 3) = 3·√e, and without a value for age e^(0.25·30 + ln 2).
#[test]
fn an_exposure_multiplies_and_must_be_positive() {
    let model = linear("poisson");
    let table = |years: [Option<f64>; 2]| {
        Table::new(vec![
            Column::numeric("age", [Some(4.0), None]).unwrap(),
            Column::categorical("sex", [Some("m"), Some("f")]).unwrap(),
            Column::numeric("years", years).unwrap(),
        ])
        .unwrap()
    };
    let whole = table([Some(3.0), Some(2.0)]);
    let Prediction::Values(y) = model.predict_rows(&whole, &[0, 1]).unwrap() else {
        panic!("counts are values");
    };
    assert!((y[0] - 3.0 * 0.5_f64.exp()).abs() < 1e-14, "{y}");
    assert!((y[1] / (2.0 * 7.5_f64.exp()) - 1.0).abs() < 1e-14, "{y}");
    let error = model.predict_rows(&table([Some(3.0), Some(0.0)]), &[0, 1]).unwrap_err();
    assert!(matches!(error, IoError::Exposure { value: 0.0, .. }), "{error}");
    // What the other columns lack is imputed; an exposure is not.
    assert!(model.usable_rows(&whole, None).is_ok());
    assert!(model.usable_rows(&table([Some(3.0), None]), None).is_err());
    let x = model.preparation.transform(&whole, &[0]).unwrap();
    assert!(model.predict(&x, None).is_err() && model.predict(&x, Some(&[0.0, 1.0])).is_err());
    let far = model.predict(&dmatrix![4000.0, 0.0], Some(&[0.0])).unwrap_err();
    assert!(matches!(far, IoError::Extrapolation { row: 0, .. }), "{far}");
}

/// By hand, at length 1 and width 0.5: η = (0, 0.5 + 1 − 0.5, −0.5 + 0.25 + 1) = (0, 1, 0.75).
#[test]
fn the_golden_multinomial_model_gives_a_softmax() {
    let model = linear("multinomial");
    let Prediction::Probabilities(p) = model.predict(&dmatrix![1.0, 0.5], None).unwrap() else {
        panic!("the target has classes");
    };
    let sum = 1.0 + 1.0_f64.exp() + 0.75_f64.exp();
    for (p, eta) in p.iter().zip([0.0_f64, 1.0, 0.75]) {
        assert!((p - eta.exp() / sum).abs() < 1e-15, "{p}");
    }
    assert_eq!(model.standard_errors(&dmatrix![1.0, 0.5]).unwrap(), None);
}

/// Both probabilities keep their digits: 1/(1 + e^40) is not 1 − (1 − 4e-18).
#[test]
fn two_classes_are_each_computed_from_their_own_side() {
    let kind = Column::categorical("kind", [Some("a"), Some("b")]).unwrap();
    let table = Table::new(vec![Column::numeric("x", [Some(0.0), Some(1.0)]).unwrap(), kind]);
    let table = table.unwrap();
    let encoder =
        gradus_data::Encoder { scaling: gradus_data::Scaling::None, ..Default::default() };
    let target = gradus_data::Target { column: "kind".into(), task: gradus_data::Task::Auto };
    let binomial = SavedLinear {
        family: gradus_io::LinearFamily::Binomial,
        intercept: None,
        coefficients: dmatrix![40.0],
        preparation: gradus_io::Preparation::Encoder(encoder.fit(&table, "kind", &[0, 1]).unwrap()),
        target: target.fit(&table, &[0, 1]).unwrap(),
        offset: None,
        uncertainty: None,
        record: gradus_io::FitRecord::default(),
    };
    let Prediction::Probabilities(p) = binomial.predict_rows(&table, &[0, 1]).unwrap() else {
        panic!("the target has classes");
    };
    assert_eq!((p[(0, 0)], p[(0, 1)], p[(1, 1)]), (0.5, 0.5, 1.0));
    let small = (-40.0_f64).exp();
    assert!((p[(1, 0)] / small - 1.0).abs() < 1e-15, "{}", p[(1, 0)]);
    let svm = SavedLinear { family: gradus_io::LinearFamily::Hyperplane, ..binomial };
    let margins = svm.predict_rows(&table, &[0, 1]).unwrap();
    assert_eq!(margins, Prediction::Margins(dmatrix![0.0; 40.0]));
    assert!(to_bytes(&svm.into()).is_ok());
}

/// By hand for a row with age 40, income 4, no size and blue: features (√2, −1/√3, 1, 0, 1), of which
/// η = 1 + ¼·(0·a + 1·b + 2·c + 3·d + 4·e + 5·ab + 6·ac + 7·ad + 8·ae + 9·bc + 10·bd + 11·be + 12·cd
/// + 13·ce + 14·de).
#[test]
fn the_golden_pipeline_takes_a_row_to_its_prediction() {
    let model = linear("pipeline");
    let table = Table::new(vec![
        Column::categorical("colour", [Some("blue")]).unwrap(),
        Column::numeric("age", [Some(40.0)]).unwrap(),
        Column::numeric("size", [None]).unwrap(),
        Column::numeric("income", [Some(4.0)]).unwrap(),
    ]);
    let predicted = model.predict_rows(&table.unwrap(), &[0]).unwrap();
    let Prediction::Values(y) = predicted else { panic!("the target is a value") };
    let (a, b) = (2_f64.sqrt(), -1.0 / 3_f64.sqrt());
    let sum = b + 2.0 + 4.0 + 5.0 * a * b + 6.0 * a + 8.0 * a + 9.0 * b + 11.0 * b + 13.0;
    assert!((y[0] - (1.0 + 0.25 * sum)).abs() < 1e-14, "{y}");
}
