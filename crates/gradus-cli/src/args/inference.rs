//! The arguments of `gradus fit` for the models with standard errors.

use clap::{Args, ValueEnum};

use super::cost::class_weights;
use super::fit::{DataArgs, ResultArgs};
use super::{ClassWeightsArg, at_least_one, confidence};

const OLS_EXAMPLES: &str = "\
Examples:
  gradus fit ols diabetes --target progression
  gradus fit ols diabetes --target progression --features bmi,bp,s5 --confidence 0.9
  gradus fit ols houses.csv --target price --reference district=centre --missing drop
  gradus fit ols diabetes --target progression --robust hc3 --stepwise bic --influence

The table holds each coefficient with its standard error, t, p and interval; below it stand R², F, the
log-likelihood, AIC and BIC (which count the coefficients and not σ²). Columns of text are compared
with a reference level. Where columns depend on each other, the table says so. --stepwise takes R's
`step`: of all models that differ by one column (a column of text as a whole), that of the least
criterion, until none is better; --json has the diagnostics of every row with --influence.";

/// Linear regression by ordinary or weighted least squares, with its inference.
#[derive(Debug, Args)]
#[command(after_help = OLS_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct OlsArgs {
    /// What weights mean
    #[arg(long, value_enum, default_value_t = WeightsArg::Precision, requires = "weights")]
    pub(crate) weights_are: WeightsArg,
    /// A column to add to the prediction, with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
    /// How often an interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    /// Standard errors that hold whatever the variance of each error
    #[arg(long, value_enum)]
    pub(crate) robust: Option<RobustArg>,
    #[command(flatten)]
    pub(crate) steps: StepArgs,
    /// Show the rows that move the coefficients most
    #[arg(long)]
    pub(crate) influence: bool,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

/// Whether and how columns are selected.
#[derive(Debug, Args)]
pub(crate) struct StepArgs {
    /// Choose columns step by step, by this criterion
    #[arg(long, value_enum)]
    pub(crate) stepwise: Option<StepwiseArg>,
    /// Which way the steps go
    #[arg(long, value_enum, default_value_t = DirectionArg::Both, requires = "stepwise")]
    pub(crate) direction: DirectionArg,
}

/// The estimator of robust standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RobustArg {
    /// White's
    Hc0,
    /// HC0 times m/(m - k)
    Hc1,
    /// For leverages
    Hc2,
    /// Nearly the jackknife: the best for small samples
    Hc3,
}

/// What a step lessens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepwiseArg {
    /// Akaike's criterion
    Aic,
    /// Schwarz's criterion: fewer columns
    Bic,
}

/// Which way steps go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    /// From all columns, removing and adding
    Both,
    /// From all columns, removing
    Backward,
    /// From none, adding
    Forward,
    /// From none, adding and removing
    BothFromNone,
}

/// What the weight of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WeightsArg {
    /// How many such rows there are
    Frequency,
    /// The inverse of its variance, up to a factor
    Precision,
}

const LOGISTIC_EXAMPLES: &str = "\
Examples:
  gradus fit logistic breast_cancer --target diagnosis --features mean_radius,mean_texture
  gradus fit logistic patients.csv --target relapse --event yes --reference stage=I
  gradus fit logistic patients.csv --target relapse --event yes --firth
  gradus fit logistic patients.csv --target relapse --stepwise aic --direction both-from-none

The report has the overall fit; each coefficient with its standard error, Wald's test and p; odds ratios
with their intervals, by --profile from profiles of the likelihood, which are better where events
are few; observed and expected outcomes by groups of risk, with the test of Hosmer and Lemeshow; what a
threshold predicts; the area under the ROC curve. --stepwise takes R's `step`, as for `gradus fit ols`.
Where a combination of features tells the classes apart without an error, the estimates are infinite:
that is refused, and the features are named. --firth has an answer then, as R's logistf gives it, and
`gradus fit ridge` another. Weights are frequencies: a row of weight 3 stands for three such rows.";

/// Logistic regression for an outcome of two classes, with its inference.
#[derive(Debug, Args)]
#[command(after_help = LOGISTIC_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct LogisticArgs {
    /// The class whose probability is modelled [default: the last in order]
    #[arg(long, value_name = "CLASS")]
    pub(crate) event: Option<String>,
    /// How much classes count: `balanced` for all the same however rare, or weights by label, such as
    /// `ill=5,well=1`, and 1 for those not named; standard errors then take the weights for counts
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
    /// A column to add to the logit, with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
    /// Firth's correction: estimates for separated data and few events, with tests and intervals from
    /// the penalised likelihood
    #[arg(long, conflicts_with = "stepwise")]
    pub(crate) firth: bool,
    #[command(flatten)]
    pub(crate) steps: StepArgs,
    /// Intervals from profiles of the likelihood in place of Wald's
    #[arg(long, conflicts_with = "firth")]
    pub(crate) profile: bool,
    /// How often an interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    /// The probability from which on the event is predicted, for the classification table
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.5)]
    pub(crate) threshold: f64,
    /// The largest number of Newton steps
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 100)]
    pub(crate) max_iter: usize,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

const MULTINOMIAL_EXAMPLES: &str = "\
Examples:
  gradus fit multinomial wine --target cultivar --features alcohol,hue
  gradus fit multinomial voters.csv --target party --baseline none --missing drop

Each class but the baseline has an equation for the logarithm of its odds against the baseline; an odds
ratio is the factor that one unit more of the feature brings. Where a combination of features tells
classes apart without an error, the estimates are infinite: that is refused, and the features are
named. `gradus fit ridge --family multinomial` has an answer then. Weights are frequencies.";

/// Multinomial logistic regression for an outcome of several classes, with its inference.
#[derive(Debug, Args)]
#[command(after_help = MULTINOMIAL_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct MultinomialArgs {
    /// The class that the others are compared with [default: the first in order]
    #[arg(long, value_name = "CLASS")]
    pub(crate) baseline: Option<String>,
    /// How much classes count: `balanced` for all the same however rare, or weights by label, such as
    /// `ill=5,well=1`, and 1 for those not named; standard errors then take the weights for counts
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
    /// How often an interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    /// The largest number of Newton steps
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 100)]
    pub(crate) max_iter: usize,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}

const POISSON_EXAMPLES: &str = "\
Examples:
  gradus fit poisson deaths.csv --target deaths --exposure person_years
  gradus fit poisson visits.csv --target visits --features age,plan --quasi

e to a coefficient is a rate ratio: the factor of the rate that one unit more of the feature brings.
Pearson's χ² over its degrees of freedom is about 1 if counts follow Poisson's law; where it is larger,
standard errors are too small, and a note says so. Weights are frequencies.";

/// Poisson regression for counts and rates, with its inference.
#[derive(Debug, Args)]
#[command(after_help = POISSON_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct PoissonArgs {
    /// A column of times or populations that the counts come from; rates per unit of it are modelled
    #[arg(long, value_name = "COLUMN", conflicts_with = "offset")]
    pub(crate) exposure: Option<String>,
    /// A column to add to the logarithm of the mean, with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
    /// How often an interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    /// Standard errors √dispersion times as large, for counts that vary more than Poisson's law has it
    #[arg(long)]
    pub(crate) quasi: bool,
    /// The largest number of Newton steps
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 100)]
    pub(crate) max_iter: usize,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) result: ResultArgs,
}
