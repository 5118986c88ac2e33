//! A dichotomous outcome from labels.

use std::collections::BTreeMap;

use crate::LinearError;

/// An outcome of 0 and 1, with the labels that they stand for.
///
/// ```
/// use gradus_linear::BinaryOutcome;
///
/// let outcome = BinaryOutcome::from_labels(&["dead", "alive", "alive"], "dead")?;
/// assert_eq!(outcome.values(), [1.0, 0.0, 0.0]);
/// assert_eq!((outcome.positive(), outcome.negative()), ("dead", "alive"));
/// let refused = BinaryOutcome::from_labels(&["a", "b", "c"], "a").unwrap_err();
/// assert!(refused.to_string().contains("\"c\" (1)"));
/// # Ok::<(), gradus_linear::LinearError>(())
/// ```
///
/// Unlike R's `glm`, which takes any level but the first for a success.
#[derive(Debug, Clone, PartialEq)]
pub struct BinaryOutcome {
    values: Vec<f64>,
    positive: String,
    negative: String,
}

impl BinaryOutcome {
    /// 1 where the label is `positive`, 0 where it is the other one.
    ///
    /// # Errors
    /// [`LinearError::NotTwoLevels`], with what was found instead; [`LinearError::UnknownLevel`].
    pub fn from_labels<L: AsRef<str>>(labels: &[L], positive: &str) -> Result<Self, LinearError> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for label in labels {
            *counts.entry(label.as_ref()).or_default() += 1;
        }
        let found = || counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect();
        if counts.len() != 2 {
            return Err(LinearError::NotTwoLevels { found: found() });
        }
        if !counts.contains_key(positive) {
            return Err(LinearError::UnknownLevel { label: positive.to_owned(), found: found() });
        }
        let negative = counts.keys().find(|label| **label != positive);
        let values = labels.iter().map(|label| f64::from(u8::from(label.as_ref() == positive)));
        Ok(Self {
            values: values.collect(),
            positive: positive.to_owned(),
            negative: negative.map_or_else(String::new, |label| (*label).to_owned()),
        })
    }

    /// 0 and 1, one for each row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The label that counts as 1.
    pub fn positive(&self) -> &str {
        &self.positive
    }

    /// The label that counts as 0.
    pub fn negative(&self) -> &str {
        &self.negative
    }
}
