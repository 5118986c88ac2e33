//! Logistic and multinomial regression with an elastic-net penalty.

use serde::{Deserialize, Serialize};

use super::cross_validation::{CrossValidatedPath, LambdaChoice, cross_validate};
use super::grid::LambdaGrid;
use super::options::PenalisedOptions;
use super::path::{PenalisedFit, PenalisedPath};
use super::task::{Outcome, Task};
use crate::design::check_length;
use crate::{Design, LinearError, Penalty, Weights};

/// Logistic regression with the penalty λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²):
/// min over b and w of Σ vᵢ(log(1 + e^ηᵢ) − yᵢηᵢ) + Σⱼ fⱼ·λ(ρ|wⱼ| + ½(1−ρ)wⱼ²), η = o + b + Xw.
///
/// The weights vᵢ sum to 1. The outcome is 0 or 1, and both occur. Everything else is as in
/// [`ElasticNet`](crate::ElasticNet).
///
/// ```
/// use gradus_linear::{Design, PenalisedLogistic, Penalty};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 5.0; 2.0, 3.0; 3.0, 6.0; 4.0, 2.0; 5.0, 4.0; 6.0, 3.0];
/// let y = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]; // separable: without a penalty there is no solution
/// let model = PenalisedLogistic { penalty: Penalty::lasso(0.05), ..Default::default() };
/// let fit = model.fit(&Design::new(&x)?, &y)?;
/// assert!(fit.coefficients()[0] > 0.5);
/// let p = fit.predict(&x)?;
/// assert!(p[2] < 0.5 && p[3] > 0.5);
/// // With an intercept the probabilities add up to the number of ones.
/// assert!((p.sum() - 3.0).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// Source: J. Friedman, T. Hastie, R. Tibshirani, *Regularization paths for generalized linear models
/// via coordinate descent*, 2010; J. Lee, Y. Sun, M. Saunders, *Proximal Newton-type methods for
/// minimizing composite functions*, 2014.
///
/// Differs from scikit-learn's `LogisticRegression(C)` by the factor of [`Penalty::from_sklearn_c`],
/// and in that features are standardised by default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PenalisedLogistic {
    /// λ, ρ and the factor of each feature. A path reads no λ of it.
    pub penalty: Penalty,
    /// Intercept, scaling, bounds and solver.
    pub options: PenalisedOptions,
}

impl Default for PenalisedLogistic {
    /// A lasso with λ = 0.1.
    fn default() -> Self {
        Self { penalty: Penalty::lasso(0.1), options: PenalisedOptions::default() }
    }
}

impl PenalisedLogistic {
    /// The model at the penalty's λ.
    ///
    /// # Errors
    /// Options out of range: [`LinearError::InvalidOption`], [`LinearError::BoundsExcludeZero`],
    /// [`LinearError::LengthMismatch`]; [`LinearError::NotDichotomous`] for an outcome other than 0
    /// and 1, and [`LinearError::OneClass`] if only one of them occurs;
    /// [`LinearError::NothingHolds`] for λ = 0 on separable data; [`LinearError::NotConverged`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<PenalisedFit, LinearError> {
        let classes = dichotomous(design, y)?;
        Task::new(&self.penalty, &self.options, design, Outcome::Dichotomous(&classes))?.fit()
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
        let classes = dichotomous(design, y)?;
        Task::new(&self.penalty, &self.options, design, Outcome::Dichotomous(&classes))?.path(grid)
    }

    /// The path of all rows, and the loss of each of its λ on rows held out in turn.
    ///
    /// # Errors
    /// As [`path`](Self::path); what the folds refuse, as [`LinearError::Folds`];
    /// [`LinearError::FoldWithoutClass`]; [`LinearError::UndefinedLoss`]; [`LinearError::NotConverged`] for a point of a fold.
    pub fn cross_validate(
        &self,
        design: &Design<'_>,
        y: &[f64],
        grid: &LambdaGrid,
        choice: &LambdaChoice<'_>,
    ) -> Result<CrossValidatedPath, LinearError> {
        let classes = dichotomous(design, y)?;
        let outcome = Outcome::Dichotomous(&classes);
        let task = Task::new(&self.penalty, &self.options, design, outcome)?;
        cross_validate(task, grid, choice)
    }
}

/// Multinomial regression with the penalty λ(ρ‖W‖₁ + ½(1−ρ)‖W‖²) over the coefficients of all
/// classes: min over b and W of Σ vᵢ(−log softmax(b + Wᵀxᵢ)\[yᵢ\]) + penalty.
///
/// Every class has an intercept, which sum to 0, and coefficients (the symmetric form); so do the
/// coefficients of a feature that is not penalised. An offset of a row would be the same for all
/// classes and cancel, and is refused. Everything else is as in [`ElasticNet`](crate::ElasticNet).
///
/// ```
/// use gradus_linear::{Design, PenalisedMultinomial, Penalty};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0; 2.0; 3.0; 4.0; 5.0; 6.0];
/// let classes = [0, 0, 1, 1, 2, 2];
/// let model = PenalisedMultinomial { penalty: Penalty::ridge(0.01), ..Default::default() };
/// let fit = model.fit(&Design::new(&x)?, &classes)?;
/// let p = fit.predict(&x)?;
/// assert_eq!(p.shape(), (6, 3));
/// assert!(p[(0, 0)] > 0.8 && p[(5, 2)] > 0.8);
/// # Ok(())
/// # }
/// ```
///
/// Source: as [`PenalisedLogistic`]. Differs from glmnet in that a step moves all classes together
/// where there are at most 2,048 coefficients in play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PenalisedMultinomial {
    /// λ, ρ and the factor of each feature. A path reads no λ of it.
    pub penalty: Penalty,
    /// Intercept, scaling, bounds and solver.
    pub options: PenalisedOptions,
}

impl Default for PenalisedMultinomial {
    /// A lasso with λ = 0.1.
    fn default() -> Self {
        Self { penalty: Penalty::lasso(0.1), options: PenalisedOptions::default() }
    }
}

impl PenalisedMultinomial {
    /// The model at the penalty's λ, for classes 0, 1, … of which each occurs.
    ///
    /// # Errors
    /// Options out of range: [`LinearError::InvalidOption`], [`LinearError::BoundsExcludeZero`],
    /// [`LinearError::LengthMismatch`]; [`LinearError::OneClass`]; [`LinearError::EmptyClass`];
    /// [`LinearError::OffsetCancels`]; [`LinearError::NothingHolds`]; [`LinearError::NotConverged`].
    pub fn fit(&self, design: &Design<'_>, classes: &[usize]) -> Result<PenalisedFit, LinearError> {
        let outcome = self.outcome(design, classes)?;
        Task::new(&self.penalty, &self.options, design, outcome)?.fit()
    }

    /// The models along a grid of λ. A point that did not converge is flagged in its certificate.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), but for the last; [`LinearError::NoPath`] if no λ can be chosen;
    /// [`LinearError::NoLambda`] without any.
    pub fn path(
        &self,
        design: &Design<'_>,
        classes: &[usize],
        grid: &LambdaGrid,
    ) -> Result<PenalisedPath, LinearError> {
        let outcome = self.outcome(design, classes)?;
        Task::new(&self.penalty, &self.options, design, outcome)?.path(grid)
    }

    /// The path of all rows, and the loss of each of its λ on rows held out in turn.
    ///
    /// # Errors
    /// As [`path`](Self::path); what the folds refuse, as [`LinearError::Folds`];
    /// [`LinearError::FoldWithoutClass`]; [`LinearError::UndefinedLoss`]; [`LinearError::NotConverged`] for a point of a fold.
    pub fn cross_validate(
        &self,
        design: &Design<'_>,
        classes: &[usize],
        grid: &LambdaGrid,
        choice: &LambdaChoice<'_>,
    ) -> Result<CrossValidatedPath, LinearError> {
        let outcome = self.outcome(design, classes)?;
        let task = Task::new(&self.penalty, &self.options, design, outcome)?;
        cross_validate(task, grid, choice)
    }

    fn outcome<'a>(
        &self,
        design: &Design<'_>,
        classes: &'a [usize],
    ) -> Result<Outcome<'a>, LinearError> {
        if design.offset().is_some() {
            return Err(LinearError::OffsetCancels);
        }
        check_length("outcomes", classes.len(), design.rows())?;
        let count = classes.iter().max().map_or(0, |largest| largest.saturating_add(1));
        // As many classes as rows at most, so that nothing of the size of a wrong label is made.
        if count > classes.len() {
            return Err(LinearError::EmptyClass { class: count - 1, classes: count });
        }
        let occurs = occurring(design, classes, count);
        if occurs.iter().filter(|occurs| **occurs).count() < 2 {
            return Err(LinearError::OneClass);
        }
        match occurs.iter().position(|occurs| !occurs) {
            Some(class) => Err(LinearError::EmptyClass { class, classes: count }),
            None => Ok(Outcome::Classes(classes, count)),
        }
    }
}

/// 0 and 1 as classes, if there are both.
fn dichotomous(design: &Design<'_>, y: &[f64]) -> Result<Vec<usize>, LinearError> {
    design.check_outcome(y)?;
    if let Some(row) = y.iter().position(|&y| y != 0.0 && y != 1.0) {
        return Err(LinearError::NotDichotomous { row, value: y[row] });
    }
    let classes: Vec<usize> = y.iter().map(|&y| usize::from(y == 1.0)).collect();
    let both = occurring(design, &classes, 2).iter().all(|occurs| *occurs);
    if both { Ok(classes) } else { Err(LinearError::OneClass) }
}

/// Which classes have a row that counts.
fn occurring(design: &Design<'_>, classes: &[usize], count: usize) -> Vec<bool> {
    let weights = design.weights().map(Weights::values);
    let mut occurs = vec![false; count];
    for (row, &class) in classes.iter().enumerate() {
        occurs[class] |= weights.is_none_or(|weights| weights[row] > 0.0);
    }
    occurs
}
