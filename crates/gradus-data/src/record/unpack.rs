//! From bytes to values.

use super::code::Code;
use super::half;
use super::{ByteOrder, Offset, RecordError, RecordFormat, Value};
use crate::DataError;

impl RecordFormat {
    /// The values of a record.
    ///
    /// A truth value is true for any byte but 0. The length of a `p` string is cut to the bytes
    /// that are there.
    ///
    /// # Errors
    /// [`RecordError::Length`] if the bytes are not exactly a record's.
    ///
    /// ```
    /// use gradus_data::{RecordFormat, Value};
    ///
    /// let values = RecordFormat::parse(">H4p")?.unpack(&[8, 1, 2, b'o', b'k', 0])?;
    /// assert_eq!(values, [Value::Int(2049), Value::from(b"ok")]);
    /// assert!(RecordFormat::parse(">H")?.unpack(&[8]).is_err());
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn unpack(&self, bytes: &[u8]) -> Result<Vec<Value>, DataError> {
        let (expected, found) = (self.size(), bytes.len());
        if expected != found {
            return Err(RecordError::Length { expected, found }.into());
        }
        Ok(self.read(bytes))
    }

    /// The values of a record that lies anywhere in a buffer.
    ///
    /// # Errors
    /// [`RecordError::OutOfBuffer`] if it does not lie within the buffer.
    ///
    /// ```
    /// use gradus_data::{Offset, RecordFormat, Value};
    ///
    /// let format = RecordFormat::parse("<H")?;
    /// assert_eq!(format.unpack_from(&[0, 1, 2, 3], 1)?, [Value::Int(513)]);
    /// assert_eq!(format.unpack_from(&[0, 1, 2, 3], Offset::FromEnd(2))?, [Value::Int(770)]);
    /// assert!(format.unpack_from(&[0, 1, 2, 3], 3).is_err());
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn unpack_from(
        &self,
        buffer: &[u8],
        offset: impl Into<Offset>,
    ) -> Result<Vec<Value>, DataError> {
        let (offset, size, found) = (offset.into(), self.size(), buffer.len());
        let range =
            offset.range(size, found).ok_or(RecordError::OutOfBuffer { size, offset, found })?;
        Ok(self.read(&buffer[range]))
    }

    /// The values of a record of the right size.
    pub(super) fn read(&self, record: &[u8]) -> Vec<Value> {
        let mut values = Vec::with_capacity(self.value_count());
        for field in self.fields() {
            let bytes = &record[field.offset..field.offset + field.size()];
            match field.layout.code {
                Code::Pad => {}
                Code::Text => values.push(bytes.into()),
                Code::Counted => values.push(counted(bytes).into()),
                code => {
                    let elements = bytes.chunks_exact(field.layout.size);
                    values.extend(elements.map(|element| value(code, self.order(), element)));
                }
            }
        }
        values
    }
}

/// The bytes of a string behind the byte with their number.
fn counted(bytes: &[u8]) -> &[u8] {
    match bytes.split_first() {
        Some((&length, text)) => &text[..text.len().min(usize::from(length))],
        None => &[],
    }
}

fn value(code: Code, order: ByteOrder, bytes: &[u8]) -> Value {
    let bits = order.load(bytes);
    match code {
        Code::Bool => Value::Bool(bits != 0),
        Code::Signed => {
            let unused = u64::BITS - 8 * bytes.len() as u32;
            Value::Int((((bits << unused) as i64) >> unused).into())
        }
        Code::Unsigned | Code::Pointer => Value::Int(bits.into()),
        Code::Half => Value::Float(half::from_bits(bits as u16)),
        Code::Single => Value::Float(f32::from_bits(bits as u32).into()),
        Code::Double => Value::Float(f64::from_bits(bits)),
        Code::Char | Code::Pad | Code::Text | Code::Counted => bytes.into(),
    }
}
