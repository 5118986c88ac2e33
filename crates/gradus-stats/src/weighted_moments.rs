//! Mean and variance of weighted values in one pass.

use serde::{Deserialize, Serialize};

use crate::StatsError;
use crate::error::check_parameter;

/// An accumulator of weighted mean and variance: one pass, stable, mergeable.
///
/// It keeps W = Σwᵢ, Σwᵢ², the mean and S = Σwᵢ(xᵢ−x̄)². A whole weight k is the value repeated k times,
/// a weight of 0 is a value left out.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Moments, WeightedMoments};
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let mut weighted = WeightedMoments::new();
/// weighted.push(1.0, 3.0)?;
/// weighted.push(5.0, 1.0)?;
/// let repeated = Moments::of(&[1.0, 1.0, 1.0, 5.0])?;
/// assert_eq!(weighted.mean()?, repeated.mean()?);
/// assert_eq!(weighted.population_variance()?, repeated.population_variance()?);
/// assert_eq!(weighted.frequency_variance()?, repeated.sample_variance()?);
/// # Ok(())
/// # }
/// ```
///
/// D. H. D. West (1979).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightedMoments {
    pushed: u64,
    weight: f64,
    squared_weight: f64,
    mean: f64,
    spread: f64,
}

impl WeightedMoments {
    /// The moments of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a value with its weight.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotFinite`] for the value; [`StatsError::InvalidParameter`] unless the weight
    /// is finite and at least 0. Nothing has changed then.
    pub fn push(&mut self, value: f64, weight: f64) -> Result<(), StatsError> {
        const OF: &str = "weighted moments";
        if !value.is_finite() {
            return Err(StatsError::NotFinite { of: OF, index: self.pushed as usize, value });
        }
        let valid = weight >= 0.0 && weight.is_finite();
        check_parameter(OF, "weight", weight, valid, "finite and at least 0")?;
        let squared_weight = weight * weight;
        self.merge(&Self { pushed: 1, weight, squared_weight, mean: value, spread: 0.0 });
        Ok(())
    }

    /// Takes in what another accumulator has seen.
    pub fn merge(&mut self, other: &Self) {
        self.pushed += other.pushed;
        if other.weight == 0.0 {
            return;
        }
        if self.weight == 0.0 {
            *self = Self { pushed: self.pushed, ..*other };
            return;
        }
        let total = self.weight + other.weight;
        let share = other.weight / total;
        let delta = other.mean - self.mean;
        self.mean += delta * share;
        self.spread += other.spread + delta * delta * (self.weight * share);
        self.weight = total;
        self.squared_weight += other.squared_weight;
    }

    /// The sum of the weights.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The number of equally weighted values that tell as much, (Σw)²/Σw² (Kish).
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without a positive weight.
    pub fn effective_count(&self) -> Result<f64, StatsError> {
        self.need("effective count")?;
        Ok(self.weight * (self.weight / self.squared_weight))
    }

    /// The weighted mean Σwx/Σw.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without a positive weight.
    pub fn mean(&self) -> Result<f64, StatsError> {
        self.need("weighted mean")?;
        Ok(self.mean)
    }

    /// The population variance S/W.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without a positive weight.
    pub fn population_variance(&self) -> Result<f64, StatsError> {
        self.need("weighted variance")?;
        Ok(self.spread / self.weight)
    }

    /// The sample variance S/(W−1) where weights are frequencies.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] unless the weights sum to more than 1.
    pub fn frequency_variance(&self) -> Result<f64, StatsError> {
        if self.weight > 1.0 {
            Ok(self.spread / (self.weight - 1.0))
        } else {
            let of = "sample variance by frequencies";
            Err(StatsError::TooFew { of, needed: 2, got: self.weight as usize })
        }
    }

    /// The sample variance S/(W − Σw²/W) where weights are reliabilities: their scale is
    /// irrelevant.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] unless two values have positive weights.
    pub fn reliability_variance(&self) -> Result<f64, StatsError> {
        let freedom = self.weight - self.squared_weight / self.weight;
        if freedom > 0.0 {
            Ok(self.spread / freedom)
        } else {
            let got = usize::from(self.weight > 0.0);
            Err(StatsError::TooFew { of: "sample variance by reliabilities", needed: 2, got })
        }
    }

    fn need(&self, of: &'static str) -> Result<(), StatsError> {
        if self.weight > 0.0 { Ok(()) } else { Err(StatsError::TooFew { of, needed: 1, got: 0 }) }
    }
}
