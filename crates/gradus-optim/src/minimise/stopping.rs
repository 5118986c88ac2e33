//! When a minimiser stops.

use crate::{OptimError, checks::check};

/// When a minimiser stops; the first criterion that holds ends the run.
///
/// A step that changes no bit of x ends the run under any criteria: nothing would follow from it.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{GradientDescent, Minimiser, Reason, StepRule, Stopping};
/// use gradus_optim::test_functions::Rosenbrock;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let stopping = Stopping { cost_change: Some(1e-3), max_iterations: 50, ..Stopping::default() };
/// let descent = GradientDescent { step: StepRule::Fixed(1e-3), stopping, ..Default::default() };
/// let outcome = descent.minimise(&mut Rosenbrock::new(2)?, &[-1.2, 1.0])?;
/// assert_eq!(outcome.reason, Reason::CostChange);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stopping {
    /// Stop when ‖∇f(x)‖ ≤ this, in the Euclidean norm.
    pub gradient_tolerance: f64,
    /// Stop when |f(x⁺) − f(x)| ≤ this · max(|f(x⁺)|, |f(x)|, 1), if set.
    pub cost_change: Option<f64>,
    /// Stop when ‖x⁺ − x‖ ≤ this · (1 + ‖x⁺‖), if set.
    pub step_size: Option<f64>,
    /// Stop after so many iterations.
    pub max_iterations: usize,
    /// Stop when f(x) lies below this: the cost seems to have no lower bound.
    pub floor: f64,
}

impl Default for Stopping {
    /// ‖∇f‖ ≤ 10⁻⁸ or 1,000 iterations, or a cost below −10¹⁰⁰; cost change and step size do not
    /// count.
    fn default() -> Self {
        Self {
            gradient_tolerance: 1e-8,
            cost_change: None,
            step_size: None,
            max_iterations: 1_000,
            floor: -1e100,
        }
    }
}

impl Stopping {
    pub(super) fn validate(&self, method: &'static str) -> Result<(), OptimError> {
        let expected = "a tolerance must be finite and not negative";
        let tolerance = |name, value: f64| {
            check(method, name, value, expected, value >= 0.0 && value.is_finite())
        };
        tolerance("gradient_tolerance", self.gradient_tolerance)?;
        tolerance("cost_change", self.cost_change.unwrap_or(0.0))?;
        tolerance("step_size", self.step_size.unwrap_or(0.0))?;
        let expected = "the floor must not be NaN";
        check(method, "floor", self.floor, expected, !self.floor.is_nan())
    }
}
