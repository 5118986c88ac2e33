//! `mlp-mnist`: epochs of the whole fit loop.

use std::path::Path;
use std::time::Instant;

use gradus_data::{Dataset, Targets, load_mnist, purpose, stream};
use gradus_nn::Cost;
use gradus_train::{EpochRecord, FitConfig, Flow, Observer, evaluate, fit};
use nalgebra::DMatrix;
use rand::RngExt;

use super::Figures;
use super::floor::Floor;
use super::measure::{Spread, peak_memory_mib};
use super::network::MNIST;
use super::report::Figure;
use super::steps::Samples;

const EPOCHS: usize = 5;

/// Times each epoch, and measures the floor after it.
struct Clock {
    started: Instant,
    batches: usize,
    floor: Floor,
    samples: Samples,
    epochs: Vec<f64>,
}

impl Observer for Clock {
    fn epoch_start(&mut self, _epoch: usize, batches: usize) {
        self.batches = batches;
        self.started = Instant::now();
    }

    fn epoch_end(&mut self, _record: &EpochRecord) -> Flow {
        let taken = self.started.elapsed().as_secs_f64();
        self.epochs.push(taken);
        self.samples.push(taken / self.batches as f64, &mut self.floor, self.batches / 2);
        Flow::Continue
    }
}

pub(crate) fn measure(dir: Option<&Path>) -> Result<Figures, String> {
    let (train, test) = match dir {
        Some(dir) => {
            let (train, test) = load_mnist::<f32>(dir).map_err(|error| error.to_string())?;
            (train, Some(test))
        }
        None => (random_images(), None),
    };
    let mut model = MNIST.model();
    let mut optimizer = MNIST.optimizer().map_err(|error| error.to_string())?;
    let mut clock = Clock {
        started: Instant::now(),
        batches: 1,
        floor: Floor::of(&MNIST),
        samples: Samples::of(&MNIST),
        epochs: Vec::new(),
    };
    let config =
        FitConfig { epochs: EPOCHS, batch_size: Some(MNIST.batch), ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    fit(&mut model, cost, optimizer.as_mut(), &train, None, &config, &mut clock)
        .map_err(|error| error.to_string())?;
    let mut figures = vec![Figure::new("epoch", "s", Spread::of(&clock.epochs))];
    if let Some(test) = &test {
        let score = evaluate(&model, cost, test).map_err(|error| error.to_string())?;
        let accuracy = score.accuracy.unwrap_or(0.0);
        figures.push(Figure::new("test accuracy after 5 epochs", "", Spread::once(accuracy)));
    }
    if let Some(peak) = peak_memory_mib() {
        figures.push(Figure::new("peak memory of the process", "MiB", Spread::once(peak)));
    }
    figures.extend(clock.samples.figures());
    Ok(figures)
}

/// As many random rows as MNIST has images.
fn random_images() -> Dataset<f32> {
    let mut rng = stream(0, purpose::NOISE);
    let x = DMatrix::from_fn(60_000, 784, |_, _| rng.random());
    let codes = (0..60_000).map(|_| rng.random_range(0..10)).collect();
    let labels = (0..10).map(|digit| digit.to_string()).collect();
    let names = (0..784).map(|pixel| format!("pixel_{pixel}")).collect();
    Dataset::new(x, Targets::Classes { codes, labels }, names).expect("extents agree")
}
