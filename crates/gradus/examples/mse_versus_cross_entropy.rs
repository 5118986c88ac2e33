//! A saturated sigmoid learns slowly from the squared error, and fast from the cross-entropy.
//!
//! One neuron a = σ(wx + b) shall learn to answer 0 to x = 1. With C = ½(a − y)² the gradient
//! ∂C/∂w = (a − y)·σ′(z)·x has the slope σ′(z), which is nearly 0 where the neuron is badly wrong.
//! With the cross-entropy it is (a − y)·x: the worse the answer, the faster it learns.
//!
//! Source: M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 3, whose two starts these
//! are; his outputs after 300 steps of the squared error are 0.09 and 0.20.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::Reduction;
use gradus::nn::cost::{binary_cross_entropy, half_squared_error};
use gradus::prelude::*;

#[derive(Clone, Copy)]
enum Loss {
    Squared,
    CrossEntropy,
}

/// The output and ∂C/∂w before each of 301 steps.
fn train(start: (f64, f64), loss: Loss) -> Result<Vec<(f64, f64)>, Box<dyn std::error::Error>> {
    let (mut w, mut b) = ([start.0], [start.1]);
    let mut sgd = Sgd { lr: 0.15 }.build::<f64>()?;
    let mut tape = Tape::new();
    let mut way = Vec::new();
    for _ in 0..=300 {
        let (weight, bias) = (tape.scalar(w[0]), tape.scalar(b[0]));
        let z = tape.constant(dmatrix![1.0]) * weight + bias;
        let y = tape.constant(dmatrix![0.0]);
        let cost = match loss {
            Loss::Squared => half_squared_error(z.sigmoid(), y, Reduction::Mean),
            Loss::CrossEntropy => binary_cross_entropy(z, y, Reduction::Mean),
        };
        let gradients = cost.backward();
        let slope = |variable| gradients.item(variable).ok_or("the cost depends on it");
        let (dw, db) = (slope(weight)?, slope(bias)?);
        way.push((z.sigmoid().item(), dw));
        tape.reset();
        sgd.begin_step();
        sgd.update(0, &mut w, &[dw])?;
        sgd.update(1, &mut b, &[db])?;
    }
    Ok(way)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut last = Vec::new();
    for start in [(0.6, 0.9), (2.0, 2.0)] {
        let squared = train(start, Loss::Squared)?;
        let entropy = train(start, Loss::CrossEntropy)?;
        println!("From w = {:.1}, b = {:.1}, with α = 0.15:", start.0, start.1);
        println!("        squared error     cross-entropy");
        println!("  step  output   dC/dw    output   dC/dw");
        for step in [0, 10, 50, 100, 150, 200, 300] {
            let ((a, da), (c, dc)) = (squared[step], entropy[step]);
            println!("  {step:>4}    {a:.2}  {da:.4}      {c:.2}  {dc:.4}");
        }
        println!();
        last.push((squared[300].0, entropy[300].0));
    }
    println!("The second start is farther off, and the squared error hardly notices it at first.");
    assert!((last[0].0 - 0.09).abs() < 0.005 && (last[1].0 - 0.20).abs() < 0.005);
    assert!(last.iter().all(|(squared, entropy)| entropy < squared));
    Ok(())
}
