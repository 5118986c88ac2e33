//! How a delimited text is cut.

use std::collections::HashSet;

use crate::{CsvError, DataError};

/// How a text is cut into columns.
///
/// ```
/// use gradus_data::{CsvOptions, Header, read_csv_from};
///
/// let text = "1.5;'a;b'\n-999;c\n";
/// let options = CsvOptions {
///     delimiter: b';',
///     quote: Some(b'\''),
///     header: Header::Names(vec!["height".to_owned(), "kind".to_owned()]),
///     missing: vec!["-999".to_owned()],
///     ..CsvOptions::default()
/// };
/// let table = read_csv_from(text.as_bytes(), &options)?;
/// assert_eq!(table.column("height")?.missing(), [1]);
/// assert_eq!(table.column("kind")?.level(0), Some("a;b"));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// The byte between fields; a comma by default.
    pub delimiter: u8,
    /// The byte around fields that hold a delimiter, a line end or itself (then doubled); `"` by
    /// default. With `None` quotation marks are like any other text.
    pub quote: Option<u8>,
    /// Where the names of the columns are; in the first row by default.
    pub header: Header,
    /// The texts that stand for a missing value; by default the empty text, `NA`, `N/A`, `NaN`,
    /// `nan`, `null`, `NULL` and `?`.
    pub missing: Vec<String>,
    /// The columns to read as levels even where they hold numbers.
    pub categorical: Vec<String>,
}

/// Where the names of a text's columns are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Header {
    /// In the first row, which holds no data.
    #[default]
    FirstRow,
    /// Nowhere: the first row holds data, and the columns are called `x1`, `x2`, ….
    Absent,
    /// Here; the first row holds data.
    Names(Vec<String>),
}

impl Default for CsvOptions {
    fn default() -> Self {
        let missing = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            header: Header::FirstRow,
            missing: missing.map(str::to_owned).to_vec(),
            categorical: Vec::new(),
        }
    }
}

impl CsvOptions {
    /// Fails if the delimiter or the quotation mark cannot be one.
    pub(crate) fn check(&self) -> Result<(), DataError> {
        let delimiter = self.delimiter;
        if matches!(delimiter, b'"' | b'\r' | b'\n') || !delimiter.is_ascii() {
            return Err(CsvError::InvalidDelimiter { delimiter }.into());
        }
        match self.quote {
            Some(quote)
                if quote == delimiter || matches!(quote, b'\r' | b'\n') || !quote.is_ascii() =>
            {
                Err(CsvError::InvalidQuote { quote }.into())
            }
            _ => Ok(()),
        }
    }
}

impl Header {
    /// The names of the columns of a text whose first row, on `line`, is `first`.
    pub(crate) fn names(&self, first: &[&str], line: u64) -> Result<Vec<String>, DataError> {
        let names: Vec<String> = match self {
            Self::FirstRow => first.iter().map(|&name| name.to_owned()).collect(),
            Self::Absent => {
                return Ok((1..=first.len()).map(|field| format!("x{field}")).collect());
            }
            Self::Names(names) => {
                let (fields, given) = (first.len(), names.len());
                if fields != given {
                    return Err(CsvError::NameCount { names: given, line, fields }.into());
                }
                names.clone()
            }
        };
        let mut known = HashSet::new();
        for (index, name) in names.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(DataError::EmptyName { position: index + 1 });
            }
            if !known.insert(name) {
                return Err(DataError::DuplicateName { name: name.clone() });
            }
        }
        Ok(names)
    }
}
