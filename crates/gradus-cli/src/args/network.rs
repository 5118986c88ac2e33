//! The options of `train` for the network.

use std::fmt;

use clap::{Args, ValueEnum};
use gradus::nn::{Activation, Init};
use serde::Serialize;

use super::at_least_one;

/// The network.
#[derive(Debug, Clone, Args)]
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
}
