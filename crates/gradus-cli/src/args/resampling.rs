//! How `cv` and `tune` hold rows out.

use clap::{Args, ValueEnum};

use super::columns::{Reference, reference};
use super::{ColumnArgs, CsvArgs, TaskArg, at_least_one};

/// The table, and what its columns are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for the data")]
pub(crate) struct RawTableArgs {
    /// A CSV file, or an embedded data set: breast_cancer, diabetes, digits, iris, wine
    #[arg(value_name = "DATA", help_heading = "Arguments")]
    pub(crate) source: String,
    /// The column to predict
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: String,
    /// Whether the target is a class or a value [default: auto, as the column and the model suggest]
    #[arg(long, value_enum)]
    pub(crate) task: Option<TaskArg>,
    /// Of two classes the one whose probability is modelled [default: the last in order]
    #[arg(long, value_name = "CLASS")]
    pub(crate) event: Option<String>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// The level that the others of a column are compared with [default: the first in order for models
    /// without a penalty, else each level has a coefficient]
    #[arg(long, value_name = "COLUMN=LEVEL", value_delimiter = ',', value_parser = reference)]
    pub(crate) reference: Vec<Reference>,
    /// A column to add to the linear predictor, with coefficient 1; it is no feature
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
    /// poisson: a column of times or populations that the counts come from; it is no feature
    #[arg(long, value_name = "COLUMN", conflicts_with = "offset")]
    pub(crate) exposure: Option<String>,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// How rows are held out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for the folds")]
pub(crate) struct FoldArgs {
    /// The number of folds
    #[arg(long, value_name = "K", value_parser = at_least_one, default_value_t = 10)]
    pub(crate) folds: usize,
    /// Make the folds so many times, each time anew
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 1)]
    pub(crate) repeats: usize,
    /// Hold each row out by itself: as many fits as rows
    #[arg(long, conflicts_with_all = ["folds", "repeats", "group", "time"])]
    pub(crate) leave_one_out: bool,
    /// Do not give each fold its share of every class
    #[arg(long, conflicts_with_all = ["leave_one_out", "time"])]
    pub(crate) no_stratify: bool,
    /// The column whose equal values stay together, such as a patient; it is no feature
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["repeats", "time"])]
    pub(crate) group: Option<String>,
    /// The column of times: each fold is tested on what comes after its training rows; it is no feature
    #[arg(long, value_name = "COLUMN", conflicts_with = "repeats")]
    pub(crate) time: Option<String>,
    /// Rows to leave out between training and test in time
    #[arg(long, value_name = "ROWS", requires = "time", default_value_t = 0)]
    pub(crate) gap: usize,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MeasureArg {
    /// Classes: the mean of −ln of the true class's probability
    LogLoss,
    /// Classes: the share that is right
    Accuracy,
    /// Classes: the mean of the recalls
    BalancedAccuracy,
    /// Classes: the mean of the F1 scores
    MacroF1,
    /// Classes: the area under the ROC curve, one class against the rest
    Auc,
    /// Values: the root of the mean squared error
    Rmse,
    /// Values: the mean absolute error
    Mae,
    /// Values: the share of the variance that is explained
    R2,
}
