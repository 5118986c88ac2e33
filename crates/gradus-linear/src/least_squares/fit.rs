//! A fitted linear regression.

use gradus_linalg::{Cholesky, reduce};
use gradus_stats::{Continuous, FisherF, StudentT};
use nalgebra::DMatrix;

use super::basis::Basis;
use super::covariance::CovarianceKind;
use super::method::LeastSquaresSolver;
use super::ols::Ols;
use super::problem::Solution;
use super::table::{CoefficientRow, CoefficientTable};
use crate::design::check_length;
use crate::{Intercept, LinearError};

/// What the statistics are made of.
pub(super) struct Sums {
    pub(super) observations: f64,
    /// Σ ln wᵢ for weights of precision.
    pub(super) log_weights: f64,
    pub(super) tss: f64,
}

/// Whether a model's number of parameters, of which AIC and BIC make a cost, counts σ².
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedParameters {
    /// Coefficients alone, as statsmodels does; the fields `aic` and `bic`.
    Coefficients,
    /// σ² too, as R's `AIC` and `BIC` do; differences between models are the same.
    CoefficientsAndVariance,
}

/// The result of [`Ols::fit`]. What needs an estimate of σ² is NaN where no degree of freedom is
/// left for one.
#[derive(Debug, Clone, PartialEq)]
pub struct OlsFit {
    /// The names of the coefficients' columns, without the intercept.
    pub names: Vec<String>,
    /// The constant term, 0 without one.
    pub intercept: f64,
    /// One coefficient a column of X.
    pub coefficients: Vec<f64>,
    /// How they were found; `MinimumNorm` flags dependent columns.
    pub solver: LeastSquaresSolver,
    /// The number of independent columns, the intercept's among them.
    pub rank: usize,
    /// The number of observations; for frequency weights their sum.
    pub observations: f64,
    /// Degrees of freedom of the residuals: observations − rank.
    pub df_residual: f64,
    /// Degrees of freedom of the model, the intercept not counted.
    pub df_model: f64,
    /// Σwr².
    pub rss: f64,
    /// Σw(y − ȳ)²; without an intercept Σwy².
    pub tss: f64,
    /// RSS/df_residual, the estimate of the variance of the errors.
    pub sigma2: f64,
    /// 1 − RSS/TSS; NaN where the outcome does not vary.
    pub r2: f64,
    /// R² with each sum divided by its degrees of freedom.
    pub adjusted_r2: f64,
    /// The F statistic of all coefficients but the intercept; Wald's, with a robust covariance.
    pub f: f64,
    /// The probability of a larger one if they are all 0.
    pub f_p: f64,
    /// The Gaussian log-likelihood at its maximum.
    pub log_likelihood: f64,
    /// −2ℓ + 2·rank.
    pub aic: f64,
    /// −2ℓ + rank·ln(observations).
    pub bic: f64,
    /// How the covariance of the coefficients was estimated.
    pub covariance_kind: CovarianceKind,
    /// The covariance of the coefficients, intercept first if there is one; σ²(XᵀWX)⁺ unless another
    /// kind was asked for.
    pub covariance: DMatrix<f64>,
    /// Largest by smallest singular value of √W·X, intercept included; infinite if deficient.
    pub condition_number: f64,
    /// The level of the intervals.
    pub(super) level: f64,
    pub(super) basis: Basis,
    /// The covariance in the basis.
    pub(super) middle: DMatrix<f64>,
}

impl OlsFit {
    pub(super) fn new(config: &Ols, names: &[String], solution: Solution, sums: &Sums) -> Self {
        let Sums { observations, log_weights, tss } = *sums;
        let Solution { solver, coefficients, rank, rss, basis, condition_number } = solution;
        let constant = usize::from(config.intercept == Intercept::Fitted);
        let df_model = rank.saturating_sub(constant) as f64;
        let df_residual = (observations - rank as f64).max(0.0);
        let (sigma2, adjusted_r2) = if df_residual > 0.0 {
            let df_total = observations - constant as f64;
            let adjusted = 1.0 - (rss / df_residual) / (tss / df_total);
            (rss / df_residual, if tss > 0.0 { adjusted } else { f64::NAN })
        } else {
            (f64::NAN, f64::NAN)
        };
        let f = if df_model > 0.0 { (tss - rss).max(0.0) / df_model / sigma2 } else { f64::NAN };
        let f_p = FisherF::new(df_model, df_residual).map_or(f64::NAN, |law| law.sf(f));
        let per_row = (2.0 * std::f64::consts::PI * rss / observations).ln() + 1.0;
        let log_likelihood = -0.5 * (observations * per_row - log_weights);
        let middle = DMatrix::identity(rank, rank) * sigma2;
        Self {
            names: names.to_vec(),
            intercept: if constant == 1 { coefficients[0] } else { 0.0 },
            coefficients: coefficients.as_slice()[constant..].to_vec(),
            solver,
            rank,
            observations,
            df_residual,
            df_model,
            rss,
            tss,
            sigma2,
            r2: if tss > 0.0 { 1.0 - rss / tss } else { f64::NAN },
            adjusted_r2,
            f,
            f_p,
            log_likelihood,
            aic: -2.0 * log_likelihood + 2.0 * rank as f64,
            bic: -2.0 * log_likelihood + rank as f64 * observations.ln(),
            covariance_kind: CovarianceKind::Classical,
            covariance: basis.covariance(&middle),
            condition_number,
            level: config.level,
            basis,
            middle,
        }
    }

    /// The same with another estimate of the coefficients' covariance.
    pub(super) fn with_middle(mut self, kind: CovarianceKind, middle: DMatrix<f64>) -> Self {
        self.covariance_kind = kind;
        self.covariance = self.basis.covariance(&middle);
        self.middle = middle;
        self.f = self.wald();
        self.f_p = FisherF::new(self.df_model, self.df_residual)
            .map_or(f64::NAN, |law| if self.f.is_nan() { f64::NAN } else { law.sf(self.f) });
        self
    }

    /// wᵀV⁻¹w/q over the q features, V their covariance.
    fn wald(&self) -> f64 {
        let q = self.coefficients.len();
        let constant = self.covariance.nrows() - q;
        if q == 0 || self.basis.deficient {
            return f64::NAN;
        }
        let scale: Vec<f64> =
            (0..q).map(|j| self.covariance[(constant + j, constant + j)].sqrt()).collect();
        let scaled = DMatrix::from_fn(q, q, |i, j| {
            self.covariance[(constant + i, constant + j)] / scale[i] / scale[j]
        });
        let z: Vec<f64> = self.coefficients.iter().zip(&scale).map(|(w, s)| w / s).collect();
        Cholesky::new(scaled).map_or(f64::NAN, |factor| {
            let mut solved = z.clone();
            factor.solve(&mut solved);
            reduce::dot(&z, &solved) / q as f64
        })
    }

    /// AIC = −2ℓ + 2k, with or without σ² in the number k of parameters.
    pub fn aic_counting(&self, counted: CountedParameters) -> f64 {
        self.aic + 2.0 * extra(counted)
    }

    /// BIC = −2ℓ + k·ln m, with or without σ² in the number k of parameters.
    pub fn bic_counting(&self, counted: CountedParameters) -> f64 {
        self.bic + self.observations.ln() * extra(counted)
    }

    /// Estimates with standard errors, t, p and confidence intervals, the intercept first.
    pub fn table(&self) -> CoefficientTable {
        let law = StudentT::new(self.df_residual).ok();
        let quantile =
            law.as_ref().and_then(|law| law.isf((1.0 - self.level) / 2.0).ok()).unwrap_or(f64::NAN);
        let intercept = (self.basis.intercept == Intercept::Fitted)
            .then(|| ("(intercept)".to_owned(), self.intercept));
        let columns = self.names.iter().cloned().zip(self.coefficients.iter().copied());
        let rows = intercept.into_iter().chain(columns).enumerate().map(|(place, named)| {
            let (name, estimate) = named;
            let standard_error = self.covariance[(place, place)].sqrt();
            let statistic = estimate / standard_error;
            let p = law.as_ref().map_or(f64::NAN, |law| 2.0 * law.sf(statistic.abs()));
            let reach = quantile * standard_error;
            let interval = [estimate - reach, estimate + reach];
            CoefficientRow { name, estimate, standard_error, statistic, p, interval }
        });
        CoefficientTable { statistic: "t".to_owned(), level: self.level, rows: rows.collect() }
    }

    /// ŷ = b + Xw for the rows of X, without an offset.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless X has a column for each coefficient.
    pub fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<f64>, LinearError> {
        check_length("columns", x.ncols(), self.coefficients.len())?;
        let mut predicted = vec![self.intercept; x.nrows()];
        for (column, &coefficient) in x.column_iter().zip(&self.coefficients) {
            for (predicted, value) in predicted.iter_mut().zip(column.as_slice()) {
                *predicted += value * coefficient;
            }
        }
        Ok(predicted)
    }
}

fn extra(counted: CountedParameters) -> f64 {
    match counted {
        CountedParameters::Coefficients => 0.0,
        CountedParameters::CoefficientsAndVariance => 1.0,
    }
}
