//! What a minimiser gives back.

use std::fmt;

/// Where a run ended, what it cost, and why it stopped.
///
/// # Examples
///
/// ```
/// use gradus_optim::minimise::{Lbfgs, Minimiser, Reason};
/// use gradus_optim::test_functions::Rosenbrock;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let outcome = Lbfgs::default().minimise(&mut Rosenbrock::new(2)?, &[-1.2, 1.0])?;
/// assert_eq!(outcome.reason, Reason::GradientTolerance);
/// assert_eq!(outcome.reason.to_string(), "the gradient's norm is within the tolerance");
/// assert!(outcome.evaluations.gradients < 60);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The point.
    pub x: Vec<f64>,
    /// f at the point.
    pub value: f64,
    /// ‖∇f‖ at the point.
    pub gradient_norm: f64,
    /// How many steps were taken.
    pub iterations: usize,
    /// How often the objective was asked.
    pub evaluations: Evaluations,
    /// Why the run stopped.
    pub reason: Reason,
    /// The way to the point, under [`Record::Trajectory`].
    pub trajectory: Option<Trajectory>,
}

impl Outcome {
    /// Whether a tolerance was met: of the gradient, of the cost's change or of the step.
    ///
    /// It does not say that x is a minimiser: a gradient vanishes at saddles too, and the other two
    /// measure progress.
    pub fn converged(&self) -> bool {
        use Reason::{CostChange, GradientTolerance, StepSize};
        matches!(self.reason, GradientTolerance | CostChange | StepSize)
    }
}

/// How often an objective was asked for what; a value with its gradient counts as one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evaluations {
    /// Values.
    pub values: usize,
    /// Gradients.
    pub gradients: usize,
    /// Hessians.
    pub hessians: usize,
    /// Products of the Hessian and a vector.
    pub hessian_vectors: usize,
}

/// Why a run stopped; it prints in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// ‖∇f‖ is within [`gradient_tolerance`](super::Stopping::gradient_tolerance).
    GradientTolerance,
    /// The cost changed by no more than [`cost_change`](super::Stopping::cost_change).
    CostChange,
    /// The step was no longer than [`step_size`](super::Stopping::step_size), or changed nothing.
    StepSize,
    /// [`max_iterations`](super::Stopping::max_iterations) steps were taken.
    MaxIterations,
    /// No step along the direction met the line search's conditions.
    LineSearchFailed,
    /// Something turned NaN or infinite; x is the last point where all was finite.
    NonFinite {
        /// What did.
        what: Quantity,
    },
    /// The cost fell below [`floor`](super::Stopping::floor), or falls from x on as far as a line
    /// search can look.
    Unbounded,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GradientTolerance => f.write_str("the gradient's norm is within the tolerance"),
            Self::CostChange => {
                f.write_str("the cost no longer changes by more than the tolerance")
            }
            Self::StepSize => f.write_str("the steps are no longer than the tolerance"),
            Self::MaxIterations => f.write_str("the largest number of iterations was reached"),
            Self::LineSearchFailed => f.write_str(
                "no step along the direction lowers the cost enough: it is as low as rounding \
                 allows, or the gradient is not that of the value",
            ),
            Self::NonFinite { what } => write!(
                f,
                "{what} became NaN or infinite: take shorter steps, or a line search, or scale \
                 the variables"
            ),
            Self::Unbounded => f.write_str("the cost falls without bound"),
        }
    }
}

/// Something that an objective computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quantity {
    /// The point x itself.
    Point,
    /// f(x).
    Value,
    /// ∇f(x).
    Gradient,
    /// ∇²f(x).
    Hessian,
    /// ∇²f(x)·v.
    HessianVector,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Point => "the point",
            Self::Value => "the value",
            Self::Gradient => "the gradient",
            Self::Hessian => "the Hessian",
            Self::HessianVector => "a Hessian-vector product",
        })
    }
}

/// What a run keeps of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Record {
    /// Its end.
    #[default]
    End,
    /// Every point, in [`Outcome::trajectory`].
    Trajectory,
}

/// The way of a run, from the start to the end.
///
/// # Examples
///
/// The run of f(x) = x² from −4 with α = 0.8:
///
/// ```
/// use gradus_optim::minimise::{Function, GradientDescent, Minimiser, Record, StepRule};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut square = Function::new(|x| x[0] * x[0], |x, g| g[0] = 2.0 * x[0]);
/// let descent = GradientDescent {
///     step: StepRule::Fixed(0.8),
///     record: Record::Trajectory,
///     ..GradientDescent::default()
/// };
/// let way = descent.minimise(&mut square, &[-4.0])?.trajectory.unwrap_or_default();
/// let shown: Vec<String> = way.points[1..6].iter().map(|x| format!("{:.5}", x[0])).collect();
/// assert_eq!(shown, ["2.40000", "-1.44000", "0.86400", "-0.51840", "0.31104"]);
/// assert_eq!(format!("{:.5e}", way.points[30][0]), "-8.84296e-7");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trajectory {
    /// The points x₀, x₁, …
    pub points: Vec<Vec<f64>>,
    /// f at each point.
    pub values: Vec<f64>,
    /// ‖∇f‖ at each point.
    pub gradient_norms: Vec<f64>,
    /// The factor of the direction in each step; one fewer than points.
    pub step_sizes: Vec<f64>,
}
