//! Singular value decomposition by one-sided rotations.

use gradus_linalg::reduce;
use nalgebra::{DMatrix, DVector};

/// Sweeps at most; a dozen is much.
const SWEEPS: usize = 60;

/// A = U·diag(s)·Vᵀ with U's columns beside s, largest first, and V orthogonal. Columns of U whose s
/// is 0 are 0.
#[derive(Debug)]
pub(super) struct Svd {
    pub(super) u: DMatrix<f64>,
    pub(super) s: DVector<f64>,
    pub(super) v: DMatrix<f64>,
}

/// The decomposition of a matrix with at least as many rows as columns.
///
/// Rotations of pairs of columns make all columns orthogonal; their lengths are then the singular
/// values, each to high relative accuracy unless it is rounding.
///
/// Source: M. Hestenes, *Inversion of matrices by biorthogonalization and related results*, 1958; J. Demmel,
/// K. Veselić, *Jacobi's method is more accurate than QR*, 1992.
pub(super) fn svd(mut a: DMatrix<f64>) -> Svd {
    let n = a.ncols();
    let mut v = DMatrix::identity(n, n);
    let largest = a.column_iter().map(|column| column.norm_squared()).fold(0.0, f64::max);
    // Columns whose squared length is below this are rounding, which no rotation makes orthogonal.
    let negligible = (f64::EPSILON * a.nrows() as f64).powi(2) * largest;
    for _ in 0..SWEEPS {
        let mut turned = false;
        for j in 1..n {
            for i in 0..j {
                let square = |k: usize| reduce::sum_squares(a.column(k).as_slice());
                let (alpha, beta) = (square(i), square(j));
                let along = reduce::dot(a.column(i).as_slice(), a.column(j).as_slice());
                let orthogonal = along.abs() <= f64::EPSILON * (alpha * beta).sqrt();
                if orthogonal || alpha.min(beta) <= negligible {
                    continue;
                }
                turned = true;
                let zeta = (beta - alpha) / (2.0 * along);
                let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                rotate(&mut a, i, j, c, c * t);
                rotate(&mut v, i, j, c, c * t);
            }
        }
        if !turned {
            break;
        }
    }
    let lengths: Vec<f64> = a.column_iter().map(|column| column.norm()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| lengths[j].total_cmp(&lengths[i]));
    let s = DVector::from_fn(n, |k, _| lengths[order[k]]);
    let mut u = a.select_columns(&order);
    for (mut column, s) in u.column_iter_mut().zip(s.iter()) {
        if *s > 0.0 {
            column /= *s;
        }
    }
    Svd { u, s, v: v.select_columns(&order) }
}

fn rotate(matrix: &mut DMatrix<f64>, i: usize, j: usize, c: f64, s: f64) {
    let rows = matrix.nrows();
    let (left, right) = matrix.as_mut_slice().split_at_mut(j * rows);
    let (first, second) = (&mut left[i * rows..(i + 1) * rows], &mut right[..rows]);
    for (x, y) in first.iter_mut().zip(second) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_the_matrix_whatever_its_rank() {
        for rank in [1, 3, 6] {
            let left = DMatrix::from_fn(9, rank, |i, j| ((i * i * 5 + j * 3 + i * j) as f64).sin());
            let right =
                DMatrix::from_fn(rank, 6, |i, j| ((i * 2 + j * j * 7 + i * j) as f64).cos());
            let a = left * right;
            let Svd { u, s, v } = svd(a.clone());
            let error = (&u * DMatrix::from_diagonal(&s) * v.transpose() - &a).amax();
            assert!(error < 1e-13, "{rank}: {error:e}");
            assert!((v.transpose() * &v - DMatrix::identity(6, 6)).amax() < 1e-13);
            let u = u.columns(0, rank).into_owned();
            assert!((u.transpose() * &u - DMatrix::identity(rank, rank)).amax() < 1e-13);
            assert!(s.iter().skip(rank).all(|s| *s < 1e-13), "{rank}: {s}");
            assert!(s.as_slice().windows(2).all(|pair| pair[0] >= pair[1]));
        }
        assert_eq!(svd(DMatrix::zeros(3, 2)).s, DVector::zeros(2));
    }

    /// nalgebra 0.35 finds 16.32 for the first singular value of this matrix of rank 2, and its factors
    /// multiply to one that differs by 0.6. The values are mpmath's 1.3, with 40 digits.
    #[test]
    fn a_matrix_on_which_another_decomposition_fails() {
        #[rustfmt::skip]
        let a = DMatrix::from_column_slice(4, 4, &[
            -5.0, 1.0, 9.0, 0.0, -3.0, 3.0, 3.0, -4.0, 5.0, -4.0, -6.0, 5.0, 2.0, 5.0, -9.0, -9.0,
        ]);
        let Svd { u, s, v } = svd(a.clone());
        let wanted = [16.27776101198106, 13.34295681012381, 0.0, 0.0];
        for (s, wanted) in s.iter().zip(wanted) {
            assert!((s - wanted).abs() < 1e-13, "{s} for {wanted}");
        }
        let error = (u * DMatrix::from_diagonal(&s) * v.transpose() - a).amax();
        assert!(error < 1e-13, "{error:e}");
    }
}
