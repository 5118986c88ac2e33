//! The options of every command that reads a CSV file.

use clap::Args;
use gradus::data::{CsvOptions, Header};

use crate::error::CliError;

/// How a CSV file is written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for how the CSV file is written")]
pub(crate) struct CsvArgs {
    /// The character between fields: a character, or `tab` [default: ,]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The character around fields that hold the one above, a line end or, doubled, itself: a
    /// character, or `none` [default: "]
    #[arg(long, value_name = "CHAR", value_parser = quote)]
    quote: Option<QuoteArg>,
    /// The first row holds data: columns are called x1, x2, …
    #[arg(long, conflicts_with = "names")]
    no_header: bool,
    /// The names of the columns; the first row holds data
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    names: Vec<String>,
    /// What stands for a missing value, beside nothing at all [default: NA, N/A, NaN, nan, null, NULL
    /// and ?]
    #[arg(long, value_name = "TEXT", value_delimiter = ',', allow_hyphen_values = true)]
    missing_text: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuoteArg {
    None,
    Byte(u8),
}

impl CsvArgs {
    /// How the library reads such a file.
    pub(crate) fn options(&self) -> CsvOptions {
        let mut options = CsvOptions::default();
        options.delimiter = self.delimiter.unwrap_or(options.delimiter);
        match self.quote {
            None => {}
            Some(QuoteArg::None) => options.quote = None,
            Some(QuoteArg::Byte(byte)) => options.quote = Some(byte),
        }
        if self.no_header {
            options.header = Header::Absent;
        } else if !self.names.is_empty() {
            options.header = Header::Names(self.names.clone());
        }
        if !self.missing_text.is_empty() {
            options.missing = vec![String::new()];
            options.missing.extend(self.missing_text.iter().map(|text| text.trim().to_owned()));
        }
        options
    }

    /// One of the options that was given, if any was.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let options = [
            ("--delimiter", self.delimiter.is_some()),
            ("--quote", self.quote.is_some()),
            ("--no-header", self.no_header),
            ("--names", !self.names.is_empty()),
            ("--missing-text", !self.missing_text.is_empty()),
        ];
        options.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
    }

    /// # Errors
    /// If an option was given for data that is no CSV file.
    pub(crate) fn refuse_for(&self, data: &str) -> Result<(), CliError> {
        self.given().map_or(Ok(()), |option| {
            Err(CliError::usage(format!(
                "{option} is for CSV files, and {data} is none; leave it out (a file of that name is \
                 ./{data})"
            )))
        })
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        _ => Err("it must be one character, such as `;`, or `tab`".to_owned()),
    }
}

fn quote(text: &str) -> Result<QuoteArg, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n') => Ok(QuoteArg::Byte(*byte)),
        _ if text == "none" => Ok(QuoteArg::None),
        _ => Err("it must be one character, such as `'`, or `none`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_parsed() {
        assert_eq!((delimiter(";").unwrap(), delimiter("tab").unwrap()), (b';', b'\t'));
        assert!(delimiter("ab").is_err() && delimiter("").is_err() && delimiter("é").is_err());
        assert_eq!(quote("'").unwrap(), QuoteArg::Byte(b'\''));
        assert_eq!(quote("none").unwrap(), QuoteArg::None);
        assert!(quote("ab").is_err() && quote("").is_err() && quote("«").is_err());
    }

    #[test]
    fn options_are_those_of_the_library() {
        assert_eq!(CsvArgs::default().options(), CsvOptions::default());
        let args = CsvArgs {
            delimiter: Some(b';'),
            quote: Some(QuoteArg::None),
            missing_text: vec!["-9".to_owned(), " x ".to_owned()],
            names: vec!["a".to_owned()],
            ..CsvArgs::default()
        };
        let options = args.options();
        assert_eq!((options.delimiter, options.quote), (b';', None));
        assert_eq!(options.missing, ["", "-9", "x"]);
        assert_eq!(options.header, Header::Names(vec!["a".to_owned()]));
        assert_eq!(args.given(), Some("--delimiter"));
    }
}
