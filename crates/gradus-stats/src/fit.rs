//! Maximum-likelihood fits.

use serde::Serialize;

use crate::distribution::check_sample;
use crate::error::check_values;
use crate::{Bernoulli, Binomial, Continuous, Discrete, Moments, Normal, StatsError};

/// An estimate and its standard error, from the Fisher information at the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A normal distribution fitted by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NormalFit {
    /// The distribution of greatest likelihood.
    pub distribution: Normal,
    /// μ̂ = x̄, with standard error σ̂/√n.
    pub mean: Estimate,
    /// σ̂ = √(Σ(xᵢ−x̄)²/n), with standard error σ̂/√(2n).
    pub sd: Estimate,
    /// The log-likelihood at the estimates.
    pub log_likelihood: f64,
}

/// A distribution with one unknown probability, fitted by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ProportionFit<D> {
    /// The distribution of greatest likelihood.
    pub distribution: D,
    /// p̂ = successes/trials, with standard error √(p̂(1−p̂)/trials). At p̂ = 0 or 1 it is 0, which
    /// is no certainty: use [`proportion_interval`](crate::proportion_interval).
    pub p: Estimate,
    /// The log-likelihood at the estimate.
    pub log_likelihood: f64,
}

impl Normal {
    /// The normal distribution of greatest likelihood.
    ///
    /// The variance has divisor n, as maximum likelihood has it; it is smaller than the sample
    /// variance by the factor (n−1)/n.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] below two values; [`StatsError::NotFinite`];
    /// [`StatsError::NoVariation`] if all are equal: the likelihood then has no maximum.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::Normal;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = Normal::fit(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])?;
    /// assert_eq!(fit.mean.value, 5.0);
    /// assert!((fit.sd.value - 2.0).abs() < 1e-15);
    /// assert!((fit.sd.standard_error - 0.5).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(values: &[f64]) -> Result<NormalFit, StatsError> {
        const OF: &str = "normal fit";
        check_values(OF, values, 2)?;
        let moments = Moments::of(values)?;
        let (mean, sd, n) = (moments.mean()?, moments.population_sd()?, values.len() as f64);
        if sd == 0.0 {
            return Err(StatsError::NoVariation { of: OF });
        }
        let distribution = Self::new(mean, sd)?;
        Ok(NormalFit {
            distribution,
            mean: Estimate { value: mean, standard_error: sd / n.sqrt() },
            sd: Estimate { value: sd, standard_error: sd / (2.0 * n).sqrt() },
            log_likelihood: distribution.log_likelihood(values),
        })
    }
}

impl Binomial {
    /// The binomial distribution of `n` trials of greatest likelihood, given independent counts.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without counts or with n = 0; [`StatsError::TooManySuccesses`];
    /// [`StatsError::InvalidParameter`] beyond 2⁵³ trials.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::Binomial;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = Binomial::fit(10, &[3, 1, 2, 2])?;
    /// assert_eq!(fit.p.value, 0.2);
    /// assert!((fit.p.standard_error - 0.004_f64.sqrt()).abs() < 1e-16);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(n: u64, counts: &[u64]) -> Result<ProportionFit<Self>, StatsError> {
        const OF: &str = "binomial fit";
        if counts.is_empty() || n == 0 {
            return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
        }
        if let Some(&successes) = counts.iter().find(|&&count| count > n) {
            return Err(StatsError::TooManySuccesses { of: OF, successes, trials: n });
        }
        Self::new(n, 0.0)?;
        let p = estimate(
            counts.iter().map(|&count| count as f64).sum(),
            n as f64 * counts.len() as f64,
        );
        let distribution = Self::new(n, p.value)?;
        Ok(ProportionFit { distribution, p, log_likelihood: distribution.log_likelihood(counts) })
    }
}

impl Bernoulli {
    /// The Bernoulli distribution of greatest likelihood.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without outcomes.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::Bernoulli;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = Bernoulli::fit(&[true, false, true, true])?;
    /// assert_eq!(fit.p.value, 0.75);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(outcomes: &[bool]) -> Result<ProportionFit<Self>, StatsError> {
        if outcomes.is_empty() {
            return Err(StatsError::TooFew { of: "Bernoulli fit", needed: 1, got: 0 });
        }
        let successes = outcomes.iter().filter(|&&success| success).count() as f64;
        let n = outcomes.len() as f64;
        let p = estimate(successes, n);
        let distribution = Self::new(p.value)?;
        // 0 · ln 0 counts as 0: what did not happen adds nothing.
        let part = |count: f64, k| if count > 0.0 { count * distribution.log_pmf(k) } else { 0.0 };
        let log_likelihood = part(successes, 1) + part(n - successes, 0);
        Ok(ProportionFit { distribution, p, log_likelihood })
    }
}

fn estimate(successes: f64, trials: f64) -> Estimate {
    let p = successes / trials;
    Estimate { value: p, standard_error: (p * (1.0 - p) / trials).sqrt() }
}

/// The standard error of the mean, s/√n, s the sample standard deviation (divisor n − 1).
///
/// # Errors
///
/// [`StatsError::TooFew`] below two values; [`StatsError::NotFinite`].
///
/// # Examples
///
/// ```
/// use gradus_stats::standard_error;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// assert_eq!(standard_error(&[1.0, 2.0, 3.0, 4.0, 5.0])?, 0.5_f64.sqrt());
/// # Ok(())
/// # }
/// ```
pub fn standard_error(values: &[f64]) -> Result<f64, StatsError> {
    check_sample("standard error", values)?;
    Moments::of(values)?.standard_error()
}
