//! The arguments of `gradus fit svm`.

use clap::{Args, ValueEnum};

use super::cost::class_weights;
use super::fit::tolerance;
use super::{ClassWeightsArg, DataArgs, ResultArgs, at_least_one};

const SVM_EXAMPLES: &str = "\
Examples:
  gradus fit svm breast_cancer --target diagnosis
  gradus fit svm iris --target species --loss squared-hinge --lambda 0.001
  gradus fit svm breast_cancer --target diagnosis --cv 10 --one-se

It minimises the mean of max(0, 1 − z) or of its square over rows, z = ±(b + x·w), plus λ/2 Σw², with
features divided by their standard deviations and the intercept free: scikit-learn's
SVC(kernel=\"linear\", C) for --c and --no-scaling, and its LinearSVC(C) with --loss squared-hinge
--penalise-intercept as well. Of more than two classes each has a hyperplane against the rest. A
certificate says how far the solution can be from the optimum.";

/// A linear support vector machine: the hyperplane with the widest margin between classes.
#[derive(Debug, Args)]
#[command(after_help = SVM_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct SvmArgs {
    /// What a row inside the margin costs
    #[arg(long, value_enum, default_value_t = SvmLossArg::Hinge)]
    pub(crate) loss: SvmLossArg,
    /// λ, the weight of the penalty [default: 1/m, which is C = 1]
    #[arg(long, value_name = "LAMBDA", value_parser = positive, conflicts_with_all = ["c", "cv"])]
    pub(crate) lambda: Option<f64>,
    /// C, what rows weigh against the penalty: λ = 1/(C·m), m the sum of the weights of all rows
    #[arg(long, value_name = "C", value_parser = positive, conflicts_with = "cv")]
    pub(crate) c: Option<f64>,
    /// Choose C by cross-validation with so many folds: that of the fewest rows on the wrong side, of
    /// equal ones the smallest
    #[arg(long, value_name = "K", value_parser = at_least_one)]
    pub(crate) cv: Option<usize>,
    /// The values of C to choose from [default: two a decade from 0.001 to 1000]
    #[arg(long, value_name = "C", value_delimiter = ',', value_parser = positive, requires = "cv")]
    cs: Vec<f64>,
    /// Of --cv, take the smallest C whose loss is within one standard error of the least
    #[arg(long, requires = "cv")]
    pub(crate) one_se: bool,
    /// The seed of the folds
    #[arg(long, value_name = "N", default_value_t = 0, requires = "cv")]
    pub(crate) seed: u64,
    /// The class on the positive side, of two [default: the last in order]
    #[arg(long, value_name = "CLASS")]
    pub(crate) event: Option<String>,
    /// How much classes count: `balanced`, or weights by label, such as `ill=5,well=1`
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
    /// Penalise the intercept like a coefficient
    #[arg(long, conflicts_with = "no_intercept")]
    pub(crate) penalise_intercept: bool,
    /// Penalise features as they are, not divided by their standard deviations
    #[arg(long)]
    pub(crate) no_scaling: bool,
    /// The largest duality gap of the solution, as a share of the loss of the best constant
    #[arg(long, value_name = "GAP", value_parser = tolerance, default_value_t = 1e-9)]
    pub(crate) tolerance: f64,
    /// Passes over the rows, or Newton steps
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 10_000)]
    pub(crate) max_iter: usize,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

impl SvmArgs {
    /// The values of C to choose from.
    pub(crate) fn cs(&self) -> Vec<f64> {
        match self.cs.as_slice() {
            [] => (-6..=6).map(|half| 10_f64.powf(f64::from(half) / 2.0)).collect(),
            values => values.to_vec(),
        }
    }
}

/// What a row inside the margin costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SvmLossArg {
    /// Its distance
    Hinge,
    /// Its distance squared
    SquaredHinge,
}

pub(super) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err("it must be a number above 0, such as 1".to_owned()),
    }
}
