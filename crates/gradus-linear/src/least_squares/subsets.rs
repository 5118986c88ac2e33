//! Sums of squares of many models on one set of data.

use nalgebra::DMatrix;

use super::qr::PivotedQr;
use crate::{Design, Intercept};

/// The rows rotated into as many as there are columns: every model that is made of them has the same
/// residual sum of squares as on all rows.
pub(crate) struct Subsets {
    /// R of √W·[1, X, y] = QR: the intercept's column if there is one, the features, the outcome.
    rotated: DMatrix<f64>,
    constant: usize,
}

impl Subsets {
    pub(crate) fn new(design: &Design<'_>, y: &[f64], intercept: Intercept) -> Self {
        let constant = usize::from(intercept == Intercept::Fitted);
        let (m, last) = (design.rows(), constant + design.features());
        let whole = DMatrix::from_fn(m, last + 1, |i, j| {
            let root = design.weights().map_or(1.0, |weights| weights.values()[i].sqrt());
            let value = if j < constant {
                1.0
            } else if j < last {
                design.x()[(i, j - constant)]
            } else {
                y[i] - design.offset().map_or(0.0, |offset| offset[i])
            };
            value * root
        });
        Self { rotated: PivotedQr::new(whole).right_factor(), constant }
    }

    /// Σwy², the offset taken from y.
    pub(crate) fn square(&self) -> f64 {
        self.rotated.column(self.rotated.ncols() - 1).norm_squared()
    }

    /// The rank and the residual sum of squares of the model with some features.
    pub(crate) fn rss(&self, features: &[usize]) -> (usize, f64) {
        let last = self.rotated.ncols() - 1;
        let columns: Vec<usize> =
            (0..self.constant).chain(features.iter().map(|j| self.constant + j)).collect();
        let outcome = self.rotated.column(last);
        if columns.is_empty() {
            return (0, outcome.norm_squared());
        }
        let qr = PivotedQr::new(self.rotated.select_columns(&columns));
        (qr.rank(), qr.rest(outcome.as_slice()).iter().map(|r| r * r).sum())
    }
}
