//! The state of a run, its counts, and the checks that every method shares.

use gradus_linalg::reduce;

use super::vectors;
use super::{Evaluations, Objective, Outcome, Quantity, Reason, Record, Stopping, Trajectory};
use crate::OptimError;

/// A run: the current point, the one that is being tried, and the counts.
///
/// All its memory is taken at the start.
pub(super) struct Run<'o> {
    objective: &'o mut dyn Objective,
    stopping: Stopping,
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) gradient_norm: f64,
    pub(super) next_x: Vec<f64>,
    pub(super) next_value: f64,
    pub(super) next_gradient: Vec<f64>,
    pub(super) iterations: usize,
    evaluations: Evaluations,
    trajectory: Option<Trajectory>,
    /// A criterion that the last step met.
    met: Option<Reason>,
}

impl<'o> Run<'o> {
    /// Checks the start and evaluates it.
    pub(super) fn start(
        method: &'static str,
        objective: &'o mut dyn Objective,
        x0: &[f64],
        stopping: Stopping,
        record: Record,
    ) -> Result<Self, OptimError> {
        stopping.validate(method)?;
        if x0.is_empty() {
            return Err(OptimError::EmptyStart { method });
        }
        if let Some(expected) = objective.dimension().filter(|&n| n != x0.len()) {
            return Err(OptimError::StartLength { method, expected, found: x0.len() });
        }
        let not_finite = |what| Err(OptimError::NonFiniteStart { method, what });
        if !reduce::all_finite(x0) {
            return not_finite(Quantity::Point);
        }
        let n = x0.len();
        let mut run = Self {
            objective,
            stopping,
            x: vec![0.0; n],
            value: 0.0,
            gradient: vec![0.0; n],
            gradient_norm: 0.0,
            next_x: x0.to_vec(),
            next_value: 0.0,
            next_gradient: vec![0.0; n],
            iterations: 0,
            evaluations: Evaluations::default(),
            trajectory: (record == Record::Trajectory).then(Trajectory::default),
            met: None,
        };
        run.evaluate_next();
        if let Some(what) = run.next_non_finite() {
            return not_finite(what);
        }
        run.advance();
        Ok(run)
    }

    /// Why the run ends here, if it does; to be asked before each step.
    pub(super) fn stop(&self) -> Option<Reason> {
        if self.gradient_norm <= self.stopping.gradient_tolerance {
            return Some(Reason::GradientTolerance);
        }
        if self.value < self.stopping.floor {
            return Some(Reason::Unbounded);
        }
        let out_of_time = self.iterations >= self.stopping.max_iterations;
        self.met.or(out_of_time.then_some(Reason::MaxIterations))
    }

    /// Tries x + t·d: its value and its slope ∇f(x + t·d)·d, either of which may not be finite.
    pub(super) fn try_step(&mut self, t: f64, direction: &[f64]) -> (f64, f64) {
        vectors::add_scaled(&self.x, t, direction, &mut self.next_x);
        self.evaluate_next();
        (self.next_value, vectors::dot(&self.next_gradient, direction))
    }

    /// f(x + t·d) alone.
    pub(super) fn try_value(&mut self, t: f64, direction: &[f64]) -> f64 {
        vectors::add_scaled(&self.x, t, direction, &mut self.next_x);
        self.evaluations.values += 1;
        self.next_value = self.objective.value(&self.next_x);
        self.next_value
    }

    /// The gradient where [`try_value`](Self::try_value) was called last.
    pub(super) fn gradient_there(&mut self) {
        self.evaluations.gradients += 1;
        self.objective.gradient(&self.next_x, &mut self.next_gradient);
    }

    /// What is not finite at the point that was tried last, if anything.
    pub(super) fn next_non_finite(&self) -> Option<Quantity> {
        if !reduce::all_finite(&self.next_x) {
            Some(Quantity::Point)
        } else if !self.next_value.is_finite() {
            Some(Quantity::Value)
        } else if !reduce::all_finite(&self.next_gradient) {
            Some(Quantity::Gradient)
        } else {
            None
        }
    }

    /// Moves by t·d without a search.
    pub(super) fn step(&mut self, t: f64, direction: &[f64]) -> Result<f64, Reason> {
        self.try_step(t, direction);
        self.check_next(t)
    }

    /// `t`, unless the point that was tried last cannot be moved to.
    pub(super) fn check_next(&self, t: f64) -> Result<f64, Reason> {
        if self.next_value == f64::NEG_INFINITY {
            return Err(Reason::Unbounded);
        }
        self.next_non_finite().map_or(Ok(t), |what| Err(Reason::NonFinite { what }))
    }

    /// Makes the point that was tried last, all of it finite, the current one.
    pub(super) fn accept(&mut self, t: f64) {
        let change = (self.next_value - self.value).abs();
        let scale = self.next_value.abs().max(self.value.abs()).max(1.0);
        let Stopping { cost_change, step_size, .. } = self.stopping;
        self.met = if self.next_x == self.x {
            Some(Reason::StepSize)
        } else if cost_change.is_some_and(|tolerance| change <= tolerance * scale) {
            Some(Reason::CostChange)
        } else {
            let short = step_size.is_some_and(|tolerance| {
                let reach = tolerance * (1.0 + vectors::norm(&self.next_x));
                vectors::distance(&self.next_x, &self.x) <= reach
            });
            short.then_some(Reason::StepSize)
        };
        if let Some(trajectory) = &mut self.trajectory {
            trajectory.step_sizes.push(t);
        }
        self.iterations += 1;
        self.advance();
    }

    /// The Hessian at x; the error says what to do when the objective has none.
    pub(super) fn hessian(&mut self, hessian: &mut [f64]) -> Result<(), OptimError> {
        self.evaluations.hessians += 1;
        self.objective.hessian(&self.x, hessian)
    }

    /// The product of the Hessian at x and v.
    pub(super) fn hessian_vector(&mut self, v: &[f64], out: &mut [f64]) -> Result<(), OptimError> {
        self.evaluations.hessian_vectors += 1;
        self.objective.hessian_vector(&self.x, v, out)
    }

    pub(super) fn finish(self, reason: Reason) -> Outcome {
        Outcome {
            x: self.x,
            value: self.value,
            gradient_norm: self.gradient_norm,
            iterations: self.iterations,
            evaluations: self.evaluations,
            reason,
            trajectory: self.trajectory,
        }
    }

    fn evaluate_next(&mut self) {
        self.evaluations.values += 1;
        self.evaluations.gradients += 1;
        self.next_value = self.objective.value_and_gradient(&self.next_x, &mut self.next_gradient);
    }

    fn advance(&mut self) {
        std::mem::swap(&mut self.x, &mut self.next_x);
        std::mem::swap(&mut self.gradient, &mut self.next_gradient);
        self.value = self.next_value;
        self.gradient_norm = vectors::norm(&self.gradient);
        if let Some(trajectory) = &mut self.trajectory {
            trajectory.points.push(self.x.clone());
            trajectory.values.push(self.value);
            trajectory.gradient_norms.push(self.gradient_norm);
        }
    }
}
