//! Sums over rows, a block at a time.

use std::ops::Range;

use gradus_linalg::{MatMut, MatRef, gemv, gram, vectorize};
use nalgebra::{DMatrix, DVector};

use super::{Columns, Point};
use crate::rows::scale_rows;

/// Rows of a block: with tens of columns it stays in a core's cache while it is used for the
/// predictors, the gradient and the information.
const BLOCK: usize = 512;
/// Rows of a block of very many columns, and the elements that it has with fewer.
const LOW: usize = 16;
const CELLS: usize = 1 << 17;
/// Rows that are summed on one thread; more are halved, so that no bit depends on the threads.
const LEAF: usize = 4096;

/// What a likelihood sums over rows.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) log_likelihood: f64,
    pub(crate) gradient: DVector<f64>,
    pub(crate) information: DMatrix<f64>,
}

/// How much of them is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Gradient,
    /// The information, too; without it, it is 0×0.
    Information,
}

impl Sums {
    fn new(coefficients: usize, order: Order) -> Self {
        let size = if order == Order::Information { coefficients } else { 0 };
        Self {
            log_likelihood: 0.0,
            gradient: DVector::zeros(coefficients),
            information: DMatrix::zeros(size, size),
        }
    }

    fn add(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        self.gradient += &other.gradient;
        self.information += &other.information;
    }
}

/// Some rows of Z.
pub(crate) struct Block<'a> {
    pub(crate) rows: Range<usize>,
    /// Z, rows×q, column after column.
    pub(crate) z: &'a mut [f64],
    /// The offset plus Zγ for the γ that was asked for.
    pub(crate) eta: &'a mut [f64],
}

impl Block<'_> {
    pub(crate) fn view(&self) -> MatRef<'_, f64> {
        let m = self.rows.len();
        MatRef::new(self.z, m, self.z.len() / m)
    }
}

/// What is asked of all rows.
pub(crate) struct Pass<'a> {
    pub(crate) columns: &'a Columns<'a>,
    /// γ of the predictors that blocks come with; empty if none are wanted.
    pub(crate) gamma: &'a [f64],
    /// The number of coefficients.
    pub(crate) coefficients: usize,
    pub(crate) order: Order,
}

impl Pass<'_> {
    /// The sums of all rows. `means` has so many numbers for each row as it is long for all of
    /// them, and each block fills its own.
    pub(crate) fn sums(
        &self,
        means: &mut [f64],
        of_block: &(impl Fn(Block<'_>, &mut [f64], &mut Sums) + Sync),
    ) -> Sums {
        let rows = self.columns.rows();
        self.over(0..rows, means.len() / rows, means, of_block)
    }

    fn over(
        &self,
        rows: Range<usize>,
        width: usize,
        means: &mut [f64],
        of_block: &(impl Fn(Block<'_>, &mut [f64], &mut Sums) + Sync),
    ) -> Sums {
        if rows.len() > LEAF {
            let half = rows.len().div_ceil(2 * LEAF) * LEAF;
            let (left, right) = means.split_at_mut(half * width);
            let middle = rows.start + half;
            let (mut first, second) = rayon::join(
                || self.over(rows.start..middle, width, left, of_block),
                || self.over(middle..rows.end, width, right, of_block),
            );
            first.add(&second);
            return first;
        }
        let mut sums = Sums::new(self.coefficients, self.order);
        let height = (CELLS / self.columns.len()).clamp(LOW, BLOCK);
        let most = height.min(rows.len());
        let mut z = vec![0.0; most * self.columns.len()];
        let mut eta = vec![0.0; most];
        for start in rows.clone().step_by(height) {
            let block = start..(start + height).min(rows.end);
            let (z, eta) = (&mut z[..block.len() * self.columns.len()], &mut eta[..block.len()]);
            self.columns.copy_rows(block.clone(), self.gamma, z, eta);
            let place = (start - rows.start) * width;
            let means = &mut means[place..place + block.len() * width];
            of_block(Block { rows: block, z, eta }, means, &mut sums);
        }
        sums
    }
}

/// What the rows of a block add to a likelihood of one predictor.
pub(crate) struct Terms<'a> {
    pub(crate) rows: Range<usize>,
    pub(crate) eta: &'a [f64],
    /// To be filled with the means,
    pub(crate) means: &'a mut [f64],
    /// ∂ℓᵢ/∂ηᵢ
    pub(crate) slopes: &'a mut [f64],
    /// and −∂²ℓᵢ/∂ηᵢ² ≥ 0.
    pub(crate) curvatures: &'a mut [f64],
}

/// A likelihood of one linear predictor at γ. `terms` returns the log-likelihood of its rows.
pub(crate) fn one_predictor(
    columns: &Columns<'_>,
    gamma: &DVector<f64>,
    terms: &(impl Fn(Terms<'_>) -> f64 + Sync),
) -> Point<Vec<f64>> {
    let q = columns.len();
    let mut means = vec![0.0; columns.rows()];
    let pass =
        Pass { columns, gamma: gamma.as_slice(), coefficients: q, order: Order::Information };
    let sums = pass.sums(&mut means, &|block, means, sums| {
        let m = block.rows.len();
        let (mut slopes, mut curvatures) = (vec![0.0; m], vec![0.0; m]);
        sums.log_likelihood += terms(Terms {
            rows: block.rows.clone(),
            eta: block.eta,
            means,
            slopes: &mut slopes,
            curvatures: &mut curvatures,
        });
        let mut part = vec![0.0; q * q];
        gemv(block.view().t(), &slopes, &mut part[..q]);
        add(sums.gradient.as_mut_slice(), &part[..q]);
        // (√W·Z)ᵀ(√W·Z), for which Z is not copied once more.
        curvatures.iter_mut().for_each(|w| *w = w.sqrt());
        scale_rows(block.z, &curvatures);
        gram(MatRef::new(block.z, m, q), None, MatMut::new(&mut part, q, q));
        add(sums.information.as_mut_slice(), &part);
    });
    let Sums { log_likelihood, gradient, information } = sums;
    Point { means, log_likelihood, gradient, information }
}

pub(crate) fn add(sums: &mut [f64], part: &[f64]) {
    vectorize(|| {
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    });
}
