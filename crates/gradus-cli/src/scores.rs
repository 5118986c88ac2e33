//! How good predictions are, whatever the kind of target.

use std::fmt;

use gradus::io::{IoError, NamedScore, Prediction, SavedModel};
use gradus::metrics::{
    ClassificationReport, ProbabilityReport, RegressionReport, ZeroDivision, roc_auc,
};
use gradus::nalgebra::DMatrix;
use gradus::train::predicted_classes;
use serde::Serialize;

use crate::data::Features;
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
    Sides {
        #[serde(flatten)]
        report: Box<ClassificationReport>,
        /// Of two classes.
        #[serde(skip_serializing_if = "Option::is_none")]
        roc_auc: Option<f64>,
    },
    Values(RegressionReport),
}

impl Scores {
    /// The scores of predictions for rows whose truth is known.
    pub(crate) fn of(
        prediction: &Prediction,
        truth: &Truth,
        labels: Option<&[String]>,
    ) -> Result<Self, CliError> {
        match (prediction, truth, labels) {
            (Prediction::Probabilities(p), Truth::Classes(codes), Some(labels)) => {
                let predicted = predicted_classes(p);
                let columns: Vec<&[f64]> = p.as_slice().chunks_exact(p.nrows().max(1)).collect();
                let report =
                    ClassificationReport::new(codes, &predicted, labels, ZeroDivision::Zero)?;
                let probabilities = ProbabilityReport::new(codes, &columns)?;
                Ok(Self::Classes {
                    report: Box::new(report),
                    probabilities: Box::new(probabilities),
                })
            }
            (Prediction::Margins(margins), Truth::Classes(codes), Some(labels)) => {
                let predicted = sides(margins);
                let report =
                    ClassificationReport::new(codes, &predicted, labels, ZeroDivision::Zero)?;
                let two = margins.ncols() == 1;
                let roc_auc = two.then(|| roc_auc(codes, margins.as_slice())).transpose()?;
                Ok(Self::Sides { report: Box::new(report), roc_auc })
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
            Self::Sides { report, roc_auc } => {
                let accuracy = ("accuracy", report.accuracy);
                let area = roc_auc.map(|area| ("ROC AUC", area));
                [accuracy, ("macro F1", report.macro_mean.f1)].into_iter().chain(area).collect()
            }
            Self::Values(report) => {
                vec![("RMSE", report.rmse), ("MAE", report.mae), ("R²", report.r2)]
            }
        };
        let named = |(name, value): (&str, f64)| NamedScore { name: name.to_owned(), value };
        figures.into_iter().map(named).collect()
    }
}

impl Scores {
    /// The figures of the whole that are smooth in the rows, by the names that the report gives them; NaN
    /// where one is not defined. The calibration error is none: with fewer distinct rows it rises.
    pub(crate) fn figures(&self) -> Vec<(&'static str, f64)> {
        let of_classes = |report: &ClassificationReport| {
            vec![
                ("accuracy", report.accuracy),
                ("balanced accuracy", report.mean_recall),
                ("macro precision", report.macro_mean.precision),
                ("macro recall", report.macro_mean.recall),
                ("macro F1", report.macro_mean.f1),
                ("weighted F1", report.weighted_mean.f1),
                ("MCC", report.mcc),
                ("Cohen's kappa", report.kappa),
            ]
        };
        match self {
            Self::Classes { report, probabilities: p } => {
                let mut figures = of_classes(report);
                figures.extend([
                    ("log-loss", p.log_loss),
                    ("Brier score", p.brier_score),
                    ("ROC AUC", p.roc_auc),
                ]);
                let pairs = p.roc_auc_one_vs_one.map(|area| ("ROC AUC of pairs", area));
                let precision = p.average_precision.map(|area| ("average precision", area));
                figures.extend(pairs.into_iter().chain(precision));
                figures
            }
            Self::Sides { report, roc_auc } => {
                let mut figures = of_classes(report);
                figures.extend(roc_auc.map(|area| ("ROC AUC", area)));
                figures
            }
            Self::Values(report) => vec![
                ("RMSE", report.rmse),
                ("MAE", report.mae),
                ("median absolute error", report.median_absolute_error),
                ("MAPE", report.mape),
                ("R²", report.r2),
                ("explained variance", report.explained_variance),
            ],
        }
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classes { report, probabilities } => write!(f, "{report}\n{probabilities}"),
            Self::Sides { report, roc_auc: None } => write!(f, "{report}"),
            Self::Sides { report, roc_auc: Some(area) } => {
                writeln!(f, "{report}\nROC AUC by the distance from the hyperplane: {area:.4}")
            }
            Self::Values(report) => write!(f, "{report}"),
        }
    }
}

/// The predictions for prepared features, all of them finite.
pub(crate) fn predict(model: &SavedModel, features: &Features) -> Result<Prediction, CliError> {
    finite(match model {
        SavedModel::Network(model) => model.predict(&features.x),
        SavedModel::Linear(model) => model.predict(&features.x, features.offset.as_deref()),
        _ => return Err(CliError::usage("the model is of a kind that this program does not use")),
    })
}

/// A prediction, all of it finite.
pub(crate) fn finite(prediction: Result<Prediction, IoError>) -> Result<Prediction, CliError> {
    let far = |row: usize| {
        CliError::usage(format!(
            "usable row {} of the data has values so far from those of training that the prediction \
             is not finite; correct the row or remove it",
            row + 1
        ))
    };
    let prediction = match prediction {
        Err(IoError::Output { row, .. } | IoError::Extrapolation { row, .. }) => {
            return Err(far(row));
        }
        prediction => prediction?,
    };
    let y = numbers(&prediction)?;
    match y.iter().position(|y| !y.is_finite()) {
        Some(position) => Err(far(position % y.nrows())),
        None => Ok(prediction),
    }
}

/// The numbers of a prediction, a row for each example.
fn numbers(prediction: &Prediction) -> Result<&DMatrix<f64>, CliError> {
    match prediction {
        Prediction::Probabilities(y) | Prediction::Values(y) | Prediction::Margins(y) => Ok(y),
        _ => Err(CliError::usage("the prediction is of a kind that this program does not know")),
    }
}

/// The class on whose side each row is, or whose margin is the largest.
pub(crate) fn sides(margins: &DMatrix<f64>) -> Vec<u32> {
    if margins.ncols() > 1 {
        return predicted_classes(margins);
    }
    margins.iter().map(|&margin| u32::from(margin > 0.0)).collect()
}
