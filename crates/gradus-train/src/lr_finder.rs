//! The learning-rate finder.

use gradus_data::{Batches, Dataset, Order, Remainder, purpose, stream, suggested_batch_size};
use gradus_linalg::Scalar;
use gradus_nn::{Cost, Layer};
use gradus_optim::Optimizer;
use serde::{Deserialize, Serialize};

use crate::batch::SampleStore;
use crate::evaluate::check_fit;
use crate::snapshot::Snapshot;
use crate::{Part, Stepper, TrainError};

/// The settings of [`find_lr`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LrFinder {
    /// The first rate.
    pub first: f64,
    /// The last rate.
    pub last: f64,
    /// How many steps lie between, each with a rate larger by the same factor.
    pub steps: usize,
    /// The memory of the smoothed cost, in [0, 1).
    pub smoothing: f64,
    /// The sweep ends when the smoothed cost is so many times its least value.
    pub divergence: f64,
    /// Rows of a mini-batch; `None` takes
    /// [`suggested_batch_size`](gradus_data::suggested_batch_size).
    pub batch_size: Option<usize>,
    /// The seed of the order of the rows and of the layers' noise.
    pub seed: u64,
}

impl Default for LrFinder {
    /// From 1e-7 to 10 in 100 steps, smoothed by 0.9, until the cost is 4 times its least.
    fn default() -> Self {
        Self {
            first: 1e-7,
            last: 10.0,
            steps: 100,
            smoothing: 0.9,
            divergence: 4.0,
            batch_size: None,
            seed: 0,
        }
    }
}

impl LrFinder {
    fn check(&self) -> Result<(), TrainError> {
        let config = |name, value: f64, allowed| {
            Err(TrainError::Config { name, value: value.to_string(), allowed })
        };
        if !(self.first > 0.0 && self.first.is_finite()) {
            return config("first", self.first, "positive and finite");
        }
        if !(self.last > self.first && self.last.is_finite()) {
            return config("last", self.last, "finite and above the first rate");
        }
        if self.steps < 2 {
            return config("steps", self.steps as f64, "at least 2");
        }
        if !(0.0..1.0).contains(&self.smoothing) {
            return config("smoothing", self.smoothing, "in [0, 1)");
        }
        if !(self.divergence > 1.0 && self.divergence.is_finite()) {
            return config("divergence", self.divergence, "finite and above 1");
        }
        if self.batch_size == Some(0) {
            return config("batch_size", 0.0, "at least 1");
        }
        Ok(())
    }
}

/// One step of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LrPoint {
    /// The rate of the step.
    pub lr: f64,
    /// The cost of its batch before the step.
    pub cost: f64,
    /// The moving average of the costs, corrected for its start at 0.
    pub smoothed: f64,
}

/// What [`find_lr`] found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LrSweep {
    /// The steps, by ascending rate, until the cost diverged.
    pub points: Vec<LrPoint>,
    /// The rate at which the smoothed cost falls fastest over ln α; `None` if it never falls.
    pub suggestion: Option<f64>,
}

/// Tries learning rates from small to large, one step each, and says where the cost falls fastest.
///
/// Rate i is α₀(α₁/α₀)^(i/(n−1)). The sweep ends early when the cost diverges or is not finite.
/// Weights and optimiser are afterwards as they were before, bit for bit.
///
/// ```
/// use gradus_data::{digits_dataset, purpose, stream};
/// use gradus_nn::{Activation, Cost, Mlp};
/// use gradus_optim::Sgd;
/// use gradus_train::{LrFinder, find_lr};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let data = digits_dataset::<f32>();
/// let mlp = Mlp { inputs: 64, hidden: vec![32], outputs: 10, activation: Activation::Relu };
/// let mut model = mlp.build::<f32>(&mut stream(0, purpose::INIT))?;
/// let mut sgd = Sgd::default().build::<f32>()?;
/// let cost = Cost::SoftmaxCrossEntropy;
/// let sweep = find_lr(&mut model, cost, &mut sgd, &data, &LrFinder::default())?;
/// let suggestion = sweep.suggestion.expect("the cost falls somewhere");
/// assert!((1e-4..10.0).contains(&suggestion));
/// # Ok(())
/// # }
/// ```
///
/// Source: L. Smith, *Cyclical learning rates for training neural networks*, 2017; the suggestion is
/// the steepest point, as in fastai.
///
/// # Errors
/// If the set is empty, not finite, or does not fit the model or the cost; if a setting cannot be.
pub fn find_lr<T: Scalar>(
    model: &mut dyn Layer<T>,
    cost: Cost,
    optimizer: &mut dyn Optimizer<T>,
    train: &Dataset<T>,
    config: &LrFinder,
) -> Result<LrSweep, TrainError> {
    config.check()?;
    check_fit(model, cost, train, Part::Train)?;
    let weights = Snapshot::of(model);
    let state = optimizer.state();
    let points = sweep(model, cost, optimizer, train, config);
    weights.restore(model);
    optimizer.load_state(state)?;
    let points = points?;
    let suggestion = steepest(&points);
    Ok(LrSweep { points, suggestion })
}

fn sweep<T: Scalar>(
    model: &mut dyn Layer<T>,
    cost: Cost,
    optimizer: &mut dyn Optimizer<T>,
    train: &Dataset<T>,
    config: &LrFinder,
) -> Result<Vec<LrPoint>, TrainError> {
    let size = config.batch_size.unwrap_or_else(|| suggested_batch_size(train.rows()));
    let size = size.min(train.rows());
    let mut batches =
        Batches::new(train.rows(), size, Order::Shuffled, Remainder::Keep, config.seed)?;
    let mut noise = stream(config.seed, purpose::NOISE);
    let mut store = SampleStore::new(train);
    let mut stepper = Stepper::new();
    let mut points: Vec<LrPoint> = Vec::new();
    let (mut average, mut memory, mut least) = (0.0, 1.0, f64::INFINITY);
    for epoch in 0_u64.. {
        for rows in batches.epoch(epoch) {
            let part = points.len() as f64 / (config.steps - 1) as f64;
            let lr = config.first * (config.last / config.first).powf(part);
            optimizer.set_lr(lr)?;
            let drawn = store.gather(rows);
            let pair = (&drawn.x, &drawn.target);
            let value = stepper.step(model, cost, optimizer, pair, &mut noise)?.cost;
            if !value.is_finite() {
                return Ok(points);
            }
            average = config.smoothing * average + (1.0 - config.smoothing) * value;
            memory *= config.smoothing;
            let smoothed = average / (1.0 - memory);
            points.push(LrPoint { lr, cost: value, smoothed });
            least = smoothed.min(least);
            if points.len() == config.steps || smoothed > config.divergence * least {
                return Ok(points);
            }
        }
    }
    Ok(points)
}

/// Where the smoothed cost falls fastest. The rates grow by a constant factor, so differences of the
/// cost are slopes over ln α; a parabola through neighbours would ask more of them than they hold.
fn steepest(points: &[LrPoint]) -> Option<f64> {
    let slopes =
        points.windows(3).map(|three| (three[1].lr, three[2].smoothed - three[0].smoothed));
    let falling = slopes.filter(|(_, slope)| *slope < 0.0);
    falling.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(lr, _)| lr)
}
