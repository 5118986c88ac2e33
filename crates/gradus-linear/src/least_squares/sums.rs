//! Sums of products over all rows, in one pass through the memory.

use std::ops::Range;

use gradus_linalg::{MatMut, MatRef, gemv, gram, reduce};
use nalgebra::{DMatrix, DVector};

use super::problem::Problem;
use crate::rows::Affine;

/// Rows that are summed on one thread where there are more; they are halved. As many or fewer are cut
/// into blocks.
const LEAF: usize = 4096;
/// Rows that are copied, shifted and multiplied while they lie in a cache.
const BLOCK: usize = 512;

/// Where the columns and the outcome are counted from: Z = [1, X − s] and the residuals
/// r = y − t − (X − s)b. Near the means, and b near the solution, little is lost to rounding.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// s; without an intercept 0, because no constant can make up for it.
    pub(super) columns: Vec<f64>,
    /// t.
    pub(super) outcome: f64,
    /// b.
    pub(super) coefficients: Vec<f64>,
}

impl Origin {
    /// The means over some rows, and no coefficients.
    pub(super) fn mean(problem: &Problem<'_>, rows: Range<usize>) -> Self {
        let p = problem.x.ncols();
        let mut origin = Self { columns: vec![0.0; p], outcome: 0.0, coefficients: vec![0.0; p] };
        if problem.constant() == 1 {
            let weights = problem.weights.map(|weights| &weights[rows.clone()]);
            let total = weights.map_or(rows.len() as f64, reduce::sum);
            if total > 0.0 {
                let mean = |values: &[f64]| {
                    weights.map_or_else(|| reduce::sum(values), |w| reduce::dot(values, w)) / total
                };
                for (shift, column) in origin.columns.iter_mut().zip(problem.x.column_iter()) {
                    *shift = mean(&column.as_slice()[rows.clone()]);
                }
                origin.outcome = mean(&problem.target[rows]);
            }
        }
        origin
    }
}

/// What looks at a block of Z and r, with the weights of its rows.
type Show<'f> = &'f mut dyn FnMut(MatRef<'_, f64>, Option<&[f64]>);

impl Problem<'_> {
    /// ZᵀWZ with ZᵀWr as its last column and row and rᵀWr in the corner.
    pub(super) fn gram(&self, origin: &Origin, rows: Range<usize>) -> DMatrix<f64> {
        let k = self.coefficients() + 1;
        let sums = add_up(rows, k * k, &|rows, sums| {
            let mut part = vec![0.0; k * k];
            self.blocks(origin, rows, &mut |z, weights| {
                gram(z, weights, MatMut::new(&mut part, k, k));
                add(sums, &part);
            });
        });
        DMatrix::from_vec(k, k, sums)
    }

    /// ZᵀWr, and rᵀWr behind it.
    pub(super) fn gradient(&self, origin: &Origin) -> DVector<f64> {
        let k = self.coefficients() + 1;
        let sums = add_up(0..self.x.nrows(), k, &|rows, sums| {
            let mut part = vec![0.0; k];
            self.blocks(origin, rows, &mut |z, weights| {
                let residuals = z.contiguous_col(k - 1).unwrap_or_default();
                match weights {
                    None => gemv(z.t(), residuals, &mut part),
                    Some(weights) => {
                        let weighted: Vec<f64> =
                            residuals.iter().zip(weights).map(|(r, w)| r * w).collect();
                        gemv(z.t(), &weighted, &mut part);
                    }
                }
                add(sums, &part);
            });
        });
        DVector::from_vec(sums)
    }

    /// Shows Z and r, a block of rows at a time.
    fn blocks(&self, origin: &Origin, rows: Range<usize>, show: Show<'_>) {
        let k = self.coefficients() + 1;
        let mut buffer = vec![1.0; BLOCK.min(rows.len()) * k];
        let ones = vec![1.0; self.x.ncols()];
        let affine = Affine { x: self.x, shift: &origin.columns, factor: &ones };
        let coefficients: Vec<f64> = origin.coefficients.iter().map(|b| -b).collect();
        let mut start = rows.start;
        while start < rows.end {
            let end = (start + BLOCK).min(rows.end);
            let m = end - start;
            let (features, residuals) = buffer[..m * k].split_at_mut(m * (k - 1));
            features[..m * self.constant()].fill(1.0);
            let features = &mut features[m * self.constant()..];
            let residuals = &mut residuals[..m];
            for (r, y) in residuals.iter_mut().zip(&self.target[start..end]) {
                *r = y - origin.outcome;
            }
            affine.copy(start..end, &coefficients, features, residuals);
            let weights = self.weights.map(|weights| &weights[start..end]);
            show(MatRef::new(&buffer, m, k), weights);
            start = end;
        }
    }
}

/// Adds up over leaves of rows, halves first, so that the bits do not depend on the threads.
fn add_up(
    rows: Range<usize>,
    length: usize,
    leaf: &(dyn Fn(Range<usize>, &mut [f64]) + Sync),
) -> Vec<f64> {
    let most = if rows.len() <= LEAF { BLOCK } else { LEAF };
    halve(rows, most, length, leaf)
}

/// Adds up over leaves of at most `most` rows.
fn halve(
    rows: Range<usize>,
    most: usize,
    length: usize,
    leaf: &(dyn Fn(Range<usize>, &mut [f64]) + Sync),
) -> Vec<f64> {
    if rows.len() <= most {
        let mut sums = vec![0.0; length];
        leaf(rows, &mut sums);
        return sums;
    }
    let half = rows.start + rows.len().div_ceil(2 * most) * most;
    let (mut sums, rest) = rayon::join(
        || halve(rows.start..half, most, length, leaf),
        || halve(half..rows.end, most, length, leaf),
    );
    add(&mut sums, &rest);
    sums
}

fn add(sums: &mut [f64], part: &[f64]) {
    for (sum, part) in sums.iter_mut().zip(part) {
        *sum += part;
    }
}
