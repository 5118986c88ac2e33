//! The options of every command that fits a model to a table.

use clap::Args;

use super::MissingArg;

/// What the columns are.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for the columns")]
pub(crate) struct ColumnArgs {
    /// The columns to learn from [default: all others than the target]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', conflicts_with = "ignore")]
    pub(crate) features: Vec<String>,
    /// Columns to leave out, such as an identifier
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Columns to take as text although they hold numbers, such as a zip code
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) categorical: Vec<String>,
    /// What to do about missing values (empty, NA, ?): leave the rows out, or fill in the mean or the
    /// most frequent text of the rows fitted on [default: an error that counts them]
    #[arg(long, value_enum)]
    pub(crate) missing: Option<MissingArg>,
    /// A column of numbers that say how much each row counts in the fit, none below 0; it is no feature.
    /// Scores count rows [default: all the same]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) weights: Option<String>,
}

/// A level to compare the others of its column with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) column: String,
    pub(crate) level: String,
}

pub(super) fn reference(text: &str) -> Result<Reference, String> {
    match text.split_once('=') {
        Some((column, level)) if !column.is_empty() && !level.is_empty() => {
            Ok(Reference { column: column.to_owned(), level: level.to_owned() })
        }
        _ => Err("it must be a column and one of its levels, such as stage=I".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_a_column_and_a_level() {
        let level = |text: &str| reference(text).unwrap().level;
        assert_eq!((level("a=b"), level("a=b=c")), ("b".to_owned(), "b=c".to_owned()));
        assert!(["", "a", "a=", "=b"].iter().all(|text| reference(text).is_err()));
    }
}
