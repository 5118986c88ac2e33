//! Entropies, and distances between distributions.
//!
//! A distribution is a row of probabilities that sum to 1; the results are m×1, in nats.
//! 0·ln 0 counts as 0.

use gradus_autograd::{Axis, Var};
use gradus_linalg::Scalar;

use crate::cost::binary_cross_entropies_of_probabilities;
use crate::cost::x_log_y::x_log_y;

/// H(p) = −Σₖ pₖ ln pₖ of each row.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let p = tape.constant(dmatrix![0.5_f64, 0.5, 0.0; 1.0, 0.0, 0.0]);
/// assert_eq!(cost::entropy(p).value(), dmatrix![2.0_f64.ln(); 0.0]);
/// ```
///
/// Source: C. E. Shannon, *A mathematical theory of communication*, 1948.
pub fn entropy<T: Scalar>(p: Var<'_, T>) -> Var<'_, T> {
    -x_log_y(p, p).sum_over(Axis::Columns)
}

/// H(p, q) = −Σₖ pₖ ln qₖ of each row: infinite where q excludes what p allows.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let p = tape.constant(dmatrix![1.0_f64, 0.0]);
/// let q = tape.constant(dmatrix![0.25, 0.75]);
/// assert_eq!(cost::cross_entropy_of_distributions(p, q).item(), 4.0_f64.ln());
/// assert_eq!(cost::cross_entropy_of_distributions(q, p).item(), f64::INFINITY);
/// ```
///
/// # Panics
/// If the shapes differ.
pub fn cross_entropy_of_distributions<'t, T: Scalar>(p: Var<'t, T>, q: Var<'t, T>) -> Var<'t, T> {
    -x_log_y(p, q).sum_over(Axis::Columns)
}

/// H(p) = −p ln p − (1 − p) ln(1 − p) of each element: the least binary cross-entropy that a
/// target p allows. Its derivative is ln((1 − p)/p), bounded by ±100.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let p = tape.constant(dmatrix![0.5_f64, 0.0, 1.0]);
/// assert_eq!(cost::binary_entropies(p).value(), dmatrix![2.0_f64.ln(), 0.0, 0.0]);
/// ```
pub fn binary_entropies<T: Scalar>(p: Var<'_, T>) -> Var<'_, T> {
    binary_cross_entropies_of_probabilities(p, p)
}

/// KL(p ‖ q) = Σₖ pₖ ln(pₖ/qₖ) of each row: H(p, q) − H(p), at least 0, and 0 only where p = q.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let p = tape.constant(dmatrix![0.5_f64, 0.5, 0.0]);
/// let q = tape.constant(dmatrix![0.25, 0.25, 0.5]);
/// assert!((cost::kl_divergence(p, q).item() - 2.0_f64.ln()).abs() < 1e-15);
/// ```
///
/// PyTorch's `KLDivLoss` takes ln q as its input and p as its target, and adds up or averages over
/// elements. Source: S. Kullback and R. A. Leibler, *On information and sufficiency*, 1951.
///
/// # Panics
/// If the shapes differ.
pub fn kl_divergence<'t, T: Scalar>(p: Var<'t, T>, q: Var<'t, T>) -> Var<'t, T> {
    (x_log_y(p, p) - x_log_y(p, q)).sum_over(Axis::Columns)
}

/// KL(softmax(a) ‖ softmax(b)) of each row, from logits, which stays finite where a probability
/// rounds to 0.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::cost;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let a = tape.constant(dmatrix![0.0_f64, 1000.0]);
/// let b = tape.constant(dmatrix![1000.0, 0.0]);
/// assert_eq!(cost::kl_divergence_of_logits(a, b).item(), 1000.0);
/// ```
///
/// # Panics
/// If the shapes differ.
pub fn kl_divergence_of_logits<'t, T: Scalar>(a: Var<'t, T>, b: Var<'t, T>) -> Var<'t, T> {
    (a.softmax() * (a.log_softmax() - b.log_softmax())).sum_over(Axis::Columns)
}
