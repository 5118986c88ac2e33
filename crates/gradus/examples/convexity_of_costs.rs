//! Which costs are convex in the parameters: chords tell.
//!
//! A convex function lies below its chords, J((1 − t)a + tb) ≤ (1 − t)J(a) + tJ(b), and has no minimum
//! but the lowest. One point above a chord disproves it; that none was found is evidence and no proof.
//!
//! Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 3.1.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::autograd::check::{ChordConfig, chord_test};
use gradus::nn::Reduction;
use gradus::nn::cost::{binary_cross_entropy, mean_squared_error};
use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Six points on a line with overlapping classes.
    let x = dmatrix![-2.0; -1.0; -0.5; 0.5; 1.0; 2.0];
    let y = dmatrix![0.0; 0.0; 1.0; 0.0; 1.0; 1.0];
    let config = ChordConfig { segments: 1000, radius: 5.0, ..ChordConfig::default() };
    let neuron = [dmatrix![0.0], dmatrix![0.0]];

    let linear = chord_test(
        |tape, p| {
            let z = tape.constant(x.clone()).affine(p[0], p[1]);
            mean_squared_error(z, tape.constant(y.clone()), Reduction::Mean)
        },
        &neuron,
        &config,
    )?;
    let squared = chord_test(
        |tape, p| {
            let z = tape.constant(x.clone()).affine(p[0], p[1]);
            mean_squared_error(z.sigmoid(), tape.constant(y.clone()), Reduction::Mean)
        },
        &neuron,
        &config,
    )?;
    let entropy = chord_test(
        |tape, p| {
            let z = tape.constant(x.clone()).affine(p[0], p[1]);
            binary_cross_entropy(z, tape.constant(y.clone()), Reduction::Mean)
        },
        &neuron,
        &config,
    )?;
    println!("The cost as a function of w and b, along 1000 segments with |w|, |b| ≤ 5:");
    println!("  squared error of wx + b:     {linear}");
    println!("  cross-entropy of σ(wx + b):  {entropy}");
    println!("  squared error of σ(wx + b):  {squared}");
    assert!(linear.convex() && entropy.convex() && !squared.convex());
    let worst = squared.worst.ok_or("a violation")?;
    let at = |end: &[DMatrix<f64>]| format!("({:.2}, {:.2})", end[0][(0, 0)], end[1][(0, 0)]);
    println!("    between {} and {}, t = {:.3}", at(&worst.from), at(&worst.to), worst.t);

    // A hidden layer: swapping its two units gives another network with the same cost, and the
    // one halfway between has two equal units.
    let hidden =
        [DMatrix::zeros(1, 2), DMatrix::zeros(1, 2), DMatrix::zeros(2, 1), DMatrix::zeros(1, 1)];
    let network = chord_test(
        |tape, p| {
            let z = tape.constant(x.clone()).affine(p[0], p[1]).tanh().affine(p[2], p[3]);
            binary_cross_entropy(z, tape.constant(y.clone()), Reduction::Mean)
        },
        &hidden,
        &config,
    )?;
    println!();
    println!("With a hidden layer of two tanh units no cost is convex:");
    println!("  cross-entropy:  {network}");
    assert!(!network.convex());
    Ok(())
}
