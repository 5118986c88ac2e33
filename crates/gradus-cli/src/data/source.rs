//! What the user's words for a data set stand for.

use std::path::{Path, PathBuf};

use gradus::data::Table;

use super::{TableSource, embedded};
use crate::args::{CsvArgs, TableArgs, TrainArgs};
use crate::error::CliError;

/// What a network is trained on.
#[derive(Debug)]
pub(crate) enum TrainingData {
    /// The embedded digits as images, each pixel as bright as it is.
    Digits,
    Mnist(PathBuf),
    Table {
        source: TableSource,
        target: String,
    },
}

/// What a saved model is used on.
#[derive(Debug)]
pub(crate) enum ModelData {
    Embedded(Table),
    Mnist(PathBuf),
    Csv(PathBuf),
}

impl TrainingData {
    /// # Errors
    /// If there is no such data, or if an option does not belong to it.
    pub(crate) fn new(args: &TrainArgs) -> Result<Self, CliError> {
        let (name, table) = (args.source.as_str(), &args.table);
        match (name, &args.data) {
            ("mnist", dir) => {
                if let Some(option) = of_tables(table) {
                    return Err(CliError::usage(format!(
                        "{option} is for CSV files and embedded tables, and mnist is none; leave it out \
                         (a file of that name is ./mnist)"
                    )));
                }
                dir.clone().map(Self::Mnist).ok_or_else(|| {
                    CliError::usage(
                        "mnist: its files are not part of this program; say where they are (--data DIR)",
                    )
                })
            }
            (_, Some(_)) => Err(CliError::usage("--data is for mnist; leave it out")),
            ("digits", None) if of_tables(table).is_none() => Ok(Self::Digits),
            (name, None) => {
                let source = TableSource::new(name, &table.csv)?;
                match table.target.clone() {
                    Some(target) => Ok(Self::Table { source, target }),
                    None => Err(CliError::usage(format!(
                        "{name}: which column is to be predicted? Name it (--target COLUMN)"
                    ))),
                }
            }
        }
    }

    /// The data set's name, for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Digits => "digits".to_owned(),
            Self::Mnist(_) => "mnist".to_owned(),
            Self::Table { source, .. } => source.name(),
        }
    }

    /// Where a model goes if the user does not say.
    pub(crate) fn default_out(&self) -> PathBuf {
        let stem = match self {
            Self::Table { source, .. } => source.stem().into_os_string(),
            named => named.name().into(),
        };
        let mut name = stem;
        name.push(".gradus");
        PathBuf::from(name)
    }

    /// How a user would name it again.
    pub(crate) fn argument(&self) -> String {
        match self {
            Self::Digits => "digits".to_owned(),
            Self::Mnist(path) => path.display().to_string(),
            Self::Table { source, .. } => {
                source.path().map_or_else(|| source.name(), |path| path.display().to_string())
            }
        }
    }
}

impl ModelData {
    /// # Errors
    /// If there is no such file or directory, or an option of CSV files is given for another.
    pub(crate) fn new(argument: &str, csv: &CsvArgs) -> Result<Self, CliError> {
        if let Some(table) = embedded(argument) {
            csv.refuse_for(argument)?;
            return Ok(Self::Embedded(table));
        }
        let path = PathBuf::from(argument);
        if path.is_dir() {
            csv.refuse_for(argument)?;
            return Ok(Self::Mnist(path));
        }
        check_file(
            &path,
            "DATA is a CSV file, the name of an embedded data set, or the directory of MNIST's files",
        )?;
        Ok(Self::Csv(path))
    }

    /// The file or directory, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Embedded(_) => None,
            Self::Mnist(path) | Self::Csv(path) => Some(path),
        }
    }
}

/// An option of tables that was given.
fn of_tables(args: &TableArgs) -> Option<&'static str> {
    let columns = &args.columns;
    let options = [
        ("--target", args.target.is_some()),
        ("--task", args.task.is_some()),
        ("--features", !columns.features.is_empty()),
        ("--missing", columns.missing.is_some()),
        ("--categorical", !columns.categorical.is_empty()),
        ("--ignore", !columns.ignore.is_empty()),
        ("--weights", columns.weights.is_some()),
    ];
    let given = options.into_iter().find(|(_, given)| *given).map(|(option, _)| option);
    given.or_else(|| args.csv.given())
}

/// # Errors
/// If there is no such file.
pub(super) fn check_file(path: &Path, expected: &str) -> Result<(), CliError> {
    let shown = path.display();
    if path.is_dir() {
        return Err(CliError::usage(format!("{shown}: is a directory; {expected}")));
    }
    if !path.exists() {
        return Err(CliError::usage(format!("{shown}: there is no such file; {expected}")));
    }
    Ok(())
}
