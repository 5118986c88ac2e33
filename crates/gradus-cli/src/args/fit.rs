//! The arguments of `gradus fit`, a model at a time.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::columns::{Reference, reference};
use super::cost::class_weights;
use super::{
    ClassWeightsArg, ColumnArgs, CsvArgs, GeneralArgs, LogisticArgs, MultinomialArgs, OlsArgs,
    PoissonArgs, SvmArgs, at_least_one, penalty,
};

const FIT_EXAMPLES: &str = "\
Examples:
  gradus fit ols diabetes --target progression
  gradus fit lasso diabetes --target progression --cv 10
  gradus fit ridge patients.csv --target relapse --event yes --lambda 0.01 --missing drop

DATA is a CSV file, or an embedded data set: breast_cancer, diabetes, digits, iris
or wine. `gradus fit MODEL --help` tells the options of each model.";

/// Fit a linear model, print its table, save it.
#[derive(Debug, Args)]
#[command(after_help = FIT_EXAMPLES)]
pub(crate) struct FitArgs {
    #[command(subcommand)]
    pub(crate) model: FitModel,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FitModel {
    Ols(OlsArgs),
    Logistic(LogisticArgs),
    Multinomial(MultinomialArgs),
    Poisson(PoissonArgs),
    Lasso(LassoArgs),
    Ridge(RidgeArgs),
    ElasticNet(ElasticNetArgs),
    Svm(SvmArgs),
}

/// The data, and what its columns are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for the data")]
pub(crate) struct DataArgs {
    /// A CSV file, or an embedded data set: breast_cancer, diabetes, digits, iris,
    /// wine
    #[arg(value_name = "DATA", help_heading = "Arguments")]
    pub(crate) source: String,
    /// The column of the outcome
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    /// The level that the others of a column are compared with [default: the first in order]
    #[arg(long, value_name = "COLUMN=LEVEL", value_delimiter = ',', value_parser = reference)]
    pub(crate) reference: Vec<Reference>,
    /// Fit no constant term: the model passes through the origin
    #[arg(long)]
    pub(crate) no_intercept: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// Where the model goes, and how the command runs.
#[derive(Debug, Args)]
pub(crate) struct ResultArgs {
    /// The model file [default: DATA-MODEL.gradus in this directory]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) general: GeneralArgs,
}

/// How strong the penalty is.
#[derive(Debug, Args)]
pub(crate) struct PenaltyArgs {
    /// λ, the weight of the penalty
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true,
          conflicts_with = "cv")]
    pub(crate) lambda: Option<f64>,
    /// Choose λ by cross-validation with so many folds: that of the least mean loss
    #[arg(long, value_name = "K", value_parser = at_least_one)]
    pub(crate) cv: Option<usize>,
    /// Of --cv, take the largest λ whose loss is within one standard error of the least
    #[arg(long, requires = "cv", conflicts_with = "lambda")]
    pub(crate) one_se: bool,
    /// The seed of the folds
    #[arg(long, value_name = "N", default_value_t = 0, requires = "cv")]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) solver: SolverArgs,
}

/// How a penalised model is solved.
#[derive(Debug, Args)]
pub(crate) struct SolverArgs {
    /// Penalise features as they are, not divided by their standard deviations
    #[arg(long)]
    pub(crate) no_scaling: bool,
    /// The largest duality gap of the solution, as a share of the null model's loss
    #[arg(long, value_name = "GAP", value_parser = tolerance, default_value_t = 1e-9)]
    pub(crate) tolerance: f64,
    /// Sweeps and Newton steps that one λ may take
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 100_000)]
    pub(crate) max_iter: usize,
}

/// What the outcome of a penalised model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FamilyArg {
    /// A value: least squares
    Gaussian,
    /// One of two classes: logistic regression
    Binomial,
    /// One of several classes: softmax regression
    Multinomial,
}

const LASSO_EXAMPLES: &str = "\
Examples:
  gradus fit lasso diabetes --target progression --lambda 1
  gradus fit lasso diabetes --target progression --cv 10 --one-se
  gradus fit lasso breast_cancer --target diagnosis --cv 5

It minimises RSS/2m + λ Σ|w| (for classes the mean negative log-likelihood + λ Σ|w|), features
divided by their standard deviations, the intercept free. Coefficients that explain too little are
exactly 0. A certificate says how far the solution can be from the optimum. There are no standard
errors: the penalty draws estimates to 0, and a table of tests would not be valid. `gradus path`
shows the solutions for all λ.";

/// Linear, logistic or multinomial regression with the penalty λ Σ|w|: it selects features.
#[derive(Debug, Args)]
#[command(after_help = LASSO_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct LassoArgs {
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    #[command(flatten)]
    pub(crate) penalty: PenaltyArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

const RIDGE_EXAMPLES: &str = "\
Examples:
  gradus fit ridge diabetes --target progression --cv 10
  gradus fit ridge diabetes --target progression --choose loo
  gradus fit ridge wine --target cultivar --family multinomial --lambda 0.1

It minimises RSS/2m + λ/2 Σw² (for classes the mean negative log-likelihood + λ/2 Σw²), features
divided by their standard deviations, the intercept free. scikit-learn's Ridge(alpha) is
λ = alpha/m, its LogisticRegression(C) λ = 1/(C·m), both with --no-scaling.";

/// Linear, logistic or multinomial regression with the penalty λ/2 Σw²: it tames collinearity.
#[derive(Debug, Args)]
#[command(after_help = RIDGE_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct RidgeArgs {
    /// Of a value: choose λ of a grid of 131 without folds, by the exact error of leaving each row out
    /// or by generalized cross-validation
    #[arg(long, value_enum,
          conflicts_with_all = ["lambda", "cv", "one_se", "seed", "tolerance", "max_iter"])]
    pub(crate) choose: Option<ChooseArg>,
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    #[command(flatten)]
    pub(crate) penalty: PenaltyArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

/// What chooses the λ of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChooseArg {
    /// The mean squared error of each row by the fit without it
    Loo,
    /// Generalized cross-validation
    Gcv,
}

const ELASTIC_NET_EXAMPLES: &str = "\
Example:
  gradus fit elastic-net diabetes --target progression --l1-ratio 0.5 --lambda 1

It minimises RSS/2m + λ(ρ Σ|w| + (1−ρ)/2 Σw²), or the mean negative log-likelihood and the same, as
scikit-learn's ElasticNet does (alpha is λ, l1_ratio is ρ; give --no-scaling for its unscaled
features). Correlated features come in together, where the lasso picks one of them.";

/// Linear, logistic or multinomial regression with the penalty λ(ρ Σ|w| + (1−ρ)/2 Σw²).
#[derive(Debug, Args)]
#[command(after_help = ELASTIC_NET_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct ElasticNetArgs {
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    /// ρ, the share of the L1 part, from 0 (ridge) to 1 (lasso)
    #[arg(long, value_name = "RHO", value_parser = share, default_value_t = 0.5)]
    pub(crate) l1_ratio: f64,
    #[command(flatten)]
    pub(crate) penalty: PenaltyArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

/// What the outcome is.
#[derive(Debug, Args)]
pub(crate) struct OutcomeArgs {
    /// What the outcome is [default: gaussian for numbers; for text binomial or multinomial by the
    /// number of classes]
    #[arg(long, value_enum)]
    pub(crate) family: Option<FamilyArg>,
    /// binomial: the class whose probability is modelled [default: the last in order]
    #[arg(long, value_name = "CLASS")]
    pub(crate) event: Option<String>,
    /// How much classes count: `balanced` for all the same however rare, or weights by label, such as
    /// `ill=5,well=1`, and 1 for those not named [default: as much as they have rows]
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
    /// A column to add to the linear predictor, with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
}

pub(super) fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(gap) if gap > 0.0 && gap < 1.0 => Ok(gap),
        _ => Err("it must be a number between 0 and 1, such as 1e-9".to_owned()),
    }
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it must be a number from 0 to 1, such as 0.5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_tolerances_have_their_range() {
        assert!(share("0").is_ok() && share("1").is_ok() && share("1.1").is_err());
        assert!(share("nan").is_err() && tolerance("0").is_err() && tolerance("1e-9").is_ok());
    }
}
