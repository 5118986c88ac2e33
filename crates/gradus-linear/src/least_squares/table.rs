//! Estimates with their uncertainty, a row each.

use std::fmt;

/// One coefficient with its uncertainty.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CoefficientRow {
    /// The column's name, or `(intercept)`.
    pub name: String,
    /// The coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The estimate in standard errors.
    pub statistic: f64,
    /// The probability of a statistic at least as far from 0 if the coefficient is 0.
    pub p: f64,
    /// The confidence interval, low and high.
    pub interval: [f64; 2],
}

/// The table of coefficients that a statistician expects; it prints aligned.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CoefficientTable {
    /// What the statistic is called: `t` or `z`.
    pub statistic: String,
    /// The level of the confidence intervals.
    pub level: f64,
    /// One row a coefficient, the intercept first.
    pub rows: Vec<CoefficientRow>,
}

impl fmt::Display for CoefficientTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let statistic = &self.statistic;
        let p = format!("P>|{statistic}|");
        let level = format!("{}% interval", self.level * 100.0);
        writeln!(
            f,
            "{:width$}  {:>12} {:>12} {statistic:>9} {p:>9}  {level:>25}",
            "", "estimate", "std. error"
        )?;
        for row in &self.rows {
            let [low, high] = row.interval.map(number);
            writeln!(
                f,
                "{:width$}  {:>12} {:>12} {:>9} {:>9}  {low:>12} {high:>12}",
                row.name,
                number(row.estimate),
                number(row.standard_error),
                if row.statistic.abs() < 1e5 {
                    format!("{:.3}", row.statistic)
                } else {
                    format!("{:.2e}", row.statistic)
                },
                if row.p < 1e-4 { format!("{:.1e}", row.p) } else { format!("{:.4}", row.p) },
            )?;
        }
        Ok(())
    }
}

/// Five significant digits.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{value:.4e}");
    }
    let whole = if size >= 1.0 { size.log10().floor() as usize } else { 0 };
    format!("{value:.*}", 4_usize.saturating_sub(whole))
}
