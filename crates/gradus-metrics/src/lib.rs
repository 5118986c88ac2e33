//! Plain functions that score predictions, and reports that print.
//!
//! Arguments come as `(y_true, y_pred)`, and the rows of a confusion matrix are truth. Classes are
//! numbered from 0. What the data can make undefined has a result that the documentation states,
//! or that the caller chooses with [`ZeroDivision`]; what cannot be scored at all (nothing, unequal
//! lengths, a label that is no class, a value that is not finite) is a [`MetricError`].
//!
//! - Counting: [`ConfusionMatrix`], and from it [precision](ConfusionMatrix::precision),
//!   [recall](ConfusionMatrix::recall), [specificity](ConfusionMatrix::specificity),
//!   [F-scores](ConfusionMatrix::f_beta), error rates and their averages.
//! - Classes: [`accuracy`], [`ClassificationReport`].
//! - Probabilities: [`log_loss`].
//! - Numbers: [`mse`], [`rmse`], [`mae`], [`r2`], [`explained_variance`], [`RegressionReport`].
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
mod classification_report;
mod confusion;
mod error;
mod log_loss;
mod ratios;
mod real;
mod regression;
mod regression_report;

pub use accuracy::accuracy;
pub use classification_report::{ClassScores, ClassificationReport, MeanScores, ReportWarning};
pub use confusion::ConfusionMatrix;
pub use error::MetricError;
pub use log_loss::log_loss;
pub use ratios::{Average, Ratio, ZeroDivision};
pub use real::Real;
pub use regression::{explained_variance, mae, mse, r2, rmse};
pub use regression_report::RegressionReport;
