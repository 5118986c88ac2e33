//! Log-likelihoods: to be maximised, so each is the negative of a cost.

use std::f64::consts::TAU;
use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::Reduction;
use crate::cost::{
    binary_cross_entropy, binary_cross_entropy_of_probabilities, softmax_cross_entropy,
};

/// y ln σ(z) + (1 − y) ln(1 − σ(z)): the log-likelihood of a Bernoulli variable, from logits.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
///
/// let tape = Tape::new();
/// let z = tape.scalar(0.0_f64);
/// let l = cost::bernoulli_log_likelihood(z, tape.scalar(1.0), Reduction::Sum);
/// assert!((l.item() + 2.0_f64.ln()).abs() < 1e-15);
/// ```
///
/// # Panics
/// If the shapes do not fit.
pub fn bernoulli_log_likelihood<'t, T: Scalar>(
    logits: Var<'t, T>,
    observed: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    -binary_cross_entropy(logits, observed, reduction)
}

/// y ln p + (1 − y) ln(1 − p): the log-likelihood of a Bernoulli variable, from probabilities, with
/// the bounds of [`binary_cross_entropies_of_probabilities`].
///
/// [`binary_cross_entropies_of_probabilities`]: crate::cost::binary_cross_entropies_of_probabilities
///
/// # Panics
/// If the shapes do not fit.
pub fn bernoulli_log_likelihood_of_probabilities<'t, T: Scalar>(
    probabilities: Var<'t, T>,
    observed: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    -binary_cross_entropy_of_probabilities(probabilities, observed, reduction)
}

/// −½((x − μ)/s)² − ln s − ½ ln 2π: the log-likelihood of normal variables of mean μ and standard
/// deviation s, which may be 1×1, a row, or one for each element.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
///
/// let tape = Tape::new();
/// let (mean, x, std) = (tape.scalar(1.0_f64), tape.scalar(1.0), tape.scalar(1.0));
/// let l = cost::gaussian_log_likelihood(mean, x, std, Reduction::Sum);
/// assert!((l.item() + 0.918_938_533_204_672_7).abs() < 1e-15); // −½ ln 2π
/// ```
///
/// PyTorch's `GaussianNLLLoss` takes the variance and leaves the constant out.
///
/// # Panics
/// If the shapes do not fit.
pub fn gaussian_log_likelihood<'t, T: Scalar>(
    mean: Var<'t, T>,
    observed: Var<'t, T>,
    std: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    let (rows, cols) = mean.shape();
    let std = std.broadcast(rows, cols);
    let squares = ((mean - observed) / std).square();
    reduction.of(squares * -0.5 - std.log() - 0.5 * TAU.ln())
}

/// ln softmax(z)_c of each row: the log-likelihood of a categorical variable, from logits.
///
/// ```
/// use std::sync::Arc;
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.constant(dmatrix![0.0_f64, 0.0, 0.0]);
/// let l = cost::categorical_log_likelihood(z, &Arc::new(vec![1]), Reduction::Sum);
/// assert!((l.item() + 3.0_f64.ln()).abs() < 1e-15);
/// ```
///
/// # Panics
/// If there is not one class for each row, or if a class is not below the number of columns.
pub fn categorical_log_likelihood<'t, T: Scalar>(
    logits: Var<'t, T>,
    observed: &Arc<Vec<u32>>,
    reduction: Reduction,
) -> Var<'t, T> {
    -softmax_cross_entropy(logits, observed, reduction)
}
