//! Gradients of likelihoods, and products with their information, which is not formed.

use gradus_linalg::gemv;

use super::blocks::{Order, Pass, Terms, add};
use super::{Columns, Likelihood};

/// A likelihood whose gradient can be had alone.
pub(crate) trait Sloped: Likelihood {
    /// ℓ at γ.
    fn slope(&self, gamma: &[f64]) -> Slope<Self::Means>;

    /// −∂²ℓ/∂γ²·v where the means are these.
    fn curve(&self, means: &Self::Means, v: &[f64]) -> Vec<f64>;
}

/// A log-likelihood at a point, to first order.
#[derive(Debug)]
pub(crate) struct Slope<M> {
    pub(crate) means: M,
    pub(crate) log_likelihood: f64,
    /// ∂ℓ/∂γ.
    pub(crate) gradient: Vec<f64>,
}

/// A likelihood of one linear predictor at γ. `terms` returns the log-likelihood of its rows.
pub(crate) fn slope_of_one(
    columns: &Columns<'_>,
    gamma: &[f64],
    terms: &(impl Fn(Terms<'_>) -> f64 + Sync),
) -> Slope<Vec<f64>> {
    let mut means = vec![0.0; columns.rows()];
    let pass = Pass { columns, gamma, coefficients: columns.len(), order: Order::Gradient };
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
        let mut part = vec![0.0; columns.len()];
        gemv(block.view().t(), &slopes, &mut part);
        add(sums.gradient.as_mut_slice(), &part);
    });
    let gradient = sums.gradient.as_slice().to_vec();
    Slope { means, log_likelihood: sums.log_likelihood, gradient }
}

/// Zᵀ diag(c) Zv, for the curvature c of each row.
pub(crate) fn curve_of_one(
    columns: &Columns<'_>,
    v: &[f64],
    curvature: &(impl Fn(usize) -> f64 + Sync),
) -> Vec<f64> {
    let pass = Pass { columns, gamma: &[], coefficients: columns.len(), order: Order::Gradient };
    let sums = pass.sums(&mut [], &|block, _, sums| {
        let mut along = vec![0.0; block.rows.len()];
        gemv(block.view(), v, &mut along);
        for (along, row) in along.iter_mut().zip(block.rows.clone()) {
            *along *= curvature(row);
        }
        let mut part = vec![0.0; columns.len()];
        gemv(block.view().t(), &along, &mut part);
        add(sums.gradient.as_mut_slice(), &part);
    });
    sums.gradient.as_slice().to_vec()
}
