//! Newton's method by Hessian-vector products.

use super::{
    Minimiser, Objective, Outcome, Quantity, Reason, Record, Stopping, StrongWolfe, run::Run,
    vectors,
};
use crate::OptimError;

/// The loosest precision to which a Newton system is solved.
const LOOSEST: f64 = 0.5;

/// γ and the exponent in Eisenstat's and Walker's second choice.
const GAMMA: f64 = 0.9;

/// The truncated Newton method: ∇²f(x)·d ≈ −∇f(x) is solved by conjugate gradients, x ← x + td.
///
/// The solution stops at a residual of η‖∇f‖, where η = 0.9·(‖∇f⁺‖/‖∇f‖)² (at most ½, and not
/// falling at once) keeps early steps cheap and late ones quadratically convergent. It also stops
/// where it meets negative curvature: with what it has, or, at once, with −∇f; the line search then
/// goes as far as the cost falls. Steps meet the strong Wolfe conditions. The Hessian is never
/// formed; memory: five vectors.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Minimiser, NewtonCg};
/// use gradus_optim::test_functions::Rosenbrock;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = NewtonCg::default().minimise(&mut Rosenbrock::new(2)?, &[-1.2, 1.0])?;
/// assert!((outcome.x[0] - 1.0).abs() < 1e-7);
/// assert_eq!(outcome.evaluations.hessians, 0);
/// # Ok(())
/// # }
/// ```
///
/// Source: R. S. Dembo and T. Steihaug, *Truncated-Newton algorithms for large-scale unconstrained
/// optimization*, 1983; S. C. Eisenstat and H. F. Walker, *Choosing the forcing terms in an inexact
/// Newton method*, 1996, choice 2; J. Nocedal and S. J. Wright, *Numerical Optimization*, 2nd
/// edition, algorithm 7.1. SciPy's `Newton-CG` takes η = min(½, √‖∇f‖), which depends on the cost's
/// unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NewtonCg {
    /// The most products per step; twice the number of variables if none is given.
    pub max_products: Option<usize>,
    /// The line search.
    pub line_search: StrongWolfe,
    /// When to stop.
    pub stopping: Stopping,
    /// Whether to keep the way.
    pub record: Record,
}

/// The inner method's vectors.
struct System {
    residual: Vec<f64>,
    search: Vec<f64>,
    product: Vec<f64>,
}

impl System {
    /// direction ≈ −∇²f(x)⁻¹∇f(x), to a residual of `tolerance`; false if a product is not finite.
    fn solve(
        &mut self,
        run: &mut Run<'_>,
        tolerance: f64,
        max_products: usize,
        direction: &mut [f64],
    ) -> Result<bool, OptimError> {
        let Self { residual, search, product } = self;
        direction.fill(0.0);
        residual.copy_from_slice(&run.gradient);
        vectors::negate(residual, search);
        let mut squares = vectors::dot(residual, residual);
        // The largest curvature so far: against it a smaller one may be rounding.
        let mut steepest = 0.0_f64;
        for inner in 0..max_products {
            run.hessian_vector(search, product)?;
            let curvature = vectors::dot(search, product);
            if !curvature.is_finite() {
                return Ok(false);
            }
            let length = vectors::dot(search, search);
            steepest = steepest.max(curvature / length);
            if curvature <= f64::EPSILON * steepest * length {
                if inner == 0 {
                    direction.copy_from_slice(search);
                }
                return Ok(true);
            }
            let t = squares / curvature;
            vectors::axpy(t, search, direction);
            vectors::axpy(t, product, residual);
            let squares_now = vectors::dot(residual, residual);
            if squares_now.sqrt() <= tolerance {
                return Ok(true);
            }
            vectors::scale_minus(squares_now / squares, search, residual);
            squares = squares_now;
        }
        Ok(true)
    }
}

impl Minimiser for NewtonCg {
    fn minimise(&self, objective: &mut dyn Objective, x0: &[f64]) -> Result<Outcome, OptimError> {
        self.line_search.validate(self.name())?;
        let mut run = Run::start(self.name(), objective, x0, self.stopping, self.record)?;
        let n = x0.len();
        let mut system =
            System { residual: vec![0.0; n], search: vec![0.0; n], product: vec![0.0; n] };
        let mut direction = vec![0.0; n];
        let max_products = self.max_products.unwrap_or(n.saturating_mul(2)).max(1);
        let (mut forcing, mut norm_before) = (LOOSEST, None);
        loop {
            if let Some(reason) = run.stop() {
                return Ok(run.finish(reason));
            }
            if let Some(before) = norm_before {
                forcing = next_forcing(forcing, run.gradient_norm / before);
            }
            norm_before = Some(run.gradient_norm);
            let tolerance = forcing * run.gradient_norm;
            if !system.solve(&mut run, tolerance, max_products, &mut direction)? {
                return Ok(run.finish(Reason::NonFinite { what: Quantity::HessianVector }));
            }
            let mut slope = vectors::dot(&run.gradient, &direction);
            let descends = slope < 0.0 && slope.is_finite();
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
        "newton-cg"
    }
}

/// η for the next system, given the ratio of the last two gradients' norms.
fn next_forcing(forcing: f64, ratio: f64) -> f64 {
    let chosen = GAMMA * ratio * ratio;
    // One lucky step must not ask for a precise solution far from the end.
    let safeguard = GAMMA * forcing * forcing;
    let chosen = if safeguard > 0.1 { chosen.max(safeguard) } else { chosen };
    chosen.min(LOOSEST)
}
