//! The elements of an array, by their type.

/// The elements of an [`NpyArray`](crate::NpyArray), by the element type of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum NpyValues {
    /// `b1`.
    Bool(Vec<bool>),
    /// `i1`.
    I8(Vec<i8>),
    /// `i2`.
    I16(Vec<i16>),
    /// `i4`.
    I32(Vec<i32>),
    /// `i8`.
    I64(Vec<i64>),
    /// `u1`.
    U8(Vec<u8>),
    /// `u2`.
    U16(Vec<u16>),
    /// `u4`.
    U32(Vec<u32>),
    /// `u8`.
    U64(Vec<u64>),
    /// `f4`.
    F32(Vec<f32>),
    /// `f8`.
    F64(Vec<f64>),
}

impl NpyValues {
    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::I8(values) => values.len(),
            Self::I16(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type as a header names it, little-endian.
    pub(super) fn descr(&self) -> &'static str {
        match self {
            Self::Bool(_) => "|b1",
            Self::I8(_) => "|i1",
            Self::I16(_) => "<i2",
            Self::I32(_) => "<i4",
            Self::I64(_) => "<i8",
            Self::U8(_) => "|u1",
            Self::U16(_) => "<u2",
            Self::U32(_) => "<u4",
            Self::U64(_) => "<u8",
            Self::F32(_) => "<f4",
            Self::F64(_) => "<f8",
        }
    }
}

/// The variant for each element type: a type cannot choose it by itself.
macro_rules! from_vec {
    ($($element:ident $variant:ident),*) => {$(
        impl From<Vec<$element>> for NpyValues {
            fn from(values: Vec<$element>) -> Self {
                Self::$variant(values)
            }
        }
    )*};
}

from_vec!(
    bool Bool, i8 I8, i16 I16, i32 I32, i64 I64, u8 U8, u16 U16, u32 U32, u64 U64, f32 F32, f64 F64
);
