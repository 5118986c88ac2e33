//! What cannot be computed.

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A parameter lies outside its range.
    #[error("{of}: {name} = {value} is invalid; it must be {must}")]
    InvalidParameter {
        /// The distribution or function.
        of: &'static str,
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The values it may have.
        must: &'static str,
    },
    /// A value is NaN or lies outside [0, 1].
    #[error("{of}: {name} = {value} is no probability; it must lie in [0, 1]")]
    NotAProbability {
        /// The function.
        of: &'static str,
        /// The argument, with its position where it is one of several.
        name: String,
        /// Its value.
        value: f64,
    },
    /// Probabilities that have to sum to 1 do not.
    #[error("{of}: the probabilities sum to {sum}, not 1; divide them by their sum")]
    ProbabilitySum {
        /// The function.
        of: &'static str,
        /// Their sum.
        sum: f64,
    },
    /// There are too few observations.
    #[error("{of}: {got} observation(s), but at least {needed} are needed")]
    TooFew {
        /// The function.
        of: &'static str,
        /// How many are needed.
        needed: usize,
        /// How many were given.
        got: usize,
    },
    /// Two arguments differ in length.
    #[error("{of}: {left} and {right} values; pass as many of the one as of the other")]
    LengthMismatch {
        /// The function.
        of: &'static str,
        /// The length of the first argument.
        left: usize,
        /// The length of the second.
        right: usize,
    },
    /// An observation is NaN or infinite.
    #[error("{of}: value {index} is {value}; remove or impute it first")]
    NotFinite {
        /// The function.
        of: &'static str,
        /// Its position.
        index: usize,
        /// The value.
        value: f64,
    },
    /// An observation that the distribution cannot give.
    #[error(
        "{of}: value {index} is {value}; it must be {must}, so leave it out or take another distribution"
    )]
    OutOfSupport {
        /// The function.
        of: &'static str,
        /// Its position.
        index: usize,
        /// The value.
        value: f64,
        /// The values that the distribution gives.
        must: &'static str,
    },
    /// The likelihood rises for ever.
    #[error("{of}: the likelihood has no maximum; {advice}")]
    NoMaximum {
        /// The function.
        of: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// All observations are equal where spread is needed.
    #[error("{of}: the values do not vary, so that it is undefined; leave the variable out")]
    NoVariation {
        /// The function.
        of: &'static str,
    },
    /// What was observed has probability 0 under every hypothesis that is still possible.
    #[error(
        "{of}: the evidence has probability 0 under every possible hypothesis; a hypothesis is \
         missing, or a prior or likelihood of 0 is too certain"
    )]
    ZeroEvidence {
        /// The function.
        of: &'static str,
    },
    /// More successes than trials.
    #[error("{of}: {successes} successes in {trials} trials; there cannot be more than trials")]
    TooManySuccesses {
        /// The function.
        of: &'static str,
        /// The number of successes.
        successes: u64,
        /// The number of trials.
        trials: u64,
    },
    /// An index names no row, column or hypothesis.
    #[error("{of}: {what} {index} was asked for, but there are {count}, numbered from 0")]
    OutOfRange {
        /// The function.
        of: &'static str,
        /// What the index numbers.
        what: &'static str,
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
}

/// Checks that observations are at least `needed` in number, and finite.
pub(crate) fn check_values(
    of: &'static str,
    values: &[f64],
    needed: usize,
) -> Result<(), StatsError> {
    if values.len() < needed {
        return Err(StatsError::TooFew { of, needed, got: values.len() });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(StatsError::NotFinite { of, index, value: values[index] }),
        None => Ok(()),
    }
}

/// Checks that two samples are pairs.
pub(crate) fn check_pairs(of: &'static str, left: &[f64], right: &[f64]) -> Result<(), StatsError> {
    let (left, right) = (left.len(), right.len());
    if left == right { Ok(()) } else { Err(StatsError::LengthMismatch { of, left, right }) }
}

/// Checks that a value is a probability.
pub(crate) fn check_probability(
    of: &'static str,
    name: impl Into<String>,
    value: f64,
) -> Result<(), StatsError> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(StatsError::NotAProbability { of, name: name.into(), value })
    }
}

/// Checks that a confidence level lies strictly between 0 and 1.
pub(crate) fn check_level(of: &'static str, level: f64) -> Result<(), StatsError> {
    check_parameter(of, "level", level, level > 0.0 && level < 1.0, "above 0 and below 1")
}

/// Checks a parameter against a condition on it.
pub(crate) fn check_parameter(
    of: &'static str,
    name: &'static str,
    value: f64,
    valid: bool,
    must: &'static str,
) -> Result<(), StatsError> {
    if valid { Ok(()) } else { Err(StatsError::InvalidParameter { of, name, value, must }) }
}

/// Checks a parameter that must be positive and finite.
pub(crate) fn check_positive(
    of: &'static str,
    name: &'static str,
    value: f64,
) -> Result<(), StatsError> {
    check_parameter(of, name, value, value > 0.0 && value.is_finite(), "positive and finite")
}
