//! Tests that the comparison can fail: each number of a case that passes is altered, each field
//! removed, and a field added.
//!
//! The samples are excerpts of the reference values, with their sources inside.

use serde_json::{Value, json};

use super::case::Outcome;
use super::suite::run_content;

/// A sample, the fields with expected values, and the cases that have to pass.
struct Sample {
    text: &'static str,
    expected: &'static [&'static str],
    passing: &'static [&'static str],
}

const SAMPLES: &[Sample] = &[
    Sample {
        text: include_str!("../../tests/samples/activations.json"),
        expected: &["value", "d1", "d2", "softmax", "log_softmax", "logsumexp", "softmax_jacobian"],
        passing: &["sigmoid", "leaky_relu_0.01", "vector_small", "vector_masked"],
    },
    Sample {
        text: include_str!("../../tests/samples/backprop.json"),
        expected: &["value", "grad", "second_derivatives", "expected"],
        passing: &[
            "expr_seed_example",
            "expr_power",
            "mlp_no_bias",
            "mlp_3_4_1_elastic",
            "mlp_dropout_4_6_2",
        ],
    },
    Sample {
        text: include_str!("../../tests/samples/hessian.json"),
        expected: &["loss", "gradient", "hessian", "hvp", "eigenvalues"],
        passing: &["rosenbrock_0", "logistic_10x3_l2"],
    },
    Sample {
        text: include_str!("../../tests/samples/init.json"),
        expected: &["normal_std", "uniform_limit", "variance"],
        passing: &["xavier_linear_dense_10_10", "he_fan_in_relu_dense_10_10"],
    },
    Sample {
        text: include_str!("../../tests/samples/losses.json"),
        expected: &["value", "grad", "per_element"],
        passing: &["mse_vec5_mean", "bce_logits_vec6_sum", "ce_4x3_mean", "ce_weighted_4x3_mean"],
    },
    Sample {
        text: include_str!("../../tests/samples/metrics.json"),
        expected: &["expected"],
        passing: &[
            "three_classes",
            "weighted_binary",
            "classic_4",
            "weighted",
            "six",
            "three_classes_12",
            "regression_single_sample",
        ],
    },
    Sample {
        text: include_str!("../../tests/samples/models_with_errors.json"),
        expected: &["expected", "exact", "n", "p", "classes", "l2_C1_unstandardized"],
        passing: &["stackloss", "dose", "sizes", "complete", "quasi", "overlap"],
    },
    Sample {
        text: include_str!("../../tests/samples/optimizers.json"),
        expected: &["losses", "trajectory"],
        passing: &["sgd__quadratic_2d", "momentum_ema__rosenbrock_2d", "adam__quadratic_2d"],
    },
    Sample {
        text: include_str!("../../tests/samples/penalised_models.json"),
        expected: &["expected", "glmnet", "lambda_per_sample", "sklearn"],
        passing: &[
            "ridge_0.5",
            "lasso_0.3",
            "elastic_net_0.2_0.4",
            "glmnet_stackloss_0.1_0.5",
            "logistic_l1_0.4",
            "multinomial_l2_0.7",
        ],
    },
    Sample {
        text: include_str!("../../tests/samples/schedules.json"),
        expected: &["lr"],
        passing: &[
            "inverse_time_b0.1_lr0.1",
            "inv_sqrt_epoch_k0.5_lr0.1",
            "one_cycle_2",
            "reduce_on_plateau_0_1",
        ],
    },
];

/// Fields that a case may lack, or that only explain.
const OPTIONAL: &[&str] = &[
    "name",
    "convention",
    "rule",
    "formula",
    "computed_by",
    "bias",
    "gain_for",
    "params",
    "dropout",
    "softmax_jacobian",
    "per_element",
    "second_derivatives",
    "sample_bands_6_sigma",
    "hvp",
    "eigenvalues",
    // What another system printed beside what is expected.
    "glmnet",
];

/// The outcome of a case in single precision, if its subject is computed in it.
fn single(content: &Value, case: usize) -> Option<Outcome> {
    let reports = run_content("sample.json".to_owned(), content, None).unwrap();
    reports.get(1).map(|report| report.cases[case].1.clone())
}

fn outcome(content: &Value, case: usize) -> Outcome {
    run_content("sample.json".to_owned(), content, None).unwrap()[0].cases[case].1.clone()
}

/// The pointers to the numbers below a value.
fn numbers(pointer: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(pointer.to_owned()),
        Value::String(text) if ["nan", "inf", "-inf"].contains(&text.as_str()) => {
            found.push(pointer.to_owned());
        }
        Value::Array(list) => {
            for (i, inner) in list.iter().enumerate() {
                numbers(&format!("{pointer}/{i}"), inner, found);
            }
        }
        Value::Object(map) => {
            for (key, inner) in map {
                numbers(&format!("{pointer}/{key}"), inner, found);
            }
        }
        _ => {}
    }
}

fn passing(mut run: impl FnMut(&Sample, &Value, usize, &str)) {
    for sample in SAMPLES {
        let content: Value = serde_json::from_str(sample.text).unwrap();
        let mut seen = 0;
        for (i, case) in content["cases"].as_array().unwrap().iter().enumerate() {
            let name = case["name"].as_str().unwrap();
            if sample.passing.contains(&name) {
                seen += 1;
                run(sample, &content, i, name);
            }
        }
        assert_eq!(seen, sample.passing.len());
    }
}

#[test]
fn the_samples_pass() {
    passing(|_, content, case, name| {
        assert_eq!(outcome(content, case), Outcome::Passed, "{name}");
    });
}

/// In both precisions: of the subjects that have one, single precision is compared too.
#[test]
fn the_samples_pass_in_single_precision() {
    let mut seen = 0;
    passing(|_, content, case, name| {
        if let Some(outcome) = single(content, case) {
            assert_eq!(outcome, Outcome::Passed, "{name}");
            seen += 1;
        }
    });
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_altered_number_fails() {
    passing(|sample, content, case, name| {
        for field in sample.expected {
            let Some(value) = content["cases"][case].get(field) else { continue };
            let mut pointers = Vec::new();
            numbers(&format!("/cases/{case}/{field}"), value, &mut pointers);
            assert!(!pointers.is_empty(), "{name} {field}");
            for pointer in pointers {
                let mut content = content.clone();
                let number = content.pointer_mut(&pointer).unwrap();
                // A little beyond the widest tolerance of a sample.
                *number = match number.as_f64() {
                    Some(x) => json!(x + x.abs().max(0.1) * 1e-7),
                    None => json!(0.25),
                };
                let outcome = outcome(&content, case);
                assert!(matches!(outcome, Outcome::Failed(_)), "{name} {pointer}: {outcome:?}");
            }
        }
    });
}

/// Beyond the tolerance of single precision: one part in a hundred of the largest number.
#[test]
fn every_altered_number_fails_in_single_precision() {
    passing(|sample, content, case, name| {
        for field in sample.expected {
            let Some(value) = content["cases"][case].get(field) else { continue };
            let mut pointers = Vec::new();
            numbers(&format!("/cases/{case}/{field}"), value, &mut pointers);
            let at = |pointer: &String| content.pointer(pointer).and_then(Value::as_f64);
            let largest = pointers.iter().filter_map(at).fold(0.1, |a: f64, x| a.max(x.abs()));
            for pointer in pointers.iter().step_by(7) {
                let mut content = content.clone();
                let Some(x) = at(pointer) else { continue };
                *content.pointer_mut(pointer).unwrap() = json!(x + 1e-2 * largest);
                if let Some(outcome) = single(&content, case) {
                    assert!(matches!(outcome, Outcome::Failed(_)), "{name} {pointer}: {outcome:?}");
                }
            }
        }
    });
}

#[test]
fn no_case_passes_without_one_of_its_fields() {
    passing(|_, content, case, name| {
        let mut objects = vec![format!("/cases/{case}")];
        for inner in [
            "expected",
            "exact",
            "params",
            "data",
            "grad",
            "inputs",
            "l2_C1_unstandardized",
            "second_derivatives",
        ] {
            if content["cases"][case].get(inner).is_some_and(Value::is_object) {
                objects.push(format!("/cases/{case}/{inner}"));
            }
        }
        for object in objects {
            let keys: Vec<String> =
                content.pointer(&object).unwrap().as_object().unwrap().keys().cloned().collect();
            for key in keys.iter().filter(|key| !OPTIONAL.contains(&key.as_str())) {
                // Without biases their gradient is not given.
                if key == "grad_biases" {
                    continue;
                }
                let mut content = content.clone();
                content.pointer_mut(&object).unwrap().as_object_mut().unwrap().remove(key);
                let outcome = outcome(&content, case);
                assert_ne!(outcome, Outcome::Passed, "{name} without {object}/{key}");
            }
        }
    });
}

#[test]
fn no_case_passes_with_a_field_that_nobody_compares() {
    passing(|_, content, case, name| {
        for object in
            ["", "/expected", "/exact", "/params", "/l2_C1_unstandardized", "/second_derivatives"]
        {
            let mut content = content.clone();
            let pointer = format!("/cases/{case}{object}");
            let Some(map) = content.pointer_mut(&pointer).and_then(Value::as_object_mut) else {
                continue;
            };
            map.insert("surprise".to_owned(), json!(1.0));
            let outcome = outcome(&content, case);
            assert!(matches!(outcome, Outcome::NotImplemented(_)), "{name}{object}: {outcome:?}");
        }
    });
}

#[test]
fn scores_of_several_outputs_can_fail() {
    let text = include_str!("../../tests/samples/metrics.json");
    let content: Value = serde_json::from_str(text).unwrap();
    let cases = content["cases"].as_array().unwrap();
    let case = cases.iter().position(|case| case["name"] == "two_outputs").unwrap();
    assert_eq!(outcome(&content, case), Outcome::Passed);
    for pointer in ["mse", "rmse", "mape", "r2_per_output/1", "mse_per_output/0"] {
        let mut content = content.clone();
        *content.pointer_mut(&format!("/cases/{case}/expected/{pointer}")).unwrap() = json!(0.123);
        assert!(matches!(outcome(&content, case), Outcome::Failed(_)), "{pointer}");
    }
}

/// What is said of separation is no number: each is altered by hand.
#[test]
fn what_is_said_of_separation_can_fail() {
    let text = include_str!("../../tests/samples/models_with_errors.json");
    let content: Value = serde_json::from_str(text).unwrap();
    let cases = content["cases"].as_array().unwrap();
    for (name, pointer, wrong) in [
        ("complete", "separated", json!(false)),
        ("complete", "state", json!("quasi")),
        ("complete", "certificate_w_then_b", json!([-2.0, 7.0])),
        ("complete", "certificate_w_then_b", json!([1.0, -2.5])),
        ("quasi", "state", json!("complete")),
        ("quasi", "certificate_w_then_b", json!([1.0, -3.1])),
        ("overlap", "separated", json!(true)),
        ("overlap", "state", json!("quasi")),
        ("overlap", "certificate_w_then_b", json!([1.0, -3.5])),
        ("stackloss", "intercept", json!(false)),
        ("dose", "intercept", json!(false)),
        ("sizes", "reference_class", json!(1)),
    ] {
        let case = cases.iter().position(|case| case["name"] == name).unwrap();
        let mut content = content.clone();
        content["cases"][case][pointer] = wrong;
        let outcome = outcome(&content, case);
        assert!(matches!(outcome, Outcome::Failed(_)), "{name} {pointer}: {outcome:?}");
    }
}

/// Numbers stand in texts here: each is altered by hand.
#[test]
fn records_that_are_compared_can_fail() {
    let text = include_str!("../../tests/samples/struct_formats.json");
    let content: Value = serde_json::from_str(text).unwrap();
    let cases = content["cases"].as_array().unwrap();
    for case in 0..cases.len() {
        assert_eq!(outcome(&content, case), Outcome::Passed, "{}", cases[case]["name"]);
    }
    let float_range = json!({"type": "OverflowError", "message": "float too large"});
    let bad_code = json!({"type": "struct.error", "message": "bad char in struct format"});
    for (name, pointer, wrong) in [
        ("code_none_q", "size", json!(4)),
        ("code_none_q", "native_alignment_trailer", json!(1)),
        ("code_none_q", "items/0/packed", json!("0000000000000001")),
        ("code_none_q", "items/0/unpacked/0", json!({"int": "1"})),
        ("code_none_q", "items/0/unpacked/0", json!({"float": 0.0})),
        ("code_<_e", "items/1/unpacked/0", json!({"float": 0.0})),
        ("multi_'5p'_234", "items/0/unpacked", json!([])),
        ("code_<_P", "error", float_range.clone()),
        ("pack_error_3_B", "error", float_range.clone()),
        ("pack_error_3_B", "values/0", json!({"int": "1"})),
        ("pack_error_22_<f", "error", bad_code.clone()),
        ("pack_error_27_i", "error", bad_code.clone()),
        ("unpack_error_1_i", "error", bad_code.clone()),
        ("unpack_error_1_i", "packed", json!("00000000")),
        ("unpack_3_5p", "unpacked/0", json!({"bytes": "616263"})),
        ("pack_into", "buffer", json!("000000feff01020000000001")),
        ("unpack_from_-8", "unpacked/1", json!({"int": "0"})),
        ("unpack_from_short", "offset", json!(4)),
        ("pack_into_short", "error", bad_code.clone()),
        ("iter_unpack", "rows/4/1", json!({"int": "0"})),
        ("iter_unpack", "rows", json!([])),
        ("iter_unpack_ragged", "error", bad_code),
    ] {
        let case = cases.iter().position(|case| case["name"] == name).unwrap();
        let mut content = content.clone();
        *content.pointer_mut(&format!("/cases/{case}/{pointer}")).unwrap() = wrong;
        let outcome = outcome(&content, case);
        assert!(matches!(outcome, Outcome::Failed(_)), "{name} {pointer}: {outcome:?}");
    }
    let mut content = content.clone();
    content["cases"][0]["items"][0]["surprise"] = json!(1);
    content["tolerance"] = json!({"exact": true});
    assert!(matches!(outcome(&content, 0), Outcome::NotImplemented(_)));
}

#[test]
fn unknown_names_are_not_implemented() {
    let tolerance = json!({"rtol": 1e-9, "atol": 0.0, "exact": true});
    for (file, case) in [
        ("activations.json", json!({"kind": "elementwise", "function": "nope", "x": [1]})),
        ("activations.json", json!({"kind": "nope"})),
        (
            "backprop.json",
            json!({"kind": "expression", "expression": "nope(x)", "inputs": {"x": 1}}),
        ),
        ("hessian.json", json!({"kind": "nope"})),
        ("init.json", json!({"scheme": "nope"})),
        ("linear_models.json", json!({"kind": "nope", "data": {"inline": {"X": [[1]], "y": [1]}}})),
        ("losses.json", json!({"loss": "nope"})),
        ("metrics.json", json!({"kind": "nope"})),
        ("optimizers.json", json!({"optimizer": "nope", "params": {}})),
        ("struct_formats.json", json!({"kind": "nope", "format": "b"})),
        ("schedules.json", json!({"schedule": "nope", "params": {}, "lr": [0.1]})),
        ("nope.json", json!({})),
    ] {
        let content = json!({"file": file, "tolerance": tolerance, "cases": [case]});
        let outcome = outcome(&content, 0);
        assert!(matches!(outcome, Outcome::NotImplemented(_)), "{file}: {outcome:?}");
    }
}

#[test]
fn no_content_makes_the_program_panic() {
    // Each number becomes something else, in turn: what was a list is a number, and so on.
    let odd = [json!(null), json!("x"), json!(-1), json!([]), json!([[1], [2, 3]]), json!({})];
    passing(|_, content, case, _| {
        let keys: Vec<String> =
            content["cases"][case].as_object().unwrap().keys().cloned().collect();
        for key in keys {
            for value in &odd {
                let mut content = content.clone();
                content["cases"][case][&key] = value.clone();
                let outcome = outcome(&content, case);
                if let Outcome::Failed(mismatches) = &outcome {
                    let panic = mismatches.iter().find(|m| m.got.contains("panic"));
                    assert_eq!(panic, None, "{key} = {value}");
                }
            }
        }
    });
}
