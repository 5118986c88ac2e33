//! `mlp-tiny` and `mlp-large`: steps on one batch.

use std::time::Duration;

use gradus_data::{purpose, stream};
use gradus_nn::Cost;
use gradus_train::Stepper;

use super::Figures;
use super::floor::Floor;
use super::measure::{Spread, repeats, seconds};
use super::network::{LARGE, Network, TINY};
use super::peak;
use super::report::Figure;

/// Rounds in which a step and its floor are timed one after the other.
const ROUNDS: usize = 15;

pub(crate) fn tiny() -> Figures {
    measure(&TINY, Duration::from_millis(60))
}

pub(crate) fn large() -> Figures {
    measure(&LARGE, Duration::from_millis(300))
}

fn measure(network: &Network, round: Duration) -> Figures {
    let (x, target) = network.random_batch();
    let mut rng = stream(0, purpose::NOISE);
    let mut stepper = Stepper::new();
    let mut floor = Floor::of(network);
    let mut samples = Samples::of(network);
    let mut count = None;
    for _ in 0..ROUNDS {
        // Afresh each round: a batch that is known by heart has gradients too small for normal
        // numbers, which the hardware computes ten times more slowly.
        let mut model = network.model();
        let mut optimizer = network.optimizer().expect("the default settings are valid");
        let mut step = || {
            let batch = (&x, &target);
            let cost = Cost::SoftmaxCrossEntropy;
            stepper
                .step(&mut model, cost, optimizer.as_mut(), batch, &mut rng)
                .expect("every parameter has a gradient");
        };
        let count = *count.get_or_insert_with(|| repeats(round, &mut step));
        step();
        let taken = seconds(count, &mut step);
        samples.push(taken, &mut floor, count);
    }
    let rate: Vec<f64> = samples.steps.iter().map(|s| 1.0 / s).collect();
    let mut figures = vec![Figure::new("steps per second", "1/s", Spread::of(&rate))];
    figures.extend(samples.figures());
    figures
}

/// Steps and floors, in pairs.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    /// Floating-point operations of the products of a step.
    flops: f64,
    pub(crate) steps: Vec<f64>,
    products: Vec<f64>,
    bandwidths: Vec<f64>,
    floors: Vec<f64>,
    ratios: Vec<f64>,
    /// Steps over the products alone, without a byte for the optimiser.
    strict: Vec<f64>,
    /// What the traffic counts.
    arrays: usize,
    rates: Vec<f64>,
    shares: Vec<f64>,
}

impl Samples {
    pub(crate) fn of(network: &Network) -> Self {
        Self { flops: network.flops(), ..Self::default() }
    }

    /// Adds the seconds of a step, and measures its floor.
    pub(crate) fn push(&mut self, step: f64, floor: &mut Floor, count: usize) {
        let products = floor.product_seconds(count);
        let bandwidth = floor.copy_bandwidth();
        let least = products + floor.traffic_seconds(bandwidth);
        self.steps.push(step);
        self.products.push(products);
        self.bandwidths.push(bandwidth * 1e-9);
        self.floors.push(least);
        self.ratios.push(step / least);
        self.strict.push(step / products);
        self.arrays = floor.arrays();
        let rate = self.flops / step * 1e-9;
        self.rates.push(rate);
        self.shares.push(rate / peak::sample::<f32>());
    }

    pub(crate) fn figures(&self) -> Figures {
        let micro = |samples: &[f64]| -> Vec<f64> { samples.iter().map(|s| s * 1e6).collect() };
        let floor = format!("floor: products + {} passes over the parameters", self.arrays);
        vec![
            Figure::new("step", "µs", Spread::of(&micro(&self.steps))),
            Figure::new("products alone, no gradient of the input", "µs", {
                Spread::of(&micro(&self.products))
            }),
            Figure::new("copy of the parameters", "GB/s", Spread::of(&self.bandwidths)),
            Figure::new(floor, "µs", Spread::of(&micro(&self.floors))),
            Figure::new("step / floor", "", Spread::of(&self.ratios)),
            Figure::new("step / products alone", "", Spread::of(&self.strict)),
            Figure::new("arithmetic of the products", "GFLOP/s", Spread::of(&self.rates)),
            Figure::new("arithmetic / peak", "", Spread::of(&self.shares)),
        ]
    }
}
