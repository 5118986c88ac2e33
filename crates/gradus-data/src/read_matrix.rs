//! Matrices from comma-separated numbers.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::fields::{Fields, Next, count_lines};
use crate::growing::Growing;
use crate::line_starts::MOST_BYTES_OF_ROW;
use crate::{ColumnKind, CsvError, CsvOptions, DataError, Header, Place};

/// Numbers that are held row by row before they are put into columns.
const STAGED: usize = 1 << 14;
/// Characters of a wrong field that a message shows.
const SHOWN: usize = 60;

/// A matrix whose columns have names.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedMatrix<T: Scalar> {
    /// One row for each row of the text, one column for each of its columns.
    pub x: DMatrix<T>,
    /// The names of the columns.
    pub names: Vec<String>,
}

/// What becomes of missing values where only numbers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gaps {
    /// They are an error, which names the line and the column.
    #[default]
    Refuse,
    /// They become NaN.
    Nan,
}

/// Reads a file of numbers straight into a matrix; see [`read_matrix_from`].
///
/// The lines of a regular file are counted first, so that the matrix is allocated once and the
/// memory used is its own and a buffer's.
///
/// # Errors
/// [`DataError::InFile`], whose source is one of the errors of [`read_matrix_from`].
///
/// ```
/// use gradus_data::{CsvOptions, Gaps, read_matrix};
///
/// # let path = std::env::temp_dir().join("gradus-read-matrix.csv");
/// std::fs::write(&path, "a,b\n1,2\n3,4.5\n")?;
/// let read = read_matrix::<f32>(&path, &CsvOptions::default(), Gaps::Refuse)?;
/// assert_eq!(read.names, ["a", "b"]);
/// assert_eq!(read.x, nalgebra::dmatrix![1.0, 2.0; 3.0, 4.5]);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_matrix<T: Scalar>(
    path: impl AsRef<Path>,
    options: &CsvOptions,
    gaps: Gaps,
) -> Result<NamedMatrix<T>, DataError> {
    let path = path.as_ref();
    let read = || {
        let mut file = File::open(path)?;
        let mut rows = 0;
        if file.metadata()?.is_file() {
            rows = count_lines(&file)?;
            file.rewind()?;
        }
        read_rows(file, options, gaps, rows)
    };
    read().map_err(|error| error.in_file(path))
}

/// Reads numbers straight into a matrix, without a table between them.
///
/// What is understood is what [`read_csv_from`](crate::read_csv_from) understands, and numbers are
/// the same to the last bit; there are no levels. Memory stays below 1.3 times the matrix and some
/// hundred kilobytes.
///
/// # Errors
/// - [`CsvError::NotANumber`], [`CsvError::MissingNumber`] under [`Gaps::Refuse`],
///   [`DataError::NonFinite`] for infinities and what overflows `T`, each with its line and column;
/// - [`CsvError::InvalidUtf8`], [`CsvError::OpenQuote`], [`CsvError::FieldTooLong`] for more than a mebibyte,
///   [`CsvError::RecordTooLong`] for a first row of more than 64, [`CsvError::RaggedRow`], with the
///   line;
/// - [`DataError::ColumnKind`] if `options` declare a column categorical; the errors of names,
///   delimiters and quotes, and [`DataError::NoRows`], as in `read_csv_from`; [`DataError::Io`].
///
/// ```
/// use gradus_data::{CsvOptions, Gaps, Header, read_matrix_from};
///
/// let options = CsvOptions { header: Header::Absent, ..CsvOptions::default() };
/// let read = read_matrix_from::<f64>("1,NA\n3,4\n".as_bytes(), &options, Gaps::Nan)?;
/// assert!(read.x[(0, 1)].is_nan());
///
/// let wrong = read_matrix_from::<f64>("1,2\n3,four\n".as_bytes(), &options, Gaps::Nan);
/// let message = wrong.unwrap_err().to_string();
/// assert!(message.starts_with("line 2, field 2 (column \"x2\"): \"four\" is not a number"));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn read_matrix_from<T: Scalar>(
    reader: impl Read,
    options: &CsvOptions,
    gaps: Gaps,
) -> Result<NamedMatrix<T>, DataError> {
    read_rows(reader, options, gaps, 0)
}

/// `expected` rows are made room for.
fn read_rows<T: Scalar>(
    reader: impl Read,
    options: &CsvOptions,
    gaps: Gaps,
    expected: usize,
) -> Result<NamedMatrix<T>, DataError> {
    let mut rows = Rows::new(reader, options, gaps)?;
    let columns = rows.names.len();
    let expected = expected - usize::from(expected > 0 && options.header == Header::FirstRow);
    let mut matrix = Growing::with_rows(expected, columns)?;
    let height = (STAGED / columns.max(1)).max(1);
    let mut staged = Vec::with_capacity(height * columns);
    while rows.stage(&mut staged, height)? > 0 {
        matrix.append(&staged)?;
        staged.clear();
    }
    let x = matrix.into_matrix();
    if x.nrows() == 0 { Err(DataError::NoRows) } else { Ok(NamedMatrix { x, names: rows.names }) }
}

/// Reads numbers in blocks of rows, for texts larger than memory.
///
/// ```
/// use gradus_data::{CsvBlocks, CsvOptions, Gaps};
///
/// let text = "a,b\n1,2\n3,4\n5,6\n";
/// let mut blocks = CsvBlocks::<_, f64>::new(text.as_bytes(), &CsvOptions::default(), Gaps::Refuse)?;
/// assert_eq!(blocks.names(), ["a", "b"]);
/// let mut sum = nalgebra::RowDVector::zeros(2);
/// while let Some(block) = blocks.next_block(2)? {
///     sum += block.row_sum();
/// }
/// assert_eq!(sum.as_slice(), [9.0, 12.0]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug)]
pub struct CsvBlocks<R, T> {
    rows: Rows<R, T>,
    staged: Vec<T>,
}

impl<R: Read, T: Scalar> CsvBlocks<R, T> {
    /// Reads the names of the columns.
    ///
    /// # Errors
    /// Those of [`read_matrix_from`] that concern the options and the first row.
    pub fn new(reader: R, options: &CsvOptions, gaps: Gaps) -> Result<Self, DataError> {
        Ok(Self { rows: Rows::new(reader, options, gaps)?, staged: Vec::new() })
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.rows.names
    }

    /// The next `rows` rows, or those that are left; `None` when there are no more, or `rows` is 0.
    ///
    /// # Errors
    /// Those of [`read_matrix_from`].
    pub fn next_block(&mut self, rows: usize) -> Result<Option<DMatrix<T>>, DataError> {
        self.staged.clear();
        let count = self.rows.stage(&mut self.staged, rows)?;
        let columns = self.rows.names.len();
        Ok((count > 0).then(|| DMatrix::from_row_slice(count, columns, &self.staged)))
    }
}

/// The rows of numbers below the names.
#[derive(Debug)]
struct Rows<R, T> {
    fields: Fields<R>,
    names: Vec<String>,
    missing: Vec<String>,
    /// The numbers that stand for a missing value.
    codes: Vec<f64>,
    gaps: Gaps,
    /// The first row, if it holds data and is yet to be handed out.
    first: Option<Vec<T>>,
}

impl<R: Read, T: Scalar> Rows<R, T> {
    fn new(reader: R, options: &CsvOptions, gaps: Gaps) -> Result<Self, DataError> {
        options.check()?;
        let fields = Fields::new(reader, options);
        let missing = options.missing.clone();
        let numbers = missing.iter().filter_map(|token| token.trim().parse::<f64>().ok());
        let codes = numbers.filter(|code| code.is_finite()).collect();
        let mut rows = Self { fields, names: Vec::new(), missing, codes, gaps, first: None };
        let Some(line) = rows.fields.next_record()? else { return Err(DataError::NoRows) };
        let mut texts = Vec::new();
        let mut length = 0;
        loop {
            let next = rows.fields.read(line, texts.len() + 1)?;
            texts.push(rows.text(line, texts.len() + 1)?.to_owned());
            length += 1 + rows.fields.bytes().len() as u64;
            if length > MOST_BYTES_OF_ROW {
                return Err(CsvError::RecordTooLong { line, limit: MOST_BYTES_OF_ROW }.into());
            }
            if next == Next::Record {
                break;
            }
        }
        let first: Vec<&str> = texts.iter().map(String::as_str).collect();
        rows.names = options.header.names(&first, line)?;
        if let Some(column) = options.categorical.first() {
            return Err(DataError::ColumnKind {
                column: column.clone(),
                expected: ColumnKind::Numeric,
                found: ColumnKind::Categorical,
                advice: "read a table, and encode it",
            });
        }
        if options.header != Header::FirstRow {
            let row = texts.iter().enumerate();
            let row: Result<Vec<T>, DataError> =
                row.map(|(field, text)| rows.value(line, field, text)).collect();
            rows.first = Some(row?);
        }
        Ok(rows)
    }

    /// Appends up to `count` rows to `staged`; how many there were.
    fn stage(&mut self, staged: &mut Vec<T>, count: usize) -> Result<usize, DataError> {
        let mut done = 0;
        if count > 0
            && let Some(first) = self.first.take()
        {
            staged.extend(first);
            done = 1;
        }
        while done < count
            && let Some(line) = self.fields.next_record()?
        {
            self.row(line, staged)?;
            done += 1;
        }
        Ok(done)
    }

    fn row(&mut self, line: u64, staged: &mut Vec<T>) -> Result<(), DataError> {
        let columns = self.names.len();
        for field in 0..columns {
            let (value, next) = match self.fields.number(&self.codes) {
                Some((number, next)) => {
                    let value = T::of(number);
                    if !value.to_f64().is_finite() {
                        return Err(self.non_finite(line, field, number.to_string()));
                    }
                    (value, next)
                }
                None => self.unusual(line, field)?,
            };
            staged.push(value);
            if (next == Next::Record) != (field + 1 == columns) {
                return Err(self.ragged(line, field + 1, next));
            }
        }
        Ok(())
    }

    /// The next field where it is not simply a number.
    #[cold]
    fn unusual(&mut self, line: u64, field: usize) -> Result<(T, Next), DataError> {
        let next = self.fields.read(line, field + 1)?;
        let text = self.text(line, field + 1)?;
        Ok((self.value(line, field, text)?, next))
    }

    fn text(&self, line: u64, field: usize) -> Result<&str, DataError> {
        std::str::from_utf8(self.fields.bytes())
            .map(str::trim)
            .map_err(|_| CsvError::InvalidUtf8 { line, field }.into())
    }

    fn value(&self, line: u64, field: usize, text: &str) -> Result<T, DataError> {
        let name = || (line, field + 1, self.names[field].clone());
        if self.missing.iter().any(|token| token == text) {
            return match self.gaps {
                Gaps::Nan => Ok(T::of(f64::NAN)),
                Gaps::Refuse => {
                    let (line, field, column) = name();
                    Err(CsvError::MissingNumber { line, field, column }.into())
                }
            };
        }
        match text.parse::<f64>().map(T::of) {
            Ok(value) if value.to_f64().is_finite() => Ok(value),
            Ok(_) => Err(self.non_finite(line, field, text.to_owned())),
            Err(_) => {
                let (line, field, column) = name();
                let text = text.chars().take(SHOWN).collect();
                Err(CsvError::NotANumber { line, field, column, text }.into())
            }
        }
    }

    fn non_finite(&self, line: u64, field: usize, text: String) -> DataError {
        let value = if text.parse::<f64>().is_ok_and(f64::is_finite) {
            format!("{text} as {}", T::NAME)
        } else {
            text
        };
        let column = self.names[field].clone();
        DataError::NonFinite { place: Place::Line(line), column, value }
    }

    /// Counts the fields of a row that has too few or too many; `read` of them are read.
    #[cold]
    fn ragged(&mut self, line: u64, read: usize, mut next: Next) -> DataError {
        let mut found = read;
        while next == Next::Field {
            found += 1;
            next = match self.fields.read(line, found) {
                Ok(next) => next,
                Err(error) => return error,
            };
        }
        let (expected, found) = (self.names.len() as u64, found as u64);
        CsvError::RaggedRow { line, expected, found }.into()
    }
}
