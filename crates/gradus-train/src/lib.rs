//! The fit loop: history, callbacks, early stopping, runs that are the same to the last bit.
//!
//! [`fit`] trains a model on mini-batches and keeps the weights that were best on the dev set.
//! [`apply_gradients`] is the one line that a loop of your own needs from here.
//!
//! ```
//! use gradus_data::{digits_dataset, stream, purpose};
//! use gradus_nn::{Activation, Cost, Mlp};
//! use gradus_optim::Adam;
//! use gradus_train::{FitConfig, Quiet, evaluate, fit};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let digits = digits_dataset::<f32>();
//! let rows: Vec<usize> = (0..600).collect();
//! let data = digits.select(&rows)?;
//! let mlp = Mlp { inputs: 64, hidden: vec![32], outputs: 10, activation: Activation::Relu };
//! let mut model = mlp.build::<f32>(&mut stream(0, purpose::INIT))?;
//! let mut adam = Adam { lr: 5e-3, ..Adam::default() }.build::<f32>()?;
//! let config = FitConfig { epochs: 10, batch_size: Some(32), ..FitConfig::default() };
//! let cost = Cost::SoftmaxCrossEntropy;
//! let history = fit(&mut model, cost, &mut adam, &data, None, &config, &mut Quiet)?;
//! assert_eq!(history.epochs.len(), 10);
//! assert!(evaluate(&model, cost, &data)?.accuracy.unwrap() > 0.9);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod apply;
mod batch;
mod config;
mod error;
mod evaluate;
mod fit;
mod gradients;
mod history;
mod lr_finder;
mod observer;
mod rate;
mod snapshot;
mod step;
mod stopping;
mod weights;

pub use apply::{apply_gradients, apply_gradients_with, group_keys, look_ahead, look_back};
pub use config::{FitConfig, Restore};
pub use error::{Part, TrainError};
pub use evaluate::{Score, accuracy, evaluate, predicted_classes};
pub use fit::fit;
pub use gradients::{Clip, GradientRules, Penalty};
pub use history::{EpochRecord, History, StopReason};
pub use lr_finder::{LrFinder, LrPoint, LrSweep, find_lr};
pub use observer::{Flow, Observer, Quiet};
pub use rate::LearningRate;
pub use step::{StepOutcome, Stepper};
pub use weights::{ClassWeights, Weights};
