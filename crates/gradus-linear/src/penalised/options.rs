//! How a penalised model is solved, and under which constraints.

use serde::{Deserialize, Serialize};

use crate::design::check_length;
use crate::{Intercept, LinearError};

/// Whether features are brought to one scale before they are penalised. Coefficients are always
/// told on the features' own scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scaling {
    /// Each is divided by its standard deviation (weighted, with divisor Σw), so that the penalty
    /// does not hang on units; glmnet's default.
    #[default]
    Standardize,
    /// They are penalised as they are; scikit-learn's way.
    None,
}

/// The interval in which a coefficient has to lie, on its feature's own scale. It holds 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// At most 0; −∞ for none.
    #[serde(with = "crate::infinite")]
    pub lower: f64,
    /// At least 0; ∞ for none.
    #[serde(with = "crate::infinite")]
    pub upper: f64,
}

impl Bounds {
    /// Any value.
    pub const NONE: Self = Self { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    /// 0 or more.
    pub const NON_NEGATIVE: Self = Self { lower: 0.0, upper: f64::INFINITY };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
}

/// Which features a step along the path looks at. All give the same solution: what was left out is
/// checked before a point is certified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Screening {
    /// The sequential strong rule: feature j is kept if |gⱼ| ≥ fⱼρ(2λₖ − λₖ₋₁), with the gradient g
    /// at λₖ₋₁; what it wrongly discarded is found by the optimality conditions and added.
    #[default]
    Strong,
    /// Working sets: of the features that a sphere around the dual point, its radius from the
    /// duality gap, does not prove to be 0, those closest to entering, about twice as many as there
    /// are coefficients.
    WorkingSets,
    /// All features at once: slow where there are many, and the measure of the others.
    None,
}

/// How coordinate descent keeps its gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Updates {
    /// By the Gram matrix XᵀX, of all features where these are few next to the rows, otherwise of
    /// those in play.
    #[default]
    Gram,
    /// By the residuals, at two passes over a column for each coordinate: no memory but theirs, and
    /// the measure of the other.
    Naive,
}

/// When a path ends before its last λ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EarlyStop {
    /// Once the fraction of deviance explained passes 0.999, or grows by less than 1e-5 of itself
    /// from one λ to the next after the fifth: smaller λ would tell little more.
    #[default]
    Deviance,
    /// Never.
    Never,
}

/// How exactly and by which means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PenalisedSolver {
    /// A point is converged if its duality gap is at most this times the loss of the null model.
    /// Below 1e-11 every step is checked against the data, for a solution to rounding.
    pub tolerance: f64,
    /// Sweeps of coordinate descent and Newton steps that one λ may take.
    pub max_iterations: usize,
    /// Which features are looked at.
    pub screening: Screening,
    /// How the gradient is kept.
    pub updates: Updates,
    /// When a path may end.
    pub early_stop: EarlyStop,
}

impl Default for PenalisedSolver {
    fn default() -> Self {
        Self {
            tolerance: 1e-9,
            max_iterations: 100_000,
            screening: Screening::Strong,
            updates: Updates::Gram,
            early_stop: EarlyStop::Deviance,
        }
    }
}

/// Below this tolerance the rounding of products counts: each step starts from the data, and ends
/// with a Newton step.
const EXACT: f64 = 1e-11;

impl PenalisedSolver {
    /// Whether a solution to rounding is asked for.
    pub(super) fn is_exact(&self) -> bool {
        self.tolerance < EXACT
    }

    fn check(&self) -> Result<(), LinearError> {
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return Err(LinearError::InvalidOption {
                name: "tolerance",
                value: self.tolerance,
                must: "between 0 and 1",
            });
        }
        if self.max_iterations == 0 {
            return Err(LinearError::InvalidOption {
                name: "max_iterations",
                value: 0.0,
                must: "at least 1",
            });
        }
        Ok(())
    }
}

/// What all penalised models have in common beside their penalty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PenalisedOptions {
    /// Whether there is a constant term, which is not penalised.
    pub intercept: Intercept,
    /// Whether features are brought to one scale first.
    pub scaling: Scaling,
    /// Bounds of each feature's coefficient; empty for none.
    pub bounds: Vec<Bounds>,
    /// How exactly the problem is solved, and how.
    pub solver: PenalisedSolver,
}

impl PenalisedOptions {
    pub(super) fn check(&self, features: usize) -> Result<(), LinearError> {
        self.solver.check()?;
        check_bounds(&self.bounds, features)
    }
}

/// Fails unless there are no bounds, or one pair a feature, that hold 0.
fn check_bounds(bounds: &[Bounds], features: usize) -> Result<(), LinearError> {
    if bounds.is_empty() {
        return Ok(());
    }
    check_length("pairs of bounds", bounds.len(), features)?;
    for (feature, &Bounds { lower, upper }) in bounds.iter().enumerate() {
        // NaN is in no order and fails as well.
        let holds_zero = lower <= 0.0 && upper >= 0.0;
        if !holds_zero {
            return Err(LinearError::BoundsExcludeZero { feature, lower, upper });
        }
    }
    Ok(())
}
