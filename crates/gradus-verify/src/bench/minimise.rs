//! `minimise`: minimisers of functions, beside the time of the evaluations that they ask for.

use std::hint::black_box;
use std::time::Duration;

use gradus_optim::minimise::{
    Beta, ConjugateGradient, Lbfgs, Minimiser, Newton, NewtonCg, Outcome,
};
use gradus_optim::test_functions::{Quadratic, Rosenbrock, TestFunction};

use super::Figures;
use super::measure::{Spread, repeats, seconds};
use super::report::Figure;

/// Variables of the large problems.
const VARIABLES: usize = 1000;
const CONDITION: f64 = 1e4;
const ROUNDS: usize = 9;
/// What a round should take.
const ROUND: Duration = Duration::from_millis(20);

pub(crate) fn measure() -> Result<Figures, String> {
    let fletcher = ConjugateGradient { beta: Beta::FletcherReeves, ..ConjugateGradient::default() };
    let (polak, lbfgs) = (ConjugateGradient::default(), Lbfgs::default());
    let (newton, newton_cg) = (Newton::default(), NewtonCg::default());
    let methods: [(&str, &dyn Minimiser); 5] = [
        ("CG, Fletcher-Reeves", &fletcher),
        ("CG, Polak-Ribière+", &polak),
        ("L-BFGS", &lbfgs),
        ("Newton-CG", &newton_cg),
        ("Newton", &newton),
    ];
    let text = |error: gradus_optim::OptimError| error.to_string();
    let mut problems: [(&str, Box<dyn TestFunction>); 3] = [
        ("rosenbrock 2", Box::new(Rosenbrock::new(2).map_err(text)?)),
        ("rosenbrock 1000", Box::new(Rosenbrock::new(VARIABLES).map_err(text)?)),
        (
            "quadratic 1000, condition 1e4",
            Box::new(Quadratic::new(VARIABLES, CONDITION).map_err(text)?),
        ),
    ];
    let mut figures = Vec::new();
    for (problem, f) in &mut problems {
        for (name, method) in methods {
            // A Hessian of 1000 variables is a thousand products here, and none that a user would form.
            if name == "Newton" && f.start().len() > 2 {
                continue;
            }
            let label = format!("{problem}: {name}");
            figures.extend(run(&label, &mut **f, method).map_err(text)?);
        }
    }
    Ok(figures)
}

fn run(
    label: &str,
    f: &mut dyn TestFunction,
    method: &dyn Minimiser,
) -> Result<Figures, gradus_optim::OptimError> {
    let start = f.start();
    let outcome = method.minimise(&mut *f, &start)?;
    let away = distance(&outcome.x, &f.minimisers());
    let mut work = || {
        let outcome = method.minimise(&mut *f, black_box(&start));
        black_box(outcome.map(|outcome| outcome.value)).ok();
    };
    let count = repeats(ROUND, &mut work);
    let times: Vec<f64> = (0..ROUNDS).map(|_| seconds(count, &mut work)).collect();
    let alone: Vec<f64> =
        (0..ROUNDS).map(|_| seconds(count, || evaluations(f, &outcome, &start))).collect();
    let micro = |times: &[f64]| Spread::of(&times.iter().map(|t| t * 1e6).collect::<Vec<_>>());
    let ratios: Vec<f64> = times.iter().zip(&alone).map(|(all, alone)| all / alone).collect();
    Ok(vec![
        Figure::new(format!("{label}: run"), "µs", micro(&times)),
        Figure::new(format!("{label}: its evaluations alone"), "µs", micro(&alone)).by("function"),
        Figure::new(format!("{label}: run / evaluations"), "", Spread::of(&ratios)),
        Figure::new(format!("{label}: iterations"), "", Spread::once(outcome.iterations as f64)),
        Figure::new(format!("{label}: distance to the minimiser"), "", Spread::once(away)),
    ])
}

/// The evaluations of a run, all at the same point.
fn evaluations(f: &mut dyn TestFunction, outcome: &Outcome, x: &[f64]) {
    let asked = outcome.evaluations;
    let mut buffer = vec![0.0; x.len()];
    for _ in 0..asked.values {
        black_box(f.value(black_box(x)));
    }
    for _ in 0..asked.gradients {
        f.gradient(black_box(x), &mut buffer);
        black_box(&buffer);
    }
    for _ in 0..asked.hessian_vectors {
        f.hessian_vector(black_box(x), x, &mut buffer).ok();
        black_box(&buffer);
    }
    let mut hessian = vec![0.0; if asked.hessians > 0 { x.len() * x.len() } else { 0 }];
    for _ in 0..asked.hessians {
        f.hessian(black_box(x), &mut hessian).ok();
        black_box(&hessian);
    }
}

fn distance(x: &[f64], minimisers: &[Vec<f64>]) -> f64 {
    let to = |y: &Vec<f64>| x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    minimisers.iter().map(to).fold(f64::INFINITY, f64::min)
}
