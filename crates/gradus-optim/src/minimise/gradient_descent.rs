//! Gradient descent.

use super::{
    Armijo, Diminishing, Exact, Minimiser, Objective, Outcome, Record, Stopping, StrongWolfe,
    run::Run, vectors,
};
use crate::{OptimError, checks::check};

/// How long a step of [`GradientDescent`] is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum StepRule {
    /// The same factor α > 0 always. The cost of a convex function never rises if α ≤ 1/L, where L
    /// bounds its curvature.
    Fixed(f64),
    /// By a law that shrinks.
    Diminishing(Diminishing),
    /// The factor that minimises the cost along the gradient.
    Exact(Exact),
    /// Backtracking.
    Armijo(Armijo),
    /// Strong Wolfe conditions.
    StrongWolfe(StrongWolfe),
}

impl Default for StepRule {
    /// Backtracking from 1.
    fn default() -> Self {
        Self::Armijo(Armijo::default())
    }
}

impl StepRule {
    fn validate(&self, method: &'static str) -> Result<(), OptimError> {
        match self {
            Self::Fixed(step) => {
                let expected = "a step must be finite and positive";
                check(method, "step", *step, expected, *step > 0.0 && step.is_finite())
            }
            Self::Diminishing(law) => law.validate(method),
            Self::Exact(search) => search.validate(method),
            Self::Armijo(search) => search.validate(method),
            Self::StrongWolfe(search) => search.validate(method),
        }
    }
}

/// Gradient descent: x ← x − t∇f(x), with t by a [`StepRule`].
///
/// To first order a small step changes the cost by −t‖∇f‖², and no direction of the same length
/// lowers it faster. A quadratic of condition number κ needs of the order of κ steps.
///
/// # Examples
///
/// The run of f(x) = x² from 3 with α = 0.1:
///
/// ```
/// use gradus_optim::minimise::{Function, GradientDescent, Minimiser, Record, StepRule};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut square = Function::new(|x| x[0] * x[0], |x, g| g[0] = 2.0 * x[0]);
/// let descent = GradientDescent {
///     step: StepRule::Fixed(0.1),
///     record: Record::Trajectory,
///     ..GradientDescent::default()
/// };
/// let outcome = descent.minimise(&mut square, &[3.0])?;
/// let way = outcome.trajectory.unwrap_or_default();
/// assert!((way.points[1][0] - 2.4).abs() < 1e-15 && (way.points[2][0] - 1.92).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: A.-L. Cauchy, *Méthode générale pour la résolution des systèmes d'équations
/// simultanées*, 1847. To train on mini-batches, use [`Sgd`](crate::Sgd).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GradientDescent {
    /// How long a step is.
    pub step: StepRule,
    /// When to stop.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

impl Minimiser for GradientDescent {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        self.step.validate(self.name())?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let mut direction = vec![0.0; x0.len()];
        let mut last = None;
        loop {
            if let Some(reason) = run.stop() {
                return Ok(run.finish(reason));
            }
            vectors::negate(&run.gradient, &mut direction);
            let slope = -run.gradient_norm * run.gradient_norm;
            let unit = (1.0 / run.gradient_norm).min(1.0);
            let stepped = match &self.step {
                StepRule::Fixed(step) => run.step(*step, &direction),
                StepRule::Diminishing(law) => run.step(law.step(run.iterations + 1), &direction),
                StepRule::Exact(search) => {
                    search.search(&mut run, &direction, last.unwrap_or(unit))
                }
                StepRule::Armijo(search) => {
                    let first = last.map_or(search.first, |t| 2.0 * t);
                    search.search(&mut run, &direction, slope, first)
                }
                StepRule::StrongWolfe(search) => {
                    search.search(&mut run, &direction, slope, last.unwrap_or(unit))
                }
            };
            match stepped {
                Ok(step) => {
                    last = Some(step);
                    run.accept(step);
                }
                Err(reason) => return Ok(run.finish(reason)),
            }
        }
    }

    fn name(&self) -> &'static str {
        "gradient-descent"
    }
}
