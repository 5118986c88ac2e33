//! A model that is to be fitted, again and again, on rows of a table.

use gradus::data::{Coding, Dataset, Encoder, FittedTarget, Scaling};
use gradus::nalgebra::DMatrix;
use gradus::resample::{Bootstrap632, NoInformation, Resampler};
use gradus::select::{FoldPredictions, SelectError};
use indicatif::ProgressBar;

use crate::args::{ModelArg, ModelArgs};
use crate::data::{DevRows, RawRows};
use crate::error::CliError;

mod check;
mod fitted_linear;
mod inner_split;
mod linear;
mod network;

use linear::LinearRecipe;
use network::NetworkRecipe;

/// What is predicted for a row: the probability or the margin of each class, or the value alone.
pub(crate) type Predicted = Vec<f64>;

/// What a model's predictions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outputs {
    /// The probability of each class.
    Probabilities,
    /// How far each class's side of a hyperplane; the largest wins.
    Margins,
    Values,
}

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
        check::options(args, model)?;
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
            ModelArg::Ols | ModelArg::Logistic | ModelArg::Multinomial | ModelArg::Poisson => {
                (Scaling::None, Coding::Treatment { references: Default::default() })
            }
            _ => (Scaling::None, Coding::OneHot),
        }
    }

    /// What is predicted.
    pub(crate) fn outputs(&self) -> Outputs {
        match self {
            Self::Linear(recipe) => recipe.outputs(),
            Self::Network(recipe) => recipe.outputs(),
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
        rows: &RawRows<'_>,
        resampler: &dyn Resampler,
        bar: &ProgressBar,
    ) -> Result<Vec<FoldPredictions<Predicted>>, SelectError> {
        match self {
            Self::Linear(recipe) => rows.data.cross_predict(
                resampler,
                |data: &Dataset<f64>, places| counted(bar, || recipe.fit(data, rows, places)),
                |model, x: &DMatrix<f64>, places| {
                    model.predict(x, rows.offset_of(places).as_deref())
                },
            ),
            Self::Network(recipe) => rows.data.cross_predict(
                resampler,
                |data: &Dataset<f32>, places| counted(bar, || recipe.fit(data, rows, places)),
                |model, x: &DMatrix<f32>, _| model.predict(x),
            ),
        }
    }

    /// The predictions of some rows by a fit of others.
    pub(crate) fn predict_split(
        &self,
        rows: &RawRows<'_>,
        train: &[usize],
        test: &[usize],
    ) -> Result<Vec<Predicted>, SelectError> {
        match self {
            Self::Linear(recipe) => rows.data.predict_split(
                train,
                test,
                |data: &Dataset<f64>, places| recipe.fit(data, rows, places),
                |model, x: &DMatrix<f64>, places| {
                    model.predict(x, rows.offset_of(places).as_deref())
                },
            ),
            Self::Network(recipe) => rows.data.predict_split(
                train,
                test,
                |data: &Dataset<f32>, places| recipe.fit(data, rows, places),
                |model, x: &DMatrix<f32>, _| model.predict(x),
            ),
        }
    }

    /// The predictions of a dev set by a fit of some of the other rows.
    pub(crate) fn predict_dev(
        &self,
        rows: &RawRows<'_>,
        train: &[usize],
        dev: &DevRows,
    ) -> Result<Vec<Predicted>, SelectError> {
        match self {
            Self::Linear(recipe) => rows.data.predict_table(
                train,
                &dev.table,
                &dev.rows,
                |data: &Dataset<f64>, places| recipe.fit(data, rows, places),
                |model, x: &DMatrix<f64>| model.predict(x, dev.offset.as_deref()),
            ),
            Self::Network(recipe) => rows.data.predict_table(
                train,
                &dev.table,
                &dev.rows,
                |data: &Dataset<f32>, places| recipe.fit(data, rows, places),
                |model, x: &DMatrix<f32>| model.predict(x),
            ),
        }
    }

    /// The .632 bootstrap of a loss of one row.
    pub(crate) fn bootstrap_632(
        &self,
        rows: &RawRows<'_>,
        resampler: &dyn Resampler,
        no_information: NoInformation<'_, Predicted>,
        loss: impl Fn(usize, &Predicted) -> f64 + Sync,
        bar: &ProgressBar,
    ) -> Result<Bootstrap632, SelectError> {
        // A prediction that failed has no finite loss, which the bootstrap reports with its row.
        match self {
            Self::Linear(recipe) => rows.data.bootstrap_632(
                resampler,
                no_information,
                |data: &Dataset<f64>, places| counted(bar, || recipe.fit(data, rows, places)),
                |model, x: &DMatrix<f64>, places| {
                    or_nan(model.predict(x, rows.offset_of(places).as_deref()), x.nrows())
                },
                loss,
            ),
            Self::Network(recipe) => rows.data.bootstrap_632(
                resampler,
                no_information,
                |data: &Dataset<f32>, places| counted(bar, || recipe.fit(data, rows, places)),
                |model, x: &DMatrix<f32>, _| or_nan(model.predict(x), x.nrows()),
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
