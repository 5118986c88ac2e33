//! One figure for predictions of rows whose truth is known.

use gradus::metrics::{
    Average, ClassPairing, ConfusionMatrix, Ratio, ZeroDivision, log_loss, mae, r2, rmse, roc_auc,
    roc_auc_multiclass,
};
use gradus::nalgebra::DMatrix;
use gradus::select::Goal;
use gradus::train::predicted_classes;
use serde::Serialize;

use crate::args::MeasureArg;
use crate::recipe::{Outputs, Predicted};
use crate::scores::Truth;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    LogLoss,
    Accuracy,
    BalancedAccuracy,
    MacroF1,
    Auc,
    Rmse,
    Mae,
    R2,
}

impl From<MeasureArg> for Measure {
    fn from(arg: MeasureArg) -> Self {
        match arg {
            MeasureArg::LogLoss => Self::LogLoss,
            MeasureArg::Accuracy => Self::Accuracy,
            MeasureArg::BalancedAccuracy => Self::BalancedAccuracy,
            MeasureArg::MacroF1 => Self::MacroF1,
            MeasureArg::Auc => Self::Auc,
            MeasureArg::Rmse => Self::Rmse,
            MeasureArg::Mae => Self::Mae,
            MeasureArg::R2 => Self::R2,
        }
    }
}

impl Measure {
    /// Those of a kind of predictions, the one that is compared by default first.
    pub(crate) fn of(outputs: Outputs) -> &'static [Self] {
        match outputs {
            Outputs::Probabilities => {
                &[Self::LogLoss, Self::Accuracy, Self::BalancedAccuracy, Self::MacroF1, Self::Auc]
            }
            // A margin is no probability, of which a log-loss could be had.
            Outputs::Margins => &[Self::Accuracy, Self::BalancedAccuracy, Self::MacroF1, Self::Auc],
            Outputs::Values => &[Self::Rmse, Self::Mae, Self::R2],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LogLoss => "log-loss",
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::MacroF1 => "macro F1",
            Self::Auc => "ROC AUC",
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::R2 => "R²",
        }
    }

    /// Whether it is the mean of what each row costs or gains, so that a row by itself has it.
    pub(crate) fn is_mean_of_rows(self) -> bool {
        matches!(self, Self::LogLoss | Self::Accuracy | Self::Mae)
    }

    /// What can be taken in its place where a single row is to have a score.
    pub(crate) fn of_single_rows(self) -> &'static str {
        if matches!(self, Self::Rmse | Self::R2) { "mae" } else { "accuracy" }
    }

    pub(crate) fn goal(self) -> Goal {
        match self {
            Self::LogLoss | Self::Rmse | Self::Mae => Goal::Minimise,
            _ => Goal::Maximise,
        }
    }

    /// The least and the greatest figure there can be.
    pub(crate) fn range(self) -> (f64, f64) {
        match self {
            Self::LogLoss | Self::Rmse | Self::Mae => (0.0, f64::INFINITY),
            Self::R2 => (f64::NEG_INFINITY, 1.0),
            _ => (0.0, 1.0),
        }
    }

    /// The figure, where it is defined: an AUC needs two classes, R² two different values.
    pub(crate) fn value(self, truth: &Truth, predicted: &[&Predicted]) -> Option<f64> {
        let columns = predicted.first().map_or(0, |row| row.len());
        let p = DMatrix::from_fn(predicted.len(), columns, |i, j| predicted[i][j]);
        let value = match truth {
            Truth::Values(y) => match self {
                Self::Rmse => rmse(y, p.as_slice()),
                Self::Mae => mae(y, p.as_slice()),
                Self::R2 if y.len() > 1 => r2(y, p.as_slice()),
                _ => return None,
            },
            Truth::Classes(codes) => {
                let of_classes: Vec<&[f64]> = p.as_slice().chunks_exact(p.nrows().max(1)).collect();
                let confusion =
                    || ConfusionMatrix::from_labels(codes, &predicted_classes(&p), columns);
                match self {
                    Self::LogLoss => log_loss(codes, &of_classes),
                    Self::Accuracy => confusion().map(|matrix| matrix.accuracy()),
                    Self::BalancedAccuracy => confusion().map(|matrix| matrix.balanced_accuracy()),
                    Self::MacroF1 => confusion().and_then(|matrix| {
                        matrix.average(Ratio::FBeta(1.0), Average::Macro, ZeroDivision::Zero)
                    }),
                    Self::Auc if columns == 2 => roc_auc(codes, of_classes[1]),
                    Self::Auc => {
                        let pairing = ClassPairing::OneVsRest;
                        roc_auc_multiclass(codes, &of_classes, pairing, Average::Macro)
                    }
                    _ => return None,
                }
            }
        };
        value.ok().filter(|value| value.is_finite())
    }
}
