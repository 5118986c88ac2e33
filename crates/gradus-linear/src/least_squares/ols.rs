//! Ordinary and weighted least squares.

use std::borrow::Cow;

use gradus_linalg::reduce;

use super::covariance::{CovarianceKind, RowWeights};
use super::fit::{OlsFit, Sums};
use super::method::LeastSquaresMethod;
use super::problem::{Problem, Solution};
use super::{normal, orthogonal};
use crate::{Design, Intercept, LinearError, Weights};

/// Linear regression by least squares, with inference.
///
/// w = argmin Σᵢ wᵢ(yᵢ − oᵢ − b − xᵢᵀw)², for weights wᵢ and offsets oᵢ of the [`Design`].
/// X is m×p; y has m entries.
///
/// # Errors
/// See [`Ols::fit`].
///
/// ```
/// use gradus_linear::{Design, Ols};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![4.0; 5.0; 6.0];
/// let fit = Ols { intercept: gradus_linear::Intercept::None, ..Ols::default() }
///     .fit(&Design::new(&x)?, &[3.0, 4.0, 4.0])?;
/// // NIST's NoInt2: 0.727272727272727, with standard error 0.0420827318078432.
/// assert!((fit.coefficients[0] - 0.727272727272727).abs() < 1e-14);
/// assert!((fit.table().rows[0].standard_error - 0.0420827318078432).abs() < 1e-14);
/// # Ok(())
/// # }
/// ```
///
/// The result says how it was found ([`LeastSquaresSolver`](crate::LeastSquaresSolver)): by normal
/// equations where the columns' condition proves them safe, by pivoted QR otherwise, and as the
/// solution of least norm where columns depend on each other. The bits are the same on any number of
/// threads.
///
/// Source: Björck, *Numerical Methods for Least Squares Problems*, 1996. As in R and statsmodels,
/// R² is uncentred without an intercept; as in statsmodels, AIC and BIC do not count σ². Unlike R,
/// dependent columns are all kept, and the result says so.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ols {
    /// Whether there is a constant term.
    pub intercept: Intercept,
    /// The level of the confidence intervals, in (0, 1).
    pub level: f64,
    /// Which way to the coefficients is taken.
    pub method: LeastSquaresMethod,
    /// How the uncertainty of the coefficients is estimated.
    pub covariance: CovarianceKind,
}

/// Multiplications of a Gram matrix from which on normal equations save more than a millisecond.
const LARGE: usize = 1 << 20;
/// Rows whose squares are summed in one go.
const BLOCK: usize = 1024;

impl Default for Ols {
    fn default() -> Self {
        Self {
            intercept: Intercept::Fitted,
            level: 0.95,
            method: LeastSquaresMethod::Automatic,
            covariance: CovarianceKind::Classical,
        }
    }
}

impl Ols {
    /// Fits the model.
    ///
    /// Without degrees of freedom left (as many independent columns as rows, or more) the fit is
    /// exact: the coefficients stand, and all that needs an estimate of σ² is NaN.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`] for a level outside (0, 1);
    /// [`LinearError::LengthMismatch`] or [`LinearError::NotFinite`] for the outcome;
    /// [`LinearError::NoCoefficient`] without a column and an intercept;
    /// [`LinearError::Overflow`] where values are too large to square; [`LinearError::FullLeverage`]
    /// for HC2 and HC3 where a fit passes through a row whatever its outcome.
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<OlsFit, LinearError> {
        if !(self.level > 0.0 && self.level < 1.0) {
            let must = "between 0 and 1, both excluded";
            return Err(LinearError::InvalidOption { name: "level", value: self.level, must });
        }
        design.check_outcome(y)?;
        let constant = usize::from(self.intercept == Intercept::Fitted);
        let columns = design.features() + constant;
        if columns == 0 {
            return Err(LinearError::NoCoefficient);
        }
        let target = match design.offset() {
            None => Cow::Borrowed(y),
            Some(offset) => Cow::Owned(y.iter().zip(offset).map(|(y, o)| y - o).collect()),
        };
        let problem = Problem::new(design, &target, self.intercept);
        let solution = self.solve(&problem, design)?;
        let (observations, log_weights) = match design.weights() {
            None => (y.len() as f64, 0.0),
            Some(Weights::Frequency(weights)) => (reduce::sum(weights), 0.0),
            Some(Weights::Precision(weights)) => {
                let positive = weights.iter().filter(|weight| **weight > 0.0);
                (positive.clone().count() as f64, positive.map(|weight| weight.ln()).sum())
            }
        };
        let tss = total_sum(&problem);
        let rss = solution.rss;
        let finite = |value: f64| value.is_finite();
        let found = solution.coefficients.iter().copied().all(finite);
        if !(finite(tss) && finite(rss) && found) {
            return Err(LinearError::Overflow);
        }
        let sums = Sums { observations, log_weights, tss };
        let fit = OlsFit::new(self, design.names(), solution, &sums);
        if self.covariance == CovarianceKind::Classical {
            return Ok(fit);
        }
        let residuals = fit.residuals(design, y)?;
        let weights = row_weights(design);
        let kind = self.covariance;
        let middle = kind.middle(&fit.basis, design.x(), &residuals, &weights, fit.sigma2)?;
        Ok(fit.with_middle(kind, middle))
    }

    fn solve(&self, problem: &Problem<'_>, design: &Design<'_>) -> Result<Solution, LinearError> {
        let columns = problem.coefficients();
        let large = problem.x.nrows().saturating_mul(columns * columns) >= LARGE;
        let normal = match self.method {
            LeastSquaresMethod::Automatic => large,
            LeastSquaresMethod::Cholesky => true,
            LeastSquaresMethod::Qr => false,
        };
        if let Some(quick) = if normal { normal::solve(problem) } else { None } {
            // A value that is not would have made its column's square so.
            design.features_are_finite();
            return Ok(quick);
        }
        design.check_features()?;
        Ok(orthogonal::solve(problem))
    }
}

/// What each row counts for.
pub(super) fn row_weights(design: &Design<'_>) -> RowWeights {
    let ones = vec![1.0; design.rows()];
    match design.weights() {
        None => RowWeights { precision: ones.clone(), count: ones },
        Some(Weights::Frequency(w)) => RowWeights { precision: ones, count: w.to_vec() },
        Some(Weights::Precision(w)) => {
            let count = w.iter().map(|w| f64::from(u8::from(*w > 0.0))).collect();
            RowWeights { precision: w.to_vec(), count }
        }
    }
}

/// Σw(y − ȳ)², or Σwy² without an intercept.
fn total_sum(problem: &Problem<'_>) -> f64 {
    let weigh = |values: &[f64]| {
        problem.weights.map_or_else(|| reduce::sum(values), |w| reduce::dot(values, w))
    };
    let mean = match problem.intercept {
        Intercept::Fitted => {
            let rows = problem.target.len() as f64;
            weigh(problem.target) / problem.weights.map_or(rows, reduce::sum)
        }
        Intercept::None => 0.0,
    };
    let mut squares = [0.0; BLOCK];
    let block = |(place, target): (usize, &[f64])| {
        let squares = &mut squares[..target.len()];
        squares.iter_mut().zip(target).for_each(|(square, y)| *square = (y - mean).powi(2));
        let weights = |w: &[f64]| reduce::dot(squares, &w[place * BLOCK..][..target.len()]);
        problem.weights.map_or_else(|| reduce::sum(squares), weights)
    };
    let sums: Vec<f64> = problem.target.chunks(BLOCK).enumerate().map(block).collect();
    reduce::sum(&sums)
}
