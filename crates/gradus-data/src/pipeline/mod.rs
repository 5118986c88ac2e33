//! Steps from a table's columns to a matrix of features, column by column.

use std::collections::HashSet;

mod block;
mod fitted;
mod fitted_step;
mod inverse;
mod step;

pub use fitted::FittedPipeline;
pub use step::{OneHot, Step};

use block::{Block, Feature};
use fitted::FittedGroup;
use fitted_step::FittedStep;

use crate::encoder::usable_rows;
use crate::{Column, ColumnKind, DataError, Missing, Standardizer, Table, UsableRows};

/// Turns the columns of a table into features by chains of steps, a chain for each group of columns;
/// steps over all features follow.
///
/// Every step learns from the training rows alone, as the steps before it have left them. By default
/// numbers are standardised and levels become indicators.
///
/// ```
/// use gradus_data::{
///     ColumnSteps, Columns, Fill, Imputer, Indicators, OneHot, OrdinalEncoder, Pipeline,
///     RobustScaler, Step, CsvOptions, read_csv_from,
/// };
/// use nalgebra::DMatrix;
///
/// let text = "age,income,size,y\n20,1,S,0\n40,2,L,1\n,3,S,0\n30,900,,1\n";
/// let table = read_csv_from(text.as_bytes(), &CsvOptions::default())?;
/// let median = Imputer { fill: Fill::Median, indicators: Indicators::WhereMissing };
/// let most_frequent = Imputer { fill: Fill::MostFrequent, ..Imputer::default() };
/// let pipeline = Pipeline {
///     groups: vec![
///         ColumnSteps {
///             columns: Columns::Named(vec!["age".to_owned()]),
///             steps: vec![Step::Impute(median)],
///         },
///         ColumnSteps { columns: Columns::Numeric, steps: vec![Step::Robust(RobustScaler::default())] },
///         ColumnSteps {
///             columns: Columns::Categorical,
///             steps: vec![Step::Impute(most_frequent), Step::Ordinal(OrdinalEncoder::default())],
///         },
///     ],
///     ..Pipeline::default()
/// };
/// let fitted = pipeline.fit(&table, "y", &[0, 1, 2])?;
/// assert_eq!(fitted.feature_names(), ["age", "age missing", "income", "size"]);
/// let x: DMatrix<f64> = fitted.transform(&table, &[2, 3])?;
/// assert_eq!(x, DMatrix::from_row_slice(2, 4, &[30.0, 1.0, 1.0, 1.0, 30.0, 0.0, 898.0, 1.0]));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Like scikit-learn's `ColumnTransformer` of `Pipeline`s, which drops a column that no chain takes;
/// here that is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// The chains, in the order of their features.
    pub groups: Vec<ColumnSteps>,
    /// The steps over the features of all chains; none by default.
    pub last: Vec<Step>,
    /// Columns that are no features, such as identifiers.
    pub ignore: Vec<String>,
    /// What becomes of rows with a missing value: by default [`Missing::Impute`] keeps them for the
    /// steps, after which a value that is still missing is an error.
    pub missing: Missing,
}

/// A chain of steps for some columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSteps {
    /// The columns.
    pub columns: Columns,
    /// What is done to them, one step after the other.
    pub steps: Vec<Step>,
}

/// The columns of a chain; never the target nor an ignored one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// Every numeric column that no chain names.
    Numeric,
    /// Every categorical column that no chain names.
    Categorical,
    /// These.
    Named(Vec<String>),
}

impl Default for Pipeline {
    fn default() -> Self {
        let group = |columns, step| ColumnSteps { columns, steps: vec![step] };
        Self {
            groups: vec![
                group(Columns::Numeric, Step::Standardize(Standardizer::default())),
                group(Columns::Categorical, Step::OneHot(OneHot::default())),
            ],
            last: Vec::new(),
            ignore: Vec::new(),
            missing: Missing::Impute,
        }
    }
}

impl Pipeline {
    /// Applies the policy for missing values to all rows, before they are split.
    ///
    /// # Errors
    /// Those of [`Encoder::usable_rows`](crate::Encoder::usable_rows), and those of
    /// [`fit`](Self::fit) that concern the choice of columns.
    pub fn usable_rows(&self, table: &Table, target: &str) -> Result<UsableRows, DataError> {
        let columns: Vec<&Column> = self.choose(table, target)?.into_iter().flatten().collect();
        usable_rows(table, &columns, Some(table.column(target)?), self.missing)
    }

    /// Learns every step from `rows`.
    ///
    /// # Errors
    /// - [`DataError::UnknownColumn`], [`DataError::UnassignedColumns`] for a column that no chain
    ///   takes, [`DataError::NoFeatures`], [`DataError::DuplicateName`] if two features would have
    ///   one name;
    /// - [`DataError::NoFitRows`], [`DataError::RowOutOfRange`];
    /// - [`DataError::ColumnKind`] if levels reach a step for numbers; [`DataError::MissingValues`]
    ///   if a missing value reaches a step that takes none, or the end;
    /// - what a step refuses to learn from.
    pub fn fit(
        &self,
        table: &Table,
        target: &str,
        rows: &[usize],
    ) -> Result<FittedPipeline, DataError> {
        let chosen = self.choose(table, target)?;
        if rows.is_empty() {
            return Err(DataError::NoFitRows);
        }
        table.check_rows(rows)?;
        let mut groups = Vec::new();
        let mut all = Block { table, rows, features: Vec::new() };
        for (group, columns) in self.groups.iter().zip(chosen) {
            if columns.is_empty() {
                continue;
            }
            let features =
                columns.iter().map(|column| Feature::of(column, column.kind(), rows)).collect();
            let (steps, block) = fit_all(&group.steps, Block { table, rows, features })?;
            let columns =
                columns.iter().map(|column| (column.name().to_owned(), column.kind())).collect();
            groups.push(FittedGroup::new(columns, steps));
            all.features.extend(block.features);
        }
        let (last, block) = fit_all(&self.last, all)?;
        let names = block.names();
        let mut known = HashSet::new();
        if let Some(name) = names.iter().find(|name| !known.insert(*name)) {
            return Err(DataError::DuplicateName { name: name.clone() });
        }
        block.finish::<f64>()?;
        Ok(FittedPipeline {
            groups,
            last,
            names,
            target: target.to_owned(),
            ignored: self.ignore.clone(),
            missing: self.missing,
        })
    }

    /// The columns of each chain.
    fn choose<'t>(
        &self,
        table: &'t Table,
        target: &str,
    ) -> Result<Vec<Vec<&'t Column>>, DataError> {
        table.column(target)?;
        for name in &self.ignore {
            table.column(name)?;
        }
        let ignored: HashSet<&str> = self.ignore.iter().map(String::as_str).collect();
        let is_feature =
            |column: &&Column| column.name() != target && !ignored.contains(column.name());
        let features: Vec<&Column> = table.columns().iter().filter(is_feature).collect();
        let names = self.groups.iter().filter_map(|group| match &group.columns {
            Columns::Named(names) => Some(names),
            _ => None,
        });
        let names: HashSet<&str> = names.flatten().map(String::as_str).collect();
        let named = |column: &Column| names.contains(column.name());
        let of_kind = |kind: ColumnKind| {
            let features = features.iter().copied();
            Ok(features.filter(|column| column.kind() == kind && !named(column)).collect())
        };
        let find = |name: &String| {
            table.find(name).filter(is_feature).ok_or_else(|| {
                let known = features.iter().map(|column| column.name().to_owned()).collect();
                DataError::UnknownColumn { name: name.clone(), known }
            })
        };
        let choose = |group: &ColumnSteps| match &group.columns {
            Columns::Numeric => of_kind(ColumnKind::Numeric),
            Columns::Categorical => of_kind(ColumnKind::Categorical),
            Columns::Named(names) => names.iter().map(find).collect(),
        };
        let chosen: Result<Vec<Vec<&Column>>, DataError> = self.groups.iter().map(choose).collect();
        let chosen = chosen?;
        let taken: HashSet<&str> = chosen.iter().flatten().map(|column| column.name()).collect();
        let left: Vec<String> = features
            .iter()
            .filter(|column| !taken.contains(column.name()))
            .map(|column| column.name().to_owned())
            .collect();
        if features.is_empty() {
            Err(DataError::NoFeatures)
        } else if left.is_empty() {
            Ok(chosen)
        } else {
            Err(DataError::UnassignedColumns { columns: left })
        }
    }
}

/// Fits each step on what the steps before it have made of the block.
fn fit_all<'t>(
    steps: &[Step],
    mut block: Block<'t>,
) -> Result<(Vec<FittedStep>, Block<'t>), DataError> {
    let mut fitted = Vec::new();
    for step in steps {
        let step = step.fit(&block)?;
        block = step.apply(block)?;
        fitted.push(step);
    }
    Ok((fitted, block))
}
