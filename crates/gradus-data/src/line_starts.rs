//! The lines of a text as it streams by.

use std::collections::VecDeque;
use std::io::{self, Read};

use memchr::{memchr2, memchr3};

use crate::CsvOptions;

/// The bytes that a row may have: more are no row, but a quotation mark that is not closed.
pub(crate) const MOST_BYTES_OF_ROW: u64 = 64 << 20;

/// UTF-8's byte-order mark.
const MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// A row has more than [`MOST_BYTES_OF_ROW`] bytes.
#[derive(Debug, thiserror::Error)]
#[error("a row has more than {MOST_BYTES_OF_ROW} bytes")]
pub(crate) struct RowTooLong;

/// Passes bytes on, as long as they can be those of a row, and notes where lines that are not empty
/// begin.
///
/// The csv crate's own line numbers are those of the previous record's end: they fall behind at
/// empty lines, and by one where lines end in CR LF.
#[derive(Debug)]
pub(crate) struct LineStarts<R> {
    inner: R,
    /// Offset and number (from 1) of the lines that have begun and were not asked past.
    starts: VecDeque<(u64, u64)>,
    offset: u64,
    line: u64,
    previous: u8,
    /// Where the row begins that is being read.
    row: u64,
    delimiter: u8,
    quote: Option<u8>,
    /// Whether the text begins with the byte-order mark, as far as it is known.
    marked: bool,
    quoted: bool,
    /// The offset behind the last quotation mark that closed a field, or begins a doubled one.
    closed: u64,
    /// The line of the last quotation mark that opened a field.
    opened: u64,
    ended: bool,
}

impl<R> LineStarts<R> {
    /// `options` are checked.
    pub(crate) fn new(inner: R, options: &CsvOptions) -> Self {
        Self {
            inner,
            starts: VecDeque::new(),
            offset: 0,
            line: 1,
            previous: b'\n',
            row: 0,
            delimiter: options.delimiter,
            quote: options.quote,
            marked: true,
            quoted: false,
            closed: u64::MAX,
            opened: 1,
            ended: false,
        }
    }

    /// The line of a quotation mark that is open at the end of the text, once that is reached.
    pub(crate) fn open_quote(&self) -> Option<u64> {
        (self.ended && self.quoted).then_some(self.opened)
    }

    /// The number of the first non-empty line that begins at `offset` or after it; offsets must
    /// not fall from one call to the next.
    pub(crate) fn line_from(&mut self, offset: u64) -> u64 {
        self.forget_before(offset);
        self.starts.front().map_or(self.line, |&(_, line)| line)
    }

    fn forget_before(&mut self, offset: u64) {
        while self.starts.front().is_some_and(|&(start, _)| start < offset) {
            self.starts.pop_front();
        }
    }

    /// From here on bytes belong to another row.
    pub(crate) fn row_begins_at(&mut self, offset: u64) {
        self.row = offset;
    }

    /// How many bytes come next of which nothing is to be noted: they begin and end no line, and no
    /// quotation.
    fn uneventful(&self, bytes: &[u8]) -> usize {
        if matches!(self.previous, b'\r' | b'\n') || self.offset < MARK.len() as u64 {
            return 0;
        }
        let event = match self.quote {
            Some(quote) => memchr3(b'\n', b'\r', quote, bytes),
            None => memchr2(b'\n', b'\r', bytes),
        };
        event.unwrap_or(bytes.len())
    }

    fn note(&mut self, byte: u8) {
        if self.previous == b'\r' && byte != b'\n' {
            self.line += 1;
        }
        let is_end = |byte| matches!(byte, b'\r' | b'\n');
        if is_end(self.previous) && !is_end(byte) {
            self.starts.push_back((self.offset, self.line));
        }
        if let Some(mark) = MARK.get(self.offset as usize) {
            self.marked &= byte == *mark;
        }
        if Some(byte) == self.quote {
            self.quotation_mark();
        }
        if byte == b'\n' {
            self.line += 1;
        }
        self.previous = byte;
        self.offset += 1;
    }

    /// Opens a field, closes it, or goes on with it where it is doubled; elsewhere it is like any byte.
    fn quotation_mark(&mut self) {
        if self.quoted {
            self.quoted = false;
            self.closed = self.offset + 1;
            return;
        }
        let begins = self.previous == self.delimiter
            || matches!(self.previous, b'\r' | b'\n')
            // A byte-order mark is not part of the first field.
            || (self.offset == 3 && self.marked);
        if begins {
            self.opened = self.line;
        }
        self.quoted = begins || self.closed == self.offset;
    }
}

impl<R: Read> Read for LineStarts<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.offset.saturating_sub(self.row) > MOST_BYTES_OF_ROW {
            return Err(io::Error::other(RowTooLong));
        }
        // What was passed on before is used up: of the lines of this row only the first is asked for.
        self.forget_before(self.row);
        self.starts.truncate(1);
        let count = self.inner.read(buffer)?;
        self.ended |= count == 0 && !buffer.is_empty();
        let mut rest = &buffer[..count];
        while let Some((&byte, behind)) = rest.split_first() {
            rest = match self.uneventful(rest).checked_sub(1) {
                Some(last) => {
                    self.previous = rest[last];
                    self.offset += last as u64 + 1;
                    &rest[last + 1..]
                }
                None => {
                    self.note(byte);
                    behind
                }
            };
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_skipped_changes_nothing(
            text in "\u{feff}?[a\",\n\r]{0,40}",
            piece in 1_usize..9,
            quotes in any::<bool>(),
        ) {
            let options = CsvOptions { quote: quotes.then_some(b'"'), ..CsvOptions::default() };
            let mut quick = LineStarts::new(text.as_bytes(), &options);
            let mut slow = LineStarts::new(text.as_bytes(), &options);
            let mut buffer = vec![0; piece];
            while let count @ 1.. = quick.read(&mut buffer).unwrap() {
                slow.starts.truncate(1);
                buffer[..count].iter().for_each(|&byte| slow.note(byte));
                let state = |lines: &LineStarts<&[u8]>| {
                    let LineStarts { starts, offset, line, previous, .. } = lines;
                    let LineStarts { marked, quoted, closed, opened, .. } = *lines;
                    (starts.clone(), *offset, *line, *previous, marked, quoted, closed, opened)
                };
                prop_assert_eq!(state(&quick), state(&slow));
            }
        }
    }
}
