//! What is known of an unknown rate.

use serde::{Deserialize, Serialize};

use crate::error::{check_level, check_parameter};
use crate::special::{log_beta_kernel, log_gamma};
use crate::{Beta, Continuous, Interval, StatsError};

/// The distribution of an unknown success rate: Beta before data, Beta after (Beta–binomial).
///
/// From Beta(α, β), k successes and n − k failures lead to Beta(α+k, β+n−k).
///
/// # Examples
///
/// ```
/// use gradus_stats::RatePosterior;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // The sun has risen 10 times of 10 (Laplace's rule of succession).
/// let rate = RatePosterior::uniform().update(10, 0)?;
/// assert!((rate.mean() - 11.0 / 12.0).abs() < 1e-15);
/// let interval = rate.credible_interval(0.95)?;
/// assert!((interval.lower - 0.025_f64.powf(1.0 / 11.0)).abs() < 1e-14);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatePosterior {
    distribution: Beta,
}

impl RatePosterior {
    /// A prior, or an earlier posterior.
    pub fn new(distribution: Beta) -> Self {
        Self { distribution }
    }

    /// The uniform prior Beta(1, 1) of Bayes and Laplace.
    pub fn uniform() -> Self {
        Self { distribution: Beta::UNIFORM }
    }

    /// Jeffreys' prior Beta(½, ½).
    pub fn jeffreys() -> Self {
        Self { distribution: Beta::JEFFREYS }
    }

    /// The posterior after some successes and failures.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] never for counts below 10³⁰⁰.
    pub fn update(self, successes: u64, failures: u64) -> Result<Self, StatsError> {
        let Self { distribution: before } = self;
        let distribution =
            Beta::new(before.alpha() + successes as f64, before.beta() + failures as f64)?;
        Ok(Self { distribution })
    }

    /// The distribution of the rate.
    pub fn distribution(&self) -> Beta {
        self.distribution
    }

    /// The mean α/(α+β), the probability that the next trial succeeds.
    pub fn mean(&self) -> f64 {
        self.distribution.mean()
    }

    /// The most probable rate (α−1)/(α+β−2), where there is exactly one: for α, β ≥ 1, not both 1.
    pub fn mode(&self) -> Option<f64> {
        let (a, b) = (self.distribution.alpha() - 1.0, self.distribution.beta() - 1.0);
        (a >= 0.0 && b >= 0.0 && a + b > 0.0).then(|| a / (a + b))
    }

    /// The equal-tailed credible interval: (1−`level`)/2 lies on each side.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless 0 < `level` < 1.
    pub fn credible_interval(&self, level: f64) -> Result<Interval, StatsError> {
        self.distribution.central_interval(level)
    }

    /// The shortest interval of the given probability (highest density).
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless 0 < `level` < 1, and if α and β are both below 1: the
    /// highest densities are then at both ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::RatePosterior;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// // No success in ten: the density falls from 0 on.
    /// let shortest = RatePosterior::uniform().update(0, 10)?.shortest_interval(0.95)?;
    /// assert_eq!(shortest.lower, 0.0);
    /// assert!((shortest.upper - (1.0 - 0.05_f64.powf(1.0 / 11.0))).abs() < 1e-14);
    /// # Ok(())
    /// # }
    /// ```
    pub fn shortest_interval(&self, level: f64) -> Result<Interval, StatsError> {
        const OF: &str = "shortest interval";
        check_level(OF, level)?;
        let beta = self.distribution;
        let (a, b) = (beta.alpha(), beta.beta());
        check_parameter(OF, "alpha", a, a >= 1.0 || b >= 1.0, "at least 1, or beta at least 1")?;
        if a == 1.0 && b == 1.0 {
            return self.credible_interval(level);
        }
        if a <= 1.0 {
            return Ok(Interval { lower: 0.0, upper: beta.ppf(level)?, level });
        }
        if b <= 1.0 {
            return Ok(Interval { lower: beta.isf(level)?, upper: 1.0, level });
        }
        // With the mass t below, the density at the lower end less that at the upper one rises
        // with t; it is 0 for the shortest. 60 halvings settle t to the last bits.
        let ends =
            |t: f64| Ok::<_, StatsError>((beta.ppf(t)?, beta.isf((1.0 - level - t).max(0.0))?));
        let (mut low, mut high) = (0.0, 1.0 - level);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let (lower, upper) = ends(middle)?;
            if beta.log_pdf(lower) < beta.log_pdf(upper) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (lower, upper) = ends(0.5 * (low + high))?;
        Ok(Interval { lower, upper, level })
    }

    /// The probability of k successes in the next n trials,
    /// C(n, k) B(α+k, β+n−k)/B(α, β).
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::RatePosterior;
    ///
    /// // Nothing known: every count is equally probable.
    /// let p = RatePosterior::uniform().predictive(3, 9);
    /// assert!((p - 0.1).abs() < 1e-15);
    /// ```
    pub fn predictive(&self, k: u64, n: u64) -> f64 {
        if k > n {
            return 0.0;
        }
        let (a, b) = (self.distribution.alpha(), self.distribution.beta());
        let (k, rest) = (k as f64, (n - k) as f64);
        // The kernels at a common point: xᵃyᵇ/B(a, b) differ by B and by powers that are known.
        let x = (a + k) / (a + b + k + rest);
        let y = (b + rest) / (a + b + k + rest);
        let powers = |count: f64, share: f64| if count == 0.0 { 0.0 } else { count * share.ln() };
        let log_ratio = log_beta_kernel(a, b, x, y) - log_beta_kernel(a + k, b + rest, x, y)
            + powers(k, x)
            + powers(rest, y);
        let log_choose = log_gamma(k + rest + 1.0) - log_gamma(k + 1.0) - log_gamma(rest + 1.0);
        (log_ratio + log_choose).exp()
    }
}
