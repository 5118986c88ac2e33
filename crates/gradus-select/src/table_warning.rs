//! What is odd about a table without being wrong.

use std::fmt;

use gradus_data::{ColumnKind, Table};
use gradus_metrics::Label;
use serde::Serialize;

use crate::collinearity::CorrelatedPair;
use crate::table_description::{ColumnContent, ColumnDescription, KnownTarget};

/// The share of rows with the same value from which a column hardly varies.
const NEARLY_ALL: f64 = 0.99;
/// The share of missing values from which a column is worth a word.
const MOSTLY: f64 = 0.5;
/// The fewest rows in which different values everywhere look like an identifier.
const FEWEST_ROWS: usize = 10;
/// The share of different texts from which a column looks like an identifier.
const DISTINCT: f64 = 0.9;
/// The share of the most frequent class from which accuracy misleads.
const IMBALANCED: f64 = 0.8;
/// Fewer rows than this of a class do not fill ten folds.
const RARE: usize = 10;
/// Columns or pairs that a message names.
const SHOWN: usize = 5;

/// Something odd about a table; it prints as a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
#[non_exhaustive]
pub enum TableWarning {
    /// One column alone tells nearly all about the target.
    Leak {
        /// The column.
        column: String,
        /// How it tells.
        evidence: Evidence,
        /// How much, from 0 (chance) to 1.
        strength: f64,
    },
    /// Rows with the same features and different classes.
    Contradictions {
        /// The rows that no model can get right.
        rows: usize,
    },
    /// One class is so frequent that accuracy misleads.
    Imbalance {
        /// The class.
        class: String,
        /// Its share of the rows.
        share: f64,
    },
    /// A class with few rows.
    RareClass {
        /// The class.
        class: String,
        /// Its rows.
        rows: usize,
    },
    /// Rows that repeat an earlier one.
    RepeatedRows {
        /// How many.
        rows: usize,
        /// All rows.
        of: usize,
    },
    /// Columns with the same value in every row that has one.
    Constant {
        /// The columns.
        columns: Vec<String>,
    },
    /// A column with the same value in nearly every row.
    NearlyConstant {
        /// The column.
        column: String,
        /// The share of the most frequent value.
        share: f64,
    },
    /// A column that lacks most values.
    MostlyMissing {
        /// The column.
        column: String,
        /// The share of missing values.
        share: f64,
    },
    /// A column that looks like a name or a running number.
    Identifier {
        /// The column.
        column: String,
        /// Its different values.
        distinct: usize,
    },
    /// Pairs of columns that say nearly the same.
    Correlated {
        /// The pairs.
        pairs: Vec<CorrelatedPair>,
    },
    /// There are so many columns of numbers that they are not compared with each other.
    TooManyToCompare {
        /// The columns of numbers that vary.
        columns: usize,
        /// The most that are compared.
        most: usize,
    },
    /// Columns that the other columns together nearly determine.
    Collinear {
        /// The columns, the worst first.
        columns: Vec<String>,
        /// The largest variance inflation factor, infinite for an exact dependence.
        worst: f64,
    },
}

/// How a column tells the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// Its values, cut at so many places, tell the class.
    Cuts {
        /// The number of cuts.
        cuts: usize,
    },
    /// Each of its levels has one class.
    Levels,
    /// Its values and the target rise together, or in opposition.
    Correlation,
    /// Each of its levels has one mean of the target.
    Means,
    /// Whether it is missing tells the class.
    Missing,
}

impl fmt::Display for TableWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leak { column, evidence, strength } => write!(
                f,
                "suspected leak: column {column:?} alone tells the target ({}, {:.1} % of what chance \
                 leaves); if it is known only after the fact or made from the target, leave it out",
                evidence,
                100.0 * strength
            ),
            Self::Contradictions { rows } => write!(
                f,
                "{rows} row(s) have the features of another row and another class: no model can be \
                 right on both"
            ),
            Self::Imbalance { class, share } => write!(
                f,
                "class {class:?} has {:.1} % of the rows: always guessing it has that accuracy, so look \
                 at recall, MCC or a precision-recall curve, and split class by class",
                100.0 * share
            ),
            Self::RareClass { class, rows } => write!(
                f,
                "class {class:?} has {rows} row(s), too few for ten folds; take fewer folds, or merge it \
                 with another"
            ),
            Self::RepeatedRows { rows, of } => write!(
                f,
                "{rows} of {of} rows repeat an earlier row; if they are the same case twice, remove \
                 them, or they end up on both sides of a split"
            ),
            Self::Constant { columns } => {
                write!(
                    f,
                    "the same value everywhere, so nothing to learn from: {}",
                    listed(columns)
                )
            }
            Self::NearlyConstant { column, share } => write!(
                f,
                "column {column:?} has the same value in {:.1} % of its rows; folds may see no other",
                100.0 * share
            ),
            Self::MostlyMissing { column, share } => write!(
                f,
                "column {column:?} lacks {:.1} % of its values; leave it out, or ask why they are missing",
                100.0 * share
            ),
            Self::Identifier { column, distinct } => write!(
                f,
                "column {column:?} has {distinct} different values and looks like a name or a running \
                 number, from which nothing general can be learned; leave it out"
            ),
            Self::Correlated { pairs } => {
                let named = |pair: &CorrelatedPair| {
                    format!("{} and {} (r {:.3})", pair.first, pair.second, pair.r)
                };
                let named: Vec<String> = pairs.iter().map(named).collect();
                write!(f, "columns that say nearly the same: {}", listed(&named))
            }
            Self::TooManyToCompare { columns, most } => write!(
                f,
                "{columns} columns of numbers are more than {most}, and are not compared with each \
                 other; describe some of them to see which say the same"
            ),
            Self::Collinear { columns, worst } => write!(
                f,
                "columns that the others nearly determine (variance inflation up to {}): {}; their \
                 coefficients are uncertain, predictions are not",
                if worst.is_finite() { format!("{worst:.0}") } else { "∞".to_owned() },
                listed(columns)
            ),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cuts { cuts: 1 } => f.write_str("by a cut of its values"),
            Self::Cuts { cuts } => write!(f, "by {cuts} cuts of its values"),
            Self::Levels => f.write_str("level by level"),
            Self::Correlation => f.write_str("by correlation"),
            Self::Means => f.write_str("by the means of its levels"),
            Self::Missing => f.write_str("by whether it is missing"),
        }
    }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| Label::new(name).to_string()).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Classes that are too frequent or too rare.
pub(crate) fn target_warnings(target: &KnownTarget) -> Vec<TableWarning> {
    let Some(classes) = target.classes() else { return Vec::new() };
    let all = target.rows.len() as f64;
    let mut warnings = Vec::new();
    let share = |rows: usize| rows as f64 / all;
    if let Some(class) = classes.iter().find(|class| share(class.rows) >= IMBALANCED) {
        let share = share(class.rows);
        warnings.push(TableWarning::Imbalance { class: class.level.clone(), share });
    }
    let rare = classes.iter().filter(|class| class.rows < RARE).take(SHOWN);
    warnings.extend(
        rare.map(|class| TableWarning::RareClass { class: class.level.clone(), rows: class.rows }),
    );
    warnings
}

/// What is odd about single columns, and those that others determine.
pub(crate) fn column_warnings(
    columns: &[ColumnDescription],
    table: &Table,
    target: Option<&str>,
    most_vif: f64,
) -> Vec<TableWarning> {
    let features = || columns.iter().filter(|column| Some(column.name.as_str()) != target);
    let mut warnings = Vec::new();
    let constant: Vec<String> = features()
        .filter(|column| column.distinct == 1)
        .map(|column| column.name.clone())
        .collect();
    if !constant.is_empty() {
        warnings.push(TableWarning::Constant { columns: constant });
    }
    for column in features() {
        warnings.extend(alone(column, table));
    }
    let mut collinear: Vec<(f64, String)> = features()
        .filter_map(|column| {
            Some((column.vif.filter(|vif| *vif >= most_vif)?, column.name.clone()))
        })
        .collect();
    collinear.sort_by(|a, b| b.0.total_cmp(&a.0));
    if let Some((worst, _)) = collinear.first() {
        let worst = *worst;
        let columns = collinear.into_iter().map(|(_, name)| name).collect();
        warnings.push(TableWarning::Collinear { columns, worst });
    }
    warnings
}

fn alone(column: &ColumnDescription, table: &Table) -> Vec<TableWarning> {
    let rows = table.rows();
    let present = rows - column.missing;
    let name = column.name.clone();
    let mut warnings = Vec::new();
    let missing = column.missing as f64 / rows as f64;
    if missing >= MOSTLY {
        warnings.push(TableWarning::MostlyMissing { column: name.clone(), share: missing });
    }
    let share = mode_share(column, table).unwrap_or(0.0);
    if column.distinct > 1 && share >= NEARLY_ALL {
        warnings.push(TableWarning::NearlyConstant { column: name.clone(), share });
    }
    if present >= FEWEST_ROWS && is_identifier(column, table, present) {
        warnings.push(TableWarning::Identifier { column: name, distinct: column.distinct });
    }
    warnings
}

/// Texts that nearly all differ, or whole numbers that rise by 1 from row to row.
fn is_identifier(column: &ColumnDescription, table: &Table, present: usize) -> bool {
    match (&column.content, table.column(&column.name)) {
        (ColumnContent::Text { .. }, _) => column.distinct as f64 >= DISTINCT * present as f64,
        (ColumnContent::Numbers { whole: true, .. }, Ok(values)) => {
            let step = |row: usize| Some(values.number(row + 1)? - values.number(row)? == 1.0);
            column.missing == 0 && (0..values.rows() - 1).all(|row| step(row) == Some(true))
        }
        _ => false,
    }
}

/// The share of the most frequent value.
fn mode_share(column: &ColumnDescription, table: &Table) -> Option<f64> {
    let present = (table.rows() - column.missing) as f64;
    if let ColumnContent::Text { most_frequent } = &column.content {
        return Some(most_frequent.first()?.rows as f64 / present);
    }
    let values = table.column(&column.name).ok()?;
    if values.kind() != ColumnKind::Numeric {
        return None;
    }
    // A value that most rows have is the median.
    let ColumnContent::Numbers { median, .. } = column.content else { return None };
    let same = (0..values.rows()).filter(|&row| values.number(row) == Some(median)).count();
    Some(same as f64 / present)
}
