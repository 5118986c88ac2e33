//! Label encoding: class names as 0, 1, 2, …, and back.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::column::sort_labels;
use crate::{DataError, Place};

/// The codes of a list of labels, which need not be a column of a table.
///
/// Labels are sorted by value if all are numbers, else in byte order, as
/// [`Target`](crate::Target) sorts those of a column.
///
/// ```
/// use gradus_data::LabelEncoder;
///
/// let encoder = LabelEncoder::fit(["red", "blue", "red"])?;
/// assert_eq!(encoder.labels(), ["blue", "red"]);
/// let codes = encoder.encode(["red", "blue"])?;
/// assert_eq!(codes, [1, 0]);
/// assert_eq!(encoder.decode(&codes)?, ["red", "blue"]);
/// assert!(encoder.encode(["green"]).is_err());
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `LabelEncoder`, but for the order of labels that are numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEncoder {
    labels: Vec<String>,
}

impl LabelEncoder {
    /// Takes the distinct labels.
    ///
    /// # Errors
    /// [`DataError::NoFitRows`] if there is none; [`DataError::TooManyRows`] if their number does
    /// not fit in 32 bits.
    pub fn fit<L: AsRef<str>>(labels: impl IntoIterator<Item = L>) -> Result<Self, DataError> {
        let mut distinct = std::collections::HashSet::new();
        for label in labels {
            if !distinct.contains(label.as_ref()) {
                distinct.insert(label.as_ref().to_owned());
            }
        }
        if distinct.is_empty() {
            return Err(DataError::NoFitRows);
        }
        let rows = distinct.len();
        u32::try_from(rows).map_err(|_| DataError::TooManyRows { rows })?;
        let mut labels: Vec<String> = distinct.into_iter().collect();
        sort_labels(&mut labels);
        Ok(Self { labels })
    }

    /// The labels, in the order of their codes.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The codes of labels.
    ///
    /// # Errors
    /// [`DataError::UnseenClass`] for a label that was not fitted.
    pub fn encode<L: AsRef<str>>(
        &self,
        labels: impl IntoIterator<Item = L>,
    ) -> Result<Vec<u32>, DataError> {
        let code_of: HashMap<&str, u32> = self.labels.iter().map(String::as_str).zip(0..).collect();
        let code = |(row, label): (usize, L)| {
            code_of.get(label.as_ref()).copied().ok_or_else(|| DataError::UnseenClass {
                place: Place::Row(row),
                column: "labels".to_owned(),
                label: label.as_ref().to_owned(),
                known: self.labels.clone(),
            })
        };
        labels.into_iter().enumerate().map(code).collect()
    }

    /// The labels of codes.
    ///
    /// # Errors
    /// [`DataError::CodeOutOfRange`] for a code that no label has.
    pub fn decode(&self, codes: &[u32]) -> Result<Vec<&str>, DataError> {
        let label = |(row, &code): (usize, &u32)| {
            let labels = self.labels.len();
            let label = self.labels.get(code as usize).map(String::as_str);
            label.ok_or(DataError::CodeOutOfRange { row, code, labels })
        };
        codes.iter().enumerate().map(label).collect()
    }
}
