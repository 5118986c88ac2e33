//! A table by the name of an embedded data set or the path of a CSV file, as it is.

use std::path::{Path, PathBuf};

use gradus::data::{Column, CsvOptions, Table, read_csv};

use super::design::as_categorical;
use super::{embedded, source};
use crate::error::CliError;

/// Where a table comes from.
#[derive(Debug)]
pub(crate) enum TableSource {
    Embedded(String, Table),
    Csv { path: PathBuf, delimiter: u8 },
}

/// How columns are read.
#[derive(Debug)]
pub(crate) struct OpenTable<'a> {
    /// Columns that hold levels although they look like numbers.
    pub(crate) categorical: &'a [String],
    /// Columns to leave out.
    pub(crate) ignore: &'a [String],
}

impl TableSource {
    pub(crate) fn new(argument: &str, delimiter: Option<u8>) -> Result<Self, CliError> {
        if let Some(table) = embedded(argument) {
            if delimiter.is_some() {
                return Err(CliError::usage(format!(
                    "--delimiter is for CSV files, and {argument} is none; leave it out (a file of \
                     that name is ./{argument})"
                )));
            }
            return Ok(Self::Embedded(argument.to_owned(), table));
        }
        let path = PathBuf::from(argument);
        source::check_file(&path, "a CSV file or the name of an embedded data set")?;
        let delimiter = delimiter.unwrap_or(CsvOptions::default().delimiter);
        Ok(Self::Csv { path, delimiter })
    }

    pub(crate) fn open(&self, how: &OpenTable<'_>) -> Result<Table, CliError> {
        let table = match self {
            Self::Embedded(_, table) => as_categorical(table, how.categorical)?,
            Self::Csv { path, delimiter } => {
                let csv = CsvOptions {
                    delimiter: *delimiter,
                    // What an ignored column holds does not matter, so it may mix numbers and text.
                    categorical: how.categorical.iter().chain(how.ignore).cloned().collect(),
                    ..CsvOptions::default()
                };
                read_csv(path, &csv)?
            }
        };
        for name in how.ignore {
            table.column(name)?;
        }
        if how.ignore.is_empty() {
            return Ok(table);
        }
        let kept: Vec<Column> = table
            .columns()
            .iter()
            .filter(|column| !how.ignore.iter().any(|name| name == column.name()))
            .cloned()
            .collect();
        Ok(Table::new(kept)?)
    }

    /// The data set's name, for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Embedded(name, _) => name.clone(),
            Self::Csv { path, .. } => path
                .file_name()
                .map_or_else(|| "table".to_owned(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// What files made of it are named after.
    pub(crate) fn stem(&self) -> PathBuf {
        match self {
            Self::Embedded(name, _) => name.into(),
            Self::Csv { path, .. } => path.file_stem().unwrap_or_default().into(),
        }
    }

    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Embedded(..) => None,
            Self::Csv { path, .. } => Some(path),
        }
    }

    /// Adds the file to what is wrong with its data.
    pub(crate) fn in_file<T>(&self, result: Result<T, CliError>) -> Result<T, CliError> {
        let Some(path) = self.path() else { return result };
        result.map_err(|error| match error {
            CliError::BareData(error) => CliError::in_data(path)(error),
            CliError::Usage(message) => CliError::usage(format!("{}: {message}", path.display())),
            error @ (CliError::Select(_) | CliError::Resample(_)) => {
                CliError::usage(format!("{}: {error}", path.display()))
            }
            error => error,
        })
    }
}
