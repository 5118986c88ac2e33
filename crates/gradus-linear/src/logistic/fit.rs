//! What logistic regression found.

use gradus_stats::StatsError;
use nalgebra::DMatrix;

use crate::WaldEstimate;
use crate::likelihood::{Columns, Figures, Maximum, estimates, write_table};

/// A logistic regression at the maximum of its likelihood. It prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticFit {
    coefficients: Vec<WaldEstimate>,
    covariance: DMatrix<f64>,
    pub(super) probabilities: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) weights: Vec<f64>,
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
        columns: &Columns<'_>,
        y: &[f64],
        maximum: Maximum<Vec<f64>>,
        null_log_likelihood: f64,
    ) -> Self {
        let estimated = columns.restore(maximum.gamma.as_slice());
        let covariance = columns.restore_covariance(&maximum.covariance);
        let variances = covariance.diagonal();
        Self {
            coefficients: estimates(columns.terms(), estimated.as_slice(), variances.as_slice()),
            covariance,
            probabilities: maximum.means,
            y: y.to_vec(),
            weights: columns.weights.clone(),
            features: columns.len() - columns.first(),
            n: columns.observations,
            log_likelihood: maximum.log_likelihood,
            null_log_likelihood,
            iterations: maximum.iterations,
        }
    }

    /// The table, the intercept first.
    pub fn coefficients(&self) -> &[WaldEstimate] {
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

    fn figures(&self) -> Figures {
        Figures {
            log_likelihood: self.log_likelihood,
            null_log_likelihood: self.null_log_likelihood,
            estimates: self.coefficients.len(),
            tested: self.likelihood_ratio_df(),
            observations: self.n,
        }
    }

    /// −2ℓ.
    pub fn deviance(&self) -> f64 {
        self.figures().deviance()
    }

    /// −2ℓ without features.
    pub fn null_deviance(&self) -> f64 {
        self.figures().null_deviance()
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
        self.features
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

    /// Cox's and Snell's pseudo-R², 1 − e^(2(ℓ₀−ℓ)/n).
    pub fn r2_cox_snell(&self) -> f64 {
        self.figures().cox_snell()
    }

    /// Nagelkerke's pseudo-R²: Cox's and Snell's over the largest that it can be.
    pub fn r2_nagelkerke(&self) -> f64 {
        self.figures().nagelkerke()
    }
}

impl std::fmt::Display for LogisticFit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "Logistic regression: {} observations, {} iterations",
            self.n, self.iterations
        )?;
        self.figures().write_ratio(f)?;
        write_table(f, "odds ratio", &self.coefficients)?;
        self.figures().write_criteria(f)
    }
}
