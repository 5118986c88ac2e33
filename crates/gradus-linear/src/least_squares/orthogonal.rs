//! The solution by orthogonal triangularisation.

use nalgebra::{DMatrix, DVector};

use super::basis::Basis;
use super::condition::condition;
use super::method::LeastSquaresSolver;
use super::problem::{Problem, Solution};
use super::qr::PivotedQr;
use super::refine::refine;

/// The solution for columns of any rank.
pub(super) fn solve(problem: &Problem<'_>) -> Solution {
    let (matrix, outcome) = weighted(problem);
    let qr = PivotedQr::new(matrix.clone());
    let root = qr.right_inverse();
    let solution: DVector<f64> = &root * qr.projected(&outcome);
    let residual = residuals(&matrix, &outcome, &solution);
    let deficient = qr.rank() < matrix.ncols();
    let (coefficients, residual) = if deficient {
        let solution = solution + &root * qr.projected(&residual);
        let residual = residuals(&matrix, &outcome, &solution);
        (solution, residual)
    } else {
        refine(&matrix, &outcome, &qr, solution, residual)
    };
    Solution {
        solver: match deficient {
            true => LeastSquaresSolver::MinimumNorm,
            false => LeastSquaresSolver::PivotedQr,
        },
        coefficients,
        rank: qr.rank(),
        rss: residual.iter().map(|r| r * r).sum(),
        basis: Basis {
            root,
            shift: vec![0.0; problem.x.ncols()],
            intercept: problem.intercept,
            deficient,
        },
        condition_number: if deficient { f64::INFINITY } else { condition(&qr.triangle()) },
    }
}

/// √W·[1, X] and √W·y, without rows of weight 0, which are no rows.
fn weighted(problem: &Problem<'_>) -> (DMatrix<f64>, Vec<f64>) {
    let constant = problem.constant();
    let weight = |row: usize| problem.weights.map_or(1.0, |weights| weights[row]);
    let rows: Vec<usize> = (0..problem.x.nrows()).filter(|&row| weight(row) > 0.0).collect();
    let roots: Vec<f64> = rows.iter().map(|&row| weight(row).sqrt()).collect();
    let matrix = DMatrix::from_fn(rows.len(), problem.coefficients(), |i, j| {
        let value = if j < constant { 1.0 } else { problem.x[(rows[i], j - constant)] };
        value * roots[i]
    });
    let outcome = rows.iter().zip(&roots).map(|(&row, root)| problem.target[row] * root).collect();
    (matrix, outcome)
}

/// b − A·x.
fn residuals(a: &DMatrix<f64>, b: &[f64], x: &DVector<f64>) -> Vec<f64> {
    let mut residual = b.to_vec();
    for (column, &x) in a.column_iter().zip(x.iter()) {
        for (residual, a) in residual.iter_mut().zip(column.as_slice()) {
            *residual = (-x).mul_add(*a, *residual);
        }
    }
    residual
}
