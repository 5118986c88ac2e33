//! The values of λ along a path.

use serde::{Deserialize, Serialize};

use super::term::Term;
use crate::LinearError;
use crate::penalty::check_lambda;

/// The values of λ along a path, from the largest to the smallest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LambdaGrid {
    /// `count` values at equal distances of log λ, the first the least λ at which all penalised
    /// coefficients are 0: λ_max = maxⱼ |gⱼ|/(fⱼ·max(ρ, 1e-3)), with g the gradient of the loss
    /// without penalised features.
    LogSpaced {
        /// How many.
        count: usize,
        /// The smallest over the largest; by default 1e-4 with more rows than features and 1e-2
        /// otherwise.
        smallest: Option<f64>,
    },
    /// These values, in any order.
    Given(Vec<f64>),
}

impl Default for LambdaGrid {
    /// 100 values.
    fn default() -> Self {
        Self::LogSpaced { count: 100, smallest: None }
    }
}

impl LambdaGrid {
    pub(super) fn check(&self) -> Result<(), LinearError> {
        match self {
            Self::LogSpaced { count: 0, .. } => Err(LinearError::NoLambda),
            Self::LogSpaced { smallest: Some(ratio), .. } if !(*ratio > 0.0 && *ratio < 1.0) => {
                Err(LinearError::InvalidOption {
                    name: "smallest over largest lambda",
                    value: *ratio,
                    must: "between 0 and 1",
                })
            }
            Self::LogSpaced { .. } => Ok(()),
            Self::Given(values) if values.is_empty() => Err(LinearError::NoLambda),
            Self::Given(values) => values.iter().try_for_each(|&lambda| check_lambda(lambda)),
        }
    }

    /// The values, given the largest useful one and the shape of the design.
    pub(super) fn values(
        &self,
        largest: f64,
        rows: usize,
        features: usize,
    ) -> Result<Vec<f64>, LinearError> {
        match self {
            Self::Given(values) => {
                let mut values = values.clone();
                values.sort_by(|a, b| b.total_cmp(a));
                values.dedup();
                Ok(values)
            }
            Self::LogSpaced { .. } if largest <= 0.0 => Err(LinearError::NoPath),
            Self::LogSpaced { count, smallest } => {
                let ratio = smallest.unwrap_or(if rows > features { 1e-4 } else { 1e-2 });
                let steps = count.saturating_sub(1).max(1) as f64;
                Ok((0..*count).map(|k| largest * ratio.powf(k as f64 / steps)).collect())
            }
        }
    }
}

/// The least λ at which all penalised coefficients are 0, from their terms at λ = 1 and the gradient
/// without them.
pub(super) fn largest_lambda(unit: &[Term], gradient: &[f64], l1_ratio: f64) -> f64 {
    let of_one = |(term, z): (&Term, &f64)| {
        let factor = term.alpha + term.beta;
        let moves = if *z > 0.0 { term.upper > 0.0 } else { term.lower < 0.0 };
        if factor > 0.0 && moves { z.abs() / (factor * l1_ratio.max(1e-3)) } else { 0.0 }
    };
    let largest = unit.iter().zip(gradient).map(of_one).fold(0.0, f64::max);
    // A few units in the last place, so that λ·f·ρ is not below |g| for rounding.
    largest * (1.0 + 8.0 * f64::EPSILON)
}
