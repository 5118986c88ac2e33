//! Backtracking until the cost falls enough.

use super::{Reason, run::Run};
use crate::{OptimError, checks::check};

/// More trials than any permitted `shrink` needs to reach a step of no effect.
const MAX_TRIALS: usize = 400;

/// The line search of Armijo: the step shrinks until the cost falls by a share of what the slope
/// promises.
///
/// f(x + td) ≤ f(x) + c·t·∇f(x)·d
///
/// Each trial costs one value; the gradient is computed once, where the search ends. A trial that
/// is not finite counts as too long. The first trial of a run has size `first`, the later ones begin
/// at twice the step that was taken last.
///
/// Costs alone cannot tell steps apart once ‖∇f‖ is about √(ε·L·|f|), L the curvature: the search then
/// fails. That matters where the least cost is not 0.
///
/// Source: L. Armijo, *Minimization of functions having Lipschitz continuous first partial
/// derivatives*, 1966; J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd edition,
/// algorithm 3.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Armijo {
    /// The first trial of a run, > 0.
    pub first: f64,
    /// The factor from one trial to the next, in (0, 0.9].
    pub shrink: f64,
    /// The share c of the promised decrease that is asked for, in (0, 1).
    pub decrease: f64,
}

impl Default for Armijo {
    /// From 1, halving, c = ¼. A smaller c also permits steps to the other side of a valley, at nearly
    /// the same height: such runs can take hundreds of times as many.
    fn default() -> Self {
        Self { first: 1.0, shrink: 0.5, decrease: 0.25 }
    }
}

impl Armijo {
    pub(super) fn validate(&self, method: &'static str) -> Result<(), OptimError> {
        let Self { first, shrink, decrease } = *self;
        let expected = "a step must be finite and positive";
        check(method, "first", first, expected, first > 0.0 && first.is_finite())?;
        check(method, "shrink", shrink, "it must lie in (0, 0.9]", shrink > 0.0 && shrink <= 0.9)?;
        let expected = "it must lie in (0, 1)";
        check(method, "decrease", decrease, expected, decrease > 0.0 && decrease < 1.0)
    }

    /// Leaves the run's next point at the step that it returns.
    pub(super) fn search(
        &self,
        run: &mut Run<'_>,
        direction: &[f64],
        slope: f64,
        first: f64,
    ) -> Result<f64, Reason> {
        let mut t = first;
        for _ in 0..MAX_TRIALS {
            let value = run.try_value(t, direction);
            if run.next_x == run.x {
                break;
            }
            if value == f64::NEG_INFINITY {
                return Err(Reason::Unbounded);
            }
            // False for NaN. The second test counts where rounding swallows the share.
            let enough = value <= run.value + self.decrease * t * slope && value < run.value;
            if enough {
                run.gradient_there();
                if run.next_non_finite().is_none() {
                    return Ok(t);
                }
            }
            t *= self.shrink;
        }
        Err(Reason::LineSearchFailed)
    }
}
