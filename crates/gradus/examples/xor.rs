//! Exclusive or: no line separates it, two hidden units do.
//!
//! A perceptron computes y = 1 iff w·x + b > 0. The rows of exclusive or ask for b < 0,
//! w₂ + b > 0, w₁ + b > 0 and w₁ + w₂ + b < 0: the outer two add up to w₁ + w₂ + 2b < 0, the inner
//! two to the contrary. A hidden layer moves the points to where a line can be drawn.
//!
//! Source: M. Minsky and S. Papert, *Perceptrons*, 1969; D. Rumelhart, G. Hinton and R. Williams,
//! *Learning representations by back-propagating errors*, 1986.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::Reduction;
use gradus::nn::cost::binary_cross_entropy;
use gradus::nn::threshold::{Separation, linearly_separable, xor_network};
use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
    let y = dmatrix![0.0; 1.0; 1.0; 0.0];
    let labels = [false, true, true, false];

    println!("Can a line separate the classes?");
    let Separation::Inseparable(certificate) = linearly_separable(&x, &labels)? else {
        return Err("a line separates exclusive or".into());
    };
    println!("  x1 x2  y  weight");
    for row in 0..4 {
        let (x1, x2, weight) = (x[(row, 0)], x[(row, 1)], certificate.weights[row]);
        println!("   {x1}  {x2}  {}  {weight:.2}", y[row]);
    }
    let (p, q) = (certificate.point[0], certificate.point[1]);
    println!("  No: with these weights both classes have their average at ({p}, {q}).");
    assert!(certificate.proves(&x, &labels)?);

    println!();
    println!("By hand: z1 = x1 and not x2, z2 = x2 and not x1, y = z1 or z2.");
    println!("  x1 x2  z1 z2  y");
    let by_hand = xor_network();
    for inputs in [[false, false], [false, true], [true, false], [true, true]] {
        let signals = by_hand.signals(&inputs)?;
        let [x1, x2, z1, z2, y] = [0, 1, 2, 3, 4].map(|signal| u8::from(signals[signal]));
        println!("   {x1}  {x2}   {z1}  {z2}  {y}");
        assert_eq!(y, x1 ^ x2);
    }

    println!();
    println!("Learned: two inputs, four tanh units, one output, cross-entropy, Adam.");
    let mut rng = stream(1, purpose::INIT);
    let mlp = Mlp { inputs: 2, hidden: vec![4], outputs: 1, activation: Activation::Tanh };
    let mut model = mlp.build::<f64>(&mut rng)?;
    let mut adam = Adam { lr: 0.05, ..Adam::default() }.build()?;
    let mut tape = Tape::new();
    println!("  step  cost");
    for step in 0..=300 {
        let logits = model.forward(tape.constant(x.clone()), &mut Pass::train(&mut rng));
        let cost = binary_cross_entropy(logits, tape.constant(y.clone()), Reduction::Mean);
        if step % 100 == 0 {
            println!("  {step:>4}  {:.4}", cost.item());
        }
        let gradients = cost.backward();
        tape.reset();
        apply_gradients(&mut model, &gradients, &mut adam)?;
    }
    println!("  x1 x2  P(y = 1)");
    for (row, logit) in model.predict(&x)?.iter().enumerate() {
        let probability = 1.0 / (1.0 + (-logit).exp());
        println!("   {}  {}  {probability:.2}", x[(row, 0)], x[(row, 1)]);
        assert!((probability - y[row]).abs() < 0.1);
    }
    Ok(())
}
