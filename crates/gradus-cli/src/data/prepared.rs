//! A data set ready to train on.

use gradus::data::{Dataset, FittedStandardizer, FittedTarget, Standardizer, Targets};
use gradus::io::Preparation;
use gradus::nalgebra::DMatrix;
use gradus::resample::Split;

use super::{TrainingData, digits, mnist, table};
use crate::args::TableArgs;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::scores::Truth;

/// The three parts, and what must be kept to use a model on other data.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) train: Dataset<f32>,
    pub(crate) dev: Dataset<f32>,
    pub(crate) test: Dataset<f32>,
    /// The truth about the test rows, in the target's own units.
    pub(crate) truth: Truth,
    pub(crate) preparation: Preparation,
    pub(crate) target: FittedTarget,
    pub(crate) target_scaling: Option<FittedStandardizer>,
    pub(crate) fingerprint: u64,
    /// How much the rows of the training and the dev part count, if not all the same.
    pub(crate) weights: Option<RowWeights>,
    /// What the user should know about the data.
    pub(crate) notes: Vec<String>,
}

impl Prepared {
    pub(crate) fn new(
        source: &TrainingData,
        options: &TableArgs,
        seed: u64,
    ) -> Result<Self, CliError> {
        match source {
            TrainingData::Digits => digits::prepare(seed),
            TrainingData::Mnist(dir) => mnist::prepare(dir, seed),
            TrainingData::Table { source, target } => {
                source.in_file(table::prepare(source, target, options, seed))
            }
        }
    }

    /// Cuts features and targets of all usable rows, which belong together, into the parts.
    pub(super) fn cut(
        all: &Whole,
        split: &Split,
        preparation: Preparation,
        target: FittedTarget,
        notes: Vec<String>,
    ) -> Result<Self, CliError> {
        let (y, target_scaling) = learned(&all.truth, &target, &split.train)?;
        let data = Dataset::new(all.x.clone(), y, all.names.clone())?;
        Ok(Self {
            train: data.select(&split.train)?,
            dev: data.select(&split.dev)?,
            test: data.select(&split.test)?,
            truth: all.truth.select(&split.test),
            preparation,
            target,
            target_scaling,
            fingerprint: fingerprint(&all.x, &all.truth),
            weights: None,
            notes,
        })
    }

    /// The number of usable rows.
    pub(crate) fn rows(&self) -> usize {
        self.train.rows() + self.dev.rows() + self.test.rows()
    }
}

/// Weights of rows, as they stand in the parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowWeights {
    pub(crate) train: Vec<f64>,
    pub(crate) dev: Vec<f64>,
}

/// All usable rows.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) x: DMatrix<f32>,
    pub(crate) truth: Truth,
    pub(crate) names: Vec<String>,
}

/// The targets as the network sees them: class codes, or values standardised by the training rows.
fn learned(
    truth: &Truth,
    target: &FittedTarget,
    train: &[usize],
) -> Result<(Targets<f32>, Option<FittedStandardizer>), CliError> {
    match (truth, target.labels()) {
        (Truth::Classes(codes), Some(labels)) => {
            Ok((Targets::Classes { codes: codes.clone(), labels: labels.to_vec() }, None))
        }
        (truth, _) => {
            let column = |truth: &Truth| match truth {
                Truth::Values(values) => DMatrix::from_column_slice(values.len(), 1, values),
                Truth::Classes(codes) => {
                    DMatrix::from_fn(codes.len(), 1, |row, _| f64::from(codes[row]))
                }
            };
            let scaling = Standardizer::default().fit(&column(&truth.select(train)))?;
            if !scaling.constant().is_empty() {
                return Err(CliError::usage(format!(
                    "the target {:?} has the same value in all training rows: there is nothing to \
                     learn; name another target (--target)",
                    target.column()
                )));
            }
            let scaled = scaling.transform(&column(truth))?;
            Ok((Targets::Values(scaled.map(|y| y as f32)), Some(scaling)))
        }
    }
}
