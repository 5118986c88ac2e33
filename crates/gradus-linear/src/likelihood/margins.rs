//! A cone of signed rows.

use gradus_linalg::{MatRef, gemv};
use nalgebra::DMatrix;

use super::{Columns, Cone};

/// Rows sᵢzᵢ/‖zᵢ‖ of a cone, for columns Z and signs s.
pub(crate) struct Margins {
    z: DMatrix<f64>,
    /// The rows of Z, with sign over length.
    rows: Vec<(usize, f64)>,
}

impl Margins {
    /// Of the rows of positive weight, each with all of its signs.
    pub(crate) fn new(columns: &Columns<'_>, signs: impl Fn(usize) -> &'static [f64]) -> Self {
        let z = columns.whole();
        let mut lengths = vec![0.0; z.nrows()];
        for column in z.column_iter() {
            for (length, z) in lengths.iter_mut().zip(column.as_slice()) {
                *length += z * z;
            }
        }
        let counted = |row: &usize| columns.weights[*row] > 0.0 && lengths[*row] > 0.0;
        let of_row = |row: usize| {
            let length = lengths[row].sqrt();
            signs(row).iter().map(move |sign| (row, sign / length))
        };
        let rows = (0..z.nrows()).filter(counted).flat_map(of_row).collect();
        Self { z, rows }
    }
}

impl Cone for Margins {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn coefficients(&self) -> usize {
        self.z.ncols()
    }

    fn row(&self, i: usize) -> Vec<f64> {
        let (row, factor) = self.rows[i];
        self.z.row(row).iter().map(|z| z * factor).collect()
    }

    fn margins(&self, d: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.z.nrows()];
        gemv(MatRef::from(&self.z), d, &mut eta);
        self.rows.iter().map(|&(row, factor)| factor * eta[row]).collect()
    }
}
