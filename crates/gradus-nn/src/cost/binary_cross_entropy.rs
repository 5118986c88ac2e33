//! Cross-entropy of yes-or-no outputs, each by itself.

use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;
use crate::cost::probability_loss::ProbabilityLoss;

/// −y ln σ(z) − (1 − y) ln(1 − σ(z)) of each element, from logits z and targets y in [0, 1], as
/// y·softplus(−z) + (1 − y)·softplus(z), which stays exact where σ(z) rounds to 0 or 1. Its
/// gradient is σ(z) − y.
///
/// # Panics
/// If the shapes do not fit.
pub fn binary_cross_entropies<'t, T: Scalar>(logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    target * (-logits).softplus() + (1.0 - target) * logits.softplus()
}

/// The binary cross-entropy from logits, by default averaged over rows × outputs; with several
/// outputs each is a question of its own, and [`Reduction::MeanOverRows`] adds them up in a row.
/// With a soft target the least value is the binary entropy of y.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
///
/// let tape = Tape::new();
/// let z = tape.scalar(800.0_f64);
/// let wrong = cost::binary_cross_entropy(z, tape.scalar(0.0), Reduction::Mean);
/// assert_eq!(wrong.item(), 800.0);
/// assert_eq!(wrong.backward().item(z), Some(1.0)); // σ(z) − y
/// ```
///
/// PyTorch calls it `BCEWithLogitsLoss`.
///
/// # Panics
/// If the shapes do not fit.
pub fn binary_cross_entropy<'t, T: Scalar>(
    logits: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(binary_cross_entropies(logits, target))
}

/// −p·y ln σ(z) − (1 − y) ln(1 − σ(z)) of each element: positive examples weigh p times as much.
///
/// # Panics
/// If the shapes do not fit.
pub fn weighted_binary_cross_entropies<'t, T: Scalar>(
    logits: Var<'t, T>,
    target: Var<'t, T>,
    pos_weight: Var<'t, T>,
) -> Var<'t, T> {
    let (rows, cols) = logits.shape();
    let positive = pos_weight.broadcast(rows, cols) * target;
    positive * (-logits).softplus() + (1.0 - target) * logits.softplus()
}

/// The binary cross-entropy from logits with a weight p of the positive examples: 1×1, or a row
/// with one for each output. The mean divides by the number of elements, as in PyTorch.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.constant(dmatrix![0.0_f64, 0.0]);
/// let y = tape.constant(dmatrix![1.0, 0.0]);
/// let p = tape.constant(dmatrix![3.0]);
/// let c = cost::weighted_binary_cross_entropy(z, y, p, Reduction::Sum);
/// assert!((c.item() - 4.0 * 2.0_f64.ln()).abs() < 1e-15);
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn weighted_binary_cross_entropy<'t, T: Scalar>(
    logits: Var<'t, T>,
    target: Var<'t, T>,
    pos_weight: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(weighted_binary_cross_entropies(logits, target, pos_weight))
}

/// −y ln p − (1 − y) ln(1 − p) of each element, from probabilities p.
///
/// At p = 0 and p = 1 the logarithms are bounded below by −100, so that the loss is finite, and the
/// gradient is (p − y)/max(p(1 − p), 10⁻¹²), so that a wrong certainty still has one: PyTorch's
/// convention. A number that is no probability gives NaN. Where there are logits,
/// [`binary_cross_entropies`] needs no convention.
///
/// # Panics
/// If the shapes do not fit.
pub fn binary_cross_entropies_of_probabilities<'t, T: Scalar>(
    probabilities: Var<'t, T>,
    target: Var<'t, T>,
) -> Var<'t, T> {
    Var::custom(Arc::new(ProbabilityLoss), &[probabilities, target])
}

/// The binary cross-entropy from probabilities, by default averaged over rows × outputs.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
///
/// let tape = Tape::new();
/// let p = tape.scalar(0.25_f64);
/// let c = cost::binary_cross_entropy_of_probabilities(p, tape.scalar(1.0), Reduction::Mean);
/// assert_eq!(c.item(), 4.0_f64.ln());
/// let wrong = cost::binary_cross_entropy_of_probabilities(
///     tape.scalar(0.0),
///     tape.scalar(1.0),
///     Reduction::Mean,
/// );
/// assert_eq!(wrong.item(), 100.0);
/// ```
///
/// PyTorch calls it `BCELoss`; scikit-learn's `log_loss` clips p at the type's ε instead.
///
/// # Panics
/// If the shapes do not fit.
pub fn binary_cross_entropy_of_probabilities<'t, T: Scalar>(
    probabilities: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of(binary_cross_entropies_of_probabilities(probabilities, target))
}
