//! The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno.

use super::{Minimiser, Objective, Outcome, Record, Stopping, StrongWolfe, run::Run, vectors};
use crate::{OptimError, checks::check};

/// L-BFGS: a quasi-Newton method whose inverse Hessian is made of the last few steps.
///
/// d = −H∇f(x), x ← x + td, where H follows from the pairs s = x⁺ − x and y = ∇f(x⁺) − ∇f(x) by the
/// two-loop recursion, which begins with (s·y / y·y)·I of the last pair. A pair is kept if its
/// curvature s·y is positive beyond rounding. Steps meet the strong Wolfe conditions and are first
/// tried at t = 1. An iteration costs about 4·memory·n multiplications and allocates nothing.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Lbfgs, Minimiser};
/// use gradus_optim::test_functions::Rosenbrock;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = Lbfgs::default().minimise(&mut Rosenbrock::new(100)?, &[0.0; 100])?;
/// assert!(outcome.converged() && outcome.value < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: D. C. Liu and J. Nocedal, *On the limited memory BFGS method for large scale
/// optimization*, 1989; J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd edition,
/// algorithms 7.4 and 7.5. SciPy's L-BFGS-B also holds bounds; it stops on the largest entry of the
/// gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbfgs {
    /// How many pairs are kept, ≥ 1; 5 to 20 are usual. More than there are variables is allowed.
    pub memory: usize,
    /// The line search.
    pub line_search: StrongWolfe,
    /// When to stop.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

impl Default for Lbfgs {
    /// Ten pairs, c₁ = 10⁻⁴, c₂ = 0.9.
    fn default() -> Self {
        Self {
            memory: 10,
            line_search: StrongWolfe::default(),
            stopping: Stopping::default(),
            record: Record::default(),
        }
    }
}

/// The last pairs, in a ring.
struct Pairs {
    s: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
    /// 1/(s·y).
    rho: Vec<f64>,
    /// The coefficients of the first loop.
    alpha: Vec<f64>,
    /// Pairs that are in use, and the place of the next one.
    count: usize,
    next: usize,
    /// s·y / y·y of the last pair.
    scale: f64,
}

impl Pairs {
    fn new(memory: usize, n: usize) -> Self {
        Self {
            s: vec![vec![0.0; n]; memory],
            y: vec![vec![0.0; n]; memory],
            rho: vec![0.0; memory],
            alpha: vec![0.0; memory],
            count: 0,
            next: 0,
            scale: 1.0,
        }
    }

    /// Takes in the step from the run's point to its next one.
    fn push(&mut self, run: &Run<'_>) {
        let at = self.next;
        vectors::subtract(&run.next_x, &run.x, &mut self.s[at]);
        vectors::subtract(&run.next_gradient, &run.gradient, &mut self.y[at]);
        let sy = vectors::dot(&self.s[at], &self.y[at]);
        let yy = vectors::dot(&self.y[at], &self.y[at]);
        let usable = sy > f64::EPSILON * yy && (1.0 / sy).is_finite() && yy.is_finite();
        if usable {
            self.rho[at] = 1.0 / sy;
            self.scale = sy / yy;
            self.next = (at + 1) % self.s.len();
            self.count = (self.count + 1).min(self.s.len());
        }
    }

    /// direction ← −H·gradient, by the two-loop recursion.
    fn direction(&mut self, gradient: &[f64], direction: &mut [f64]) {
        vectors::negate(gradient, direction);
        let memory = self.s.len();
        let place = |age: usize| (self.next + memory - age) % memory;
        for i in (1..=self.count).map(place) {
            self.alpha[i] = self.rho[i] * vectors::dot(&self.s[i], direction);
            vectors::axpy(-self.alpha[i], &self.y[i], direction);
        }
        if self.count > 0 {
            direction.iter_mut().for_each(|d| *d *= self.scale);
        }
        for i in (1..=self.count).rev().map(place) {
            let beta = self.rho[i] * vectors::dot(&self.y[i], direction);
            vectors::axpy(self.alpha[i] - beta, &self.s[i], direction);
        }
    }
}

impl Minimiser for Lbfgs {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        let memory = self.memory as f64;
        let expected = "between 1 and 1,000 pairs can be kept";
        check(self.name(), "memory", memory, expected, (1..=1000).contains(&self.memory))?;
        self.line_search.validate(self.name())?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let mut pairs = Pairs::new(self.memory, x0.len());
        let mut direction = vec![0.0; x0.len()];
        loop {
            if let Some(reason) = run.stop() {
                return Ok(run.finish(reason));
            }
            pairs.direction(&run.gradient, &mut direction);
            let slope = vectors::dot(&run.gradient, &direction);
            // False for NaN too.
            let descends = slope < 0.0;
            if !descends && pairs.count > 0 {
                pairs.count = 0;
                continue;
            }
            let first = if pairs.count > 0 { 1.0 } else { (1.0 / run.gradient_norm).min(1.0) };
            match self.line_search.search(&mut run, &direction, slope, first) {
                Ok(step) => {
                    pairs.push(&run);
                    run.accept(step);
                }
                Err(reason) if pairs.count == 0 => return Ok(run.finish(reason)),
                // The pairs mislead: begin anew with the negative gradient.
                Err(_) => pairs.count = 0,
            }
        }
    }

    fn name(&self) -> &'static str {
        "lbfgs"
    }
}
