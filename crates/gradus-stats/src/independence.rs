//! The χ² test of independence.

use serde::{Deserialize, Serialize};

use crate::{ChiSquared, Continuous, StatsError};

/// Whether a 2×2 table is corrected for continuity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Continuity {
    /// No correction.
    #[default]
    Plain,
    /// Yates' correction: each |O − E| less by ½, at least 0. It applies to one degree of freedom
    /// alone.
    Yates,
}

/// The result of a χ² test of independence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndependenceTest {
    /// χ² = Σ(O−E)²/E.
    pub statistic: f64,
    /// (rows − 1)(columns − 1).
    pub df: f64,
    /// The probability of so large a statistic if rows and columns are independent.
    pub p_value: f64,
    /// The counts E = row total · column total / total that independence expects.
    pub expected: Vec<Vec<f64>>,
    /// The least expected count. Below 5 the χ² approximation is doubtful (Cochran).
    pub least_expected: f64,
}

/// Pearson's χ² test of whether the rows and columns of a table of counts are independent.
///
/// # Errors
///
/// [`StatsError::TooFew`] below two rows or columns; [`StatsError::LengthMismatch`] for rows of
/// unequal length; [`StatsError::NoVariation`] if a row or column is empty.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Continuity, chi_squared_independence};
///
/// let test = chi_squared_independence(&[&[10, 20], &[30, 40]], Continuity::Plain)?;
/// assert!((test.statistic - 50.0 / 63.0).abs() < 1e-14);
/// assert!((test.p_value - 0.37299848361348686).abs() < 1e-14);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// R and scipy correct 2×2 tables by default; here the caller says so.
pub fn chi_squared_independence(
    table: &[&[u64]],
    continuity: Continuity,
) -> Result<IndependenceTest, StatsError> {
    const OF: &str = "chi-squared test of independence";
    let columns = table.first().map_or(0, |row| row.len());
    for size in [table.len(), columns] {
        if size < 2 {
            return Err(StatsError::TooFew { of: OF, needed: 2, got: size });
        }
    }
    if let Some(row) = table.iter().find(|row| row.len() != columns) {
        return Err(StatsError::LengthMismatch { of: OF, left: columns, right: row.len() });
    }
    let row_totals: Vec<f64> =
        table.iter().map(|row| row.iter().map(|&count| count as f64).sum()).collect();
    let column_totals: Vec<f64> =
        (0..columns).map(|j| table.iter().map(|row| row[j] as f64).sum()).collect();
    if row_totals.iter().chain(&column_totals).any(|&total| total == 0.0) {
        return Err(StatsError::NoVariation { of: OF });
    }
    let total: f64 = row_totals.iter().sum();
    let expected: Vec<Vec<f64>> = row_totals
        .iter()
        .map(|row| column_totals.iter().map(|column| row * (column / total)).collect())
        .collect();
    let df = ((table.len() - 1) * (columns - 1)) as f64;
    let shift = if continuity == Continuity::Yates && df == 1.0 { 0.5 } else { 0.0 };
    let pairs = table.iter().zip(&expected).flat_map(|(row, means)| row.iter().zip(means));
    let statistic = crate::sum::sum(pairs.map(|(&count, mean)| {
        let gap = (count as f64 - mean).abs();
        let gap = gap - f64::min(shift, gap);
        gap * gap / mean
    }));
    let least_expected = expected.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let p_value = ChiSquared::new(df)?.sf(statistic);
    Ok(IndependenceTest { statistic, df, p_value, expected, least_expected })
}
