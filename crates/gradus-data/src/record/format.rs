//! Formats and the fields they consist of.

use std::fmt;
use std::str::FromStr;

use super::code::{Code, Layout, NoLayout};
use super::{ByteOrder, RecordError};
use crate::DataError;

/// The layout of a binary record, read from a format string such as `<I2h4sx?d`.
///
/// The first character chooses the [`ByteOrder`]; then come codes, each with a repeat count before
/// it if it is not 1, and with spaces between them where that reads better:
///
/// | code | value | standard size | | code | value | standard size |
/// |---|---|---|---|---|---|---|
/// | `x` | none: a zero byte | 1 | | `q` `Q` | integer | 8 |
/// | `c` | one byte | 1 | | `n` `N` | integer (`isize`, `usize`) | native order alone |
/// | `?` | truth | 1 | | `P` | address | native order alone |
/// | `b` `B` | integer | 1 | | `e` `f` `d` | float | 2, 4, 8 |
/// | `h` `H` | integer | 2 | | `s` | string of as many bytes as the count | 1 each |
/// | `i` `I` | integer | 4 | | `p` | string, its length in the first byte | 1 each |
/// | `l` `L` | integer | 4 | | | | |
///
/// Small letters are signed, large ones unsigned. In native order sizes and alignment are those of
/// this platform's C: zero bytes are put before a field to align it, none after the last (end with
/// `0q` to align the end). Elsewhere nothing is aligned.
///
/// ```
/// use gradus_data::{RecordFormat, Value};
///
/// let format = RecordFormat::parse("<I2h4sx?d")?;
/// assert_eq!((format.size(), format.value_count()), (22, 6));
///
/// let values = [7.into(), (-1).into(), 2.into(), Value::from(b"rust"), true.into(), 0.5.into()];
/// let bytes = format.pack(&values)?;
/// assert_eq!(bytes[..4], [7, 0, 0, 0]);
/// assert_eq!(format.unpack(&bytes)?, values);
///
/// let error = RecordFormat::parse("<I2k").unwrap_err().to_string();
/// assert!(error.contains("position 3: 'k' is no code"));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Source: the module `struct` of Python 3, whose results this gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFormat {
    text: String,
    order: ByteOrder,
    fields: Vec<RecordField>,
    size: usize,
}

/// One code of a [`RecordFormat`], with its repeat count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordField {
    pub(super) letter: char,
    pub(super) layout: Layout,
    pub(super) count: usize,
    /// Bytes before it in the record.
    pub(super) offset: usize,
    /// Bytes before the code in the format.
    pub(super) position: usize,
}

impl RecordFormat {
    /// The size in bytes up to which [`pack`](Self::pack) allocates a record: 1 GiB.
    pub const PACK_LIMIT: usize = 1 << 30;

    /// Reads a format. It takes memory for the fields, whatever their repeat counts.
    ///
    /// # Errors
    /// [`RecordError::Code`], [`RecordError::NativeOnly`], [`RecordError::NoCode`],
    /// [`RecordError::TooLong`], each with the position.
    ///
    /// ```
    /// use gradus_data::{DataError, RecordError, RecordFormat};
    ///
    /// // Standard sizes against this platform's, which align the second field.
    /// assert_eq!(RecordFormat::parse("=bq")?.size(), 9);
    /// assert_eq!(RecordFormat::parse("@bq")?.size(), 16);
    ///
    /// let error = RecordFormat::parse("b4611686018427387904d").unwrap_err();
    /// assert!(matches!(error, DataError::Record(RecordError::TooLong { position: 1, .. })));
    /// # Ok::<(), DataError>(())
    /// ```
    pub fn parse(format: &str) -> Result<Self, DataError> {
        Ok(Self::parse_fields(format)?)
    }

    fn parse_fields(format: &str) -> Result<Self, RecordError> {
        let text = || format.to_owned();
        let mut letters = format.char_indices().peekable();
        let order = match letters.peek().and_then(|&(_, first)| ByteOrder::from_prefix(first)) {
            Some(order) => {
                letters.next();
                order
            }
            None => ByteOrder::Native,
        };
        let (mut fields, mut size) = (Vec::new(), 0_usize);
        while let Some((start, mut letter)) = letters.next() {
            if is_space(letter) {
                continue;
            }
            let (mut count, mut position) = (1, start);
            if letter.is_ascii_digit() {
                count = 0;
                while let Some(digit) = letter.to_digit(10) {
                    count = push_digit(count, digit)
                        .ok_or_else(|| RecordError::TooLong { format: text(), position: start })?;
                    (position, letter) = letters
                        .next()
                        .ok_or_else(|| RecordError::NoCode { format: text(), position: start })?;
                }
            }
            let layout = Layout::of(letter, order).map_err(|why| match why {
                NoLayout::Unknown => RecordError::Code { format: text(), position, code: letter },
                NoLayout::NativeOnly => {
                    RecordError::NativeOnly { format: text(), position, code: letter }
                }
            })?;
            let placed = place(size, layout, count);
            let (offset, end) =
                placed.ok_or_else(|| RecordError::TooLong { format: text(), position: start })?;
            fields.push(RecordField { letter, layout, count, offset, position });
            size = end;
        }
        Ok(Self { text: text(), order, fields, size })
    }

    /// The number of bytes of a record.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The number of values of a record: one for each code that is not a pad or a string, times its
    /// repeat count, and one for each string.
    pub fn value_count(&self) -> usize {
        // Every value but those of empty strings takes a byte: the sum fits.
        self.fields.iter().map(RecordField::value_count).sum()
    }

    /// The byte order, which the first character chose.
    pub fn order(&self) -> ByteOrder {
        self.order
    }

    /// The fields, in order.
    ///
    /// ```
    /// use gradus_data::RecordFormat;
    ///
    /// let offsets: Vec<usize> =
    ///     RecordFormat::parse("@b2hd")?.fields().iter().map(|field| field.offset()).collect();
    /// assert_eq!(offsets, [0, 2, 8]);
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn fields(&self) -> &[RecordField] {
        &self.fields
    }
}

impl RecordField {
    /// The code.
    pub fn code(&self) -> char {
        self.letter
    }

    /// The repeat count; the number of bytes for a string.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The number of bytes before the field in the record, those that align it included.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The number of bytes of the field, over all its repetitions.
    pub fn size(&self) -> usize {
        // Checked when the format was read.
        self.layout.size * self.count
    }

    /// The alignment: the offset is a multiple of it.
    pub fn alignment(&self) -> usize {
        self.layout.alignment
    }

    /// The number of values of the field.
    pub fn value_count(&self) -> usize {
        match self.layout.code {
            Code::Pad => 0,
            code if code.is_string() => 1,
            _ => self.count,
        }
    }
}

/// The format as it was given.
impl fmt::Display for RecordFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RecordFormat {
    type Err = DataError;

    fn from_str(format: &str) -> Result<Self, DataError> {
        Self::parse(format)
    }
}

/// A space between fields, as C's `isspace` sees it.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t'..='\r')
}

fn push_digit(count: usize, digit: u32) -> Option<usize> {
    count.checked_mul(10)?.checked_add(usize::try_from(digit).ok()?)
}

/// The offset and the end of a field that follows `size` bytes.
fn place(size: usize, layout: Layout, count: usize) -> Option<(usize, usize)> {
    let offset = size.checked_next_multiple_of(layout.alignment)?;
    let end = offset.checked_add(layout.size.checked_mul(count)?)?;
    // The largest that an allocation, and a slice, may be.
    isize::try_from(end).is_ok().then_some((offset, end))
}
