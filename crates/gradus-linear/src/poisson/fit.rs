//! What Poisson regression found.

use gradus_stats::{ChiSquared, Continuous, StatsError};
use nalgebra::DMatrix;

use super::likelihood::Counts;
use crate::design::check_length;
use crate::likelihood::{Figures, Maximum, estimates, write_table};
use crate::{LinearError, WaldEstimate};

/// A Poisson regression at the maximum of its likelihood. It prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonFit {
    coefficients: Vec<WaldEstimate>,
    intercept: bool,
    covariance: DMatrix<f64>,
    means: Vec<f64>,
    y: Vec<f64>,
    n: f64,
    deviance: f64,
    null_deviance: f64,
    pearson_chi2: f64,
    /// The log-likelihood at the estimates, with its constant −Σ v ln y!.
    pub log_likelihood: f64,
    /// The log-likelihood without features.
    pub null_log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: usize,
}

impl PoissonFit {
    pub(super) fn new(counts: &Counts<'_>, maximum: Maximum<Vec<f64>>) -> Self {
        let columns = counts.columns;
        let weights = &columns.weights;
        let estimated = columns.restore(maximum.gamma.as_slice());
        let covariance = columns.restore_covariance(&maximum.covariance);
        let variances = covariance.diagonal();
        let constant = if columns.first() == 1 { counts.null_constant() } else { 0.0 };
        let y = counts.y;
        let null_predictor = |row: usize| constant + columns.offset.map_or(0.0, |o| o[row]);
        let null: Vec<f64> = (0..y.len()).map(|row| null_predictor(row).exp()).collect();
        let sum = |term: &dyn Fn(usize) -> f64| -> f64 {
            let counted = (0..y.len()).filter(|&row| weights[row] > 0.0);
            counted.map(|row| weights[row] * term(row)).sum()
        };
        let means = maximum.means;
        let factorials = sum(&|row| libm::lgamma(y[row] + 1.0));
        let null_kernel = sum(&|row| y[row] * null_predictor(row) - null[row]);
        Self {
            coefficients: estimates(columns.terms(), estimated.as_slice(), variances.as_slice()),
            intercept: columns.first() == 1,
            covariance,
            n: columns.observations,
            deviance: sum(&|row| unit_deviance(y[row], means[row])),
            null_deviance: sum(&|row| unit_deviance(y[row], null[row])),
            pearson_chi2: sum(&|row| (y[row] - means[row]).powi(2) / means[row]),
            means,
            y: y.to_vec(),
            log_likelihood: maximum.log_likelihood - factorials,
            null_log_likelihood: null_kernel - factorials,
            iterations: maximum.iterations,
        }
    }

    /// The table, the intercept first. A ratio is a rate ratio.
    pub fn coefficients(&self) -> &[WaldEstimate] {
        &self.coefficients
    }

    /// The covariance of the estimates, in the order of the table.
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.covariance
    }

    /// The table with standard errors √dispersion times as large (quasi-Poisson): the estimates
    /// hold whatever the variance's factor, the standard errors of the likelihood do not.
    pub fn quasi_coefficients(&self) -> Vec<WaldEstimate> {
        let factor = self.dispersion().sqrt();
        let scaled = |row: &WaldEstimate| WaldEstimate {
            standard_error: row.standard_error * factor,
            ..row.clone()
        };
        self.coefficients.iter().map(scaled).collect()
    }

    /// μ of the rows that were fitted to.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// (y − μ)/√μ.
    pub fn pearson_residuals(&self) -> Vec<f64> {
        self.y.iter().zip(&self.means).map(|(y, mu)| (y - mu) / mu.sqrt()).collect()
    }

    /// sign(y − μ)·√(2(y ln(y/μ) − y + μ)), whose squares sum to the deviance.
    pub fn deviance_residuals(&self) -> Vec<f64> {
        let residual = |(y, mu): (&f64, &f64)| unit_deviance(*y, *mu).sqrt().copysign(y - mu);
        self.y.iter().zip(&self.means).map(residual).collect()
    }

    /// e^(o + b + w·x) for the rows of X, with an offset for each row if there are any.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless X has a column for each feature and the offset a
    /// value for each row.
    pub fn predict(
        &self,
        x: &DMatrix<f64>,
        offset: Option<&[f64]>,
    ) -> Result<Vec<f64>, LinearError> {
        let constant = usize::from(self.intercept);
        check_length("columns", x.ncols(), self.coefficients.len() - constant)?;
        check_length("offsets", offset.map_or(x.nrows(), <[f64]>::len), x.nrows())?;
        let eta = |row: usize| -> f64 {
            let b = if self.intercept { self.coefficients[0].estimate } else { 0.0 };
            let slopes = self.coefficients[constant..].iter().enumerate();
            let sum: f64 = slopes.map(|(j, w)| w.estimate * x[(row, j)]).sum();
            offset.map_or(0.0, |offset| offset[row]) + b + sum
        };
        Ok((0..x.nrows()).map(|row| eta(row).exp()).collect())
    }

    /// The number of observations: Σw under frequency weights, else rows that count.
    pub fn observations(&self) -> f64 {
        self.n
    }

    /// Observations less coefficients.
    pub fn df_residual(&self) -> f64 {
        self.n - self.coefficients.len() as f64
    }

    /// 2Σv(y ln(y/μ) − y + μ), the distance to the model that fits every count.
    pub fn deviance(&self) -> f64 {
        self.deviance
    }

    /// The deviance without features.
    pub fn null_deviance(&self) -> f64 {
        self.null_deviance
    }

    /// Pearson's χ², Σv(y − μ)²/μ.
    pub fn pearson_chi2(&self) -> f64 {
        self.pearson_chi2
    }

    /// Pearson's χ² over its degrees of freedom: about 1 if variances are means, more where counts
    /// are overdispersed. NaN without degrees of freedom.
    pub fn dispersion(&self) -> f64 {
        match self.df_residual() {
            df if df > 0.0 => self.pearson_chi2 / df,
            _ => f64::NAN,
        }
    }

    /// P(χ² > Pearson's χ²): small where counts are overdispersed, so that standard errors are too
    /// small. Rough where means are below about 1.
    ///
    /// # Errors
    /// [`StatsError::InvalidParameter`] without degrees of freedom.
    pub fn dispersion_p(&self) -> Result<f64, StatsError> {
        Ok(ChiSquared::new(self.df_residual())?.sf(self.pearson_chi2))
    }

    fn figures(&self) -> Figures {
        Figures {
            log_likelihood: self.log_likelihood,
            null_log_likelihood: self.null_log_likelihood,
            estimates: self.coefficients.len(),
            tested: self.likelihood_ratio_df(),
            observations: self.n,
        }
    }

    /// −2ℓ + 2k.
    pub fn aic(&self) -> f64 {
        self.figures().aic()
    }

    /// −2ℓ + k ln n.
    pub fn bic(&self) -> f64 {
        self.figures().bic()
    }

    /// The likelihood-ratio χ² against the model without features.
    pub fn likelihood_ratio(&self) -> f64 {
        self.figures().ratio()
    }

    /// The degrees of freedom of the likelihood-ratio test: the number of features.
    pub fn likelihood_ratio_df(&self) -> usize {
        self.coefficients.len() - usize::from(self.intercept)
    }

    /// P(χ² > likelihood ratio).
    ///
    /// # Errors
    /// [`StatsError::InvalidParameter`] without features.
    pub fn likelihood_ratio_p(&self) -> Result<f64, StatsError> {
        self.figures().ratio_p()
    }

    /// McFadden's pseudo-R², 1 − ℓ/ℓ₀.
    pub fn r2_mcfadden(&self) -> f64 {
        self.figures().mcfadden()
    }

    /// The share of the null model's deviance that is explained.
    pub fn r2_deviance(&self) -> f64 {
        1.0 - self.deviance / self.null_deviance
    }
}

/// 2(y ln(y/μ) − y + μ), never below 0.
fn unit_deviance(y: f64, mu: f64) -> f64 {
    if y == 0.0 {
        return 2.0 * mu;
    }
    // Near μ = y the terms cancel: with t = (μ − y)/y it is 2y(t − ln(1 + t)).
    let t = (mu - y) / y;
    (2.0 * y * (t - t.ln_1p())).max(0.0)
}

impl std::fmt::Display for PoissonFit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "Poisson regression: {} observations, {} iterations", self.n, self.iterations)?;
        writeln!(
            f,
            "deviance {:.4} (null {:.4}), chi-squared {:.4} with {} df",
            self.deviance,
            self.null_deviance,
            self.likelihood_ratio(),
            self.likelihood_ratio_df()
        )?;
        write_table(f, "rate ratio", &self.coefficients)?;
        write!(
            f,
            "Pearson χ² {:.4} with {} df, dispersion {:.4}; AIC {:.4}, BIC {:.4}",
            self.pearson_chi2,
            self.df_residual(),
            self.dispersion(),
            self.aic(),
            self.bic()
        )
    }
}
