//! The options of `cv` and `tune` for the model.

use clap::{Args, Parser, ValueEnum};

use super::fit::share;
use super::svm::positive;
use super::{CostArgs, LearningArgs, NetworkArgs, SvmLossArg, penalty};

/// The model.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for the model")]
pub(crate) struct ModelArgs {
    /// What is fitted [default: network, whose options are those of `gradus train`]
    #[arg(long, value_enum)]
    pub(crate) model: Option<ModelArg>,
    #[command(flatten)]
    pub(crate) linear: LinearArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) cost: CostArgs,
    #[command(flatten)]
    pub(crate) learning: LearningArgs,
}

/// A linear model.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for linear models")]
pub(crate) struct LinearArgs {
    /// lasso, ridge, elastic-net, svm: λ, the weight of the penalty
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) lambda: Option<f64>,
    /// elastic-net: ρ, the share of the L1 part, from 0 (ridge) to 1 (lasso) [default: 0.5]
    #[arg(long, value_name = "RHO", value_parser = share)]
    pub(crate) l1_ratio: Option<f64>,
    /// svm: C, what rows weigh against the penalty: λ = 1/(C·m), m the sum of the weights of the rows
    /// fitted on [default: 1]
    #[arg(long, value_name = "C", value_parser = positive)]
    pub(crate) c: Option<f64>,
    /// svm: what a row inside the margin costs [default: hinge]
    #[arg(long, value_enum)]
    pub(crate) loss: Option<SvmLossArg>,
    /// svm: penalise the intercept like a coefficient
    #[arg(long, conflicts_with = "no_intercept")]
    pub(crate) penalise_intercept: bool,
    /// logistic: Firth's correction, for separated data and few events
    #[arg(long)]
    pub(crate) firth: bool,
    /// Fit no constant term
    #[arg(long)]
    pub(crate) no_intercept: bool,
    /// With a penalty: features as they are, not divided by their standard deviations
    #[arg(long)]
    pub(crate) no_scaling: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelArg {
    /// A network, as `gradus train` trains it
    Network,
    /// Least squares without a penalty
    Ols,
    /// Logistic regression without a penalty, for two classes
    Logistic,
    /// Softmax regression without a penalty, for several classes
    Multinomial,
    /// Poisson regression, for counts
    Poisson,
    /// The penalty λ Σ|w|; classes by logistic or softmax regression
    Lasso,
    /// The penalty λ/2 Σw²; classes by logistic or softmax regression
    Ridge,
    /// Both; classes by logistic or softmax regression
    ElasticNet,
    /// A linear support vector machine, for classes
    Svm,
}

impl ModelArg {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Ols => "ols",
            Self::Logistic => "logistic",
            Self::Multinomial => "multinomial",
            Self::Poisson => "poisson",
            Self::Lasso => "lasso",
            Self::Ridge => "ridge",
            Self::ElasticNet => "elastic-net",
            Self::Svm => "svm",
        }
    }

    /// Whether there is a penalty, which must be given.
    pub(crate) fn is_penalised(self) -> bool {
        matches!(self, Self::Lasso | Self::Ridge | Self::ElasticNet)
    }
}

/// The options alone, so that one of them can be set as on a command line.
#[derive(Debug, Clone, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Alone {
    #[command(flatten)]
    model: ModelArgs,
}

impl ModelArgs {
    /// The same with one option set: `lr` to `0.01` as by `--lr 0.01`.
    ///
    /// # Errors
    /// A text that says why there is no such option or value.
    pub(crate) fn with(&self, settings: &[(String, String)]) -> Result<Self, String> {
        let mut changed = Alone { model: self.clone() };
        let words = settings.iter().flat_map(|(name, value)| [format!("--{name}"), value.clone()]);
        changed.try_update_from(words).map_err(|error| {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            first.strip_prefix("error: ").unwrap_or(first).to_owned()
        })?;
        // Defaults have replaced what the user gave: a seed and flags, which cannot be set here.
        let (changed, linear) = (&mut changed.model, &self.linear);
        changed.learning.seed = self.learning.seed;
        changed.linear.penalise_intercept = linear.penalise_intercept;
        changed.linear.firth = linear.firth;
        changed.linear.no_intercept = linear.no_intercept;
        changed.linear.no_scaling = linear.no_scaling;
        Ok(changed.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_can_be_set_as_on_a_command_line() {
        let alone = |words: &[&str]| Alone::try_parse_from(words).unwrap().model;
        let base = alone(&["--lr", "0.1", "--seed", "7", "--hidden", "8", "--firth"]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let set = base.with(&[pair("lr", "0.01"), pair("hidden", "16,16")]).unwrap();
        assert_eq!((set.learning.lr, set.learning.seed), (Some(0.01), 7));
        assert_eq!(set.network.hidden.unwrap().0, [16, 16]);
        assert!(set.linear.firth && !set.linear.no_intercept);
        assert_eq!(base.with(&[pair("c", "2")]).unwrap().linear.c, Some(2.0));
        assert!(base.with(&[pair("lr", "fast")]).unwrap_err().contains("invalid value 'fast'"));
        assert!(base.with(&[pair("depth", "3")]).unwrap_err().contains("--depth"));
    }
}
