//! Plain functions that score predictions, and reports that print.
//!
//! Arguments come as `(y_true, y_pred)`, and the rows of a confusion matrix are truth. Classes are
//! numbered from 0. What the data can make undefined has a result that the documentation states,
//! or that the caller chooses with [`ZeroDivision`]; what cannot be scored at all (nothing, unequal
//! lengths, a label that is no class, a value that is not finite) is a [`MetricError`].
//!
//! - Counting: [`ConfusionMatrix`], and from it [precision](ConfusionMatrix::precision),
//!   [recall](ConfusionMatrix::recall), [specificity](ConfusionMatrix::specificity),
//!   [F-scores](ConfusionMatrix::f_beta), error rates and their averages,
//!   [balanced accuracy](ConfusionMatrix::balanced_accuracy), [MCC](ConfusionMatrix::mcc) and
//!   [Cohen's κ](ConfusionMatrix::cohen_kappa).
//! - Classes: [`accuracy`], [`top_k_accuracy`].
//! - Ranking: [`roc_auc`], [`roc_auc_multiclass`], [`average_precision`]; [`RankedScores`] for the curves
//!   ([`RocCurve`], [`PrecisionRecallCurve`]) and for the choice of a
//!   [threshold](RankedScores::best_threshold).
//! - Probabilities: [`log_loss`], [`brier_score`], [`brier_score_multiclass`],
//!   [`brier_decomposition`], [`calibration_curve`].
//! - Numbers: [`mse`], [`rmse`], [`mae`], [`mape`], [`max_error`], [`median_absolute_error`], [`r2`],
//!   [`explained_variance`]; several outputs with [`per_output`].
//! - Uncertainty: Wilson's intervals of [shares](ConfusionMatrix::interval), DeLong's of the
//!   [area under the ROC curve](auc_estimate). For all else, resample the rows (gradus-resample).
//! - Two models on the same rows: [`compare_classifiers`], [`compare_aucs`], [`compare_regressions`].
//! - Sample weights: [`ConfusionMatrix::from_weighted`](ConfusionMatrix#method.from_weighted),
//!   [`RankedScores::weighted`], [`RegressionMoments`].
//! - Streams, and parts that are merged: [`ConfusionMatrix`], [`LogLoss`], [`RegressionMoments`].
//! - Reports that print and serialise: [`ClassificationReport`], [`ProbabilityReport`],
//!   [`RegressionReport`]; names of classes and columns that may hold anything, [`Label`].
//!
//! ```
//! use gradus_metrics::{ClassificationReport, ZeroDivision};
//!
//! # fn main() -> Result<(), gradus_metrics::MetricError> {
//! let (y_true, y_pred) = ([0, 0, 0, 1, 1], [0, 0, 1, 1, 1]);
//! let report = ClassificationReport::new(&y_true, &y_pred, &["no", "yes"], ZeroDivision::Zero)?;
//! assert_eq!(report.accuracy, 0.8);
//! println!("{report}");
//! # Ok(())
//! # }
//! ```
//!
//! Accuracy and precision here are shares of predictions. They are not the accuracy (closeness to
//! the true value) and precision (closeness of repeated readings) of a measurement.
#![forbid(unsafe_code)]

mod accuracy;
mod agreement;
mod brier;
mod calibration;
mod checks;
mod classification_report;
mod compare;
mod confusion;
mod delong;
mod error;
mod label;
mod log_loss;
mod multiclass_auc;
mod outputs;
mod precision_recall;
mod probability_report;
mod ranked;
mod ratios;
mod real;
mod regression;
mod regression_moments;
mod regression_report;
mod roc;
mod shares;
mod sum;
mod threshold;
mod ties;
mod top_k;

pub use accuracy::accuracy;
pub use agreement::Disagreement;
pub use brier::{BrierParts, brier_decomposition, brier_score, brier_score_multiclass};
pub use calibration::{Bins, CalibrationBin, CalibrationCurve, calibration_curve};
pub use classification_report::{ClassScores, ClassificationReport, MeanScores, ReportWarning};
pub use compare::{ClassifierComparison, ErrorCost, compare_classifiers, compare_regressions};
pub use confusion::{Cell, ConfusionMatrix};
pub use delong::{AucComparison, AucEstimate, auc_estimate, compare_aucs};
pub use error::MetricError;
pub use gradus_stats::{Interval, McNemarMethod, McNemarTest, TTest};
pub use label::Label;
pub use log_loss::{LogLoss, binary_log_loss, log_loss};
pub use multiclass_auc::{ClassPairing, roc_auc_multiclass};
pub use outputs::{OutputScores, per_output};
pub use precision_recall::{PrecisionRecallCurve, average_precision};
pub use probability_report::{ProbabilityReport, Thresholds, TopK};
pub use ranked::{RankedScores, Step};
pub use ratios::{Average, Ratio, ZeroDivision};
pub use real::Real;
pub use regression::{
    explained_variance, mae, mape, max_error, median_absolute_error, mse, r2, rmse,
    weighted_median_absolute_error,
};
pub use regression_moments::RegressionMoments;
pub use regression_report::RegressionReport;
pub use roc::{RocCurve, roc_auc};
pub use threshold::{CostMatrix, Threshold, ThresholdRule};
pub use top_k::top_k_accuracy;
