//! What the user's words for a data set stand for.

use std::path::{Path, PathBuf};

use gradus::data::Table;

use super::embedded;
use crate::args::TrainArgs;
use crate::error::CliError;

/// What a network is trained on.
#[derive(Debug)]
pub(crate) enum TrainingData {
    Digits,
    Mnist(PathBuf),
    Csv { path: PathBuf, target: String },
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
        let table = &args.table;
        let csv_options = [
            ("--target", table.target.is_some()),
            ("--task", table.task.is_some()),
            ("--missing", table.missing.is_some()),
            ("--categorical", !table.categorical.is_empty()),
            ("--ignore", !table.ignore.is_empty()),
            ("--weights", table.weights.is_some()),
            ("--delimiter", table.delimiter.is_some()),
        ];
        let name = args.source.as_str();
        if matches!(name, "digits" | "mnist")
            && let Some((option, _)) = csv_options.iter().find(|(_, given)| *given)
        {
            return Err(CliError::usage(format!(
                "{option} is for CSV files, and {name} is none; leave it out (a file of that name \
                 is ./{name})"
            )));
        }
        match (name, &args.data) {
            ("mnist", Some(dir)) => Ok(Self::Mnist(dir.clone())),
            ("mnist", None) => Err(CliError::usage(
                "mnist: its files are not part of this program; say where they are (--data DIR)",
            )),
            (_, Some(_)) => Err(CliError::usage("--data is for mnist; leave it out")),
            ("digits", None) => Ok(Self::Digits),
            (name, None) => {
                let path = PathBuf::from(name);
                check_file(&path, "digits, mnist or the path of a CSV file")?;
                match &table.target {
                    Some(target) => Ok(Self::Csv { path, target: target.clone() }),
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
            Self::Csv { path, .. } => path
                .file_name()
                .map_or_else(|| "table".to_owned(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// Where a model goes if the user does not say.
    pub(crate) fn default_out(&self) -> PathBuf {
        let stem = match self {
            Self::Csv { path, .. } => path.file_stem().unwrap_or_default().to_owned(),
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
            Self::Mnist(path) | Self::Csv { path, .. } => path.display().to_string(),
        }
    }
}

impl ModelData {
    /// # Errors
    /// If there is no such file or directory.
    pub(crate) fn new(argument: &str) -> Result<Self, CliError> {
        if let Some(table) = embedded(argument) {
            return Ok(Self::Embedded(table));
        }
        let path = PathBuf::from(argument);
        if path.is_dir() {
            return Ok(Self::Mnist(path));
        }
        check_file(
            &path,
            "a CSV file, the name of an embedded data set, or the directory of MNIST's files",
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

/// # Errors
/// If there is no such file.
pub(super) fn check_file(path: &Path, expected: &str) -> Result<(), CliError> {
    let shown = path.display();
    if path.is_dir() {
        return Err(CliError::usage(format!("{shown}: is a directory; DATA is {expected}")));
    }
    if !path.exists() {
        return Err(CliError::usage(format!("{shown}: there is no such file; DATA is {expected}")));
    }
    Ok(())
}
