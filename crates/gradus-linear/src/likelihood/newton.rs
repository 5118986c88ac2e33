//! Newton's method for a concave log-likelihood.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::separation::{Separation, separate};
use super::{Likelihood, Point};
use crate::LinearError;

/// The share of the promised rise that a step must bring.
const ARMIJO: f64 = 1e-4;
/// Halvings of a step at most.
const HALVINGS: usize = 40;
/// Steps after which it is asked whether there is a maximum. Where there is one, few searches take
/// as many; where there is none, predictors have grown by about one a step.
const PATIENCE: usize = 12;

/// A squared decrement at which nothing but coefficients has to take the step.
const NEGLIGIBLE: f64 = 1e-20;

/// How long, and how close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    /// Of the squared Newton decrement gᵀH⁻¹g.
    pub(crate) tolerance: f64,
    pub(crate) max_iterations: usize,
}

/// Where the likelihood is greatest.
#[derive(Debug)]
pub(crate) struct Maximum<M> {
    pub(crate) gamma: DVector<f64>,
    /// The inverse of the information.
    pub(crate) covariance: DMatrix<f64>,
    pub(crate) log_likelihood: f64,
    pub(crate) iterations: usize,
    pub(crate) means: M,
}

/// The end of a search.
#[derive(Debug)]
pub(crate) enum Solution<M> {
    Maximum(Maximum<M>),
    /// There is no maximum.
    Separated(Separation),
}

impl Search {
    pub(crate) fn check(self) -> Result<(), LinearError> {
        let (name, value) = ("tolerance", self.tolerance);
        if !(value > 0.0 && value < 1e-4) {
            let must = "above 0 and below 1e-4";
            return Err(LinearError::InvalidOption { name, value, must });
        }
        Ok(())
    }
}

/// The maximum, from a `start` where all rows have the same predictor but for their offsets.
pub(crate) fn maximise<L: Likelihood>(
    likelihood: &L,
    start: DVector<f64>,
    search: Search,
) -> Result<Solution<L::Means>, LinearError> {
    let point = likelihood.at(&start);
    likelihood.columns().independent(&point.information)?;
    ascend(likelihood, start, point, search)
}

/// The maximum that is reached from any γ with its point, of columns that are known to be independent.
pub(crate) fn ascend<L: Likelihood>(
    likelihood: &L,
    mut gamma: DVector<f64>,
    mut point: Point<L::Means>,
    search: Search,
) -> Result<Solution<L::Means>, LinearError> {
    let mut decrement = f64::INFINITY;
    let mut overlap = false;
    for iteration in 0..=search.max_iterations {
        if iteration == PATIENCE && !overlap {
            if let Some(separation) = separate(&likelihood.cone()) {
                return Ok(Solution::Separated(separation));
            }
            overlap = true;
        }
        let Some(factor) = factorise(&point.information) else {
            return stuck(likelihood, overlap, iteration, decrement);
        };
        let step = factor.solve(&point.gradient);
        let before = decrement;
        decrement = point.gradient.dot(&step);
        if before <= search.tolerance || decrement <= NEGLIGIBLE {
            if !overlap && !likelihood.stays_inside(&point, &step) {
                return stuck(likelihood, overlap, iteration, decrement);
            }
            return Ok(Solution::Maximum(Maximum {
                gamma: gamma + step,
                covariance: factor.inverse(),
                log_likelihood: point.log_likelihood,
                iterations: iteration,
                means: point.means,
            }));
        }
        (gamma, point) = climb(likelihood, &gamma, &point, &step, decrement);
    }
    stuck(likelihood, overlap, search.max_iterations, decrement)
}

/// Why a search came to nothing.
fn stuck<L: Likelihood>(
    likelihood: &L,
    overlap: bool,
    iterations: usize,
    decrement: f64,
) -> Result<Solution<L::Means>, LinearError> {
    if !overlap && let Some(separation) = separate(&likelihood.cone()) {
        return Ok(Solution::Separated(separation));
    }
    Err(LinearError::NoMaximum { iterations, decrement })
}

/// The next point, after as many halvings as it takes.
pub(super) fn climb<L: Likelihood>(
    likelihood: &L,
    gamma: &DVector<f64>,
    point: &Point<L::Means>,
    step: &DVector<f64>,
    decrement: f64,
) -> (DVector<f64>, Point<L::Means>) {
    let mut t = 1.0;
    for _ in 0..HALVINGS {
        let next = gamma + step * t;
        let there = likelihood.at(&next);
        // Near the end a rise drowns in the rounding of the likelihood.
        let enough = point.log_likelihood + ARMIJO * t * decrement;
        if decrement < 1e-6 || there.log_likelihood >= enough {
            return (next, there);
        }
        t *= 0.5;
    }
    let next = gamma + step * t;
    let there = likelihood.at(&next);
    (next, there)
}

/// The Cholesky factor, unless it is singular to rounding.
pub(super) fn factorise(matrix: &DMatrix<f64>) -> Option<Cholesky<f64, Dyn>> {
    if matrix.iter().any(|value| !value.is_finite()) {
        return None;
    }
    Cholesky::new(matrix.clone())
}
