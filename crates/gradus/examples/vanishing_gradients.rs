//! How gradients explode and vanish with depth, and what the activation has to do with it.
//!
//! In a chain of layers the gradient of an early one is a product of all later ones. With linear
//! layers of 1.5·I or 0.5·I it is 1.5^(L−1) or 0.5^(L−1). A sigmoid's slope is at most ¼, so that each
//! layer takes at least three quarters of what comes through; a ReLU's is 1 where the unit is on.
//!
//! Source: S. Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, 1991; X. Glorot and
//! Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::Reduction;
use gradus::nn::cost::softmax_cross_entropy;
use gradus::prelude::*;

/// The output of L − 1 layers of factor·I and a last one that picks a feature, and the length of
/// its gradient with respect to the input.
fn linear_chain(layers: usize, factor: f64) -> (f64, f64) {
    let tape = Tape::new();
    let x = tape.variable(dmatrix![1.0, 1.0]);
    let weight = tape.constant(DMatrix::identity(2, 2) * factor);
    let mut signal = x;
    for _ in 1..layers {
        signal = signal.matmul(weight);
    }
    let output = signal.matmul(tape.constant(dmatrix![1.0; 0.0]));
    let gradients = output.backward();
    (output.item(), gradients.get(x).map_or(0.0, |gradient| gradient.norm()))
}

/// The length of the gradient of each weight matrix of a network of ten hidden layers.
fn gradient_norms(activation: Activation) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let digits = data::digits_dataset::<f64>();
    let Targets::Classes { codes, .. } = digits.y else { return Err("digits are classes".into()) };
    let mut rng = stream(1, purpose::INIT);
    let mlp = Mlp { inputs: 64, hidden: vec![32; 10], outputs: 10, activation };
    let model = mlp.build::<f64>(&mut rng)?;
    let tape = Tape::new();
    let logits = model.forward(tape.constant(digits.x), &mut Pass::eval());
    let gradients = softmax_cross_entropy(logits, &codes.into(), Reduction::Mean).backward();
    let mut norms = Vec::new();
    model.visit(&Path::root(), &mut |path, parameter| {
        if path.to_string().ends_with("weight") {
            norms.extend(gradients.of(parameter).map(|gradient| gradient.norm()));
        }
    });
    Ok(norms)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("Linear layers of 1.5·I and 0.5·I, input (1, 1):");
    println!("   L      output    gradient   1.5^(L-1)      output    gradient   0.5^(L-1)");
    for layers in [2, 5, 10, 20, 50] {
        print!("  {layers:>2}");
        for factor in [1.5_f64, 0.5] {
            let (output, gradient) = linear_chain(layers, factor);
            let law = factor.powi(layers as i32 - 1);
            print!("  {output:>10.3e}  {gradient:>10.3e}  {law:>10.3e}");
            assert!((output / law - 1.0).abs() < 1e-12 && (gradient / law - 1.0).abs() < 1e-12);
        }
        println!();
    }

    println!();
    println!("Ten hidden layers of 32 units on the digits, before the first step:");
    println!("lengths of the weights' gradients, each with the initialisation made for it.");
    let activations = [Activation::Sigmoid, Activation::Tanh, Activation::Relu];
    let norms = activations.map(gradient_norms);
    let [sigmoid, tanh, relu] = norms;
    let (sigmoid, tanh, relu) = (sigmoid?, tanh?, relu?);
    println!("  layer   sigmoid      tanh      relu");
    for layer in 0..sigmoid.len() {
        let (s, t, r) = (sigmoid[layer], tanh[layer], relu[layer]);
        println!("  {:>5}  {s:>8.1e}  {t:>8.1e}  {r:>8.1e}", layer + 1);
    }
    let share = |norms: &[f64]| norms[0] / norms[norms.len() - 1];
    println!("  first / last layer:");
    println!("         {:>8.1e}  {:>8.1e}  {:>8.1e}", share(&sigmoid), share(&tanh), share(&relu));
    println!("The sigmoid's first layer would hardly learn; tanh and ReLU reach all layers alike.");
    assert!(share(&sigmoid) < 1e-4 && share(&relu) > 0.1);
    Ok(())
}
