//! Everything that data, files and options can get wrong.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::{ColumnKind, CsvError, Fill, IdxError, MnistError, NpyError, RecordError};

/// Why data could not be read, encoded or selected.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file could not be read for the reason in `source`.
    #[error("{}: {source}", .path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        source: Box<DataError>,
    },
    /// The operating system, or the decompression, failed.
    #[error("reading failed: {0}")]
    Io(#[from] std::io::Error),
    /// A comma-separated text is wrong.
    #[error(transparent)]
    Csv(#[from] CsvError),

    /// The text holds no header row, or no row below it.
    #[error("there is no data: a header row and at least one row below it are needed")]
    NoRows,
    /// A column has no name.
    #[error("column {position} (counted from 1) has no name; name every column")]
    EmptyName {
        /// The column's position, counted from 1.
        position: usize,
    },
    /// Two columns have the same name.
    #[error("two columns are named {name:?}; rename one of them")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A column of numbers holds an infinity, a NaN, or a number too large for the element type.
    #[error(
        "{place}, column {column:?}: {value} is not a finite number; correct it or remove the row"
    )]
    NonFinite {
        /// Where.
        place: Place,
        /// The column.
        column: String,
        /// The value as found.
        value: String,
    },

    /// Columns of one table have different lengths, or data and targets do.
    #[error("{what} has {found} row(s) where {expected} are expected")]
    RowCount {
        /// What has the wrong number of rows.
        what: String,
        /// The number expected.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// A matrix has another number of columns than what was fitted or named.
    #[error("{found} column(s) where {expected} are expected; give the columns that were fitted")]
    ColumnCount {
        /// The number expected.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// There are more rows than can be indexed portably.
    #[error("{rows} rows are too many: fewer than {} can be handled", u32::MAX)]
    TooManyRows {
        /// The number of rows.
        rows: usize,
    },
    /// A row index lies outside the data.
    #[error("row {row} (counted from 0) does not exist: there are {rows} rows")]
    RowOutOfRange {
        /// The index.
        row: usize,
        /// The number of rows.
        rows: usize,
    },
    /// No row was given to fit on.
    #[error("there is no row to fit on")]
    NoFitRows,
    /// A column that was named does not exist.
    #[error("there is no column {name:?}; the columns are {}", list(.known))]
    UnknownColumn {
        /// The name.
        name: String,
        /// The columns that exist.
        known: Vec<String>,
    },
    /// Columns that were fitted are not in the table.
    #[error(
        "the table lacks the column(s) {}; it has, unexpected, {}; rename or add what is lacking",
        list(.missing), list(.unexpected)
    )]
    ColumnMismatch {
        /// The columns that were fitted and are lacking.
        missing: Vec<String>,
        /// The columns of the table that were not fitted.
        unexpected: Vec<String>,
    },
    /// A column is of another kind than was fitted or asked for.
    #[error("column {column:?} is {found} where {expected} is expected; {advice}")]
    ColumnKind {
        /// The column.
        column: String,
        /// The kind expected.
        expected: ColumnKind,
        /// The kind found.
        found: ColumnKind,
        /// What to do.
        advice: &'static str,
    },
    /// A table without the target has no column left to learn from.
    #[error("no feature column is left once the target and the ignored columns are taken away")]
    NoFeatures,
    /// Values are missing and the policy forbids it.
    #[error(
        "values are missing: {}; drop these rows, impute the values, or complete the data",
        counts(.columns)
    )]
    MissingValues {
        /// The columns with missing values and their number, in table order.
        columns: Vec<(String, usize)>,
    },
    /// Target values are missing; they are never imputed.
    #[error(
        "column {column:?} is the target and lacks {count} value(s); drop these rows (targets are never imputed)"
    )]
    MissingTarget {
        /// The target column.
        column: String,
        /// How many values are missing.
        count: usize,
    },
    /// Every row would be dropped for a missing value.
    #[error(
        "each of the {rows} rows has a missing value: none would be left; impute instead, or ignore the emptiest columns"
    )]
    AllRowsDropped {
        /// The number of rows.
        rows: usize,
    },
    /// A column has no value to impute from.
    #[error("column {column:?} has no value in the rows that are fitted on; ignore it")]
    EmptyColumn {
        /// The column.
        column: String,
    },
    /// A column cannot be filled with that.
    #[error("column {column:?} cannot be filled with {fill}; {advice}")]
    WrongFill {
        /// The column: its name, or its index counted from 0.
        column: String,
        /// The fill as given.
        fill: Fill,
        /// What to do.
        advice: &'static str,
    },
    /// No chain of a pipeline takes a column.
    #[error("no step takes the column(s) {}; name them in a chain, or ignore them", list(.columns))]
    UnassignedColumns {
        /// The columns.
        columns: Vec<String>,
    },
    /// What a step has made cannot be turned back.
    #[error("{step} has no inverse: what it was given cannot be told from what it made")]
    NoInverse {
        /// The step.
        step: &'static str,
    },
    /// More features would be made than is sensible.
    #[error(
        "terms up to degree {degree} of {columns} column(s) are more than {max}; choose a lower \
         degree, interactions only, or fewer columns"
    )]
    TooManyFeatures {
        /// The number of columns.
        columns: usize,
        /// The degree.
        degree: u32,
        /// The limit.
        max: usize,
    },
    /// A number is the code of no level.
    #[error("row {row} (counted from 0): {code} is the code of none of the {levels} levels")]
    NotACode {
        /// The row.
        row: usize,
        /// The number.
        code: f64,
        /// The number of levels.
        levels: usize,
    },
    /// An option of a maker of data has a value that it cannot have.
    #[error("{option} is {value}; it must be {expected}")]
    InvalidOption {
        /// The option.
        option: &'static str,
        /// The value as given.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// A level was not seen when the encoder was fitted.
    #[error(
        "{place}, column {column:?}: the level {level:?} was not seen in training; the levels are \
         {}; correct it, or encode unseen levels as zeros", list(.known)
    )]
    UnseenLevel {
        /// Where.
        place: Place,
        /// The column.
        column: String,
        /// The level.
        level: String,
        /// The levels that were seen.
        known: Vec<String>,
    },
    /// A categorical column has so many levels that it is more likely an identifier.
    #[error(
        "column {column:?} has {levels} levels, more than {max}: probably an identifier; ignore \
         it, or raise the limit"
    )]
    TooManyLevels {
        /// The column.
        column: String,
        /// The number of its levels.
        levels: usize,
        /// The limit.
        max: usize,
    },
    /// A categorical column has a single level where levels are compared with each other.
    #[error(
        "column {column:?} has the single level {level:?} in the rows that are fitted on: there is \
         nothing to compare it with; ignore it"
    )]
    OneLevel {
        /// The column.
        column: String,
        /// Its only level.
        level: String,
    },
    /// The level that others are to be compared with does not occur.
    #[error(
        "column {column:?} has no level {level:?} to compare the others with; its levels are {}",
        list(.known)
    )]
    UnknownReference {
        /// The column.
        column: String,
        /// The level asked for.
        level: String,
        /// The levels that occur.
        known: Vec<String>,
    },
    /// A column's mean and spread cannot be represented.
    #[error(
        "column {column} cannot be scaled: its values are too large for their mean and spread to be computed"
    )]
    NotScalable {
        /// The column: its name, or its index counted from 0.
        column: String,
    },
    /// The target range of a min-max scaling is empty or not finite.
    #[error("the range {low} to {high} is not a range; give two finite numbers, the smaller first")]
    InvalidRange {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// The target has one class only.
    #[error(
        "column {column:?} has the single class {label:?}: there is nothing to tell apart; name another target"
    )]
    OneClass {
        /// The target column.
        column: String,
        /// The only label.
        label: String,
    },
    /// A class was not seen when the target was fitted.
    #[error("{place}, column {column:?}: the class {label:?} was not seen in training; the classes are {}", list(.known))]
    UnseenClass {
        /// Where.
        place: Place,
        /// The target column.
        column: String,
        /// The class.
        label: String,
        /// The classes that were seen.
        known: Vec<String>,
    },
    /// A class code points past the labels.
    #[error("row {row} (counted from 0) has class code {code} where there are {labels} labels")]
    CodeOutOfRange {
        /// The row.
        row: usize,
        /// The code.
        code: u32,
        /// The number of labels.
        labels: usize,
    },
    /// A batch of no rows was asked for.
    #[error(
        "the batch size must be at least 1, and at most the {rows} rows if short batches are dropped; {size} was given"
    )]
    BatchSize {
        /// The size as given.
        size: usize,
        /// The number of rows.
        rows: usize,
    },

    /// A record format, or a binary record, is wrong.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// An array in numpy's formats is wrong.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// An array in the IDX format is wrong.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// The files of MNIST do not belong together.
    #[error(transparent)]
    Mnist(#[from] MnistError),
}

impl DataError {
    /// Adds the file to an error that arose in it.
    pub(crate) fn in_file(self, path: &std::path::Path) -> Self {
        Self::InFile { path: path.to_owned(), source: Box::new(self) }
    }
}

/// Where in the data something is: by line if it came from a file, else by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of a text file, counted from 1.
    Line(u64),
    /// A row, counted from 0.
    Row(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row} (counted from 0)"),
        }
    }
}

/// Names in a message: all of them up to twenty, then how many more.
pub(crate) fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn counts(columns: &[(String, usize)]) -> String {
    let shown: Vec<String> =
        columns.iter().map(|(name, count)| format!("{count} in {name:?}")).collect();
    shown.join(", ")
}
