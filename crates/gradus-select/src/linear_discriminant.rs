//! The classifier that asks by default whether two samples differ.

use nalgebra::{DMatrix, DVector};

/// A linear discriminant: the direction along which two classes differ most, for their spread.
///
/// w solves (S + λ·tr(S)/n·I) w = μ₁ − μ₀, S the pooled scatter within the classes over the rows, and
/// the score of a row is x·w. Without iterations, and with λ > 0 without failures: a small model for
/// [`two_sample_test`](crate::two_sample_test), which compares thousands of fits.
///
/// ```
/// use gradus_select::LinearDiscriminant;
/// use nalgebra::dmatrix;
///
/// let x = dmatrix![0.0, 1.0; 0.2, -1.0; 1.0, 1.0; 1.2, -1.0];
/// let fitted = LinearDiscriminant::default().fit(&x, &[0, 0, 1, 1], &[0, 1, 2, 3]);
/// assert!(fitted[0] > 0.0 && fitted[1].abs() < 0.2 * fitted[0]);
/// ```
///
/// R. A. Fisher (1936); the shrinkage as in J. Friedman (1989).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearDiscriminant {
    /// λ, 0.01 by default.
    pub shrinkage: f64,
}

impl Default for LinearDiscriminant {
    fn default() -> Self {
        Self { shrinkage: 0.01 }
    }
}

impl LinearDiscriminant {
    /// The direction w, of as many numbers as x has columns; zeros where the rows show one class
    /// only or the scatter is not positive definite.
    pub fn fit(&self, x: &DMatrix<f64>, classes: &[u32], rows: &[usize]) -> Vec<f64> {
        let n = x.ncols();
        let mut counts = [0.0_f64; 2];
        let mut means = [DVector::<f64>::zeros(n), DVector::<f64>::zeros(n)];
        for &row in rows {
            let class = (classes[row] == 1) as usize;
            counts[class] += 1.0;
            means[class] += x.row(row).transpose();
        }
        if counts.contains(&0.0) || n == 0 {
            return vec![0.0; n];
        }
        for (mean, count) in means.iter_mut().zip(counts) {
            *mean /= count;
        }
        let mut scatter = DMatrix::<f64>::zeros(n, n);
        let mut centred = vec![0.0; n];
        for &row in rows {
            let mean = &means[(classes[row] == 1) as usize];
            for j in 0..n {
                centred[j] = x[(row, j)] - mean[j];
            }
            for j in 0..n {
                let factor = centred[j];
                let column = &mut scatter.as_mut_slice()[j * n..(j + 1) * n];
                for i in j..n {
                    column[i] += centred[i] * factor;
                }
            }
        }
        scatter /= rows.len() as f64;
        let ridge = self.shrinkage * scatter.trace() / n as f64 + f64::MIN_POSITIVE;
        for j in 0..n {
            scatter[(j, j)] += ridge;
        }
        let difference = &means[1] - &means[0];
        let solved = scatter.cholesky().map(|factor| factor.solve(&difference));
        solved.map_or_else(|| vec![0.0; n], |w| w.as_slice().to_vec())
    }

    /// The scores x·w of some rows.
    pub fn score(x: &DMatrix<f64>, w: &[f64], rows: &[usize]) -> Vec<f64> {
        let dot = |&row: &usize| w.iter().enumerate().map(|(j, w)| x[(row, j)] * w).sum();
        rows.iter().map(dot).collect()
    }
}
