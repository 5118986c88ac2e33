//! The fixed parts of an archive, as numbers.

use crate::{DataError, NpyError, RecordFormat, Value};

/// The numbers at the start of some bytes, by a format of unsigned codes.
pub(super) fn read<const N: usize>(format: &str, bytes: &[u8]) -> Result<[u64; N], DataError> {
    let values = RecordFormat::parse(format)?.unpack_from(bytes, 0);
    let Ok(values) = values else {
        return Err(NpyError::Archive { what: "it ends too early" }.into());
    };
    let numbers: Vec<u64> = values.iter().map(u64::try_from).collect::<Result<_, _>>()?;
    Ok(numbers.try_into().expect("the format has as many values as the caller names"))
}

/// The bytes of some numbers.
pub(super) fn write(format: &str, numbers: &[u64]) -> Result<Vec<u8>, DataError> {
    let values: Vec<Value> = numbers.iter().map(|&number| number.into()).collect();
    RecordFormat::parse(format)?.pack(&values)
}

/// The number of bytes of a format.
pub(super) fn size(format: &str) -> Result<usize, DataError> {
    Ok(RecordFormat::parse(format)?.size())
}
