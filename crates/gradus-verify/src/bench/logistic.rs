//! `logistic`: Newton's method for a logistic regression of 100,000×50 with standard errors, to a mean
//! gradient of 1e-8, beside one product XᵀWX for each of its steps.
//!
//! The numbers are those of the lasso's recipe: SplitMix64 from state 0, normal by Box and Muller; X row
//! by row, each row with neighbours that correlate by ½; then a uniform number u for each row, and
//! y = 1 if u < σ(η), where coefficients are 2/√50 and −2/√50 in turns.

use std::time::Duration;

use gradus_linalg::{MatMut, MatRef, gram};
use gradus_linear::{Design, LinearError, Logistic, LogisticFit};
use gradus_stats::expit;
use nalgebra::DMatrix;

use super::Figures;
use super::lasso_path::{Normal, pool};
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

const ROWS: usize = 100_000;
const FEATURES: usize = 50;
/// Of the largest mean gradient.
const GRADIENT: f64 = 1e-8;
const ROUNDS: usize = 7;

pub(crate) fn measure() -> Result<Figures, String> {
    let problem = Problem::new();
    let pools = [pool(1)?, pool(2)?];
    let [one, two] = [0, 1].map(|k| pools[k].install(|| problem.fit()));
    let (one, two) = (one.map_err(|e| e.to_string())?, two.map_err(|e| e.to_string())?);
    if one != two {
        return Err("one thread and two give different estimates".to_owned());
    }
    let gradient = problem.gradient(&one);
    if gradient.is_nan() || gradient > GRADIENT {
        return Err(format!("the largest mean gradient is {gradient:e}"));
    }
    let steps = one.iterations as f64;
    let count = repeats(Duration::from_millis(20), || problem.product());
    let [mut single, mut double, mut floor, mut ratios, mut double_ratios] =
        [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        let seconds = |k: usize| {
            pools[k].install(|| fastest(1, || drop(std::hint::black_box(problem.fit()))))
        };
        let product = |k: usize| pools[k].install(|| fastest(count, || problem.product()));
        let (a, b) = (seconds(0), product(0));
        single.push(a);
        floor.push(steps * b);
        ratios.push(a / (steps * b));
        let (a, b) = (seconds(1), product(1));
        double.push(a);
        double_ratios.push(a / (steps * b));
    }
    let name = format!("{ROWS}x{FEATURES}");
    Ok(vec![
        Figure::new(format!("{name} Newton, 1 thread"), "s", Spread::of(&single)),
        Figure::new(format!("{name} Newton, 2 threads"), "s", Spread::of(&double)),
        Figure::new(format!("{name} floor: {steps} products X'WX"), "s", Spread::of(&floor)),
        Figure::new(format!("{name} Newton / floor, 1 thread"), "", Spread::of(&ratios)),
        Figure::new(format!("{name} Newton / floor, 2 threads"), "", Spread::of(&double_ratios)),
        Figure::new(format!("{name} largest mean gradient"), "", Spread::once(gradient)),
    ])
}

struct Problem {
    x: DMatrix<f64>,
    y: Vec<f64>,
}

impl Problem {
    fn new() -> Self {
        let mut normal = Normal { state: 0 };
        let mut x = DMatrix::zeros(ROWS, FEATURES);
        for i in 0..ROWS {
            let mut before = 0.0;
            for j in 0..FEATURES {
                let fresh = normal.next();
                before = if j == 0 { fresh } else { 0.5 * before + 0.75_f64.sqrt() * fresh };
                x[(i, j)] = before;
            }
        }
        let size = 2.0 / (FEATURES as f64).sqrt();
        let y = (0..ROWS)
            .map(|i| {
                let sign = |j: usize| if j.is_multiple_of(2) { size } else { -size };
                let eta: f64 = (0..FEATURES).map(|j| sign(j) * x[(i, j)]).sum();
                f64::from(u8::from(normal.uniform() < expit(eta)))
            })
            .collect();
        Self { x, y }
    }

    fn fit(&self) -> Result<LogisticFit, LinearError> {
        Logistic::default().fit(&Design::new(&self.x)?, &self.y)
    }

    /// max |Xᵀ(y − p)|/m at the estimates.
    fn gradient(&self, fit: &LogisticFit) -> f64 {
        let w: Vec<f64> = fit.coefficients().iter().map(|row| row.estimate).collect();
        let mut gradient = vec![0.0; FEATURES + 1];
        for i in 0..ROWS {
            let eta: f64 = w[0] + (0..FEATURES).map(|j| w[1 + j] * self.x[(i, j)]).sum::<f64>();
            let residual = self.y[i] - expit(eta);
            gradient[0] += residual;
            for j in 0..FEATURES {
                gradient[1 + j] += residual * self.x[(i, j)];
            }
        }
        gradient.iter().fold(0.0, |most: f64, g| most.max(g.abs())) / ROWS as f64
    }

    /// XᵀWX with the weights of the first step.
    fn product(&self) {
        let weights = vec![0.25; ROWS];
        let mut product = DMatrix::zeros(FEATURES, FEATURES);
        gram(MatRef::from(&self.x), Some(&weights), MatMut::from(&mut product));
        std::hint::black_box(product);
    }
}
