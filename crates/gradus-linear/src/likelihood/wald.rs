//! A coefficient with what its standard error says.

use gradus_stats::{Continuous, Normal};
use serde::{Deserialize, Serialize};

use crate::LinearError;

/// The 0.975 quantile of the standard normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// One row of a table of coefficients that maximise a likelihood.
///
/// For a model of log-odds, e to the estimate is an odds ratio; for one of log-rates, a rate ratio:
/// the factor that one unit more of the feature brings.
///
/// ```
/// use gradus_linear::WaldEstimate;
///
/// let dose = WaldEstimate { name: "dose".to_owned(), estimate: 0.5, standard_error: 0.25 };
/// assert_eq!(dose.z(), 2.0);
/// assert!((dose.p_value() - 0.04550026389635842).abs() < 1e-15); // R: 2 * pnorm(-2)
/// assert_eq!(dose.ratio(), 0.5_f64.exp());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaldEstimate {
    /// The feature, or `(intercept)`.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error, from the information at the maximum.
    pub standard_error: f64,
}

impl WaldEstimate {
    /// Wald's z, the estimate over its standard error.
    pub fn z(&self) -> f64 {
        self.estimate / self.standard_error
    }

    /// P(|Z| > |z|) = 2·sf(|z|).
    pub fn p_value(&self) -> f64 {
        2.0 * Normal::standard().sf(self.z().abs())
    }

    /// The 95 % interval of the estimate: lower and upper end.
    pub fn interval(&self) -> [f64; 2] {
        [-Z_95, Z_95].map(|z| self.estimate + z * self.standard_error)
    }

    /// The interval of the estimate at another level: β ± z·se for the quantile z of (1 + level)/2.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`] for a level outside (0, 1).
    ///
    /// ```
    /// use gradus_linear::WaldEstimate;
    ///
    /// let dose = WaldEstimate { name: "dose".to_owned(), estimate: 0.5, standard_error: 0.25 };
    /// let [low, high] = dose.interval_at(0.9)?;
    /// assert!((low - 0.5 + 0.25 * 1.6448536269514722).abs() < 1e-12); // R: qnorm(0.95)
    /// assert_eq!(dose.interval_at(1.0).is_err(), high < 1.0);
    /// # Ok::<(), gradus_linear::LinearError>(())
    /// ```
    pub fn interval_at(&self, level: f64) -> Result<[f64; 2], LinearError> {
        let must = "between 0 and 1, both excluded";
        let odd = LinearError::InvalidOption { name: "level", value: level, must };
        if !(level > 0.0 && level < 1.0) {
            return Err(odd);
        }
        let z = Normal::standard().isf(0.5 * (1.0 - level)).map_err(|_| odd)?;
        Ok([-z, z].map(|z| self.estimate + z * self.standard_error))
    }

    /// e to the estimate: the odds ratio, or the rate ratio.
    pub fn ratio(&self) -> f64 {
        self.estimate.exp()
    }

    /// The 95 % interval of the ratio.
    pub fn ratio_interval(&self) -> [f64; 2] {
        self.interval().map(f64::exp)
    }
}

/// Estimates with their standard errors, in the order of the covariance.
pub(crate) fn estimates(
    terms: impl IntoIterator<Item = String>,
    estimates: &[f64],
    variances: &[f64],
) -> Vec<WaldEstimate> {
    let rows = terms.into_iter().zip(estimates).zip(variances);
    rows.map(|((name, &estimate), variance)| WaldEstimate {
        name,
        estimate,
        standard_error: variance.sqrt(),
    })
    .collect()
}

/// Writes a table of estimates, a row each.
pub(crate) fn write_table(
    f: &mut std::fmt::Formatter<'_>,
    ratio: &str,
    rows: &[WaldEstimate],
) -> std::fmt::Result {
    let width = rows.iter().map(|row| row.name.chars().count()).fold(16, usize::max);
    writeln!(
        f,
        "{:<width$} {:>11} {:>11} {:>8} {:>10} {ratio:>11}  95 % interval",
        "", "coefficient", "std. error", "z", "p"
    )?;
    for row in rows {
        let [low, high] = row.ratio_interval();
        writeln!(
            f,
            "{:<width$} {:>11.5} {:>11.5} {:>8.3} {:>10.3e} {:>11.4e}  {low:.4e} to {high:.4e}",
            row.name,
            row.estimate,
            row.standard_error,
            row.z(),
            row.p_value(),
            row.ratio()
        )?;
    }
    Ok(())
}
