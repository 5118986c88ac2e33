//! What a maximised likelihood says of a model, beside that of the model without features.

use gradus_stats::{ChiSquared, Continuous, StatsError};

/// Two log-likelihoods, with what they are compared by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// ℓ.
    pub(crate) log_likelihood: f64,
    /// ℓ₀.
    pub(crate) null_log_likelihood: f64,
    /// The number k of estimates.
    pub(crate) estimates: usize,
    /// How many of them the null model lacks.
    pub(crate) tested: usize,
    /// The number n of observations.
    pub(crate) observations: f64,
}

impl Figures {
    pub(crate) fn deviance(self) -> f64 {
        -2.0 * self.log_likelihood
    }

    pub(crate) fn null_deviance(self) -> f64 {
        -2.0 * self.null_log_likelihood
    }

    pub(crate) fn aic(self) -> f64 {
        self.deviance() + 2.0 * self.estimates as f64
    }

    pub(crate) fn bic(self) -> f64 {
        self.deviance() + self.estimates as f64 * self.observations.ln()
    }

    /// 2(ℓ − ℓ₀), never below 0.
    pub(crate) fn ratio(self) -> f64 {
        (2.0 * (self.log_likelihood - self.null_log_likelihood)).max(0.0)
    }

    /// P(χ² > ratio).
    pub(crate) fn ratio_p(self) -> Result<f64, StatsError> {
        Ok(ChiSquared::new(self.tested as f64)?.sf(self.ratio()))
    }

    /// 1 − ℓ/ℓ₀.
    pub(crate) fn mcfadden(self) -> f64 {
        1.0 - self.log_likelihood / self.null_log_likelihood
    }

    /// 1 − e^(2(ℓ₀−ℓ)/n).
    pub(crate) fn cox_snell(self) -> f64 {
        -(-self.ratio() / self.observations).exp_m1()
    }

    /// Cox's and Snell's over 1 − e^(2ℓ₀/n), the largest that it can be.
    pub(crate) fn nagelkerke(self) -> f64 {
        self.cox_snell() / -(2.0 * self.null_log_likelihood / self.observations).exp_m1()
    }

    /// The line above a table of coefficients.
    pub(crate) fn write_ratio(self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "-2 log-likelihood {:.4} (null {:.4}), chi-squared {:.4} with {} df",
            self.deviance(),
            self.null_deviance(),
            self.ratio(),
            self.tested
        )
    }

    /// The line below it.
    pub(crate) fn write_criteria(self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "AIC {:.4}, BIC {:.4}, R² {:.4} (McFadden), {:.4} (Cox-Snell), {:.4} (Nagelkerke)",
            self.aic(),
            self.bic(),
            self.mcfadden(),
            self.cox_snell(),
            self.nagelkerke()
        )
    }
}
