//! Rosenblatt's perceptron on irises: it ends where a plane separates, and says so where none does.
//!
//! After each mistake w ← w ± x and b ← b ± 1. If the classes can be separated with a margin γ, and
//! no example is longer than R, there are at most (R/γ)² mistakes, in whatever order the examples
//! come. If not, it would go on for ever.
//!
//! Source: F. Rosenblatt, *The perceptron*, Psychological Review 65, 1958; A. Novikoff, *On
//! convergence proofs on perceptrons*, 1962; S. Gallant, *Perceptron-based learning algorithms*, 1990.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::threshold::{PerceptronOutcome, PerceptronRule, Pocket};
use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // 50 rows each of Iris setosa, versicolor and virginica, in this order.
    let iris = data::iris();
    let names: Vec<&str> = iris.columns()[..4].iter().map(|column| column.name()).collect();
    let x = DMatrix::from_fn(iris.rows(), 4, |row, column| {
        iris.columns()[column].number(row).unwrap_or(f64::NAN)
    });

    println!("Setosa against the other two species, 150 flowers:");
    let setosa: Vec<bool> = (0..150).map(|row| row < 50).collect();
    let fit = PerceptronRule::default().fit(&x, &setosa)?;
    let PerceptronOutcome::Separated { margin, bound: Some(bound) } = fit.outcome else {
        return Err("setosa can be separated".into());
    };
    println!("  separated after {} mistakes in {} epochs", fit.mistakes, fit.epochs);
    println!(
        "  the theorem allows (R/γ)² = ({:.2}/{:.3})² = {:.0}",
        bound.radius, bound.margin, bound.mistakes
    );
    for (name, weight) in names.iter().zip(&fit.perceptron.weights) {
        println!("  {name:<14}{weight:>6.1}");
    }
    println!("  {:<14}{:>6.1}", "bias", fit.perceptron.bias);
    println!("  the nearest flower is {margin:.3} cm from the plane");
    assert_eq!(fit.perceptron.predict(&x)?, setosa);
    assert!(fit.mistakes as f64 <= bound.mistakes);

    println!();
    println!("Versicolor against virginica, 100 flowers:");
    let x = x.rows(50, 100).into_owned();
    let virginica: Vec<bool> = (0..100).map(|row| row >= 50).collect();
    let fit = PerceptronRule::default().fit(&x, &virginica)?;
    let PerceptronOutcome::Inseparable(certificate) = fit.outcome else {
        return Err("the two species overlap".into());
    };
    println!("  not separated after {} epochs", fit.epochs);
    println!("  no plane can: these averages of the two kinds are the same flower");
    for (row, weight) in certificate.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0)
    {
        let kind = if virginica[row] { "virginica" } else { "versicolor" };
        println!("    {weight:.3} of flower {:>3}, {kind}", row + 51);
    }
    assert!(certificate.proves(&x, &virginica)?);
    let pocket = Pocket::default().fit(&x, &virginica, &mut stream(1, purpose::NOISE))?;
    println!("  the pocket keeps a plane with {} flowers on the wrong side", pocket.errors);
    Ok(())
}
