//! The command line.

mod columns;
mod csv;
mod cv;
mod describe;
mod fit;
mod given;
mod inference;
mod model;
mod path;
mod resampling;
mod split;
mod svm;
mod tune;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gradus::data::{Missing, Task};

mod cost;
mod learning;
mod network;

pub(crate) use columns::ColumnArgs;
pub(crate) use csv::CsvArgs;
pub(crate) use cv::CvArgs;
pub(crate) use describe::DescribeArgs;
pub(crate) use given::Given;
pub(crate) use model::{LinearArgs, ModelArg, ModelArgs};
pub(crate) use resampling::{FoldArgs, MeasureArg, RawTableArgs};
pub(crate) use split::{Shares, SplitArgs};
pub(crate) use tune::{SearchArg, TuneArgs};

pub(crate) use cost::{ClassWeightsArg, CostArg, CostArgs};
pub(crate) use learning::{LearningArgs, OptimizerArg, ScheduleArg};
pub(crate) use network::{InitArg, NetworkArgs, NormArg, Units};

pub(crate) use fit::{
    ChooseArg, DataArgs, FamilyArg, FitArgs, FitModel, OutcomeArgs, PenaltyArgs, ResultArgs,
    RidgeArgs, SolverArgs,
};
pub(crate) use inference::{
    DirectionArg, LogisticArgs, MultinomialArgs, OlsArgs, PoissonArgs, RobustArg, StepwiseArg,
    WeightsArg,
};
pub(crate) use path::PathArgs;
pub(crate) use svm::{SvmArgs, SvmLossArg};

const EXAMPLES: &str = "\
Examples:
  gradus describe flowers.csv --target species   what a table holds, and what is odd about it
  gradus split flowers.csv --stratify species    files to train, to choose and to test with
  gradus train digits                            8×8 handwritten digits, embedded
  gradus train mnist --data DIR                  MNIST from its four IDX files
  gradus train flowers.csv --target species      your own table
  gradus fit ols diabetes --target progression   a linear model, with its table
  gradus fit lasso diabetes --target progression --cv 10
                                                 a penalised one, with its certificate
  gradus path diabetes --target progression      the same for every penalty
  gradus cv iris --target species                how good a model is on rows that it has not seen
  gradus tune diabetes --target progression --model lasso --try lambda=log:0.01..10
                                                 the options that predict best
  gradus info flowers.gradus                     what the model is, and how good
  gradus predict flowers.gradus new.csv          predictions, as CSV

`gradus COMMAND --help` explains each command and shows more examples.
The exit code is 0, or 2 if something is wrong; then one line on standard error says what, where
and what to do, and no file has been written.";

/// Trains small neural networks and fits linear models to your data, and says how good they are.
#[derive(Debug, Parser)]
#[command(name = "gradus", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Describe(DescribeArgs),
    Split(SplitArgs),
    Train(Box<TrainArgs>),
    Evaluate(EvaluateArgs),
    Predict(PredictArgs),
    Fit(Box<FitArgs>),
    Path(Box<PathArgs>),
    Cv(Box<CvArgs>),
    Tune(Box<TuneArgs>),
    Info(InfoArgs),
}

const TRAIN_EXAMPLES: &str = "\
Examples:
  gradus train digits
  gradus train digits --hidden 128,64 --epochs 50 --seed 3 --out deep.gradus
  gradus train mnist --data data/mnist
  gradus train flowers.csv --target species
  gradus train houses.csv --target price --missing impute --categorical zip --ignore id
  gradus train digits --hidden 128,128,128 --norm batch --dropout 0.2 --schedule one-cycle --lr 0.02
  gradus train patients.csv --target ill --class-weights balanced --label-smoothing 0.05

How it goes: the rows are split at random into a part to train on, a part (dev) that tells when to
stop, and a part (test) that the result is scored on and that training never sees: 60/20/20 up to
10,000 rows, less held out beyond. For classes each part gets its share of each class. Columns of
numbers are scaled to mean 0 and deviation 1, columns of text become one indicator for each of their
values; both are learned from the training part and saved in the model. The same seed gives the same
model, bit for bit, on any number of threads.";

/// Train a network, test it, save it.
#[derive(Debug, Args)]
#[command(after_help = TRAIN_EXAMPLES)]
pub(crate) struct TrainArgs {
    /// A CSV file, an embedded data set (breast_cancer, diabetes, digits, iris, wine), or mnist
    #[arg(value_name = "DATA")]
    pub(crate) source: String,
    /// mnist: the directory of its four IDX files (plain or .gz)
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) cost: CostArgs,
    #[command(flatten)]
    pub(crate) learning: LearningArgs,
    /// The model file [default: DATA.gradus in this directory]
    #[arg(long, short, value_name = "FILE", help_heading = "Options")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

/// What the columns of a table are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for tables")]
pub(crate) struct TableArgs {
    /// The column to predict
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Whether the target is a class or a value [default: auto, as the column suggests]
    #[arg(long, value_enum)]
    pub(crate) task: Option<TaskArg>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct GeneralArgs {
    /// Threads to compute on; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = at_least_one, allow_negative_numbers = true)]
    pub(crate) threads: Option<usize>,
    /// Print one JSON object for machines instead of text for people
    #[arg(long)]
    pub(crate) json: bool,
}

const EVALUATE_EXAMPLES: &str = "\
Examples:
  gradus evaluate digits.gradus digits
  gradus evaluate mnist.gradus data/mnist
  gradus evaluate flowers.gradus more-flowers.csv
  gradus evaluate flowers.gradus flowers.csv --rows all

If DATA is what the model was trained on, the rows that it was fitted on would flatter it: then only
the test rows that were held out are evaluated, unless --rows says otherwise.

Every score has an interval: how far it would move if other rows of the same kind were scored. In the
report Wilson's (of shares), DeLong's (of the area under the ROC curve) and those of mean losses; below it
the percentiles of all scores over bootstrap samples of the rows. Rows are taken to be independent.";

/// Score a saved model on data whose target is known.
#[derive(Debug, Args)]
#[command(after_help = EVALUATE_EXAMPLES)]
pub(crate) struct EvaluateArgs {
    /// The model file
    pub(crate) model: PathBuf,
    /// A CSV file, an embedded data set, or the directory of MNIST's files (its test images)
    pub(crate) data: String,
    /// The column that holds the truth [default: the one trained for]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// The rows to evaluate [default: auto]
    #[arg(long, value_enum, default_value_t = RowsArg::Auto, hide_default_value = true)]
    pub(crate) rows: RowsArg,
    /// Bootstrap samples of the rows, from which each score gets a standard error and an interval; 0 for
    /// none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) rounds: usize,
    /// The seed of the samples
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

const PREDICT_EXAMPLES: &str = "\
Examples:
  gradus predict flowers.gradus new.csv
  gradus predict flowers.gradus new.csv --out predictions.csv
  gradus predict digits.gradus digits | head
  gradus predict price.gradus houses.csv --interval prediction

Line i of the output belongs to row i of the data. For classes the columns are `prediction` and the
probability of each class (of a support vector machine, the `margin`); for values there is
`prediction` alone. --interval adds `lower` and `upper` for a linear model without a penalty. A row that cannot be predicted,
because values are missing and the model was trained with --missing drop, gets empty fields. Columns
that the model does not use are passed over.";

/// Predict, as CSV.
#[derive(Debug, Args)]
#[command(after_help = PREDICT_EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The model file
    pub(crate) model: PathBuf,
    /// A CSV file, an embedded data set, or the directory of MNIST's files (its test images)
    pub(crate) data: String,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Linear models: add the ends of an interval, for the mean of such rows or for a single one
    #[arg(long, value_enum)]
    pub(crate) interval: Option<IntervalArg>,
    /// How often the interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

/// Say what a saved model is: layers or coefficients, columns, training, scores.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  gradus info digits.gradus")]
pub(crate) struct InfoArgs {
    /// The model file
    pub(crate) model: PathBuf,
    /// Print one JSON object for machines instead of text for people
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskArg {
    /// Text is a class; numbers are classes if they are few and whole
    Auto,
    /// A class
    Classification,
    /// A value
    Regression,
}

impl From<TaskArg> for Task {
    fn from(arg: TaskArg) -> Self {
        match arg {
            TaskArg::Auto => Self::Auto,
            TaskArg::Classification => Self::Classification,
            TaskArg::Regression => Self::Regression,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissingArg {
    /// Leave the rows out
    Drop,
    /// Fill in the mean, or the most frequent text
    Impute,
}

impl From<MissingArg> for Missing {
    fn from(arg: MissingArg) -> Self {
        match arg {
            MissingArg::Drop => Self::Drop,
            MissingArg::Impute => Self::Impute,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IntervalArg {
    /// Of the mean, the probability or the rate of rows like it
    Mean,
    /// Of a single outcome (ordinary least squares)
    Prediction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsArg {
    /// The test rows if DATA is what the model was trained on, else all
    Auto,
    /// The rows that were held out of training; DATA must be what the model was trained on
    Test,
    /// All rows
    All,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a whole number of at least 1")),
        Ok(number) => Ok(number),
    }
}

fn confidence(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if p > 0.0 && p < 1.0 => Ok(p),
        _ => Err("it must be a number between 0 and 1, such as 0.95".to_owned()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it must be a number above 0, such as 0.01".to_owned()),
    }
}

/// The name of `NAME=NUMBERS`, and the numbers.
fn named(text: &str) -> (&str, Vec<&str>) {
    match text.split_once('=') {
        Some((name, numbers)) => (name, numbers.split(',').map(str::trim).collect()),
        None => (text, Vec::new()),
    }
}

fn penalty(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(lambda) if lambda.is_finite() && lambda >= 0.0 => Ok(lambda),
        _ => Err("it must be a number that is not negative, such as 0.1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn values_are_parsed() {
        assert!(rate("inf").is_err() && rate("0").is_err() && rate("1e-3").is_ok());
    }
}
