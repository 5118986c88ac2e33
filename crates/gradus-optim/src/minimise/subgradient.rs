//! The sub-gradient method.

use super::{Diminishing, Minimiser, Objective, Outcome, Record, Stopping, run::Run, vectors};
use crate::OptimError;

/// The sub-gradient method for convex functions with kinks: x ← x − aₜg, g ∈ ∂f(x).
///
/// [`Objective::gradient`] gives any sub-gradient. A step may raise the cost, so that the outcome is
/// the best point of the run; the recorded way shows all of them. With diminishing steps the best
/// cost tends to the least, slowly, and there is no sign that it is near: a run usually ends by
/// [`MaxIterations`](super::Reason::MaxIterations).
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Diminishing, Function, Minimiser, Subgradient};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// // |x₀ − 1| + 2|x₁|.
/// let mut f = Function::new(
///     |x| (x[0] - 1.0).abs() + 2.0 * x[1].abs(),
///     |x, g| {
///         g[0] = (x[0] - 1.0).signum();
///         g[1] = 2.0 * x[1].signum();
///     },
/// );
/// let method = Subgradient { steps: Diminishing::InverseRoot { a: 0.5 }, ..Default::default() };
/// let outcome = method.minimise(&mut f, &[4.0, -3.0])?;
/// assert!(outcome.value < 0.05);
/// # Ok(())
/// # }
/// ```
///
/// Source: N. Z. Shor, *Minimization Methods for Non-Differentiable Functions*, 1985, chapter 2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Subgradient {
    /// The step sizes aₜ, factors of the sub-gradient.
    pub steps: Diminishing,
    /// When to stop. A sub-gradient of 0 is a certificate of the minimum; the change of the cost is
    /// none.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

impl Minimiser for Subgradient {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        self.steps.validate(self.name())?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let mut direction = vec![0.0; x0.len()];
        let mut best = run.x.clone();
        let (mut value, mut gradient_norm) = (run.value, run.gradient_norm);
        let reason = loop {
            if run.value < value {
                best.copy_from_slice(&run.x);
                (value, gradient_norm) = (run.value, run.gradient_norm);
            }
            if let Some(reason) = run.stop() {
                break reason;
            }
            vectors::negate(&run.gradient, &mut direction);
            match run.step(self.steps.step(run.iterations + 1), &direction) {
                Ok(step) => run.accept(step),
                Err(reason) => break reason,
            }
        };
        Ok(Outcome { x: best, value, gradient_norm, ..run.finish(reason) })
    }

    fn name(&self) -> &'static str {
        "subgradient"
    }
}
