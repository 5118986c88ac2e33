//! Log-sum-exp of rows.

use crate::{
    MatRef, Scalar,
    softmax::block::{Output, blocks},
};

/// outᵢ ← ln Σⱼ exp(zᵢⱼ): log-sum-exp of each row; −∞ for a row of −∞ or without columns.
///
/// # Panics
/// If `out` has not one element for each row.
///
/// ```
/// use gradus_linalg::{MatRef, log_sum_exp_rows};
/// let mut l = [0.0];
/// log_sum_exp_rows(MatRef::new(&[1e308, 0.0], 1, 2), &mut l);
/// assert_eq!(l, [1e308]);
/// ```
pub fn log_sum_exp_rows<T: Scalar>(z: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == z.rows(), "log_sum_exp: {} values of {:?}", out.len(), z.shape());
    blocks(z, None, Output::None, |rows, max, log| {
        for (l, i) in rows.enumerate() {
            out[i] = if max[l].is_finite() {
                max[l] + log[l]
            } else {
                // An infinite maximum less itself is NaN, though the result is that maximum.
                let nan = (0..z.cols()).any(|j| z.at(i, j).partial_cmp(&max[l]).is_none());
                if nan { T::of(f64::NAN) } else { max[l] }
            };
        }
    });
}
