//! Solving with a symmetric matrix that may have to be made positive definite first.

use super::vectors;

/// Multiples of the identity that are tried before giving up.
const MAX_SHIFTS: usize = 100;

/// The Cholesky factor of A + τI, for the smallest τ of a sequence 0, β, 2β, 4β, … that makes it
/// positive definite.
pub(super) struct ShiftedCholesky {
    n: usize,
    /// L row by row, its strict upper part unused.
    factor: Vec<f64>,
}

impl ShiftedCholesky {
    pub(super) fn new(n: usize) -> Self {
        Self { n, factor: vec![0.0; n * n] }
    }

    /// Factorises A + τI and returns τ; none if no shift in reach makes it positive definite.
    ///
    /// Source: J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd edition, algorithm 3.3,
    /// with β in proportion to the matrix.
    pub(super) fn factorise(&mut self, matrix: &[f64]) -> Option<f64> {
        let largest = matrix.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let beta = if largest > 0.0 { 1e-3 * largest } else { 1.0 };
        let diagonal = matrix.iter().step_by(self.n + 1);
        let least = diagonal.copied().fold(f64::INFINITY, f64::min);
        let mut shift = if least > 0.0 { 0.0 } else { beta - least };
        for _ in 0..MAX_SHIFTS {
            if self.try_shift(matrix, shift, largest) {
                return Some(shift);
            }
            shift = (2.0 * shift).max(beta);
        }
        None
    }

    fn try_shift(&mut self, matrix: &[f64], shift: f64, largest: f64) -> bool {
        let n = self.n;
        // A pivot below the rounding of its own computation has no sign.
        let least_pivot = n as f64 * f64::EPSILON * largest;
        for i in 0..n {
            let (above, row) = self.factor.split_at_mut(i * n);
            for j in 0..i {
                let other = &above[j * n..j * n + n];
                let sum = matrix[i * n + j] - vectors::dot(&row[..j], &other[..j]);
                row[j] = sum / other[j];
            }
            let pivot = matrix[i * n + i] + shift - vectors::dot(&row[..i], &row[..i]);
            // Also for a pivot that is NaN.
            let positive = pivot > least_pivot && pivot.is_finite();
            if !positive {
                return false;
            }
            row[i] = pivot.sqrt();
        }
        true
    }

    /// Solves (A + τI)·x = b in place.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let n = self.n;
        for i in 0..n {
            let row = &self.factor[i * n..i * n + n];
            b[i] = (b[i] - vectors::dot(&row[..i], &b[..i])) / row[i];
        }
        for i in (0..n).rev() {
            let row = &self.factor[i * n..i * n + n];
            b[i] /= row[i];
            let (before, at) = b.split_at_mut(i);
            vectors::axpy(-at[0], &row[..i], before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_positive_definite_matrix_is_solved_as_it_is() {
        // A·(1, 2, 3) = (7, 16, 12), by hand.
        let a = [1.0, 0.0, 2.0, 0.0, 5.0, 2.0, 2.0, 2.0, 6.0];
        let mut factor = ShiftedCholesky::new(3);
        assert_eq!(factor.factorise(&a), Some(0.0));
        let mut b = [7.0, 16.0, 24.0];
        factor.solve(&mut b);
        gradus_testkit::assert_close(&b, &[1.0, 2.0, 3.0], 1e-13, 0.0);
    }

    #[test]
    fn an_indefinite_matrix_is_shifted_past_its_least_eigenvalue() {
        // Eigenvalues 3 and −1.
        let mut factor = ShiftedCholesky::new(2);
        let shift = factor.factorise(&[1.0, 2.0, 2.0, 1.0]).unwrap();
        assert!(shift > 1.0 && shift < 3.0, "{shift}");
        let mut b = [1.0, -1.0];
        factor.solve(&mut b);
        gradus_testkit::assert_close(&b, &[1.0 / (shift - 1.0), -1.0 / (shift - 1.0)], 1e-12, 0.0);
    }

    #[test]
    fn matrices_without_a_scale() {
        let mut factor = ShiftedCholesky::new(2);
        assert_eq!(factor.factorise(&[0.0; 4]), Some(1.0));
        assert_eq!(factor.factorise(&[f64::NAN; 4]), None);
    }
}
