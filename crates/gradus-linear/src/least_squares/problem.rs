//! What is minimised, and what a solver finds.

use nalgebra::{DMatrix, DVector};

use super::basis::Basis;
use super::method::LeastSquaresSolver;
use crate::{Design, Intercept};

/// min Σ wᵢ(yᵢ − b − xᵢᵀw)², the offset taken from y already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem<'a> {
    pub(super) x: &'a DMatrix<f64>,
    pub(super) weights: Option<&'a [f64]>,
    pub(super) target: &'a [f64],
    pub(super) intercept: Intercept,
}

impl<'a> Problem<'a> {
    pub(super) fn new(design: &Design<'a>, target: &'a [f64], intercept: Intercept) -> Self {
        let weights = design.weights().map(|weights| weights.values());
        Self { x: design.x(), weights, target, intercept }
    }

    /// 1 with an intercept, else 0: the place of the first feature among the coefficients.
    pub(super) fn constant(&self) -> usize {
        usize::from(self.intercept == Intercept::Fitted)
    }

    /// The number of coefficients.
    pub(super) fn coefficients(&self) -> usize {
        self.x.ncols() + self.constant()
    }
}

/// Where the sum is least.
#[derive(Debug)]
pub(super) struct Solution {
    pub(super) solver: LeastSquaresSolver,
    /// The intercept first, if there is one.
    pub(super) coefficients: DVector<f64>,
    pub(super) rank: usize,
    /// Σwr².
    pub(super) rss: f64,
    pub(super) basis: Basis,
    /// Largest by smallest singular value of √W·X, intercept included.
    pub(super) condition_number: f64,
}
