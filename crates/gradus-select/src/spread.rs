//! A few scores, and how far they differ.

use gradus_stats::Moments;
use serde::Serialize;

/// Scores of several folds or repeats, with their mean and spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// The scores in order.
    pub scores: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation with divisor k − 1; none of a single score.
    pub deviation: Option<f64>,
}

impl Spread {
    /// Of at least one finite score.
    pub(crate) fn of(scores: Vec<f64>) -> Self {
        let moments = Moments::of(&scores).unwrap_or_default();
        let mean = moments.mean().unwrap_or(f64::NAN);
        Self { mean, deviation: moments.sample_sd().ok(), scores }
    }

    /// The deviation over √k; none of a single score.
    ///
    /// It takes the scores for independent. Those of folds share training rows: the truth is larger.
    pub fn standard_error(&self) -> Option<f64> {
        self.deviation.map(|deviation| deviation / (self.scores.len() as f64).sqrt())
    }
}
