//! What a test with two outcomes tells.

use serde::{Deserialize, Serialize};

use crate::StatsError;
use crate::error::check_probability;

/// A test that is positive or negative, for a condition that is present or absent.
///
/// # Examples
///
/// A rare disease and a good test: five of six positives are healthy.
///
/// ```
/// use gradus_stats::DiagnosticTest;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// let test = DiagnosticTest::new(0.99, 0.95)?;
/// let prevalence = 0.01;
/// assert!((test.ppv(prevalence)? - 1.0 / 6.0).abs() < 1e-15);
/// assert!(test.npv(prevalence)? > 0.9998);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct DiagnosticTest {
    sensitivity: f64,
    specificity: f64,
}

impl TryFrom<(f64, f64)> for DiagnosticTest {
    type Error = StatsError;

    fn try_from((sensitivity, specificity): (f64, f64)) -> Result<Self, StatsError> {
        Self::new(sensitivity, specificity)
    }
}

impl From<DiagnosticTest> for (f64, f64) {
    fn from(test: DiagnosticTest) -> Self {
        (test.sensitivity, test.specificity)
    }
}

impl DiagnosticTest {
    /// A test of sensitivity P(+|present) and specificity P(−|absent).
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`].
    pub fn new(sensitivity: f64, specificity: f64) -> Result<Self, StatsError> {
        check_probability("diagnostic test", "sensitivity", sensitivity)?;
        check_probability("diagnostic test", "specificity", specificity)?;
        Ok(Self { sensitivity, specificity })
    }

    /// P(+) = sensitivity·prevalence + (1−specificity)(1−prevalence).
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`] for the prevalence.
    pub fn positive_rate(&self, prevalence: f64) -> Result<f64, StatsError> {
        check_probability("diagnostic test", "prevalence", prevalence)?;
        Ok(self.sensitivity * prevalence + (1.0 - self.specificity) * (1.0 - prevalence))
    }

    /// The positive predictive value P(present|+), by Bayes' theorem.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`] for the prevalence; [`StatsError::ZeroEvidence`] if the test
    /// is never positive.
    pub fn ppv(&self, prevalence: f64) -> Result<f64, StatsError> {
        let positive = self.positive_rate(prevalence)?;
        quotient("positive predictive value", self.sensitivity * prevalence, positive)
    }

    /// The negative predictive value P(absent|−).
    ///
    /// # Errors
    ///
    /// [`StatsError::NotAProbability`] for the prevalence; [`StatsError::ZeroEvidence`] if the test
    /// is never negative.
    pub fn npv(&self, prevalence: f64) -> Result<f64, StatsError> {
        let negative = self.negative_rate(prevalence)?;
        quotient("negative predictive value", self.specificity * (1.0 - prevalence), negative)
    }

    /// P(present|−) = 1 − [`npv`](Self::npv), with all its digits where it is small.
    ///
    /// # Errors
    ///
    /// As [`npv`](Self::npv).
    pub fn missed(&self, prevalence: f64) -> Result<f64, StatsError> {
        let negative = self.negative_rate(prevalence)?;
        quotient("posterior given a negative", (1.0 - self.sensitivity) * prevalence, negative)
    }

    fn negative_rate(&self, prevalence: f64) -> Result<f64, StatsError> {
        check_probability("diagnostic test", "prevalence", prevalence)?;
        Ok((1.0 - self.sensitivity) * prevalence + self.specificity * (1.0 - prevalence))
    }

    /// The likelihood ratio of a positive, sensitivity/(1−specificity): it multiplies the odds. ∞ for
    /// a specificity of 1.
    ///
    /// # Errors
    ///
    /// [`StatsError::ZeroEvidence`] for sensitivity 0 and specificity 1: no test is positive.
    pub fn positive_likelihood_ratio(&self) -> Result<f64, StatsError> {
        ratio("likelihood ratio of a positive", self.sensitivity, 1.0 - self.specificity)
    }

    /// The likelihood ratio of a negative, (1−sensitivity)/specificity. ∞ for a specificity of 0.
    ///
    /// # Errors
    ///
    /// [`StatsError::ZeroEvidence`] for sensitivity 1 and specificity 0: no test is negative.
    pub fn negative_likelihood_ratio(&self) -> Result<f64, StatsError> {
        ratio("likelihood ratio of a negative", 1.0 - self.sensitivity, self.specificity)
    }
}

fn quotient(of: &'static str, part: f64, whole: f64) -> Result<f64, StatsError> {
    if whole > 0.0 { Ok(part / whole) } else { Err(StatsError::ZeroEvidence { of }) }
}

fn ratio(of: &'static str, above: f64, below: f64) -> Result<f64, StatsError> {
    if above == 0.0 && below == 0.0 {
        return Err(StatsError::ZeroEvidence { of });
    }
    Ok(above / below)
}
