//! The values of a record.

use std::fmt;

use super::RecordError;
use crate::DataError;

/// One value of a record.
///
/// ```
/// use gradus_data::Value;
///
/// let value = Value::from(300);
/// assert_eq!(value.as_int(), Some(300));
/// assert_eq!(u16::try_from(&value)?, 300);
/// assert_eq!(u8::try_from(&value).unwrap_err().to_string(), "the value is 300, which is no u8");
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of the codes `b B h H i I l L q Q n N P`.
    Int(i128),
    /// Of the codes `e f d`.
    Float(f64),
    /// Of the code `?`.
    Bool(bool),
    /// Of the codes `c s p`.
    Bytes(Vec<u8>),
}

impl Value {
    /// The integer, if the value is one.
    pub fn as_int(&self) -> Option<i128> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// The number, if the value is a float.
    pub fn as_float(&self) -> Option<f64> {
        if let Self::Float(value) = self { Some(*value) } else { None }
    }

    /// The truth value, if the value is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The bytes, if the value is a character or a string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(value) = self { Some(value) } else { None }
    }

    /// The kind of the value, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Bool(_) => "a truth value",
            Self::Bytes(_) => "a string of bytes",
        }
    }

    fn no(&self, expected: &'static str) -> DataError {
        RecordError::Conversion { expected, found: self.to_string() }.into()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Bytes(value) => write!(f, "b\"{}\"", value.escape_ascii()),
        }
    }
}

/// Both directions for the integer types: Rust has no bound that says "an integer".
macro_rules! integers {
    ($($int:ident),*) => {$(
        impl From<$int> for Value {
            fn from(value: $int) -> Self {
                Self::Int(value.into())
            }
        }

        impl TryFrom<&Value> for $int {
            type Error = DataError;

            fn try_from(value: &Value) -> Result<Self, DataError> {
                let int = value.as_int().and_then(|int| int.try_into().ok());
                int.ok_or_else(|| value.no(stringify!($int)))
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, i128, u8, u16, u32, u64);

impl TryFrom<&Value> for usize {
    type Error = DataError;

    fn try_from(value: &Value) -> Result<Self, DataError> {
        let int = value.as_int().and_then(|int| int.try_into().ok());
        int.ok_or_else(|| value.no("usize"))
    }
}

impl From<f32> for Value {
    fn from(value: f32) -> Self {
        Self::Float(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl TryFrom<&Value> for f64 {
    type Error = DataError;

    fn try_from(value: &Value) -> Result<Self, DataError> {
        value.as_float().ok_or_else(|| value.no("f64"))
    }
}

impl TryFrom<&Value> for bool {
    type Error = DataError;

    fn try_from(value: &Value) -> Result<Self, DataError> {
        value.as_bool().ok_or_else(|| value.no("bool"))
    }
}

impl<'a> TryFrom<&'a Value> for &'a [u8] {
    type Error = DataError;

    fn try_from(value: &'a Value) -> Result<Self, DataError> {
        value.as_bytes().ok_or_else(|| value.no("string of bytes"))
    }
}
