//! The bytes of the format, pinned by files that other code wrote.

mod common;

use gradus_io::{Prediction, from_bytes, is_model_file, load, save, to_bytes};
use nalgebra::dmatrix;

#[test]
fn models_have_the_bytes_of_the_golden_files() {
    for (name, model) in common::golden() {
        assert_eq!(to_bytes(&model).unwrap(), common::golden_bytes(name), "{name}");
    }
}

#[test]
fn golden_files_hold_the_models() {
    for (name, model) in common::golden() {
        let read = from_bytes(&common::golden_bytes(name)).unwrap();
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
    let classes = from_bytes(&common::golden_bytes("min_max")).unwrap();
    let Prediction::Probabilities(p) = classes.predict(&dmatrix![0.0]).unwrap() else {
        panic!("the target has classes");
    };
    assert!((p[(0, 0)] - 1.0 / (1.0 + 0.25_f64.exp())).abs() < 1e-15);
    let values = from_bytes(&common::golden_bytes("table")).unwrap();
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
        assert_eq!(load(&path).unwrap().training, model.training);
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
    let model = from_bytes(&common::golden_bytes("layers")).unwrap();
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
    let read = from_bytes(&to_bytes(&model).unwrap()).unwrap();
    assert!(read.predict(&dmatrix![0.0]).is_ok());
    let error = read.predict(&dmatrix![0.0; 10.0]).unwrap_err();
    assert!(
        matches!(error, gradus_io::IoError::Output { row: 1, precision: "f32", .. }),
        "{error}"
    );
}
