//! The Bernoulli likelihood.

use gradus_linalg::{reduce, vectorize, vmath};
use nalgebra::DVector;

use crate::likelihood::{
    Columns, Cone, Likelihood, Margins, Point, Slope, Sloped, Terms, curve_of_one, one_predictor,
    slope_of_one,
};

/// Σ vᵢ(yᵢηᵢ − log(1 + e^ηᵢ)), η = Zγ + offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bernoulli<'a> {
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) y: &'a [f64],
}

impl Bernoulli<'_> {
    fn terms(&self, terms: Terms<'_>) -> f64 {
        let Terms { rows, eta, means: p, slopes, curvatures } = terms;
        let (weights, y) = (&self.columns.weights[rows.clone()], &self.y[rows]);
        vmath::sigmoid(eta, p);
        vmath::softplus(eta, slopes);
        let row = slopes.iter_mut().zip(eta).zip(y);
        vectorize(|| row.for_each(|((soft, eta), y)| *soft = y * eta - *soft));
        let log_likelihood = reduce::dot(slopes, weights);
        let row = slopes.iter_mut().zip(y).zip(&*p).zip(weights);
        vectorize(|| row.for_each(|(((slope, y), p), w)| *slope = w * (y - p)));
        let row = curvatures.iter_mut().zip(&*p).zip(weights);
        vectorize(|| row.for_each(|((curvature, p), w)| *curvature = w * p * (1.0 - p)));
        log_likelihood
    }
}

impl Likelihood for Bernoulli<'_> {
    /// P(y = 1).
    type Means = Vec<f64>;

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        one_predictor(self.columns, gamma, &|terms| self.terms(terms))
    }

    fn columns(&self) -> &Columns<'_> {
        self.columns
    }

    fn stays_inside(&self, at: &Point<Vec<f64>>, step: &DVector<f64>) -> bool {
        let weights = &self.columns.weights;
        // By the leverage, vp(1 − p)·change² ≤ the squared decrement.
        let decrement = at.gradient.dot(step);
        let small = |row: usize| {
            let odds = at.means[row] / (1.0 - at.means[row]);
            let odds = if self.y[row] == 1.0 { odds } else { odds.recip() };
            decrement * odds < weights[row]
        };
        let counts = |row: &usize| weights[*row] != 0.0;
        if (0..self.y.len()).filter(counts).all(small) {
            return true;
        }
        let change = self.columns.product(step.as_slice());
        (0..self.y.len()).filter(counts).all(|row| {
            let p = at.means[row];
            let share = if self.y[row] == 1.0 { -p } else { 1.0 - p };
            1.0 + share * change[row] > 0.0
        })
    }

    fn cone(&self) -> impl Cone {
        Margins::new(self.columns, |row| if self.y[row] == 1.0 { &[1.0] } else { &[-1.0] })
    }
}

impl Sloped for Bernoulli<'_> {
    fn slope(&self, gamma: &[f64]) -> Slope<Vec<f64>> {
        slope_of_one(self.columns, gamma, &|terms| self.terms(terms))
    }

    fn curve(&self, p: &Vec<f64>, v: &[f64]) -> Vec<f64> {
        let weights = &self.columns.weights;
        curve_of_one(self.columns, v, &|row| weights[row] * p[row] * (1.0 - p[row]))
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
            let y: Vec<f64> = sample.shares.iter().map(|u| f64::from(u8::from(*u < 0.4))).collect();
            let model = Bernoulli { columns: &columns, y: &y };
            let (point, hessian) = compare(&model, &sample.coefficients, 1, |tape, gamma| {
                let eta = predictors(tape, &columns, gamma);
                ((column(tape, &y) * eta - eta.softplus()) * column(tape, &columns.weights)).sum()
            })?;
            informs(&point.information, &hessian)?;
            slopes_agree(&model, &point, &sample.coefficients)?;
        }
    }
}
