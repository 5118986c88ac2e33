//! Columns that say the same as others.

use gradus_data::{Column, ColumnKind, Table};
use gradus_stats::correlation;
use nalgebra::DMatrix;
use serde::Serialize;

use crate::rounds::each;

/// Work beyond which only some of the rows are compared, evenly spread.
const MOST_TERMS: usize = 2_000_000_000;
/// The most columns whose inflation factors are computed.
const MOST_COLUMNS: usize = 1000;
/// The most columns that are compared with each other: pairs take memory and time.
pub(crate) const MOST_COMPARED: usize = 2000;
/// Eigenvalues of a correlation matrix of p columns that are 0 but for rounding, over p.
const ZERO: f64 = 1e-12;

/// Two columns of numbers, and Pearson's r of the rows that have both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrelatedPair {
    /// The first in the table's order.
    pub first: String,
    /// The second.
    pub second: String,
    /// r.
    pub r: f64,
}

/// What columns have in common.
#[derive(Debug)]
pub(crate) struct Collinearity {
    /// For each column of the table.
    pub(crate) vifs: Vec<Option<f64>>,
    /// The strongest first.
    pub(crate) pairs: Vec<CorrelatedPair>,
    /// The number of columns of numbers, if it is above [`MOST_COMPARED`] and none were compared.
    pub(crate) too_many: Option<usize>,
}

/// Correlations of at least a limit, and variance inflation factors, among all columns of numbers but
/// the target.
pub(crate) fn collinearity(table: &Table, target: Option<&str>, limit: f64) -> Collinearity {
    let numbers: Vec<(usize, &Column)> = table
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind() == ColumnKind::Numeric)
        .filter(|(_, column)| Some(column.name()) != target && varies(column))
        .collect();
    if numbers.len() > MOST_COMPARED {
        let vifs = vec![None; table.columns().len()];
        return Collinearity { vifs, pairs: Vec::new(), too_many: Some(numbers.len()) };
    }
    let pairs: Vec<(usize, usize)> =
        (0..numbers.len()).flat_map(|a| (a + 1..numbers.len()).map(move |b| (a, b))).collect();
    let step = (pairs.len().saturating_mul(table.rows()) / MOST_TERMS).max(1);
    let rs = each(pairs.len(), |place| {
        let (a, b) = pairs[place];
        common(numbers[a].1, numbers[b].1, step)
    });
    let mut matrix = DMatrix::<f64>::identity(numbers.len(), numbers.len());
    let mut strong = Vec::new();
    for (&(a, b), r) in pairs.iter().zip(rs) {
        let r = r.unwrap_or(0.0);
        matrix[(a, b)] = r;
        matrix[(b, a)] = r;
        if r.abs() >= limit {
            let name = |place: usize| numbers[place].1.name().to_owned();
            strong.push(CorrelatedPair { first: name(a), second: name(b), r });
        }
    }
    strong.sort_by(|a, b| b.r.abs().total_cmp(&a.r.abs()));
    let mut vifs = vec![None; table.columns().len()];
    // With fewer rows every column is a combination of the others.
    if (2..=MOST_COLUMNS).contains(&numbers.len()) && table.rows() > numbers.len() + 1 {
        for ((place, _), vif) in numbers.iter().zip(inflation(matrix).unwrap_or_default()) {
            vifs[*place] = Some(vif);
        }
    }
    Collinearity { vifs, pairs: strong, too_many: None }
}

/// The diagonal of a correlation matrix' inverse, infinite for columns that take part in an exact
/// dependence: Σₖ v²ⱼₖ/λₖ over eigenvalues λ and eigenvectors v. None where gaps make the matrix that
/// of no sample.
fn inflation(matrix: DMatrix<f64>) -> Option<Vec<f64>> {
    let p = matrix.nrows();
    let eigen = matrix.symmetric_eigen();
    if eigen.eigenvalues.iter().any(|&lambda| lambda < -ZERO * 1e3 * p as f64) {
        return None;
    }
    let factor = |j: usize| {
        (0..p)
            .map(|k| {
                let (lambda, share) = (eigen.eigenvalues[k], eigen.eigenvectors[(j, k)].powi(2));
                match lambda > ZERO * p as f64 {
                    true => share / lambda,
                    false if share > 1e-9 => f64::INFINITY,
                    false => 0.0,
                }
            })
            .sum()
    };
    Some((0..p).map(factor).collect())
}

/// r over the rows that have both, every `step`th of them.
fn common(a: &Column, b: &Column, step: usize) -> Option<f64> {
    let both = |row: usize| Some((a.number(row)?, b.number(row)?));
    let (x, y): (Vec<f64>, Vec<f64>) = (0..a.rows()).step_by(step).filter_map(both).unzip();
    correlation(&x, &y).ok()
}

fn varies(column: &Column) -> bool {
    let mut values = (0..column.rows()).filter_map(|row| column.number(row));
    values.next().is_some_and(|first| values.any(|value| value != first))
}
