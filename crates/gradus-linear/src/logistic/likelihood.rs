//! The Bernoulli likelihood.

use gradus_linalg::{MatMut, MatRef, gemv, gram, reduce, vmath};
use nalgebra::DVector;

use crate::likelihood::{Columns, Cone, Likelihood, Margins, Point, Sums, sums};

/// Σ vᵢ(yᵢηᵢ − log(1 + e^ηᵢ)), η = Zγ + offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bernoulli<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) y: &'a [f64],
}

impl Bernoulli<'_> {
    /// The terms of the rows from `first` on, whose probabilities go to `p`.
    fn block(&self, gamma: &DVector<f64>, first: usize, p: &mut [f64]) -> Sums {
        let rows = first..first + p.len();
        let z = MatRef::from(&self.columns.z).row_range(rows.clone());
        let weights = &self.columns.weights[rows.clone()];
        let y = &self.y[rows.clone()];
        let mut eta = vec![0.0; p.len()];
        gemv(z, gamma.as_slice(), &mut eta);
        for (eta, offset) in eta.iter_mut().zip(&self.columns.offset[rows]) {
            *eta += offset;
        }
        vmath::sigmoid(&eta, p);
        let mut of_row = vec![0.0; p.len()];
        vmath::softplus(&eta, &mut of_row);
        for ((soft, eta), y) in of_row.iter_mut().zip(&eta).zip(y) {
            *soft = y * eta - *soft;
        }
        let log_likelihood = reduce::dot(&of_row, weights);
        for (((of_row, y), p), w) in of_row.iter_mut().zip(y).zip(&*p).zip(weights) {
            *of_row = w * (y - p);
        }
        let mut sums = Sums::new(z.cols());
        sums.log_likelihood = log_likelihood;
        gemv(z.t(), &of_row, sums.gradient.as_mut_slice());
        for ((of_row, p), w) in of_row.iter_mut().zip(&*p).zip(weights) {
            *of_row = w * p * (1.0 - p);
        }
        gram(z, Some(&of_row), MatMut::from(&mut sums.information));
        sums
    }
}

impl Likelihood for Bernoulli<'_> {
    /// P(y = 1).
    type Means = Vec<f64>;

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        let mut p = vec![0.0; self.y.len()];
        let Sums { log_likelihood, gradient, information } =
            sums(self.columns.len(), 0, &mut p, &|first, p| self.block(gamma, first, p));
        Point { means: p, log_likelihood, gradient, information }
    }

    fn columns(&self) -> &Columns {
        self.columns
    }

    fn stays_inside(&self, at: &Point<Vec<f64>>, step: &DVector<f64>) -> bool {
        let Columns { z, weights, .. } = self.columns;
        let change: DVector<f64> = z * step;
        (0..self.y.len()).all(|row| {
            let p = at.means[row];
            let share = if self.y[row] == 1.0 { -p } else { 1.0 - p };
            weights[row] == 0.0 || 1.0 + share * change[row] > 0.0
        })
    }

    fn cone(&self) -> impl Cone {
        Margins::new(self.columns, |row| if self.y[row] == 1.0 { &[1.0] } else { &[-1.0] })
    }
}
