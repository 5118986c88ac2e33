//! What a user should know about the features of a linear model.

use gradus::data::{Encoding, FittedEncoder};
use gradus::nalgebra::DMatrix;

use crate::error::CliError;
use crate::output::listed;

/// Names in a message.
const SHOWN: usize = 6;

/// Which level the others of each column are compared with.
pub(super) fn compared_with(encoder: &FittedEncoder) -> Option<String> {
    let references: Vec<String> = encoder
        .summaries()
        .iter()
        .filter_map(|summary| match summary.encoding {
            Encoding::Treatment { levels, .. } => {
                Some(format!("{}={}", summary.name, levels.first()?))
            }
            _ => None,
        })
        .collect();
    (!references.is_empty())
        .then(|| format!("levels are compared with {} (--reference)", listed(&references, SHOWN)))
}

/// Sums of squares must be finite.
pub(super) fn refuse_huge(values: &[f64], what: &str) -> Result<(), CliError> {
    const MOST: f64 = 1e140;
    match values.iter().find(|value| value.abs() > MOST) {
        Some(value) => Err(CliError::usage(format!(
            "{what} has the value {value:e}, whose square is too large to compute with; give the \
             column in other units"
        ))),
        None => Ok(()),
    }
}

/// Features that are the same in every row.
pub(super) fn constant(x: &DMatrix<f64>, names: &[String]) -> Option<String> {
    let same = |column: &DMatrix<f64>, j: usize| {
        let column = column.column(j);
        column.iter().all(|&value| value == column[0])
    };
    let constant: Vec<&String> =
        (0..x.ncols()).filter(|&j| same(x, j)).map(|j| &names[j]).collect();
    (!constant.is_empty()).then(|| {
        format!("the same value in every row, which explains nothing: {}", listed(&constant, SHOWN))
    })
}
