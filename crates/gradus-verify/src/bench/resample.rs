//! `resample`: 10-fold cross-validation and the .632 bootstrap of a ridge regression, on one thread
//! and on two.

use std::time::Duration;

use gradus_data::{purpose, stream};
use gradus_resample::{
    Bootstrap, KFold, NoInformation, ResampleError, bootstrap_632, cross_validate,
};
use rand::RngExt;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Figures;
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

const ROWS: usize = 2_000;
const FEATURES: usize = 20;
const ROUNDS: usize = 200;
/// Pairs of runs on one thread and on two.
const PAIRS: usize = 7;

pub(crate) fn measure() -> Result<Figures, String> {
    let problem = Problem::random();
    let folds = |problem: &Problem| {
        let found = cross_validate(
            &KFold::default(),
            ROWS,
            |rows| problem.fit(rows),
            |w, row| (problem.y[row] - problem.predict(w, row)).powi(2),
        )?;
        Ok(vec![found.mean(), found.pooled()])
    };
    let rounds = |problem: &Problem| {
        let found = bootstrap_632(
            &Bootstrap { rounds: ROUNDS, seed: 0 },
            ROWS,
            NoInformation::AllPairs,
            |rows| problem.fit(rows),
            |w, row| problem.predict(w, row),
            |row, predicted| (problem.y[row] - predicted).powi(2),
        )?;
        let errors = found.per_observation;
        Ok(vec![errors.err_632(), errors.no_information.unwrap_or(0.0)])
    };
    let mut figures = compare("10 folds", &problem, folds)?;
    figures.extend(compare("200 rounds, .632+", &problem, rounds)?);
    Ok(figures)
}

type Run = Result<Vec<f64>, ResampleError>;

/// Times the work on one thread and on two, in turns, and requires the same bits.
fn compare(
    what: &str,
    problem: &Problem,
    work: impl Fn(&Problem) -> Run + Sync,
) -> Result<Figures, String> {
    let pools = [pool(1)?, pool(2)?];
    let run = |pool: &ThreadPool| pool.install(|| work(problem));
    let [one, two] = [run(&pools[0]), run(&pools[1])].map(|run| run.map_err(|e| e.to_string()));
    let (one, two) = (one?, two?);
    if one.iter().zip(&two).any(|(one, two)| one.to_bits() != two.to_bits()) {
        return Err(format!("{what}: {one:?} on one thread, {two:?} on two"));
    }
    let count = repeats(Duration::from_millis(200), || drop(std::hint::black_box(run(&pools[0]))));
    let (mut single, mut double, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let [one, two] = [&pools[0], &pools[1]]
            .map(|pool| fastest(count, || drop(std::hint::black_box(run(pool)))));
        single.push(one * 1e3);
        double.push(two * 1e3);
        ratios.push(one / two);
    }
    Ok(vec![
        Figure::new(format!("{what}, one thread"), "ms", Spread::of(&single)),
        Figure::new(format!("{what}, two threads"), "ms", Spread::of(&double)),
        Figure::new(format!("{what}, one / two"), "", Spread::of(&ratios)),
    ])
}

fn pool(threads: usize) -> Result<ThreadPool, String> {
    let built = ThreadPoolBuilder::new().num_threads(threads).build();
    built.map_err(|error| format!("cannot start {threads} threads: {error}"))
}

/// A linear problem with noise; row after row, as a closure model may keep its data.
struct Problem {
    x: Vec<[f64; FEATURES]>,
    y: Vec<f64>,
}

impl Problem {
    fn random() -> Self {
        let mut rng = stream(0, purpose::NOISE);
        let mut row =
            || -> [f64; FEATURES] { std::array::from_fn(|_| rng.random_range(-1.0..1.0)) };
        let x: Vec<[f64; FEATURES]> = (0..ROWS).map(|_| row()).collect();
        let noise: Vec<[f64; FEATURES]> = (0..ROWS).map(|_| row()).collect();
        let y = x.iter().zip(&noise).map(|(x, noise)| x.iter().sum::<f64>() + noise[0]).collect();
        Self { x, y }
    }

    fn predict(&self, w: &[f64; FEATURES], row: usize) -> f64 {
        self.x[row].iter().zip(w).map(|(x, w)| x * w).sum()
    }

    /// (XᵀX + I) w = Xᵀy, by Cholesky.
    fn fit(&self, rows: &[usize]) -> Result<[f64; FEATURES], &'static str> {
        let mut gram = nalgebra::DMatrix::<f64>::identity(FEATURES, FEATURES);
        let mut right = nalgebra::DVector::<f64>::zeros(FEATURES);
        for &row in rows {
            let x = &self.x[row];
            for j in 0..FEATURES {
                right[j] += x[j] * self.y[row];
                for i in j..FEATURES {
                    gram[(i, j)] += x[i] * x[j];
                }
            }
        }
        let w = gram.cholesky().ok_or("a singular design")?.solve(&right);
        Ok(std::array::from_fn(|j| w[j]))
    }
}
