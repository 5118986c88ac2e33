//! Reading reports of penalised fits.

use serde_json::Value;

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The coefficients of a linear predictor in the report of a fit, the intercept first.
pub(crate) fn coefficients(report: &Value, predictor: usize) -> Vec<f64> {
    let predictor = &report["predictors"][predictor];
    let coefficients = predictor["coefficients"].as_array().unwrap();
    let estimates = coefficients.iter().map(|c| c["estimate"].as_f64().unwrap());
    predictor["intercept"].as_f64().into_iter().chain(estimates).collect()
}

pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs() / expected.abs().max(1e-3);
        assert!(error < tolerance, "{found} for {expected}");
    }
}
