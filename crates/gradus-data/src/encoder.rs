//! From a table's columns to a matrix of features: the choices, and their fit.

use std::collections::{BTreeMap, HashSet};

use crate::fitted_encoder::{ColumnScaling, FittedColumn, FittedEncoder};
use crate::scale::{Extent, Moments, sum};
use crate::{Column, ColumnKind, ColumnValues, DataError, MinMax, Standardizer, Table};

/// Turns the columns of a table into features: numbers are scaled, levels become indicators.
///
/// - A numeric column becomes one feature, scaled by [`Scaling`].
/// - A categorical column with k levels becomes k features of 0 and 1, in the order of its
///   levels, named `column=level`; or k − 1, without that of a reference level ([`Coding`]). They
///   are not scaled.
///
/// What is learned (levels, imputed values, means, deviations) is learned from the training rows
/// alone.
///
/// ```
/// use gradus_data::{CsvOptions, Encoder, Missing, read_csv_from};
/// use nalgebra::DMatrix;
///
/// let text = "age,colour,bought\n20,red,no\n40,blue,yes\n?,red,no\n";
/// let table = read_csv_from(text.as_bytes(), &CsvOptions::default())?;
/// let encoder = Encoder { missing: Missing::Drop, ..Encoder::default() };
/// let usable = encoder.usable_rows(&table, "bought")?;
/// assert_eq!((&usable.rows[..], &usable.dropped[..]), (&[0, 1][..], &[2][..]));
///
/// let fitted = encoder.fit(&table, "bought", &usable.rows)?;
/// assert_eq!(fitted.feature_names(), ["age", "colour=blue", "colour=red"]);
/// let x: DMatrix<f32> = fitted.transform(&table, &usable.rows)?;
/// assert_eq!(x, DMatrix::from_row_slice(2, 3, &[-1.0, 0.0, 1.0, 1.0, 1.0, 0.0]));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Like scikit-learn's `ColumnTransformer` of `SimpleImputer`, `StandardScaler` and
/// `OneHotEncoder`, with columns found by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoder {
    /// What becomes of missing values; an error by default.
    pub missing: Missing,
    /// How numeric columns are scaled; standardised with divisor m by default.
    pub scaling: Scaling,
    /// What becomes of a level that training did not show; an error by default.
    pub unseen: Unseen,
    /// Which levels of a categorical column get an indicator; all by default.
    pub coding: Coding,
    /// Columns that are no features, such as identifiers.
    pub ignore: Vec<String>,
    /// The largest number of levels that a categorical column may have; 1,000 by default.
    pub max_levels: usize,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            missing: Missing::Error,
            scaling: Scaling::Standardize(Standardizer::default()),
            unseen: Unseen::Error,
            coding: Coding::OneHot,
            ignore: Vec::new(),
            max_levels: 1000,
        }
    }
}

/// What becomes of missing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Missing {
    /// They are an error, which counts them by column.
    #[default]
    Error,
    /// Rows with any missing value are dropped; [`UsableRows::dropped`] lists them.
    Drop,
    /// The mean of a numeric column, the most frequent level of a categorical one (the first in
    /// order among equals) take their place. Targets are never imputed.
    Impute,
}

/// What becomes of a level that the training rows did not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Unseen {
    /// It is an error, which names the place and the known levels.
    #[default]
    Error,
    /// All indicators of the column are 0. Under [`Coding::Treatment`] that is the reference
    /// level, for which the unseen one is then taken.
    Zeros,
}

/// Which levels of a categorical column get an indicator.
///
/// With an intercept the k indicators of a column are collinear, for they sum to 1. A penalised
/// model or a network does not mind; the coefficients of a model without a penalty are determined
/// only if one level, the reference, has none. Each coefficient then compares its level with it.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use gradus_data::{Coding, Column, Encoder, Table};
/// use nalgebra::DMatrix;
///
/// let table = Table::new(vec![
///     Column::categorical("dose", [Some("none"), Some("high"), Some("low")])?,
///     Column::numeric("y", [Some(1.0), Some(2.0), Some(3.0)])?,
/// ])?;
/// let references = BTreeMap::from([("dose".to_owned(), "none".to_owned())]);
/// let encoder = Encoder { coding: Coding::Treatment { references }, ..Encoder::default() };
/// let fitted = encoder.fit(&table, "y", &[0, 1, 2])?;
/// assert_eq!(fitted.feature_names(), ["dose=high", "dose=low"]);
/// let x: DMatrix<f64> = fitted.transform(&table, &[0, 1, 2])?;
/// assert_eq!(x, DMatrix::from_row_slice(3, 2, &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0]));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// `Treatment` is R's `contr.treatment` and patsy's `Treatment`, but for the order of the levels,
/// which is by value where all of them are numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Coding {
    /// Every level.
    #[default]
    OneHot,
    /// Every level but a reference: the one named for the column, else the first that the rows
    /// fitted on show.
    Treatment {
        /// The reference level by column.
        references: BTreeMap<String, String>,
    },
}

/// How numeric columns are scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// Not at all.
    None,
    /// To mean 0 and standard deviation 1, after imputation.
    Standardize(Standardizer),
    /// Onto an interval.
    MinMax(MinMax),
}

/// The rows that a policy for missing values keeps, and those it drops; both ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsableRows {
    /// The rows to work with.
    pub rows: Vec<usize>,
    /// The rows dropped for a missing value.
    pub dropped: Vec<usize>,
}

impl Encoder {
    /// Applies the policy for missing values to all rows, before they are split.
    ///
    /// # Errors
    /// [`DataError::MissingValues`] or [`DataError::MissingTarget`] under [`Missing::Error`];
    /// [`DataError::AllRowsDropped`] under [`Missing::Drop`]; [`DataError::MissingTarget`] under
    /// [`Missing::Impute`]; [`DataError::UnknownColumn`], [`DataError::NoFeatures`].
    pub fn usable_rows(&self, table: &Table, target: &str) -> Result<UsableRows, DataError> {
        let features = self.features(table, target)?;
        usable_rows(table, &features, Some(table.column(target)?), self.missing)
    }

    /// Learns the encoding of every column but the target and the ignored ones from `rows`.
    ///
    /// # Errors
    /// [`DataError::NoFitRows`], [`DataError::RowOutOfRange`], [`DataError::UnknownColumn`],
    /// [`DataError::NoFeatures`]; [`DataError::MissingValues`] if a value is missing in `rows`
    /// and not imputed; [`DataError::EmptyColumn`] if there is nothing to impute from;
    /// [`DataError::TooManyLevels`]; [`DataError::NotScalable`]; [`DataError::InvalidRange`].
    /// Under [`Coding::Treatment`], [`DataError::OneLevel`] for a column whose rows show a single
    /// level, and [`DataError::UnknownReference`] or [`DataError::ColumnKind`] for a reference that
    /// is none of a categorical column's levels.
    pub fn fit(
        &self,
        table: &Table,
        target: &str,
        rows: &[usize],
    ) -> Result<FittedEncoder, DataError> {
        let features = self.features(table, target)?;
        if rows.is_empty() {
            return Err(DataError::NoFitRows);
        }
        table.check_rows(rows)?;
        if self.missing != Missing::Impute {
            refuse_missing(&features, rows)?;
        }
        self.check_references(&features)?;
        let columns: Result<Vec<FittedColumn>, DataError> = features
            .iter()
            .map(|column| match column.values() {
                ColumnValues::Numeric(_) => self.fit_numeric(column, rows),
                ColumnValues::Categorical { codes, levels } => {
                    self.fit_categorical(column, codes, levels, rows)
                }
            })
            .collect();
        Ok(FittedEncoder {
            columns: columns?,
            target: target.to_owned(),
            ignored: self.ignore.clone(),
            missing: self.missing,
            unseen: self.unseen,
        })
    }

    fn features<'t>(&self, table: &'t Table, target: &str) -> Result<Vec<&'t Column>, DataError> {
        table.column(target)?;
        for name in &self.ignore {
            table.column(name)?;
        }
        let ignored: HashSet<&str> = self.ignore.iter().map(String::as_str).collect();
        let is_feature = |name: &str| name != target && !ignored.contains(name);
        let features: Vec<&Column> =
            table.columns().iter().filter(|column| is_feature(column.name())).collect();
        if features.is_empty() { Err(DataError::NoFeatures) } else { Ok(features) }
    }

    /// Every column that a reference level is named for is there and categorical.
    fn check_references(&self, features: &[&Column]) -> Result<(), DataError> {
        let Coding::Treatment { references } = &self.coding else { return Ok(()) };
        for name in references.keys() {
            let Some(column) = features.iter().find(|column| column.name() == name) else {
                let known = features.iter().map(|column| column.name().to_owned()).collect();
                return Err(DataError::UnknownColumn { name: name.clone(), known });
            };
            if column.kind() != ColumnKind::Categorical {
                return Err(DataError::ColumnKind {
                    column: name.clone(),
                    expected: ColumnKind::Categorical,
                    found: ColumnKind::Numeric,
                    advice: "a number has no reference level; treat it as categorical when reading",
                });
            }
        }
        Ok(())
    }

    fn fit_numeric(&self, column: &Column, rows: &[usize]) -> Result<FittedColumn, DataError> {
        let name = column.name().to_owned();
        let present = || rows.iter().filter_map(|&row| column.number(row));
        let count = present().count();
        if count == 0 {
            return Err(DataError::EmptyColumn { column: name });
        }
        let impute = (self.missing == Missing::Impute).then(|| sum(present()) / count as f64);
        let unscalable = || DataError::NotScalable { column: format!("{name:?}") };
        if impute.is_some_and(|mean| !mean.is_finite()) {
            return Err(unscalable());
        }
        let filled = rows.iter().filter_map(|&row| column.number(row).or(impute));
        let scaling = match self.scaling {
            Scaling::None => ColumnScaling::None,
            Scaling::Standardize(standardizer) => ColumnScaling::Standardize(
                Moments::of(filled, standardizer.divisor.lost()).ok_or_else(unscalable)?,
            ),
            Scaling::MinMax(onto) => {
                onto.validate()?;
                ColumnScaling::MinMax { extent: Extent::of(filled).ok_or_else(unscalable)?, onto }
            }
        };
        Ok(FittedColumn::Numeric { name, impute, scaling })
    }

    fn fit_categorical(
        &self,
        column: &Column,
        codes: &[u32],
        levels: &[String],
        rows: &[usize],
    ) -> Result<FittedColumn, DataError> {
        let mut counts = vec![0_usize; levels.len()];
        for &row in rows {
            if !column.is_missing(row) {
                counts[codes[row] as usize] += 1;
            }
        }
        let seen: Vec<usize> = (0..levels.len()).filter(|&code| counts[code] > 0).collect();
        let name = column.name().to_owned();
        let most_frequent = seen
            .iter()
            .copied()
            .reduce(|best, code| if counts[code] > counts[best] { code } else { best });
        let Some(most_frequent) = most_frequent else {
            return Err(DataError::EmptyColumn { column: name });
        };
        if seen.len() > self.max_levels {
            let (levels, max) = (seen.len(), self.max_levels);
            return Err(DataError::TooManyLevels { column: name, levels, max });
        }
        let impute = (self.missing == Missing::Impute).then(|| levels[most_frequent].clone());
        let mut levels: Vec<String> = seen.into_iter().map(|code| levels[code].clone()).collect();
        let Coding::Treatment { references } = &self.coding else {
            return Ok(FittedColumn::Categorical { name, levels, impute });
        };
        if let [level] = &levels[..] {
            return Err(DataError::OneLevel { column: name, level: level.clone() });
        }
        if let Some(reference) = references.get(&name) {
            let Some(place) = levels.iter().position(|level| level == reference) else {
                let (column, level) = (name, reference.clone());
                return Err(DataError::UnknownReference { column, level, known: levels });
            };
            levels[..=place].rotate_right(1);
        }
        Ok(FittedColumn::Treatment { name, levels, impute })
    }
}

/// Fails if a feature is missing in one of `rows`.
pub(crate) fn refuse_missing(features: &[&Column], rows: &[usize]) -> Result<(), DataError> {
    let columns: Vec<(String, usize)> = features
        .iter()
        .filter(|column| !column.missing().is_empty())
        .map(|column| {
            let count = rows.iter().filter(|&&row| column.is_missing(row)).count();
            (column.name().to_owned(), count)
        })
        .filter(|&(_, count)| count > 0)
        .collect();
    if columns.is_empty() { Ok(()) } else { Err(DataError::MissingValues { columns }) }
}

/// Applies a policy for missing values to all rows of a table.
pub(crate) fn usable_rows(
    table: &Table,
    features: &[&Column],
    target: Option<&Column>,
    policy: Missing,
) -> Result<UsableRows, DataError> {
    let all: Vec<usize> = (0..table.rows()).collect();
    if policy == Missing::Drop {
        let incomplete: HashSet<usize> =
            features.iter().chain(&target).flat_map(|column| column.missing()).copied().collect();
        let (dropped, rows): (Vec<usize>, Vec<usize>) =
            all.into_iter().partition(|row| incomplete.contains(row));
        if rows.is_empty() {
            return Err(DataError::AllRowsDropped { rows: dropped.len() });
        }
        return Ok(UsableRows { rows, dropped });
    }
    if policy == Missing::Error {
        refuse_missing(features, &all)?;
    }
    if let Some(target) = target.filter(|target| !target.missing().is_empty()) {
        return Err(DataError::MissingTarget {
            column: target.name().to_owned(),
            count: target.missing().len(),
        });
    }
    Ok(UsableRows { rows: all, dropped: Vec::new() })
}

/// Whether a column may be read as `kind`; one without any value may be read as either.
pub(crate) fn fits(column: &Column, kind: ColumnKind) -> bool {
    column.kind() == kind || column.missing().len() == column.rows()
}
