//! The arguments of `gradus describe`.

use clap::Args;

use super::fit::share;
use super::{CsvArgs, GeneralArgs, TaskArg};

const DESCRIBE_EXAMPLES: &str = "\
Examples:
  gradus describe patients.csv
  gradus describe patients.csv --target relapse
  gradus describe breast_cancer --target diagnosis --correlation 0.99

For each column of numbers: least, quartiles, greatest, mean, standard deviation (divisor n − 1),
skewness, and how often its coefficient's variance would be what it is without the other columns
(VIF). Then what is odd: repeated rows, constant columns, identifiers, missing values, columns that say
the same. With --target also the classes, and columns that alone tell it, which may be a leak: a value
that is known only after the fact. Nothing is written.";

/// Say what a table holds, and what is odd about it.
#[derive(Debug, Args)]
#[command(after_help = DESCRIBE_EXAMPLES)]
pub(crate) struct DescribeArgs {
    /// A CSV file, or an embedded data set: breast_cancer, diabetes, digits, iris,
    /// wine
    #[arg(value_name = "DATA")]
    pub(crate) source: String,
    /// The column to predict
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Whether the target is a class or a value [default: auto, as the column suggests]
    #[arg(long, value_enum, requires = "target")]
    pub(crate) task: Option<TaskArg>,
    /// Columns to take as text although they hold numbers, such as a zip code
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) categorical: Vec<String>,
    /// Columns to leave out, such as an identifier
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// The |r| from which two columns are listed as correlated, from 0 to 1
    #[arg(long, value_name = "R", value_parser = share, default_value_t = 0.95)]
    pub(crate) correlation: f64,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}
