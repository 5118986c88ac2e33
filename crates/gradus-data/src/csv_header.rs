//! The names of a text's columns, without the rest.

use std::fs::File;
use std::path::Path;

use csv::StringRecord;

use crate::read_csv::{next_record, records};
use crate::{CsvOptions, DataError};

/// Reads the column names of a comma-separated file and nothing below its first row.
///
/// It serves a program that must declare columns before it reads: which to take as categorical
/// ([`CsvOptions::categorical`]) may depend on which there are.
///
/// # Errors
/// [`DataError::InFile`], whose source is [`DataError::NoRows`] for an empty file, or one of the
/// errors of [`read_csv_from`](crate::read_csv_from) that concern the options and the first row.
///
/// ```
/// use gradus_data::{CsvOptions, Header, read_csv_header};
///
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
/// let names = read_csv_header("data/iris.csv", &CsvOptions::default())?;
/// assert_eq!(names.last().map(String::as_str), Some("species"));
/// // Without a header columns have numbers.
/// let headerless = CsvOptions { header: Header::Absent, ..CsvOptions::default() };
/// assert_eq!(read_csv_header("data/iris.csv", &headerless)?, ["x1", "x2", "x3", "x4", "x5"]);
///
/// let error = read_csv_header("no/such/file.csv", &CsvOptions::default()).unwrap_err();
/// assert!(error.to_string().starts_with("no/such/file.csv: reading failed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_csv_header(
    path: impl AsRef<Path>,
    options: &CsvOptions,
) -> Result<Vec<String>, DataError> {
    let path = path.as_ref();
    let read = || {
        let mut csv = records(File::open(path)?, options)?;
        let mut record = StringRecord::new();
        let line = next_record(&mut csv, &mut record)?.ok_or(DataError::NoRows)?;
        let first: Vec<&str> = record.iter().collect();
        options.header.names(&first, line)
    };
    read().map_err(|error| error.in_file(path))
}
