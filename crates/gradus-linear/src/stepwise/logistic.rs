//! Stepwise selection of the columns of a logistic regression.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::search::{
    Candidate, Search, StepCriterion, StepDirection, StepTerm, StepwiseFit, of_columns, write_trace,
};
use crate::logistic::check_dichotomous;
use crate::{Design, Intercept, LinearError, Logistic, LogisticFit, Weights};

/// Stepwise selection of a logistic regression: of all models that differ by one term, the one with
/// the least −2ℓ + c·(coefficients) is taken, until none is better than the present one.
///
/// A model that has no estimates, as its columns separate the classes or depend on each other, is not
/// taken. The p-values and intervals of the selected model are too good: they do not know that it was
/// selected. Take other data to judge it, or cross-validate the selection as a whole.
///
/// ```
/// use gradus_linear::{Design, StepDirection, StepwiseLogistic};
/// use nalgebra::DMatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = DMatrix::from_fn(60, 3, |i, j| ((i * (7 + 4 * j)) % 23) as f64);
/// let y: Vec<f64> = (0..60).map(|i| f64::from(u8::from(x[(i, 1)] + (i % 9) as f64 > 15.0))).collect();
/// let forward = StepDirection::BothFromNull;
/// let stepwise = StepwiseLogistic { direction: forward, ..StepwiseLogistic::default() };
/// let chosen = stepwise.fit(&Design::new(&x)?, &y)?;
/// assert!(chosen.selected.contains(&1) && chosen.fit.aic() == chosen.trace.last().unwrap().criterion);
/// # Ok(())
/// # }
/// ```
///
/// Source: R's `step` on a `glm` of the binomial family.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StepwiseLogistic {
    /// What is lessened.
    pub criterion: StepCriterion,
    /// Which way.
    pub direction: StepDirection,
    /// The terms; none for a term each column.
    pub terms: Option<Vec<StepTerm>>,
    /// How models are fitted.
    pub logistic: Logistic,
}

impl StepwiseLogistic {
    /// Selects and fits.
    ///
    /// # Errors
    /// Those of [`Logistic::fit`] for the first model, such as [`LinearError::Separated`] for that of all
    /// columns, where one may begin with none; [`LinearError::InvalidOption`] for a cost below 0 or a
    /// term with a column that X has not; [`LinearError::NoDegreesOfFreedom`].
    pub fn fit(
        &self,
        design: &Design<'_>,
        y: &[f64],
    ) -> Result<StepwiseFit<LogisticFit>, LinearError> {
        design.check_features()?;
        check_dichotomous(design, y)?;
        let observations = design.observations();
        let measure = |columns: &[usize]| {
            if columns.is_empty() && self.logistic.intercept == Intercept::None {
                // Every logit is the offset, and nothing is estimated.
                let deviance = offset_deviance(design, y);
                return Ok(Candidate { rank: 0, deviance, misfit: deviance });
            }
            let x = design.x().select_columns(columns);
            let fit = self.logistic.fit(&of_columns(design, &x, columns)?, y)?;
            let (rank, deviance) = (fit.coefficients().len(), fit.deviance());
            Ok(Candidate { rank, deviance, misfit: deviance })
        };
        let (criterion, direction) = (self.criterion, self.direction);
        let search = Search { criterion, direction, terms: self.terms.as_deref() };
        let found = search.run(design, observations, &measure)?;
        let x = design.x().select_columns(&found.selected);
        let fit = self.logistic.fit(&of_columns(design, &x, &found.selected)?, y)?;
        Ok(StepwiseFit { selected: found.selected, trace: found.trace, fit })
    }
}

/// −2ℓ of the logits o.
fn offset_deviance(design: &Design<'_>, y: &[f64]) -> f64 {
    let weights = design.weights().map(Weights::values);
    let of_row = |(row, y): (usize, &f64)| {
        let toward = (2.0 * y - 1.0) * design.offset().map_or(0.0, |offset| offset[row]);
        let loss = (-toward.abs()).exp().ln_1p() + (-toward).max(0.0);
        2.0 * weights.map_or(1.0, |weights| weights[row]) * loss
    };
    y.iter().enumerate().map(of_row).sum()
}

impl fmt::Display for StepwiseFit<LogisticFit> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_trace(f, &self.trace, "deviance")
    }
}
