//! The columns that Newton's method sees.

use gradus_linalg::{MatMut, MatRef, gram, reduce};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::independent::dependent;
use crate::{Design, Intercept, LinearError, Weights};

/// The constant first, if there is one, then the features centred and scaled; and the weight and
/// the offset of each row.
#[derive(Debug)]
pub(crate) struct Columns {
    /// Z, m×q.
    pub(crate) z: DMatrix<f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) offset: Vec<f64>,
    pub(crate) intercept: Intercept,
    /// The number of observations: Σw under frequency weights, else rows that count.
    pub(crate) observations: f64,
    names: Vec<String>,
    /// θ = Tγ: from coefficients of these columns to those of the design's.
    back: DMatrix<f64>,
}

impl Columns {
    /// # Errors
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`] for a constant column.
    pub(crate) fn new(design: &Design<'_>, intercept: Intercept) -> Result<Self, LinearError> {
        let (m, p) = (design.rows(), design.features());
        if p == 0 && intercept == Intercept::None {
            return Err(LinearError::NoCoefficient);
        }
        let weights = design.weights().map_or_else(|| vec![1.0; m], |w| w.values().to_vec());
        let observations = match design.weights() {
            None => m as f64,
            Some(Weights::Frequency(w)) => w.iter().sum(),
            Some(Weights::Precision(w)) => w.iter().filter(|w| **w > 0.0).count() as f64,
        };
        let first = usize::from(intercept == Intercept::Fitted);
        let mut z = DMatrix::from_element(m, first + p, 1.0);
        let x = design.x().as_slice().par_chunks_exact(m);
        let scaled = z.as_mut_slice()[first * m..].par_chunks_exact_mut(m).zip(x);
        let scaled: Vec<Option<(f64, f64)>> =
            scaled.map(|(z, x)| standardise(x, &weights, intercept, z)).collect();
        let mut back = DMatrix::identity(first + p, first + p);
        for (j, scaled) in scaled.into_iter().enumerate() {
            let Some((centre, scale)) = scaled else {
                return Err(LinearError::Collinear { feature: design.names()[j].clone() });
            };
            back[(first + j, first + j)] = 1.0 / scale;
            if first == 1 {
                back[(0, 1 + j)] = -centre / scale;
            }
        }
        let offset = design.offset().map_or_else(|| vec![0.0; m], <[f64]>::to_vec);
        let names = design.names().to_vec();
        Ok(Self { z, weights, offset, intercept, observations, names, back })
    }

    /// Fails if a column depends on those before it, from the information of the first linear
    /// predictor where all predictors are the same: without offsets it is their Gram matrix, times
    /// a factor.
    pub(crate) fn independent(&self, information: &DMatrix<f64>) -> Result<(), LinearError> {
        let q = self.len();
        let found = match self.offset.iter().all(|&offset| offset == 0.0) {
            true => dependent(&information.view((0, 0), (q, q)).into_owned()),
            false => dependent(&self.weighted_gram(&self.weights)),
        };
        match found {
            Some(column) => Err(LinearError::Collinear { feature: self.name(column) }),
            None => Ok(()),
        }
    }

    /// Zᵀ diag(w) Z.
    pub(crate) fn weighted_gram(&self, weights: &[f64]) -> DMatrix<f64> {
        let q = self.z.ncols();
        let mut product = DMatrix::zeros(q, q);
        gram(MatRef::from(&self.z), Some(weights), MatMut::from(&mut product));
        product
    }

    /// The number q of columns.
    pub(crate) fn len(&self) -> usize {
        self.z.ncols()
    }

    /// 1 if the first column is the constant, else 0.
    pub(crate) fn first(&self) -> usize {
        usize::from(self.intercept == Intercept::Fitted)
    }

    fn name(&self, column: usize) -> String {
        match column.checked_sub(self.first()) {
            Some(feature) => self.names[feature].clone(),
            None => "(intercept)".to_owned(),
        }
    }

    /// The names of the coefficients, `(intercept)` first if there is one.
    pub(crate) fn terms(&self) -> Vec<String> {
        (0..self.len()).map(|column| self.name(column)).collect()
    }

    /// The features whose coefficient moves in one of the directions of these columns.
    pub(crate) fn moved(&self, directions: &[&[f64]]) -> Vec<String> {
        let amax = |d: &&[f64]| d.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
        let largest = directions.iter().map(amax).fold(0.0, f64::max);
        let moves = |column: &usize| {
            let column = self.first() + column;
            directions.iter().any(|d| d[column].abs() > 1e-8 * largest)
        };
        (0..self.names.len()).filter(moves).map(|j| self.names[j].clone()).collect()
    }

    /// Coefficients of the design's columns from those of these.
    pub(crate) fn restore(&self, gamma: &[f64]) -> DVector<f64> {
        &self.back * DVector::from_column_slice(gamma)
    }

    /// The intercept (0 without one) and the coefficients of the features.
    pub(crate) fn split(&self, gamma: &[f64]) -> (f64, Vec<f64>) {
        let restored = self.restore(gamma);
        let intercept = if self.first() == 1 { restored[0] } else { 0.0 };
        (intercept, restored.as_slice()[self.first()..].to_vec())
    }

    /// c with θⱼ = c·γ for coefficient `j` of the design's.
    pub(crate) fn coefficient(&self, j: usize) -> DVector<f64> {
        self.back.row(j).transpose()
    }

    /// The covariance of the design's coefficients, for one or more linear predictors in turn.
    pub(crate) fn restore_covariance(&self, covariance: &DMatrix<f64>) -> DMatrix<f64> {
        let q = self.len();
        let blocks = covariance.nrows() / q.max(1);
        let mut restored = DMatrix::zeros(covariance.nrows(), covariance.ncols());
        for i in 0..blocks {
            for j in 0..blocks {
                let block =
                    &self.back * covariance.view((i * q, j * q), (q, q)) * self.back.transpose();
                restored.view_mut((i * q, j * q), (q, q)).copy_from(&block);
            }
        }
        restored
    }
}

/// z = (x − centre)/scale, with the mean (0 without an intercept) and the root of the mean square,
/// weighted; `None` for a column that varies by rounding alone.
fn standardise(
    x: &[f64],
    weights: &[f64],
    intercept: Intercept,
    z: &mut [f64],
) -> Option<(f64, f64)> {
    let total = reduce::sum(weights);
    // In units of about their size squares stay finite.
    let size = reduce::max(x).abs().max(x.iter().fold(0.0, |least: f64, x| least.min(*x)).abs());
    let unit = if (1e-100..1e100).contains(&size) { 1.0 } else { size };
    if unit == 0.0 {
        return None;
    }
    for (z, x) in z.iter_mut().zip(x) {
        *z = x / unit;
    }
    let centre = match intercept {
        Intercept::Fitted => reduce::dot(z, weights) / total,
        Intercept::None => 0.0,
    };
    let mut squares: Vec<f64> = Vec::with_capacity(z.len());
    for z in z.iter_mut() {
        *z -= centre;
        squares.push(*z * *z);
    }
    let scale = (reduce::dot(&squares, weights) / total).sqrt();
    if scale.is_nan() || scale <= 1e-14 * size / unit {
        return None;
    }
    let factor = 1.0 / scale;
    for z in z.iter_mut() {
        *z *= factor;
    }
    Some((centre * unit, scale * unit))
}
