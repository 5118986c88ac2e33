//! How much classes count, as weights of their rows.

use gradus::data::FittedTarget;

use crate::args::ClassWeightsArg;
use crate::error::CliError;
use crate::output::listed;

/// Names in a message.
const SHOWN: usize = 12;

/// The weight of each row times that of its class. Balanced classes have w_c = W/(k·W_c), with W the
/// sum of all weights and W_c that of the class.
pub(crate) fn weigh(
    codes: &[u32],
    target: &FittedTarget,
    weights: Option<&[f64]>,
    classes: &ClassWeightsArg,
) -> Result<Vec<f64>, CliError> {
    check(target, classes)?;
    let labels = target.labels().unwrap_or_default();
    let mut of_rows = weights.map_or_else(|| vec![1.0; codes.len()], <[f64]>::to_vec);
    let of_classes: Vec<f64> = match classes {
        ClassWeightsArg::Balanced => {
            let mut sums = vec![0.0; labels.len()];
            for (&code, weight) in codes.iter().zip(&of_rows) {
                sums[code as usize] += weight;
            }
            let all: f64 = sums.iter().sum();
            // A class without weight has no row that counts, which the fit refuses.
            let of = |&sum: &f64| if sum > 0.0 { all / (labels.len() as f64 * sum) } else { 1.0 };
            sums.iter().map(of).collect()
        }
        ClassWeightsArg::ByLabel(by_label) => {
            let given = |label| by_label.iter().rfind(|(other, _)| other == label);
            labels.iter().map(|label| given(label).map_or(1.0, |pair| pair.1)).collect()
        }
    };
    for (weight, &code) in of_rows.iter_mut().zip(codes) {
        *weight *= of_classes[code as usize];
    }
    Ok(of_rows)
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
