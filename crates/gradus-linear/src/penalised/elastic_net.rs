//! Linear models with an elastic-net penalty: lasso, ridge and what lies between.

use serde::{Deserialize, Serialize};

use super::cross_validation::{CrossValidatedPath, LambdaChoice, cross_validate};
use super::grid::LambdaGrid;
use super::options::PenalisedOptions;
use super::path::{PenalisedFit, PenalisedPath};
use super::task::{Outcome, Task};
use crate::{Design, LinearError, Penalty};

/// Linear regression with the penalty λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²):
/// min over b and w of ½ Σ vᵢ(yᵢ − oᵢ − b − xᵢᵀw)² + Σⱼ fⱼ·λ(ρ|wⱼ| + ½(1−ρ)wⱼ²), lⱼ ≤ wⱼ ≤ uⱼ.
///
/// The weights vᵢ sum to 1, o is the offset. See [`Penalty`] for the objective in the numbers of other
/// systems. By default features are divided by their standard deviations before they are penalised;
/// coefficients come back on their own scale.
///
/// ```
/// use gradus_linear::{Design, ElasticNet, LambdaGrid, Penalty};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 5.0; 2.0, 3.0; 3.0, 6.0; 4.0, 2.0; 5.0, 4.0];
/// let y = [3.1, 4.9, 7.2, 8.8, 11.0]; // near 1 + 2x₁
/// let design = Design::new(&x)?;
/// let lasso = ElasticNet { penalty: Penalty::lasso(0.1), ..ElasticNet::default() };
/// let fit = lasso.fit(&design, &y)?;
/// assert!((fit.coefficients()[0] - 1.9).abs() < 0.05);
/// assert_eq!(fit.coefficients()[1], 0.0);
/// assert!(fit.point.certificate.relative_gap <= 1e-9);
///
/// let path = lasso.path(&design, &y, &LambdaGrid::default())?;
/// assert_eq!(path.order_of_entry()[0].0, 0);
/// assert!(path.is_converged());
/// # Ok(())
/// # }
/// ```
///
/// Source: J. Friedman, T. Hastie, R. Tibshirani, *Regularization paths for generalized linear models
/// via coordinate descent*, 2010; R. Tibshirani et al., *Strong rules for discarding predictors in
/// lasso-type problems*, 2012.
///
/// Differs from glmnet and scikit-learn in that every solution carries a duality gap, and that a
/// Newton step on the support ends what coordinate descent begins, so that correlated features cost
/// little more than others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElasticNet {
    /// λ, ρ and the factor of each feature. A path reads no λ of it.
    pub penalty: Penalty,
    /// Intercept, scaling, bounds and solver.
    pub options: PenalisedOptions,
}

impl Default for ElasticNet {
    /// A lasso with λ = 1.
    fn default() -> Self {
        Self { penalty: Penalty::lasso(1.0), options: PenalisedOptions::default() }
    }
}

impl ElasticNet {
    /// The model at the penalty's λ.
    ///
    /// # Errors
    /// Options out of range: [`LinearError::InvalidOption`], [`LinearError::BoundsExcludeZero`],
    /// [`LinearError::LengthMismatch`]; what [`Design::check_outcome`] refuses in y;
    /// [`LinearError::NotConverged`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<PenalisedFit, LinearError> {
        Task::new(&self.penalty, &self.options, design, Outcome::Values(y))?.fit()
    }

    /// The models along a grid of λ. A point that did not converge is flagged in its certificate.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), but for the last; [`LinearError::NoPath`] if no λ can be chosen;
    /// [`LinearError::NoLambda`] without any.
    pub fn path(
        &self,
        design: &Design<'_>,
        y: &[f64],
        grid: &LambdaGrid,
    ) -> Result<PenalisedPath, LinearError> {
        Task::new(&self.penalty, &self.options, design, Outcome::Values(y))?.path(grid)
    }

    /// The path of all rows, and the loss of each of its λ on rows held out in turn.
    ///
    /// # Errors
    /// As [`path`](Self::path); what the folds refuse, as [`LinearError::Folds`];
    /// [`LinearError::NoClasses`]; [`LinearError::UndefinedLoss`]; [`LinearError::NotConverged`] for a point of a fold.
    pub fn cross_validate(
        &self,
        design: &Design<'_>,
        y: &[f64],
        grid: &LambdaGrid,
        choice: &LambdaChoice<'_>,
    ) -> Result<CrossValidatedPath, LinearError> {
        let task = Task::new(&self.penalty, &self.options, design, Outcome::Values(y))?;
        cross_validate(task, grid, choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ∞ ≤ ∞ proves nothing.
    #[test]
    fn an_overflow_is_no_convergence() {
        let x = nalgebra::dmatrix![1.0; 2.0; 5.0];
        let design = Design::new(&x).unwrap();
        let fit = ElasticNet::default().fit(&design, &[1e300, -1e300, 3.0]);
        assert!(matches!(fit, Err(LinearError::NotConverged { .. })), "{fit:?}");
    }

    /// λ_max of ridge is a thousand times that of the lasso, and the first steps gain little.
    #[test]
    fn a_ridge_path_goes_beyond_its_first_points() {
        let x = nalgebra::DMatrix::from_fn(40, 3, |i, j| ((i * (7 + 4 * j)) % 11) as f64);
        let y: Vec<f64> = (0..40).map(|i| x[(i, 0)] - 0.5 * x[(i, 2)]).collect();
        let ridge = ElasticNet { penalty: Penalty::ridge(1.0), ..ElasticNet::default() };
        let path = ridge.path(&Design::new(&x).unwrap(), &y, &LambdaGrid::default()).unwrap();
        assert!(path.points.last().unwrap().deviance_explained > 0.9, "{path}");
    }
}
