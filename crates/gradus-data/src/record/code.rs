//! The letters of a format.

use std::ffi::{c_int, c_long, c_longlong, c_short};

use super::ByteOrder;

/// What one letter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Pad,
    Char,
    Bool,
    /// An integer, with its bounds known from the size.
    Signed,
    Unsigned,
    /// An address: unsigned, but negative numbers are taken as well.
    Pointer,
    Half,
    Single,
    Double,
    /// Bytes, filled up with zeros.
    Text,
    /// Bytes behind a byte with their number (a Pascal string).
    Counted,
}

/// What a letter stands for, and the size and alignment of one element in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) code: Code,
    pub(super) size: usize,
    pub(super) alignment: usize,
}

/// Why a letter has no layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoLayout {
    Unknown,
    /// The letter's size is this platform's, and exists in native order alone.
    NativeOnly,
}

impl Layout {
    /// The layout of a letter.
    pub(super) fn of(letter: char, order: ByteOrder) -> Result<Self, NoLayout> {
        let native = order == ByteOrder::Native;
        let (code, standard, own) = match letter {
            'x' => (Code::Pad, Some(1), (1, 1)),
            'c' => (Code::Char, Some(1), (1, 1)),
            's' => (Code::Text, Some(1), (1, 1)),
            'p' => (Code::Counted, Some(1), (1, 1)),
            '?' => (Code::Bool, Some(1), of_type::<bool>()),
            'b' => (Code::Signed, Some(1), (1, 1)),
            'B' => (Code::Unsigned, Some(1), (1, 1)),
            'h' => (Code::Signed, Some(2), of_type::<c_short>()),
            'H' => (Code::Unsigned, Some(2), of_type::<c_short>()),
            'i' => (Code::Signed, Some(4), of_type::<c_int>()),
            'I' => (Code::Unsigned, Some(4), of_type::<c_int>()),
            'l' => (Code::Signed, Some(4), of_type::<c_long>()),
            'L' => (Code::Unsigned, Some(4), of_type::<c_long>()),
            'q' => (Code::Signed, Some(8), of_type::<c_longlong>()),
            'Q' => (Code::Unsigned, Some(8), of_type::<c_longlong>()),
            'n' => (Code::Signed, None, of_type::<isize>()),
            'N' => (Code::Unsigned, None, of_type::<usize>()),
            'P' => (Code::Pointer, None, of_type::<*const u8>()),
            'e' => (Code::Half, Some(2), of_type::<c_short>()),
            'f' => (Code::Single, Some(4), of_type::<f32>()),
            'd' => (Code::Double, Some(8), of_type::<f64>()),
            _ => return Err(NoLayout::Unknown),
        };
        if native {
            return Ok(Self { code, size: own.0, alignment: own.1 });
        }
        let size = standard.ok_or(NoLayout::NativeOnly)?;
        Ok(Self { code, size, alignment: 1 })
    }
}

impl Code {
    /// Whether a repeat count is the length of one value, and not a number of values.
    pub(super) fn is_string(self) -> bool {
        matches!(self, Self::Text | Self::Counted)
    }
}

/// Size and alignment on this platform.
fn of_type<T>() -> (usize, usize) {
    (size_of::<T>(), align_of::<T>())
}
