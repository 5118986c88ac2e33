//! Places in a buffer.

use std::fmt;

/// Where in a buffer a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// So many bytes after the buffer's start.
    FromStart(usize),
    /// So many bytes before the buffer's end; a negative offset in Python.
    FromEnd(usize),
}

impl Offset {
    /// The range of `size` bytes from here in a buffer of `length`, if it lies within.
    pub(super) fn range(self, size: usize, length: usize) -> Option<std::ops::Range<usize>> {
        let start = match self {
            Self::FromStart(start) => start,
            Self::FromEnd(back) => length.checked_sub(back)?,
        };
        let end = start.checked_add(size)?;
        (end <= length).then_some(start..end)
    }
}

impl From<usize> for Offset {
    fn from(start: usize) -> Self {
        Self::FromStart(start)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromStart(start) => write!(f, "{start} bytes after the start"),
            Self::FromEnd(back) => write!(f, "{back} bytes before the end"),
        }
    }
}
