//! What the user is told when something is wrong: one line.

use std::path::{Path, PathBuf};

use gradus::data::{CsvError, DataError};
use gradus::io::IoError;
use gradus::linear::LinearError;
use gradus::metrics::MetricError;
use gradus::nn::NnError;
use gradus::optim::OptimError;
use gradus::resample::ResampleError;
use gradus::select::SelectError;
use gradus::stats::StatsError;
use gradus::train::TrainError;
use thiserror::Error;

/// An error of the program.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The command line, or what it names, cannot be.
    #[error("{0}")]
    Usage(String),
    /// A file of the data is wrong.
    #[error("{}: {source}{}", .path.display(), hint(.source))]
    Data { path: PathBuf, source: DataError },
    #[error("{0}{hint}", hint = hint(.0))]
    BareData(#[from] DataError),
    #[error(transparent)]
    Io(#[from] IoError),
    #[error("{}", chain(.0))]
    Resample(#[from] ResampleError),
    #[error("{}{hint}", chain(.0), hint = select_hint(.0))]
    Select(#[from] SelectError),
    #[error("{0}{hint}", hint = train_hint(.0))]
    Train(#[from] TrainError),
    #[error(transparent)]
    Metric(#[from] MetricError),
    #[error(transparent)]
    Network(#[from] NnError),
    #[error("{0}{hint}", hint = linear_hint(.0))]
    Linear(#[from] LinearError),
    #[error(transparent)]
    Stats(#[from] StatsError),
    #[error(transparent)]
    Optim(#[from] OptimError),
    #[error("standard output cannot be written: {0}")]
    Output(std::io::Error),
    #[error("the result cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Adds the file to an error of its data, unless it names the file already.
    pub(crate) fn in_data(path: &Path) -> impl FnOnce(DataError) -> Self {
        let path = path.to_owned();
        move |error| match error {
            DataError::InFile { path, source } => Self::Data { path, source: *source },
            source => Self::Data { path, source },
        }
    }

    /// What clap says over several lines, in one.
    pub(crate) fn usage_of(error: &clap::Error) -> Self {
        use clap::error::ErrorKind;
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            if error.render().to_string().contains("Usage: gradus fit") {
                return Self::usage("say which model to fit; `gradus fit --help` lists them");
            }
            return Self::usage(
                "say what to do: describe, split, cv, tune, train, fit, path, evaluate, predict or info; see `gradus --help`",
            );
        }
        let text = error.render().to_string();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let end = lines.iter().position(|line| line.starts_with("Usage:")).unwrap_or(lines.len());
        let said: Vec<&str> = lines[..end]
            .iter()
            .map(|line| line.strip_prefix("error: ").unwrap_or(line))
            .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
            .collect();
        Self::usage(format!("{}; see `gradus --help`", said.join(" ")))
    }

    /// The message, in one line whatever the data put into it, and without the middle where that is
    /// endless.
    pub(crate) fn line(&self) -> String {
        /// Characters at the beginning and at the end that are always shown.
        const SHOWN: [usize; 2] = [1500, 300];
        let mut line: Vec<char> = Vec::new();
        for c in self.to_string().chars() {
            if c.is_control() {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        if line.len() > SHOWN.iter().sum() {
            let end = line.split_off(line.len() - SHOWN[1]);
            line.truncate(SHOWN[0]);
            line.extend(" … ".chars().chain(end));
        }
        line.into_iter().collect()
    }
}

/// Which option does what the message of the library proposes.
fn hint(error: &DataError) -> &'static str {
    match error {
        DataError::InFile { source, .. } => hint(source),
        DataError::MissingValues { .. } => " (--missing drop or --missing impute)",
        DataError::MissingTarget { .. } => " (--missing drop)",
        DataError::AllRowsDropped { .. } => " (--missing impute, --ignore COLUMN)",
        DataError::Csv(CsvError::MixedColumn { .. }) => " (--categorical COLUMN)",
        DataError::EmptyColumn { .. } | DataError::TooManyLevels { .. } => " (--ignore COLUMN)",
        DataError::UnknownColumn { known, .. } if known.len() == 1 => {
            "; if that is several, name the character between fields (--delimiter)"
        }
        DataError::OneClass { .. } => " (--target COLUMN)",
        DataError::OneLevel { .. } => " (--ignore COLUMN)",
        DataError::Csv(CsvError::RaggedRow { .. }) => {
            "; correct the line, or name the character between fields (--delimiter)"
        }
        DataError::Csv(
            CsvError::OpenQuote { .. }
            | CsvError::RecordTooLong { .. }
            | CsvError::FieldTooLong { .. },
        ) => " (--quote none)",
        DataError::Csv(CsvError::NameCount { .. }) => " (--names)",
        DataError::EmptyName { .. } | DataError::DuplicateName { .. } => {
            " (--no-header if the first row holds data)"
        }
        DataError::NoFeatures => {
            "; the file needs another column, or another character between fields (--delimiter)"
        }
        _ => "",
    }
}

/// What an error says, and what the errors behind it say.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        // An error that speaks for the one within says the same again.
        let said = source.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        behind = source.source();
    }
    text
}

fn select_hint(error: &SelectError) -> &'static str {
    match error {
        SelectError::Data(fault) => hint(fault.get()),
        _ => "",
    }
}

fn linear_hint(error: &LinearError) -> &'static str {
    match error {
        LinearError::NotConverged { .. } => " (--max-iter, --tolerance, --lambda, `gradus path`)",
        LinearError::NothingHolds { .. } => " (--lambda)",
        LinearError::Separated { .. } => " (--firth, `gradus fit ridge`, --ignore COLUMN)",
        LinearError::ClassesSeparated { .. } => {
            " (`gradus fit ridge --family multinomial`, --ignore COLUMN)"
        }
        LinearError::RatesUnbounded { .. } => " (--ignore COLUMN)",
        LinearError::NotCount { .. } => " (--target, --exposure)",
        LinearError::Collinear { .. } => " (--ignore COLUMN, `gradus fit ridge`)",
        LinearError::MoreCoefficients { .. } => " (--features, `gradus fit ridge`)",
        LinearError::NoMaximum { .. } => " (--max-iter)",
        LinearError::NoPath => " (--lambdas, --features)",
        LinearError::OffsetCancels => " (--offset)",
        LinearError::NoWeight | LinearError::NegativeWeight { .. } => " (--weights)",
        LinearError::OneClass => " (--target, --weights)",
        _ => "",
    }
}

fn train_hint(error: &TrainError) -> &'static str {
    match error {
        TrainError::NonFinite { .. } => " (--lr)",
        _ => "",
    }
}
