//! The proof that comes with a solution.

use serde::{Deserialize, Serialize};

use super::term::Term;

/// What proves a solution optimal, computed from it and the data alone.
///
/// With P the objective and D its Fenchel dual, P(w) − P* ≤ P(w) − D(θ) for every feasible θ: the
/// gap bounds how far the objective can be from its least value. θ is the scaled residual.
///
/// Of a linear model, what unpenalised features can still gain, ½‖Qᵀr‖² for an orthogonal basis Q of
/// their columns, is part of the gap, and of a model of classes a bound on it (of several classes up to
/// 4·10⁹ multiplications for the basis; beyond, the gradients are trusted), with an allowance for the
/// rounding of the columns. Features too close to each other for that are not certified; those that
/// depend on others but for the rounding of the data itself count as dependent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The objective P(w): mean loss plus penalty, the latter on the scale on which features are
    /// penalised.
    pub objective: f64,
    /// P(w) − D(θ) ≥ P(w) − P* ≥ 0.
    #[serde(with = "crate::infinite")]
    pub gap: f64,
    /// The gap over the loss of the model without features.
    #[serde(with = "crate::infinite")]
    pub relative_gap: f64,
    /// The largest distance of a partial derivative of the loss from where the penalty and the
    /// bounds want it, in units of λ (for λ = 0, of the derivative itself).
    pub kkt_violation: f64,
    /// Coefficients that are not 0.
    pub nonzero: usize,
    /// Sweeps of coordinate descent and Newton steps.
    pub iterations: usize,
    /// Whether the gap is within the tolerance.
    pub converged: bool,
}

/// The largest s ≤ 1 that makes s·z dual feasible. A coordinate that nothing holds is left out: z has
/// been made to vanish there, and the caller counts what that costs.
pub(super) fn feasible_share<'a>(points: impl Iterator<Item = (&'a Term, f64, f64)>) -> f64 {
    points.fold(
        1.0,
        |s: f64, (term, w, z)| if term.is_free_at(w) { s } else { s.min(term.shrink(z)) },
    )
}

/// Σ φ(w) + φ*(s·z) − s·z·w over all but the coordinates that nothing holds.
pub(super) fn penalty_gap<'a>(points: impl Iterator<Item = (&'a Term, f64, f64)>, s: f64) -> f64 {
    points
        .map(|(term, w, z)| if term.is_free_at(w) { 0.0 } else { term.fenchel_young(w, s * z) })
        .sum()
}

/// The largest violation of the optimality conditions.
pub(super) fn largest_violation<'a>(points: impl Iterator<Item = (&'a Term, f64, f64)>) -> f64 {
    points.fold(0.0, |worst, (term, w, z)| worst.max(term.violation(w, z)))
}
