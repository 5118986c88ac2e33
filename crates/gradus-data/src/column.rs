//! A named, typed column with its missing values.

use std::collections::HashMap;
use std::fmt;

use crate::{DataError, Place};

/// A named column of numbers or of levels, some of which may be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    name: String,
    values: ColumnValues,
    missing: Vec<usize>,
}

/// The values of a [`Column`]; where one is missing, a number is 0 and a code is 0.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues {
    /// Finite numbers.
    Numeric(Vec<f64>),
    /// Row i has the level `levels[codes[i]]`.
    Categorical {
        /// The index of each row's level.
        codes: Vec<u32>,
        /// The distinct levels: by value if all of them are numbers, else in byte order.
        levels: Vec<String>,
    },
}

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Numeric,
    /// One of a finite set of levels.
    Categorical,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Numeric => "numeric",
            Self::Categorical => "categorical",
        })
    }
}

impl Column {
    /// A numeric column; `None` is a missing value.
    ///
    /// # Errors
    /// [`DataError::NonFinite`] for an infinity or a NaN (a missing value is `None`, never NaN);
    /// [`DataError::EmptyName`] for an empty name.
    ///
    /// ```
    /// use gradus_data::Column;
    ///
    /// let height = Column::numeric("height", [Some(1.7), None, Some(1.8)])?;
    /// assert_eq!(height.number(0), Some(1.7));
    /// assert_eq!(height.missing(), [1]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn numeric(
        name: impl Into<String>,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Result<Self, DataError> {
        let name = name.into();
        let mut numbers = Vec::new();
        let mut missing = Vec::new();
        for (row, value) in values.into_iter().enumerate() {
            match value {
                Some(x) if !x.is_finite() => {
                    let place = Place::Row(row);
                    return Err(DataError::NonFinite { place, column: name, value: x.to_string() });
                }
                Some(x) => numbers.push(x),
                None => {
                    missing.push(row);
                    numbers.push(0.0);
                }
            }
        }
        Self::from_numbers(name, numbers, missing)
    }

    /// A categorical column; `None` is a missing value. The levels are the distinct texts.
    ///
    /// # Errors
    /// [`DataError::EmptyName`] for an empty name; [`DataError::TooManyRows`] if the codes do not
    /// fit in 32 bits.
    ///
    /// ```
    /// use gradus_data::Column;
    ///
    /// let colour = Column::categorical("colour", [Some("red"), Some("blue"), None, Some("red")])?;
    /// assert_eq!(colour.level(0), Some("red"));
    /// assert_eq!(colour.level(2), None);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn categorical<'a>(
        name: impl Into<String>,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<Self, DataError> {
        let mut levels = Levels::default();
        let mut codes = Vec::new();
        let mut missing = Vec::new();
        for (row, value) in values.into_iter().enumerate() {
            if let Some(text) = value {
                codes.push(levels.intern(text)?);
            } else {
                missing.push(row);
                codes.push(0);
            }
        }
        Self::from_codes(name.into(), codes, levels, missing)
    }

    /// `numbers` are finite, and 0 where `missing` (ascending).
    pub(crate) fn from_numbers(
        name: String,
        numbers: Vec<f64>,
        missing: Vec<usize>,
    ) -> Result<Self, DataError> {
        Self::checked(name, ColumnValues::Numeric(numbers), missing)
    }

    /// `codes` come from `levels`, and are 0 where `missing` (ascending).
    pub(crate) fn from_codes(
        name: String,
        mut codes: Vec<u32>,
        levels: Levels,
        missing: Vec<usize>,
    ) -> Result<Self, DataError> {
        let (levels, new_code) = levels.sorted();
        if !levels.is_empty() {
            for code in &mut codes {
                *code = new_code[*code as usize];
            }
            for &row in &missing {
                codes[row] = 0;
            }
        }
        Self::checked(name, ColumnValues::Categorical { codes, levels }, missing)
    }

    fn checked(name: String, values: ColumnValues, missing: Vec<usize>) -> Result<Self, DataError> {
        if name.trim().is_empty() {
            return Err(DataError::EmptyName { position: 1 });
        }
        Ok(Self { name, values, missing })
    }

    /// The column's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        match &self.values {
            ColumnValues::Numeric(numbers) => numbers.len(),
            ColumnValues::Categorical { codes, .. } => codes.len(),
        }
    }

    /// Whether the column holds numbers or levels.
    pub fn kind(&self) -> ColumnKind {
        match self.values {
            ColumnValues::Numeric(_) => ColumnKind::Numeric,
            ColumnValues::Categorical { .. } => ColumnKind::Categorical,
        }
    }

    /// The values, with 0 in the rows that [`missing`](Self::missing) lists.
    pub fn values(&self) -> &ColumnValues {
        &self.values
    }

    /// The rows whose value is missing, ascending.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// Whether the value of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        !self.missing.is_empty() && self.missing.binary_search(&row).is_ok()
    }

    /// The number in a row; `None` if it is missing, past the end, or the column is categorical.
    pub fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            ColumnValues::Numeric(numbers) if !self.is_missing(row) => numbers.get(row).copied(),
            _ => None,
        }
    }

    /// The level in a row; `None` if it is missing, past the end, or the column is numeric.
    pub fn level(&self, row: usize) -> Option<&str> {
        match &self.values {
            ColumnValues::Categorical { codes, levels } if !self.is_missing(row) => {
                codes.get(row).and_then(|&code| levels.get(code as usize)).map(String::as_str)
            }
            _ => None,
        }
    }
}

/// The distinct texts of a column, numbered in the order of their first appearance.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    code_of: HashMap<String, u32>,
}

impl Levels {
    pub(crate) fn intern(&mut self, text: &str) -> Result<u32, DataError> {
        if let Some(&code) = self.code_of.get(text) {
            return Ok(code);
        }
        let count = self.code_of.len();
        let code = u32::try_from(count).map_err(|_| DataError::TooManyRows { rows: count })?;
        self.code_of.insert(text.to_owned(), code);
        Ok(code)
    }

    /// The texts in order, and the place in that order of each code.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut old: Vec<(String, u32)> = self.code_of.into_iter().collect();
        old.sort_unstable_by_key(|&(_, code)| code);
        let mut levels: Vec<String> = old.iter().map(|(text, _)| text.clone()).collect();
        sort_labels(&mut levels);
        let place: HashMap<&str, u32> =
            levels.iter().zip(0..).map(|(text, code)| (text.as_str(), code)).collect();
        let new_code = old.iter().map(|(text, _)| place[text.as_str()]).collect();
        (levels, new_code)
    }
}

/// Sorts by value if every label is a finite number, else in byte order.
pub(crate) fn sort_labels(labels: &mut [String]) {
    let number = |label: &String| label.parse::<f64>().ok().filter(|x| x.is_finite());
    if labels.iter().all(|label| number(label).is_some()) {
        labels.sort_by(|a, b| {
            let by_value = number(a).unwrap_or(0.0).total_cmp(&number(b).unwrap_or(0.0));
            by_value.then_with(|| a.cmp(b))
        });
    } else {
        labels.sort_unstable();
    }
}
