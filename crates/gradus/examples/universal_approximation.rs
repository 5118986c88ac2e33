//! One hidden layer approximates |x|, unless its activation is a polynomial.
//!
//! A network with one hidden layer comes as near to a continuous function on an interval as one
//! likes if it is wide enough, and if its activation is no polynomial. With z² it computes a
//! polynomial of degree 2, however wide it is, and those stay away from |x|: x² + ⅛ misses it by ⅛
//! with alternating signs at −1, −½, 0, ½ and 1, so that no other one misses it by less.
//!
//! Source: M. Leshno, V. Lin, A. Pinkus and S. Schocken, *Multilayer feedforward networks with a
//! nonpolynomial activation function can approximate any function*, 1993; C. de la Vallée Poussin,
//! 1910, for the bound.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;

/// The activation z².
#[derive(Clone, Debug)]
struct Square;

impl Layer<f64> for Square {
    fn forward<'t>(&self, x: Var<'t, f64>, _pass: &mut Pass<'_>) -> Var<'t, f64> {
        x.square()
    }

    fn boxed(&self) -> Box<dyn Layer<f64>> {
        Box::new(self.clone())
    }
}

/// Points from −1 to 1 in a column.
fn grid(points: usize) -> DMatrix<f64> {
    DMatrix::from_fn(points, 1, |row, _| 2.0 * row as f64 / (points - 1) as f64 - 1.0)
}

/// Fits a network at 201 points and returns its largest error at 2001.
///
/// Its hidden units f(s(x − cⱼ)) have their centres evenly on the interval and are the steeper the
/// more there are; the weights of its output are those of least squares.
fn largest_error(
    units: usize,
    activation: impl Layer<f64> + 'static,
) -> Result<f64, Box<dyn std::error::Error>> {
    let mut rng = stream(1, purpose::INIT);
    let steepness = 0.5 * units as f64;
    let mut hidden = Linear::new(1, units, Init::Constant(steepness), &mut rng)?;
    if let Some(bias) = &mut hidden.bias {
        bias.value_mut().copy_from(&(grid(units).transpose() * -steepness));
    }
    let mut output = Linear::new(units, 1, Init::Zeros, &mut rng)?;
    let features = Sequential::new(vec![Box::new(hidden), Box::new(activation)])?;

    let x = grid(201);
    let design = features.predict(&x)?.insert_column(units, 1.0);
    let solution = design.svd(true, true).solve(&x.abs(), 1e-6)?;
    output.weight.value_mut().copy_from(&solution.rows(0, units));
    if let Some(bias) = &mut output.bias {
        bias.value_mut()[(0, 0)] = solution[(units, 0)];
    }
    let network = Sequential::new(vec![Box::new(features), Box::new(output)])?;

    let x = grid(2001);
    Ok((network.predict(&x)? - x.abs()).amax())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("The bound for polynomials of degree 2, from the errors of x² + 1/8:");
    println!("      x    |x|  x² + 1/8    error");
    for x in [-1.0_f64, -0.5, 0.0, 0.5, 1.0] {
        let polynomial = x * x + 0.125;
        println!("  {x:>5.1}  {:>5.3}  {polynomial:>8.3}  {:>7.3}", x.abs(), polynomial - x.abs());
    }

    println!("Five errors of one size with changing signs: no polynomial of degree 2 is nearer.");

    println!();
    println!("Largest error of fitted networks on [-1, 1]:");
    println!("  units     tanh       z²");
    for units in [4, 16, 64] {
        let tanh = largest_error(units, Activate(Activation::Tanh))?;
        let square = largest_error(units, Square)?;
        println!("  {units:>5}  {tanh:>7.4}  {square:>7.4}");
        assert!(square >= 0.125, "the bound holds for every width");
        assert!(units < 64 || tanh < 0.01);
    }
    println!("Four times the units bring a quarter of tanh's error; z² stays beyond 1/8 for ever.");
    Ok(())
}
