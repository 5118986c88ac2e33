//! The column to predict: classes or values.

use std::collections::{BTreeSet, HashMap};

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::column::sort_labels;
use crate::encoder::fits;
use crate::{Column, ColumnKind, ColumnValues, DataError, Table, Targets};

/// The most distinct integers that [`Task::Auto`] takes for classes.
const MOST_INTEGER_CLASSES: usize = 20;
/// The fewest rows a class, on average, with which [`Task::Auto`] takes integers for classes.
const ROWS_PER_INTEGER_CLASS: usize = 5;

/// Whether the target is a class or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Task {
    /// As the column suggests: a categorical column holds classes; a numeric one holds classes
    /// if all its values are integers and it has at most 2 distinct ones, or at most 20 with five
    /// rows each on average; else values.
    #[default]
    Auto,
    /// Classes; distinct numbers are distinct classes.
    Classification,
    /// Values.
    Regression,
}

/// The choice of a target column.
///
/// Labels are sorted by value if all are numbers, else in byte order. Values are not scaled here:
/// [`Standardizer`](crate::Standardizer) does that, and undoes it for predictions.
///
/// ```
/// use gradus_data::{Target, Targets, Task, iris};
///
/// let table = iris();
/// let rows: Vec<usize> = (0..table.rows()).collect();
/// let target = Target { column: "species".to_owned(), task: Task::Auto }.fit(&table, &rows)?;
/// assert_eq!(target.labels().unwrap(), ["setosa", "versicolor", "virginica"]);
/// let Targets::Classes { codes, .. } = target.encode::<f32>(&table, &[0, 50, 149])? else {
///     unreachable!("the target has labels");
/// };
/// assert_eq!(codes, [0, 1, 2]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name of the column.
    pub column: String,
    /// Whether it holds classes or values.
    pub task: Task,
}

impl Target {
    /// Decides between classes and values from the given rows, and collects the labels.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], [`DataError::RowOutOfRange`], [`DataError::NoFitRows`];
    /// [`DataError::MissingTarget`] if a value is missing in `rows`; [`DataError::OneClass`];
    /// [`DataError::ColumnKind`] if values are asked for and the column is categorical.
    pub fn fit(&self, table: &Table, rows: &[usize]) -> Result<FittedTarget, DataError> {
        let column = table.column(&self.column)?;
        table.check_rows(rows)?;
        refuse_missing(column, rows)?;
        if rows.is_empty() {
            return Err(DataError::NoFitRows);
        }
        if column.kind() == ColumnKind::Categorical && self.task == Task::Regression {
            return Err(DataError::ColumnKind {
                column: self.column.clone(),
                expected: ColumnKind::Numeric,
                found: ColumnKind::Categorical,
                advice: "choose classification, or another target",
            });
        }
        let mut labels: Vec<String> = match column.values() {
            ColumnValues::Categorical { codes, levels } => {
                let seen: BTreeSet<u32> = rows.iter().map(|&row| codes[row]).collect();
                seen.into_iter().map(|code| levels[code as usize].clone()).collect()
            }
            ColumnValues::Numeric(numbers) => {
                let seen: BTreeSet<u64> = rows.iter().map(|&row| key(numbers[row])).collect();
                if !self.takes_as_classes(&seen, rows.len()) {
                    let kind = TargetKind::Values;
                    return Ok(FittedTarget { column: self.column.clone(), kind });
                }
                seen.into_iter().map(|bits| label(f64::from_bits(bits))).collect()
            }
        };
        sort_labels(&mut labels);
        if let [label] = &labels[..] {
            let (column, label) = (self.column.clone(), label.clone());
            return Err(DataError::OneClass { column, label });
        }
        Ok(FittedTarget { column: self.column.clone(), kind: TargetKind::Classes { labels } })
    }

    fn takes_as_classes(&self, distinct: &BTreeSet<u64>, rows: usize) -> bool {
        match self.task {
            Task::Classification => true,
            Task::Regression => false,
            Task::Auto => {
                let count = distinct.len();
                let plausible = count <= 2
                    || (count <= MOST_INTEGER_CLASSES && count * ROWS_PER_INTEGER_CLASS <= rows);
                plausible && distinct.iter().all(|&bits| f64::from_bits(bits).fract() == 0.0)
            }
        }
    }
}

/// A target column whose kind and labels are known: saved with the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FittedTarget {
    column: String,
    kind: TargetKind,
}

/// The kind of a fitted target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum TargetKind {
    Classes { labels: Vec<String> },
    Values,
}

impl FittedTarget {
    /// The name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The labels of the classes, in the order of their codes; `None` if the target is a value.
    pub fn labels(&self) -> Option<&[String]> {
        match &self.kind {
            TargetKind::Classes { labels } => Some(labels),
            TargetKind::Values => None,
        }
    }

    /// The same with `label` as the last class: of two, the one whose probability is modelled.
    ///
    /// # Errors
    /// [`DataError::UnknownReference`] if there is no such class.
    ///
    /// ```
    /// use gradus_data::{Target, Task, breast_cancer};
    ///
    /// let target = Target { column: "diagnosis".to_owned(), task: Task::Auto };
    /// let fitted = target.fit(&breast_cancer(), &[0, 20])?;
    /// assert_eq!(fitted.labels().unwrap(), ["benign", "malignant"]);
    /// assert_eq!(fitted.with_last("benign")?.labels().unwrap(), ["malignant", "benign"]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn with_last(mut self, label: &str) -> Result<Self, DataError> {
        let labels = match &mut self.kind {
            TargetKind::Classes { labels } => &mut labels[..],
            TargetKind::Values => &mut [],
        };
        match labels.iter().position(|known| known == label) {
            Some(place) => labels[place..].rotate_left(1),
            None => {
                let (column, level, known) = (self.column, label.to_owned(), labels.to_vec());
                return Err(DataError::UnknownReference { column, level, known });
            }
        }
        Ok(self)
    }

    /// The targets of the given rows of any table that has the column.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], [`DataError::RowOutOfRange`], [`DataError::MissingTarget`];
    /// [`DataError::UnseenClass`] for a class that was not fitted; [`DataError::ColumnKind`] if
    /// values are expected and the column is categorical; [`DataError::NonFinite`] if a value
    /// overflows `T`.
    pub fn encode<T: Scalar>(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<Targets<T>, DataError> {
        let column = table.column(&self.column)?;
        table.check_rows(rows)?;
        refuse_missing(column, rows)?;
        match &self.kind {
            TargetKind::Values => encode_values(table, column, rows),
            TargetKind::Classes { labels } => encode_classes(table, column, rows, labels),
        }
    }
}

fn refuse_missing(column: &Column, rows: &[usize]) -> Result<(), DataError> {
    let count = rows.iter().filter(|&&row| column.is_missing(row)).count();
    if count == 0 {
        Ok(())
    } else {
        Err(DataError::MissingTarget { column: column.name().to_owned(), count })
    }
}

fn encode_values<T: Scalar>(
    table: &Table,
    column: &Column,
    rows: &[usize],
) -> Result<Targets<T>, DataError> {
    if !fits(column, ColumnKind::Numeric) {
        return Err(DataError::ColumnKind {
            column: column.name().to_owned(),
            expected: ColumnKind::Numeric,
            found: column.kind(),
            advice: "correct its values",
        });
    }
    let mut values = Vec::with_capacity(rows.len());
    for &row in rows {
        let value = column.number(row).unwrap_or(f64::NAN);
        let converted = T::of(value);
        if !converted.to_f64().is_finite() {
            return Err(DataError::NonFinite {
                place: table.place(row),
                column: column.name().to_owned(),
                value: format!("{value} as {}", T::NAME),
            });
        }
        values.push(converted);
    }
    Ok(Targets::Values(DMatrix::from_vec(rows.len(), 1, values)))
}

fn encode_classes<T: Scalar>(
    table: &Table,
    column: &Column,
    rows: &[usize],
    labels: &[String],
) -> Result<Targets<T>, DataError> {
    let code_of: HashMap<&str, u32> = labels.iter().map(String::as_str).zip(0..).collect();
    let mut codes = Vec::with_capacity(rows.len());
    for &row in rows {
        let text = match column.number(row) {
            Some(number) => label(number),
            None => column.level(row).unwrap_or_default().to_owned(),
        };
        let code = code_of.get(text.as_str()).ok_or_else(|| DataError::UnseenClass {
            place: table.place(row),
            column: column.name().to_owned(),
            label: text.clone(),
            known: labels.to_vec(),
        })?;
        codes.push(*code);
    }
    Ok(Targets::Classes { codes, labels: labels.to_vec() })
}

/// Tells numbers apart, but not 0 from −0.
fn key(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// The label of a class given by a number: its shortest form, `3` for 3.0.
fn label(number: f64) -> String {
    (number + 0.0).to_string()
}
