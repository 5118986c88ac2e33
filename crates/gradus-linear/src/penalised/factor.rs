//! Cholesky factors that pass over columns which depend on earlier ones.

use gradus_linalg::reduce;

use super::axpy::{add_columns, add_scaled};

/// A pivot below this share of its diagonal element is rounding: the column depends on earlier ones.
const DEPENDENT: f64 = 1e-13;

/// LLᵀ of a symmetric positive semidefinite matrix. Where a column depends on earlier ones, its
/// unknown is held at 0.
#[derive(Debug, Default)]
pub(super) struct Factor {
    n: usize,
    /// L, column-major.
    l: Vec<f64>,
    skipped: Vec<bool>,
}

impl Factor {
    /// Factors a column-major matrix, of which the lower triangle is read.
    pub(super) fn refresh(&mut self, n: usize, matrix: &[f64]) {
        self.n = n;
        self.l.clear();
        self.l.extend_from_slice(&matrix[..n * n]);
        self.skipped.clear();
        self.skipped.resize(n, false);
        let (l, skipped) = (&mut self.l[..], &mut self.skipped[..]);
        let mut terms = Vec::with_capacity(n);
        for j in 0..n {
            let (done, rest) = l.split_at_mut(j * n);
            let column = &mut rest[j..n];
            let diagonal = column[0];
            terms.clear();
            terms.extend((0..j).map(|t| (t, -done[t * n + j])));
            add_columns(column, &terms, |t| &done[t * n + j..(t + 1) * n]);
            let pivot = column[0];
            if pivot.is_finite() && pivot > DEPENDENT * diagonal {
                let root = pivot.sqrt();
                column[0] = root;
                column[1..].iter_mut().for_each(|value| *value /= root);
            } else {
                skipped[j] = true;
                column.fill(0.0);
                column[0] = 1.0;
            }
        }
    }

    /// Whether any column was passed over.
    #[cfg(test)]
    pub(super) fn is_deficient(&self) -> bool {
        self.skipped.contains(&true)
    }

    /// Replaces b by the solution.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let n = self.n;
        let column = |j: usize| &self.l[j * n + j..(j + 1) * n];
        for j in 0..n {
            let (known, below) = b[j..n].split_at_mut(1);
            known[0] = if self.skipped[j] { 0.0 } else { known[0] / column(j)[0] };
            add_scaled(below, -known[0], &column(j)[1..]);
        }
        for j in (0..n).rev() {
            let sum = reduce::dot(&column(j)[1..], &b[j + 1..n]);
            b[j] = if self.skipped[j] { 0.0 } else { (b[j] - sum) / column(j)[0] };
        }
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::*;

    fn wavy(rows: usize, cols: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, cols, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin())
    }

    #[test]
    fn it_solves_positive_definite_systems() {
        for n in [1, 2, 5, 8, 13, 30] {
            let a = wavy(n + 9, n);
            let gram = a.transpose() * &a + DMatrix::identity(n, n) * 0.1;
            let wanted = DVector::from_fn(n, |i, _| (i as f64 * 0.9).cos());
            let mut b = (&gram * &wanted).as_slice().to_vec();
            let mut factor = Factor::default();
            factor.refresh(n, gram.as_slice());
            factor.solve(&mut b);
            assert!(!factor.is_deficient());
            let error = (DVector::from_vec(b) - wanted).amax();
            assert!(error < 1e-10, "{n}: {error}");
        }
    }

    #[test]
    fn dependent_columns_get_nothing_and_the_rest_still_solves() {
        let mut a = wavy(12, 4);
        let twin = a.column(1).clone_owned();
        a.set_column(3, &twin);
        let gram = a.transpose() * &a;
        let right = a.transpose() * DVector::from_fn(12, |i, _| (i as f64).sin());
        let mut b = right.as_slice().to_vec();
        let mut factor = Factor::default();
        factor.refresh(4, gram.as_slice());
        factor.solve(&mut b);
        assert!(factor.is_deficient());
        assert_eq!(b[3], 0.0);
        // The normal equations hold, the dependent one included.
        let error = (&gram * DVector::from_vec(b) - right).amax();
        assert!(error < 1e-12, "{error}");
    }
}
