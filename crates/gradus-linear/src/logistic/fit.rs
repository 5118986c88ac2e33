//! What logistic regression found.

use gradus_stats::{ChiSquared, Continuous, Normal, StatsError};
use nalgebra::DMatrix;

use super::Scaled;
use super::newton::Maximum;
use crate::{Design, Intercept};

/// The 0.975 quantile of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// One row of the table of coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticCoefficient {
    /// The feature, or `(intercept)`.
    pub name: String,
    /// The estimate: the logarithm of the odds ratio of one unit more.
    pub estimate: f64,
    /// Its standard error, from the information at the maximum.
    pub standard_error: f64,
}

impl LogisticCoefficient {
    /// Wald's z, the estimate over its standard error.
    pub fn z(&self) -> f64 {
        self.estimate / self.standard_error
    }

    /// P(|Z| > |z|) = 2·sf(|z|).
    pub fn p_value(&self) -> f64 {
        2.0 * Normal::standard().sf(self.z().abs())
    }

    /// The 95 % interval of the estimate: lower and upper end.
    pub fn interval(&self) -> [f64; 2] {
        [-Z_95, Z_95].map(|z| self.estimate + z * self.standard_error)
    }

    /// e to the estimate.
    pub fn odds_ratio(&self) -> f64 {
        self.estimate.exp()
    }

    /// The 95 % interval of the odds ratio.
    pub fn odds_ratio_interval(&self) -> [f64; 2] {
        self.interval().map(f64::exp)
    }
}

/// A logistic regression at the maximum of its likelihood. It prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticFit {
    coefficients: Vec<LogisticCoefficient>,
    covariance: DMatrix<f64>,
    probabilities: Vec<f64>,
    features: usize,
    n: f64,
    /// The log-likelihood at the estimates.
    pub log_likelihood: f64,
    /// The log-likelihood without features.
    pub null_log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: usize,
}

impl LogisticFit {
    pub(super) fn new(
        design: &Design<'_>,
        scaled: &Scaled,
        maximum: &Maximum,
        null_log_likelihood: f64,
        n: f64,
    ) -> Self {
        let estimates = &scaled.back * &maximum.gamma;
        let covariance = &scaled.back * &maximum.covariance * scaled.back.transpose();
        let constant = (scaled.intercept == Intercept::Fitted).then(|| "(intercept)".to_owned());
        let names = constant.into_iter().chain(design.names().iter().cloned());
        let coefficients = names
            .enumerate()
            .map(|(j, name)| LogisticCoefficient {
                name,
                estimate: estimates[j],
                standard_error: covariance[(j, j)].sqrt(),
            })
            .collect();
        Self {
            coefficients,
            covariance,
            probabilities: maximum.probabilities.clone(),
            features: design.features(),
            n,
            log_likelihood: maximum.log_likelihood,
            null_log_likelihood,
            iterations: maximum.iterations,
        }
    }

    /// The table, the intercept first.
    pub fn coefficients(&self) -> &[LogisticCoefficient] {
        &self.coefficients
    }

    /// The covariance of the estimates, in the order of the table.
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.covariance
    }

    /// P(y = 1) of the rows that were fitted to.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The number of observations: Σw under frequency weights, else rows that count.
    pub fn observations(&self) -> f64 {
        self.n
    }

    /// −2ℓ.
    pub fn deviance(&self) -> f64 {
        -2.0 * self.log_likelihood
    }

    /// −2ℓ without features.
    pub fn null_deviance(&self) -> f64 {
        -2.0 * self.null_log_likelihood
    }

    /// −2ℓ + 2k.
    pub fn aic(&self) -> f64 {
        self.deviance() + 2.0 * self.coefficients.len() as f64
    }

    /// −2ℓ + k ln n.
    pub fn bic(&self) -> f64 {
        self.deviance() + self.coefficients.len() as f64 * self.n.ln()
    }

    /// The likelihood-ratio χ² against the model without features.
    pub fn likelihood_ratio(&self) -> f64 {
        (self.null_deviance() - self.deviance()).max(0.0)
    }

    /// The degrees of freedom of the likelihood-ratio test: the number of features.
    pub fn likelihood_ratio_df(&self) -> usize {
        self.features
    }

    /// P(χ² > likelihood ratio).
    ///
    /// # Errors
    /// [`StatsError::InvalidParameter`] without features.
    pub fn likelihood_ratio_p(&self) -> Result<f64, StatsError> {
        Ok(ChiSquared::new(self.features as f64)?.sf(self.likelihood_ratio()))
    }

    /// McFadden's pseudo-R², 1 − ℓ/ℓ₀.
    pub fn r2_mcfadden(&self) -> f64 {
        1.0 - self.log_likelihood / self.null_log_likelihood
    }

    /// Cox's and Snell's pseudo-R², 1 − e^(2(ℓ₀−ℓ)/n).
    pub fn r2_cox_snell(&self) -> f64 {
        -(-self.likelihood_ratio() / self.n).exp_m1()
    }

    /// Nagelkerke's pseudo-R²: Cox's and Snell's over the largest that it can be.
    pub fn r2_nagelkerke(&self) -> f64 {
        self.r2_cox_snell() / -(2.0 * self.null_log_likelihood / self.n).exp_m1()
    }
}

impl std::fmt::Display for LogisticFit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "Logistic regression: {} observations, {} iterations",
            self.n, self.iterations
        )?;
        writeln!(
            f,
            "-2 log-likelihood {:.4} (null {:.4}), chi-squared {:.4} with {} df",
            self.deviance(),
            self.null_deviance(),
            self.likelihood_ratio(),
            self.features
        )?;
        writeln!(
            f,
            "{:<16} {:>11} {:>11} {:>8} {:>10} {:>11}  95 % interval",
            "", "coefficient", "std. error", "z", "p", "odds ratio"
        )?;
        for row in &self.coefficients {
            let [low, high] = row.odds_ratio_interval();
            writeln!(
                f,
                "{:<16} {:>11.5} {:>11.5} {:>8.3} {:>10.3e} {:>11.4e}  {low:.4e} to {high:.4e}",
                row.name,
                row.estimate,
                row.standard_error,
                row.z(),
                row.p_value(),
                row.odds_ratio()
            )?;
        }
        write!(
            f,
            "AIC {:.4}, BIC {:.4}, R² {:.4} (McFadden), {:.4} (Cox-Snell), {:.4} (Nagelkerke)",
            self.aic(),
            self.bic(),
            self.r2_mcfadden(),
            self.r2_cox_snell(),
            self.r2_nagelkerke()
        )
    }
}
