//! Two runs of gradient descent on f(x) = x² that can be followed by hand, and one that fails.
//!
//! x ← x − αf′(x) = (1 − 2α)x: each step multiplies x by 1 − 2α. It creeps for a small α, jumps over
//! the minimum and back for α > ½, and leaves for α > 1. To first order a step changes the cost by
//! −α‖f′‖².
//!
//! Source: A.-L. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*,
//! 1847.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::optim::minimise::{
    Function, GradientDescent, Minimiser, Outcome, Record, StepRule, Stopping,
};

fn descend(start: f64, rate: f64, steps: usize) -> Result<Outcome, Box<dyn std::error::Error>> {
    let mut square = Function::new(|x| x[0] * x[0], |x, gradient| gradient[0] = 2.0 * x[0]);
    let descent = GradientDescent {
        step: StepRule::Fixed(rate),
        stopping: Stopping { max_iterations: steps, ..Stopping::default() },
        record: Record::Trajectory,
    };
    let outcome = descent.minimise(&mut square, &[start])?;
    let way = outcome.trajectory.as_ref().ok_or("the way is recorded")?;

    println!("From {start} with α = {rate}, factor {:.1}:", 1.0 - 2.0 * rate);
    println!("  step            x         f(x)");
    let shown = |step: usize| step <= 6 || step == steps;
    for (step, point) in way.points.iter().enumerate().filter(|(step, _)| shown(*step)) {
        println!("  {step:>4}  {:>11}  {:>11}", short(point[0]), short(way.values[step]));
    }
    println!("  it stopped because {}", outcome.reason);
    println!();
    Ok(outcome)
}

/// Six digits.
fn short(x: f64) -> String {
    if x.abs() < 1e-3 || x.abs() >= 1e4 { format!("{x:.5e}") } else { format!("{x:.6}") }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let creeping = descend(3.0, 0.1, 30)?;
    assert!((creeping.x[0] - 3.0 * 0.8_f64.powi(30)).abs() < 1e-12);
    let jumping = descend(-4.0, 0.8, 30)?;
    assert!((jumping.x[0] + 8.84296e-7).abs() < 1e-12);
    let leaving = descend(1.0, 1.1, 30)?;
    assert!(leaving.x[0].abs() > 200.0);

    println!("What the first-order law promises for one step from 3:");
    println!("         α   promised     change");
    for rate in [0.1, 0.01, 0.001] {
        let (promised, change) = (-rate * 36.0, (3.0_f64 - rate * 6.0).powi(2) - 9.0);
        println!("  {rate:>8}  {promised:>9.5}  {change:>9.5}");
    }
    Ok(())
}
