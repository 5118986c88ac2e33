//! What a path needs to know of a loss.

use super::certificate::Certificate;
use super::term::Term;

/// A point of a path on the scale on which features are penalised.
#[derive(Debug, Clone)]
pub(super) struct Solved {
    /// Coefficients, class after class.
    pub(super) w: Vec<f64>,
    /// The intercept of each class.
    pub(super) b: Vec<f64>,
    /// The mean loss, without the penalty.
    pub(super) loss: f64,
    pub(super) certificate: Certificate,
}

/// The terms of one λ.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) lambda: f64,
    /// For each coefficient, class after class.
    pub(super) terms: Vec<Term>,
}

impl Level {
    /// The same with every penalised coefficient held at 0.
    pub(super) fn null(&self) -> Self {
        let pin = |term: &Term| match term {
            Term { alpha: 0.0, beta: 0.0, .. } => *term,
            _ => Term::PINNED,
        };
        Self { lambda: 0.0, terms: self.terms.iter().map(pin).collect() }
    }
}

/// A loss on a design, and the point reached so far.
pub(super) trait Problem {
    /// The mean loss of the model without features.
    fn null_loss(&self) -> f64;

    /// The negative gradient of the loss at the point reached, class after class.
    fn gradient(&self) -> &[f64];

    /// Goes from the point reached, the solution at `before`, to the solution at `level`.
    fn solve(&mut self, level: &Level, before: &Level) -> Solved;

    /// Certifies points from the data where [`solve`](Self::solve) relied on products of it, and
    /// solves again what falls short.
    fn audit(&mut self, _levels: &[Level], _points: &mut [Solved]) {}
}
