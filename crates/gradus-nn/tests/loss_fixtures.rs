//! Every case of the reference file of losses: value, gradient and losses of the elements.
//!
//! The file, made with PyTorch 2.15, lies beside the workspace and is skipped where it is absent;
//! `costs.rs` holds reference values that are always checked.

use std::sync::Arc;

use gradus_autograd::{Tape, Var};
use gradus_nn::Reduction;
use gradus_nn::cost::{self, CrossEntropy};
use gradus_testkit::{assert_close, fixtures_dir};
use nalgebra::DMatrix;
use serde_json::Value;

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// A list is a row, a list of lists a matrix.
fn matrix(value: &Value) -> DMatrix<f64> {
    let rows = list(value);
    if !rows[0].is_array() {
        let row = numbers(value);
        return DMatrix::from_row_slice(1, row.len(), &row);
    }
    let rows: Vec<Vec<f64>> = rows.iter().map(numbers).collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

fn classes(value: &Value) -> Arc<Vec<u32>> {
    Arc::new(numbers(value).into_iter().map(|class| class as u32).collect())
}

/// The losses of elements or rows, where there is such a thing, and the cost.
struct Computed<'t> {
    losses: Option<Var<'t, f64>>,
    cost: Var<'t, f64>,
}

fn compute<'t>(tape: &'t Tape<f64>, pred: Var<'t, f64>, case: &Value) -> Computed<'t> {
    let reduction = match case["reduction"].as_str().expect("a name") {
        "mean" => Reduction::Mean,
        "sum" => Reduction::Sum,
        other => panic!("reduction {other}"),
    };
    let params = &case["params"];
    let number = |name: &str| params[name].as_f64();
    let target = || tape.constant(matrix(&case["target"]));
    let class_target = || classes(&case["target"]);
    let elements =
        |losses: Var<'t, f64>| Computed { losses: Some(losses), cost: reduction.of(losses) };
    let only = |cost| Computed { losses: None, cost };
    match case["loss"].as_str().expect("a name") {
        "mse" => elements(cost::squared_errors(pred, target())),
        "half_mse" => only(cost::half_squared_error(pred, target(), reduction)),
        "mae" => elements(cost::absolute_errors(pred, target())),
        "huber" => elements(cost::huber_losses(pred, target(), number("delta").expect("a number"))),
        "bce_probs" => elements(cost::binary_cross_entropies_of_probabilities(pred, target())),
        "bce_logits" => elements(match number("pos_weight") {
            None => cost::binary_cross_entropies(pred, target()),
            Some(weight) => {
                cost::weighted_binary_cross_entropies(pred, target(), tape.scalar(weight))
            }
        }),
        "cross_entropy_logits" => {
            let options = CrossEntropy {
                class_weights: params.get("class_weight").map(numbers),
                label_smoothing: number("label_smoothing").unwrap_or(0.0),
            };
            if params.get("targets").is_some() {
                only(options.of_distributions(pred, target(), reduction))
            } else {
                Computed {
                    losses: Some(options.losses_of_classes(pred, &class_target())),
                    cost: options.of_classes(pred, &class_target(), reduction),
                }
            }
        }
        "bernoulli_log_likelihood_logits" => {
            only(cost::bernoulli_log_likelihood(pred, target(), reduction))
        }
        "bernoulli_log_likelihood_probs" => {
            only(cost::bernoulli_log_likelihood_of_probabilities(pred, target(), reduction))
        }
        "gaussian_log_likelihood" => {
            let std = tape.scalar(number("sigma").expect("a number"));
            only(cost::gaussian_log_likelihood(pred, target(), std, reduction))
        }
        "categorical_log_likelihood_logits" => {
            only(cost::categorical_log_likelihood(pred, &class_target(), reduction))
        }
        other => panic!("loss {other}"),
    }
}

#[test]
fn all_cases_agree_in_value_gradient_and_elements() {
    let Some(dir) = fixtures_dir() else { return };
    let text = std::fs::read_to_string(dir.join("losses.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let tolerance = |name: &str| file["tolerance"][name].as_f64().unwrap();
    let (rtol, atol) = (tolerance("rtol"), tolerance("atol"));
    let cases = file["cases"].as_array().unwrap();
    let mut failed = Vec::new();
    for case in cases {
        let check = || {
            let tape = Tape::new();
            let pred = tape.variable(matrix(&case["pred"]));
            let computed = compute(&tape, pred, case);
            assert_close(&[computed.cost.item()], &[case["value"].as_f64().unwrap()], rtol, atol);
            let gradients = computed.cost.backward();
            let expected = matrix(&case["grad"]);
            assert_close(gradients.get(pred).unwrap().as_slice(), expected.as_slice(), rtol, atol);
            if let Some(expected) = case.get("per_element") {
                let losses = computed.losses.unwrap().value();
                assert_close(losses.as_slice(), matrix(expected).as_slice(), rtol, atol);
            }
        };
        if std::panic::catch_unwind(check).is_err() {
            failed.push(case["name"].as_str().unwrap());
        }
    }
    assert!(failed.is_empty(), "{} of {}: {failed:?}", failed.len(), cases.len());
    assert!(cases.len() >= 114, "{} cases", cases.len());
}
