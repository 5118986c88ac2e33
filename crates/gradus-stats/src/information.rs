//! Likelihood and information criteria.

use crate::StatsError;
use crate::error::check_parameter;

/// Akaike's information criterion, 2k − 2ℓ.
///
/// k counts the parameters estimated. For a normal linear model there are two countings: with σ²
/// (R's `AIC`) and without (statsmodels, and gradus' linear models by default); they differ by 2, the
/// same for all models of one response, so that comparisons agree.
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_stats::aic(-34.5, 3), 75.0);
/// ```
///
/// H. Akaike (1974).
pub fn aic(log_likelihood: f64, parameters: usize) -> f64 {
    2.0 * parameters as f64 - 2.0 * log_likelihood
}

/// Akaike's criterion corrected for few observations, AIC + 2k(k+1)/(n−k−1).
///
/// # Errors
///
/// [`StatsError::TooFew`] unless n > k + 1.
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_stats::aicc(-34.5, 3, 16)?, 77.0);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// N. Sugiura (1978). Derived for normal linear models, where k includes σ².
pub fn aicc(log_likelihood: f64, parameters: usize, n: usize) -> Result<f64, StatsError> {
    let k = parameters as f64;
    let rest = n as f64 - k - 1.0;
    if rest <= 0.0 {
        let needed = parameters.saturating_add(2);
        return Err(StatsError::TooFew { of: "corrected AIC", needed, got: n });
    }
    Ok(aic(log_likelihood, parameters) + 2.0 * k * (k + 1.0) / rest)
}

/// The Bayesian (Schwarz) information criterion, k ln n − 2ℓ.
///
/// k as for [`aic`]: with σ² it is R's `BIC`, without it statsmodels'; they differ by ln n.
///
/// # Errors
///
/// [`StatsError::TooFew`] without observations.
///
/// # Examples
///
/// ```
/// let bic = gradus_stats::bic(-34.5, 3, 100)?;
/// assert!((bic - (3.0 * 100.0_f64.ln() + 69.0)).abs() < 1e-13);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// G. Schwarz (1978).
pub fn bic(log_likelihood: f64, parameters: usize, n: usize) -> Result<f64, StatsError> {
    if n == 0 {
        return Err(StatsError::TooFew { of: "BIC", needed: 1, got: 0 });
    }
    Ok(parameters as f64 * (n as f64).ln() - 2.0 * log_likelihood)
}

/// The log-likelihood of n normal residuals at σ̂² = RSS/n, −n/2 (ln 2π + ln(RSS/n) + 1).
///
/// It is ∞ for an RSS of 0: a perfect fit.
///
/// # Errors
///
/// [`StatsError::TooFew`] without residuals; [`StatsError::InvalidParameter`] for an RSS that is
/// negative or not finite.
///
/// # Examples
///
/// ```
/// let log_likelihood = gradus_stats::gaussian_log_likelihood(8.0, 8)?;
/// assert!((log_likelihood + 11.351508265637381).abs() < 1e-14);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
pub fn gaussian_log_likelihood(rss: f64, n: usize) -> Result<f64, StatsError> {
    const OF: &str = "normal log-likelihood";
    if n == 0 {
        return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
    }
    check_parameter(OF, "rss", rss, rss >= 0.0 && rss.is_finite(), "finite and at least 0")?;
    let n = n as f64;
    Ok(-0.5 * n * ((2.0 * std::f64::consts::PI).ln() + (rss / n).ln() + 1.0))
}
