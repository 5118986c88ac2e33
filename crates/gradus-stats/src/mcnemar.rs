//! McNemar's test of two classifiers on the same examples.

use serde::{Deserialize, Serialize};

use crate::{Binomial, ChiSquared, Continuous, Discrete, StatsError};

/// How McNemar's p-value is computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum McNemarMethod {
    /// From the binomial distribution, right for any counts.
    #[default]
    Exact,
    /// From χ²₁ of (b−c)²/(b+c).
    ChiSquared,
    /// From χ²₁ of (|b−c|−1)²/(b+c), corrected for continuity (Edwards).
    Corrected,
}

/// The result of McNemar's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemarTest {
    /// The smaller of b and c for the exact test, χ² otherwise.
    pub statistic: f64,
    /// The probability of so unequal counts if both kinds of disagreement are equally probable.
    pub p_value: f64,
}

/// McNemar's test of whether two classifiers err equally often on the same examples.
///
/// `only_first` (b) counts the examples that only the first gets right, `only_second` (c) those that
/// only the second does. Exact: p = 2 P(X ≤ min(b, c)), X binomial of b + c trials and ½, at most 1.
///
/// Without disagreement the p-value is 1 and the statistic 0.
///
/// # Errors
///
/// [`StatsError::InvalidParameter`] beyond 2⁵³ disagreements.
///
/// # Examples
///
/// ```
/// use gradus_stats::{McNemarMethod, mcnemar};
///
/// let test = mcnemar(1, 9, McNemarMethod::Exact)?;
/// assert!((test.p_value - 22.0 / 1024.0).abs() < 1e-16);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// As statsmodels' `mcnemar`; R's `mcnemar.test` is the corrected one. Q. McNemar (1947).
pub fn mcnemar(
    only_first: u64,
    only_second: u64,
    method: McNemarMethod,
) -> Result<McNemarTest, StatsError> {
    let (least, greatest) = (only_first.min(only_second), only_first.max(only_second));
    let total = least.saturating_add(greatest);
    let binomial = Binomial::new(total, 0.5)?;
    if total == 0 {
        return Ok(McNemarTest { statistic: 0.0, p_value: 1.0 });
    }
    let shift = match method {
        McNemarMethod::Exact => {
            // Equal counts would have their own probability twice.
            let p_value = (2.0 * binomial.cdf(least)).min(1.0);
            return Ok(McNemarTest { statistic: least as f64, p_value });
        }
        McNemarMethod::ChiSquared => 0.0,
        McNemarMethod::Corrected => 1.0,
    };
    let gap = (greatest - least) as f64 - shift;
    let statistic = gap * gap / total as f64;
    Ok(McNemarTest { statistic, p_value: ChiSquared::new(1.0)?.sf(statistic) })
}
