//! Stepwise selection of the columns of a linear regression.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::search::{
    Candidate, Search, StepCriterion, StepDirection, StepTerm, StepwiseFit, of_columns, write_trace,
};
use crate::least_squares::Subsets;
use crate::{Design, LinearError, Ols, OlsFit};

/// Squares of the rounding of a column's elements that residuals of a perfect fit may have.
const ROUNDINGS: f64 = 100.0;

/// Stepwise selection: of all models that differ by one term, the one with the least criterion is
/// taken, until none is better than the present one.
///
/// The p-values and intervals of the selected model are too good: they do not know that it was
/// selected. Take other data to judge it, or cross-validate the selection as a whole. Models with as many
/// independent columns as observations are not taken: they fit any outcome.
///
/// ```
/// use gradus_linear::{Design, Stepwise};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 3.0; 2.0, -1.0; 3.0, 2.0; 4.0, 0.0; 5.0, -2.0; 6.0, 1.0];
/// let y = [1.1, 1.9, 3.2, 3.9, 5.1, 5.9];
/// let chosen = Stepwise::default().fit(&Design::new(&x)?, &y)?;
/// assert_eq!(chosen.selected, [0]);
/// # Ok(())
/// # }
/// ```
///
/// Source: R's `step`, whose path, criterion and table these are; W. Venables, B. Ripley, *Modern
/// Applied Statistics with S*, 4th edition, 2002. R's `step` counts from the model that it is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stepwise {
    /// What is lessened.
    pub criterion: StepCriterion,
    /// Which way.
    pub direction: StepDirection,
    /// The terms; none for a term each column.
    pub terms: Option<Vec<StepTerm>>,
    /// How the selected model is fitted.
    pub ols: Ols,
}

impl Stepwise {
    /// Selects and fits.
    ///
    /// # Errors
    /// Those of [`Ols::fit`]; [`LinearError::InvalidOption`] for a cost below 0 or a term with a column
    /// that X has not; [`LinearError::NoDegreesOfFreedom`] where the first model fits exactly.
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<StepwiseFit<OlsFit>, LinearError> {
        design.check_features()?;
        design.check_outcome(y)?;
        let observations = design.observations();
        let subsets = Subsets::new(design, y, self.ols.intercept);
        // Below it all residuals are rounding, of which no column is to be chosen.
        let rounding = ROUNDINGS * f64::EPSILON.powi(2) * subsets.square();
        let measure = |columns: &[usize]| {
            let (rank, rss) = subsets.rss(columns);
            let misfit = observations * (rss.max(rounding) / observations).ln();
            Ok(Candidate { rank, deviance: rss, misfit })
        };
        let (criterion, direction) = (self.criterion, self.direction);
        let search = Search { criterion, direction, terms: self.terms.as_deref() };
        let found = search.run(design, observations, &measure)?;
        let x = design.x().select_columns(&found.selected);
        let fit = self.ols.fit(&of_columns(design, &x, &found.selected)?, y)?;
        Ok(StepwiseFit { selected: found.selected, trace: found.trace, fit })
    }
}

impl fmt::Display for StepwiseFit<OlsFit> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_trace(f, &self.trace, "RSS")
    }
}
