//! What logistic regression with Firth's correction found.

use gradus_stats::{ChiSquared, Continuous, StatsError};
use nalgebra::DMatrix;

use super::highest::Highest;
use crate::WaldEstimate;
use crate::likelihood::{Columns, Figures, estimates};

/// A coefficient with the inference of the penalised likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct FirthCoefficient {
    /// The estimate, with the standard error of the information at it. Its Wald test and interval
    /// are poor where data are separated, or nearly so.
    pub wald: WaldEstimate,
    /// The profile interval of the estimate: lower and upper end.
    pub interval: [f64; 2],
    /// The likelihood-ratio χ² of the coefficient, with one degree of freedom.
    pub chi2: f64,
    /// P(χ² > that).
    pub p: f64,
}

/// A logistic regression at the maximum of its penalised likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct FirthFit {
    coefficients: Vec<FirthCoefficient>,
    covariance: DMatrix<f64>,
    probabilities: Vec<f64>,
    features: usize,
    n: f64,
    /// The level of the intervals.
    pub level: f64,
    /// ℓ* at the estimates, up to a constant that the null model shares.
    pub penalised_log_likelihood: f64,
    /// ℓ* without effects, under the same penalty.
    pub null_penalised_log_likelihood: f64,
    /// Steps taken.
    pub iterations: usize,
    /// Maxima of ℓ* that were found below this one. Where there are any, more may lie elsewhere, and the
    /// test of a coefficient need not agree with its interval.
    pub lower_maxima: usize,
}

impl FirthFit {
    pub(super) fn new(
        columns: &Columns<'_>,
        highest: &Highest,
        covariance: &DMatrix<f64>,
        null: f64,
        tests: &[([f64; 2], f64)],
        level: f64,
    ) -> Self {
        let maximum = &highest.maximum;
        let estimated = columns.restore(maximum.gamma.as_slice());
        let covariance = columns.restore_covariance(covariance);
        let wald =
            estimates(columns.terms(), estimated.as_slice(), covariance.diagonal().as_slice());
        let of = |(wald, (interval, chi2)): (WaldEstimate, &([f64; 2], f64))| FirthCoefficient {
            wald,
            interval: *interval,
            chi2: *chi2,
            p: ChiSquared::new(1.0).map_or(f64::NAN, |law| law.sf(*chi2)),
        };
        Self {
            coefficients: wald.into_iter().zip(tests).map(of).collect(),
            covariance,
            probabilities: maximum.means.clone(),
            features: columns.len() - columns.first(),
            n: columns.observations,
            level,
            penalised_log_likelihood: highest.greatest,
            null_penalised_log_likelihood: null,
            iterations: maximum.iterations,
            lower_maxima: highest.lower_maxima,
        }
    }

    /// The table, the intercept first.
    pub fn coefficients(&self) -> &[FirthCoefficient] {
        &self.coefficients
    }

    /// (XᵀWX)⁻¹ at the estimates, in the order of the table.
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
            log_likelihood: self.penalised_log_likelihood,
            null_log_likelihood: self.null_penalised_log_likelihood,
            estimates: self.coefficients.len(),
            tested: self.likelihood_ratio_df(),
            observations: self.n,
        }
    }

    /// The penalised likelihood-ratio χ² against the model without effects.
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
}
