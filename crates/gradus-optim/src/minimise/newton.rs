//! Newton's method.

use gradus_linalg::reduce;

use super::{
    Minimiser, Objective, Outcome, Quantity, Reason, Record, Stopping, StrongWolfe,
    cholesky::ShiftedCholesky, run::Run, vectors,
};
use crate::OptimError;

/// Newton's method, damped: (∇²f(x) + τI)·d = −∇f(x), x ← x + td.
///
/// τ is 0 where the Hessian is positive definite, else the first of a doubling sequence that makes
/// it so; the step t meets the strong Wolfe conditions and is first tried at 1. A convex quadratic
/// takes one step. Near a minimiser with a positive definite Hessian the number of right digits
/// doubles with each step. A step costs a Hessian and n³/3 multiplications.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Minimiser, Newton};
/// use gradus_optim::test_functions::Quadratic;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = Newton::default().minimise(&mut Quadratic::new(5, 1e4)?, &[0.0; 5])?;
/// assert_eq!(outcome.iterations, 1);
/// assert!((outcome.x[0] - 1.0).abs() < 1e-10);
/// # Ok(())
/// # }
/// ```
///
/// Source: J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd edition, algorithms 3.2 and
/// 3.3.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Newton {
    /// The line search.
    pub line_search: StrongWolfe,
    /// When to stop.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

impl Minimiser for Newton {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        self.line_search.validate(self.name())?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let n = x0.len();
        let mut hessian = vec![0.0; n * n];
        let mut factor = ShiftedCholesky::new(n);
        let mut direction = vec![0.0; n];
        loop {
            if let Some(reason) = run.stop() {
                return Ok(run.finish(reason));
            }
            run.hessian(&mut hessian)?;
            if !reduce::all_finite(&hessian) {
                return Ok(run.finish(Reason::NonFinite { what: Quantity::Hessian }));
            }
            vectors::negate(&run.gradient, &mut direction);
            if factor.factorise(&hessian).is_some() {
                factor.solve(&mut direction);
            }
            let mut slope = vectors::dot(&run.gradient, &direction);
            // Rounding can spoil a direction whose Hessian is barely positive definite.
            let descends = slope < 0.0 && reduce::all_finite(&direction);
            if !descends {
                vectors::negate(&run.gradient, &mut direction);
                slope = -run.gradient_norm * run.gradient_norm;
            }
            match self.line_search.search(&mut run, &direction, slope, 1.0) {
                Ok(step) => run.accept(step),
                Err(reason) => return Ok(run.finish(reason)),
            }
        }
    }

    fn name(&self) -> &'static str {
        "newton"
    }
}
