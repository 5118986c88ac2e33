//! Refinement of solution and residuals together, with residuals of twice the precision.

use nalgebra::{DMatrix, DVector};

use super::qr::PivotedQr;

/// Corrections at most; each gains as many digits as the condition number leaves.
const STEPS: usize = 12;

/// The least-squares solution x and its residual r = b − Ax, from approximations of both.
///
/// Corrections solve r + Ax = b, Aᵀr = 0 for what is left of either side, computed in twice the
/// working precision. Refining x alone cannot help where residuals are large: their rounding is
/// magnified by the square of the condition number.
///
/// Source: Å. Björck, *Iterative refinement of linear least squares solutions I*, 1967.
pub(crate) fn refine(
    a: &DMatrix<f64>,
    b: &[f64],
    qr: &PivotedQr,
    mut x: DVector<f64>,
    mut r: Vec<f64>,
) -> (DVector<f64>, Vec<f64>) {
    let mut last = f64::INFINITY;
    for _ in 0..STEPS {
        let f = left_over(a, b, &x, &r);
        let g: Vec<f64> = a.column_iter().map(|column| -dot(column.as_slice(), &r)).collect();
        let (dx, dr) = qr.solve_augmented(&f, &g);
        let size = qr.scaled_norm(dx.as_slice());
        // Corrections must shrink; those that do not are rounding.
        if size.is_nan() || size > 0.5 * last {
            break;
        }
        x += &dx;
        r.iter_mut().zip(&dr).for_each(|(r, dr)| *r += dr);
        last = size;
        if size <= 0.5 * f64::EPSILON * qr.scaled_norm(x.as_slice()) {
            break;
        }
    }
    (x, r)
}

/// b − r − Ax, as if in twice the precision.
pub(crate) fn left_over(a: &DMatrix<f64>, b: &[f64], x: &DVector<f64>, r: &[f64]) -> Vec<f64> {
    let (mut high, mut low) = (b.to_vec(), vec![0.0; b.len()]);
    for ((high, low), r) in high.iter_mut().zip(&mut low).zip(r) {
        (*high, *low) = two_sum(*high, -r);
    }
    for (column, &x) in a.column_iter().zip(x.iter()) {
        let sums = high.iter_mut().zip(&mut low);
        gradus_linalg::vectorize(
            #[inline(always)]
            || {
                for ((high, low), &a) in sums.zip(column.as_slice()) {
                    let product = a * x;
                    let rounding = a.mul_add(x, -product);
                    let (sum, error) = two_sum(*high, -product);
                    *high = sum;
                    *low += error - rounding;
                }
            },
        );
    }
    high.iter().zip(&low).map(|(high, low)| high + low).collect()
}

/// Σaᵢbᵢ, as if in twice the precision. Source: T. Ogita, S. Rump, S. Oishi, *Accurate sum and dot
/// product*, 2005, Dot2.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut high, mut low) = (0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let product = a * b;
        let rounding = a.mul_add(*b, -product);
        let (sum, error) = two_sum(high, product);
        high = sum;
        low += error + rounding;
    }
    high + low
}

/// a + b and its rounding error (Knuth).
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cancels_is_not_lost() {
        assert_eq!(dot(&[1e16, 1.0, -1e16], &[1.0, 1.0, 1.0]), 1.0);
        assert_eq!(
            dot(&[1.0 + f64::EPSILON, -1.0], &[1.0 - f64::EPSILON, 1.0]),
            -f64::EPSILON.powi(2)
        );
        let a = DMatrix::from_row_slice(1, 3, &[1e16, 1.0, -1e16]);
        let x = DVector::from_element(3, 1.0);
        assert_eq!(left_over(&a, &[3.0], &x, &[0.5]), [1.5]);
    }
}
