//! The lines of a text as it streams by.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Passes bytes on, and notes where lines that are not empty begin.
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
}

impl<R> LineStarts<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, starts: VecDeque::new(), offset: 0, line: 1, previous: b'\n' }
    }

    /// The number of the first non-empty line that begins at `offset` or after it; offsets must
    /// not fall from one call to the next.
    pub(crate) fn line_from(&mut self, offset: u64) -> u64 {
        while self.starts.front().is_some_and(|&(start, _)| start < offset) {
            self.starts.pop_front();
        }
        self.starts.front().map_or(self.line, |&(_, line)| line)
    }

    fn note(&mut self, byte: u8) {
        if self.previous == b'\r' && byte != b'\n' {
            self.line += 1;
        }
        let is_end = |byte| matches!(byte, b'\r' | b'\n');
        if is_end(self.previous) && !is_end(byte) {
            self.starts.push_back((self.offset, self.line));
        }
        if byte == b'\n' {
            self.line += 1;
        }
        self.previous = byte;
        self.offset += 1;
    }
}

impl<R: Read> Read for LineStarts<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for &byte in &buffer[..count] {
            self.note(byte);
        }
        Ok(count)
    }
}
