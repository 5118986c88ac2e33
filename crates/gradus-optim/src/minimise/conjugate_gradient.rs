//! Nonlinear conjugate gradients.

use super::{Minimiser, Objective, Outcome, Record, Stopping, StrongWolfe, run::Run, vectors};
use crate::{OptimError, checks::check};

/// How much of the last direction [`ConjugateGradient`] keeps; y = g⁺ − g.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Beta {
    /// β = ‖g⁺‖² / ‖g‖².
    FletcherReeves,
    /// β = max(g⁺·y / ‖g‖², 0): a direction that makes no progress is forgotten by itself.
    #[default]
    PolakRibierePlus,
}

/// When [`ConjugateGradient`] begins anew with the negative gradient.
///
/// It does so under any rule when the direction does not descend, or when no step along it can be
/// found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Restart {
    /// Never otherwise.
    Never,
    /// Every so many steps, > 0; the number of variables is usual.
    Every(usize),
    /// When two gradients in a row are far from orthogonal, |g⁺·g| ≥ ν‖g⁺‖², for this ν > 0.
    Powell(f64),
}

impl Default for Restart {
    /// Powell's test with ν = 0.2.
    fn default() -> Self {
        Self::Powell(0.2)
    }
}

/// The nonlinear method of conjugate gradients: d ← −g + βd, x ← x + td.
///
/// Steps meet the strong Wolfe conditions. On a quadratic with exact steps it ends after at most n
/// of them. Memory: four vectors.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{ConjugateGradient, Minimiser};
/// use gradus_optim::test_functions::Beale;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = ConjugateGradient::default().minimise(&mut Beale, &[1.0, 1.0])?;
/// assert!((outcome.x[0] - 3.0).abs() < 1e-10 && (outcome.x[1] - 0.5).abs() < 1e-10);
/// # Ok(())
/// # }
/// ```
///
/// Source: R. Fletcher and C. M. Reeves, 1964; E. Polak and G. Ribière, 1969; M. J. D. Powell,
/// *Restart procedures for the conjugate gradient method*, 1977; as in J. Nocedal and S. J. Wright,
/// *Numerical Optimization*, 2nd edition, section 5.2. SciPy's `CG` is Polak-Ribière+ without
/// restarts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConjugateGradient {
    /// How much of the last direction is kept.
    pub beta: Beta,
    /// When to begin anew.
    pub restart: Restart,
    /// The line search; directions of Fletcher and Reeves descend for a `curvature` below ½.
    pub line_search: StrongWolfe,
    /// When to stop.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

impl Default for ConjugateGradient {
    /// Polak-Ribière+, Powell's restarts, c₁ = 10⁻⁴, c₂ = 0.1; ‖∇f‖ ≤ 10⁻¹¹ or 1,000 iterations.
    ///
    /// The tolerance is a thousandth of the other methods': the last step of L-BFGS or of Newton's
    /// method goes far below what stops it, here each step gains about as much as the one before, so
    /// that the run ends ‖∇f‖ divided by the least curvature away from the minimiser.
    fn default() -> Self {
        Self {
            beta: Beta::default(),
            restart: Restart::default(),
            line_search: StrongWolfe { decrease: 1e-4, curvature: 0.1 },
            stopping: Stopping { gradient_tolerance: 1e-11, ..Stopping::default() },
            record: Record::default(),
        }
    }
}

impl ConjugateGradient {
    fn validate(&self) -> Result<(), OptimError> {
        self.line_search.validate(self.name())?;
        let (value, expected) = match self.restart {
            Restart::Never => return Ok(()),
            Restart::Every(steps) => (steps as f64, "restarts must be at least one step apart"),
            Restart::Powell(nu) => (nu, "the bound on orthogonality must be finite and positive"),
        };
        check(self.name(), "restart", value, expected, value > 0.0 && value.is_finite())
    }

    /// β for the step from the run's point to its next one, 0 for a new beginning.
    fn beta(&self, run: &Run<'_>, since_restart: usize) -> f64 {
        let old = vectors::dot(&run.gradient, &run.gradient);
        let new = vectors::dot(&run.next_gradient, &run.next_gradient);
        let mixed = vectors::dot(&run.gradient, &run.next_gradient);
        let restart = match self.restart {
            Restart::Never => false,
            Restart::Every(steps) => since_restart >= steps,
            Restart::Powell(nu) => mixed.abs() >= nu * new,
        };
        let beta = match self.beta {
            Beta::FletcherReeves => new / old,
            Beta::PolakRibierePlus => ((new - mixed) / old).max(0.0),
        };
        if restart || !beta.is_finite() { 0.0 } else { beta }
    }
}

impl Minimiser for ConjugateGradient {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        self.validate()?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let mut direction = vec![0.0; x0.len()];
        let mut beta = 0.0;
        // Steps since the direction was the negative gradient.
        let mut since_restart = 0;
        // What the last step promised, t·(g·d): the next one is first tried with the same promise.
        let mut promise = None;
        loop {
            if let Some(reason) = run.stop() {
                return Ok(run.finish(reason));
            }
            vectors::scale_minus(beta, &mut direction, &run.gradient);
            let mut slope = vectors::dot(&run.gradient, &direction);
            // Also for a slope that is NaN.
            let descends = slope < 0.0;
            if beta == 0.0 || !descends {
                vectors::negate(&run.gradient, &mut direction);
                slope = -run.gradient_norm * run.gradient_norm;
                since_restart = 0;
            }
            let unit = (1.0 / run.gradient_norm).min(1.0);
            let first = promise.map_or(unit, |promise: f64| promise / slope);
            let first = if first.is_normal() { first } else { unit };
            match self.line_search.search(&mut run, &direction, slope, first) {
                Ok(step) => {
                    since_restart += 1;
                    beta = self.beta(&run, since_restart);
                    promise = Some(step * slope);
                    run.accept(step);
                }
                Err(reason) if since_restart == 0 => return Ok(run.finish(reason)),
                Err(_) => (beta, promise) = (0.0, None),
            }
        }
    }

    fn name(&self) -> &'static str {
        match self.beta {
            Beta::FletcherReeves => "conjugate-gradient-fletcher-reeves",
            Beta::PolakRibierePlus => "conjugate-gradient-polak-ribiere",
        }
    }
}
