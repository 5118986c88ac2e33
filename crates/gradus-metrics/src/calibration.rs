//! Whether predicted probabilities come true.

use gradus_stats::{Interval, ProportionMethod, proportion_interval, quantiles};
use serde::{Deserialize, Serialize};

use crate::brier::check_binary;
use crate::sum::{Sum, sum};
use crate::{MetricError, Real};

/// How probabilities are put into bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bins {
    /// So many bins of equal width over [0, 1].
    Uniform(usize),
    /// So many bins of about equally many rows, between quantiles of the probabilities.
    Quantile(usize),
}

/// The rows whose predicted probability lies in one bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The mean predicted probability.
    pub predicted: f64,
    /// The share of rows that are positive.
    pub observed: f64,
    /// The number of positive rows.
    pub positives: u64,
    /// The number of rows.
    pub rows: u64,
}

impl CalibrationBin {
    /// The confidence interval of the observed share (Wilson's): calibrated probabilities stay within.
    ///
    /// # Errors
    ///
    /// [`MetricError::Stats`] unless 0 < `level` < 1.
    pub fn interval(&self, level: f64) -> Result<Interval, MetricError> {
        let method = ProportionMethod::Wilson;
        Ok(proportion_interval(self.positives, self.rows, level, method)?)
    }
}

/// Predicted probabilities beside the shares that come true, bin by bin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationCurve {
    /// The bins that hold rows, by rising probability.
    pub bins: Vec<CalibrationBin>,
}

impl CalibrationCurve {
    /// The expected calibration error, Σ (nₖ/m) |oₖ − p̄ₖ| over the bins.
    ///
    /// It falls with fewer bins and rises with noise; compare it at the same bins and rows only.
    ///
    /// Source: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    /// binning" (2015).
    pub fn expected_error(&self) -> f64 {
        let rows: u64 = self.bins.iter().map(|bin| bin.rows).sum();
        sum(self.bins.iter().map(|bin| bin.rows as f64 * bin.error())) / rows as f64
    }

    /// The largest calibration error of a bin, max |oₖ − p̄ₖ|.
    pub fn max_error(&self) -> f64 {
        self.bins.iter().fold(0.0, |largest, bin| largest.max(bin.error()))
    }
}

impl CalibrationBin {
    fn error(&self) -> f64 {
        (self.observed - self.predicted).abs()
    }
}

/// Compares predicted probabilities of class 1 with the shares that come true.
///
/// A probability on the border of two bins belongs to the lower one. Bins without rows are left out;
/// equal quantiles leave fewer bins.
///
/// # Errors
///
/// As [`brier_score`](crate::brier_score); [`MetricError::BinCount`] without bins.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{Bins, calibration_curve};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let (y_true, p) = ([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9]);
/// let curve = calibration_curve(&y_true, &p, Bins::Uniform(2))?;
/// assert_eq!((curve.bins[0].observed, curve.bins[1].observed), (0.0, 1.0));
/// assert!((curve.expected_error() - 0.2).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `calibration_curve`.
pub fn calibration_curve<T: Real>(
    y_true: &[u32],
    probabilities: &[T],
    bins: Bins,
) -> Result<CalibrationCurve, MetricError> {
    check_binary("calibration curve", y_true, probabilities)?;
    let edges = edges(probabilities, bins)?;
    let mut sums = vec![(Sum::default(), 0_u64, 0_u64); edges.len() + 1];
    for (&truth, &p) in y_true.iter().zip(probabilities) {
        let p: f64 = p.into();
        let (total, positives, rows) = &mut sums[edges.partition_point(|&edge| edge < p)];
        total.add(p);
        *positives += u64::from(truth);
        *rows += 1;
    }
    let bins = sums.into_iter().filter(|&(_, _, rows)| rows > 0);
    let bins = bins.map(|(total, positives, rows)| CalibrationBin {
        predicted: total.value() / rows as f64,
        observed: positives as f64 / rows as f64,
        positives,
        rows,
    });
    Ok(CalibrationCurve { bins: bins.collect() })
}

/// The borders between the bins.
fn edges<T: Real>(probabilities: &[T], bins: Bins) -> Result<Vec<f64>, MetricError> {
    let (Bins::Uniform(n) | Bins::Quantile(n)) = bins;
    // More bins than this would hold no rows, and might not fit into memory.
    if n == 0 || n > MOST_BINS {
        return Err(MetricError::BinCount { bins: n, most: MOST_BINS });
    }
    let shares: Vec<f64> = (1..n).map(|i| i as f64 / n as f64).collect();
    match bins {
        Bins::Uniform(_) => Ok(shares),
        Bins::Quantile(_) => {
            let values: Vec<f64> = probabilities.iter().map(|&p| p.into()).collect();
            Ok(quantiles(&values, &shares)?)
        }
    }
}

const MOST_BINS: usize = 1 << 20;
