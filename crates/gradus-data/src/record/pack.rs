//! From values to bytes.

use super::code::Code;
use super::half;
use super::{ByteOrder, Offset, RecordError, RecordField, RecordFormat, Value};
use crate::DataError;

impl RecordFormat {
    /// The bytes of a record with the given values.
    ///
    /// Integers are taken for floats, truth values for integers, and any value for `?` (zero and
    /// empty are false). A string is cut, or filled up with zeros, to its length;
    /// the length of a `p` string is written as 255 where it is more, though its bytes are there.
    ///
    /// # Errors
    /// [`RecordError::ValueCount`]; [`RecordError::ValueKind`], [`RecordError::CharLength`],
    /// [`RecordError::IntRange`], [`RecordError::FloatRange`], each with the value's index and its
    /// code's position; [`RecordError::PackLimit`] beyond [`PACK_LIMIT`](Self::PACK_LIMIT).
    ///
    /// As in Python, a number too large for `f` becomes infinite in native order, as C casts it,
    /// and is an error in every other order.
    ///
    /// ```
    /// use gradus_data::RecordFormat;
    ///
    /// let format = RecordFormat::parse(">hB")?;
    /// assert_eq!(format.pack(&[(-2).into(), 255.into()])?, [0xff, 0xfe, 0xff]);
    /// let error = format.pack(&[0.into(), 256.into()]).unwrap_err().to_string();
    /// assert_eq!(error, "value 1, code 'B' (position 2): 256 is not within 0 to 255");
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn pack(&self, values: &[Value]) -> Result<Vec<u8>, DataError> {
        self.check_count(values)?;
        if self.size() > Self::PACK_LIMIT {
            let (size, limit) = (self.size(), Self::PACK_LIMIT);
            return Err(RecordError::PackLimit { size, limit }.into());
        }
        let mut record = vec![0; self.size()];
        self.write(values, &mut record)?;
        Ok(record)
    }

    /// Packs a record into a buffer, and leaves what lies around it.
    ///
    /// # Errors
    /// Those of [`pack`](Self::pack), without a limit; the record may then be half written.
    /// [`RecordError::OutOfBuffer`] if it does not lie within the buffer.
    ///
    /// ```
    /// use gradus_data::{Offset, RecordFormat};
    ///
    /// let mut buffer = [9; 5];
    /// RecordFormat::parse("<H")?.pack_into(&mut buffer, 1, &[513.into()])?;
    /// assert_eq!(buffer, [9, 1, 2, 9, 9]);
    /// RecordFormat::parse("B")?.pack_into(&mut buffer, Offset::FromEnd(1), &[0.into()])?;
    /// assert_eq!(buffer, [9, 1, 2, 9, 0]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn pack_into(
        &self,
        buffer: &mut [u8],
        offset: impl Into<Offset>,
        values: &[Value],
    ) -> Result<(), DataError> {
        self.check_count(values)?;
        let (offset, size, found) = (offset.into(), self.size(), buffer.len());
        let range =
            offset.range(size, found).ok_or(RecordError::OutOfBuffer { size, offset, found })?;
        let record = &mut buffer[range];
        record.fill(0);
        Ok(self.write(values, record)?)
    }

    fn check_count(&self, values: &[Value]) -> Result<(), RecordError> {
        let (expected, found) = (self.value_count(), values.len());
        if expected == found { Ok(()) } else { Err(RecordError::ValueCount { expected, found }) }
    }

    /// Writes the fields into a record's bytes, which are zero.
    fn write(&self, values: &[Value], record: &mut [u8]) -> Result<(), RecordError> {
        let mut values = values.iter().enumerate();
        for field in self.fields() {
            let bytes = &mut record[field.offset..field.offset + field.size()];
            let mut values = values.by_ref().take(field.value_count());
            if field.layout.code.is_string() {
                for (index, value) in values {
                    field.write_string(index, value, bytes)?;
                }
                continue;
            }
            for (element, (index, value)) in
                bytes.chunks_exact_mut(field.layout.size).zip(values.by_ref())
            {
                field.write_element(self.order(), index, value, element)?;
            }
        }
        Ok(())
    }
}

impl RecordField {
    fn write_string(&self, index: usize, value: &Value, out: &mut [u8]) -> Result<(), RecordError> {
        let Value::Bytes(text) = value else {
            return Err(self.wrong_kind(index, "a string of bytes", value));
        };
        let mut out = out;
        let mut length = text.len().min(out.len());
        if self.layout.code == Code::Counted {
            let Some((count, rest)) = out.split_first_mut() else { return Ok(()) };
            length = text.len().min(rest.len());
            *count = u8::try_from(length).unwrap_or(u8::MAX);
            out = rest;
        }
        out[..length].copy_from_slice(&text[..length]);
        Ok(())
    }

    fn write_element(
        &self,
        order: ByteOrder,
        index: usize,
        value: &Value,
        out: &mut [u8],
    ) -> Result<(), RecordError> {
        let bits = match self.layout.code {
            Code::Char => return self.write_char(index, value, out),
            Code::Bool => u64::from(truth(value)),
            Code::Signed | Code::Unsigned | Code::Pointer => self.integer(index, value)?,
            Code::Half => {
                let number = self.number(index, value)?;
                let bits = half::to_bits(number).ok_or_else(|| self.too_large(index, number))?;
                u64::from(bits)
            }
            Code::Single => {
                let number = self.number(index, value)?;
                let single = number as f32;
                if single.is_infinite() && number.is_finite() && order != ByteOrder::Native {
                    return Err(self.too_large(index, number));
                }
                u64::from(single.to_bits())
            }
            Code::Double => self.number(index, value)?.to_bits(),
            Code::Pad | Code::Text | Code::Counted => return Ok(()),
        };
        order.store(bits, out);
        Ok(())
    }

    fn write_char(&self, index: usize, value: &Value, out: &mut [u8]) -> Result<(), RecordError> {
        let Value::Bytes(text) = value else {
            return Err(self.wrong_kind(index, "a string of one byte", value));
        };
        if text.len() != 1 {
            let (position, found) = (self.position, text.len());
            return Err(RecordError::CharLength { index, position, found });
        }
        out.copy_from_slice(text);
        Ok(())
    }

    /// The lowest bits of an integer that fits, in two's complement.
    fn integer(&self, index: usize, value: &Value) -> Result<u64, RecordError> {
        let value = match value {
            Value::Int(value) => *value,
            Value::Bool(value) => i128::from(*value),
            _ => return Err(self.wrong_kind(index, "an integer", value)),
        };
        let bits = 8 * self.layout.size;
        let (low, high) = match self.layout.code {
            Code::Signed => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            Code::Pointer => (-(1_i128 << (bits - 1)), (1_i128 << bits) - 1),
            _ => (0, (1_i128 << bits) - 1),
        };
        if (low..=high).contains(&value) {
            return Ok(value as u64);
        }
        let (position, code) = (self.position, self.letter);
        Err(RecordError::IntRange { index, position, code, value, low, high })
    }

    fn number(&self, index: usize, value: &Value) -> Result<f64, RecordError> {
        match value {
            Value::Float(value) => Ok(*value),
            Value::Int(value) => Ok(*value as f64),
            Value::Bool(value) => Ok(f64::from(u8::from(*value))),
            Value::Bytes(_) => Err(self.wrong_kind(index, "a float", value)),
        }
    }

    fn wrong_kind(&self, index: usize, expected: &'static str, value: &Value) -> RecordError {
        let (position, code, found) = (self.position, self.letter, value.kind());
        RecordError::ValueKind { index, position, code, expected, found }
    }

    fn too_large(&self, index: usize, value: f64) -> RecordError {
        RecordError::FloatRange { index, position: self.position, code: self.letter, value }
    }
}

/// Whether Python takes a value for true: not zero, not empty.
fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Float(value) => *value != 0.0,
        Value::Bytes(value) => !value.is_empty(),
    }
}
