//! The arguments of `gradus split`.

use std::path::PathBuf;

use clap::Args;

use super::{CsvArgs, GeneralArgs};

const SPLIT_EXAMPLES: &str = "\
Examples:
  gradus split patients.csv --stratify relapse
  gradus split patients.csv --stratify relapse --group patient --seed 3
  gradus split sales.csv --time date --gap 7
  gradus split houses.csv --stratify price --fractions 80,0,20 --out-dir parts

It writes DATA-train.csv to fit on, DATA-dev.csv to choose by, DATA-test.csv to measure with: 60/20/20
up to 10,000 rows, 96/2/2 from a million on, in between by the logarithm. Rows are copied as they are.
 - Rows that are alike must not be torn apart, or the test flatters: --group keeps all rows of a patient,
   a site or a series in one part.
 - What is to predict the future is tested on the future: --time puts the latest rows into the test.
 - --stratify gives each part its share of every class, or of every tenth of a column of numbers.
Then the columns of train and test are compared (Kolmogorov-Smirnov, χ², standardised differences),
and what differs is named: an error measured on one would not hold for the other. The same seed gives
the same parts. Nothing that is there is replaced without --overwrite; with it, a part of an earlier
split that this one lacks is removed. If one file cannot be written, all are left as they were.";

/// Cut a table into files to train on, to choose by and to test with.
#[derive(Debug, Args)]
#[command(after_help = SPLIT_EXAMPLES)]
pub(crate) struct SplitArgs {
    /// A CSV file, or an embedded data set: breast_cancer, diabetes, digits, iris,
    /// wine
    #[arg(value_name = "DATA")]
    pub(crate) source: String,
    /// The shares of train, dev and test in per cent [default: as suits the number of rows]
    #[arg(long, value_name = "TRAIN,DEV,TEST", value_parser = shares)]
    pub(crate) fractions: Option<Shares>,
    /// The column whose classes, or tenths, each part gets its share of
    #[arg(long, value_name = "COLUMN")]
    pub(crate) stratify: Option<String>,
    /// The column whose equal values stay together, such as a patient
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group: Option<String>,
    /// The column of times, numbers or texts in the order of time such as 2024-01-31: the earliest rows
    /// to train, the latest to test
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["stratify", "group"])]
    pub(crate) time: Option<String>,
    /// Rows to leave out between parts, so that what looks back does not see across the cut
    #[arg(long, value_name = "ROWS", requires = "time", default_value_t = 0)]
    pub(crate) gap: usize,
    /// The seed of the draw
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "time")]
    pub(crate) seed: u64,
    /// The directory for the files [default: this one]
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,
    /// Replace the files of an earlier split, and remove the part that is no longer written
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
    #[command(flatten, next_help_heading = "Options")]
    pub(crate) general: GeneralArgs,
}

/// Shares of train, dev and test in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shares(pub(crate) [f64; 3]);

fn shares(text: &str) -> Result<Shares, String> {
    let advice =
        "give three shares in per cent that sum to 100, such as 60,20,20 (80,0,20 has no dev)";
    let numbers: Option<Vec<f64>> =
        text.split(',').map(|number| number.trim().parse::<f64>().ok()).collect();
    let Some([train, dev, test]) = numbers.as_deref() else { return Err(advice.to_owned()) };
    let shares = [*train, *dev, *test];
    let sum: f64 = shares.iter().sum();
    let fits =
        shares.iter().all(|share| *share >= 0.0) && (sum - 100.0).abs() < 1e-6 && *train > 0.0;
    if fits { Ok(Shares(shares)) } else { Err(advice.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_a_whole() {
        assert_eq!(shares("80, 0,20").unwrap(), Shares([80.0, 0.0, 20.0]));
        for bad in ["", "80,20", "60,20,21", "0,50,50", "-20,60,60", "nan,1,2", "a,b,c"] {
            assert!(shares(bad).is_err(), "{bad}");
        }
    }
}
