//! What stepwise selections have in common.

use gradus::linear::{StepCriterion, StepDirection, StepTerm};
use gradus::nalgebra::DMatrix;

use crate::args::{DirectionArg, StepwiseArg};
use crate::data::DesignData;

pub(super) fn criterion(by: StepwiseArg) -> StepCriterion {
    match by {
        StepwiseArg::Aic => StepCriterion::Aic,
        StepwiseArg::Bic => StepCriterion::Bic,
    }
}

pub(super) fn direction(way: DirectionArg) -> StepDirection {
    match way {
        DirectionArg::Both => StepDirection::Both,
        DirectionArg::Backward => StepDirection::Backward,
        DirectionArg::Forward => StepDirection::Forward,
        DirectionArg::BothFromNone => StepDirection::BothFromNull,
    }
}

/// A term for each column of the table: the indicators of its levels come and go together.
pub(super) fn terms(data: &DesignData) -> Vec<StepTerm> {
    let categorical = data.encoder.categorical_columns();
    let mut terms: Vec<StepTerm> = Vec::new();
    for (column, name) in data.names.iter().enumerate() {
        let of_level = categorical
            .iter()
            .find(|c| name.strip_prefix(**c).is_some_and(|level| level.starts_with('=')));
        let source = of_level.map_or(name.as_str(), |source| source);
        match terms.last_mut().filter(|term| term.name == source) {
            Some(term) => term.columns.push(column),
            None => terms.push(StepTerm { name: source.to_owned(), columns: vec![column] }),
        }
    }
    terms
}

/// Coefficients of all columns and the covariance, of the constant first if there is one: columns that
/// were not selected have 0, without error.
pub(super) fn over_all(
    columns: usize,
    selected: &[usize],
    slopes: &[f64],
    covariance: &DMatrix<f64>,
) -> (Vec<f64>, DMatrix<f64>) {
    let constant = covariance.nrows() - selected.len();
    let mut coefficients = vec![0.0; columns];
    for (&j, &w) in selected.iter().zip(slopes) {
        coefficients[j] = w;
    }
    let place: Vec<usize> = (0..constant).chain(selected.iter().map(|j| constant + j)).collect();
    let mut all = DMatrix::zeros(constant + columns, constant + columns);
    for (i, &to) in place.iter().enumerate() {
        for (j, &across) in place.iter().enumerate() {
            all[(to, across)] = covariance[(i, j)];
        }
    }
    (coefficients, all)
}
