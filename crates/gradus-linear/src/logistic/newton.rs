//! Newton's method for the likelihood.

use gradus_linalg::{MatMut, MatRef, gemm, reduce, vmath};
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::Logistic;
use super::separation::{SeparationKind, certify};
use crate::LinearError;

/// A pivot below this share of its diagonal element is rounding.
const DEPENDENT: f64 = 1e-12;
/// The share of the promised rise that a step must bring.
const ARMIJO: f64 = 1e-4;
/// Halvings of a step at most.
const HALVINGS: usize = 40;
/// A predictor beyond which it is asked whether the classes are separated.
const FAR: f64 = 12.0;

/// What is maximised over γ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem<'a> {
    pub(super) z: &'a DMatrix<f64>,
    pub(super) y: &'a [f64],
    pub(super) weights: &'a [f64],
    pub(super) offset: &'a [f64],
}

/// Where the likelihood is greatest.
#[derive(Debug)]
pub(super) struct Maximum {
    pub(super) gamma: DVector<f64>,
    /// The inverse of the information Zᵀ diag(vp(1−p)) Z.
    pub(super) covariance: DMatrix<f64>,
    pub(super) log_likelihood: f64,
    pub(super) iterations: usize,
    pub(super) probabilities: Vec<f64>,
}

/// The end of a run.
#[derive(Debug)]
pub(super) enum Solution {
    Maximum(Maximum),
    Separated { kind: SeparationKind, step: DVector<f64> },
}

/// The likelihood at a point.
struct Point {
    eta: Vec<f64>,
    p: Vec<f64>,
    log_likelihood: f64,
}

impl Problem<'_> {
    fn at(&self, gamma: &DVector<f64>) -> Point {
        let mut eta = self.offset.to_vec();
        let rows = eta.len();
        if !gamma.is_empty() {
            let out = MatMut::new(&mut eta, rows, 1);
            gemm(1.0, self.z.into(), MatRef::new(gamma.as_slice(), gamma.len(), 1), 1.0, out);
        }
        let (mut p, mut soft) = (vec![0.0; rows], vec![0.0; rows]);
        vmath::sigmoid(&eta, &mut p);
        vmath::softplus(&eta, &mut soft);
        for ((soft, eta), y) in soft.iter_mut().zip(&eta).zip(self.y) {
            *soft = y * eta - *soft;
        }
        let log_likelihood = reduce::dot(&soft, self.weights);
        Point { eta, p, log_likelihood }
    }

    fn gradient(&self, point: &Point) -> DVector<f64> {
        let parts = self.y.iter().zip(&point.p).zip(self.weights);
        let residuals: Vec<f64> = parts.map(|((y, p), w)| w * (y - p)).collect();
        let columns = self.z.column_iter().map(|z| reduce::dot(z.as_slice(), &residuals));
        DVector::from_iterator(self.z.ncols(), columns)
    }

    fn information(&self, curvature: impl Fn(usize) -> f64) -> DMatrix<f64> {
        let k = self.z.ncols();
        let roots: Vec<f64> = (0..self.y.len()).map(curvature).collect();
        let mut weighted = self.z.clone();
        for mut column in weighted.column_iter_mut() {
            for (z, root) in column.iter_mut().zip(&roots) {
                *z *= root;
            }
        }
        let mut information = DMatrix::zeros(k, k);
        let out = MatMut::from(&mut information);
        gemm(1.0, MatRef::from(self.z).t(), MatRef::from(&weighted), 0.0, out);
        information
    }

    fn independent(&self, name: &dyn Fn(usize) -> String) -> Result<(), LinearError> {
        let gram = self.information(|row| self.weights[row]);
        match dependent(&gram) {
            Some(column) => Err(LinearError::Collinear { feature: name(column) }),
            None => Ok(()),
        }
    }

    pub(super) fn maximise(
        &self,
        options: &Logistic,
        name: &dyn Fn(usize) -> String,
    ) -> Result<Solution, LinearError> {
        self.independent(name)?;
        let mut gamma = DVector::zeros(self.z.ncols());
        let mut point = self.at(&gamma);
        let mut decrement = f64::INFINITY;
        for iteration in 0..=options.max_iterations {
            let gradient = self.gradient(&point);
            let hessian =
                self.information(|row| self.weights[row] * point.p[row] * (1.0 - point.p[row]));
            let factor = factorise(hessian);
            let Some(factor) = factor else {
                return Err(LinearError::NoMaximum { iterations: iteration, decrement });
            };
            let step = factor.solve(&gradient);
            let far = point.eta.iter().zip(self.offset).any(|(eta, o)| (eta - o).abs() > FAR);
            if far && let Some((kind, step)) = certify(self.z, self.y, self.weights, &step) {
                return Ok(Solution::Separated { kind, step });
            }
            let last = decrement <= options.tolerance;
            decrement = gradient.dot(&step);
            if last {
                return Ok(Solution::Maximum(Maximum {
                    gamma,
                    covariance: factor.inverse(),
                    log_likelihood: point.log_likelihood,
                    iterations: iteration,
                    probabilities: point.p,
                }));
            }
            (gamma, point) = self.step(&gamma, &point, &step, decrement);
        }
        Err(LinearError::NoMaximum { iterations: options.max_iterations, decrement })
    }

    /// The next point, after as many halvings as it takes.
    fn step(
        &self,
        gamma: &DVector<f64>,
        point: &Point,
        step: &DVector<f64>,
        decrement: f64,
    ) -> (DVector<f64>, Point) {
        let mut t = 1.0;
        for _ in 0..HALVINGS {
            let next = gamma + step * t;
            let there = self.at(&next);
            // Near the end a rise drowns in the rounding of the likelihood.
            let enough = point.log_likelihood + ARMIJO * t * decrement;
            if decrement < 1e-6 || there.log_likelihood >= enough {
                return (next, there);
            }
            t *= 0.5;
        }
        let next = gamma + step * t;
        let there = self.at(&next);
        (next, there)
    }
}

/// The Cholesky factor, unless it is singular to rounding.
fn factorise(matrix: DMatrix<f64>) -> Option<Cholesky<f64, Dyn>> {
    if matrix.iter().any(|value| !value.is_finite()) {
        return None;
    }
    Cholesky::new(matrix)
}

/// The first column that depends on those before it.
fn dependent(gram: &DMatrix<f64>) -> Option<usize> {
    let n = gram.nrows();
    let mut l = DMatrix::<f64>::zeros(n, n);
    for j in 0..n {
        for i in 0..j {
            let sum: f64 = (0..i).map(|k| l[(i, k)] * l[(j, k)]).sum();
            l[(j, i)] = (gram[(j, i)] - sum) / l[(i, i)];
        }
        let sum: f64 = (0..j).map(|k| l[(j, k)] * l[(j, k)]).sum();
        let pivot = gram[(j, j)] - sum;
        if pivot.is_nan() || pivot <= DEPENDENT * gram[(j, j)] {
            return Some(j);
        }
        l[(j, j)] = pivot.sqrt();
    }
    None
}
