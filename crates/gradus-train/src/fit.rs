//! The loop.

use gradus_autograd::Evaluator;
use gradus_data::{Batches, Dataset, Order, Remainder, purpose, stream, suggested_batch_size};
use gradus_linalg::{Scalar, reduce};
use gradus_nn::{Cost, Layer, Path};
use gradus_optim::Optimizer;

use crate::batch::SampleStore;
use crate::evaluate::{check_fit, score};
use crate::rate::Rate;
use crate::snapshot::Snapshot;
use crate::stopping::{EarlyStopping, Verdict};
use crate::weights::cost_weights;
use crate::{
    EpochRecord, FitConfig, Flow, GradientRules, History, Observer, Part, Restore, Score,
    StepOutcome, Stepper, StopReason, TrainError,
};

/// Trains a model with mini-batches, in a new order each epoch.
///
/// The same seed gives the same bits, on any number of threads. With a dev set, the weights of the
/// epoch with the least dev cost are left in the model, also when the run was not stopped early
/// (unlike in Keras).
///
/// The run stays inside the thread pool it is called in, or the global one: products then share
/// their work without waking a pool from outside, which would cost time and allocate.
///
/// # Errors
/// If a set is empty, not finite, or does not fit the model or the cost; if a setting cannot be; if
/// the cost or a parameter becomes infinite or NaN, in which case the model has the weights of the
/// last good epoch.
pub fn fit<T: Scalar>(
    model: &mut dyn Layer<T>,
    cost: Cost,
    optimizer: &mut dyn Optimizer<T>,
    train: &Dataset<T>,
    dev: Option<&Dataset<T>>,
    config: &FitConfig,
    observer: &mut (dyn Observer + Send),
) -> Result<History, TrainError> {
    rayon::scope(|_| run(model, cost, optimizer, train, dev, config, observer))
}

fn run<T: Scalar>(
    model: &mut dyn Layer<T>,
    cost: Cost,
    optimizer: &mut dyn Optimizer<T>,
    train: &Dataset<T>,
    dev: Option<&Dataset<T>>,
    config: &FitConfig,
    observer: &mut dyn Observer,
) -> Result<History, TrainError> {
    config.check()?;
    check_fit(model, cost, train, Part::Train)?;
    if let Some(dev) = dev {
        check_fit(model, cost, dev, Part::Dev)?;
    }
    config.weights.check(train, dev)?;
    let of_classes = config.weights.of_classes(train)?;
    let mut of_rows = config.weights.train.clone();
    let selected;
    let train = match config.weights.kept::<T>() {
        None => train,
        Some(kept) => {
            of_rows = of_rows.map(|all| kept.iter().map(|&row| all[row]).collect());
            selected = train.select(&kept)?;
            &selected
        }
    };
    let size = config.batch_size.unwrap_or_else(|| suggested_batch_size(train.rows()));
    let size = size.min(train.rows());
    let mut batches =
        Batches::new(train.rows(), size, Order::Shuffled, Remainder::Keep, config.seed)?;
    let mut noise = stream(config.seed, purpose::NOISE);
    let of_train = cost_weights(of_classes.as_ref(), of_rows.as_deref());
    let of_dev = cost_weights(of_classes.as_ref(), config.weights.dev.as_deref());
    let mut store = SampleStore::weighted(train, of_train);
    let rules = GradientRules::of_run(config.clip, config.penalty, train.rows());
    let mut stepper = Stepper::with(rules);
    let mut rate = Rate::start(&config.learning_rate)?;
    let mut evaluator = Evaluator::new();
    let mut stopping = EarlyStopping::new(config.patience, config.min_delta);
    let mut good = Snapshot::of(model);
    let mut best = Snapshot::of(model);
    let mut history = History {
        epochs: Vec::new(),
        best_epoch: 1,
        stopped: StopReason::Completed,
        batch_size: size,
    };
    for epoch in 1..=config.epochs {
        observer.epoch_start(epoch, batches.per_epoch());
        rate.begin_epoch(epoch, optimizer)?;
        let mut sum = Sum::default();
        for (batch, rows) in batches.epoch(epoch as u64 - 1).enumerate() {
            rate.begin_step(optimizer)?;
            let drawn = store.gather(rows);
            let pair = (&drawn.x, &drawn.target);
            let weights = &drawn.weights;
            let outcome = stepper.step_weighted(model, cost, optimizer, pair, weights, &mut noise);
            let outcome = match outcome {
                Ok(outcome) => outcome,
                Err(error) => {
                    good.restore(model);
                    return Err(error);
                }
            };
            if !outcome.cost.is_finite() {
                good.restore(model);
                return Err(TrainError::NonFinite {
                    what: format!("the {cost}"),
                    value: outcome.cost.to_string(),
                    epoch,
                    batch: batch + 1,
                    lr: optimizer.lr(),
                });
            }
            sum.add(rows.len(), weights.total(&drawn.target), &outcome);
            observer.batch_end(batch + 1, outcome.cost);
        }
        if let Some((what, value)) = first_non_finite(model) {
            good.restore(model);
            let (batch, lr) = (batches.per_epoch(), optimizer.lr());
            return Err(TrainError::NonFinite { what, value, epoch, batch, lr });
        }
        let dev = dev.map(|dev| score(model, cost, (dev, &of_dev), &mut evaluator)).transpose()?;
        let dev_cost = dev.as_ref().map(|dev| dev.cost);
        if let Some(value) = dev_cost.filter(|cost| !cost.is_finite()) {
            good.restore(model);
            let (batch, lr) = (batches.per_epoch(), optimizer.lr());
            let (what, value) = (format!("the {cost} on the dev set"), value.to_string());
            return Err(TrainError::NonFinite { what, value, epoch, batch, lr });
        }
        good.take(model);
        let mean = sum.mean();
        rate.end_epoch(dev_cost.unwrap_or(mean.cost));
        let record = EpochRecord { epoch, train: mean, dev, lr: optimizer.lr() };
        let flow = observer.epoch_end(&record);
        history.epochs.push(record);
        let verdict = match dev_cost {
            Some(cost) => stopping.judge(cost),
            None => Verdict { least: true, stop: false },
        };
        if verdict.least {
            history.best_epoch = epoch;
            best.take(model);
        }
        if flow == Flow::Stop {
            history.stopped = StopReason::Observer;
            break;
        }
        if verdict.stop {
            history.stopped = StopReason::EarlyStopping;
            break;
        }
    }
    if config.restore == Restore::Best {
        best.restore(model);
    }
    Ok(history)
}

/// Running totals of an epoch.
#[derive(Debug, Default)]
struct Sum {
    rows: usize,
    weight: f64,
    cost: f64,
    correct: Option<usize>,
}

impl Sum {
    fn add(&mut self, rows: usize, weight: f64, outcome: &StepOutcome) {
        self.rows += rows;
        self.weight += weight;
        self.cost += outcome.cost * weight;
        self.correct = outcome.correct.map(|correct| correct + self.correct.unwrap_or(0));
    }

    fn mean(&self) -> Score {
        let rows = self.rows as f64;
        Score { cost: self.cost / self.weight, accuracy: self.correct.map(|n| n as f64 / rows) }
    }
}

fn first_non_finite<T: Scalar>(model: &dyn Layer<T>) -> Option<(String, String)> {
    let mut found = None;
    model.visit(&Path::root(), &mut |path, parameter| {
        let values = parameter.value().as_slice();
        if found.is_none() && !reduce::all_finite(values) {
            let bad = values.iter().find(|x| !x.to_f64().is_finite());
            let value = bad.map_or_else(String::new, |x| x.to_f64().to_string());
            found = Some((format!("parameter {path}"), value));
        }
    });
    found
}
