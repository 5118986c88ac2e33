//! How much classes count, as weights of their rows.

use crate::args::ClassWeightsArg;
use crate::data::DesignData;
use crate::error::CliError;
use crate::output::listed;
use crate::scores::Truth;

/// Names in a message.
const SHOWN: usize = 12;

/// Multiplies each row's weight by that of its class. Balanced classes have w_c = W/(k·W_c), with W
/// the sum of all weights and W_c that of the class.
pub(in crate::commands) fn weigh(
    data: &mut DesignData,
    classes: Option<&ClassWeightsArg>,
) -> Result<(), CliError> {
    let Some(classes) = classes else { return Ok(()) };
    let (Truth::Classes(codes), Some(labels)) = (&data.truth, data.target.labels()) else {
        return Err(CliError::usage(format!(
            "--class-weights: {:?} holds values and no classes; leave it out",
            data.target.column()
        )));
    };
    let mut of_rows = data.weights.clone().unwrap_or_else(|| vec![1.0; codes.len()]);
    let of_classes = match classes {
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
            let mut weights = vec![1.0; labels.len()];
            for (label, weight) in by_label {
                let place = labels.iter().position(|other| other == label).ok_or_else(|| {
                    CliError::usage(format!(
                        "--class-weights: {:?} has no class {label:?}; its classes are {}",
                        data.target.column(),
                        listed(labels, SHOWN)
                    ))
                })?;
                weights[place] = *weight;
            }
            weights
        }
    };
    for (weight, &code) in of_rows.iter_mut().zip(codes) {
        *weight *= of_classes[code as usize];
    }
    data.weights = Some(of_rows);
    Ok(())
}
