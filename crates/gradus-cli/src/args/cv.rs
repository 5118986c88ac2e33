//! The arguments of `gradus cv`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::resampling::{FoldArgs, RawTableArgs};
use super::{GeneralArgs, ModelArgs, at_least_one};

const CV_EXAMPLES: &str = "\
Examples:
  gradus cv iris --target species --hidden 8 --epochs 60
  gradus cv breast_cancer --target diagnosis --model ridge --lambda 0.01 --repeats 3
  gradus cv diabetes --target progression --model ols --leave-one-out
  gradus cv patients.csv --target relapse --model lasso --lambda 0.02 --group patient
  gradus cv patients.csv --target relapse --model lasso --lambda 0.02 --bootstrap 632
  gradus cv deaths.csv --target deaths --model poisson --exposure person_years
  gradus cv sensors.txt --no-header --delimiter tab --target x9 --model svm --c 10

How it goes: the rows are dealt into folds; each fold is predicted by a model that was fitted on the
others. Everything that is learned from data (scaling, indicators, imputed values, where training
stops) is learned within the fold, so no held-out row has a say in it. Classes keep their shares in
every fold. Groups (--group), and the copies of a row in a bootstrap sample, stay together among the
rows that tell a network when to stop, too.

What it says: of each score the mean over folds, its spread, and a 95 % interval from the corrected
resampled t-test (Nadeau and Bengio), which minds that folds share training rows: σ²(1/k + test/train)
for σ²/k. Beside it stands the score pooled over all held-out rows.

Where each test is a single row (--leave-one-out), log-loss, accuracy and MAE are means over the
rows; the other scores are those pooled over all held-out rows, without a standard error.

--bootstrap 632 fits on samples with replacement instead: the error on the rows fitted on, the error
out of bag, and .632 and .632+ between them. For few rows it varies less than cross-validation. A
sample draws of each class as many rows as there are (Davison and Hinkley 1997, section 3.2), so
that none is missing from a fit; --no-stratify draws from all rows alike. The standard error of the
error out of bag is that of the infinitesimal jackknife (Efron and Tibshirani 1997).

Text and files count folds and rows from 1; the lists of --json are in the order of the folds. --weights
and --offset go into each fit; scores count rows. `gradus fit MODEL --help` says what each model is.

If you choose a model by these numbers, its own number flatters: `gradus tune --nested` measures the
choice. The same seed gives the same numbers on any number of threads.";

/// Estimate how good a model is on rows that it has not seen, by cross-validation or the bootstrap.
#[derive(Debug, Args)]
#[command(after_help = CV_EXAMPLES)]
pub(crate) struct CvArgs {
    #[command(flatten)]
    pub(crate) data: RawTableArgs,
    #[command(flatten)]
    pub(crate) folds: FoldArgs,
    /// Use the bootstrap in place of folds
    #[arg(long, value_enum, help_heading = "Options for the folds",
          conflicts_with_all = ["folds", "repeats", "leave_one_out", "group", "time", "out"])]
    pub(crate) bootstrap: Option<BootstrapArg>,
    /// The rounds of the bootstrap
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 200,
          requires = "bootstrap", help_heading = "Options for the folds")]
    pub(crate) rounds: usize,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// A CSV file for the prediction of each held-out row
    #[arg(long, short, value_name = "FILE", help_heading = "Options")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BootstrapArg {
    /// Efron's .632, and .632+ for models that learn rows by heart
    #[value(name = "632")]
    Bootstrap632,
}
