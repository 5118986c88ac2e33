//! Imputation: something in the place of what is missing.

use std::collections::BTreeMap;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::quantile::median;
use crate::scale::sum;

/// Puts a value in the place of each NaN of a matrix, learned from the column's other values; fit it
/// on training rows only.
///
/// A column without any value in training has nothing to learn from: that is an error, unless
/// the fill is a constant. A column that is complete in training is filled all the same later on.
///
/// ```
/// use gradus_data::{Fill, Imputer, Indicators};
/// use nalgebra::dmatrix;
///
/// let train = dmatrix![1.0, 7.0; f64::NAN, 8.0; 5.0, 9.0; 9.0, 9.0];
/// let imputer = Imputer { fill: Fill::Median, indicators: Indicators::WhereMissing };
/// let fitted = imputer.fit(&train)?;
/// let filled = fitted.transform(&train)?;
/// assert_eq!(filled, dmatrix![1.0, 7.0, 0.0; 5.0, 8.0, 1.0; 5.0, 9.0, 0.0; 9.0, 9.0, 0.0]);
/// assert!(fitted.inverse(&filled)?[(1, 0)].is_nan());
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `SimpleImputer`, which drops a column without values by default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Imputer {
    /// What takes the place of a missing value; the mean by default.
    pub fill: Fill,
    /// Whether further columns tell where a value was missing; none by default.
    pub indicators: Indicators,
}

/// What takes the place of a missing value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Fill {
    /// The mean of the column.
    #[default]
    Mean,
    /// The median of the column.
    Median,
    /// The most frequent value or level of the column; of equally frequent ones the smallest value,
    /// or the first level in order.
    MostFrequent,
    /// A number.
    Number(f64),
    /// A level, which need not occur: `missing` makes the gaps a level of their own.
    Level(String),
}

/// Whether further columns tell where a value was missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Indicators {
    /// There are none.
    #[default]
    None,
    /// One behind the others for each column that lacks a value in training: 1 where the value is
    /// missing, else 0.
    WhereMissing,
}

impl Imputer {
    /// Takes the fill of each column of x (m×n, m ≥ 1), in which NaN is missing.
    ///
    /// # Errors
    /// [`DataError::NoFitRows`]; [`DataError::EmptyColumn`] for a column without a value;
    /// [`DataError::NotScalable`] if a column holds an infinity, or its mean overflows;
    /// [`DataError::WrongFill`] for a level or a number that is not finite.
    pub fn fit<T: Scalar>(&self, x: &DMatrix<T>) -> Result<FittedImputer, DataError> {
        let height = x.nrows();
        if height == 0 {
            return Err(DataError::NoFitRows);
        }
        let columns = x.as_slice().chunks_exact(height).enumerate();
        let fills: Result<Vec<f64>, DataError> = columns
            .map(|(index, column)| {
                let present: Vec<f64> =
                    column.iter().map(|x| x.to_f64()).filter(|x| !x.is_nan()).collect();
                self.fill.number(present, &index.to_string())
            })
            .collect();
        let gaps = |index: &usize| x.column(*index).iter().any(|x| x.to_f64().is_nan());
        let indicators = match self.indicators {
            Indicators::None => Vec::new(),
            Indicators::WhereMissing => (0..x.ncols()).filter(gaps).map(|j| j as u32).collect(),
        };
        Ok(FittedImputer { fills: fills?, indicators })
    }
}

impl Fill {
    /// The fill of a column with these values.
    pub(crate) fn number(&self, mut present: Vec<f64>, column: &str) -> Result<f64, DataError> {
        let wrong = || {
            let (column, fill) = (column.to_owned(), self.clone());
            DataError::WrongFill { column, fill, advice: "take a finite number, or a statistic" }
        };
        match self {
            Self::Number(number) if number.is_finite() => return Ok(*number),
            Self::Number(_) | Self::Level(_) => return Err(wrong()),
            _ if present.is_empty() => {
                return Err(DataError::EmptyColumn { column: column.to_owned() });
            }
            _ => {}
        }
        let fill = match self {
            Self::Median => {
                present.sort_unstable_by(f64::total_cmp);
                median(&present)
            }
            Self::MostFrequent => most_frequent(&present),
            _ => sum(present.iter().copied()) / present.len() as f64,
        };
        let finite = fill.is_finite() && present.iter().all(|x| x.is_finite());
        let column = || column.to_owned();
        if finite { Ok(fill) } else { Err(DataError::NotScalable { column: column() }) }
    }

    /// The fill of a column with these levels, of which each row names one.
    pub(crate) fn level(
        &self,
        counts: &BTreeMap<u32, usize>,
        levels: &[String],
        column: &str,
    ) -> Result<String, DataError> {
        match self {
            Self::Level(level) => Ok(level.clone()),
            Self::MostFrequent => {
                let best = counts.iter().rev().max_by_key(|&(_, count)| count);
                best.map(|(&code, _)| levels[code as usize].clone())
                    .ok_or_else(|| DataError::EmptyColumn { column: column.to_owned() })
            }
            _ => Err(DataError::WrongFill {
                column: column.to_owned(),
                fill: self.clone(),
                advice: "its values are levels: take a level, or the most frequent one",
            }),
        }
    }
}

impl std::fmt::Display for Fill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mean => f.write_str("the mean"),
            Self::Median => f.write_str("the median"),
            Self::MostFrequent => f.write_str("the most frequent value"),
            Self::Number(number) => write!(f, "the number {number}"),
            Self::Level(level) => write!(f, "the level {level:?}"),
        }
    }
}

/// Of at least one value, the smallest of the most frequent.
fn most_frequent(values: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = values.iter().map(|x| x + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a == b);
    let longest = runs.rev().max_by_key(|run| run.len());
    longest.map_or(f64::NAN, |run| run[0])
}

/// The fills that [`Imputer::fit`] found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedImputer {
    pub(crate) fills: Vec<f64>,
    /// The columns with an indicator.
    pub(crate) indicators: Vec<u32>,
}

impl FittedImputer {
    /// The fill of each column.
    pub fn fills(&self) -> &[f64] {
        &self.fills
    }

    /// The indices of the columns that have an indicator, in the order of the indicators.
    pub fn indicators(&self) -> Vec<usize> {
        self.indicators.iter().map(|&index| index as usize).collect()
    }

    /// x with each NaN filled, and the indicators behind its columns.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has another number of columns than was fitted.
    pub fn transform<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        let (rows, columns) = x.shape();
        self.check_columns(columns, self.fills.len())?;
        let filled = |i: usize, j: usize| {
            let value = x[(i, j)];
            if value.to_f64().is_nan() { T::of(self.fills[j]) } else { value }
        };
        let missing = |i: usize, column: u32| x[(i, column as usize)].to_f64().is_nan();
        Ok(DMatrix::from_fn(rows, columns + self.indicators.len(), |i, j| {
            match self.indicators.get(j.wrapping_sub(columns)) {
                Some(&column) if j >= columns => T::of(f64::from(u8::from(missing(i, column)))),
                _ => filled(i, j),
            }
        }))
    }

    /// Undoes [`transform`](Self::transform) where an indicator tells what was missing; fills of
    /// columns without an indicator stay.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if `filled` does not have the columns that `transform` makes.
    pub fn inverse<T: Scalar>(&self, filled: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        let columns = self.fills.len();
        self.check_columns(filled.ncols(), columns + self.indicators.len())?;
        let mut x = filled.columns(0, columns).into_owned();
        for (place, &column) in self.indicators.iter().enumerate() {
            for i in 0..x.nrows() {
                if filled[(i, columns + place)] != T::zero() {
                    x[(i, column as usize)] = T::of(f64::NAN);
                }
            }
        }
        Ok(x)
    }

    fn check_columns(&self, found: usize, expected: usize) -> Result<(), DataError> {
        if found == expected { Ok(()) } else { Err(DataError::ColumnCount { expected, found }) }
    }
}
