//! Directions along which a likelihood does not fall.

/// The directions d with aᵢ·d ≥ 0 for all rows aᵢ: along them no term of the likelihood falls.
/// Rows have length 1.
pub(crate) trait Cone {
    /// The number of rows.
    fn rows(&self) -> usize;

    /// The number of coefficients.
    fn coefficients(&self) -> usize;

    /// aᵢ.
    fn row(&self, i: usize) -> Vec<f64>;

    /// aᵢ·d for all rows.
    fn margins(&self, d: &[f64]) -> Vec<f64>;
}

/// Some rows of another cone.
pub(super) struct Part<'c, C> {
    pub(super) whole: &'c C,
    pub(super) rows: Vec<usize>,
}

impl<C: Cone> Cone for Part<'_, C> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn coefficients(&self) -> usize {
        self.whole.coefficients()
    }

    fn row(&self, i: usize) -> Vec<f64> {
        self.whole.row(self.rows[i])
    }

    fn margins(&self, d: &[f64]) -> Vec<f64> {
        let all = self.whole.margins(d);
        self.rows.iter().map(|&row| all[row]).collect()
    }
}
