//! How many bytes an array takes whose lengths a file announces.

/// The bytes of an array; `None` if its lengths, also without those that are 0, overflow.
pub(crate) fn byte_length(shape: &[usize], size: usize) -> Option<usize> {
    let bytes = shape.iter().try_fold(size, |bytes, &length| bytes.checked_mul(length.max(1)))?;
    isize::try_from(bytes).ok()?;
    Some(if shape.contains(&0) { 0 } else { bytes })
}
