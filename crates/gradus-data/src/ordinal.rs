//! Ordinal encoding: levels as 0, 1, 2, ….

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::encoder::fits;
use crate::{Column, ColumnKind, ColumnValues, DataError, Place};

/// Encodes the levels of a categorical column as 0, 1, 2, … in their order.
///
/// It suits levels that have one, such as sizes; between others it invents distances, and
/// indicators suit them better. A missing value becomes NaN, to be imputed.
///
/// ```
/// use gradus_data::{Column, OrdinalEncoder, UnseenCode};
///
/// let size = Column::categorical("size", [Some("S"), Some("L"), None, Some("M")])?;
/// let order = ["S", "M", "L"].map(str::to_owned).to_vec();
/// let encoder = OrdinalEncoder { levels: Some(order), unseen: UnseenCode::Error };
/// let fitted = encoder.fit(&size, &[0, 1, 2, 3])?;
/// let codes = fitted.encode(&size, &[0, 1, 3])?;
/// assert_eq!(codes, [0.0, 2.0, 1.0]);
/// assert_eq!(fitted.decode(&codes)?, [Some("S"), Some("L"), Some("M")]);
/// assert!(fitted.encode(&size, &[2])?[0].is_nan());
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `OrdinalEncoder`, but that levels which are all numbers are in the order
/// of their values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OrdinalEncoder {
    /// The levels in their order, also those that training does not show; by default those that it
    /// shows, by value if all are numbers, else in byte order.
    pub levels: Option<Vec<String>>,
    /// What becomes of another level; an error by default.
    pub unseen: UnseenCode,
}

/// What becomes of a level that has no code.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum UnseenCode {
    /// It is an error, which names the place and the known levels.
    #[default]
    Error,
    /// It becomes this number, such as −1.
    Code(f64),
    /// It becomes NaN, as a missing value does.
    Missing,
}

impl OrdinalEncoder {
    /// Takes the levels of a column from `rows`.
    ///
    /// # Errors
    /// [`DataError::ColumnKind`] for a numeric column; [`DataError::RowOutOfRange`],
    /// [`DataError::NoFitRows`]; [`DataError::EmptyColumn`] if all values are missing and no levels
    /// are given; [`DataError::DuplicateName`] if a level is given twice; [`DataError::UnseenLevel`]
    /// for a level in `rows` that is not among those given, under [`UnseenCode::Error`].
    pub fn fit(&self, column: &Column, rows: &[usize]) -> Result<FittedOrdinalEncoder, DataError> {
        crate::table::check_rows(rows, column.rows())?;
        if rows.is_empty() {
            return Err(DataError::NoFitRows);
        }
        let ColumnValues::Categorical { codes, levels } = column.values() else {
            return Err(kind(column));
        };
        let shown: Vec<String> = match &self.levels {
            Some(given) => given.clone(),
            None => {
                let mut seen = vec![false; levels.len()];
                for &row in rows.iter().filter(|&&row| !column.is_missing(row)) {
                    seen[codes[row] as usize] = true;
                }
                let shown = levels.iter().zip(seen).filter(|(_, seen)| *seen);
                shown.map(|(level, _)| level.clone()).collect()
            }
        };
        if shown.is_empty() {
            return Err(DataError::EmptyColumn { column: column.name().to_owned() });
        }
        let fitted = FittedOrdinalEncoder { levels: shown, unseen: self.unseen };
        let mut sorted: Vec<&String> = fitted.levels.iter().collect();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(DataError::DuplicateName { name: pair[0].clone() });
        }
        fitted.encode(column, rows)?;
        Ok(fitted)
    }
}

fn kind(column: &Column) -> DataError {
    DataError::ColumnKind {
        column: column.name().to_owned(),
        expected: ColumnKind::Categorical,
        found: column.kind(),
        advice: "treat it as categorical when reading",
    }
}

/// The levels that [`OrdinalEncoder::fit`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedOrdinalEncoder {
    levels: Vec<String>,
    unseen: UnseenCode,
}

impl FittedOrdinalEncoder {
    /// The levels, in the order of their codes.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The codes of the given rows; NaN where the value is missing.
    ///
    /// # Errors
    /// [`DataError::ColumnKind`] for a numeric column that holds a value;
    /// [`DataError::RowOutOfRange`]; [`DataError::UnseenLevel`] under [`UnseenCode::Error`].
    pub fn encode(&self, column: &Column, rows: &[usize]) -> Result<Vec<f64>, DataError> {
        crate::table::check_rows(rows, column.rows())?;
        if !fits(column, ColumnKind::Categorical) {
            return Err(kind(column));
        }
        let code_of = self.code_of();
        let code = |&row: &usize| match column.level(row) {
            None => Ok(f64::NAN),
            Some(level) => self.code(&code_of, level, column.name(), || Place::Row(row)),
        };
        rows.iter().map(code).collect()
    }

    pub(crate) fn code_of(&self) -> HashMap<&str, f64> {
        let levels = self.levels.iter().enumerate();
        levels.map(|(code, level)| (level.as_str(), code as f64)).collect()
    }

    pub(crate) fn code(
        &self,
        code_of: &HashMap<&str, f64>,
        level: &str,
        column: &str,
        place: impl Fn() -> Place,
    ) -> Result<f64, DataError> {
        match (code_of.get(level), self.unseen) {
            (Some(&code), _) | (None, UnseenCode::Code(code)) => Ok(code),
            (None, UnseenCode::Missing) => Ok(f64::NAN),
            (None, UnseenCode::Error) => Err(DataError::UnseenLevel {
                place: place(),
                column: column.to_owned(),
                level: level.to_owned(),
                known: self.levels.clone(),
            }),
        }
    }

    /// The levels of codes; `None` for NaN and for the code of unseen levels.
    ///
    /// # Errors
    /// [`DataError::NotACode`] for a number that is the code of no level.
    pub fn decode(&self, codes: &[f64]) -> Result<Vec<Option<&str>>, DataError> {
        let level = |(row, &code): (usize, &f64)| {
            let unseen = matches!(self.unseen, UnseenCode::Code(other) if other == code);
            let whole = code.fract() == 0.0 && code >= 0.0;
            let known = self.levels.get(code as usize).filter(|_| whole);
            match known {
                Some(level) => Ok(Some(level.as_str())),
                None if unseen || code.is_nan() => Ok(None),
                None => Err(DataError::NotACode { row, code, levels: self.levels.len() }),
            }
        };
        codes.iter().enumerate().map(level).collect()
    }
}
