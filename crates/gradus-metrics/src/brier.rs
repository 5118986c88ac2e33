//! The quadratic score of predicted probabilities, and its parts.

use serde::Serialize;

use crate::checks::{
    check_columns, check_distributions, check_labels, check_lengths, check_probabilities,
};
use crate::sum::sum;
use crate::{MetricError, RankedScores, Real};

/// The Brier score of two classes, (1/m) Σ (pᵢ − yᵢ)².
///
/// `probabilities` are those of class 1. 0 is best; always saying ½ costs ¼.
///
/// # Errors
///
/// [`MetricError::LengthMismatch`], [`MetricError::Empty`]; [`MetricError::LabelOutOfRange`] unless the
/// truth is 0 or 1; [`MetricError::NotAProbability`].
///
/// # Examples
///
/// ```
/// assert_eq!(gradus_metrics::brier_score(&[0, 1], &[0.5, 1.0]), Ok(0.125));
/// ```
///
/// As scikit-learn's `brier_score_loss`. Source: G. Brier, "Verification of forecasts expressed in terms
/// of probability" (1950), whose sum over both classes is twice as large:
/// [`brier_score_multiclass`].
pub fn brier_score<T: Real>(y_true: &[u32], probabilities: &[T]) -> Result<f64, MetricError> {
    check_binary("Brier score", y_true, probabilities)?;
    let terms = y_true.iter().zip(probabilities).map(|(&truth, &p)| {
        let gap = p.into() - f64::from(truth);
        gap * gap
    });
    Ok(sum(terms) / y_true.len() as f64)
}

/// Checks probabilities of class 1.
pub(crate) fn check_binary<T: Real>(
    metric: &'static str,
    y_true: &[u32],
    probabilities: &[T],
) -> Result<(), MetricError> {
    check_lengths(metric, y_true.len(), probabilities.len())?;
    check_labels("y_true", y_true, 2)?;
    check_probabilities(1, probabilities)
}

/// The Brier score of several classes, (1/m) Σᵢ Σₖ (pᵢₖ − \[yᵢ = k\])².
///
/// `probabilities` holds one slice of m values per class. From 0 to 2: of two classes it is twice
/// [`brier_score`].
///
/// # Errors
///
/// As [`log_loss`](crate::log_loss).
///
/// # Examples
///
/// ```
/// use gradus_metrics::brier_score_multiclass;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let score = brier_score_multiclass(&[2], &[&[0.5], &[0.25], &[0.25]])?;
/// assert_eq!(score, 0.25 + 0.0625 + 0.5625);
/// # Ok(())
/// # }
/// ```
pub fn brier_score_multiclass<T: Real>(
    y_true: &[u32],
    probabilities: &[&[T]],
) -> Result<f64, MetricError> {
    check_columns("Brier score", y_true.len(), probabilities)?;
    check_distributions(probabilities)?;
    check_labels("y_true", y_true, probabilities.len())?;
    let of_class = |(class, column): (u32, &&[T])| {
        sum(y_true.iter().zip(*column).map(|(&truth, &p)| {
            let gap = p.into() - f64::from(u8::from(truth == class));
            gap * gap
        }))
    };
    Ok(sum((0..).zip(probabilities).map(of_class)) / y_true.len() as f64)
}

/// The parts of a Brier score: reliability − resolution + uncertainty.
///
/// With the nₖ rows of each distinct forecast fₖ, of which the share oₖ is positive, and the overall share
/// o: reliability (1/m) Σ nₖ(fₖ − oₖ)², resolution (1/m) Σ nₖ(oₖ − o)², uncertainty o(1 − o).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BrierParts {
    /// How far the forecasts are from the shares that come true; 0 is best.
    pub reliability: f64,
    /// How far these shares are from the overall one; more is better.
    pub resolution: f64,
    /// What always forecasting the overall share costs.
    pub uncertainty: f64,
}

impl BrierParts {
    /// The Brier score that they make up.
    pub fn score(&self) -> f64 {
        self.reliability - self.resolution + self.uncertainty
    }
}

/// Splits the [Brier score](brier_score) by distinct forecasts.
///
/// Forecasts that hardly repeat put their luck into the resolution: round them first, or see
/// [`calibration_curve`](crate::calibration_curve).
///
/// # Errors
///
/// As [`brier_score`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::{brier_decomposition, brier_score};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let (y_true, p) = ([0, 0, 1, 1], [0.25, 0.25, 0.25, 0.75]);
/// let parts = brier_decomposition(&y_true, &p)?;
/// assert_eq!(parts.uncertainty, 0.25);
/// assert!((parts.score() - brier_score(&y_true, &p)?).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: A. Murphy, "A new vector partition of the probability score" (1973).
pub fn brier_decomposition<T: Real>(
    y_true: &[u32],
    probabilities: &[T],
) -> Result<BrierParts, MetricError> {
    check_binary("Brier score", y_true, probabilities)?;
    let ranked = RankedScores::new(y_true, probabilities)?;
    let m = y_true.len() as f64;
    let overall = ranked.positives() / m;
    let mut before = (0.0, 0.0);
    let groups: Vec<(f64, f64, f64)> = ranked
        .steps()
        .iter()
        .map(|step| {
            let positives = step.true_positives - before.0;
            let rows = positives + (step.false_positives - before.1);
            before = (step.true_positives, step.false_positives);
            (step.threshold, positives / rows, rows)
        })
        .collect();
    let mean = |gap: &dyn Fn(f64, f64) -> f64| {
        sum(groups.iter().map(|&(forecast, share, rows)| rows * gap(forecast, share).powi(2))) / m
    };
    Ok(BrierParts {
        reliability: mean(&|forecast, share| forecast - share),
        resolution: mean(&|_, share| share - overall),
        uncertainty: overall * (ranked.negatives() / m),
    })
}
