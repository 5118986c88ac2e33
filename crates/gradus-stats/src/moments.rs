//! Mean, variance, skewness and kurtosis in one pass.

use serde::{Deserialize, Serialize};

use crate::StatsError;
use crate::error::check_values;

/// An accumulator of the first four moments: one pass, stable, mergeable.
///
/// It keeps n, the mean and the sums of powers Mₖ = Σ(xᵢ−x̄)ᵏ of the deviations, k = 2, 3, 4, and never
/// a difference of large sums. Two accumulators of parts [merge](Self::merge) to that of the
/// whole, so parts can be taken in parallel.
///
/// # Examples
///
/// ```
/// use gradus_stats::Moments;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let mut moments = Moments::new();
/// for x in [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0] {
///     moments.push(x)?;
/// }
/// assert_eq!(moments.sample_variance()?, 30.0);
/// assert_eq!(moments.population_variance()?, 22.5);
/// # Ok(())
/// # }
/// ```
///
/// B. P. Welford (1962); T. Chan, G. Golub, R. LeVeque (1979); P. Pébay (2008) for the higher ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    count: u64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Moments {
    /// The moments of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moments of some values.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotFinite`].
    pub fn of(values: &[f64]) -> Result<Self, StatsError> {
        check_values("moments", values, 0)?;
        let mut moments = Self::new();
        for &value in values {
            moments.add(value);
        }
        Ok(moments)
    }

    /// Takes in one value.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotFinite`], with the number of values before it; nothing has changed then.
    pub fn push(&mut self, value: f64) -> Result<(), StatsError> {
        if !value.is_finite() {
            let index = self.count as usize;
            return Err(StatsError::NotFinite { of: "moments", index, value });
        }
        self.add(value);
        Ok(())
    }

    fn add(&mut self, value: f64) {
        let before = self.count as f64;
        self.count += 1;
        let n = self.count as f64;
        let delta = value - self.mean;
        let share = delta / n;
        let square = share * share;
        let term = delta * share * before;
        self.mean += share;
        self.m4 += term * square * (n * n - 3.0 * n + 3.0) + 6.0 * square * self.m2
            - 4.0 * share * self.m3;
        self.m3 += term * share * (n - 2.0) - 3.0 * share * self.m2;
        self.m2 += term;
    }

    /// Takes in what another accumulator has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let n = a + b;
        let delta = other.mean - self.mean;
        // Products of shares, so that counts of 10⁹ do not lose digits.
        let (wa, wb) = (a / n, b / n);
        let square = delta * delta;
        self.m4 += other.m4
            + square * square * (a * wb) * (wa * wa - wa * wb + wb * wb)
            + 6.0 * square * (wa * wa * other.m2 + wb * wb * self.m2)
            + 4.0 * delta * (wa * other.m3 - wb * self.m3);
        self.m3 += other.m3
            + square * delta * (a * wb) * (wa - wb)
            + 3.0 * delta * (wa * other.m2 - wb * self.m2);
        self.m2 += other.m2 + square * (a * wb);
        self.mean += delta * wb;
        self.count += other.count;
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean x̄.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without values.
    pub fn mean(&self) -> Result<f64, StatsError> {
        self.need("mean", 1)?;
        Ok(self.mean)
    }

    /// The population variance M₂/n.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without values.
    pub fn population_variance(&self) -> Result<f64, StatsError> {
        self.need("population variance", 1)?;
        Ok(self.m2 / self.count as f64)
    }

    /// The sample variance M₂/(n−1), unbiased for the population's.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] below two values.
    pub fn sample_variance(&self) -> Result<f64, StatsError> {
        self.need("sample variance", 2)?;
        Ok(self.m2 / (self.count - 1) as f64)
    }

    /// The root of the [population variance](Self::population_variance).
    ///
    /// # Errors
    ///
    /// As that.
    pub fn population_sd(&self) -> Result<f64, StatsError> {
        Ok(self.population_variance()?.sqrt())
    }

    /// The root of the [sample variance](Self::sample_variance).
    ///
    /// # Errors
    ///
    /// As that.
    pub fn sample_sd(&self) -> Result<f64, StatsError> {
        Ok(self.sample_variance()?.sqrt())
    }

    /// The standard error of the mean, the [sample standard deviation](Self::sample_sd) / √n.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] below two values.
    pub fn standard_error(&self) -> Result<f64, StatsError> {
        Ok(self.sample_sd()? / (self.count as f64).sqrt())
    }

    /// The skewness √n M₃/M₂^(3/2) of the population, as scipy's `skew`.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without values; [`StatsError::NoVariation`] if all are equal.
    pub fn skewness(&self) -> Result<f64, StatsError> {
        self.vary("skewness")?;
        Ok((self.count as f64).sqrt() * self.m3 / (self.m2 * self.m2.sqrt()))
    }

    /// The excess kurtosis n M₄/M₂² − 3 of the population, 0 for a normal one, as scipy's
    /// `kurtosis`.
    ///
    /// # Errors
    ///
    /// As [`skewness`](Self::skewness).
    pub fn excess_kurtosis(&self) -> Result<f64, StatsError> {
        self.vary("kurtosis")?;
        Ok(self.count as f64 * (self.m4 / self.m2) / self.m2 - 3.0)
    }

    fn need(&self, of: &'static str, needed: usize) -> Result<(), StatsError> {
        if self.count >= needed as u64 {
            Ok(())
        } else {
            Err(StatsError::TooFew { of, needed, got: self.count as usize })
        }
    }

    fn vary(&self, of: &'static str) -> Result<(), StatsError> {
        self.need(of, 1)?;
        if self.m2 > 0.0 { Ok(()) } else { Err(StatsError::NoVariation { of }) }
    }
}
