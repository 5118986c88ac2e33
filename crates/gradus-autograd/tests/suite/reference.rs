//! Activations and their first two derivatives against the reference files, where they are.

use std::fs;

use gradus_autograd::{Evaluator, Tape, Var};
use gradus_testkit::{assert_close, fixtures_dir};
use nalgebra::DMatrix;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a spelled number"),
        other => other.as_f64().expect("a number"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(number).collect()
}

fn activation<'t>(name: &str, params: &Value, x: Var<'t, f64>) -> Var<'t, f64> {
    match name {
        "identity" => x * 1.0,
        "binary_step" => x.step(),
        "sigmoid" => x.sigmoid(),
        "tanh" => x.tanh(),
        "arctan" => x.atan(),
        "softsign" => x.softsign(),
        "relu" => x.relu(),
        "leaky_relu" => x.leaky_relu(number(&params["negative_slope"])),
        "elu" => x.elu(number(&params["alpha"])),
        "gelu" => x.gelu(),
        "silu" => x.silu(),
        "softplus" => x.softplus(),
        other => panic!("no activation is called {other}"),
    }
}

#[test]
fn activations_have_their_values_and_derivatives_over_the_whole_range() {
    let Some(dir) = fixtures_dir() else { return };
    let text = fs::read_to_string(dir.join("activations.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for case in file["cases"].as_array().unwrap() {
        if case["kind"] != "elementwise" {
            continue;
        }
        seen += 1;
        let (name, params) = (case["function"].as_str().unwrap(), &case["params"]);
        // The file relaxes GELU, whose value hangs on the erfc at hand. Results below 2.3e-308 may
        // be flushed to 0.
        let (rtol, atol) = if name == "gelu" { (1e-12, 1e-15) } else { (1e-14, 1e-300) };
        let x = DMatrix::from_row_slice(1, 45, &numbers(&case["x"]));
        let close = |what: &str, actual: &DMatrix<f64>| {
            println!("{name} {what}");
            assert_close(actual.as_slice(), &numbers(&case[what]), rtol, atol);
        };

        let value = Evaluator::new().run(|scope| activation(name, params, scope.input(&x)).value());
        close("value", &value);

        let tape = Tape::new();
        let z = tape.variable(x.clone());
        let y = activation(name, params, z);
        assert_eq!(y.value(), value, "{name}: the tape and the evaluator agree");
        let backward = y.sum().backward();
        close("d1", backward.get(z).unwrap_or(&DMatrix::zeros(1, 45)));
        let recorded = tape.grad(y.sum(), &[z])[0];
        close("d1", &recorded.value());
        let second = tape.grad(recorded.sum(), &[z])[0];
        close("d2", &second.value());
        let ones = DMatrix::from_element(1, 45, 1.0);
        close("d1", &tape.jvp(y, &[(z, ones.clone())]).unwrap());
        close("d2", &tape.hvp(y.sum(), &[(z, ones)]).unwrap()[0].product);
    }
    assert_eq!(seen, 14);
}

#[test]
fn softmax_and_its_kin_match_the_reference() {
    let Some(dir) = fixtures_dir() else { return };
    let text = fs::read_to_string(dir.join("activations.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for case in file["cases"].as_array().unwrap() {
        if case["kind"] != "vector" {
            continue;
        }
        seen += 1;
        println!("{}", case["name"]);
        let z = numbers(&case["z"]);
        let tape = Tape::new();
        let x = tape.variable(DMatrix::from_row_slice(1, z.len(), &z));
        let p = x.softmax();
        let close = |actual: DMatrix<f64>, expected: &Value| {
            assert_close(actual.as_slice(), &numbers(expected), 1e-14, 1e-300);
        };
        close(p.value(), &case["softmax"]);
        close(x.log_softmax().value(), &case["log_softmax"]);
        let lse = x.log_sum_exp();
        assert_close(&[lse.item()], &[number(&case["logsumexp"])], 1e-14, 1e-300);
        assert_close(
            lse.backward().get(x).unwrap().as_slice(),
            &numbers(&case["softmax"]),
            1e-14,
            1e-300,
        );
        if let Some(rows) = case["softmax_jacobian"].as_array() {
            for (j, row) in rows.iter().enumerate() {
                let gradient = p.col_range(j..j + 1).backward();
                // p(1 − p) cancels where p is close to 1.
                assert_close(gradient.get(x).unwrap().as_slice(), &numbers(row), 1e-13, 1e-16);
            }
        }
    }
    assert!(seen >= 10);
}
