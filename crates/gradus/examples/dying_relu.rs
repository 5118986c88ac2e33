//! How ReLUs die of one step that is too long, and why leaky ones come back.
//!
//! A ReLU max(z, 0) has the slope 0 where z < 0. A unit that is off on every row of the training set
//! has the gradient 0, and no later step brings it back. A step that is too long can do that: it
//! makes the bias, or the weights of inputs that are never negative, large and negative. A leaky
//! ReLU max(αz, z) keeps a slope α there.
//!
//! Source: A. Maas, A. Hannun and A. Ng, *Rectifier nonlinearities improve neural network acoustic
//! models*, 2013; K. He, X. Zhang, S. Ren and J. Sun, *Delving deep into rectifiers*, 2015.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::cost::{mean_squared_error, softmax_cross_entropy};
use gradus::nn::{Reduction, predict};
use gradus::prelude::*;

const LEAKY: Activation = Activation::LeakyRelu { slope: 0.1 };

/// A unit f(wx + b) that begins with w = 1, b = −3 and shall learn y = x on [0, 1]: the cost and
/// the bias before each of some steps.
fn one_unit(activation: Activation) -> Result<Vec<(f64, f64)>, Box<dyn std::error::Error>> {
    let x = DMatrix::from_fn(11, 1, |row, _| row as f64 / 10.0);
    let mut rng = stream(1, purpose::INIT);
    let mut linear = Linear::new(1, 1, Init::Constant(1.0), &mut rng)?;
    if let Some(bias) = &mut linear.bias {
        bias.value_mut().fill(-3.0);
    }
    let mut model = Sequential::new(vec![Box::new(linear), Box::new(Activate(activation))])?;
    let mut sgd = Sgd { lr: 0.5 }.build()?;
    let mut tape = Tape::new();
    let mut way = Vec::new();
    for _ in 0..=200 {
        let mut bias = 0.0;
        model.visit(&Path::root(), &mut |_, parameter| bias = parameter.value()[(0, 0)]);
        let output = model.forward(tape.constant(x.clone()), &mut Pass::train(&mut rng));
        let cost = mean_squared_error(output, tape.constant(x.clone()), Reduction::Mean);
        way.push((cost.item(), bias));
        let gradients = cost.backward();
        tape.reset();
        apply_gradients(&mut model, &gradients, &mut sgd)?;
    }
    Ok(way)
}

/// The hidden units that are off on every row.
fn off(model: &Sequential<f64>, x: &DMatrix<f64>) -> usize {
    predict(&*model.layers()[0], x).column_iter().filter(|z| z.max() < 0.0).count()
}

/// One step on the digits at some rate, then 400 at 0.5: the units that are off after the first and
/// after the last, and the accuracy.
fn network(
    activation: Activation,
    first_rate: f64,
    digits: &Dataset<f64>,
) -> Result<(usize, usize, f64), Box<dyn std::error::Error>> {
    let Targets::Classes { codes, .. } = &digits.y else { return Err("digits are classes".into()) };
    let classes = codes.clone().into();
    let mut rng = stream(1, purpose::INIT);
    let mlp = Mlp { inputs: 64, hidden: vec![10], outputs: 10, activation };
    let mut model = mlp.build::<f64>(&mut rng)?;
    let mut sgd = Sgd { lr: first_rate }.build()?;
    let mut tape = Tape::new();
    let mut off_at_once = 0;
    for step in 0..=400 {
        let logits = model.forward(tape.constant(digits.x.clone()), &mut Pass::train(&mut rng));
        let gradients = softmax_cross_entropy(logits, &classes, Reduction::Mean).backward();
        tape.reset();
        apply_gradients(&mut model, &gradients, &mut sgd)?;
        if step == 0 {
            off_at_once = off(&model, &digits.x);
            sgd.set_lr(0.5)?;
        }
    }
    let accuracy = gradus::train::accuracy(&model.predict(&digits.x)?, codes);
    Ok((off_at_once, off(&model, &digits.x), accuracy))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("One unit that is off on all its rows, and shall learn y = x:");
    println!("             ReLU        leaky ReLU");
    println!("  step    cost  bias      cost    bias");
    let (relu, leaky) = (one_unit(Activation::Relu)?, one_unit(LEAKY)?);
    for step in [0, 5, 10, 20, 50, 100, 200] {
        let ((cost, bias), (leaky_cost, leaky_bias)) = (relu[step], leaky[step]);
        println!("  {step:>4}  {cost:.4}  {bias:>4.1}    {leaky_cost:.4}  {leaky_bias:>6.3}");
    }
    assert_eq!(relu[0], relu[200]);
    assert!(leaky[200].0 < 1e-3);
    println!("Where its slope is 0 the ReLU has no gradient to come back by.");

    let rows: Vec<usize> = (0..500).collect();
    let digits = data::digits_dataset::<f64>().select(&rows)?;
    println!();
    println!("10 hidden units on 500 digits: one step at the rate α, then 400 at 0.5.");
    println!("How many units are off on all digits, after the first and after the last step:");
    println!("               ReLU               leaky ReLU");
    println!("    α    first  last  right    first  last  right");
    for rate in [0.1, 3.0, 10.0, 30.0, 100.0] {
        print!("  {rate:>3}");
        for activation in [Activation::Relu, LEAKY] {
            let (first, last, accuracy) = network(activation, rate, &digits)?;
            print!("    {first:>5}  {last:>4}  {:>4.0}%", 100.0 * accuracy);
            assert!(activation == LEAKY || last >= first, "dead units stay dead");
        }
        println!();
    }
    println!(
        "The longer the first step, the more units it kills; leaky ones still learn where they are off."
    );
    Ok(())
}
