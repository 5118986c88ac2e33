//! What second derivatives buy: minimisers side by side on a valley and on a stretched bowl.
//!
//! Gradient descent, x ← x − t∇f(x), needs of the order of κ steps where the largest curvature is κ
//! times the smallest. Newton's method, x ← x − H⁻¹∇f(x), sees every bowl as a round one, and near a
//! minimum the number of right digits doubles with each step; it pays with Hessians. Conjugate
//! gradients and L-BFGS learn about curvature from gradients alone.
//!
//! Source: J. Nocedal and S. Wright, *Numerical Optimization*, 2nd edition, 2006, chapters 2, 3, 5
//! and 7; H. Rosenbrock, *An automatic method for finding the greatest or least value of a function*,
//! 1960.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::optim::minimise::{
    ConjugateGradient, GradientDescent, Lbfgs, Minimiser, Newton, NewtonCg, Record, Stopping,
};
use gradus::optim::test_functions::{Quadratic, Rosenbrock, TestFunction};

fn distance(x: &[f64], minimiser: &[f64]) -> f64 {
    x.iter().zip(minimiser).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stopping = Stopping { max_iterations: 500, ..Stopping::default() };
    let methods: [&dyn Minimiser; 5] = [
        &GradientDescent { stopping, ..GradientDescent::default() },
        &ConjugateGradient { stopping, ..ConjugateGradient::default() },
        &Lbfgs { stopping, ..Lbfgs::default() },
        &Newton { stopping, ..Newton::default() },
        &NewtonCg { stopping, ..NewtonCg::default() },
    ];
    let mut functions: [(&str, Box<dyn TestFunction>); 2] = [
        ("Rosenbrock's valley from (-1.2, 1)", Box::new(Rosenbrock::new(2)?)),
        ("A quadratic bowl in 10 variables, κ = 10000", Box::new(Quadratic::new(10, 1e4)?)),
    ];
    for (title, function) in &mut functions {
        println!("{title}:");
        println!("  method                            steps  values  Hessians  products  ended");
        let (start, least) = (function.start(), function.minimisers());
        for method in methods {
            let outcome = method.minimise(&mut **function, &start)?;
            let error = distance(&outcome.x, &least[0]);
            let ended = match error {
                error if error < 1e-6 => "within 1e-6".to_owned(),
                error => format!("{error:.0e} away"),
            };
            let count = outcome.evaluations;
            println!(
                "  {:<32}  {:>5}  {:>6}  {:>8}  {:>8}  {ended}",
                method.name(),
                outcome.iterations,
                count.values,
                count.hessians,
                count.hessian_vectors,
            );
            assert!(error < 1e-6 || method.name() == "gradient-descent");
        }
        println!();
    }

    println!("The last steps of Newton's method in the valley:");
    println!("  step    distance");
    let newton = Newton { record: Record::Trajectory, ..Newton::default() };
    let outcome = newton.minimise(&mut Rosenbrock::new(2)?, &[-1.2, 1.0])?;
    let way = outcome.trajectory.ok_or("the way is recorded")?;
    let steps = way.points.len();
    for (step, point) in way.points.iter().enumerate().skip(steps.saturating_sub(7)) {
        let error = distance(point, &[1.0, 1.0]);
        let shown = if error < 1e-12 { "below 1e-12".to_owned() } else { format!("{error:.1e}") };
        println!("  {step:>4}  {shown:>10}");
    }
    println!("Near the minimum each step about doubles the number of right digits.");
    Ok(())
}
