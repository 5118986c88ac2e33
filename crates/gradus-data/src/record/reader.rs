//! Records one after another in a file or another stream.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::{RecordError, RecordFormat, Value};
use crate::DataError;

impl RecordFormat {
    /// The records of a stream, read one at a time.
    ///
    /// Each is read by itself: buffer the stream (as [`read_records`](Self::read_records) does for
    /// a file). The memory is that of one record, and never more than the bytes that are there.
    ///
    /// # Errors
    /// [`RecordError::NoSize`] if a record has no bytes. The iterator gives
    /// [`RecordError::Truncated`] if the stream ends within a record, and [`DataError::Io`]; after
    /// an error it ends.
    ///
    /// ```
    /// use gradus_data::{RecordFormat, Value};
    ///
    /// let format = RecordFormat::parse("<H")?;
    /// let mut records = format.read_records_from(&[1_u8, 0, 2][..])?;
    /// assert_eq!(records.next().transpose()?, Some(vec![Value::Int(1)]));
    /// let error = records.next().transpose().unwrap_err().to_string();
    /// assert_eq!(error, "record 1 (counted from 0): the data ends after 1 of 2 bytes");
    /// assert!(records.next().is_none());
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn read_records_from<R: Read>(&self, stream: R) -> Result<RecordReader<'_, R>, DataError> {
        self.check_size()?;
        Ok(RecordReader {
            format: self,
            stream: Some(stream),
            buffer: Vec::new(),
            record: 0,
            path: None,
        })
    }

    /// The records of a file, read one at a time; see [`read_records_from`](Self::read_records_from).
    ///
    /// # Errors
    /// [`DataError::InFile`], whose source is one of the errors of
    /// [`read_records_from`](Self::read_records_from); so are those of the iterator.
    pub fn read_records(
        &self,
        path: impl AsRef<Path>,
    ) -> Result<RecordReader<'_, BufReader<File>>, DataError> {
        let path = path.as_ref();
        let records = File::open(path)
            .map_err(DataError::from)
            .and_then(|file| self.read_records_from(BufReader::new(file)))
            .map_err(|error| error.in_file(path))?;
        Ok(RecordReader { path: Some(path.to_owned()), ..records })
    }
}

/// The records of a stream, as values; made by [`RecordFormat::read_records_from`].
#[derive(Debug)]
pub struct RecordReader<'a, R> {
    format: &'a RecordFormat,
    /// None after the end, or after an error.
    stream: Option<R>,
    buffer: Vec<u8>,
    /// The number of records read.
    record: u64,
    path: Option<PathBuf>,
}

impl<R: Read> RecordReader<'_, R> {
    /// The next record; `None` at the end.
    fn read(&mut self) -> Result<Option<Vec<Value>>, DataError> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        let size = self.format.size();
        self.buffer.clear();
        // Grows with what is read, not with what is asked for.
        stream.take(size as u64).read_to_end(&mut self.buffer)?;
        match self.buffer.len() {
            0 => Ok(None),
            found if found == size => {
                self.record += 1;
                Ok(Some(self.format.read(&self.buffer)))
            }
            found => Err(RecordError::Truncated { record: self.record, size, found }.into()),
        }
    }
}

impl<R: Read> Iterator for RecordReader<'_, R> {
    type Item = Result<Vec<Value>, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.read().map_err(|error| match &self.path {
            Some(path) => error.in_file(path),
            None => error,
        });
        if !matches!(record, Ok(Some(_))) {
            self.stream = None;
        }
        record.transpose()
    }
}

impl<R: Read> std::iter::FusedIterator for RecordReader<'_, R> {}
