//! The fields of a delimited text, one after the other, through one small buffer.

use std::io::{self, Read};

use crate::decimal::{Likely, leading_number};
use crate::{CsvError, CsvOptions, DataError};

const BUFFER: usize = 1 << 16;
/// The bytes that a field may have; what is longer is no number, and may be a missing quote.
const MOST_BYTES: usize = 1 << 20;

/// Cuts a text into records and fields as the csv crate does (RFC 4180, leniently), without
/// copying a field that is a plain number.
#[derive(Debug)]
pub(crate) struct Fields<R> {
    inner: R,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    line: u64,
    /// Whether the byte before was CR, with which LF makes one line end.
    after_return: bool,
    begun: bool,
    delimiter: u8,
    quote: Option<u8>,
    /// Whether no byte of a number separates fields or quotes them.
    plain: bool,
    likely: Likely,
    text: Vec<u8>,
}

/// What comes after a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another field of the same record.
    Field,
    /// Another record, or the end.
    Record,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// After a quote within quotes, which ends them or begins a doubled quote.
    MaybeClosed,
}

impl<R: Read> Fields<R> {
    /// `options` are checked.
    pub(crate) fn new(inner: R, options: &CsvOptions) -> Self {
        let delimiter = options.delimiter;
        Self {
            inner,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            at: 0,
            end: 0,
            line: 1,
            after_return: false,
            begun: false,
            delimiter,
            quote: options.quote,
            plain: !in_number(delimiter) && !options.quote.is_some_and(in_number_or_space),
            likely: Likely::Short,
            text: Vec::new(),
        }
    }

    /// Goes to the next record, past empty lines; its line, or `None` at the end of the text.
    pub(crate) fn next_record(&mut self) -> io::Result<Option<u64>> {
        if !self.begun {
            self.begun = true;
            self.skip_mark()?;
        }
        loop {
            if self.at == self.end && !self.fill()? {
                return Ok(None);
            }
            match self.buffer[self.at] {
                byte @ (b'\r' | b'\n') => self.note(byte),
                _ => {
                    self.after_return = false;
                    return Ok(Some(self.line));
                }
            }
            self.at += 1;
        }
    }

    /// The next field, if it is a plain number, none of `codes`, that lies in the buffer with what
    /// ends it.
    #[inline]
    pub(crate) fn number(&mut self, codes: &[f64]) -> Option<(f64, Next)> {
        if !self.plain {
            return None;
        }
        let mut at = self.at;
        while self.delimiter != b' ' && self.buffer[..self.end].get(at) == Some(&b' ') {
            at += 1;
        }
        let (number, length) = leading_number(&self.buffer[at..self.end], self.likely)?;
        self.likely = Likely::after(length);
        if codes.contains(&number) {
            return None;
        }
        at += length;
        let byte = *self.buffer[..self.end].get(at)?;
        let next = if byte == self.delimiter {
            Next::Field
        } else if matches!(byte, b'\r' | b'\n') {
            self.note(byte);
            Next::Record
        } else {
            return None;
        };
        self.at = at + 1;
        Some((number, next))
    }

    /// Goes over the next field, whatever it is, and leaves it in [`bytes`](Self::bytes).
    ///
    /// # Errors
    /// [`CsvError::FieldTooLong`] with the line and field given; [`CsvError::OpenQuote`];
    /// [`DataError::Io`].
    pub(crate) fn read(&mut self, line: u64, field: usize) -> Result<Next, DataError> {
        self.text.clear();
        self.after_return = false;
        let mut state = State::Start;
        let begin = self.line;
        loop {
            if self.at == self.end && !self.fill()? {
                return match state {
                    State::Quoted => Err(CsvError::OpenQuote { line: begin }.into()),
                    _ => Ok(Next::Record),
                };
            }
            let byte = self.buffer[self.at];
            self.at += 1;
            state = match state {
                State::Quoted if Some(byte) == self.quote => State::MaybeClosed,
                State::Quoted => {
                    self.note(byte);
                    self.text.push(byte);
                    State::Quoted
                }
                State::MaybeClosed if Some(byte) == self.quote => {
                    self.text.push(byte);
                    State::Quoted
                }
                State::Start if Some(byte) == self.quote => State::Quoted,
                _ if byte == self.delimiter => return Ok(Next::Field),
                _ if matches!(byte, b'\r' | b'\n') => {
                    self.after_return = false;
                    self.note(byte);
                    return Ok(Next::Record);
                }
                _ => {
                    self.text.push(byte);
                    State::Plain
                }
            };
            if self.text.len() > MOST_BYTES {
                return Err(CsvError::FieldTooLong { line, field, limit: MOST_BYTES }.into());
            }
        }
    }

    /// What [`read`](Self::read) went over, without its quotes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Counts the lines: CR LF ends one.
    fn note(&mut self, byte: u8) {
        if byte == b'\r' || (byte == b'\n' && !self.after_return) {
            self.line += 1;
        }
        self.after_return = byte == b'\r';
    }

    /// A byte-order mark is not part of the first field.
    fn skip_mark(&mut self) -> io::Result<()> {
        while self.end < 3 {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.buffer[..self.end].starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        Ok(())
    }

    /// Takes the next bytes in when all are used up; whether there are any.
    fn fill(&mut self) -> io::Result<bool> {
        loop {
            match self.inner.read(&mut self.buffer) {
                Ok(count) => {
                    (self.at, self.end) = (0, count);
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn in_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')
}

/// Spaces may stand before a number.
fn in_number_or_space(byte: u8) -> bool {
    in_number(byte) || byte == b' '
}

/// The lines of a text that are not empty: at least as many as it has records.
pub(crate) fn count_lines(mut reader: impl Read) -> io::Result<usize> {
    let mut buffer = vec![0_u8; BUFFER];
    let (mut count, mut previous) = (0, b'\n');
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok(count),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = &buffer[..read];
        let is_end = |byte: u8| (byte == b'\n') | (byte == b'\r');
        let begins = |before: u8, byte: u8| is_end(before) & !is_end(byte);
        count += usize::from(begins(previous, bytes[0]));
        // Short runs let the compiler count in bytes, many at once.
        for (before, here) in bytes[..read - 1].chunks(255).zip(bytes[1..].chunks(255)) {
            let starts = before.iter().zip(here).map(|(&a, &b)| u8::from(begins(a, b)));
            count += usize::from(starts.fold(0_u8, u8::wrapping_add));
        }
        previous = bytes[read - 1];
    }
}
