//! The header of an NPY file: a dictionary as Python writes it.

use std::fmt::Write;

use super::{NpyArray, NpyError, NpyOrder};

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) descr: String,
    pub(super) order: NpyOrder,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, its entries in any
    /// order.
    pub(super) fn parse(text: &[u8]) -> Result<Self, NpyError> {
        let mut text = Text { bytes: text, position: 0 };
        let (mut descr, mut order, mut shape) = (None, None, None);
        text.expect(b'{', "'{'")?;
        while !text.take(b'}') {
            let start = text.position;
            let key = text.string()?;
            text.expect(b':', "':'")?;
            let unseen = match key.as_str() {
                "descr" => descr.replace(text.descr()?).is_none(),
                "fortran_order" => order.replace(text.order()?).is_none(),
                "shape" => shape.replace(text.shape()?).is_none(),
                _ => false,
            };
            if !unseen {
                let expected = "one each of 'descr', 'fortran_order' and 'shape'";
                return Err(NpyError::Header { position: start, expected });
            }
            if !text.take(b',') {
                text.expect(b'}', "',' or '}'")?;
                break;
            }
        }
        text.skip_spaces();
        if text.position < text.bytes.len() {
            return Err(text.error("the end of the header"));
        }
        let lacks = |key| NpyError::HeaderKey { key };
        Ok(Self {
            descr: descr.ok_or_else(|| lacks("descr"))?,
            order: order.ok_or_else(|| lacks("fortran_order"))?,
            shape: shape.ok_or_else(|| lacks("shape"))?,
        })
    }

    /// The bytes before the values, in version 1.0: their number is a multiple of 64, so that a
    /// program can map the values into memory.
    pub(super) fn preamble(array: &NpyArray) -> Vec<u8> {
        const BEFORE: usize = 10;
        let mut shape = String::new();
        for length in &array.shape {
            // Writing into a text cannot fail.
            let _ = write!(shape, "{length}, ");
        }
        let shape =
            if array.shape.len() > 1 { shape.trim_end_matches(", ") } else { shape.trim_end() };
        let order = match array.order {
            NpyOrder::RowMajor => "False",
            NpyOrder::ColumnMajor => "True",
        };
        let descr = array.values.descr();
        let mut text =
            format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}), }}");
        let spaces = (BEFORE + text.len() + 1).next_multiple_of(64) - BEFORE - text.len() - 1;
        text.extend(std::iter::repeat_n(' ', spaces));
        text.push('\n');
        // At most 64 lengths of 20 digits: far below what two bytes can say.
        let length = (text.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes()].concat()
    }
}

/// A text that is read from its start to its end.
struct Text<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Text<'_> {
    fn error(&self, expected: &'static str) -> NpyError {
        NpyError::Header { position: self.position, expected }
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.position += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Whether `byte` comes next, which is then read.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_spaces();
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), NpyError> {
        if self.take(byte) { Ok(()) } else { Err(self.error(expected)) }
    }

    /// A text in quotes; no header needs an escape in one.
    fn string(&mut self) -> Result<String, NpyError> {
        let quote = if self.take(b'"') {
            b'"'
        } else {
            self.expect(b'\'', "a text in quotes")?;
            b'\''
        };
        let rest = &self.bytes[self.position..];
        let end = rest.iter().position(|&byte| byte == quote);
        let text = end.map(|end| &rest[..end]).filter(|text| !text.contains(&b'\\'));
        let text = text.ok_or_else(|| self.error("a text in quotes, without escapes"))?;
        self.position += text.len() + 1;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn descr(&mut self) -> Result<String, NpyError> {
        self.skip_spaces();
        match self.peek() {
            // A type with fields.
            Some(b'[' | b'(') => Err(NpyError::Type { descr: "a record type".to_owned() }),
            _ => self.string(),
        }
    }

    fn order(&mut self) -> Result<NpyOrder, NpyError> {
        self.skip_spaces();
        for (word, order) in [("True", NpyOrder::ColumnMajor), ("False", NpyOrder::RowMajor)] {
            if self.bytes[self.position..].starts_with(word.as_bytes()) {
                self.position += word.len();
                return Ok(order);
            }
        }
        Err(self.error("True or False"))
    }

    /// A tuple: `()`, `(3,)`, `(3, 4)`.
    fn shape(&mut self) -> Result<Vec<usize>, NpyError> {
        let mut shape = Vec::new();
        self.expect(b'(', "'('")?;
        while !self.take(b')') {
            shape.push(self.length()?);
            if !self.take(b',') {
                // (3) is a number in Python, and no tuple.
                if shape.len() == 1 {
                    return Err(self.error("','"));
                }
                self.expect(b')', "',' or ')'")?;
                break;
            }
        }
        Ok(shape)
    }

    /// A number; Python 2 wrote an `L` behind it.
    fn length(&mut self) -> Result<usize, NpyError> {
        self.skip_spaces();
        let digits: Vec<u8> =
            self.bytes[self.position..].iter().copied().take_while(u8::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(self.error("a length"));
        }
        self.position += digits.len();
        let length = digits.iter().try_fold(0_usize, |length, digit| {
            length.checked_mul(10)?.checked_add(usize::from(digit - b'0'))
        });
        self.take(b'L');
        length.ok_or(NpyError::TooLarge)
    }
}
