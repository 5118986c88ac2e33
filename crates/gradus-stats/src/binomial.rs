//! The binomial distribution.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::distribution::open_uniform;
use crate::error::{check_parameter, check_probability};
use crate::special::{Side, Tails, beta_tails, log_beta_kernel};
use crate::{Discrete, StatsError};

/// The largest number of trials: up to it every count is an exact `f64`.
const MAX_TRIALS: u64 = 1 << 53;

/// The binomial distribution, the number of successes in n trials that succeed with probability p.
///
/// P(X = k) = C(n, k) pᵏ (1−p)ⁿ⁻ᵏ; P(X > k) = I_p(k+1, n−k), the incomplete beta ratio.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Binomial, Discrete};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let draws = Binomial::new(100, 0.03)?;
/// assert!((draws.sf(99) / 5.153775207320094e-153 - 1.0).abs() < 1e-12);
/// assert_eq!((draws.ppf(0.9)?, draws.mean()), (5, 3.0));
/// # Ok(())
/// # }
/// ```
///
/// As scipy's `binom`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(u64, f64)", into = "(u64, f64)")]
pub struct Binomial {
    n: u64,
    p: f64,
}

impl TryFrom<(u64, f64)> for Binomial {
    type Error = StatsError;

    fn try_from((n, p): (u64, f64)) -> Result<Self, StatsError> {
        Self::new(n, p)
    }
}

impl From<Binomial> for (u64, f64) {
    fn from(binomial: Binomial) -> Self {
        (binomial.n, binomial.p)
    }
}

impl Binomial {
    /// `n` trials of success probability `p`.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`]; [`StatsError::InvalidParameter`] beyond 2⁵³ trials.
    pub fn new(n: u64, p: f64) -> Result<Self, StatsError> {
        check_parameter("binomial", "n", n as f64, n <= MAX_TRIALS, "at most 2^53")?;
        check_probability("binomial", "p", p)?;
        Ok(Self { n, p })
    }

    /// The number of trials.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The probability of success.
    pub fn p(&self) -> f64 {
        self.p
    }

    fn tails(&self, k: u64) -> Tails {
        if k >= self.n {
            return Tails::all(Side::Lower);
        }
        let (k, n) = (k as f64, self.n as f64);
        beta_tails(k + 1.0, n - k, self.p, 1.0 - self.p).mirrored()
    }

    /// The least k for which `reached` holds, which it does at n.
    fn least(&self, reached: impl Fn(u64) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.n);
        while low < high {
            let middle = low + (high - low) / 2;
            if reached(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

impl Discrete for Binomial {
    fn log_pmf(&self, k: u64) -> f64 {
        if k > self.n {
            return f64::NEG_INFINITY;
        }
        let (p, q, count, n) = (self.p, 1.0 - self.p, k as f64, self.n as f64);
        if k == 0 {
            // Without trials the empty product is 1, whatever p.
            return if self.n == 0 { 0.0 } else { n * (-p).ln_1p() };
        }
        if k == self.n {
            return n * p.ln();
        }
        if p == 0.0 || q == 0.0 {
            return f64::NEG_INFINITY;
        }
        log_beta_kernel(count, n - count, p, q) - (count / n * (n - count)).ln()
    }
    fn cdf(&self, k: u64) -> f64 {
        self.tails(k).probability(Side::Lower)
    }
    fn sf(&self, k: u64) -> f64 {
        self.tails(k).probability(Side::Upper)
    }
    fn log_cdf(&self, k: u64) -> f64 {
        self.tails(k).log_probability(Side::Lower)
    }
    fn log_sf(&self, k: u64) -> f64 {
        self.tails(k).log_probability(Side::Upper)
    }
    fn ppf(&self, p: f64) -> Result<u64, StatsError> {
        check_probability("binomial", "p", p)?;
        Ok(self.least(|k| self.cdf(k) >= p))
    }
    fn isf(&self, q: f64) -> Result<u64, StatsError> {
        check_probability("binomial", "q", q)?;
        Ok(self.least(|k| self.sf(k) <= q))
    }
    fn mean(&self) -> f64 {
        self.n as f64 * self.p
    }
    fn variance(&self) -> f64 {
        self.n as f64 * self.p * (1.0 - self.p)
    }
    fn sample(&self, rng: &mut dyn Rng) -> u64 {
        match rand_distr::Binomial::new(self.n, self.p) {
            Ok(sampler) => rng.sample(sampler),
            Err(_) => self.ppf(open_uniform(rng)).unwrap_or(0),
        }
    }
}
