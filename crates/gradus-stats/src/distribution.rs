//! What all distributions offer.

use rand::{Rng, RngExt};

use crate::Interval;
use crate::StatsError;
use crate::error::{check_level, check_probability, check_values};

/// A distribution with a density.
///
/// `cdf(x)` is P(X ≤ x), `sf(x)` is P(X > x), each computed for itself: a tail of 1e-300 keeps its
/// digits, where `1 − cdf` would be 0. The logarithms go further still. A NaN argument gives NaN.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Continuous, Normal};
///
/// let normal = Normal::standard();
/// assert_eq!(1.0 - normal.cdf(10.0), 0.0);
/// assert!((normal.sf(10.0) / 7.61985302416052606e-24 - 1.0).abs() < 1e-14);
/// assert!((normal.log_sf(1e10) / -5e19 - 1.0).abs() < 1e-15);
/// ```
///
/// `ppf` and `isf` carry scipy's names; statrs calls the first `inverse_cdf` and lacks the second.
pub trait Continuous: std::fmt::Debug {
    /// The density at x.
    fn pdf(&self, x: f64) -> f64 {
        self.log_pdf(x).exp()
    }
    /// The logarithm of the density at x; −∞ outside the support.
    fn log_pdf(&self, x: f64) -> f64;
    /// P(X ≤ x).
    fn cdf(&self, x: f64) -> f64;
    /// P(X > x).
    fn sf(&self, x: f64) -> f64;
    /// ln P(X ≤ x).
    fn log_cdf(&self, x: f64) -> f64;
    /// ln P(X > x).
    fn log_sf(&self, x: f64) -> f64;
    /// The quantile: the x with P(X ≤ x) = p; the ends of the support for 0 and 1.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    fn ppf(&self, p: f64) -> Result<f64, StatsError>;
    /// The upper quantile: the x with P(X > x) = q, exact where 1 − q would be rounded.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    fn isf(&self, q: f64) -> Result<f64, StatsError>;
    /// E X; NaN where it does not exist.
    fn mean(&self) -> f64;
    /// Var X; ∞ or NaN where it does not exist.
    fn variance(&self) -> f64;
    /// A random value.
    fn sample(&self, rng: &mut dyn Rng) -> f64;

    /// The log-likelihood Σ ln f(xᵢ) of independent observations; 0 for none.
    fn log_likelihood(&self, values: &[f64]) -> f64 {
        crate::sum::sum(values.iter().map(|&x| self.log_pdf(x)))
    }

    /// The interval that leaves (1 − `level`)/2 on each side.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless 0 < `level` < 1.
    fn central_interval(&self, level: f64) -> Result<Interval, StatsError> {
        check_level("central interval", level)?;
        let tail = 0.5 * (1.0 - level);
        Ok(Interval { lower: self.ppf(tail)?, upper: self.isf(tail)?, level })
    }
}

/// A distribution over the counts 0, 1, ….
///
/// As [`Continuous`], with probabilities instead of densities; the quantile `ppf(p)` is the least k
/// with P(X ≤ k) ≥ p, and `isf(q)` the least k with P(X > k) ≤ q.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Binomial, Discrete};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let coins = Binomial::new(10, 0.5)?;
/// assert!((coins.pmf(5) - 252.0 / 1024.0).abs() < 1e-15);
/// assert_eq!(coins.ppf(0.5)?, 5);
/// # Ok(())
/// # }
/// ```
pub trait Discrete: std::fmt::Debug {
    /// P(X = k).
    fn pmf(&self, k: u64) -> f64 {
        self.log_pmf(k).exp()
    }
    /// ln P(X = k).
    fn log_pmf(&self, k: u64) -> f64;
    /// P(X ≤ k).
    fn cdf(&self, k: u64) -> f64;
    /// P(X > k).
    fn sf(&self, k: u64) -> f64;
    /// ln P(X ≤ k).
    fn log_cdf(&self, k: u64) -> f64;
    /// ln P(X > k).
    fn log_sf(&self, k: u64) -> f64;
    /// The least k with P(X ≤ k) ≥ p.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    fn ppf(&self, p: f64) -> Result<u64, StatsError>;
    /// The least k with P(X > k) ≤ q.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    fn isf(&self, q: f64) -> Result<u64, StatsError>;
    /// E X.
    fn mean(&self) -> f64;
    /// Var X.
    fn variance(&self) -> f64;
    /// A random value.
    fn sample(&self, rng: &mut dyn Rng) -> u64;

    /// The log-likelihood Σ ln P(X = kᵢ) of independent observations; 0 for none.
    fn log_likelihood(&self, counts: &[u64]) -> f64 {
        crate::sum::sum(counts.iter().map(|&k| self.log_pmf(k)))
    }
}

/// A quantile as a problem in one tail: the given probability is the smaller of the two.
pub(crate) fn quantile(
    of: &'static str,
    p: f64,
    ends: (f64, f64),
    solve: impl Fn(crate::special::Side, f64) -> f64,
    given: crate::special::Side,
) -> Result<f64, StatsError> {
    check_probability(of, "p", p)?;
    let (least, greatest) = match given {
        crate::special::Side::Lower => ends,
        crate::special::Side::Upper => (ends.1, ends.0),
    };
    if p == 0.0 {
        return Ok(least);
    }
    if p == 1.0 {
        return Ok(greatest);
    }
    // 1 − p is exact for p ≥ ½.
    let x = if p <= 0.5 { solve(given, p) } else { solve(given.other(), 1.0 - p) };
    Ok(x.clamp(ends.0, ends.1))
}

/// A uniform value strictly inside (0, 1).
pub(crate) fn open_uniform(rng: &mut dyn Rng) -> f64 {
    rng.sample(rand_distr::Open01)
}

/// Checks a sample and that it is not empty.
pub(crate) fn check_sample(of: &'static str, values: &[f64]) -> Result<(), StatsError> {
    check_values(of, values, 1)
}
