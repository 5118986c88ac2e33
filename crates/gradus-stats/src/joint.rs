//! Conditional probability from a joint table.

use serde::Serialize;

use crate::StatsError;
use crate::bayes::SUM_TOLERANCE;
use crate::error::check_probability;
use crate::sum::sum;

/// The joint distribution P(A=i, B=j) of two discrete variables: A by rows, B by columns.
///
/// # Examples
///
/// ```
/// use gradus_stats::JointTable;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // Rows: rain, dry. Columns: forecast rain, forecast dry.
/// let weather = JointTable::from_counts(&[&[30, 10], &[20, 40]])?;
/// assert_eq!(weather.row(0)?, 0.4);
/// assert!((weather.row_given_column(0, 0)? - 0.6).abs() < 1e-15);
/// assert!((weather.column_given_row(0, 0)? - 0.75).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointTable {
    rows: Vec<Vec<f64>>,
}

const OF: &str = "joint table";

impl JointTable {
    /// A table of joint probabilities.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without cells; [`StatsError::LengthMismatch`] for rows of unequal
    /// length; [`StatsError::NotAProbability`]; [`StatsError::ProbabilitySum`].
    pub fn new(rows: &[&[f64]]) -> Result<Self, StatsError> {
        check_shape(rows)?;
        for (i, row) in rows.iter().enumerate() {
            for (j, &p) in row.iter().enumerate() {
                check_probability(OF, format!("[{i}][{j}]"), p)?;
            }
        }
        let total = sum(rows.iter().copied().flatten().copied());
        if (total - 1.0).abs() > SUM_TOLERANCE {
            return Err(StatsError::ProbabilitySum { of: OF, sum: total });
        }
        Ok(Self { rows: rows.iter().map(|row| row.to_vec()).collect() })
    }

    /// The relative frequencies of a table of counts.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and [`StatsError::TooFew`] if all counts are 0.
    pub fn from_counts(counts: &[&[u64]]) -> Result<Self, StatsError> {
        check_shape(counts)?;
        let total: f64 = counts.iter().copied().flatten().map(|&count| count as f64).sum();
        if total == 0.0 {
            return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
        }
        let share = |row: &&[u64]| row.iter().map(|&count| count as f64 / total).collect();
        Ok(Self { rows: counts.iter().map(share).collect() })
    }

    /// P(A=i, B=j).
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`].
    pub fn joint(&self, i: usize, j: usize) -> Result<f64, StatsError> {
        self.check("row", i, self.rows.len())?;
        self.check("column", j, self.rows[0].len())?;
        Ok(self.rows[i][j])
    }

    /// P(A=i) = Σⱼ P(A=i, B=j).
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`].
    pub fn row(&self, i: usize) -> Result<f64, StatsError> {
        self.check("row", i, self.rows.len())?;
        Ok(sum(self.rows[i].iter().copied()))
    }

    /// P(B=j) = Σᵢ P(A=i, B=j).
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`].
    pub fn column(&self, j: usize) -> Result<f64, StatsError> {
        self.check("column", j, self.rows[0].len())?;
        Ok(sum(self.rows.iter().map(|row| row[j])))
    }

    /// P(A=i | B=j) = P(A=i, B=j)/P(B=j).
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`]; [`StatsError::ZeroEvidence`] if P(B=j) = 0.
    pub fn row_given_column(&self, i: usize, j: usize) -> Result<f64, StatsError> {
        quotient(self.joint(i, j)?, self.column(j)?)
    }

    /// P(B=j | A=i) = P(A=i, B=j)/P(A=i).
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`]; [`StatsError::ZeroEvidence`] if P(A=i) = 0.
    pub fn column_given_row(&self, j: usize, i: usize) -> Result<f64, StatsError> {
        quotient(self.joint(i, j)?, self.row(i)?)
    }

    fn check(&self, what: &'static str, index: usize, count: usize) -> Result<(), StatsError> {
        if index < count {
            Ok(())
        } else {
            Err(StatsError::OutOfRange { of: OF, what, index, count })
        }
    }
}

fn quotient(joint: f64, condition: f64) -> Result<f64, StatsError> {
    if condition > 0.0 {
        Ok(joint / condition)
    } else {
        Err(StatsError::ZeroEvidence { of: "conditional probability" })
    }
}

fn check_shape<T>(rows: &[&[T]]) -> Result<(), StatsError> {
    let columns = rows.first().map_or(0, |row| row.len());
    if columns == 0 {
        return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
    }
    match rows.iter().find(|row| row.len() != columns) {
        Some(row) => Err(StatsError::LengthMismatch { of: OF, left: columns, right: row.len() }),
        None => Ok(()),
    }
}
