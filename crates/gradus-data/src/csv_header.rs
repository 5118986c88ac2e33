//! The names of a text's columns, without the rest.

use std::fs::File;
use std::path::Path;

use csv::{ReaderBuilder, Trim};

use crate::DataError;
use crate::csv_options::check_delimiter;
use crate::line_starts::LineStarts;
use crate::read_csv::from_csv;

/// Reads the column names of a comma-separated file and nothing below them.
///
/// It serves a program that must declare columns before it reads: which to take as categorical
/// ([`CsvOptions::categorical`](crate::CsvOptions::categorical)) may depend on which there are.
///
/// # Errors
/// [`DataError::InFile`], whose source is [`DataError::InvalidDelimiter`],
/// [`DataError::NoRows`] for an empty file, [`DataError::InvalidUtf8`] or [`DataError::Io`].
///
/// ```
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
/// let names = gradus_data::read_csv_header("data/iris.csv", b',')?;
/// assert_eq!(names.last().map(String::as_str), Some("species"));
///
/// let error = gradus_data::read_csv_header("no/such/file.csv", b',').unwrap_err();
/// assert!(error.to_string().starts_with("no/such/file.csv: reading failed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_csv_header(path: impl AsRef<Path>, delimiter: u8) -> Result<Vec<String>, DataError> {
    let path = path.as_ref();
    let read = || {
        check_delimiter(delimiter)?;
        let file = File::open(path)?;
        let mut csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(Trim::All)
            .from_reader(LineStarts::new(file));
        let names: Vec<String> = match csv.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(error) => return Err(from_csv(error, csv.get_mut())),
        };
        if names.is_empty() { Err(DataError::NoRows) } else { Ok(names) }
    };
    read().map_err(|error| error.in_file(path))
}
