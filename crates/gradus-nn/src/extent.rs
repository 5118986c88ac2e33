//! How large a layer can be.

use crate::NnError;

/// More numbers than any machine addresses, in double precision.
const MOST: usize = isize::MAX as usize / size_of::<f64>();

/// Whether a matrix of these extents can be.
pub(crate) fn check_matrix(
    layer: &'static str,
    inputs: usize,
    outputs: usize,
) -> Result<(), NnError> {
    if inputs == 0 || outputs == 0 {
        return Err(NnError::EmptyLayer { layer, inputs, outputs });
    }
    match inputs.checked_mul(outputs) {
        Some(numbers) if numbers <= MOST => Ok(()),
        _ => Err(NnError::LayerTooLarge { layer, inputs, outputs }),
    }
}

/// Whether a row of so many features can be.
pub(crate) fn check_features(layer: &'static str, features: usize) -> Result<(), NnError> {
    let (inputs, outputs) = (features, features);
    match features {
        0 => Err(NnError::EmptyLayer { layer, inputs, outputs }),
        1..=MOST => Ok(()),
        _ => Err(NnError::LayerTooLarge { layer, inputs, outputs }),
    }
}
