//! Problems whose truth is known: seeded, and the same on every run.

mod blobs;
mod circles;
mod linear_problem;
mod logistic_problem;
mod sinusoid;
mod spirals;
mod two_moons;
mod xor;

pub use blobs::Blobs;
pub use circles::Circles;
pub use linear_problem::LinearProblem;
pub use logistic_problem::LogisticProblem;
pub use sinusoid::Sinusoid;
pub use spirals::Spirals;
pub use two_moons::TwoMoons;
pub use xor::Xor;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::{DataError, Dataset, Targets, purpose, stream};

/// The random numbers of one data set.
struct Draws(ChaCha8Rng);

impl Draws {
    fn new(seed: u64) -> Self {
        Self(stream(seed, purpose::SYNTHETIC))
    }

    fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }
}

/// Fails unless an option is as it should be.
fn require(
    holds: bool,
    option: &'static str,
    value: f64,
    expected: &'static str,
) -> Result<(), DataError> {
    if holds { Ok(()) } else { Err(DataError::InvalidOption { option, value, expected }) }
}

fn require_rows(rows: usize) -> Result<(), DataError> {
    require(rows > 0, "the number of rows", rows as f64, "at least 1")
}

fn require_noise(noise: f64) -> Result<(), DataError> {
    require(noise >= 0.0 && noise.is_finite(), "the noise", noise, "finite and not negative")
}

/// Points with classes 0, 1, …, k − 1 in turn, so that classes differ by one row at most.
fn classes<T: Scalar>(
    rows: usize,
    k: usize,
    n: usize,
    mut point: impl FnMut(usize, usize) -> Vec<f64>,
) -> Result<Dataset<T>, DataError> {
    let mut values = Vec::with_capacity(rows * n);
    for row in 0..rows {
        values.extend(point(row, row % k).into_iter().map(T::of));
    }
    let codes = (0..rows).map(|row| (row % k) as u32).collect();
    let labels = (0..k).map(|class| class.to_string()).collect();
    let y = Targets::Classes { codes, labels };
    Dataset::new(DMatrix::from_row_slice(rows, n, &values), y, names(n))
}

fn names(n: usize) -> Vec<String> {
    (1..=n).map(|j| format!("x{j}")).collect()
}
