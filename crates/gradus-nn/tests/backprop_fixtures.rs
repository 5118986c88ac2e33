//! Every network of the reference file of backpropagation, by the tape and by the explicit
//! equations: values, penalties, dropout masks and all gradients.
//!
//! The file, made with PyTorch 2.15, lies beside the workspace and is skipped where it is absent.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::sync::Arc;

use gradus_autograd::{Parameter, Tape};
use gradus_nn::backpropagation::{ExplicitLayer, ExplicitNetwork, cost_gradient};
use gradus_nn::{Activation, Cost, Target};
use gradus_testkit::{assert_close, fixtures_dir};
use nalgebra::DMatrix;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

fn matrices(value: &Value) -> Vec<DMatrix<f64>> {
    value.as_array().unwrap().iter().map(matrix).collect()
}

/// What a way of computing found. Weights are (inputs, outputs), as everywhere here.
struct Found {
    data_loss: f64,
    total_loss: f64,
    pre_activations: Vec<DMatrix<f64>>,
    outputs: Vec<DMatrix<f64>>,
    deltas: Vec<DMatrix<f64>>,
    weights: Vec<DMatrix<f64>>,
    biases: Vec<DMatrix<f64>>,
    input: DMatrix<f64>,
}

struct Case<'j> {
    json: &'j Value,
    network: ExplicitNetwork,
    cost: Cost,
    target: Target<f64>,
    x: DMatrix<f64>,
    l1: f64,
    l2: f64,
}

fn activation(name: &str) -> Activation {
    match name.strip_prefix("leaky_relu_") {
        Some(slope) => Activation::LeakyRelu { slope: slope.parse().unwrap() },
        None => name.parse().unwrap(),
    }
}

fn cost(name: &str) -> Cost {
    match name {
        "mse" => Cost::MeanSquaredError,
        "mae" => Cost::MeanAbsoluteError,
        "huber_1.0" => Cost::Huber { delta: 1.0 },
        "half_mse_sum_over_outputs_mean_over_rows" => Cost::Quadratic,
        "bce_logits" => Cost::BinaryCrossEntropy,
        "cross_entropy_logits" => Cost::SoftmaxCrossEntropy,
        other => panic!("loss {other}"),
    }
}

impl<'j> Case<'j> {
    fn read(json: &'j Value) -> Self {
        let weights = matrices(&json["weights"]);
        let layers = weights.iter().enumerate().map(|(l, weight)| ExplicitLayer {
            weight: weight.transpose(),
            bias: DMatrix::from_row_slice(1, weight.nrows(), &numbers(&json["biases"][l])),
            activation: activation(json["activations"][l].as_str().unwrap()),
            mask: json
                .get("dropout")
                .and_then(|all| all.get(l.to_string()))
                .map(|dropout| matrix(&dropout["mask"]) / (1.0 - dropout["p"].as_f64().unwrap())),
        });
        let cost = cost(json["loss"].as_str().unwrap());
        let target = match cost {
            Cost::SoftmaxCrossEntropy => {
                let classes = numbers(&json["target"]).into_iter().map(|class| class as u32);
                Target::Classes(Arc::new(classes.collect()))
            }
            _ => Target::Values(Arc::new(matrix(&json["target"]))),
        };
        Self {
            json,
            network: ExplicitNetwork::new(layers.collect()).unwrap(),
            cost,
            target,
            x: matrix(&json["x"]),
            l1: json["l1"].as_f64().unwrap(),
            l2: json["l2"].as_f64().unwrap(),
        }
    }

    fn explicitly(&self) -> Found {
        let found = self
            .network
            .backpropagate(&self.x, |a| cost_gradient(self.cost, a, &self.target))
            .unwrap();
        let mut total_loss = found.cost;
        let mut weights = found.weights;
        for (gradient, layer) in weights.iter_mut().zip(self.network.layers()) {
            let w = &layer.weight;
            let sign = w.map(|w| if w == 0.0 { 0.0 } else { w.signum() });
            total_loss += self.l1 * w.abs().sum() + 0.5 * self.l2 * w.norm_squared();
            *gradient += sign * self.l1 + w * self.l2;
        }
        Found {
            data_loss: found.cost,
            total_loss,
            pre_activations: found.pre_activations,
            outputs: found.outputs,
            deltas: found.deltas,
            weights,
            biases: found.biases,
            input: found.input,
        }
    }

    fn by_the_tape(&self) -> Found {
        let tape = Tape::new();
        let x = tape.variable(self.x.clone());
        let mut a = x;
        let (mut z, mut outputs, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
        let mut penalty = tape.constant(DMatrix::zeros(1, 1));
        for layer in self.network.layers() {
            let weight = Parameter::new(layer.weight.clone());
            let bias = Parameter::new(layer.bias.clone());
            let w = tape.parameter(&weight);
            z.push(a.affine(w, tape.parameter(&bias)));
            a = layer.activation.apply(z[z.len() - 1]);
            if let Some(mask) = &layer.mask {
                a = a * tape.constant(mask.clone());
            }
            outputs.push(a);
            penalty = penalty + w.abs().sum() * self.l1 + w.square().sum() * (0.5 * self.l2);
            parameters.push((weight, bias));
        }
        let data = self.cost.of(a, &self.target);
        let total = data + penalty;
        let deltas = tape.grad(total, &z);
        let gradients = total.backward();
        let of = |p: &Parameter<f64>| gradients.of(p).unwrap().clone();
        Found {
            data_loss: data.item(),
            total_loss: total.item(),
            pre_activations: z.iter().map(|z| z.value()).collect(),
            outputs: outputs.iter().map(|a| a.value()).collect(),
            deltas: deltas.iter().map(|delta| delta.value()).collect(),
            weights: parameters.iter().map(|(weight, _)| of(weight)).collect(),
            biases: parameters.iter().map(|(_, bias)| of(bias)).collect(),
            input: gradients.get(x).unwrap().clone(),
        }
    }

    fn check(&self, found: &Found, (rtol, atol): (f64, f64)) {
        let expected = &self.json["expected"];
        let close = |name: &str, found: &[DMatrix<f64>], expected: &[DMatrix<f64>]| {
            assert_eq!(found.len(), expected.len(), "{name}");
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found.shape(), expected.shape(), "{name}");
                assert_close(found.as_slice(), expected.as_slice(), rtol, atol);
            }
        };
        let number = |name: &str| expected[name].as_f64().unwrap();
        assert_close(&[found.data_loss], &[number("data_loss")], rtol, atol);
        assert_close(&[found.total_loss], &[number("total_loss")], rtol, atol);
        close("z", &found.pre_activations, &matrices(&expected["pre_activations"]));
        close("a", &found.outputs, &matrices(&expected["layer_outputs"]));
        close("deltas", &found.deltas, &matrices(&expected["grad_pre_activations"]));
        let weights = matrices(&expected["grad_weights"]);
        let weights: Vec<_> = weights.iter().map(|weight| weight.transpose()).collect();
        close("weights", &found.weights, &weights);
        let bias = |b: &Value| DMatrix::from_row_slice(1, numbers(b).len(), &numbers(b));
        // A network without biases has no gradient of them to compare with.
        if let Some(biases) = expected["grad_biases"].as_array() {
            let biases: Vec<_> = biases.iter().map(bias).collect();
            close("biases", &found.biases, &biases);
        }
        close("x", std::slice::from_ref(&found.input), &[matrix(&expected["grad_x"])]);
    }
}

#[test]
fn all_networks_agree_by_the_tape_and_explicitly() {
    let Some(dir) = fixtures_dir() else { return };
    let text = std::fs::read_to_string(dir.join("backprop.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let tolerance = |name: &str| file["tolerance"][name].as_f64().unwrap();
    let tolerance = (tolerance("rtol"), tolerance("atol"));
    let networks: Vec<&Value> =
        file["cases"].as_array().unwrap().iter().filter(|case| case["kind"] == "mlp").collect();
    let mut failed = Vec::new();
    for json in &networks {
        let name = json["name"].as_str().unwrap();
        let run = |way: fn(&Case<'_>) -> Found| {
            std::panic::catch_unwind(|| {
                let case = Case::read(json);
                case.check(&way(&case), tolerance);
            })
        };
        if run(|case| case.explicitly()).is_err() {
            failed.push(format!("{name} explicitly"));
        }
        if run(|case| case.by_the_tape()).is_err() {
            failed.push(format!("{name} by the tape"));
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
    assert!(networks.len() >= 17, "{} networks", networks.len());
}
