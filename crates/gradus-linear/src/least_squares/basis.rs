//! An orthonormal basis of the columns, from which every variance follows.

use std::ops::Range;

use gradus_linalg::{MatMut, MatRef, gemm, gram};
use nalgebra::{DMatrix, DVector};

use crate::Intercept;

/// Rows that are multiplied while they lie in a cache.
const BLOCK: usize = 512;
/// Rows that are summed on one thread; more are halved.
const LEAF: usize = 4096;
/// The share of a row outside of the space of the data's rows that is rounding.
const OUTSIDE: f64 = 1e-8;

/// B and s with q = Bᵀz for a row z = (1, x − s): √W·Q is orthonormal, and the covariance of the
/// coefficients of z is B·Cov(q)·Bᵀ. All that is known of a row is in its q.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Basis {
    /// B, a row for each coefficient, a column for each independent one.
    pub(super) root: DMatrix<f64>,
    /// s, one a feature.
    pub(super) shift: Vec<f64>,
    pub(super) intercept: Intercept,
    /// Whether there are fewer independent columns than coefficients.
    pub(super) deficient: bool,
}

impl Basis {
    fn constant(&self) -> usize {
        usize::from(self.intercept == Intercept::Fitted)
    }

    pub(super) fn rank(&self) -> usize {
        self.root.ncols()
    }

    /// Q for some rows of X.
    pub(super) fn rows(&self, x: &DMatrix<f64>, rows: Range<usize>) -> DMatrix<f64> {
        let z = self.shifted(x, rows);
        let mut q = DMatrix::zeros(z.nrows(), self.rank());
        gemm(1.0, MatRef::from(&z), MatRef::from(&self.root), 0.0, MatMut::from(&mut q));
        q
    }

    fn shifted(&self, x: &DMatrix<f64>, rows: Range<usize>) -> DMatrix<f64> {
        let mut z = DMatrix::from_element(rows.len(), self.root.nrows(), 1.0);
        for (j, (column, shift)) in x.column_iter().zip(&self.shift).enumerate() {
            let mut to = z.column_mut(self.constant() + j);
            for (z, x) in to.iter_mut().zip(&column.as_slice()[rows.clone()]) {
                *z = x - shift;
            }
        }
        z
    }

    /// f(i, qᵢ) for every row.
    pub(super) fn map_rows(
        &self,
        x: &DMatrix<f64>,
        f: &(dyn Fn(usize, &[f64]) -> f64 + Sync),
    ) -> Vec<f64> {
        use rayon::prelude::*;
        let mut values = vec![0.0; x.nrows()];
        values.par_chunks_mut(BLOCK).enumerate().for_each(|(block, values)| {
            let start = block * BLOCK;
            let q = self.rows(x, start..start + values.len()).transpose();
            for (i, value) in values.iter_mut().enumerate() {
                *value = f(start + i, q.column(i).as_slice());
            }
        });
        values
    }

    /// Σ vᵢqᵢqᵢᵀ.
    pub(super) fn second_moments(&self, x: &DMatrix<f64>, v: &[f64]) -> DMatrix<f64> {
        let k = self.rank();
        DMatrix::from_vec(k, k, self.sum(x, v, 0..x.nrows()))
    }

    fn sum(&self, x: &DMatrix<f64>, v: &[f64], rows: Range<usize>) -> Vec<f64> {
        let k = self.rank();
        if rows.len() > LEAF {
            let half = rows.start + rows.len().div_ceil(2 * LEAF) * LEAF;
            let (mut sums, rest) =
                rayon::join(|| self.sum(x, v, rows.start..half), || self.sum(x, v, half..rows.end));
            sums.iter_mut().zip(rest).for_each(|(sum, rest)| *sum += rest);
            return sums;
        }
        let (mut sums, mut part) = (vec![0.0; k * k], vec![0.0; k * k]);
        for start in rows.clone().step_by(BLOCK) {
            let block = start..(start + BLOCK).min(rows.end);
            let q = self.rows(x, block.clone());
            gram(MatRef::from(&q), Some(&v[block]), MatMut::new(&mut part, k, k));
            sums.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }

    /// The covariance of the coefficients of (1, x), B·M·Bᵀ with the shift undone, for M = Cov(q).
    pub(super) fn covariance(&self, middle: &DMatrix<f64>) -> DMatrix<f64> {
        let mut covariance = &self.root * middle * self.root.transpose();
        if self.constant() == 1 {
            // b = t − sᵀw for the constant t of shifted columns.
            let p = self.shift.len();
            let shift = DVector::from_column_slice(&self.shift);
            let features = covariance.view((1, 1), (p, p)) * &shift;
            let cross = covariance.view((1, 0), (p, 1)).into_owned();
            covariance[(0, 0)] += shift.dot(&features) - 2.0 * shift.dot(&cross.column(0));
            for j in 0..p {
                covariance[(1 + j, 0)] = cross[j] - features[j];
                covariance[(0, 1 + j)] = cross[j] - features[j];
            }
        }
        covariance
    }

    /// Which coefficients are determined by the data, features only.
    pub(super) fn determined(&self) -> Vec<bool> {
        let constant = self.constant();
        if !self.deficient {
            return vec![true; self.shift.len()];
        }
        let space = self.row_space();
        let inside = |j: usize| space.row(j).norm_squared() > 1.0 - OUTSIDE;
        (0..self.shift.len()).map(|j| inside(constant + j)).collect()
    }

    /// Whether the fitted values of rows are determined by the data.
    pub(super) fn determines(&self, x: &DMatrix<f64>) -> Vec<bool> {
        if !self.deficient {
            return vec![true; x.nrows()];
        }
        let z = self.shifted(x, 0..x.nrows());
        let space = self.row_space();
        let inside = &z * &space * space.transpose();
        let outside = |i: usize| (z.row(i) - inside.row(i)).norm();
        (0..x.nrows()).map(|i| outside(i) <= OUTSIDE * z.row(i).norm()).collect()
    }

    /// An orthonormal basis of the rows of the data: that of B's columns.
    fn row_space(&self) -> DMatrix<f64> {
        self.root.clone().qr().q()
    }
}
