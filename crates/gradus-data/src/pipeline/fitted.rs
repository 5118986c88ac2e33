//! A pipeline that has learned, and its application to any table.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::block::{Block, Feature};
use super::fitted_step::FittedStep;
use crate::encoder::{fits, usable_rows};
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
        let columns: Vec<&Column> =
            self.find_columns(table)?.into_iter().map(|(_, column)| column).collect();
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
            let features = found
                .by_ref()
                .take(group.columns.len())
                .map(|(kind, column)| Feature::of(column, kind, rows))
                .collect();
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

    fn sources(&self) -> impl Iterator<Item = &FittedSource> {
        self.groups.iter().flat_map(|group| &group.columns)
    }

    fn find_columns<'t>(
        &self,
        table: &'t Table,
    ) -> Result<Vec<(ColumnKind, &'t Column)>, DataError> {
        let found: Vec<Option<&Column>> =
            self.sources().map(|source| table.find(source.name())).collect();
        if found.iter().any(Option::is_none) {
            return Err(self.mismatch(table));
        }
        let found: Vec<(ColumnKind, &Column)> = self
            .sources()
            .zip(found.into_iter().flatten())
            .map(|(source, column)| (source.kind(), column))
            .collect();
        match found.iter().find(|(kind, column)| !fits(column, *kind)) {
            None => Ok(found),
            Some((kind, column)) => Err(DataError::ColumnKind {
                column: column.name().to_owned(),
                expected: *kind,
                found: column.kind(),
                advice: match kind {
                    ColumnKind::Numeric => "correct its values",
                    ColumnKind::Categorical => "treat it as categorical when reading",
                },
            }),
        }
    }

    fn mismatch(&self, table: &Table) -> DataError {
        let fitted = self.columns();
        let missing = fitted.iter().filter(|name| table.find(name).is_none());
        let is_known = |name: &&&str| {
            fitted.contains(name)
                || self.target == **name
                || self.ignored.iter().any(|ignored| ignored == *name)
        };
        let names = table.names();
        let unexpected = names.iter().filter(|name| !is_known(name));
        DataError::ColumnMismatch {
            missing: missing.map(|name| (*name).to_owned()).collect(),
            unexpected: unexpected.map(|name| (*name).to_owned()).collect(),
        }
    }
}

fn apply_all<'t>(steps: &[FittedStep], mut block: Block<'t>) -> Result<Block<'t>, DataError> {
    for step in steps {
        block = step.apply(block)?;
    }
    Ok(block)
}
