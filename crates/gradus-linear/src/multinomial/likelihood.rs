//! The categorical likelihood.

use gradus_linalg::{MatMut, MatRef, gemm, gemv, log_sum_exp_rows, reduce};
use nalgebra::{DMatrix, DVector};

use crate::likelihood::{Columns, Cone, Likelihood, Point};

/// Σ vᵢ(ηᵢ,ᵧ − log Σⱼ e^ηᵢⱼ), η = ZΓ for all classes but the reference, whose η is 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Categorical<'a> {
    pub(super) columns: &'a Columns,
    pub(super) classes: &'a [usize],
    /// The classes but the reference, in order.
    pub(super) others: &'a [usize],
}

impl Categorical<'_> {
    /// The place of a row's class among the others.
    fn place(&self, row: usize) -> Option<usize> {
        self.others.binary_search(&self.classes[row]).ok()
    }

    /// η of the other classes, m×(K−1), and 0 in a last column for the reference.
    fn predictors(&self, gamma: &[f64]) -> DMatrix<f64> {
        let (rows, q) = self.columns.z.shape();
        let k = self.others.len();
        let mut eta = DMatrix::zeros(rows, k + 1);
        let out = MatMut::new(&mut eta.as_mut_slice()[..rows * k], rows, k);
        gemm(1.0, MatRef::from(&self.columns.z), MatRef::new(gamma, q, k), 0.0, out);
        eta
    }
}

impl Likelihood for Categorical<'_> {
    /// The probabilities of the other classes in order, then of the reference: m×K.
    type Means = DMatrix<f64>;

    fn columns(&self) -> &Columns {
        self.columns
    }

    fn at(&self, gamma: &DVector<f64>) -> Point<DMatrix<f64>> {
        let Columns { z, weights, .. } = self.columns;
        let (rows, q) = z.shape();
        let mut p = self.predictors(gamma.as_slice());
        let mut terms = vec![0.0; rows];
        log_sum_exp_rows(MatRef::from(&p), &mut terms);
        for mut column in p.column_iter_mut() {
            for (eta, term) in column.iter_mut().zip(&terms) {
                *eta -= term;
            }
        }
        let k = self.others.len();
        for (row, term) in terms.iter_mut().enumerate() {
            *term = p[(row, self.place(row).unwrap_or(k))];
        }
        let log_likelihood = reduce::dot(&terms, weights);
        gradus_linalg::vmath::exp_in_place(p.as_mut_slice());
        let mut gradient = DVector::zeros(q * k);
        let mut information = DMatrix::zeros(q * k, q * k);
        let mut of_row = vec![0.0; rows];
        for a in 0..k {
            for (row, of_row) in of_row.iter_mut().enumerate() {
                let is = f64::from(u8::from(self.classes[row] == self.others[a]));
                *of_row = weights[row] * (is - p[(row, a)]);
            }
            gemv(MatRef::from(z).t(), &of_row, &mut gradient.as_mut_slice()[a * q..(a + 1) * q]);
            for b in 0..=a {
                for (row, of_row) in of_row.iter_mut().enumerate() {
                    let is = f64::from(u8::from(a == b));
                    *of_row = weights[row] * p[(row, a)] * (is - p[(row, b)]);
                }
                let block = self.columns.weighted_gram(&of_row);
                information.view_mut((a * q, b * q), (q, q)).copy_from(&block);
                information.view_mut((b * q, a * q), (q, q)).copy_from(&block);
            }
        }
        Point { means: p, log_likelihood, gradient, information }
    }

    fn stays_inside(&self, at: &Point<DMatrix<f64>>, step: &DVector<f64>) -> bool {
        let change = self.predictors(step.as_slice());
        let k = self.others.len();
        (0..self.classes.len()).filter(|&row| self.columns.weights[row] > 0.0).all(|row| {
            let mean = at.means.row(row).dot(&change.row(row));
            let class = self.place(row).unwrap_or(k);
            (0..=k).all(|j| j == class || 1.0 + change[(row, j)] - mean > 0.0)
        })
    }

    fn cone(&self) -> impl Cone {
        Contrasts::new(*self)
    }
}

/// ηᵧ ≥ ηⱼ for each row and each other class j, in coefficients of length 1.
struct Contrasts<'a> {
    model: Categorical<'a>,
    /// The row of Z, the places of its class and of the other one, and 1 over the length.
    rows: Vec<(usize, usize, usize, f64)>,
}

impl<'a> Contrasts<'a> {
    fn new(model: Categorical<'a>) -> Self {
        let k = model.others.len();
        let mut rows = Vec::new();
        for row in (0..model.classes.len()).filter(|&row| model.columns.weights[row] > 0.0) {
            let length = model.columns.z.row(row).norm();
            let class = model.place(row).unwrap_or(k);
            for other in (0..=k).filter(|&other| other != class && length > 0.0) {
                let both = if other == k || class == k { 1.0 } else { 2.0_f64.sqrt() };
                rows.push((row, class, other, 1.0 / (length * both)));
            }
        }
        Self { model, rows }
    }
}

impl Cone for Contrasts<'_> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn coefficients(&self) -> usize {
        self.model.columns.len() * self.model.others.len()
    }

    fn row(&self, i: usize) -> Vec<f64> {
        let (row, class, other, factor) = self.rows[i];
        let q = self.model.columns.len();
        let mut a = vec![0.0; self.coefficients()];
        for (place, sign) in [(class, factor), (other, -factor)] {
            if let Some(part) = a.get_mut(place * q..(place + 1) * q) {
                for (a, z) in part.iter_mut().zip(self.model.columns.z.row(row).iter()) {
                    *a = sign * z;
                }
            }
        }
        a
    }

    fn margins(&self, d: &[f64]) -> Vec<f64> {
        let eta = self.model.predictors(d);
        let margin = |&(row, class, other, factor): &(usize, usize, usize, f64)| {
            factor * (eta[(row, class)] - eta[(row, other)])
        };
        self.rows.iter().map(margin).collect()
    }
}
