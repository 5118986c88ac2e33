//! Central finite differences.

/// The gradient of `f` at `x` by central differences.
///
/// ∂f/∂xᵢ ≈ (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ with hᵢ = ∛ε·max(|xᵢ|, 1), which balances
/// truncation against rounding: about ten digits are right where f and its third derivative are
/// of the order of 1. The step is the difference of the two points as they are after rounding.
///
/// # Examples
///
/// ```
/// use gradus_testkit::{assert_close, gradient};
///
/// let slope = gradient(|x| (x[0] + x[1]) * x[2], &[-2.0, 5.0, -4.0]);
/// assert_close(&slope, &[-4.0, -4.0, 3.0], 1e-9, 0.0);
/// ```
///
/// Source: W. H. Press et al., *Numerical Recipes*, 3rd edition, section 5.7.
pub fn gradient(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let mut point = x.to_vec();
    (0..x.len())
        .map(|i| {
            let (above, below) = points(x[i]);
            point[i] = above;
            let f_above = f(&point);
            point[i] = below;
            let f_below = f(&point);
            point[i] = x[i];
            (f_above - f_below) / (above - below)
        })
        .collect()
}

/// The Jacobian of `f` at `x` by central differences, one row per output: `jacobian[i][j]` is
/// ∂fᵢ/∂xⱼ.
///
/// The steps are those of [`gradient`].
///
/// # Panics
///
/// When `f` returns vectors of different lengths.
///
/// # Examples
///
/// ```
/// use gradus_testkit::{assert_close, jacobian};
///
/// // Polar coordinates at r = 2, φ = 0.
/// let rows = jacobian(|p| vec![p[0] * p[1].cos(), p[0] * p[1].sin()], &[2.0, 0.0]);
/// assert_close(&rows[0], &[1.0, 0.0], 1e-9, 1e-9);
/// assert_close(&rows[1], &[0.0, 2.0], 1e-9, 1e-9);
/// ```
pub fn jacobian(mut f: impl FnMut(&[f64]) -> Vec<f64>, x: &[f64]) -> Vec<Vec<f64>> {
    let mut point = x.to_vec();
    let mut rows = vec![vec![0.0; x.len()]; f(x).len()];
    for j in 0..x.len() {
        let (above, below) = points(x[j]);
        point[j] = above;
        let f_above = f(&point);
        point[j] = below;
        let f_below = f(&point);
        point[j] = x[j];
        assert!(
            f_above.len() == rows.len() && f_below.len() == rows.len(),
            "the function returned {} values at x, then {} and {} beside it",
            rows.len(),
            f_above.len(),
            f_below.len(),
        );
        for (row, (a, b)) in rows.iter_mut().zip(f_above.iter().zip(&f_below)) {
            row[j] = (a - b) / (above - below);
        }
    }
    rows
}

/// The two points around `x`.
fn points(x: f64) -> (f64, f64) {
    let h = f64::EPSILON.cbrt() * x.abs().max(1.0);
    (x + h, x - h)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relative_error;

    #[test]
    fn ten_digits_on_smooth_functions() {
        let x: [f64; 3] = [0.3, -1.2, 250.0];
        let f = |x: &[f64]| x[0].exp() * x[1].sin() + (x[2] / 100.0).ln();
        let exact = [x[0].exp() * x[1].sin(), x[0].exp() * x[1].cos(), 1.0 / x[2]];
        assert!(relative_error(&gradient(f, &x), &exact) < 1e-10);
    }

    #[test]
    fn a_gradient_that_is_one_per_cent_wrong_is_seen() {
        let slope = gradient(|x| x[0] * x[0], &[3.0]);
        assert!(relative_error(&slope, &[6.0]) < 1e-10);
        let seen = relative_error(&slope, &[6.06]);
        assert!((seen - 0.06 / 12.06).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_differentiate() {
        assert!(gradient(|_| 1.0, &[]).is_empty());
        assert_eq!(jacobian(|_| vec![1.0, 2.0], &[]), [[0.0; 0], [0.0; 0]]);
        assert!(jacobian(|_| vec![], &[1.0]).is_empty());
    }

    #[test]
    #[should_panic(expected = "returned 1 values at x, then 2 and 1")]
    fn a_jacobian_needs_a_fixed_number_of_outputs() {
        jacobian(|x| if x[0] > 1.0 { vec![0.0; 2] } else { vec![0.0] }, &[1.0]);
    }
}
