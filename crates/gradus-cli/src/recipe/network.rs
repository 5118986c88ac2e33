//! A network, trained on a fold.

use gradus::data::{Dataset, FittedStandardizer, FittedTarget, Standardizer, Targets};
use gradus::io::Network;
use gradus::nalgebra::DMatrix;
use gradus::nn::Cost;
use gradus::train::{Quiet, fit};

use super::inner_split::inner_split;
use super::{Outputs, Predicted};
use crate::args::{ModelArgs, ScheduleArg};
use crate::data::{RawRows, RowWeights};
use crate::error::CliError;
use crate::network;
use crate::settings::{Settings, Suited};

/// A network with all its options.
#[derive(Debug)]
pub(crate) struct NetworkRecipe {
    settings: Settings,
    cost: Cost,
    target: FittedTarget,
}

/// A trained network.
#[derive(Debug)]
pub(super) struct FittedNetwork {
    network: Network,
    /// How outputs become values, if they do.
    scaling: Option<FittedStandardizer>,
}

impl NetworkRecipe {
    pub(super) fn new(args: &ModelArgs, target: &FittedTarget) -> Result<Self, CliError> {
        let settings = Settings::of(&args.network, &args.cost, &args.learning, Suited::Table)?;
        let cost = settings.cost(target)?;
        settings.weights(target, None)?;
        Ok(Self { settings, cost, target: target.clone() })
    }

    pub(super) fn describe(&self) -> String {
        let settings = &self.settings;
        let widths: Vec<String> = settings.hidden.iter().map(usize::to_string).collect();
        let layers = match widths.as_slice() {
            [] => "no hidden layer".to_owned(),
            widths => format!("hidden units {} {}", widths.join("-"), settings.activation),
        };
        let rules: String = settings.rules().iter().map(|rule| format!(", {rule}")).collect();
        let patience = settings.patience.map_or_else(String::new, |patience| {
            format!(", until {patience} bring no lower cost on a fifth of the rows fitted on")
        });
        format!(
            "network: {layers}; {}, rate {}{rules}, batches of {}, at most {} epochs{patience}",
            settings.optimizer_name(),
            settings.lr,
            settings.batch_size,
            settings.epochs
        )
    }

    pub(super) fn outputs(&self) -> Outputs {
        if self.target.labels().is_some() { Outputs::Probabilities } else { Outputs::Values }
    }

    /// Trains on some of the rows, which are at these places, and stops by the others if there is a
    /// patience.
    pub(super) fn fit(
        &self,
        data: &Dataset<f32>,
        rows: &RawRows<'_>,
        places: &[usize],
    ) -> Result<FittedNetwork, CliError> {
        let mut settings = self.settings.clone();
        let by_dev =
            settings.patience.is_some() || matches!(settings.schedule, ScheduleArg::Plateau { .. });
        let split = if by_dev {
            inner_split(&data.y, places, rows.groups_of(places).as_deref(), settings.seed)?
        } else {
            None
        };
        let all: Vec<usize> = (0..data.rows()).collect();
        let train_rows = split.as_ref().map_or(&all, |split| &split.train);
        let (y, scaling) = self.learned(&data.y, train_rows)?;
        let data = Dataset::new(data.x.clone(), y, data.feature_names.clone())?;
        let train = data.select(train_rows)?;
        let dev_rows = split.as_ref().map_or(&[][..], |split| &split.dev);
        let dev = if dev_rows.is_empty() { None } else { Some(data.select(dev_rows)?) };
        let weights = rows.weights_of(places).map(|weights| {
            let of = |part: &[usize]| part.iter().map(|&row| weights[row]).collect();
            RowWeights { train: of(train_rows), dev: of(dev_rows) }
        });
        settings.fit_batches(train.rows())?;
        let mut network = network::build(&settings, train.features(), train.y.outputs())?;
        let weights = settings.weights(&self.target, weights.as_ref())?;
        let config = settings.fit_config(&train, weights);
        let mut optimizer = settings.build_optimizer()?;
        let optimizer = optimizer.as_mut();
        fit(&mut network, self.cost, optimizer, &train, dev.as_ref(), &config, &mut Quiet)?;
        Ok(FittedNetwork { network: Network::F32(network), scaling })
    }

    /// The targets as the network sees them: class codes, or values standardised by some rows.
    fn learned(
        &self,
        y: &Targets<f32>,
        rows: &[usize],
    ) -> Result<(Targets<f32>, Option<FittedStandardizer>), CliError> {
        let Targets::Values(values) = y else { return Ok((y.clone(), None)) };
        let values = values.map(f64::from);
        let scaling = Standardizer::default().fit(&values.select_rows(rows))?;
        if !scaling.constant().is_empty() {
            return Err(CliError::usage(format!(
                "the target {:?} has the same value in all rows that are fitted on: there is nothing to \
                 learn",
                self.target.column()
            )));
        }
        let scaled = scaling.transform(&values)?;
        Ok((Targets::Values(scaled.map(|y| y as f32)), Some(scaling)))
    }
}

impl FittedNetwork {
    pub(super) fn predict(&self, x: &DMatrix<f32>) -> Result<Vec<Predicted>, CliError> {
        let outputs = self.network.predict(x)?;
        if let Some(place) = outputs.iter().position(|y| !y.is_finite()) {
            return Err(CliError::usage(format!(
                "the network's output for held-out row {} is not finite; lower the rate (--lr)",
                place % outputs.nrows() + 1
            )));
        }
        Ok(match &self.scaling {
            Some(scaling) => scaling.inverse(&outputs)?.iter().map(|&y| vec![y]).collect(),
            None => {
                let rows = outputs.row_iter();
                rows.map(|row| super::fitted_linear::softmax(row.iter().copied(), row.len()))
                    .collect()
            }
        })
    }
}
