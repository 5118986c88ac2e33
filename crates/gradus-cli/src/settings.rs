//! The network and how it learns: the user's options over the defaults of the data set.

use gradus::io::MAX_PAYLOAD;
use gradus::nn::{Activation, Mlp};
use gradus::optim::{
    Adagrad, Adam, AdamW, AmsGrad, L1Step, Momentum, NAdam, Nesterov, OptimError, Optimizer,
    RmsProp, Sgd,
};
use gradus::train::{Clip, Penalty};
use serde::Serialize;

use crate::args::{NetworkArgs, OptimizerArg};
use crate::error::CliError;

/// The data sets by what suits them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suited {
    Digits,
    Mnist,
    Table,
}

/// Everything that training needs beside the data.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Settings {
    pub(crate) hidden: Vec<usize>,
    #[serde(serialize_with = "as_text")]
    pub(crate) activation: Activation,
    #[serde(serialize_with = "optimizer_name")]
    pub(crate) optimizer: OptimizerArg,
    pub(crate) lr: f64,
    pub(crate) penalty: Penalty,
    pub(crate) clip: Clip,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    pub(crate) patience: Option<usize>,
    pub(crate) seed: u64,
}

impl Settings {
    pub(crate) fn new(args: &NetworkArgs, suited: Suited) -> Self {
        let optimizer = args.optimizer.unwrap_or(OptimizerArg::Adam);
        let adam = match suited {
            Suited::Digits => 0.004,
            Suited::Mnist => 0.002,
            Suited::Table => 0.01,
        };
        let lr = match optimizer {
            OptimizerArg::Adam | OptimizerArg::Amsgrad | OptimizerArg::Adamw => adam,
            OptimizerArg::Nadam | OptimizerArg::Rmsprop => adam,
            OptimizerArg::Sgd => 0.1,
            OptimizerArg::Momentum | OptimizerArg::Nesterov => 0.02,
            OptimizerArg::Adagrad => 0.05,
        };
        let (hidden, epochs, batch_size) = match suited {
            Suited::Digits => (256, 200, 16),
            Suited::Mnist => (128, 5, 64),
            Suited::Table => (32, 200, 32),
        };
        let epochs = args.epochs.unwrap_or(epochs);
        // A patience that lasts for all epochs never ends one.
        let patience = Some(args.patience.unwrap_or(20)).filter(|n| (1..epochs).contains(n));
        let hidden = args.hidden.as_ref().map_or_else(|| vec![hidden], |hidden| hidden.0.clone());
        Self {
            hidden,
            activation: args.activation.map_or(Activation::Relu, Activation::from),
            optimizer,
            lr: args.lr.unwrap_or(lr),
            penalty: Penalty {
                l1: args.l1.unwrap_or(0.0),
                l1_step: L1Step::Proximal,
                l2: args.l2.unwrap_or(0.0),
            },
            clip: args.clip_norm.map_or(Clip::None, Clip::GlobalNorm),
            epochs,
            batch_size: args.batch_size.unwrap_or(batch_size),
            patience,
            seed: args.seed,
        }
    }

    /// The network between the data's features and outputs.
    pub(crate) fn mlp(&self, inputs: usize, outputs: usize) -> Result<Mlp, CliError> {
        let widths: Vec<usize> =
            [inputs].into_iter().chain(self.hidden.iter().copied()).chain([outputs]).collect();
        let parameters = widths.windows(2).try_fold(0_usize, |sum, pair| {
            sum.checked_add(pair[0].checked_add(1)?.checked_mul(pair[1])?)
        });
        // A model file must hold them, in four bytes each.
        let most = MAX_PAYLOAD / 8;
        if parameters.is_none_or(|parameters| parameters > most) {
            let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
            return Err(CliError::usage(format!(
                "a network of {} units has more than {most} parameters; choose smaller layers \
                 (--hidden)",
                widths.join("-")
            )));
        }
        Ok(Mlp { inputs, hidden: self.hidden.clone(), outputs, activation: self.activation })
    }

    pub(crate) fn build_optimizer(&self) -> Result<Box<dyn Optimizer<f32>>, OptimError> {
        let lr = self.lr;
        Ok(match self.optimizer {
            OptimizerArg::Adam => Box::new(Adam { lr, ..Adam::default() }.build()?),
            OptimizerArg::Sgd => Box::new(Sgd { lr }.build()?),
            OptimizerArg::Momentum => Box::new(Momentum { lr, ..Momentum::default() }.build()?),
            OptimizerArg::Nesterov => Box::new(Nesterov { lr, ..Nesterov::default() }.build()?),
            OptimizerArg::Adagrad => Box::new(Adagrad { lr, ..Adagrad::default() }.build()?),
            OptimizerArg::Rmsprop => RmsProp { lr, ..RmsProp::default() }.build()?,
            OptimizerArg::Amsgrad => Box::new(AmsGrad { lr, ..AmsGrad::default() }.build()?),
            OptimizerArg::Adamw => Box::new(AdamW { lr, ..AdamW::default() }.build()?),
            OptimizerArg::Nadam => Box::new(NAdam { lr, ..NAdam::default() }.build()?),
        })
    }

    pub(crate) fn optimizer_name(&self) -> &'static str {
        match self.optimizer {
            OptimizerArg::Adam => "adam",
            OptimizerArg::Sgd => "sgd",
            OptimizerArg::Momentum => "momentum",
            OptimizerArg::Nesterov => "nesterov",
            OptimizerArg::Adagrad => "adagrad",
            OptimizerArg::Rmsprop => "rmsprop",
            OptimizerArg::Amsgrad => "amsgrad",
            OptimizerArg::Adamw => "adamw",
            OptimizerArg::Nadam => "nadam",
        }
    }
}

fn as_text<S: serde::Serializer>(
    value: &impl std::fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn optimizer_name<S: serde::Serializer>(
    value: &OptimizerArg,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}").to_string().to_lowercase())
}
