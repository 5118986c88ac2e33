//! The arguments of `gradus tune`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::resampling::{FoldArgs, MeasureArg, RawTableArgs};
use super::{GeneralArgs, ModelArgs, at_least_one};

const TUNE_EXAMPLES: &str = "\
Examples:
  gradus tune diabetes --target progression --model lasso --try lambda=log:0.01..10 --trials 30
  gradus tune iris --target species --try hidden=4/16/16,16 --try lr=0.003/0.01/0.03 --epochs 60
  gradus tune wine --target cultivar --model elastic-net --try lambda=0.001/0.01/0.1 \\
    --try l1-ratio=0/0.5/1 --nested 5
  gradus tune breast_cancer --target diagnosis --model svm --try c=log:0.01..100 --measure auc
  gradus tune digits --target label --try lr=log:0.001..0.1 --try hidden=32..256 --search halving \\
    --trials 27 --epochs 81
  gradus split patients.csv --stratify relapse
  gradus tune patients-train.csv --dev patients-dev.csv --target relapse --try hidden=4/16

--try OPTION=VALUES names any option of the model and where to look for it:
  a/b/c         these values, tried in all combinations (--search grid, the default for lists)
  low..high     a number drawn evenly between the two; whole if both are whole
  log:low..high a number whose logarithm is drawn evenly
Ranges are searched at random (--search random). --search halving gives all candidates little, and
more to the better third, and so on: of epochs for a network, of rows for another model.

What it says: for each candidate the mean score over the same folds with its standard error, the
best, and the simplest that is within one standard error of it: the largest λ, or the fewest units.
The best of many scores is partly luck, and so flatters the choice: --nested K chooses anew within
each of K outer folds and measures the choice on rows that took no part in it. The last line is the
command that fits the choice, with every option that was fixed here.

--dev FILE fits each candidate once, on all of DATA, and compares them by the rows of FILE; such a
score has no standard error here, and the best is taken. What the choice is worth is then told by
`gradus evaluate` on a third file.

Where each test is a single row (--leave-one-out), log-loss, accuracy and MAE are means over the
rows; the other measures are those of all held-out rows together, without a standard error.

Text and files count candidates and folds from 1; in --json `candidate` counts from 0, as its lists
do.";

/// Look for the hyper-parameters of a model that predict best.
#[derive(Debug, Args)]
#[command(after_help = TUNE_EXAMPLES)]
pub(crate) struct TuneArgs {
    #[command(flatten)]
    pub(crate) data: RawTableArgs,
    /// An option of the model and its values, such as lr=0.003/0.01 or lambda=log:0.01..1
    #[arg(
        long = "try",
        value_name = "OPTION=VALUES",
        required = true,
        help_heading = "Options for the search"
    )]
    pub(crate) tries: Vec<String>,
    /// How candidates are made [default: grid for lists alone, else random]
    #[arg(long, value_enum, help_heading = "Options for the search")]
    pub(crate) search: Option<SearchArg>,
    /// The number of candidates that are drawn
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 20, help_heading = "Options for the search")]
    pub(crate) trials: usize,
    /// What is compared [default: log-loss for classes, rmse for values]
    #[arg(long, value_enum, help_heading = "Options for the search")]
    pub(crate) measure: Option<MeasureArg>,
    /// Measure the choice itself on so many outer folds
    #[arg(long, value_name = "K", value_parser = at_least_one, help_heading = "Options for the search")]
    pub(crate) nested: Option<usize>,
    /// A CSV file to compare candidates by in place of folds, such as `gradus split` makes
    #[arg(long, value_name = "FILE", help_heading = "Options for the search",
          conflicts_with_all = ["folds", "repeats", "leave_one_out", "no_stratify", "group", "time",
                                "gap", "nested"])]
    pub(crate) dev: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) folds: FoldArgs,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// A CSV file with every trial
    #[arg(long, short, value_name = "FILE", help_heading = "Options")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchArg {
    /// All combinations
    Grid,
    /// Candidates drawn at random
    Random,
    /// Candidates drawn at random (or all combinations of lists), most of them given up early
    Halving,
}
