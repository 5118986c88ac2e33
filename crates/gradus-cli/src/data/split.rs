//! Train, dev and test rows.

use gradus::io::SavedNetwork;
use gradus::resample::{
    Fractions, ResampleError, Split, holdout, recommended_fractions, stratified_holdout,
};

use super::Usable;
use crate::error::CliError;
use crate::scores::Truth;

/// The parts that suit as many rows: class by class, or at random for values. A function of the
/// truth and the seed, so that a saved model's test rows can be found again.
pub(crate) fn split(
    truth: &Truth,
    labels: Option<&[String]>,
    seed: u64,
) -> Result<Split, CliError> {
    by_fractions(truth, labels, recommended_fractions(truth.rows()), seed)
}

pub(crate) fn by_fractions(
    truth: &Truth,
    labels: Option<&[String]>,
    fractions: Fractions,
    seed: u64,
) -> Result<Split, CliError> {
    let split = match truth {
        Truth::Classes(codes) => stratified_holdout(codes, fractions, seed),
        Truth::Values(values) => holdout(values.len(), fractions, seed),
    };
    split.map_err(|error| match error {
        ResampleError::ClassTooSmall { class, count, needed } => {
            let label = labels.and_then(|labels| labels.get(class as usize));
            CliError::usage(format!(
                "class {:?} of the target has {count} row(s), too few to split: each class needs \
                 {needed}, for train, dev and test; add rows, or merge it with another class",
                label.map_or("", String::as_str)
            ))
        }
        ResampleError::TooFewRows { rows, part, .. } => CliError::usage(format!(
            "{rows} usable row(s) are too few to split: the {part} part would be empty; add rows"
        )),
        error => CliError::from(error),
    })
}

/// The rows that were held out to test a model, if the data is what it was trained on.
pub(crate) fn test_rows(
    model: &SavedNetwork,
    usable: &Usable,
    truth: &Truth,
) -> Result<Option<Vec<usize>>, CliError> {
    let training = &model.training;
    if training.fingerprint != usable.fingerprint(truth) {
        return Ok(None);
    }
    let rows = split(truth, model.labels(), training.seed)?.test;
    Ok(Some(rows).filter(|rows| rows.len() as u64 == training.test_rows))
}
