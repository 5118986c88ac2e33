//! The options of `train` for how it is learned.

use std::fmt;

use clap::{Args, ValueEnum};

use super::{at_least_one, named, penalty, rate};

/// How it is learned.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for the training")]
pub(crate) struct LearningArgs {
    /// The optimiser [default: adam]
    #[arg(long, value_enum)]
    pub(crate) optimizer: Option<OptimizerArg>,
    /// The learning rate [default: suits the optimiser and the data]
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true)]
    pub(crate) lr: Option<f64>,
    /// How the rate changes: constant; step[=EPOCHS,FACTOR] (10,0.5); exponential[=FACTOR] (0.95 each
    /// epoch); inverse-time[=BETA], rate/(1 + BETA·epoch) (0.1); cosine, down to 0 at the last epoch of
    /// --epochs; one-cycle, up to the rate and down to 0; plateau[=FACTOR,EPOCHS] (0.1,10), lower when
    /// the dev cost stands still [default: constant]
    #[arg(long, value_name = "LAW", value_parser = schedule)]
    pub(crate) schedule: Option<ScheduleArg>,
    /// Epochs in which the rate climbs to its full height, step by step [default: 0]
    #[arg(long, value_name = "EPOCHS", value_parser = at_least_one, allow_negative_numbers = true)]
    pub(crate) warmup: Option<usize>,
    /// Decay of the weights by RATE times the learning rate in each step, beside the gradient, as AdamW
    /// does, with any optimiser; not of biases, scales of --norm and slopes of prelu [default: 0;
    /// adamw 0.01]
    #[arg(long, value_name = "RATE", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) weight_decay: Option<f64>,
    /// An L2 penalty λ/2m Σw² for m training rows, on what --weight-decay acts on [default: 0]
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) l2: Option<f64>,
    /// An L1 penalty λ/m Σ|w| on the same; makes weights exactly 0 [default: 0]
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) l1: Option<f64>,
    /// Shorten the gradient of a mini-batch to this norm if it is longer
    #[arg(long, value_name = "NORM", value_parser = rate, allow_negative_numbers = true)]
    pub(crate) clip_norm: Option<f64>,
    /// The largest number of passes over the training part [default: 200; mnist 5]
    #[arg(long, value_name = "N", value_parser = at_least_one, allow_negative_numbers = true)]
    pub(crate) epochs: Option<usize>,
    /// Rows of a mini-batch [default: digits 16; mnist 64; CSV 32]
    #[arg(long, value_name = "N", value_parser = at_least_one, allow_negative_numbers = true)]
    pub(crate) batch_size: Option<usize>,
    /// Stop after so many epochs without a lower dev cost; 0 never stops early [default: 20]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) patience: Option<usize>,
    /// The seed of the split, of the first weights and of the order of rows
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OptimizerArg {
    /// Adaptive moments, β₁ = 0.9, β₂ = 0.999
    Adam,
    /// Plain gradient descent on mini-batches
    Sgd,
    /// Gradient descent with momentum 0.9
    Momentum,
    /// Momentum that looks ahead
    Nesterov,
    /// Rates that fall with the squares of all gradients so far
    Adagrad,
    /// Rates by a moving mean of the squares of gradients
    Rmsprop,
    /// Adam whose rates never grow again
    Amsgrad,
    /// Adam with decoupled weight decay of 0.01
    Adamw,
    /// Adam that looks ahead
    Nadam,
}

/// How the learning rate changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ScheduleArg {
    Constant,
    Step { every: usize, factor: f64 },
    Exponential { factor: f64 },
    InverseTime { beta: f64 },
    Cosine,
    OneCycle,
    Plateau { factor: f64, patience: usize },
}

impl fmt::Display for ScheduleArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("constant"),
            Self::Step { every, factor } => write!(f, "step={every},{factor}"),
            Self::Exponential { factor } => write!(f, "exponential={factor}"),
            Self::InverseTime { beta } => write!(f, "inverse-time={beta}"),
            Self::Cosine => f.write_str("cosine"),
            Self::OneCycle => f.write_str("one-cycle"),
            Self::Plateau { factor, patience } => write!(f, "plateau={factor},{patience}"),
        }
    }
}

fn schedule(text: &str) -> Result<ScheduleArg, String> {
    let factor = |text: &str| match text.parse::<f64>() {
        Ok(factor) if factor > 0.0 && factor < 1.0 => Ok(factor),
        _ => Err(format!("the factor `{text}` must lie between 0 and 1")),
    };
    let (name, numbers) = named(text);
    match (name, &numbers[..]) {
        ("constant", []) => Ok(ScheduleArg::Constant),
        ("step", []) => Ok(ScheduleArg::Step { every: 10, factor: 0.5 }),
        ("step", [every, by]) => {
            Ok(ScheduleArg::Step { every: at_least_one(every)?, factor: factor(by)? })
        }
        ("exponential", []) => Ok(ScheduleArg::Exponential { factor: 0.95 }),
        ("exponential", [by]) => Ok(ScheduleArg::Exponential { factor: factor(by)? }),
        ("inverse-time", []) => Ok(ScheduleArg::InverseTime { beta: 0.1 }),
        ("inverse-time", [beta]) => Ok(ScheduleArg::InverseTime { beta: rate(beta)? }),
        ("cosine", []) => Ok(ScheduleArg::Cosine),
        ("one-cycle", []) => Ok(ScheduleArg::OneCycle),
        ("plateau", []) => Ok(ScheduleArg::Plateau { factor: 0.1, patience: 10 }),
        ("plateau", [by, patience]) => {
            Ok(ScheduleArg::Plateau { factor: factor(by)?, patience: at_least_one(patience)? })
        }
        _ => Err("it is none of constant, step[=EPOCHS,FACTOR], exponential[=FACTOR], \
                  inverse-time[=BETA], cosine, one-cycle, plateau[=FACTOR,EPOCHS]"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_parsed_as_they_are_written() {
        for text in [
            "constant",
            "step=5,0.1",
            "exponential=0.9",
            "inverse-time=0.5",
            "cosine",
            "one-cycle",
            "plateau=0.5,3",
        ] {
            assert_eq!(schedule(text).unwrap().to_string(), text);
        }
        assert_eq!(schedule("exponential").unwrap(), ScheduleArg::Exponential { factor: 0.95 });
        for bad in [
            "",
            "linear",
            "step=5",
            "step=0,0.5",
            "step=5,1",
            "cosine=1",
            "plateau=0,1",
            "inverse-time=0",
        ] {
            assert!(schedule(bad).is_err(), "{bad}");
        }
    }
}
