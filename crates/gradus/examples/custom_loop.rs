//! A training loop of your own: forward, cost, backward, update.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (x, y) = (dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0], dmatrix![0.0; 1.0; 1.0; 0.0]);
    let mut rng = stream(1, purpose::INIT);
    let mlp = Mlp { inputs: 2, hidden: vec![8], outputs: 1, activation: Activation::Tanh };
    let mut model = mlp.build::<f64>(&mut rng)?;
    let mut adam = Adam { lr: 0.05, ..Adam::default() }.build()?;
    let mut tape = Tape::new();
    for _ in 0..500 {
        let output = model.forward(tape.constant(x.clone()), &mut Pass::train(&mut rng));
        let cost = (output - tape.constant(y.clone())).square().mean();
        let gradients = cost.backward();
        tape.reset();
        apply_gradients(&mut model, &gradients, &mut adam)?;
        tape.recycle(gradients);
    }
    let error = (model.predict(&x)? - y).abs().max();
    println!("XOR is learned to within {error:.1e}");
    assert!(error < 0.01);
    Ok(())
}
