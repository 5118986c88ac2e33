//! The Poisson likelihood.

use gradus_linalg::{reduce, vmath};
use nalgebra::DVector;

use crate::likelihood::{
    Columns, Cone, Likelihood, Margins, Point, Slope, Sloped, Terms, curve_of_one, one_predictor,
    slope_of_one,
};

/// Σ vᵢ(yᵢηᵢ − e^ηᵢ), η = Zγ + offset; the constant −Σ v ln y! is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts<'a> {
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) y: &'a [f64],
}

impl Counts<'_> {
    /// b of the model without features: ln(Σvy / Σve^o), −∞ where there are no counts.
    pub(super) fn null_constant(&self) -> f64 {
        let Columns { weights, offset, .. } = self.columns;
        let counts: f64 = self.y.iter().zip(weights).map(|(y, w)| y * w).sum();
        let Some(offset) = offset else {
            return (counts / weights.iter().sum::<f64>()).ln();
        };
        let largest = offset.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exposure: f64 = offset.iter().zip(weights).map(|(o, w)| w * (o - largest).exp()).sum();
        (counts / exposure).ln() - largest
    }

    fn terms(&self, terms: Terms<'_>) -> f64 {
        let Terms { rows, eta, means: mu, slopes, curvatures } = terms;
        let (weights, y) = (&self.columns.weights[rows.clone()], &self.y[rows]);
        vmath::exp(eta, mu);
        for (((term, eta), mu), y) in slopes.iter_mut().zip(eta).zip(&*mu).zip(y) {
            *term = y * eta - mu;
        }
        let log_likelihood = reduce::dot(slopes, weights);
        let row = slopes.iter_mut().zip(curvatures).zip(y).zip(&*mu).zip(weights);
        for ((((slope, curvature), y), mu), w) in row {
            *slope = w * (y - mu);
            *curvature = w * mu;
        }
        log_likelihood
    }

    /// Whether a row counts for the direction, and as what: on it, or on one side.
    fn empty(&self, row: usize) -> bool {
        self.columns.weights[row] > 0.0 && self.y[row] == 0.0
    }
}

impl Likelihood for Counts<'_> {
    /// μ.
    type Means = Vec<f64>;

    fn columns(&self) -> &Columns<'_> {
        self.columns
    }

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        one_predictor(self.columns, gamma, &|terms| self.terms(terms))
    }

    /// A row without counts has the multiplier μ(1 + change); the others may have any.
    fn stays_inside(&self, _: &Point<Vec<f64>>, step: &DVector<f64>) -> bool {
        let change = self.columns.product(step.as_slice());
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

impl Sloped for Counts<'_> {
    fn slope(&self, gamma: &[f64]) -> Slope<Vec<f64>> {
        slope_of_one(self.columns, gamma, &|terms| self.terms(terms))
    }

    fn curve(&self, mu: &Vec<f64>, v: &[f64]) -> Vec<f64> {
        curve_of_one(self.columns, v, &|row| self.columns.weights[row] * mu[row])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::likelihood::derivatives::{
        column, compare, informs, predictors, samples, slopes_agree,
    };

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_formula(sample in samples()) {
            let columns = sample.columns();
            let y: Vec<f64> = sample.shares.iter().map(|u| (7.0 * u * u).floor()).collect();
            let model = Counts { columns: &columns, y: &y };
            let (point, hessian) = compare(&model, &sample.coefficients, 1, |tape, gamma| {
                let eta = predictors(tape, &columns, gamma);
                ((column(tape, &y) * eta - eta.exp()) * column(tape, &columns.weights)).sum()
            })?;
            informs(&point.information, &hessian)?;
            slopes_agree(&model, &point, &sample.coefficients)?;
        }
    }
}
