//! The condition number of a triangular matrix.

use gradus_linalg::{MatRef, gemv, reduce, vectorize};
use nalgebra::DMatrix;

/// The distance of an eigenvalue that ends the search, as a share of it. The error is of the order of
/// its square.
const CLOSE: f64 = 1e-9;
/// Steps of Lanczos' method from one look at the eigenvalue to the next, which costs more than a step.
const STRIDE: usize = 8;
/// What is left of a product, as a share of the eigenvalue, that calls for a look at once: the next
/// vector would be rounding.
const LITTLE: f64 = 1e-4;

/// The largest singular value of an upper triangular matrix over the smallest; infinite if it is
/// singular or not finite, or beyond 10⁷⁵.
///
/// Both are roots of largest eigenvalues, of RᵀR and of R⁻¹R⁻ᵀ, by Lanczos' method with all vectors
/// kept orthogonal. It takes some tens of products with R, and as many solutions, where a whole
/// decomposition takes as much as n³ multiplications.
///
/// Source: G. Golub, C. Van Loan, *Matrix Computations*, 4th edition, sections 10.1 and 10.3.
pub(super) fn condition(r: &DMatrix<f64>) -> f64 {
    let n = r.ncols();
    let size = r.amax();
    if n == 0 || !size.is_finite() || (0..n).any(|j| r[(j, j)] == 0.0) {
        return f64::INFINITY;
    }
    // In units of the largest entry squares stay finite.
    let r = r / size;
    let largest = || {
        let mut between = vec![0.0; n];
        largest_eigenvalue(n, &mut |x, y| {
            gemv(MatRef::from(&r), x, &mut between);
            gemv(MatRef::from(&r).t(), &between, y);
        })
    };
    let smallest = || {
        largest_eigenvalue(n, &mut |x, y| {
            y.copy_from_slice(x);
            solve_transposed(&r, y);
            solve(&r, y);
        })
    };
    let (largest, smallest) = rayon::join(largest, smallest);
    let condition = largest.sqrt() * smallest.sqrt();
    if condition.is_nan() { f64::INFINITY } else { condition }
}

/// Replaces b by R⁻¹b.
fn solve(r: &DMatrix<f64>, b: &mut [f64]) {
    for j in (0..b.len()).rev() {
        let (above, rest) = b.split_at_mut(j);
        let column = r.column(j);
        rest[0] /= column[j];
        add_scaled(above, -rest[0], &column.as_slice()[..j]);
    }
}

/// Replaces b by R⁻ᵀb.
fn solve_transposed(r: &DMatrix<f64>, b: &mut [f64]) {
    for j in 0..b.len() {
        let column = r.column(j);
        b[j] = (b[j] - reduce::dot(&column.as_slice()[..j], &b[..j])) / column[j];
    }
}

fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    vectorize(
        #[inline(always)]
        || {
            for (y, x) in y.iter_mut().zip(x) {
                *y = x.mul_add(a, *y);
            }
        },
    );
}

/// The largest eigenvalue of a symmetric positive semidefinite n×n matrix that is known by its
/// product with a vector.
fn largest_eigenvalue(n: usize, product: &mut dyn FnMut(&[f64], &mut [f64])) -> f64 {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (mut alpha, mut beta): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    // A start without pattern; what it lacks, rounding brings in.
    let mut next: Vec<f64> = (1..=n).map(|i| (i as f64 * 12.9898).sin() + 0.1).collect();
    let mut length = reduce::sum_squares(&next).sqrt();
    loop {
        next.iter_mut().for_each(|value| *value /= length);
        basis.push(std::mem::replace(&mut next, vec![0.0; n]));
        let newest = &basis[basis.len() - 1];
        product(newest, &mut next);
        alpha.push(reduce::dot(newest, &next));
        for earlier in basis.iter().rev() {
            let along = reduce::dot(earlier, &next);
            add_scaled(&mut next, -along, earlier);
        }
        length = reduce::sum_squares(&next).sqrt();
        if !length.is_finite() {
            return f64::INFINITY;
        }
        let size = alpha.iter().copied().fold(0.0, f64::max);
        let last = basis.len() == n;
        if last || basis.len().is_multiple_of(STRIDE) || length <= LITTLE * size {
            let value = largest_of_tridiagonal(&alpha, &beta);
            let distance = length * last_entry(&alpha, &beta, value);
            if last || distance.is_nan() || distance <= CLOSE * value {
                return value;
            }
        }
        beta.push(length);
    }
}

/// The largest eigenvalue of a symmetric tridiagonal matrix, by halving intervals that Sturm's
/// sequences tell apart.
fn largest_of_tridiagonal(alpha: &[f64], beta: &[f64]) -> f64 {
    // Gershgorin: no eigenvalue is above `high`, and the largest is at least the largest of alpha.
    let off = |i: usize| beta.get(i).copied().unwrap_or(0.0);
    let row = |i: usize| alpha[i] + off(i) + if i > 0 { off(i - 1) } else { 0.0 };
    let mut high = (0..alpha.len()).map(row).fold(0.0, f64::max);
    let mut low = alpha.iter().copied().fold(0.0, f64::max);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if all_below(alpha, beta, middle) { high = middle } else { low = middle }
    }
    high
}

/// Whether all eigenvalues are below a number x: all pivots of T − xI are negative.
fn all_below(alpha: &[f64], beta: &[f64], x: f64) -> bool {
    let mut pivot = alpha[0] - x;
    for (alpha, beta) in alpha[1..].iter().zip(beta) {
        if pivot >= 0.0 {
            return false;
        }
        pivot = alpha - x - beta * beta / pivot;
    }
    pivot < 0.0
}

/// The size of the last entry of an eigenvector of length 1 of a tridiagonal matrix, for its largest
/// eigenvalue.
fn last_entry(alpha: &[f64], beta: &[f64], value: f64) -> f64 {
    // Entries from the last one upwards: (αᵢ − θ)sᵢ + βᵢsᵢ₊₁ + βᵢ₋₁sᵢ₋₁ = 0. For the largest
    // eigenvalue they have one sign and this recurrence is stable.
    let (mut after, mut now, mut squares) = (0.0, 1.0, 1.0);
    for i in (1..alpha.len()).rev() {
        let coupled = if i < beta.len() { beta[i] * after } else { 0.0 };
        let before = ((value - alpha[i]) * now - coupled) / beta[i - 1];
        (after, now) = (now, before);
        squares += now * now;
        if squares > 1e300 {
            return 0.0;
        }
    }
    1.0 / squares.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ones on the diagonal and −1 above it, for some n; by mpmath 1.3 with 40 digits.
    const WANTED: [(usize, f64); 3] =
        [(2, 2.618033988749895), (8, 376.80624585019865), (20, 4_148_898.784931825)];

    #[test]
    fn triangular_matrices_of_known_condition() {
        for (n, wanted) in WANTED {
            let r = DMatrix::from_fn(n, n, |i, j| match i.cmp(&j) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 1.0,
                std::cmp::Ordering::Greater => 0.0,
            });
            for unit in [1.0, 1e200, 1e-200] {
                let found = condition(&(&r * unit));
                assert!((found - wanted).abs() < 1e-12 * wanted, "{n}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn diagonals_and_what_has_no_condition() {
        let spread = DMatrix::from_fn(200, 200, |i, j| if i == j { 1.0 + i as f64 } else { 0.0 });
        assert!((condition(&spread) - 200.0).abs() < 1e-10);
        assert!((condition(&DMatrix::identity(5, 5)) - 1.0).abs() < 1e-14);
        let far = DMatrix::from_diagonal(&nalgebra::dvector![1e-30, 3.0, 1e30]);
        assert!((condition(&far) / 1e60 - 1.0).abs() < 1e-12);
        let beyond = DMatrix::from_diagonal(&nalgebra::dvector![1e-150, 1e150]);
        assert_eq!(condition(&beyond), f64::INFINITY);
        assert_eq!(condition(&DMatrix::zeros(2, 2)), f64::INFINITY);
        assert_eq!(condition(&DMatrix::from_element(1, 1, f64::NAN)), f64::INFINITY);
    }
}
