//! `infer`: predictions of the mnist network.

use std::time::{Duration, Instant};

use gradus_autograd::Evaluator;
use gradus_linalg::{MatMut, MatRef};
use gradus_nn::predict_into;
use nalgebra::DMatrix;

use super::Figures;
use super::measure::{Spread, quantile, repeats, seconds};
use super::network::MNIST;
use super::report::Figure;

const SINGLE_ROWS: usize = 20_000;
const LARGE_BATCH: usize = 256;
const ROUNDS: usize = 15;

pub(crate) fn measure() -> Figures {
    let model = MNIST.model();
    let mut evaluator = Evaluator::new();
    let x = DMatrix::from_fn(LARGE_BATCH, 784, |i, j| ((i * 7 + j * 13) % 255) as f32 / 255.0);
    let row = x.rows(0, 1).into_owned();
    let mut out = DMatrix::zeros(1, 10);
    let mut one = || {
        let (row, out) = (MatRef::from(&row), MatMut::from(&mut out));
        predict_into(&model, &mut evaluator, row, out);
    };
    (0..1_000).for_each(|_| one());
    let mut times: Vec<f64> = (0..SINGLE_ROWS)
        .map(|_| {
            let start = Instant::now();
            one();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let (p50, floor) = (quantile(&times, 0.5), read_weights());
    let single = |q| Spread { median: quantile(&times, q), ..Spread::of(&times) };

    let mut out = DMatrix::zeros(LARGE_BATCH, 10);
    let mut many = || {
        let (x, out) = (MatRef::from(&x), MatMut::from(&mut out));
        predict_into(&model, &mut evaluator, x, out);
    };
    let count = repeats(Duration::from_millis(30), &mut many);
    let rates: Vec<f64> =
        (0..ROUNDS).map(|_| LARGE_BATCH as f64 / seconds(count, &mut many)).collect();
    vec![
        Figure::new("one row, p50", "µs", single(0.5)),
        Figure::new("one row, p99", "µs", single(0.99)),
        Figure::new("floor: one sum over as many numbers as weights, in cache", "µs", floor),
        Figure::new("one row, p50 / floor", "", Spread::once(p50 / floor.median)),
        Figure::new("batch 256", "rows/s", Spread::of(&rates)),
    ]
}

/// Microseconds of summing as many numbers as the network has parameters, from cache.
fn read_weights() -> Spread {
    let weights = vec![0.5_f32; MNIST.parameters()];
    let mut read = || {
        std::hint::black_box(gradus_linalg::reduce::sum(std::hint::black_box(&weights)));
    };
    let count = repeats(Duration::from_millis(10), &mut read);
    let times: Vec<f64> = (0..ROUNDS).map(|_| seconds(count, &mut read) * 1e6).collect();
    Spread::of(&times)
}
