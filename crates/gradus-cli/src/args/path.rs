//! The arguments of `gradus path`.

use std::path::PathBuf;

use clap::Args;

use super::fit::{DataArgs, OutcomeArgs, SolverArgs, share};
use super::{GeneralArgs, at_least_one, penalty};

const PATH_EXAMPLES: &str = "\
Examples:
  gradus path diabetes --target progression
  gradus path breast_cancer --target diagnosis --l1-ratio 0.5 --out coefficients.csv

Each row is the solution at one λ, from the largest, at which all coefficients are 0, downwards. The
gap between a solution and its dual bounds how far it is from the optimum: a certificate that does
not rest on the solver's word. A point that did not converge is marked.";

/// Show the solutions of a penalised model for all strengths of the penalty.
#[derive(Debug, Args)]
#[command(after_help = PATH_EXAMPLES, next_help_heading = "Options for the model")]
pub(crate) struct PathArgs {
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    /// ρ, the share of the L1 part, from 0 (ridge) to 1 (lasso)
    #[arg(long, value_name = "RHO", value_parser = share, default_value_t = 1.0)]
    pub(crate) l1_ratio: f64,
    /// How many λ, at equal distances of their logarithms
    #[arg(long, value_name = "N", value_parser = at_least_one, default_value_t = 100)]
    pub(crate) count: usize,
    /// The smallest λ over the largest [default: 1e-4, or 1e-2 with fewer rows than features]
    #[arg(long, value_name = "RATIO", value_parser = super::fit::tolerance)]
    pub(crate) smallest: Option<f64>,
    /// These λ in place of a grid
    #[arg(long, value_name = "LAMBDA", value_delimiter = ',', value_parser = penalty,
          conflicts_with_all = ["count", "smallest"])]
    pub(crate) lambdas: Vec<f64>,
    /// Go on to the last λ where little more is explained
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) solver: SolverArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// A CSV file for the coefficients at each λ
    #[arg(long, short, value_name = "FILE", help_heading = "Options")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}
