//! Records one after another in memory.

use super::{RecordError, RecordFormat, Value};
use crate::DataError;

impl RecordFormat {
    /// The records that lie one after another in `bytes`.
    ///
    /// # Errors
    /// [`RecordError::Ragged`] if they are no whole number of records; [`RecordError::NoSize`] if a
    /// record has no bytes.
    ///
    /// ```
    /// use gradus_data::{RecordFormat, Value};
    ///
    /// let format = RecordFormat::parse("<bH")?;
    /// let mut records = format.iter_records(&[1, 2, 0, 3, 4, 0])?;
    /// assert_eq!(records.len(), 2);
    /// assert_eq!(records.next(), Some(vec![Value::Int(1), Value::Int(2)]));
    /// assert_eq!(records.next(), Some(vec![Value::Int(3), Value::Int(4)]));
    /// assert!(format.iter_records(&[1, 2]).is_err());
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn iter_records<'a>(&'a self, bytes: &'a [u8]) -> Result<Records<'a>, DataError> {
        self.check_size()?;
        let (size, found) = (self.size(), bytes.len());
        if !found.is_multiple_of(size) {
            return Err(RecordError::Ragged { size, found }.into());
        }
        Ok(Records { format: self, records: bytes.chunks_exact(size) })
    }

    /// Fails if records cannot follow one another.
    pub(super) fn check_size(&self) -> Result<(), RecordError> {
        if self.size() == 0 {
            return Err(RecordError::NoSize { format: self.to_string() });
        }
        Ok(())
    }
}

/// The records in a slice, as values; made by [`RecordFormat::iter_records`].
#[derive(Debug, Clone)]
pub struct Records<'a> {
    format: &'a RecordFormat,
    records: std::slice::ChunksExact<'a, u8>,
}

impl Iterator for Records<'_> {
    type Item = Vec<Value>;

    fn next(&mut self) -> Option<Vec<Value>> {
        self.records.next().map(|record| self.format.read(record))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Vec<Value>> {
        self.records.nth(n).map(|record| self.format.read(record))
    }
}

impl ExactSizeIterator for Records<'_> {}
impl std::iter::FusedIterator for Records<'_> {}
