//! How much classes count in a fit.

use crate::args::ClassWeightsArg;
use crate::class_weights;
use crate::data::DesignData;
use crate::error::CliError;
use crate::scores::Truth;

/// Multiplies each row's weight by that of its class.
pub(in crate::commands) fn weigh(
    data: &mut DesignData,
    classes: Option<&ClassWeightsArg>,
) -> Result<(), CliError> {
    let Some(classes) = classes else { return Ok(()) };
    class_weights::check(&data.target, classes)?;
    if let Truth::Classes(codes) = &data.truth {
        let weights = data.weights.as_deref();
        data.weights = Some(class_weights::weigh(codes, &data.target, weights, classes)?);
    }
    Ok(())
}
