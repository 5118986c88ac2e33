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
