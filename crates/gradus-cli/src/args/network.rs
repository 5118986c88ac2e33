//! The options of `train` for the network, what it learns and how.

use std::fmt;

use clap::{Args, ValueEnum};
use gradus::nn::{Activation, Init};
use serde::Serialize;

use super::{at_least_one, penalty, rate};

/// The network.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for the network")]
pub(crate) struct NetworkArgs {
    /// Units of each hidden layer; `none` for a linear model [default: digits 256; mnist 128; CSV 32]
    #[arg(long, value_name = "N,N", value_parser = hidden)]
    pub(crate) hidden: Option<Hidden>,
    /// The activation of the hidden layers: relu, leaky-relu[=SLOPE], prelu (a slope that is learned),
    /// elu[=ALPHA], selu, gelu, silu, softplus, softsign, tanh, arctan or sigmoid [default: relu]
    #[arg(long, value_name = "NAME", value_parser = units)]
    pub(crate) activation: Option<Units>,
    /// Normalise what enters each activation: helps deep networks, and lets them learn faster
    /// [default: none]
    #[arg(long, value_enum)]
    pub(crate) norm: Option<NormArg>,
    /// The probability that a hidden unit is dropped from a step, for all hidden layers or for each:
    /// against overfitting [default: 0]
    #[arg(long, value_name = "RATE[,RATE]", value_parser = dropout, allow_negative_numbers = true)]
    pub(crate) dropout: Option<Dropout>,
    /// How weights begin [default: suits the activation, he-normal for relu, glorot-uniform for tanh]
    #[arg(long, value_enum)]
    pub(crate) init: Option<InitArg>,
}

/// What is learned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for the cost")]
pub(crate) struct CostArgs {
    /// What training minimises: cross-entropy for classes; mse, mae or huber[=DELTA] for values, of
    /// which mae and huber mind outliers less. DELTA is where squared becomes absolute, in standard
    /// deviations of the target [default: cross-entropy, mse]
    #[arg(long, value_name = "NAME", value_parser = cost)]
    pub(crate) cost: Option<CostArg>,
    /// The part of each class target that is spread over all classes: against overconfidence
    /// [default: 0]
    #[arg(long, value_name = "PART", value_parser = part, allow_negative_numbers = true)]
    pub(crate) label_smoothing: Option<f64>,
    /// How much classes count: `balanced` for all the same however rare, or weights by label, such as
    /// `ill=5,well=1`, and 1 for those not named [default: as much as they have rows]
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
}

/// How it is learned.
#[derive(Debug, Args)]
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
    /// Decay of the weights by RATE times the learning rate in each step, beside the gradient and not
    /// of biases, as AdamW does, with any optimiser [default: 0; adamw 0.01]
    #[arg(long, value_name = "RATE", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) weight_decay: Option<f64>,
    /// An L2 penalty λ/2m Σw² on the weights, biases excluded, for m training rows [default: 0]
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) l2: Option<f64>,
    /// An L1 penalty λ/m Σ|w| on the weights, biases excluded; makes weights exactly 0 [default: 0]
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

/// Units of each hidden layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) Vec<usize>);

/// The activation of the hidden units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Units {
    Fixed(Activation),
    Prelu,
}

/// Probabilities of dropping a unit: one for all hidden layers, or one for each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dropout(pub(crate) Vec<f64>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NormArg {
    /// Over the rows of a mini-batch, each unit by itself; running means are saved with the model
    Batch,
    /// Over the units of a layer, each row by itself
    Layer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InitArg {
    /// Variance 2/inputs, also called Kaiming: for relu and its kin
    HeNormal,
    /// The same, uniform
    HeUniform,
    /// Variance 2/(inputs + outputs), also called Xavier: for tanh and sigmoid
    GlorotNormal,
    /// The same, uniform
    GlorotUniform,
    /// Variance 1/inputs: for selu
    LecunNormal,
    /// The same, uniform
    LecunUniform,
    /// Orthogonal rows or columns, which keep lengths
    Orthogonal,
    /// What PyTorch's linear layers begin with, uniform of variance 1/(3·inputs)
    Pytorch,
    /// All 0: units that begin alike stay alike, and the network hardly learns
    Zeros,
}

impl From<InitArg> for Init {
    fn from(arg: InitArg) -> Self {
        match arg {
            InitArg::HeNormal => Self::HeNormal,
            InitArg::HeUniform => Self::HeUniform,
            InitArg::GlorotNormal => Self::GlorotNormal,
            InitArg::GlorotUniform => Self::GlorotUniform,
            InitArg::LecunNormal => Self::LecunNormal,
            InitArg::LecunUniform => Self::LecunUniform,
            InitArg::Orthogonal => Self::Orthogonal { gain: 1.0 },
            InitArg::Pytorch => Self::pytorch_linear(),
            InitArg::Zeros => Self::Zeros,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum CostArg {
    CrossEntropy,
    Mse,
    Mae,
    Huber { delta: f64 },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClassWeightsArg {
    Balanced,
    /// By label, in the order of the command line.
    ByLabel(Vec<(String, f64)>),
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

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(activation) => activation.fmt(f),
            Self::Prelu => f.write_str("prelu"),
        }
    }
}

impl fmt::Display for InitArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl fmt::Display for ClassWeightsArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Balanced => f.write_str("balanced"),
            Self::ByLabel(weights) => {
                for (i, (label, weight)) in weights.iter().enumerate() {
                    write!(f, "{}{label}={weight}", if i == 0 { "" } else { "," })?;
                }
                Ok(())
            }
        }
    }
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

fn hidden(text: &str) -> Result<Hidden, String> {
    if text == "none" {
        return Ok(Hidden(Vec::new()));
    }
    text.split(',').map(|units| at_least_one(units.trim())).collect::<Result<_, _>>().map(Hidden)
}

fn units(text: &str) -> Result<Units, String> {
    if text == "prelu" {
        return Ok(Units::Prelu);
    }
    // `elu=0.5` stands for `elu(0.5)`, which shells want quoted.
    let written = match text.split_once('=') {
        Some((name, number)) => format!("{name}({number})"),
        None => text.to_owned(),
    };
    let activation: Activation = written.parse().map_err(|_| {
        "it is none of relu, leaky-relu[=SLOPE], prelu, elu[=ALPHA], selu, gelu, silu, softplus, \
         softsign, tanh, arctan, sigmoid, with a SLOPE from 0 to 1"
            .to_owned()
    })?;
    match activation {
        Activation::BinaryStep => Err("a step has no slope to learn from".to_owned()),
        Activation::Identity => {
            Err("layers without an activation are one linear layer; use --hidden none".to_owned())
        }
        Activation::Softmax | Activation::LogSoftmax => {
            Err("it is for the end of a network, where the cost holds it already".to_owned())
        }
        activation => Ok(Units::Fixed(activation)),
    }
}

fn dropout(text: &str) -> Result<Dropout, String> {
    let one = |text: &str| match text.trim().parse::<f64>() {
        Ok(rate) if (0.0..1.0).contains(&rate) => Ok(rate),
        _ => Err("rates must be numbers from 0 to below 1, such as 0.2".to_owned()),
    };
    text.split(',').map(one).collect::<Result<_, _>>().map(Dropout)
}

fn part(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(part) if (0.0..1.0).contains(&part) => Ok(part),
        _ => Err("it must be a number from 0 to below 1, such as 0.1".to_owned()),
    }
}

/// The name of `NAME=NUMBERS`, and the numbers.
fn named(text: &str) -> (&str, Vec<&str>) {
    match text.split_once('=') {
        Some((name, numbers)) => (name, numbers.split(',').map(str::trim).collect()),
        None => (text, Vec::new()),
    }
}

fn cost(text: &str) -> Result<CostArg, String> {
    match named(text) {
        ("cross-entropy", numbers) if numbers.is_empty() => Ok(CostArg::CrossEntropy),
        ("mse", numbers) if numbers.is_empty() => Ok(CostArg::Mse),
        ("mae", numbers) if numbers.is_empty() => Ok(CostArg::Mae),
        ("huber", numbers) => match numbers[..] {
            [] => Ok(CostArg::Huber { delta: 1.0 }),
            [delta] => rate(delta).map(|delta| CostArg::Huber { delta }),
            _ => Err("huber takes one DELTA, such as huber=0.5".to_owned()),
        },
        _ => Err("it is none of cross-entropy, mse, mae, huber[=DELTA]".to_owned()),
    }
}

pub(super) fn class_weights(text: &str) -> Result<ClassWeightsArg, String> {
    if text == "balanced" {
        return Ok(ClassWeightsArg::Balanced);
    }
    let one = |pair: &str| {
        let (label, weight) = pair
            .rsplit_once('=')
            .ok_or_else(|| "it is `balanced`, or LABEL=WEIGHT,LABEL=WEIGHT".to_owned())?;
        rate(weight.trim()).map(|weight| (label.trim().to_owned(), weight)).map_err(|_| {
            format!("the weight of `{label}` must be a number above 0; leave rows out by --weights")
        })
    };
    text.split(',').map(one).collect::<Result<_, _>>().map(ClassWeightsArg::ByLabel)
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
    fn layers_and_rates_are_parsed() {
        assert_eq!(hidden("64, 32").unwrap(), Hidden(vec![64, 32]));
        assert_eq!(hidden("none").unwrap(), Hidden(Vec::new()));
        for bad in ["", "0", "64,", "64,-1", "many"] {
            assert!(hidden(bad).is_err(), "{bad}");
        }
        assert_eq!(dropout("0.5,0").unwrap(), Dropout(vec![0.5, 0.0]));
        for bad in ["1", "-0.1", "nan", "", "0.1,"] {
            assert!(dropout(bad).is_err(), "{bad}");
        }
        assert!(part("1").is_err() && part("-0.1").is_err() && part("0").is_ok());
    }

    #[test]
    fn activations_are_parsed() {
        assert_eq!(units("prelu").unwrap(), Units::Prelu);
        let leaky = Units::Fixed(Activation::LeakyRelu { slope: 0.2 });
        assert_eq!(
            (units("leaky-relu=0.2").unwrap(), units("leaky-relu(0.2)").unwrap()),
            (leaky, leaky)
        );
        assert_eq!(units("GELU").unwrap(), Units::Fixed(Activation::Gelu));
        for bad in ["", "relu=1", "leaky-relu=2", "elu=nan", "softmax", "identity", "binary-step"] {
            assert!(units(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn costs_and_class_weights_are_parsed() {
        assert_eq!(cost("huber").unwrap(), CostArg::Huber { delta: 1.0 });
        assert_eq!(cost("huber=0.25").unwrap(), CostArg::Huber { delta: 0.25 });
        for bad in ["", "mse=1", "huber=0", "huber=1,2", "hinge"] {
            assert!(cost(bad).is_err(), "{bad}");
        }
        let by_label = class_weights("a=1, b=c=2.5").unwrap();
        let expected = vec![("a".to_owned(), 1.0), ("b=c".to_owned(), 2.5)];
        assert_eq!(by_label, ClassWeightsArg::ByLabel(expected));
        assert_eq!(by_label.to_string(), "a=1,b=c=2.5");
        for bad in ["", "equal", "a", "a=0", "a=-1", "a=1,", "a=x"] {
            assert!(class_weights(bad).is_err(), "{bad}");
        }
    }

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
