//! The Bernoulli distribution.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::distribution::open_uniform;
use crate::error::check_probability;
use crate::{Discrete, StatsError};

/// The Bernoulli distribution: 1 with probability p, 0 otherwise.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Bernoulli, Discrete};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let coin = Bernoulli::new(0.3)?;
/// assert_eq!((coin.pmf(1), coin.cdf(0), coin.mean()), (0.3, 0.7, 0.3));
/// assert!((Bernoulli::new(0.5)?.entropy() - 2.0_f64.ln()).abs() < 1e-16);
/// # Ok(())
/// # }
/// ```
///
/// As scipy's `bernoulli`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Bernoulli {
    p: f64,
}

impl TryFrom<f64> for Bernoulli {
    type Error = StatsError;

    fn try_from(p: f64) -> Result<Self, StatsError> {
        Self::new(p)
    }
}

impl From<Bernoulli> for f64 {
    fn from(bernoulli: Bernoulli) -> f64 {
        bernoulli.p
    }
}

impl Bernoulli {
    /// A trial of success probability `p`.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    pub fn new(p: f64) -> Result<Self, StatsError> {
        check_probability("Bernoulli", "p", p)?;
        Ok(Self { p })
    }

    /// The probability of success.
    pub fn p(&self) -> f64 {
        self.p
    }

    /// The entropy −p ln p − (1−p) ln(1−p) in nats, 0 at p = 0 and 1.
    pub fn entropy(&self) -> f64 {
        let (p, q) = (self.p, 1.0 - self.p);
        if p == 0.0 || q == 0.0 { 0.0 } else { -p * p.ln() - q * (-p).ln_1p() }
    }
}

impl Discrete for Bernoulli {
    fn pmf(&self, k: u64) -> f64 {
        match k {
            0 => 1.0 - self.p,
            1 => self.p,
            _ => 0.0,
        }
    }
    fn log_pmf(&self, k: u64) -> f64 {
        match k {
            0 => (-self.p).ln_1p(),
            1 => self.p.ln(),
            _ => f64::NEG_INFINITY,
        }
    }
    fn cdf(&self, k: u64) -> f64 {
        if k == 0 { 1.0 - self.p } else { 1.0 }
    }
    fn sf(&self, k: u64) -> f64 {
        if k == 0 { self.p } else { 0.0 }
    }
    fn log_cdf(&self, k: u64) -> f64 {
        if k == 0 { (-self.p).ln_1p() } else { 0.0 }
    }
    fn log_sf(&self, k: u64) -> f64 {
        self.sf(k).ln()
    }
    fn ppf(&self, p: f64) -> Result<u64, StatsError> {
        check_probability("Bernoulli", "p", p)?;
        Ok(u64::from(self.cdf(0) < p))
    }
    fn isf(&self, q: f64) -> Result<u64, StatsError> {
        check_probability("Bernoulli", "q", q)?;
        Ok(u64::from(self.sf(0) > q))
    }
    fn mean(&self) -> f64 {
        self.p
    }
    fn variance(&self) -> f64 {
        self.p * (1.0 - self.p)
    }
    fn sample(&self, rng: &mut dyn Rng) -> u64 {
        u64::from(open_uniform(rng) < self.p)
    }
}
