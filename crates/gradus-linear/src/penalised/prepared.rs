//! The features on the scale on which they are penalised.

use gradus_linalg::vectorize;
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::options::{Bounds, Scaling};
use super::term::Term;
use crate::{Design, Intercept, Penalty};

/// A column whose values differ by less than this share of the largest is constant.
const CONSTANT: f64 = 1e-13;

/// By what the rows of the prepared features are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// By √v, for least squares.
    Weighted,
    /// By 1.
    Plain,
}

/// Centred and scaled features, and the way back.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// m×p; a constant column becomes 0 where there is an intercept to take its place.
    pub(crate) x: DMatrix<f64>,
    /// Row weights that sum to 1.
    pub(crate) v: Vec<f64>,
    centre: Vec<f64>,
    /// What a column was divided by.
    scale: Vec<f64>,
}

impl Prepared {
    pub(crate) fn new(
        design: &Design<'_>,
        intercept: Intercept,
        scaling: Scaling,
        rows: Rows,
    ) -> Self {
        let (m, p) = (design.rows(), design.features());
        let v: Vec<f64> = match design.weights() {
            Some(weights) => {
                // Against overflow of the sum, in units of the largest.
                let values = weights.values();
                let largest = values.iter().copied().fold(0.0, f64::max);
                let total: f64 = values.iter().map(|w| w / largest).sum();
                values.iter().map(|w| w / largest / total).collect()
            }
            None => vec![1.0 / m as f64; m],
        };
        let roots: Vec<f64> = match rows {
            Rows::Weighted => v.iter().map(|v| v.sqrt()).collect(),
            Rows::Plain => vec![1.0; m],
        };
        let mut x = DMatrix::zeros(m, p);
        let fitted = intercept == Intercept::Fitted;
        let source = design.x().as_slice();
        let columns = x.as_mut_slice().par_chunks_mut(m).zip(source.par_chunks(m));
        let (centre, scale) = columns
            .map(|(to, from)| vectorize(|| scale_column(to, from, &v, &roots, fitted, scaling)))
            .unzip();
        Self { x, v, centre, scale }
    }

    /// The weighted mean of a value for each row.
    pub(super) fn mean(&self, values: &[f64]) -> f64 {
        // Around the first value, so that a constant is its own mean.
        let first = values.first().copied().unwrap_or_default();
        first + values.iter().zip(&self.v).map(|(y, v)| v * (y - first)).sum::<f64>()
    }

    /// The terms of the penalty at λ on this scale.
    pub(super) fn terms(&self, penalty: &Penalty, bounds: &[Bounds], lambda: f64) -> Vec<Term> {
        let of_one = |(j, scale): (usize, &f64)| {
            let strength = lambda * penalty.factor(j);
            if penalty.factor(j) == f64::INFINITY {
                return Term::PINNED;
            }
            let Bounds { lower, upper } = bounds.get(j).copied().unwrap_or(Bounds::NONE);
            Term {
                alpha: strength * penalty.l1_ratio,
                beta: strength * (1.0 - penalty.l1_ratio),
                lower: lower * scale,
                upper: upper * scale,
            }
        };
        self.scale.iter().enumerate().map(of_one).collect()
    }

    /// Coefficients on the features' own scale, and what they take from the intercept.
    pub(crate) fn restore(&self, w: &[f64]) -> (Vec<f64>, f64) {
        let coefficients: Vec<f64> = w.iter().zip(&self.scale).map(|(w, s)| w / s).collect();
        let shift = coefficients.iter().zip(&self.centre).map(|(w, c)| w * c).sum();
        (coefficients, shift)
    }
}

/// Writes a column centred, scaled and with its rows multiplied; returns centre and scale.
#[inline(always)]
fn scale_column(
    to: &mut [f64],
    from: &[f64],
    v: &[f64],
    roots: &[f64],
    fitted: bool,
    scaling: Scaling,
) -> (f64, f64) {
    let first = from[0];
    let mean = first + sum(from, v, |x, v| v * (x - first));
    // The mean of values near the mean is more exact.
    let mean = mean + sum(from, v, |x, v| v * (x - mean));
    let largest = from.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    let mut sd = sum(from, v, |x, v| v * (x - mean) * (x - mean)).sqrt();
    if sd.is_infinite() {
        // Their squares overflow, they do not.
        sd = largest * sum(from, v, |x, v| v * ((x - mean) / largest).powi(2)).sqrt();
    }
    let constant = sd <= CONSTANT * largest;
    if constant && fitted {
        // Zero already.
        return (mean, 1.0);
    }
    let centre = if fitted { mean } else { 0.0 };
    let scale = if scaling == Scaling::Standardize && !constant { sd } else { 1.0 };
    for ((to, x), root) in to.iter_mut().zip(from).zip(roots) {
        *to = (x - centre) / scale * root;
    }
    (centre, scale)
}

/// Σ f(xᵢ, vᵢ) in eight sums, so that it can be vectorised and its error stays small.
#[inline(always)]
fn sum(x: &[f64], v: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let (mut xs, mut vs) = (x.chunks_exact(8), v.chunks_exact(8));
    for (x, v) in (&mut xs).zip(&mut vs) {
        for lane in 0..8 {
            sums[lane] += f(x[lane], v[lane]);
        }
    }
    for (lane, (x, v)) in xs.remainder().iter().zip(vs.remainder()).enumerate() {
        sums[lane] += f(*x, *v);
    }
    sums.iter().sum()
}
