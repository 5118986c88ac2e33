//! Where to look for hyper-parameters.

use std::fmt;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::rounds::{Draw, generator, unit};
use crate::{ParamValue, Params, SelectError};

/// The most candidates that a grid may have.
const MOST: usize = 1_000_000;

/// The values that one hyper-parameter may take.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Domain {
    /// One of a list, each as likely as the others.
    Values(Vec<ParamValue>),
    /// A number from `low` to `high`, by a uniform law.
    Uniform {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// A positive number whose logarithm has a uniform law: for rates and penalties, of which the
    /// order of magnitude is unknown.
    LogUniform {
        /// The least, above 0.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// A whole number from `low` to `high`, both included.
    Integer {
        /// The least.
        low: i64,
        /// The greatest.
        high: i64,
    },
}

impl Domain {
    /// A list of values.
    pub fn values<V: Into<ParamValue>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Values(values.into_iter().map(Into::into).collect())
    }

    fn check(&self, name: &str) -> Result<(), SelectError> {
        let (holds, must) = match self {
            Self::Values(values) => {
                let finite =
                    |value: &ParamValue| !matches!(value, ParamValue::Real(x) if !x.is_finite());
                (!values.is_empty() && values.iter().all(finite), "list at least one finite value")
            }
            Self::Uniform { low, high } => {
                (low <= high && (high - low).is_finite(), "give finite bounds, the lower first")
            }
            Self::LogUniform { low, high } => (
                *low > 0.0 && low <= high && high.is_finite(),
                "give finite bounds above 0, the lower first",
            ),
            Self::Integer { low, high } => (
                low <= high && high.checked_sub(*low).is_some_and(|width| width < i64::MAX),
                "give the lower bound first",
            ),
        };
        if holds {
            return Ok(());
        }
        Err(SelectError::InvalidDomain { name: name.to_owned(), domain: self.to_string(), must })
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> ParamValue {
        match self {
            Self::Values(values) => {
                values[rng.random_range(0..values.len() as u64) as usize].clone()
            }
            Self::Uniform { low, high } => {
                ParamValue::Real((low + (high - low) * unit(rng)).clamp(*low, *high))
            }
            Self::LogUniform { low, high } => {
                let (from, to) = (low.ln(), high.ln());
                ParamValue::Real((from + (to - from) * unit(rng)).exp().clamp(*low, *high))
            }
            Self::Integer { low, high } => ParamValue::Integer(rng.random_range(*low..=*high)),
        }
    }

    fn listed(&self, name: &str) -> Result<Vec<ParamValue>, SelectError> {
        match self {
            Self::Values(values) => Ok(values.clone()),
            Self::Integer { low, high } if (high - low) as u64 >= MOST as u64 => {
                Err(SelectError::GridTooLarge { most: MOST })
            }
            Self::Integer { low, high } => Ok((*low..=*high).map(ParamValue::Integer).collect()),
            Self::Uniform { .. } | Self::LogUniform { .. } => {
                Err(SelectError::NoGrid { name: name.to_owned(), domain: self.to_string() })
            }
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(values) => {
                let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "one of [{}]", shown.join(", "))
            }
            Self::Uniform { low, high } => write!(f, "uniform from {low} to {high}"),
            Self::LogUniform { low, high } => write!(f, "log-uniform from {low} to {high}"),
            Self::Integer { low, high } => write!(f, "whole numbers from {low} to {high}"),
        }
    }
}

/// Hyper-parameters with their domains.
///
/// ```
/// use gradus_select::{Domain, Space};
///
/// let space = Space::new()
///     .with("lr", Domain::LogUniform { low: 1e-4, high: 1.0 })
///     .with("units", Domain::Integer { low: 4, high: 64 })
///     .with("activation", Domain::values(["relu", "tanh"]));
/// let candidates = space.sample(20, 1)?;
/// assert_eq!(candidates.len(), 20);
/// // The same seed draws the same, and more draws do not change the first.
/// assert_eq!(space.sample(30, 1)?[..20], candidates[..]);
/// // A continuum has no grid.
/// assert!(space.grid().is_err());
/// # Ok::<(), gradus_select::SelectError>(())
/// ```
///
/// Random draws find better values than a grid of as many candidates where few of the
/// hyper-parameters matter. J. Bergstra, Y. Bengio (2012).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Space {
    parameters: Vec<(String, Domain)>,
}

impl Space {
    /// A space without hyper-parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// The space with one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, domain: Domain) -> Self {
        self.parameters.push((name.into(), domain));
        self
    }

    /// Every combination of values, the last hyper-parameter varying fastest.
    ///
    /// # Errors
    /// [`SelectError::NoGrid`] for a continuum; [`SelectError::GridTooLarge`] above a million;
    /// [`SelectError::InvalidDomain`]; [`SelectError::DuplicateParameter`].
    pub fn grid(&self) -> Result<Vec<Params>, SelectError> {
        self.check()?;
        let mut candidates = vec![Params::default()];
        for (name, domain) in &self.parameters {
            let values = domain.listed(name)?;
            if candidates.len().saturating_mul(values.len()) > MOST {
                return Err(SelectError::GridTooLarge { most: MOST });
            }
            candidates = candidates
                .iter()
                .flat_map(|candidate| {
                    values.iter().map(|value| {
                        let mut next = candidate.clone();
                        next.values.push((name.clone(), value.clone()));
                        next
                    })
                })
                .collect();
        }
        Ok(candidates)
    }

    /// `count` independent draws, each from a stream of its own.
    ///
    /// # Errors
    /// [`SelectError::InvalidDomain`]; [`SelectError::DuplicateParameter`].
    pub fn sample(&self, count: usize, seed: u64) -> Result<Vec<Params>, SelectError> {
        self.check()?;
        let draw = |number| {
            let mut rng = generator(seed, Draw::Candidates, number);
            let value = |(name, domain): &(String, Domain)| (name.clone(), domain.draw(&mut rng));
            Params { values: self.parameters.iter().map(value).collect() }
        };
        Ok((0..count).map(draw).collect())
    }

    fn check(&self) -> Result<(), SelectError> {
        for (index, (name, domain)) in self.parameters.iter().enumerate() {
            domain.check(name)?;
            if self.parameters[..index].iter().any(|(before, _)| before == name) {
                return Err(SelectError::DuplicateParameter { name: name.clone() });
            }
        }
        Ok(())
    }
}
