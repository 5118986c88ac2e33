//! The Bernoulli likelihood.

use gradus_linalg::{MatRef, gemv, reduce, vmath};
use nalgebra::DVector;

use crate::likelihood::{Columns, Cone, Likelihood, Margins, Point};

/// Σ vᵢ(yᵢηᵢ − log(1 + e^ηᵢ)), η = Zγ + offset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bernoulli<'a> {
    pub(super) columns: &'a Columns,
    pub(super) y: &'a [f64],
}

impl Likelihood for Bernoulli<'_> {
    /// P(y = 1).
    type Means = Vec<f64>;

    fn coefficients(&self) -> usize {
        self.columns.len()
    }

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        let Columns { z, weights, offset, .. } = self.columns;
        let rows = offset.len();
        let mut eta = vec![0.0; rows];
        gemv(MatRef::from(z), gamma.as_slice(), &mut eta);
        for (eta, offset) in eta.iter_mut().zip(offset) {
            *eta += offset;
        }
        let (mut p, mut soft) = (vec![0.0; rows], vec![0.0; rows]);
        vmath::sigmoid(&eta, &mut p);
        vmath::softplus(&eta, &mut soft);
        for ((soft, eta), y) in soft.iter_mut().zip(&eta).zip(self.y) {
            *soft = y * eta - *soft;
        }
        let log_likelihood = reduce::dot(&soft, weights);
        // The slope of each row, then its curvature, in the same place.
        let mut of_row = soft;
        for (((of_row, y), p), w) in of_row.iter_mut().zip(self.y).zip(&p).zip(weights) {
            *of_row = w * (y - p);
        }
        let mut gradient = DVector::zeros(z.ncols());
        gemv(MatRef::from(z).t(), &of_row, gradient.as_mut_slice());
        for ((of_row, p), w) in of_row.iter_mut().zip(&p).zip(weights) {
            *of_row = w * p * (1.0 - p);
        }
        let information = self.columns.weighted_gram(&of_row);
        Point { means: p, log_likelihood, gradient, information }
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
