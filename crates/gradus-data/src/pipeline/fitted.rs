//! A pipeline that has learned, and its application to any table.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::block::{Block, Feature};
use super::fitted_step::FittedStep;
use super::inverse;
use crate::encoder::usable_rows;
use crate::find_columns::FittedColumns;
use crate::{Column, ColumnKind, DataError, Missing, Table, UsableRows};

/// What [`Pipeline::fit`](crate::Pipeline::fit) learned: saved with the model, applied to any table.
///
/// Columns are found by name, in any order; those that were not fitted are left alone. The order of
/// fields is part of the format of saved models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedPipeline {
    pub(super) groups: Vec<FittedGroup>,
    pub(super) last: Vec<FittedStep>,
    pub(super) names: Vec<String>,
    pub(super) target: String,
    pub(super) ignored: Vec<String>,
    pub(super) missing: Missing,
}

/// The chain of some columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FittedGroup {
    columns: Vec<FittedSource>,
    steps: Vec<FittedStep>,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum FittedSource {
    Numeric(String),
    Categorical(String),
}

impl FittedGroup {
    pub(super) fn new(columns: Vec<(String, ColumnKind)>, steps: Vec<FittedStep>) -> Self {
        let source = |(name, kind)| match kind {
            ColumnKind::Numeric => FittedSource::Numeric(name),
            ColumnKind::Categorical => FittedSource::Categorical(name),
        };
        Self { columns: columns.into_iter().map(source).collect(), steps }
    }
}

impl FittedSource {
    fn name(&self) -> &str {
        match self {
            Self::Numeric(name) | Self::Categorical(name) => name,
        }
    }

    fn kind(&self) -> ColumnKind {
        match self {
            Self::Numeric(_) => ColumnKind::Numeric,
            Self::Categorical(_) => ColumnKind::Categorical,
        }
    }
}

impl FittedPipeline {
    /// The name of each feature.
    pub fn feature_names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The number n of features.
    pub fn features(&self) -> usize {
        self.names.len()
    }

    /// The names of the columns that are taken, in the order of the chains.
    pub fn columns(&self) -> Vec<&str> {
        self.sources().map(FittedSource::name).collect()
    }

    /// The names of the categorical ones, to be declared when another file is read
    /// ([`CsvOptions::categorical`](crate::CsvOptions::categorical)).
    pub fn categorical_columns(&self) -> Vec<&str> {
        let sources = self.sources();
        let categorical = sources.filter(|source| source.kind() == ColumnKind::Categorical);
        categorical.map(FittedSource::name).collect()
    }

    /// The name of the target column that was left out.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The policy for rows with missing values.
    pub fn missing(&self) -> Missing {
        self.missing
    }

    /// Applies the policy for missing values to all rows of a table, and to its target column if
    /// one is named (to evaluate; `None` to predict).
    ///
    /// # Errors
    /// [`DataError::ColumnMismatch`], [`DataError::ColumnKind`], and those of
    /// [`Encoder::usable_rows`](crate::Encoder::usable_rows).
    pub fn usable_rows(
        &self,
        table: &Table,
        target: Option<&str>,
    ) -> Result<UsableRows, DataError> {
        let columns = self.find_columns(table)?;
        let target = target.map(|name| table.column(name)).transpose()?;
        usable_rows(table, &columns, target, self.missing)
    }

    /// The features of the given rows, one row each in their order: rows×n.
    ///
    /// # Errors
    /// - [`DataError::ColumnMismatch`] if a fitted column is lacking; [`DataError::ColumnKind`] if
    ///   one holds numbers for levels or the other way round;
    /// - [`DataError::MissingValues`] if a value is missing and no step imputes it;
    ///   [`DataError::UnseenLevel`] if a step takes no level that it has not seen;
    /// - [`DataError::NonFinite`] if a value overflows `T`; [`DataError::RowOutOfRange`];
    /// - [`DataError::ColumnCount`] if the pipeline came from a file and its steps do not fit
    ///   together.
    pub fn transform<T: Scalar>(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<DMatrix<T>, DataError> {
        let mut found = self.find_columns(table)?.into_iter();
        table.check_rows(rows)?;
        let mut all = Block { table, rows, features: Vec::new() };
        for group in &self.groups {
            let sources = group.columns.iter().zip(found.by_ref());
            let features =
                sources.map(|(source, column)| Feature::of(column, source.kind(), rows)).collect();
            let block = apply_all(&group.steps, Block { table, rows, features })?;
            all.features.extend(block.features);
        }
        let block = apply_all(&self.last, all)?;
        let (expected, found) = (self.names.len(), block.features.len());
        if expected != found {
            return Err(DataError::ColumnCount { expected, found });
        }
        block.finish()
    }

    /// The columns that features were made of: undoes [`transform`](Self::transform).
    ///
    /// Steps are undone from the last to the first. An indicator of a level counts if it is the largest,
    /// so that features need not come from `transform`; a row of zeros is the reference, or a missing
    /// value. A filled value is missing again where an indicator tells so, and else stays. Of
    /// polynomials the terms of the first degree are kept, and of constant columns the constant.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has not a column for each feature; [`DataError::NoRows`];
    /// [`DataError::NotACode`] for a code of no level; [`DataError::NoInverse`] for a polynomial of
    /// degree 0; [`DataError::NonFinite`].
    ///
    /// ```
    /// use gradus_data::{Pipeline, iris};
    /// use nalgebra::DMatrix;
    ///
    /// let (table, rows): (_, Vec<usize>) = (iris(), (0..150).collect());
    /// let fitted = Pipeline::default().fit(&table, "petal_width", &rows)?;
    /// let x: DMatrix<f64> = fitted.transform(&table, &rows)?;
    /// let again = fitted.inverse(&x)?;
    /// assert_eq!(again.names(), ["sepal_length", "sepal_width", "petal_length", "species"]);
    /// assert_eq!(again.column("species")?, table.column("species")?);
    /// assert!((again.column("sepal_length")?.number(7).unwrap() - 5.0).abs() < 1e-12);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn inverse<T: Scalar>(&self, x: &DMatrix<T>) -> Result<Table, DataError> {
        let (expected, found) = (self.names.len(), x.ncols());
        if expected != found {
            return Err(DataError::ColumnCount { expected, found });
        }
        let numbers = |j: usize| x.column(j).iter().map(|x| x.to_f64()).collect();
        let features = (0..found).map(|j| inverse::Feature::Numbers(numbers(j))).collect();
        let mut features = undo_all(&self.last, features)?.into_iter();
        let mut columns = Vec::new();
        for group in &self.groups {
            let inputs = group.columns.len();
            let outputs = group.steps.iter().fold(inputs, |count, step| step.outputs(count));
            let own = undo_all(&group.steps, features.by_ref().take(outputs).collect())?;
            let (expected, found) = (inputs, own.len());
            if expected != found {
                return Err(DataError::ColumnCount { expected, found });
            }
            let named = own.into_iter().zip(&group.columns);
            let named = named.map(|(feature, source)| feature.column(source.name()));
            columns.extend(named.collect::<Result<Vec<Column>, DataError>>()?);
        }
        Table::new(columns)
    }

    fn sources(&self) -> impl Iterator<Item = &FittedSource> {
        self.groups.iter().flat_map(|group| &group.columns)
    }

    fn find_columns<'t>(&self, table: &'t Table) -> Result<Vec<&'t Column>, DataError> {
        let columns = self.sources().map(|source| (source.name(), source.kind())).collect();
        FittedColumns { columns, target: &self.target, ignored: &self.ignored }.find(table)
    }
}

fn undo_all(
    steps: &[FittedStep],
    features: Vec<inverse::Feature>,
) -> Result<Vec<inverse::Feature>, DataError> {
    steps.iter().rev().try_fold(features, |features, step| step.invert(features))
}

fn apply_all<'t>(steps: &[FittedStep], mut block: Block<'t>) -> Result<Block<'t>, DataError> {
    for step in steps {
        block = step.apply(block)?;
    }
    Ok(block)
}
