//! A table by the name of an embedded data set or the path of a CSV file, as it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gradus::data::{Column, ColumnValues, CsvOptions, Table, read_csv, read_csv_header};

use super::{embedded, source};
use crate::args::CsvArgs;
use crate::error::CliError;

/// Where a table comes from.
#[derive(Debug)]
pub(crate) enum TableSource {
    Embedded(String, Table),
    Csv { path: PathBuf, options: CsvOptions },
}

impl TableSource {
    /// # Errors
    /// If there is no such data, or an option of CSV files is given for another.
    pub(crate) fn new(argument: &str, csv: &CsvArgs) -> Result<Self, CliError> {
        if let Some(table) = embedded(argument) {
            csv.refuse_for(argument)?;
            return Ok(Self::Embedded(argument.to_owned(), table));
        }
        let path = PathBuf::from(argument);
        source::check_file(&path, "DATA is a CSV file or the name of an embedded data set")?;
        Ok(Self::Csv { path, options: csv.options() })
    }

    /// A CSV file beside the data, of the same form.
    ///
    /// # Errors
    /// If there is no such file.
    pub(crate) fn file(path: &Path, csv: &CsvArgs) -> Result<Self, CliError> {
        source::check_file(path, "it has to be a CSV file")?;
        Ok(Self::Csv { path: path.to_owned(), options: csv.options() })
    }

    /// The table, some columns of numbers as levels. What a column holds that is not used does not
    /// matter, so it may mix numbers and text; without `is_used` all are.
    pub(crate) fn read(
        &self,
        categorical: &[String],
        is_used: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<Table, CliError> {
        let (path, options) = match self {
            Self::Embedded(_, table) => return as_categorical(table, categorical),
            Self::Csv { path, options } => (path, options),
        };
        let mut categorical = categorical.to_vec();
        if let Some(is_used) = is_used {
            let names = read_csv_header(path, options)?.into_iter();
            categorical.extend(names.filter(|name| !is_used(name)));
        }
        Ok(read_csv(path, &CsvOptions { categorical, ..options.clone() })?)
    }

    /// The table without some columns.
    pub(crate) fn without(
        &self,
        ignore: &[String],
        categorical: &[String],
    ) -> Result<Table, CliError> {
        let ignored: BTreeSet<&str> = ignore.iter().map(String::as_str).collect();
        let is_kept = |name: &str| !ignored.contains(name);
        if ignore.is_empty() {
            return self.read(categorical, None);
        }
        let table = self.read(categorical, Some(&is_kept))?;
        for name in ignore {
            table.column(name)?;
        }
        let columns = table.columns().iter().filter(|column| is_kept(column.name()));
        Ok(Table::new(columns.cloned().collect())?)
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

    /// Where a model goes if the user does not say.
    pub(crate) fn default_out(&self, model: &str) -> PathBuf {
        let mut name = self.stem().into_os_string();
        name.push(format!("-{model}.gradus"));
        PathBuf::from(name)
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
            error @ (CliError::Select(_) | CliError::Resample(_) | CliError::Io(_)) => {
                CliError::usage(format!("{}: {error}", path.display()))
            }
            error => error,
        })
    }
}

/// The table with some columns of numbers as levels.
fn as_categorical(table: &Table, names: &[String]) -> Result<Table, CliError> {
    for name in names {
        table.column(name)?;
    }
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let columns = table.columns().iter().map(|column| {
        let ColumnValues::Numeric(_) = column.values() else { return Ok(column.clone()) };
        if !names.contains(column.name()) {
            return Ok(column.clone());
        }
        let texts: Vec<Option<String>> = (0..column.rows())
            .map(|row| column.number(row).map(|number| number.to_string()))
            .collect();
        Column::categorical(column.name(), texts.iter().map(Option::as_deref))
    });
    Ok(Table::new(columns.collect::<Result<_, _>>()?)?)
}
