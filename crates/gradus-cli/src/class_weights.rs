//! How much classes count, as weights of their rows.

use gradus::data::FittedTarget;
use gradus::linear::ClassWeights;

use crate::args::ClassWeightsArg;
use crate::error::CliError;
use crate::output::listed;

/// Names in a message.
const SHOWN: usize = 12;

/// The weight of each row times that of its class.
pub(crate) fn weigh(
    codes: &[u32],
    target: &FittedTarget,
    weights: Option<&[f64]>,
    classes: &ClassWeightsArg,
) -> Result<Vec<f64>, CliError> {
    check(target, classes)?;
    let labels = target.labels().unwrap_or_default();
    let classes_of_rows: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
    let by_label: Vec<f64>;
    let classes = match classes {
        ClassWeightsArg::Balanced => ClassWeights::Balanced,
        ClassWeightsArg::ByLabel(given) => {
            let of = |label| given.iter().rfind(|(other, _)| other == label);
            by_label = labels.iter().map(|label| of(label).map_or(1.0, |pair| pair.1)).collect();
            ClassWeights::By(&by_label)
        }
    };
    Ok(classes.of_rows(&classes_of_rows, weights)?)
}

/// # Errors
/// If the target has no classes, or none of a label that is given a weight.
pub(crate) fn check(target: &FittedTarget, classes: &ClassWeightsArg) -> Result<(), CliError> {
    let name = target.column();
    let Some(labels) = target.labels() else {
        return Err(CliError::usage(format!(
            "--class-weights: {name:?} holds values and no classes; leave it out"
        )));
    };
    let ClassWeightsArg::ByLabel(by_label) = classes else { return Ok(()) };
    match by_label.iter().find(|(label, _)| !labels.contains(label)) {
        None => Ok(()),
        Some((label, _)) => Err(CliError::usage(format!(
            "--class-weights: {name:?} has no class {label:?}; its classes are {}",
            listed(labels, SHOWN)
        ))),
    }
}
