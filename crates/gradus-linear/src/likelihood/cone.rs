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

/// The directions (d, t) with aᵢ·d ≥ t, or aᵢ·d ≥ 0 for rows on the hyperplane: t is how far the
/// nearest of the other rows is from it.
pub(super) struct Deep<'c, C> {
    pub(super) whole: &'c C,
    pub(super) tight: &'c [bool],
}

impl<C: Cone> Cone for Deep<'_, C> {
    fn rows(&self) -> usize {
        self.whole.rows()
    }

    fn coefficients(&self) -> usize {
        self.whole.coefficients() + 1
    }

    fn row(&self, i: usize) -> Vec<f64> {
        let mut row = self.whole.row(i);
        row.push(if self.tight[i] { 0.0 } else { -1.0 });
        row
    }

    fn margins(&self, dt: &[f64]) -> Vec<f64> {
        let (d, t) = dt.split_at(self.whole.coefficients());
        let margins = self.whole.margins(d).into_iter().zip(self.tight);
        margins.map(|(margin, tight)| if *tight { margin } else { margin - t[0] }).collect()
    }
}
