//! Logistic regression without a penalty, with its inference.

mod fit;
mod likelihood;
mod null;
mod outcome;

pub use fit::LogisticFit;
pub use outcome::BinaryOutcome;

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::likelihood::{Columns, Search, Solution, maximise};
use crate::{Design, Intercept, LinearError};
use likelihood::Bernoulli;

/// Logistic regression by maximum likelihood: P(y = 1 | x) = σ(η), η = o + b + w·x,
/// max Σ vᵢ(yᵢηᵢ − log(1 + e^ηᵢ)).
///
/// Newton's method on centred and scaled columns, with step halving under Armijo's condition. Where
/// the classes are separated there is no maximum: that is an error with a certificate, never a table
/// of huge standard errors.
///
/// ```
/// use gradus_linear::{Design, Logistic};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // A 2×2 table: the odds ratio is ad/bc = (3·4)/(1·2).
/// let x = dmatrix![1.0; 1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0];
/// let y = [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// let fit = Logistic::default().fit(&Design::new(&x)?, &y)?;
/// let exposure = &fit.coefficients()[1];
/// assert!((exposure.ratio() - 6.0).abs() < 1e-9);
/// let variance: f64 = 1.0 / 3.0 + 1.0 + 1.0 / 2.0 + 1.0 / 4.0;
/// assert!((exposure.standard_error - variance.sqrt()).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// Source: P. McCullagh, J. Nelder, *Generalized Linear Models*, 2nd edition, 1989; A. Albert,
/// J. Anderson, *On the existence of maximum likelihood estimates in logistic regression models*,
/// 1984, for separation. R's `glm` and statsmodels' `Logit` report estimates on separated data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// Stop at a squared Newton decrement gᵀH⁻¹g of this; the step that it promises is still taken.
    pub tolerance: f64,
    /// Newton steps at most.
    pub max_iterations: usize,
}

impl Default for Logistic {
    /// An intercept, 10⁻¹⁴, 100 steps.
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, tolerance: 1e-14, max_iterations: 100 }
    }
}

impl Logistic {
    /// The estimates, for an outcome of 0 and 1; labels become one by [`BinaryOutcome`].
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::NotDichotomous`]; [`LinearError::OneClass`];
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`]; [`LinearError::Separated`];
    /// [`LinearError::NoMaximum`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<LogisticFit, LinearError> {
        let search = Search { tolerance: self.tolerance, max_iterations: self.max_iterations };
        search.check()?;
        design.check_outcome(y)?;
        if let Some(row) = y.iter().position(|&y| y != 0.0 && y != 1.0) {
            return Err(LinearError::NotDichotomous { row, value: y[row] });
        }
        let weight = |row: usize| design.weights().map_or(1.0, |weights| weights.values()[row]);
        let occurs = |class: f64| (0..y.len()).any(|row| y[row] == class && weight(row) > 0.0);
        if !(occurs(0.0) && occurs(1.0)) {
            return Err(LinearError::OneClass);
        }
        let columns = Columns::new(design, self.intercept)?;
        let (constant, null) = null::constant(&columns, y, search)?;
        let mut start = DVector::zeros(columns.len());
        if self.intercept == Intercept::Fitted {
            start[0] = constant;
        }
        let bernoulli = Bernoulli { columns: &columns, y };
        match maximise(&bernoulli, start, search)? {
            Solution::Maximum(maximum) => Ok(LogisticFit::new(&columns, maximum, null)),
            Solution::Separated(separation) => {
                let d = separation.direction.as_slice();
                let (intercept, direction) = columns.split(d);
                let features = columns.moved(&[d]);
                let kind = separation.kind;
                Err(LinearError::Separated { kind, features, intercept, direction })
            }
        }
    }
}
