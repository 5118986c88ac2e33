//! What the columns of a table hold.

use std::collections::{HashMap, HashSet};

use gradus_data::{Column, ColumnValues, Table, Target, Targets};
use gradus_stats::{Moments, quantiles};
use serde::Serialize;

use crate::SelectError;
use crate::collinearity::{CorrelatedPair, MOST_COMPARED, collinearity};
use crate::leak::leaks;
use crate::table_warning::{TableWarning, column_warnings, target_warnings};

/// The texts that a description of a column lists.
const LISTED: usize = 5;

/// What [`describe_table`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableDescription {
    /// The number of rows.
    pub rows: usize,
    /// The columns in order.
    pub columns: Vec<ColumnDescription>,
    /// Rows that hold in every column what an earlier row holds.
    pub repeated_rows: usize,
    /// The classes of the target in order, with their rows; none without a target or classes.
    pub classes: Option<Vec<LevelCount>>,
    /// Pairs of columns of numbers with |r| of at least the limit, the strongest first.
    pub correlated: Vec<CorrelatedPair>,
    /// What is odd, the gravest first.
    pub warnings: Vec<TableWarning>,
}

/// What one column holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// The rows that lack a value.
    pub missing: usize,
    /// The different values among the others.
    pub distinct: usize,
    /// The variance inflation factor 1/(1 − R²) of the column on all other columns of numbers but
    /// the target: how often its coefficient's variance is what it would be without them. Infinite
    /// if the others determine the column; none for text, the target, constant columns, or with too few rows.
    pub vif: Option<f64>,
    /// What it holds.
    #[serde(flatten)]
    pub content: ColumnContent,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnContent {
    /// Numbers.
    Numbers {
        /// Whether all are whole.
        whole: bool,
        /// The least.
        min: f64,
        /// The first quartile, of type 7 as in R and numpy.
        lower_quartile: f64,
        /// The median.
        median: f64,
        /// The third quartile.
        upper_quartile: f64,
        /// The greatest.
        max: f64,
        /// The mean.
        mean: f64,
        /// The standard deviation with divisor n − 1; none of a single value.
        sd: Option<f64>,
        /// √n M₃/M₂^(3/2); none if all values are equal.
        skewness: Option<f64>,
    },
    /// Texts.
    Text {
        /// The most frequent texts, the first in order first where they are tied.
        most_frequent: Vec<LevelCount>,
    },
    /// Nothing: every value is missing.
    Empty,
}

/// A text or a class, and how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelCount {
    /// The text or the label.
    pub level: String,
    /// The rows.
    pub rows: usize,
}

/// From when on something is odd.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DescribeConfig {
    /// The |r| from which two columns are listed as correlated; 0.95 by default.
    pub correlation: f64,
    /// The variance inflation factor from which a column is called collinear; 10 by default.
    pub vif: f64,
    /// How much of what chance leaves one column must tell about the target to be a suspected leak;
    /// 0.98 by default.
    pub leak: f64,
}

impl Default for DescribeConfig {
    fn default() -> Self {
        Self { correlation: 0.95, vif: 10.0, leak: 0.98 }
    }
}

/// Describes a table before anything is fitted: its columns, and what is odd about it.
///
/// With a target its classes are counted, and columns are looked for that tell it alone, as a leak
/// would: a code or a date that is known only afterwards, a copy in other units.
///
/// # Errors
/// Those of [`Target::fit`] for the target.
///
/// ```
/// use gradus_data::{Column, Table, Target, Task};
/// use gradus_select::{DescribeConfig, TableWarning, describe_table};
///
/// let ill: Vec<Option<&str>> = (0..40).map(|i| Some(["no", "yes"][i % 2])).collect();
/// let table = Table::new(vec![
///     Column::numeric("age", (0..40).map(|i| Some(f64::from(i * 7 % 40))))?,
///     Column::numeric("discharge_code", (0..40).map(|i| Some(f64::from(10 + i % 2))))?,
///     Column::categorical("ill", ill)?,
/// ])?;
/// let target = Target { column: "ill".to_owned(), task: Task::Auto };
/// let found = describe_table(&table, Some(&target), &DescribeConfig::default())?;
/// assert_eq!((found.rows, found.columns[0].distinct), (40, 40));
/// assert!(matches!(&found.warnings[0], TableWarning::Leak { column, .. } if column == "discharge_code"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn describe_table(
    table: &Table,
    target: Option<&Target>,
    config: &DescribeConfig,
) -> Result<TableDescription, SelectError> {
    let target = target.map(|target| KnownTarget::new(table, target)).transpose()?;
    let name = target.as_ref().map(|target| target.column.as_str());
    let mut columns: Vec<ColumnDescription> =
        table.columns().iter().map(describe_column).collect::<Result<_, _>>()?;
    let found = collinearity(table, name, config.correlation);
    for (column, vif) in columns.iter_mut().zip(found.vifs) {
        column.vif = vif;
    }
    let keys = row_keys(table, None);
    let repeated_rows = table.rows() - keys.iter().collect::<HashSet<_>>().len();
    let mut warnings = Vec::new();
    if let Some(target) = &target {
        warnings.extend(leaks(table, target, config.leak));
        warnings.extend(target_warnings(target));
        let contradictions = contradictions(&row_keys(table, name), target);
        if contradictions > 0 {
            warnings.push(TableWarning::Contradictions { rows: contradictions });
        }
    }
    if repeated_rows > 0 {
        warnings.push(TableWarning::RepeatedRows { rows: repeated_rows, of: table.rows() });
    }
    warnings.extend(column_warnings(&columns, table, name, config.vif));
    if let Some(columns) = found.too_many {
        warnings.push(TableWarning::TooManyToCompare { columns, most: MOST_COMPARED });
    }
    if !found.pairs.is_empty() {
        warnings.push(TableWarning::Correlated { pairs: found.pairs.clone() });
    }
    let classes = target.and_then(|target| target.classes());
    Ok(TableDescription {
        rows: table.rows(),
        columns,
        repeated_rows,
        classes,
        correlated: found.pairs,
        warnings,
    })
}

/// A target, as far as rows have one.
#[derive(Debug)]
pub(crate) struct KnownTarget {
    pub(crate) column: String,
    /// The rows that have one.
    pub(crate) rows: Vec<usize>,
    pub(crate) values: Targets<f64>,
}

impl KnownTarget {
    fn new(table: &Table, target: &Target) -> Result<Self, SelectError> {
        let column = table.column(&target.column)?;
        let rows: Vec<usize> = (0..table.rows()).filter(|&row| !column.is_missing(row)).collect();
        let values = target.fit(table, &rows)?.encode(table, &rows)?;
        Ok(Self { column: target.column.clone(), rows, values })
    }

    pub(crate) fn classes(&self) -> Option<Vec<LevelCount>> {
        let Targets::Classes { codes, labels } = &self.values else { return None };
        let mut counts: Vec<LevelCount> =
            labels.iter().map(|level| LevelCount { level: level.clone(), rows: 0 }).collect();
        for &code in codes {
            counts[code as usize].rows += 1;
        }
        Some(counts)
    }
}

fn describe_column(column: &Column) -> Result<ColumnDescription, SelectError> {
    let (distinct, content) = match column.values() {
        ColumnValues::Numeric(_) => {
            let values: Vec<f64> =
                (0..column.rows()).filter_map(|row| column.number(row)).collect();
            let distinct: HashSet<u64> = values.iter().map(|x| (x + 0.0).to_bits()).collect();
            (distinct.len(), numbers(&values)?)
        }
        _ => texts(column),
    };
    let missing = column.missing().len();
    let name = column.name().to_owned();
    Ok(ColumnDescription { name, missing, distinct, vif: None, content })
}

fn numbers(values: &[f64]) -> Result<ColumnContent, SelectError> {
    if values.is_empty() {
        return Ok(ColumnContent::Empty);
    }
    let at = quantiles(values, &[0.0, 0.25, 0.5, 0.75, 1.0])?;
    let moments = Moments::of(values)?;
    Ok(ColumnContent::Numbers {
        whole: values.iter().all(|x| x.fract() == 0.0),
        min: at[0],
        lower_quartile: at[1],
        median: at[2],
        upper_quartile: at[3],
        max: at[4],
        mean: moments.mean()?,
        sd: moments.sample_sd().ok(),
        skewness: moments.skewness().ok(),
    })
}

fn texts(column: &Column) -> (usize, ColumnContent) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for level in (0..column.rows()).filter_map(|row| column.level(row)) {
        *counts.entry(level).or_default() += 1;
    }
    if counts.is_empty() {
        return (0, ColumnContent::Empty);
    }
    let mut ordered: Vec<(&str, usize)> = counts.into_iter().collect();
    ordered.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let counted = |&(level, rows): &(&str, usize)| LevelCount { level: level.to_owned(), rows };
    let most_frequent = ordered.iter().take(LISTED).map(counted).collect();
    (ordered.len(), ColumnContent::Text { most_frequent })
}

/// What each row holds in all columns but one, so that equal keys are equal rows.
fn row_keys(table: &Table, but: Option<&str>) -> Vec<Vec<u64>> {
    let columns: Vec<Vec<u64>> =
        table.columns().iter().filter(|column| Some(column.name()) != but).map(cells).collect();
    (0..table.rows()).map(|row| columns.iter().map(|cells| cells[row]).collect()).collect()
}

/// The cells of a column as numbers that are equal where the cells are.
fn cells(column: &Column) -> Vec<u64> {
    let mut levels: HashMap<&str, u64> = HashMap::new();
    let missing = u64::MAX;
    (0..column.rows())
        .map(|row| match (column.number(row), column.level(row)) {
            (Some(number), _) => (number + 0.0).to_bits(),
            (None, Some(level)) => {
                let next = levels.len() as u64;
                *levels.entry(level).or_insert(next)
            }
            (None, None) => missing,
        })
        .collect()
}

/// Rows whose features another row has too, with another class: no model is right on all of them.
fn contradictions(keys: &[Vec<u64>], target: &KnownTarget) -> usize {
    let Targets::Classes { codes, .. } = &target.values else { return 0 };
    let mut counts: HashMap<&[u64], HashMap<u32, usize>> = HashMap::new();
    for (&row, &code) in target.rows.iter().zip(codes) {
        *counts.entry(&keys[row]).or_default().entry(code).or_default() += 1;
    }
    let wrong = |classes: HashMap<u32, usize>| -> usize {
        classes.values().sum::<usize>() - classes.values().max().copied().unwrap_or(0)
    };
    counts.into_values().map(wrong).sum()
}
