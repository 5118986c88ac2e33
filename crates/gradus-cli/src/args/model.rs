//! The options of `cv` and `tune` for the model.

use clap::{Args, Parser, ValueEnum};

use super::fit::share;
use super::{CostArgs, LearningArgs, NetworkArgs, penalty};

/// The model.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for the model")]
pub(crate) struct ModelArgs {
    /// What is fitted [default: network, whose options are those of `gradus train`]
    #[arg(long, value_enum)]
    pub(crate) model: Option<ModelArg>,
    /// lasso, ridge, elastic-net: λ, the weight of the penalty
    #[arg(long, value_name = "LAMBDA", value_parser = penalty, allow_negative_numbers = true)]
    pub(crate) lambda: Option<f64>,
    /// elastic-net: ρ, the share of the L1 part, from 0 (ridge) to 1 (lasso) [default: 0.5]
    #[arg(long, value_name = "RHO", value_parser = share)]
    pub(crate) l1_ratio: Option<f64>,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) cost: CostArgs,
    #[command(flatten)]
    pub(crate) learning: LearningArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelArg {
    /// A network, as `gradus train` trains it
    Network,
    /// Least squares without a penalty
    Ols,
    /// Logistic regression without a penalty, for two classes
    Logistic,
    /// The penalty λ Σ|w|; classes by logistic or softmax regression
    Lasso,
    /// The penalty λ/2 Σw²; classes by logistic or softmax regression
    Ridge,
    /// Both; classes by logistic or softmax regression
    ElasticNet,
}

impl ModelArg {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Ols => "ols",
            Self::Logistic => "logistic",
            Self::Lasso => "lasso",
            Self::Ridge => "ridge",
            Self::ElasticNet => "elastic-net",
        }
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
        // A default would replace what the user gave.
        if !settings.iter().any(|(name, _)| name == "seed") {
            changed.model.learning.seed = self.learning.seed;
        }
        Ok(changed.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_can_be_set_as_on_a_command_line() {
        let alone = |words: &[&str]| Alone::try_parse_from(words).unwrap().model;
        let base = alone(&["--lr", "0.1", "--seed", "7", "--hidden", "8"]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let set = base.with(&[pair("lr", "0.01"), pair("hidden", "16,16")]).unwrap();
        assert_eq!((set.learning.lr, set.learning.seed), (Some(0.01), 7));
        assert_eq!(set.network.hidden.unwrap().0, [16, 16]);
        assert!(base.with(&[pair("lr", "fast")]).unwrap_err().contains("invalid value 'fast'"));
        assert!(base.with(&[pair("depth", "3")]).unwrap_err().contains("--depth"));
    }
}
