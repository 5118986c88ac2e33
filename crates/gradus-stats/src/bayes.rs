//! Bayes' theorem over discrete hypotheses.

use serde::Serialize;

use crate::StatsError;
use crate::error::{check_parameter, check_probability};
use crate::sum::sum;

/// How far probabilities that have to sum to 1 may be from it.
pub(crate) const SUM_TOLERANCE: f64 = 1e-9;

/// What is believed of hypotheses that exclude each other, one of which is true.
///
/// Evidence E changes it by Bayes' theorem, P(Hᵢ|E) = P(E|Hᵢ) P(Hᵢ) / Σⱼ P(E|Hⱼ) P(Hⱼ). Updates by one
/// piece of evidence after another (independent given the hypothesis) are one update by all.
/// Probabilities are kept as logarithms, so a long sequence underflows nowhere.
///
/// # Examples
///
/// ```
/// use gradus_stats::Beliefs;
///
/// # fn main() -> Result<(), gradus_stats::StatsError> {
/// // Monty Hall: door 0 was chosen, door 1 was opened.
/// let mut car = Beliefs::uniform(3)?;
/// let evidence = car.update(&[0.5, 0.0, 1.0])?;
/// assert!((evidence - 0.5).abs() < 1e-15);
/// assert!((car.probability(2)? - 2.0 / 3.0).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beliefs {
    log_probabilities: Vec<f64>,
}

impl Beliefs {
    /// Beliefs from the prior probabilities of the hypotheses.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without hypotheses; [`StatsError::NotAProbability`];
    /// [`StatsError::ProbabilitySum`] unless they sum to 1 (within 1e-9; the rest is normalised
    /// away).
    pub fn new(prior: &[f64]) -> Result<Self, StatsError> {
        const OF: &str = "prior";
        if prior.is_empty() {
            return Err(StatsError::TooFew { of: OF, needed: 1, got: 0 });
        }
        for (i, &p) in prior.iter().enumerate() {
            check_probability(OF, format!("prior[{i}]"), p)?;
        }
        let total = sum(prior.iter().copied());
        if (total - 1.0).abs() > SUM_TOLERANCE {
            return Err(StatsError::ProbabilitySum { of: OF, sum: total });
        }
        let log_total = total.ln();
        Ok(Self { log_probabilities: prior.iter().map(|p| p.ln() - log_total).collect() })
    }

    /// `n` equally probable hypotheses.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] for none.
    pub fn uniform(n: usize) -> Result<Self, StatsError> {
        if n == 0 {
            return Err(StatsError::TooFew { of: "prior", needed: 1, got: 0 });
        }
        Ok(Self { log_probabilities: vec![-(n as f64).ln(); n] })
    }

    /// Takes in evidence, and returns its probability P(E) = Σᵢ P(E|Hᵢ) P(Hᵢ).
    ///
    /// `likelihoods[i]` is P(E|Hᵢ), or a density, which may exceed 1.
    ///
    /// # Errors
    ///
    /// [`StatsError::LengthMismatch`]; [`StatsError::InvalidParameter`] for a likelihood that is
    /// negative or not finite; [`StatsError::ZeroEvidence`]. The beliefs are unchanged then.
    pub fn update(&mut self, likelihoods: &[f64]) -> Result<f64, StatsError> {
        for &value in likelihoods {
            let valid = value >= 0.0 && value.is_finite();
            check_parameter("Bayes' theorem", "likelihood", value, valid, "finite, at least 0")?;
        }
        let logs: Vec<f64> = likelihoods.iter().map(|value| value.ln()).collect();
        Ok(self.update_log(&logs)?.exp())
    }

    /// Takes in evidence by the logarithms of its likelihoods, and returns ln P(E).
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update); −∞ is valid, NaN and ∞ are not.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::Beliefs;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// // Likelihoods of 10,000 observations are beyond all numbers; their logarithms are not.
    /// let mut beliefs = Beliefs::uniform(2)?;
    /// beliefs.update_log(&[-14_000.0, -14_003.0])?;
    /// assert!((beliefs.probability(1)? - 0.04742587317756678).abs() < 1e-15);
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_log(&mut self, log_likelihoods: &[f64]) -> Result<f64, StatsError> {
        const OF: &str = "Bayes' theorem";
        let (left, right) = (self.log_probabilities.len(), log_likelihoods.len());
        if left != right {
            return Err(StatsError::LengthMismatch { of: OF, left, right });
        }
        for &value in log_likelihoods {
            check_parameter(OF, "log-likelihood", value, value < f64::INFINITY, "below infinity")?;
        }
        let pairs = || self.log_probabilities.iter().zip(log_likelihoods);
        let greatest = pairs().max_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)));
        let Some((&p, &l)) = greatest.filter(|(p, l)| *p + *l > f64::NEG_INFINITY) else {
            return Err(StatsError::ZeroEvidence { of: OF });
        };
        // Differences of priors and of likelihoods apart: their sums may be large.
        let relative: Vec<f64> = pairs().map(|(pi, li)| (pi - p) + (li - l)).collect();
        let log_sum = sum(relative.iter().map(|r| r.exp())).ln();
        let log_evidence = p + l + log_sum;
        self.log_probabilities = relative.into_iter().map(|r| r - log_sum).collect();
        Ok(log_evidence)
    }

    /// The probabilities of all hypotheses; they sum to 1.
    pub fn probabilities(&self) -> Vec<f64> {
        self.log_probabilities.iter().map(|l| l.exp()).collect()
    }

    /// The logarithms of the probabilities.
    pub fn log_probabilities(&self) -> &[f64] {
        &self.log_probabilities
    }

    /// The probability of one hypothesis.
    ///
    /// # Errors
    ///
    /// [`StatsError::OutOfRange`].
    pub fn probability(&self, hypothesis: usize) -> Result<f64, StatsError> {
        let count = self.log_probabilities.len();
        self.log_probabilities.get(hypothesis).map(|l| l.exp()).ok_or(StatsError::OutOfRange {
            of: "probability",
            what: "hypothesis",
            index: hypothesis,
            count,
        })
    }
}
