//! A model that is to be fitted, again and again, on rows of a table.

use gradus::data::{Coding, Dataset, Encoder, FittedTarget, Scaling};
use gradus::nalgebra::DMatrix;
use gradus::resample::{Bootstrap632, NoInformation, Resampler};
use gradus::select::{FoldPredictions, RawData, SelectError};
use indicatif::ProgressBar;

use crate::args::{ModelArg, ModelArgs};
use crate::error::CliError;

mod linear;
mod network;

use linear::LinearRecipe;
use network::NetworkRecipe;

/// What is predicted for a row: the probability of each class, or the value alone.
pub(crate) type Predicted = Vec<f64>;

/// A model with all its options.
#[derive(Debug)]
pub(crate) enum Recipe {
    Linear(LinearRecipe),
    Network(Box<NetworkRecipe>),
}

impl Recipe {
    /// # Errors
    /// If options do not go together, or not with the target.
    pub(crate) fn new(args: &ModelArgs, target: &FittedTarget) -> Result<Self, CliError> {
        let model = args.model.unwrap_or(ModelArg::Network);
        check_options(args, model)?;
        Ok(match model {
            ModelArg::Network => Self::Network(Box::new(NetworkRecipe::new(args, target)?)),
            model => Self::Linear(LinearRecipe::new(args, model, target)?),
        })
    }

    /// How numbers and levels become the model's features.
    pub(crate) fn coding(model: ModelArg) -> (Scaling, Coding) {
        match model {
            ModelArg::Network => (Encoder::default().scaling, Encoder::default().coding),
            // Without a penalty the coefficients are determined only against a reference.
            ModelArg::Ols | ModelArg::Logistic => {
                (Scaling::None, Coding::Treatment { references: Default::default() })
            }
            _ => (Scaling::None, Coding::OneHot),
        }
    }

    /// The model in a line.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Linear(recipe) => recipe.describe(),
            Self::Network(recipe) => recipe.describe(),
        }
    }

    /// The predictions of each fold's held-out rows by a fit of its other rows.
    pub(crate) fn cross_predict(
        &self,
        raw: &RawData<'_>,
        resampler: &dyn Resampler,
        bar: &ProgressBar,
    ) -> Result<Vec<FoldPredictions<Predicted>>, SelectError> {
        match self {
            Self::Linear(recipe) => raw.cross_predict(
                resampler,
                |data: &Dataset<f64>| counted(bar, || recipe.fit(data)),
                |model, x: &DMatrix<f64>| model.predict(x),
            ),
            Self::Network(recipe) => raw.cross_predict(
                resampler,
                |data: &Dataset<f32>| counted(bar, || recipe.fit(data)),
                |model, x: &DMatrix<f32>| model.predict(x),
            ),
        }
    }

    /// The predictions of some rows by a fit of others.
    pub(crate) fn predict_split(
        &self,
        raw: &RawData<'_>,
        train: &[usize],
        test: &[usize],
    ) -> Result<Vec<Predicted>, SelectError> {
        match self {
            Self::Linear(recipe) => raw.predict_split(
                train,
                test,
                |data: &Dataset<f64>| recipe.fit(data),
                |model, x: &DMatrix<f64>| model.predict(x),
            ),
            Self::Network(recipe) => raw.predict_split(
                train,
                test,
                |data: &Dataset<f32>| recipe.fit(data),
                |model, x: &DMatrix<f32>| model.predict(x),
            ),
        }
    }

    /// The .632 bootstrap of a loss of one row.
    pub(crate) fn bootstrap_632(
        &self,
        raw: &RawData<'_>,
        resampler: &dyn Resampler,
        no_information: NoInformation,
        loss: impl Fn(usize, &Predicted) -> f64 + Sync,
        bar: &ProgressBar,
    ) -> Result<Bootstrap632, SelectError> {
        // A prediction that failed has no finite loss, which the bootstrap reports with its row.
        match self {
            Self::Linear(recipe) => raw.bootstrap_632(
                resampler,
                no_information,
                |data: &Dataset<f64>| counted(bar, || recipe.fit(data)),
                |model, x: &DMatrix<f64>| or_nan(model.predict(x), x.nrows()),
                loss,
            ),
            Self::Network(recipe) => raw.bootstrap_632(
                resampler,
                no_information,
                |data: &Dataset<f32>| counted(bar, || recipe.fit(data)),
                |model, x: &DMatrix<f32>| or_nan(model.predict(x), x.nrows()),
                loss,
            ),
        }
    }
}

fn counted<M>(bar: &ProgressBar, fit: impl FnOnce() -> Result<M, CliError>) -> Result<M, CliError> {
    let fitted = fit();
    bar.inc(1);
    fitted
}

fn or_nan(predictions: Result<Vec<Predicted>, CliError>, rows: usize) -> Vec<Predicted> {
    predictions.unwrap_or_else(|_| vec![vec![f64::NAN; 2]; rows])
}

/// Refuses options that the model does not have.
fn check_options(args: &ModelArgs, model: ModelArg) -> Result<(), CliError> {
    let penalised = matches!(model, ModelArg::Lasso | ModelArg::Ridge | ModelArg::ElasticNet);
    let (network, learning) = (&args.network, &args.learning);
    let of_network = [
        ("--hidden", network.hidden.is_some()),
        ("--activation", network.activation.is_some()),
        ("--norm", network.norm.is_some()),
        ("--dropout", network.dropout.is_some()),
        ("--init", network.init.is_some()),
        ("--cost", args.cost.cost.is_some()),
        ("--label-smoothing", args.cost.label_smoothing.is_some()),
        ("--optimizer", learning.optimizer.is_some()),
        ("--lr", learning.lr.is_some()),
        ("--schedule", learning.schedule.is_some()),
        ("--warmup", learning.warmup.is_some()),
        ("--weight-decay", learning.weight_decay.is_some()),
        ("--l1", learning.l1.is_some()),
        ("--l2", learning.l2.is_some()),
        ("--clip-norm", learning.clip_norm.is_some()),
        ("--epochs", learning.epochs.is_some()),
        ("--batch-size", learning.batch_size.is_some()),
        ("--patience", learning.patience.is_some()),
    ];
    let refuse = |option: &str, of: &str| {
        Err(CliError::usage(format!(
            "{option} is for {of}, and the model is {}; leave it out, or choose another (--model)",
            model.name()
        )))
    };
    if let Some((option, _)) = of_network.iter().find(|(_, given)| *given)
        && model != ModelArg::Network
    {
        return refuse(option, "a network");
    }
    if args.lambda.is_some() && !penalised {
        return refuse("--lambda", "lasso, ridge and elastic-net");
    }
    if args.l1_ratio.is_some() && model != ModelArg::ElasticNet {
        return refuse("--l1-ratio", "elastic-net");
    }
    if args.lambda.is_none() && penalised {
        return Err(CliError::usage(
            "how strong is the penalty? Give --lambda; `gradus tune … --try lambda=log:0.001..1` looks \
             for it",
        ));
    }
    Ok(())
}
