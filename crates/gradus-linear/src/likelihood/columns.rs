//! The columns that Newton's method sees.

use std::ops::Range;

use gradus_linalg::{MatMut, gemv, gram};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::blocks::{Order, Pass, add};
use super::independent::dependent;
use super::scale::centre_and_scale;
use crate::rows::Affine;
use crate::{Design, Intercept, LinearError, Scaling, Weights};

/// The constant first, if there is one, then the features centred and scaled; and the weight and
/// the offset of each row. The columns themselves are made block by block, where they are used.
#[derive(Debug)]
pub(crate) struct Columns<'a> {
    x: &'a DMatrix<f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) offset: Option<&'a [f64]>,
    pub(crate) intercept: Intercept,
    /// The number of observations: Σw under frequency weights, else rows that count.
    pub(crate) observations: f64,
    names: Vec<String>,
    centre: Vec<f64>,
    /// 1 over the scale.
    factor: Vec<f64>,
    /// θ = Tγ: from coefficients of these columns to those of the design's.
    back: DMatrix<f64>,
}

impl<'a> Columns<'a> {
    /// # Errors
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`] for a constant column.
    pub(crate) fn new(design: &Design<'a>, intercept: Intercept) -> Result<Self, LinearError> {
        let (m, p) = (design.rows(), design.features());
        if p == 0 && intercept == Intercept::None {
            return Err(LinearError::NoCoefficient);
        }
        let weights = design.weights().map(Weights::values);
        let observations = design.observations();
        let first = usize::from(intercept == Intercept::Fitted);
        let columns = design.x().as_slice().par_chunks_exact(m);
        let scales: Vec<Option<(f64, f64)>> =
            columns.map(|x| centre_and_scale(x, weights, intercept)).collect();
        let mut back = DMatrix::identity(first + p, first + p);
        let (mut centres, mut factor) = (Vec::with_capacity(p), Vec::with_capacity(p));
        for (j, scale) in scales.into_iter().enumerate() {
            let Some((centre, scale)) = scale else {
                // What is not finite has neither place nor spread.
                design.check_features()?;
                return Err(LinearError::Collinear { feature: design.names()[j].clone() });
            };
            back[(first + j, first + j)] = 1.0 / scale;
            if first == 1 {
                back[(0, 1 + j)] = -centre / scale;
            }
            centres.push(centre);
            factor.push(1.0 / scale);
        }
        Ok(Self {
            x: design.x(),
            weights: weights.map_or_else(|| vec![1.0; m], <[f64]>::to_vec),
            offset: design.offset(),
            intercept,
            observations,
            names: design.names().to_vec(),
            centre: centres,
            factor,
            back,
        })
    }

    /// Writes some rows of Z, and their offset plus Zγ into `eta`; an empty γ stands for 0.
    pub(super) fn copy_rows(
        &self,
        rows: Range<usize>,
        gamma: &[f64],
        z: &mut [f64],
        eta: &mut [f64],
    ) {
        let zeros;
        let gamma = match gamma {
            [] => {
                zeros = vec![0.0; self.len()];
                &zeros
            }
            gamma => gamma,
        };
        match self.offset {
            Some(offset) => eta.copy_from_slice(&offset[rows.clone()]),
            None => eta.fill(0.0),
        }
        let (constant, slopes) = gamma.split_at(self.first());
        let (ones, features) = z.split_at_mut(self.first() * rows.len());
        if let [constant] = constant {
            ones.fill(1.0);
            eta.iter_mut().for_each(|eta| *eta += constant);
        }
        let affine = Affine { x: self.x, shift: &self.centre, factor: &self.factor };
        affine.copy(rows, slopes, features, eta);
    }

    /// Z as a whole, m×q.
    pub(crate) fn whole(&self) -> DMatrix<f64> {
        let mut z = DMatrix::zeros(self.rows(), self.len());
        let mut eta = vec![0.0; self.rows()];
        self.copy_rows(0..self.rows(), &[], z.as_mut_slice(), &mut eta);
        z
    }

    /// Zγ, without the offset.
    pub(crate) fn product(&self, gamma: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.rows()];
        let pass = Pass { columns: self, gamma: &[], coefficients: 0, order: Order::Gradient };
        pass.sums(&mut product, &|block, product, _| gemv(block.view(), gamma, product));
        product
    }

    /// Fails if a column depends on those before it, as one must of more than there are rows, from the information of the first linear
    /// predictor where all predictors are the same: without offsets it is their Gram matrix, times
    /// a factor.
    pub(crate) fn independent(&self, information: &DMatrix<f64>) -> Result<(), LinearError> {
        let q = self.len();
        let alike = self.offset.is_none_or(|offset| offset.iter().all(|&offset| offset == 0.0));
        let found = match alike {
            true => dependent(&information.view((0, 0), (q, q)).into_owned()),
            false => dependent(&self.weighted_gram(&self.weights)),
        };
        let Some(column) = found else { return Ok(()) };
        let rows = self.weights.iter().filter(|weight| **weight > 0.0).count();
        Err(match q > rows {
            true => LinearError::MoreCoefficients { rows, coefficients: q },
            false => LinearError::Collinear { feature: self.name(column) },
        })
    }

    /// Zᵀ diag(w) Z.
    pub(crate) fn weighted_gram(&self, weights: &[f64]) -> DMatrix<f64> {
        let q = self.len();
        let pass = Pass { columns: self, gamma: &[], coefficients: q, order: Order::Information };
        let sums = pass.sums(&mut [], &|block, _, sums| {
            let mut part = vec![0.0; q * q];
            let weights = &weights[block.rows.clone()];
            gram(block.view(), Some(weights), MatMut::new(&mut part, q, q));
            add(sums.information.as_mut_slice(), &part);
        });
        sums.information
    }

    /// The names of the features.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// d with ½ Σ dⱼγⱼ² = ½λ‖w‖² for the coefficients w of features on one scale or on their own.
    pub(crate) fn penalty(&self, lambda: f64, scaling: Scaling) -> Vec<f64> {
        let of_feature = |factor: &f64| match scaling {
            Scaling::Standardize => lambda,
            Scaling::None => lambda * factor * factor,
        };
        let constant = std::iter::repeat_n(0.0, self.first());
        constant.chain(self.factor.iter().map(of_feature)).collect()
    }

    /// The number m of rows.
    pub(crate) fn rows(&self) -> usize {
        self.x.nrows()
    }

    /// The number q of columns.
    pub(crate) fn len(&self) -> usize {
        self.back.ncols()
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
