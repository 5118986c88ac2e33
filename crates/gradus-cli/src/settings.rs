//! The network and how it learns: the user's options over the defaults of the data set.

use gradus::data::{Dataset, FittedTarget};
use gradus::nn::{Activation, Cost};
use gradus::optim::{
    Adagrad, Adam, AdamW, AmsGrad, Coupling, L1Step, Momentum, NAdam, Nesterov, OptimError,
    Optimizer, RmsProp, Sgd, WeightDecay,
};
use gradus::train::{ClassWeights, Clip, FitConfig, Penalty, Weights};
use serde::Serialize;

use crate::args::{
    ClassWeightsArg, CostArg, CostArgs, InitArg, LearningArgs, NetworkArgs, NormArg, OptimizerArg,
    ScheduleArg, TrainArgs, Units,
};
use crate::class_weights;
use crate::data::RowWeights;
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
    pub(crate) activation: Units,
    pub(crate) norm: Option<NormArg>,
    /// For each hidden layer.
    pub(crate) dropout: Vec<f64>,
    #[serde(serialize_with = "as_text_if_any")]
    pub(crate) init: Option<InitArg>,
    #[serde(skip)]
    cost: Option<CostArg>,
    #[serde(skip)]
    label_smoothing: Option<f64>,
    #[serde(serialize_with = "as_text_if_any")]
    pub(crate) class_weights: Option<ClassWeightsArg>,
    #[serde(serialize_with = "optimizer_name")]
    pub(crate) optimizer: OptimizerArg,
    pub(crate) lr: f64,
    #[serde(serialize_with = "as_text")]
    pub(crate) schedule: ScheduleArg,
    /// In epochs.
    pub(crate) warmup: usize,
    /// Decoupled; AdamW's own is part of it.
    pub(crate) weight_decay: f64,
    pub(crate) penalty: Penalty,
    pub(crate) clip: Clip,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    #[serde(skip)]
    batch_size_given: bool,
    pub(crate) patience: Option<usize>,
    pub(crate) seed: u64,
}

impl Settings {
    /// # Errors
    /// If options do not go together.
    pub(crate) fn new(args: &TrainArgs, suited: Suited) -> Result<Self, CliError> {
        Self::of(&args.network, &args.cost, &args.learning, suited)
    }

    /// # Errors
    /// If options do not go together.
    pub(crate) fn of(
        network: &NetworkArgs,
        cost: &CostArgs,
        learning: &LearningArgs,
        suited: Suited,
    ) -> Result<Self, CliError> {
        let optimizer = learning.optimizer.unwrap_or(OptimizerArg::Adam);
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
        let epochs = learning.epochs.unwrap_or(epochs);
        // A patience that lasts for all epochs never ends one.
        let patience = Some(learning.patience.unwrap_or(20)).filter(|n| (1..epochs).contains(n));
        let hidden =
            network.hidden.as_ref().map_or_else(|| vec![hidden], |hidden| hidden.0.clone());
        let per_layer =
            [("--norm", network.norm.is_some()), ("--dropout", network.dropout.is_some())];
        if let Some((option, _)) = per_layer.iter().find(|(_, given)| *given && hidden.is_empty()) {
            return Err(CliError::usage(format!(
                "{option} is for hidden layers, and there are none (--hidden none); leave it out"
            )));
        }
        let given = network.dropout.as_ref().map_or(&[0.0][..], |dropout| &dropout.0);
        let dropout = match given {
            [rate] => vec![*rate; hidden.len()],
            rates if rates.len() == hidden.len() => rates.to_vec(),
            rates => {
                return Err(CliError::usage(format!(
                    "--dropout has {} rates, and hidden layers are {}: give one for all or one for each",
                    rates.len(),
                    hidden.len()
                )));
            }
        };
        let settings = Self {
            hidden,
            activation: network.activation.unwrap_or(Units::Fixed(Activation::Relu)),
            norm: network.norm,
            dropout,
            init: network.init,
            cost: cost.cost,
            label_smoothing: cost.label_smoothing,
            class_weights: cost.class_weights.clone(),
            optimizer,
            lr: learning.lr.unwrap_or(lr),
            schedule: learning.schedule.unwrap_or(ScheduleArg::Constant),
            warmup: learning.warmup.unwrap_or(0),
            weight_decay: learning.weight_decay.unwrap_or(match optimizer {
                OptimizerArg::Adamw => AdamW::default().weight_decay,
                _ => 0.0,
            }),
            penalty: Penalty {
                l1: learning.l1.unwrap_or(0.0),
                l1_step: L1Step::Proximal,
                l2: learning.l2.unwrap_or(0.0),
            },
            clip: learning.clip_norm.map_or(Clip::None, Clip::GlobalNorm),
            epochs,
            batch_size: learning.batch_size.unwrap_or(batch_size),
            batch_size_given: learning.batch_size.is_some(),
            patience,
            seed: learning.seed,
        };
        settings.check_alone()?;
        Ok(settings)
    }

    /// What does not go together, whatever the data.
    fn check_alone(&self) -> Result<(), CliError> {
        let wrong = |message: String| Err(CliError::usage(message));
        match self.schedule {
            ScheduleArg::OneCycle | ScheduleArg::Plateau { .. } if self.warmup > 0 => {
                return wrong(format!(
                    "--warmup does not go with --schedule {}: {}",
                    self.schedule,
                    match self.schedule {
                        ScheduleArg::OneCycle => "its climb is a warm-up; leave --warmup out",
                        _ => "it follows the dev cost and no count of epochs; choose another law",
                    }
                ));
            }
            _ => {}
        }
        if self.warmup >= self.epochs && self.warmup > 0 {
            return wrong(format!(
                "--warmup {} leaves none of the {} epochs (--epochs)",
                self.warmup, self.epochs
            ));
        }
        if self.norm == Some(NormArg::Batch) && self.batch_size < 2 {
            return wrong(
                "--norm batch needs mini-batches of at least 2 rows (--batch-size), a single one has \
                 no spread; --norm layer needs no others"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// The cost, for the kind of target there is.
    ///
    /// # Errors
    /// If an option is for the other kind.
    pub(crate) fn cost(&self, target: &FittedTarget) -> Result<Cost, CliError> {
        let name = target.column();
        let classes = target.labels().is_some();
        let class_options = [
            ("--cost cross-entropy", self.cost == Some(CostArg::CrossEntropy)),
            ("--label-smoothing", self.label_smoothing.is_some()),
            ("--class-weights", self.class_weights.is_some()),
        ];
        if let Some((option, _)) = class_options.iter().find(|(_, given)| *given && !classes) {
            return Err(CliError::usage(format!(
                "{option} is for classes, and {name:?} is a value; leave it out (or --task \
                 classification)"
            )));
        }
        match self.cost {
            None | Some(CostArg::CrossEntropy) if classes => Ok(match self.label_smoothing {
                None | Some(0.0) => Cost::SoftmaxCrossEntropy,
                Some(label_smoothing) => Cost::SmoothedCrossEntropy { label_smoothing },
            }),
            Some(_) if classes => Err(CliError::usage(format!(
                "{name:?} is a class, and that cost (--cost) is for values; leave it out (or --task \
                 regression)"
            ))),
            None | Some(CostArg::Mse | CostArg::CrossEntropy) => Ok(Cost::MeanSquaredError),
            Some(CostArg::Mae) => Ok(Cost::MeanAbsoluteError),
            Some(CostArg::Huber { delta }) => Ok(Cost::Huber { delta }),
        }
    }

    /// How much classes and rows count.
    ///
    /// # Errors
    /// If a weight is for a class that there is not.
    pub(crate) fn weights(
        &self,
        target: &FittedTarget,
        rows: Option<&RowWeights>,
    ) -> Result<Weights, CliError> {
        if let Some(classes) = &self.class_weights {
            class_weights::check(target, classes)?;
        }
        let classes = match (&self.class_weights, target.labels()) {
            (Some(ClassWeightsArg::Balanced), _) => ClassWeights::Balanced,
            (Some(ClassWeightsArg::ByLabel(by_label)), Some(labels)) => {
                let mut weights = vec![1.0; labels.len()];
                for (label, weight) in by_label {
                    if let Some(place) = labels.iter().position(|other| other == label) {
                        weights[place] = *weight;
                    }
                }
                ClassWeights::Each(weights)
            }
            _ => ClassWeights::Equal,
        };
        let (train, dev) = rows.map(|rows| (rows.train.clone(), rows.dev.clone())).unzip();
        Ok(Weights { classes, train, dev })
    }

    /// Chooses a batch size that leaves no single row to the end of an epoch, which batch
    /// normalisation could not take, unless the user chose; and says so.
    ///
    /// # Errors
    /// If the user's choice leaves one.
    pub(crate) fn fit_batches(&mut self, rows: usize) -> Result<Option<String>, CliError> {
        if self.norm != Some(NormArg::Batch) {
            return Ok(None);
        }
        let usual = self.batch_size;
        let alone = |size: usize| rows % size.min(rows.max(1)) == 1;
        if self.batch_size_given && alone(self.batch_size) {
            return Err(CliError::usage(format!(
                "--norm batch needs at least 2 rows in each mini-batch, and batches of {} leave the \
                 last of {rows} training rows alone; choose another --batch-size, or --norm layer",
                self.batch_size
            )));
        }
        while alone(self.batch_size) && self.batch_size < rows {
            self.batch_size += 1;
        }
        Ok((self.batch_size != usual).then(|| {
            format!(
                "batches of {} instead of {usual}, which would leave the last of {rows} training rows \
                 alone: batch normalisation needs at least 2",
                self.batch_size
            )
        }))
    }

    /// How a run over a training part is made.
    pub(crate) fn fit_config(&self, train: &Dataset<f32>, weights: Weights) -> FitConfig {
        let rows = match &weights.train {
            Some(weights) => weights.iter().filter(|weight| **weight > 0.0).count(),
            None => train.rows(),
        };
        let steps = rows.div_ceil(self.batch_size).max(1);
        FitConfig {
            epochs: self.epochs,
            batch_size: Some(self.batch_size),
            seed: self.seed,
            patience: self.patience,
            learning_rate: self.schedule.law(self.lr, self.warmup, self.epochs, steps),
            penalty: self.penalty,
            clip: self.clip,
            weights,
            ..FitConfig::default()
        }
    }

    pub(crate) fn build_optimizer(&self) -> Result<Box<dyn Optimizer<f32>>, OptimError> {
        let lr = self.lr;
        let optimizer: Box<dyn Optimizer<f32>> = match self.optimizer {
            // AdamW is Adam with the decay below.
            OptimizerArg::Adam | OptimizerArg::Adamw => {
                Box::new(Adam { lr, ..Adam::default() }.build()?)
            }
            OptimizerArg::Sgd => Box::new(Sgd { lr }.build()?),
            OptimizerArg::Momentum => Box::new(Momentum { lr, ..Momentum::default() }.build()?),
            OptimizerArg::Nesterov => Box::new(Nesterov { lr, ..Nesterov::default() }.build()?),
            OptimizerArg::Adagrad => Box::new(Adagrad { lr, ..Adagrad::default() }.build()?),
            OptimizerArg::Rmsprop => RmsProp { lr, ..RmsProp::default() }.build()?,
            OptimizerArg::Amsgrad => Box::new(AmsGrad { lr, ..AmsGrad::default() }.build()?),
            OptimizerArg::Nadam => Box::new(NAdam { lr, ..NAdam::default() }.build()?),
        };
        if self.weight_decay == 0.0 {
            return Ok(optimizer);
        }
        let (rate, coupling) = (self.weight_decay, Coupling::Decoupled);
        Ok(Box::new(WeightDecay { rate, coupling, ..WeightDecay::default() }.over(optimizer)?))
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

    /// What is set beside the optimiser and its rate, in words.
    pub(crate) fn rules(&self) -> Vec<String> {
        let mut rules = Vec::new();
        if self.schedule != ScheduleArg::Constant {
            rules.push(format!("schedule {}", self.schedule));
        }
        match self.warmup {
            0 => {}
            1 => rules.push("1 epoch of warm-up".to_owned()),
            epochs => rules.push(format!("{epochs} epochs of warm-up")),
        }
        let penalties = [
            ("weight decay", self.weight_decay),
            ("L1 penalty", self.penalty.l1),
            ("L2 penalty", self.penalty.l2),
        ];
        for (name, rate) in penalties {
            if rate > 0.0 {
                rules.push(format!("{name} {rate}"));
            }
        }
        if let Clip::GlobalNorm(most) = self.clip {
            rules.push(format!("gradients clipped at {most}"));
        }
        if let Some(weights) = &self.class_weights {
            rules.push(format!("class weights {weights}"));
        }
        if let Some(init) = self.init {
            rules.push(format!("weights begun by {init}"));
        }
        rules
    }
}

fn as_text<S: serde::Serializer>(
    value: &impl std::fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_text_if_any<S: serde::Serializer>(
    value: &Option<impl std::fmt::Display>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

fn optimizer_name<S: serde::Serializer>(
    value: &OptimizerArg,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}").to_string().to_lowercase())
}
