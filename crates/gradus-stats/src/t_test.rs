//! Tests of means.

use serde::{Deserialize, Serialize};

use crate::error::{check_level, check_pairs, check_values};
use crate::{Continuous, Interval, Moments, StatsError, StudentT};

/// What is held against the hypothesis of no difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alternative {
    /// There is a difference.
    #[default]
    TwoSided,
    /// The difference is negative.
    Less,
    /// The difference is positive.
    Greater,
}

/// The result of a t test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TTest {
    /// The difference of the means, or the mean of the differences.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// t = difference / standard error.
    pub t: f64,
    /// The degrees of freedom.
    pub df: f64,
    /// The probability of so extreme a t if there is no difference.
    pub p_value: f64,
}

impl TTest {
    fn new(
        of: &'static str,
        difference: f64,
        standard_error: f64,
        df: f64,
        alternative: Alternative,
    ) -> Result<Self, StatsError> {
        if standard_error == 0.0 {
            return Err(StatsError::NoVariation { of });
        }
        let t = difference / standard_error;
        let student = StudentT::new(df)?;
        let p_value = match alternative {
            Alternative::TwoSided => 2.0 * student.sf(t.abs()),
            Alternative::Less => student.cdf(t),
            Alternative::Greater => student.sf(t),
        };
        Ok(Self { difference, standard_error, t, df, p_value })
    }

    /// The two-sided confidence interval of the difference.
    ///
    /// # Errors
    ///
    /// [`StatsError::InvalidParameter`] unless 0 < `level` < 1.
    pub fn interval(&self, level: f64) -> Result<Interval, StatsError> {
        check_level("confidence interval of a difference", level)?;
        let half = StudentT::new(self.df)?.isf(0.5 * (1.0 - level))? * self.standard_error;
        Ok(Interval { lower: self.difference - half, upper: self.difference + half, level })
    }
}

/// Welch's test of whether two means differ, without assuming equal variances.
///
/// t = (x̄−ȳ)/√(s²ₓ/m + s²ᵧ/n), with (s²ₓ/m + s²ᵧ/n)² / ((s²ₓ/m)²/(m−1) + (s²ᵧ/n)²/(n−1)) degrees of freedom.
///
/// # Errors
///
/// [`StatsError::TooFew`] below two values in either sample; [`StatsError::NotFinite`];
/// [`StatsError::NoVariation`] if both samples are constant.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Alternative, welch_t_test};
///
/// let test = welch_t_test(&[1.0, 2.0, 3.0, 4.0], &[3.0, 5.0, 7.0], Alternative::TwoSided)?;
/// assert!((test.p_value - 0.1484713470268853).abs() < 1e-14);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// R's default `t.test`; scipy's with `equal_var=False`. B. L. Welch (1947).
pub fn welch_t_test(x: &[f64], y: &[f64], alternative: Alternative) -> Result<TTest, StatsError> {
    const OF: &str = "Welch's t test";
    check_values(OF, x, 2)?;
    check_values(OF, y, 2)?;
    let (a, b) = (Moments::of(x)?, Moments::of(y)?);
    let (ex, ey) = (a.standard_error()?, b.standard_error()?);
    let standard_error = ex.hypot(ey);
    // By shares of the whole variance, which cannot overflow.
    let (sx, sy) = ((ex / standard_error).powi(2), (ey / standard_error).powi(2));
    let df = 1.0 / (sx * sx / (x.len() - 1) as f64 + sy * sy / (y.len() - 1) as f64);
    let difference = a.mean()? - b.mean()?;
    TTest::new(OF, difference, standard_error, df, alternative)
}

/// The paired t test of whether the mean of xᵢ − yᵢ is 0, with n − 1 degrees of freedom.
///
/// # Errors
///
/// [`StatsError::LengthMismatch`]; [`StatsError::TooFew`] below two pairs;
/// [`StatsError::NotFinite`]; [`StatsError::NoVariation`] if all differences are equal.
///
/// # Examples
///
/// ```
/// use gradus_stats::{Alternative, paired_t_test};
///
/// let (before, after) = ([5.0, 7.0, 9.0], [4.0, 5.0, 6.0]);
/// let test = paired_t_test(&before, &after, Alternative::TwoSided)?;
/// assert!((test.t - 12.0_f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// As R's `t.test(paired = TRUE)`. Scores of two models on the folds of one cross-validation are not
/// independent; see Nadeau and Bengio (2003) before using it there.
pub fn paired_t_test(x: &[f64], y: &[f64], alternative: Alternative) -> Result<TTest, StatsError> {
    const OF: &str = "paired t test";
    check_pairs(OF, x, y)?;
    let differences: Vec<f64> = x.iter().zip(y).map(|(a, b)| a - b).collect();
    check_values(OF, x, 2)?;
    check_values(OF, y, 2)?;
    check_values(OF, &differences, 2)?;
    let moments = Moments::of(&differences)?;
    let df = (differences.len() - 1) as f64;
    TTest::new(OF, moments.mean()?, moments.standard_error()?, df, alternative)
}
