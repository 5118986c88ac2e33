//! The cone of the contrasts between a row's class and the others.

use gradus_linalg::{MatMut, MatRef, gemm};
use nalgebra::DMatrix;

use super::likelihood::Categorical;
use crate::likelihood::Cone;

/// ηᵧ ≥ ηⱼ for each row and each other class j, in coefficients of length 1.
pub(super) struct Contrasts {
    z: DMatrix<f64>,
    /// The number of classes but the reference.
    others: usize,
    /// The row of Z, the places of its class and of the other one, and 1 over the length.
    rows: Vec<(usize, usize, usize, f64)>,
}

impl Contrasts {
    pub(super) fn new(model: Categorical<'_>) -> Self {
        let (k, z) = (model.others.len(), model.columns.whole());
        let mut rows = Vec::new();
        for row in (0..model.classes.len()).filter(|&row| model.columns.weights[row] > 0.0) {
            let length = z.row(row).norm();
            let class = model.place(row);
            for other in (0..=k).filter(|&other| other != class && length > 0.0) {
                let both = if other == k || class == k { 1.0 } else { 2.0_f64.sqrt() };
                rows.push((row, class, other, 1.0 / (length * both)));
            }
        }
        Self { z, others: k, rows }
    }
}

impl Cone for Contrasts {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn coefficients(&self) -> usize {
        self.z.ncols() * self.others
    }

    fn row(&self, i: usize) -> Vec<f64> {
        let (row, class, other, factor) = self.rows[i];
        let q = self.z.ncols();
        let mut a = vec![0.0; self.coefficients()];
        for (place, sign) in [(class, factor), (other, -factor)] {
            if let Some(part) = a.get_mut(place * q..(place + 1) * q) {
                for (a, z) in part.iter_mut().zip(self.z.row(row).iter()) {
                    *a = sign * z;
                }
            }
        }
        a
    }

    fn margins(&self, d: &[f64]) -> Vec<f64> {
        let ((rows, q), k) = (self.z.shape(), self.others);
        // The reference's, 0, in the last column.
        let mut eta = DMatrix::zeros(rows, k + 1);
        let out = MatMut::new(&mut eta.as_mut_slice()[..rows * k], rows, k);
        gemm(1.0, MatRef::from(&self.z), MatRef::new(d, q, k), 0.0, out);
        let margin = |&(row, class, other, factor): &(usize, usize, usize, f64)| {
            factor * (eta[(row, class)] - eta[(row, other)])
        };
        self.rows.iter().map(margin).collect()
    }
}
