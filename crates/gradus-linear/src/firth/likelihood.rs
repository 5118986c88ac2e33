//! The penalised likelihood.

use gradus_linalg::{MatMut, MatRef, gemm};
use nalgebra::{Cholesky, DMatrix, DVector};

use crate::likelihood::{Columns, Cone, Likelihood, Margins, Point, Search};
use crate::logistic::Bernoulli;
use crate::{Intercept, LinearError};

/// ℓ + ½ log det ZᵀWZ. The columns' scale adds a constant to the determinant, which is left in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jeffreys<'a> {
    pub(super) columns: &'a Columns<'a>,
    /// Z.
    pub(super) z: &'a DMatrix<f64>,
    pub(super) y: &'a [f64],
}

impl Jeffreys<'_> {
    /// ℓ* without features, but with the penalty of all, as its constant is fitted by.
    pub(super) fn null(&self, search: Search) -> Result<f64, LinearError> {
        let mut gamma = DVector::zeros(self.columns.len());
        let mut point = self.at(&gamma);
        if self.columns.intercept == Intercept::None {
            return Ok(point.log_likelihood);
        }
        for _ in 0..search.max_iterations {
            let step = point.gradient[0] / point.information[(0, 0)];
            let decrement = point.gradient[0] * step;
            let mut t = 1.0;
            loop {
                let mut next = gamma.clone();
                next[0] += t * step;
                let there = self.at(&next);
                if decrement < 1e-6 || there.log_likelihood >= point.log_likelihood || t < 1e-9 {
                    (gamma, point) = (next, there);
                    break;
                }
                t *= 0.5;
            }
            if decrement <= search.tolerance {
                return Ok(point.log_likelihood);
            }
        }
        let decrement = f64::NAN;
        Err(LinearError::NoMaximum { iterations: search.max_iterations, decrement })
    }
}

impl Likelihood for Jeffreys<'_> {
    /// P(y = 1).
    type Means = Vec<f64>;

    fn columns(&self) -> &Columns<'_> {
        self.columns
    }

    /// The gradient is Zᵀ(v(y − p) + h(½ − p)), with the leverages h = diag(W½Z(ZᵀWZ)⁻¹ZᵀW½). Steps
    /// are those for rows of weight v + h that h/2 of either outcome has joined: without the weight
    /// of these, steps of small samples go too far.
    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        let Point { means: p, log_likelihood, mut gradient, information } =
            Bernoulli { columns: self.columns, y: self.y }.at(gamma);
        let Some(factor) = Cholesky::new(information.clone()) else {
            let log_likelihood = f64::NEG_INFINITY;
            return Point { means: p, log_likelihood, gradient, information };
        };
        let (rows, q) = self.z.shape();
        let inverse = factor.inverse();
        let mut product = DMatrix::zeros(rows, q);
        let z = MatRef::from(self.z);
        gemm(1.0, z, MatRef::from(&inverse), 0.0, MatMut::from(&mut product));
        let mut pull = vec![0.0; rows];
        for (a, b) in product.column_iter().zip(self.z.column_iter()) {
            for ((pull, a), b) in pull.iter_mut().zip(a.as_slice()).zip(b.as_slice()) {
                *pull += a * b;
            }
        }
        // Leverages, and the curvature that they add as weights of rows.
        let mut added = vec![0.0; rows];
        for (((pull, added), p), v) in
            pull.iter_mut().zip(&mut added).zip(&p).zip(&self.columns.weights)
        {
            let leverage = *pull * v * p * (1.0 - p);
            *pull = leverage * (0.5 - p);
            *added = leverage * p * (1.0 - p);
        }
        for (g, z) in gradient.iter_mut().zip(self.z.column_iter()) {
            *g += gradus_linalg::reduce::dot(z.as_slice(), &pull);
        }
        let information = information + self.columns.weighted_gram(&added);
        let half_log_det: f64 = factor.l_dirty().diagonal().iter().map(|l| l.ln()).sum();
        Point { means: p, log_likelihood: log_likelihood + half_log_det, gradient, information }
    }

    /// There is always a maximum.
    fn stays_inside(&self, _: &Point<Vec<f64>>, _: &DVector<f64>) -> bool {
        true
    }

    fn cone(&self) -> impl Cone {
        Margins::new(self.columns, |_| &[])
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::{Tape, Var};
    use proptest::prelude::*;

    use super::*;
    use crate::likelihood::derivatives::{close, column, compare, predictors, samples};

    proptest! {
        /// The score of ℓ* is exact. Steps take the information of rows that weigh their leverage more,
        /// which is no Hessian of ℓ* but that of ℓ with those weights held.
        #[test]
        fn the_penalised_score_is_that_of_the_formula(sample in samples()) {
            let columns = sample.columns();
            let y: Vec<f64> = sample.shares.iter().map(|u| f64::from(u8::from(*u < 0.4))).collect();
            let z = columns.whole();
            let model = Jeffreys { columns: &columns, z: &z, y: &y };
            let (point, _) = compare(&model, &sample.coefficients, 1, |tape, gamma| {
                let eta = predictors(tape, &columns, gamma);
                let weights = column(tape, &columns.weights);
                let log_likelihood = ((column(tape, &y) * eta - eta.softplus()) * weights).sum();
                let z = tape.constant(z.clone());
                let p = eta.sigmoid();
                let information = z.t_matmul(z * (weights * p * (-p + 1.0)));
                log_likelihood + information.try_log_det().expect("positive definite") * 0.5
            })?;

            let rows = y.len();
            let p = &point.means;
            let curvature = |row: usize| p[row] * (1.0 - p[row]);
            let by_weight = DMatrix::from_fn(rows, columns.len(), |row, j| {
                z[(row, j)] * (columns.weights[row] * curvature(row)).sqrt()
            });
            let inverse = by_weight.tr_mul(&by_weight).try_inverse().expect("positive definite");
            let hat = &by_weight * inverse * by_weight.transpose();
            let held: Vec<f64> = (0..rows).map(|row| columns.weights[row] + hat[(row, row)]).collect();
            let tape = Tape::new();
            let gamma = DMatrix::from_column_slice(columns.len(), 1, &sample.coefficients[..columns.len()]);
            let gamma: Var<'_, f64> = tape.variable(gamma);
            let eta = predictors(&tape, &columns, gamma);
            let value = ((column(&tape, &y) * eta - eta.softplus()) * column(&tape, &held)).sum();
            let hessian = tape.hessian(value, &[gamma]).expect("smooth operations");
            close(point.information.as_slice(), (-hessian).as_slice())?;
        }
    }
}
