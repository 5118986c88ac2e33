//! Logistic regression without a penalty, with its inference.

mod diagnostics;
mod fit;
mod hosmer_lemeshow;
mod likelihood;
mod null;
mod outcome;

pub use diagnostics::ClassificationTable;
pub use fit::LogisticFit;
pub use hosmer_lemeshow::{HosmerLemeshow, RiskGroup};
pub(crate) use likelihood::Bernoulli;
pub use outcome::BinaryOutcome;

use gradus_stats::{ChiSquared, Continuous};
use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::likelihood::{Columns, Maximum, Search, Solution, maximise, profile_ends};
use crate::{Design, Intercept, LinearError};

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
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`];
    /// [`LinearError::MoreCoefficients`]; [`LinearError::Separated`];
    /// [`LinearError::NoMaximum`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<LogisticFit, LinearError> {
        let columns = self.columns(design, y)?;
        let bernoulli = Bernoulli { columns: &columns, y };
        let (maximum, null) = self.maximum(&bernoulli)?;
        Ok(LogisticFit::new(&columns, y, maximum, null))
    }

    /// The profile-likelihood interval of each coefficient, in the order of the table: all values
    /// that a likelihood-ratio test at `level` would not reject, the others estimated anew for each.
    ///
    /// They do not lean on the likelihood being quadratic, as Wald's do, and are the better ones where
    /// events are few.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); [`LinearError::InvalidOption`] for a level outside (0, 1).
    ///
    /// ```
    /// use gradus_linear::{Design, Logistic};
    /// use nalgebra::DMatrix;
    ///
    /// // 3 of 10, and the interval of the rate where 2(ℓ(0.3) − ℓ(p)) < 3.84.
    /// let none = DMatrix::zeros(10, 0);
    /// let y = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    /// let [low, high] = Logistic::default().profile_intervals(&Design::new(&none)?, &y, 0.95)?[0];
    /// let rise = |eta: f64| {
    ///     let p = 1.0 / (1.0 + (-eta).exp());
    ///     2.0 * (3.0 * (0.3 / p).ln() + 7.0 * (0.7 / (1.0 - p)).ln())
    /// };
    /// assert!((rise(low) - 3.841458820694124).abs() < 1e-9 && (rise(high) - rise(low)).abs() < 1e-9);
    /// # Ok::<(), gradus_linear::LinearError>(())
    /// ```
    ///
    /// Source: D. Venzon, S. Moolgavkar, *A method for computing profile-likelihood-based confidence
    /// intervals*, 1988. As R's `confint` of a `glm`, which interpolates.
    pub fn profile_intervals(
        &self,
        design: &Design<'_>,
        y: &[f64],
        level: f64,
    ) -> Result<Vec<[f64; 2]>, LinearError> {
        let must = "between 0 and 1, both excluded";
        let odd = LinearError::InvalidOption { name: "level", value: level, must };
        if !(level > 0.0 && level < 1.0) {
            return Err(odd);
        }
        let law = ChiSquared::new(1.0).and_then(|law| law.isf(1.0 - level));
        let drop = 0.5 * law.map_err(|_| odd)?;
        let search = self.search();
        let columns = self.columns(design, y)?;
        let bernoulli = Bernoulli { columns: &columns, y };
        let (maximum, _) = self.maximum(&bernoulli)?;
        let of = |j| {
            let c = columns.coefficient(j);
            let greatest = maximum.log_likelihood;
            profile_ends(&bernoulli, &maximum.gamma, greatest, &c, drop, search)
        };
        (0..columns.len()).map(of).collect()
    }

    fn search(&self) -> Search {
        Search { tolerance: self.tolerance, max_iterations: self.max_iterations }
    }

    fn columns<'a>(&self, design: &Design<'a>, y: &[f64]) -> Result<Columns<'a>, LinearError> {
        self.search().check()?;
        check_dichotomous(design, y)?;
        Columns::new(design, self.intercept)
    }

    /// The maximum, and the log-likelihood without features.
    fn maximum(&self, bernoulli: &Bernoulli<'_>) -> Result<(Maximum<Vec<f64>>, f64), LinearError> {
        let columns = bernoulli.columns;
        let (constant, null) = null::constant(columns, bernoulli.y, self.search())?;
        let mut start = DVector::zeros(columns.len());
        if self.intercept == Intercept::Fitted {
            start[0] = constant;
        }
        match maximise(bernoulli, start, self.search())? {
            Solution::Maximum(maximum) => Ok((maximum, null)),
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

/// Fails unless the outcome is 0 and 1, and both occur in rows that count.
pub(crate) fn check_dichotomous(design: &Design<'_>, y: &[f64]) -> Result<(), LinearError> {
    design.check_outcome(y)?;
    if let Some(row) = y.iter().position(|&y| y != 0.0 && y != 1.0) {
        return Err(LinearError::NotDichotomous { row, value: y[row] });
    }
    let weight = |row: usize| design.weights().map_or(1.0, |weights| weights.values()[row]);
    let occurs = |class: f64| (0..y.len()).any(|row| y[row] == class && weight(row) > 0.0);
    if occurs(0.0) && occurs(1.0) { Ok(()) } else { Err(LinearError::OneClass) }
}
