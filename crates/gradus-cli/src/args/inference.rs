//! The arguments of `gradus fit` for the models with standard errors.

use clap::{Args, ValueEnum};

use super::confidence;
use super::fit::{DataArgs, ResultArgs};

const OLS_EXAMPLES: &str = "\
Examples:
  gradus fit ols diabetes --target progression
  gradus fit ols diabetes --target progression --features bmi,bp,s5 --confidence 0.9
  gradus fit ols houses.csv --target price --reference district=centre --missing drop

The table holds each coefficient with its standard error, t, p and interval; below it stand R², F, the
log-likelihood, AIC and BIC (which count the coefficients and not σ²). Columns of text are compared
with a reference level. Where columns depend on each other, the table says so.";

/// Linear regression by ordinary or weighted least squares, with its inference.
#[derive(Debug, Args)]
#[command(after_help = OLS_EXAMPLES)]
pub(crate) struct OlsArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// What weights mean
    #[arg(long, value_enum, default_value_t = WeightsArg::Precision, requires = "weights")]
    pub(crate) weights_are: WeightsArg,
    /// A column to add to the prediction, with coefficient 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) offset: Option<String>,
    /// How often an interval is to hold
    #[arg(long, value_name = "P", value_parser = confidence, default_value_t = 0.95)]
    pub(crate) confidence: f64,
    #[command(flatten)]
    pub(crate) result: ResultArgs,
}

/// What the weight of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WeightsArg {
    /// How many such rows there are
    Frequency,
    /// The inverse of its variance, up to a factor
    Precision,
}
