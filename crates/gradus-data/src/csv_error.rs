//! What comma-separated text can get wrong.

use thiserror::Error;

/// Why a comma-separated text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CsvError {
    /// The delimiter cannot separate fields.
    #[error("{:?} cannot separate fields; use a character such as ',', ';' or tab", char::from(*.delimiter))]
    InvalidDelimiter {
        /// The delimiter as given.
        delimiter: u8,
    },
    /// The quotation mark and the delimiter are the same, or one cannot quote.
    #[error("{:?} cannot quote fields; use a character other than the delimiter, or none", char::from(*.quote))]
    InvalidQuote {
        /// The quotation mark as given.
        quote: u8,
    },
    /// Names were given for another number of columns than a text has.
    #[error("{names} name(s) were given and line {line} has {fields} field(s); name every column")]
    NameCount {
        /// The number of names.
        names: usize,
        /// The line of the first row, counted from 1.
        line: u64,
        /// The number of its fields.
        fields: usize,
    },
    /// A row has another number of fields than the first one.
    #[error("line {line}: {found} field(s) where the first row has {expected}")]
    RaggedRow {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The number of fields in the first row.
        expected: u64,
        /// The number of fields in the row.
        found: u64,
    },
    /// A field is not UTF-8.
    #[error("line {line}, field {field}: the bytes are not UTF-8; convert the file to UTF-8")]
    InvalidUtf8 {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The field, counted from 1.
        field: usize,
    },
    /// A field is longer than any number or name; perhaps a quotation mark is not closed.
    #[error(
        "line {line}, field {field}: more than {limit} bytes; close its quotation mark, or read \
         the text without quotes"
    )]
    FieldTooLong {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The field, counted from 1.
        field: usize,
        /// The bytes that a field may have.
        limit: usize,
    },
    /// The text ends within quotation marks.
    #[error(
        "line {line}: the quotation mark that opens a field here is never closed; close it, or read \
         the text without quotes"
    )]
    OpenQuote {
        /// The line of the quotation mark, counted from 1.
        line: u64,
    },
    /// A row is longer than any that is read; perhaps a quotation mark is not closed.
    #[error(
        "line {line}: the row that begins here has more than {limit} bytes; close its quotation \
         mark, or read the text without quotes"
    )]
    RecordTooLong {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The bytes that a row may have.
        limit: u64,
    },
    /// A field is text where only numbers are read.
    #[error(
        "line {line}, field {field} (column {column:?}): {text:?} is not a number; correct it, \
         declare it a missing value, or read the text as a table"
    )]
    NotANumber {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The field, counted from 1.
        field: usize,
        /// The column.
        column: String,
        /// The field's text, or its beginning.
        text: String,
    },
    /// A value is missing where only numbers are read.
    #[error(
        "line {line}, field {field} (column {column:?}): the value is missing; complete it, \
         remove the row, or read missing values as NaN"
    )]
    MissingNumber {
        /// The line on which the row begins, counted from 1.
        line: u64,
        /// The field, counted from 1.
        field: usize,
        /// The column.
        column: String,
    },
    /// A column of numbers holds text, or a column of text holds numbers.
    #[error(
        "column {column:?} mixes {numbers} number(s) and {texts} text(s): line {line} has {text:?}; \
         correct it, declare it a missing value, or treat the column as categorical"
    )]
    MixedColumn {
        /// The column.
        column: String,
        /// The line of the first value of the rarer kind (of text, if as rare as numbers).
        line: u64,
        /// That value.
        text: String,
        /// How many values are numbers.
        numbers: usize,
        /// How many values are text.
        texts: usize,
    },
}
