//! The Poisson likelihood.

use gradus_linalg::{MatRef, gemv, reduce, vmath};
use nalgebra::DVector;

use crate::likelihood::{Columns, Cone, Likelihood, Margins, Point};

/// Σ vᵢ(yᵢηᵢ − e^ηᵢ), η = Zγ + offset; the constant −Σ v ln y! is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts<'a> {
    pub(super) columns: &'a Columns,
    pub(super) y: &'a [f64],
}

impl Counts<'_> {
    /// b of the model without features: ln(Σvy / Σve^o), −∞ where there are no counts.
    pub(super) fn null_constant(&self) -> f64 {
        let Columns { weights, offset, .. } = self.columns;
        let largest = offset.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exposure: f64 = offset.iter().zip(weights).map(|(o, w)| w * (o - largest).exp()).sum();
        let counts: f64 = self.y.iter().zip(weights).map(|(y, w)| y * w).sum();
        (counts / exposure).ln() - largest
    }

    /// Whether a row counts for the direction, and as what: on it, or on one side.
    fn empty(&self, row: usize) -> bool {
        self.columns.weights[row] > 0.0 && self.y[row] == 0.0
    }
}

impl Likelihood for Counts<'_> {
    /// μ.
    type Means = Vec<f64>;

    fn columns(&self) -> &Columns {
        self.columns
    }

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        let Columns { z, weights, offset, .. } = self.columns;
        let mut eta = vec![0.0; offset.len()];
        gemv(MatRef::from(z), gamma.as_slice(), &mut eta);
        for (eta, offset) in eta.iter_mut().zip(offset) {
            *eta += offset;
        }
        let mut mu = vec![0.0; eta.len()];
        vmath::exp(&eta, &mut mu);
        let mut of_row = eta;
        for ((eta, mu), y) in of_row.iter_mut().zip(&mu).zip(self.y) {
            *eta = y * *eta - mu;
        }
        let log_likelihood = reduce::dot(&of_row, weights);
        for (((of_row, y), mu), w) in of_row.iter_mut().zip(self.y).zip(&mu).zip(weights) {
            *of_row = w * (y - mu);
        }
        let mut gradient = DVector::zeros(z.ncols());
        gemv(MatRef::from(z).t(), &of_row, gradient.as_mut_slice());
        for ((of_row, mu), w) in of_row.iter_mut().zip(&mu).zip(weights) {
            *of_row = w * mu;
        }
        let information = self.columns.weighted_gram(&of_row);
        Point { means: mu, log_likelihood, gradient, information }
    }

    /// A row without counts has the multiplier μ(1 + change); the others may have any.
    fn stays_inside(&self, _: &Point<Vec<f64>>, step: &DVector<f64>) -> bool {
        let change: DVector<f64> = &self.columns.z * step;
        (0..self.y.len()).all(|row| !self.empty(row) || 1.0 + change[row] > 0.0)
    }

    /// No rate of a row with counts may move, and none of a row without may rise.
    fn cone(&self) -> impl Cone {
        Margins::new(self.columns, |row| match self.empty(row) {
            true => &[-1.0],
            false => &[1.0, -1.0],
        })
    }
}
