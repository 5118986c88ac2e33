//! Dropout: what it does to a signal, and to a network that learns wrong labels by heart.
//!
//! While training each unit is kept with probability p: inverted dropout gives m⊙x/p and leaves
//! evaluation alone, the plain form gives m⊙x and evaluates p·x. Units cannot rely on one another,
//! and a network with dropout is about the average of many thinned ones.
//!
//! Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, *Dropout: a
//! simple way to prevent neural networks from overfitting*, 2014.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::{Dropout, predict};
use gradus::prelude::*;

/// What a layer gives to a row of ones while training: the first units, and the mean of all.
fn training_pass(dropout: Dropout) -> (Vec<f64>, f64) {
    let mut rng = stream(1, purpose::NOISE);
    let tape = Tape::new();
    let ones = tape.constant(DMatrix::from_element(1, 10_000, 1.0));
    let output = dropout.forward(ones, &mut Pass::train(&mut rng)).value();
    (output.iter().take(8).copied().collect(), output.mean())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("10,000 ones, kept with p = 0.8:");
    println!("            while training                        mean   evaluated");
    let inverted = Dropout::keep(0.8)?;
    for (name, dropout) in [("inverted", inverted), ("plain", inverted.plain())] {
        let (units, mean) = training_pass(dropout);
        let evaluated = predict(&dropout, &dmatrix![1.0])[(0, 0)];
        let units: String = units.iter().map(|unit| format!("{unit:<5}")).collect();
        println!("  {name:<8}  {units}  {mean:.2}        {evaluated}");
        assert!((mean - evaluated).abs() < 0.02);
    }

    let digits = data::digits_dataset::<f64>();
    let train: Vec<usize> = (0..500).collect();
    let dev: Vec<usize> = (500..digits.rows()).collect();
    let (mut train, dev) = (digits.select(&train)?, digits.select(&dev)?);
    let Targets::Classes { codes, .. } = &mut train.y else {
        return Err("digits are classes".into());
    };
    for code in codes.iter_mut().step_by(5) {
        *code = (*code + 1) % 10;
    }
    println!();
    println!(
        "256 hidden units on 500 digits, a fifth of them mislabelled; judged on {} others:",
        dev.rows()
    );
    println!("  dropped      train cost  train right    dev cost    dev right");
    let mut dev_costs = Vec::new();
    for rate in [0.0, 0.25, 0.5, 0.75] {
        let mut rng = stream(1, purpose::INIT);
        let activation = Activation::Relu;
        let hidden = activation.default_init();
        let mut model = Sequential::new(vec![
            Box::new(Linear::new(64, 256, hidden, &mut rng)?),
            Box::new(Activate(activation)),
            Box::new(Dropout::new(rate)?),
            Box::new(Linear::new(256, 10, Init::GlorotUniform, &mut rng)?),
        ])?;
        let mut adam = Adam { lr: 0.003, ..Adam::default() }.build()?;
        let config = FitConfig { epochs: 100, batch_size: Some(50), ..FitConfig::default() };
        let cost = Cost::SoftmaxCrossEntropy;
        fit(&mut model, cost, &mut adam, &train, None, &config, &mut Quiet)?;
        let on_train = evaluate(&model, cost, &train)?;
        let on_dev = evaluate(&model, cost, &dev)?;
        let percent = |accuracy: Option<f64>| 100.0 * accuracy.unwrap_or(f64::NAN);
        println!(
            "  {:>6.0}%      {:>10.4}  {:>10.1}%  {:>10.4}  {:>10.1}%",
            100.0 * rate,
            on_train.cost,
            percent(on_train.accuracy),
            on_dev.cost,
            percent(on_dev.accuracy),
        );
        dev_costs.push(on_dev.cost);
    }
    println!(
        "The more is dropped, the less is learned by heart, and the better others are told apart."
    );
    assert!(dev_costs.is_sorted_by(|less, more| less > more), "more dropout, less overfitting");
    Ok(())
}
