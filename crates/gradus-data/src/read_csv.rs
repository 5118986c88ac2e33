//! Tables from comma-separated text.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord, Trim};

use crate::column::Levels;
use crate::line_starts::{LineStarts, MOST_BYTES_OF_ROW, RowTooLong};
use crate::{Column, CsvError, CsvOptions, DataError, Header, Place, Table};

/// Reads a table from a file; see [`read_csv_from`].
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`read_csv_from`].
///
/// ```
/// use gradus_data::{CsvOptions, iris, read_csv};
///
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
/// let table = read_csv("data/iris.csv", &CsvOptions::default())?;
/// assert_eq!(table.columns(), iris().columns());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_csv(path: impl AsRef<Path>, options: &CsvOptions) -> Result<Table, DataError> {
    let path = path.as_ref();
    File::open(path)
        .map_err(DataError::from)
        .and_then(|file| read_csv_from(file, options))
        .map_err(|error| error.in_file(path))
}

/// Reads a table from comma-separated text (RFC 4180) in UTF-8.
///
/// Spaces around fields are cut off, empty lines are skipped, a byte-order mark is ignored. A
/// column is numeric if each of its present values is a number (as Rust reads one: `-1.5e3`),
/// categorical if none is. A column without any present value is numeric.
///
/// # Errors
/// - [`DataError::NoRows`] for an empty text, or a header alone;
/// - [`DataError::EmptyName`], [`DataError::DuplicateName`] for the names of columns,
///   [`CsvError::NameCount`] if names are given and are not as many as the columns;
/// - [`CsvError::RaggedRow`], [`CsvError::InvalidUtf8`], with the line; [`CsvError::OpenQuote`] if the
///   text ends within quotation marks, with the line of the first; [`CsvError::RecordTooLong`] for a row
///   of more than 64 mebibytes;
/// - [`CsvError::MixedColumn`] if a column holds numbers and text and is not declared
///   categorical; [`DataError::NonFinite`] for infinities among numbers;
/// - [`DataError::UnknownColumn`] if a column is declared categorical and does not exist;
/// - [`CsvError::InvalidDelimiter`], [`CsvError::InvalidQuote`]; [`DataError::Io`].
///
/// Differs from pandas, which turns a mixed column into text without a word.
///
/// ```
/// use gradus_data::{ColumnKind, CsvOptions, read_csv_from};
///
/// let text = "height,colour\n1.7,red\nNA,\"dark, blue\"\n";
/// let table = read_csv_from(text.as_bytes(), &CsvOptions::default())?;
/// assert_eq!(table.column("height")?.missing(), [1]);
/// assert_eq!(table.column("colour")?.level(1), Some("dark, blue"));
///
/// let wrong = read_csv_from("x\n1\n2\nthree\n".as_bytes(), &CsvOptions::default());
/// assert!(wrong.unwrap_err().to_string().contains("line 4 has \"three\""));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn read_csv_from(reader: impl Read, options: &CsvOptions) -> Result<Table, DataError> {
    let mut csv = records(reader, options)?;
    let mut lines = Vec::new();
    let mut builders: Option<Vec<Builder>> = None;
    let mut record = StringRecord::new();
    loop {
        let row = lines.len();
        let Some(line) = next_record(&mut csv, &mut record)? else { break };
        let builders = match &mut builders {
            Some(builders) => builders,
            none => {
                let first: Vec<&str> = record.iter().collect();
                let names = options.header.names(&first, line)?;
                let builders = none.insert(self::builders(names, &options.categorical)?);
                if options.header == Header::FirstRow {
                    continue;
                }
                builders
            }
        };
        lines.push(line);
        for (builder, text) in builders.iter_mut().zip(&record) {
            if options.missing.iter().any(|token| token == text) {
                builder.missing.push(row);
            } else {
                builder.push(row, line, text)?;
            }
        }
    }
    let rows = lines.len();
    let columns: Result<Vec<Column>, DataError> =
        builders.into_iter().flatten().map(|builder| builder.finish(rows)).collect();
    Ok(Table::new(columns?)?.with_lines(lines))
}

fn builders(names: Vec<String>, categorical: &[String]) -> Result<Vec<Builder>, DataError> {
    let known: HashSet<&String> = names.iter().collect();
    if let Some(name) = categorical.iter().find(|name| !known.contains(name)) {
        return Err(DataError::UnknownColumn { name: name.clone(), known: names });
    }
    let declared: HashSet<&String> = categorical.iter().collect();
    let kind = |name: &String| {
        if declared.contains(name) { Declared::Categorical } else { Declared::Nothing }
    };
    Ok(names.into_iter().map(|name| (kind(&name), name)).map(Builder::new).collect())
}

/// The records of a text, names included.
pub(crate) fn records<R: Read>(
    reader: R,
    options: &CsvOptions,
) -> Result<Reader<LineStarts<R>>, DataError> {
    options.check()?;
    Ok(ReaderBuilder::new()
        .delimiter(options.delimiter)
        .quote(options.quote.unwrap_or(b'"'))
        .quoting(options.quote.is_some())
        .has_headers(false)
        .trim(Trim::All)
        .from_reader(LineStarts::new(reader, options)))
}

/// Goes to the next record; the line on which it begins, or `None` at the end.
pub(crate) fn next_record<R: Read>(
    csv: &mut Reader<LineStarts<R>>,
    record: &mut StringRecord,
) -> Result<Option<u64>, DataError> {
    let begin = csv.position().byte();
    csv.get_mut().row_begins_at(begin);
    let read = csv.read_record(record);
    // At the end of a text a record ends, whatever is open.
    if let Some(line) = csv.get_ref().open_quote() {
        return Err(CsvError::OpenQuote { line }.into());
    }
    match read {
        Ok(true) => Ok(Some(csv.get_mut().line_from(offset(record.position())))),
        Ok(false) => Ok(None),
        Err(error) => {
            let begin = error.position().map_or(begin, Position::byte);
            let line = csv.get_mut().line_from(begin);
            Err(from_csv(error, line))
        }
    }
}

fn offset(position: Option<&Position>) -> u64 {
    position.map_or(0, Position::byte)
}

fn from_csv(error: csv::Error, line: u64) -> DataError {
    match error.into_kind() {
        ErrorKind::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<RowTooLong>()) => {
            CsvError::RecordTooLong { line, limit: MOST_BYTES_OF_ROW }.into()
        }
        ErrorKind::Io(error) => DataError::Io(error),
        ErrorKind::Utf8 { err, .. } => {
            CsvError::InvalidUtf8 { line, field: err.field() + 1 }.into()
        }
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            CsvError::RaggedRow { line, expected: expected_len, found: len }.into()
        }
        other => DataError::Io(std::io::Error::other(format!("{other:?}"))),
    }
}

#[derive(Debug, PartialEq)]
enum Declared {
    Nothing,
    Categorical,
}

/// Collects one column, as numbers or as codes by what it has seen so far.
#[derive(Debug)]
struct Builder {
    name: String,
    declared: Declared,
    numbers: Vec<f64>,
    codes: Vec<u32>,
    levels: Levels,
    missing: Vec<usize>,
    number: Seen,
    text: Seen,
    infinite: Seen,
}

/// How many values of a kind there were, and the first of them with its line.
#[derive(Debug, Default)]
struct Seen {
    count: usize,
    line: u64,
    first: String,
}

impl Seen {
    fn note(&mut self, line: u64, text: &str) {
        if self.count == 0 {
            self.line = line;
            text.clone_into(&mut self.first);
        }
        self.count += 1;
    }
}

impl Builder {
    fn new((declared, name): (Declared, String)) -> Self {
        Self {
            name,
            declared,
            numbers: Vec::new(),
            codes: Vec::new(),
            levels: Levels::default(),
            missing: Vec::new(),
            number: Seen::default(),
            text: Seen::default(),
            infinite: Seen::default(),
        }
    }

    fn push(&mut self, row: usize, line: u64, text: &str) -> Result<(), DataError> {
        if self.declared == Declared::Categorical {
            return self.push_level(row, text);
        }
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => {
                self.number.note(line, text);
                self.numbers.resize(row, 0.0);
                self.numbers.push(x);
                Ok(())
            }
            // "inf" is a bad number among numbers, and a level like any other among levels.
            Ok(_) => {
                self.infinite.note(line, text);
                self.push_level(row, text)
            }
            Err(_) => {
                self.text.note(line, text);
                self.push_level(row, text)
            }
        }
    }

    fn push_level(&mut self, row: usize, text: &str) -> Result<(), DataError> {
        let code = self.levels.intern(text)?;
        self.codes.resize(row, 0);
        self.codes.push(code);
        Ok(())
    }

    fn finish(mut self, rows: usize) -> Result<Column, DataError> {
        let numeric = self.declared == Declared::Nothing && self.text.count == 0;
        if numeric && self.number.count == 0 && self.infinite.count > 0 {
            return self.categorical(rows);
        }
        if numeric {
            if self.infinite.count > 0 {
                return Err(DataError::NonFinite {
                    place: Place::Line(self.infinite.line),
                    column: self.name,
                    value: self.infinite.first,
                });
            }
            self.numbers.resize(rows, 0.0);
            return Column::from_numbers(self.name, self.numbers, self.missing);
        }
        if self.number.count == 0 {
            return self.categorical(rows);
        }
        let (numbers, texts) = (self.number.count, self.text.count);
        let rarer = if numbers < texts { self.number } else { self.text };
        let (line, text) = (rarer.line, rarer.first);
        Err(CsvError::MixedColumn { column: self.name, line, text, numbers, texts }.into())
    }

    fn categorical(mut self, rows: usize) -> Result<Column, DataError> {
        self.codes.resize(rows, 0);
        Column::from_codes(self.name, self.codes, self.levels, self.missing)
    }
}
