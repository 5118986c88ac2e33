//! How good predictions are, whatever the kind of target.

use std::fmt;

use gradus::io::{IoError, NamedScore, Prediction, SavedModel};
use gradus::metrics::{ClassificationReport, ProbabilityReport, RegressionReport, ZeroDivision};
use gradus::nalgebra::DMatrix;
use gradus::train::predicted_classes;
use serde::Serialize;

use crate::error::CliError;

/// The truth about some rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Truth {
    /// Class codes.
    Classes(Vec<u32>),
    /// Values in the target's units.
    Values(Vec<f64>),
}

impl Truth {
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes(codes) => Self::Classes(rows.iter().map(|&row| codes[row]).collect()),
            Self::Values(values) => Self::Values(rows.iter().map(|&row| values[row]).collect()),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Classes(codes) => codes.len(),
            Self::Values(values) => values.len(),
        }
    }
}

/// A report of either kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Scores {
    Classes {
        #[serde(flatten)]
        report: Box<ClassificationReport>,
        #[serde(flatten)]
        probabilities: Box<ProbabilityReport>,
    },
    Values(RegressionReport),
}

impl Scores {
    /// The scores of a model's predictions for prepared features.
    pub(crate) fn of(
        model: &SavedModel,
        x: &DMatrix<f32>,
        truth: &Truth,
    ) -> Result<Self, CliError> {
        match (predict(model, x)?, truth, model.labels()) {
            (Prediction::Probabilities(p), Truth::Classes(codes), Some(labels)) => {
                let predicted = predicted_classes(&p);
                let columns: Vec<&[f64]> = p.as_slice().chunks_exact(p.nrows().max(1)).collect();
                let report =
                    ClassificationReport::new(codes, &predicted, labels, ZeroDivision::Zero)?;
                let probabilities = ProbabilityReport::new(codes, &columns)?;
                Ok(Self::Classes {
                    report: Box::new(report),
                    probabilities: Box::new(probabilities),
                })
            }
            (Prediction::Values(y), Truth::Values(values), _) => {
                Ok(Self::Values(RegressionReport::new(values, y.as_slice())?))
            }
            _ => Err(CliError::usage("the target of the data is of another kind than the model's")),
        }
    }

    /// The figures that a model file keeps.
    pub(crate) fn named(&self) -> Vec<NamedScore> {
        let figures = match self {
            Self::Classes { report, probabilities } => vec![
                ("accuracy", report.accuracy),
                ("macro F1", report.macro_mean.f1),
                ("log-loss", probabilities.log_loss),
            ],
            Self::Values(report) => {
                vec![("RMSE", report.rmse), ("MAE", report.mae), ("R²", report.r2)]
            }
        };
        let named = |(name, value): (&str, f64)| NamedScore { name: name.to_owned(), value };
        figures.into_iter().map(named).collect()
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classes { report, probabilities } => write!(f, "{report}\n{probabilities}"),
            Self::Values(report) => write!(f, "{report}"),
        }
    }
}

/// The predictions for prepared features, all of them finite.
pub(crate) fn predict(model: &SavedModel, x: &DMatrix<f32>) -> Result<Prediction, CliError> {
    let far = |row: usize| {
        CliError::usage(format!(
            "usable row {} of the data has values so far from those of training that the prediction \
             is not finite; correct the row or remove it",
            row + 1
        ))
    };
    let prediction = match model.predict(x) {
        Err(IoError::Output { row, .. }) => return Err(far(row)),
        prediction => prediction?,
    };
    let (Prediction::Probabilities(y) | Prediction::Values(y)) = &prediction;
    match y.iter().position(|y| !y.is_finite()) {
        Some(position) => Err(far(position % y.nrows())),
        None => Ok(prediction),
    }
}
