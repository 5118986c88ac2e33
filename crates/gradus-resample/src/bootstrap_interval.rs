//! Confidence intervals of a statistic by the bootstrap.

use std::error::Error;

use gradus_stats::{Interval, quantiles};

use crate::bca::bca_levels;
use crate::bootstrap::draw;
use crate::cross_validate::fit_rows;
use crate::random::check_row_count;
use crate::rounds::each;
use crate::{ResampleError, Sample};

/// How the ends of a [`bootstrap_interval`] are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntervalMethod {
    /// The quantiles (1 ∓ level)/2 of the replicates. Simple; off by an order 1/√m where the
    /// statistic is biased or its spread depends on its value.
    Percentile,
    /// Bias-corrected and accelerated: the quantiles at
    ///
    /// ```text
    /// Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))),   z = Φ⁻¹((1 ∓ level)/2)
    /// ```
    ///
    /// z₀ = Φ⁻¹ of the share of replicates below the estimate (ties count half), and the
    /// acceleration a = Σ d³ / (6 (Σ d²)^{3/2}) with d = mean − value of the m statistics that
    /// leave one row out.
    #[default]
    Bca,
}

/// How many samples are drawn, and how sure the interval is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntervalConfig {
    /// The number of bootstrap samples: a thousand or more, as the ends are far quantiles.
    pub rounds: usize,
    /// The confidence, above 0 and below 1.
    pub level: f64,
    /// How the ends are found.
    pub method: IntervalMethod,
    /// The seed of all samples.
    pub seed: u64,
}

impl Default for IntervalConfig {
    fn default() -> Self {
        Self { rounds: 2000, level: 0.95, method: IntervalMethod::default(), seed: 0 }
    }
}

/// What [`bootstrap_interval`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapInterval {
    /// The statistic of all rows.
    pub estimate: f64,
    /// Its confidence interval.
    pub interval: Interval,
    /// The standard deviation of the replicates with divisor rounds − 1: the bootstrap standard
    /// error; none with a single round.
    pub standard_error: Option<f64>,
    /// The statistic of each sample, in the order of rounds.
    pub replicates: Vec<f64>,
}

/// A confidence interval of any statistic of rows 0..m.
///
/// `statistic` is given row numbers, some of them repeatedly. Rounds run on all cores of the current
/// rayon pool; the result has the same bits on any number. BCa computes m statistics more.
///
/// # Errors
/// [`ResampleError::InvalidLevel`]; [`ResampleError::NoRounds`]; [`ResampleError::NoRows`] below
/// two rows; [`ResampleError::Fit`] with the round that failed;
/// [`ResampleError::StatisticNotFinite`]; [`ResampleError::NoBca`] if all replicates lie on one
/// side of the estimate, or no row changes the statistic.
///
/// # Limitations
/// Those of [`Bootstrap`](crate::Bootstrap). Both intervals are too narrow for few rows; for
/// extremes and other statistics that are no smooth function of the rows the bootstrap fails.
///
/// ```
/// use gradus_resample::{IntervalConfig, ResampleError, bootstrap_interval};
///
/// let y = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0];
/// let mean = |rows: &[usize]| -> Result<f64, ResampleError> {
///     Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
/// };
/// let found = bootstrap_interval(y.len(), &IntervalConfig::default(), mean)?;
/// assert_eq!(found.estimate, 4.0);
/// assert!(found.interval.lower > 2.0 && found.interval.lower < 3.5);
/// assert!(found.interval.upper > 4.5 && found.interval.upper < 6.0);
/// # Ok::<(), ResampleError>(())
/// ```
///
/// B. Efron, "Better bootstrap confidence intervals" (1987). As scipy's `bootstrap`, whose quantiles
/// and treatment of ties these are.
pub fn bootstrap_interval<E>(
    m: usize,
    config: &IntervalConfig,
    statistic: impl Fn(&[usize]) -> Result<f64, E> + Sync,
) -> Result<BootstrapInterval, ResampleError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let IntervalConfig { rounds, level, method, seed } = *config;
    if !(level > 0.0 && level < 1.0) {
        return Err(ResampleError::InvalidLevel { level });
    }
    if rounds == 0 {
        return Err(ResampleError::NoRounds { what: "rounds" });
    }
    if m < 2 {
        return Err(ResampleError::NoRows { needed: 2 });
    }
    check_row_count(m)?;
    let value = |of: Sample, rows: &[usize]| {
        let value = fit_rows(of, rows, &statistic)?;
        let finite = value.is_finite();
        if finite { Ok(value) } else { Err(ResampleError::StatisticNotFinite { of, value }) }
    };
    let estimate = value(Sample::AllRows, &(0..m).collect::<Vec<_>>())?;
    let replicates = each(rounds, |round| value(Sample::Round(round), &draw(m, seed, round)))?;
    let levels = match method {
        IntervalMethod::Percentile => [(1.0 - level) / 2.0, (1.0 + level) / 2.0],
        IntervalMethod::Bca => {
            let without = each(m, |row| {
                let rest: Vec<usize> = (0..m).filter(|&other| other != row).collect();
                value(Sample::AllRows, &rest)
            })?;
            bca_levels(estimate, &replicates, &without, level).ok_or(ResampleError::NoBca)?
        }
    };
    let ends = quantiles(&replicates, &levels).map_err(|_| ResampleError::NoBca)?;
    let interval = Interval { lower: ends[0], upper: ends[1], level };
    let standard_error = deviation(&replicates);
    Ok(BootstrapInterval { estimate, interval, standard_error, replicates })
}

/// The standard deviation with divisor n − 1.
fn deviation(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = crate::rounds::mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt())
}
