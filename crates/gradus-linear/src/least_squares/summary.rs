//! A fit as a statistician prints it.

use std::fmt;

use gradus_stats::quantile;
use serde::{Deserialize, Serialize};

use super::covariance::CovarianceKind;
use super::fit::OlsFit;
use super::method::LeastSquaresSolver;
use super::table::{CoefficientTable, number};
use crate::{Design, LinearError};

/// The variance of residuals that is rounding, as a share of the mean square of what is fitted. It is
/// R's, whose words are "essentially perfect fit".
const PERFECT: f64 = 1e-30;
/// Condition numbers above it are worth a word.
const ILL_CONDITIONED: f64 = 1e8;

/// The report of a fit: quantiles of the residuals, coefficients, the whole model. It prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OlsSummary {
    /// Least, lower quartile, median, upper quartile and largest of the weighted residuals √w·r.
    pub residual_quantiles: [f64; 5],
    /// The coefficients with their uncertainty.
    pub table: CoefficientTable,
    /// How that was estimated.
    pub covariance: CovarianceKind,
    /// Observations.
    pub observations: f64,
    /// Degrees of freedom of model and residuals.
    pub degrees_of_freedom: [f64; 2],
    /// The residual standard error, √σ².
    pub residual_standard_error: f64,
    /// R².
    pub r2: f64,
    /// Adjusted R².
    pub adjusted_r2: f64,
    /// F, or Wald's F of robust covariances.
    pub f: f64,
    /// Its p.
    pub f_p: f64,
    /// The log-likelihood.
    pub log_likelihood: f64,
    /// AIC, σ² not counted.
    pub aic: f64,
    /// BIC, σ² not counted.
    pub bic: f64,
    /// Largest by smallest singular value of the columns.
    pub condition_number: f64,
    /// The number of independent columns.
    pub rank: usize,
    /// How the coefficients were found.
    pub solver: LeastSquaresSolver,
    /// Whether every row is fitted up to rounding, of which standard errors and tests are made then.
    pub perfect: bool,
}

impl OlsFit {
    /// The report of the fit, for the data that were fitted to.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] where the shape is another.
    ///
    /// ```
    /// use gradus_linear::{Design, Ols};
    /// use nalgebra::dmatrix;
    ///
    /// # fn main() -> Result<(), gradus_linear::LinearError> {
    /// let x = dmatrix![1.0; 2.0; 3.0; 4.0];
    /// let (design, y) = (Design::new(&x)?.with_names(["dose"])?, [1.0, 2.0, 2.0, 4.0]);
    /// let summary = Ols::default().fit(&design, &y)?.summary(&design, &y)?;
    /// let text = summary.to_string();
    /// assert!(text.contains("dose") && text.contains("residual standard error"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn summary(&self, design: &Design<'_>, y: &[f64]) -> Result<OlsSummary, LinearError> {
        let weights = super::ols::row_weights(design);
        let residuals = self.residuals(design, y)?;
        let counted = residuals.iter().zip(&weights.precision).zip(&weights.count);
        let weighted: Vec<f64> = counted
            .filter(|(_, count)| **count > 0.0)
            .map(|((r, precision), _)| r * precision.sqrt())
            .collect();
        let fitted = y.iter().zip(&residuals).map(|(y, r)| (y - r).powi(2)).sum::<f64>();
        let perfect = self.sigma2 <= PERFECT * fitted / y.len() as f64;
        let at = |p: f64| quantile(&weighted, p).unwrap_or(f64::NAN);
        Ok(OlsSummary {
            residual_quantiles: [0.0, 0.25, 0.5, 0.75, 1.0].map(at),
            table: self.table(),
            covariance: self.covariance_kind,
            observations: self.observations,
            degrees_of_freedom: [self.df_model, self.df_residual],
            residual_standard_error: self.sigma2.sqrt(),
            r2: self.r2,
            adjusted_r2: self.adjusted_r2,
            f: self.f,
            f_p: self.f_p,
            log_likelihood: self.log_likelihood,
            aic: self.aic,
            bic: self.bic,
            condition_number: self.condition_number,
            rank: self.rank,
            solver: self.solver,
            perfect,
        })
    }
}

impl fmt::Display for OlsSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, lower, median, upper, high] = self.residual_quantiles.map(number);
        writeln!(
            f,
            "residuals: min {low}, lower quartile {lower}, median {median}, upper quartile {upper}, \
             max {high}\n"
        )?;
        write!(f, "{}", self.table)?;
        if self.covariance != CovarianceKind::Classical {
            let name = format!("{:?}", self.covariance).to_uppercase();
            writeln!(f, "(standard errors {name}: valid whatever the variance of each error)")?;
        }
        let [model, residual] = self.degrees_of_freedom;
        writeln!(
            f,
            "\nresidual standard error {} with {residual} degrees of freedom",
            number(self.residual_standard_error)
        )?;
        let p =
            if self.f_p < 1e-4 { format!("{:.1e}", self.f_p) } else { format!("{:.4}", self.f_p) };
        writeln!(
            f,
            "R² {:.4}, adjusted {:.4}; F {} with {model} and {residual} degrees of freedom, p {p}",
            self.r2,
            self.adjusted_r2,
            number(self.f)
        )?;
        writeln!(
            f,
            "log-likelihood {:.2}, AIC {:.2}, BIC {:.2}; condition number {}",
            self.log_likelihood,
            self.aic,
            self.bic,
            number(self.condition_number)
        )?;
        self.warn(f)
    }
}

impl OlsSummary {
    fn warn(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.solver == LeastSquaresSolver::MinimumNorm {
            writeln!(
                f,
                "warning: columns depend on each other: only {} of the coefficients are determined by \
                 the data, and these are the smallest that fit; leave columns out to read them",
                self.rank
            )?;
        } else if self.condition_number > ILL_CONDITIONED {
            writeln!(
                f,
                "warning: columns nearly depend on each other, or their units differ much: \
                 coefficients are uncertain"
            )?;
        }
        if self.perfect {
            writeln!(
                f,
                "warning: {}: standard errors, t and p are made of rounding",
                if self.r2.is_nan() {
                    "the outcome is the same in every row, so there is nothing to explain"
                } else {
                    "every row is fitted exactly, up to rounding"
                }
            )?;
        }
        if self.degrees_of_freedom[1] == 0.0 {
            writeln!(
                f,
                "warning: no degree of freedom is left, so nothing can be said about errors"
            )?;
        }
        Ok(())
    }
}
