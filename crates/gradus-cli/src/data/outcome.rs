//! The outcome of a linear model: a number, or one of some classes.

use std::collections::{BTreeMap, BTreeSet};

use gradus::data::{Column, ColumnKind, FittedTarget, Table, Target, Targets, Task};

use super::design::{Needs, Outcome};
use crate::error::CliError;
use crate::output::listed;
use crate::scores::Truth;

/// Names in a message.
const SHOWN: usize = 6;

/// The outcome, as the model needs it.
pub(super) fn outcome(
    table: &Table,
    name: &str,
    needs: &Needs,
    rows: &[usize],
) -> Result<(FittedTarget, Truth), CliError> {
    let column = table.column(name)?;
    let is_text = column.kind() == ColumnKind::Categorical;
    let task = match needs.outcome {
        Outcome::Value if is_text => {
            return Err(CliError::usage(format!(
                "the outcome {name:?} holds text ({}), and this model predicts numbers; take `gradus fit \
                 logistic` for two classes, `gradus fit multinomial` for more (with a penalty --family \
                 binomial or --family multinomial), or name another column (--target)",
                counted(column, rows)
            )));
        }
        Outcome::Value => Task::Regression,
        Outcome::AsItIs if !is_text => Task::Regression,
        _ => Task::Classification,
    };
    if task == Task::Classification && !is_text {
        let numbers = || rows.iter().filter_map(|&row| column.number(row));
        let distinct: BTreeSet<u64> = numbers().map(|x| (x + 0.0).to_bits()).collect();
        let whole = numbers().all(|x| x.fract() == 0.0);
        if distinct.len() > if whole { MOST_CLASSES } else { MOST_FRACTIONS } {
            return Err(CliError::usage(format!(
                "the outcome {name:?} has {} different numbers, which are hardly classes; take `gradus fit \
                 ols` for a value (with a penalty --family gaussian)",
                distinct.len()
            )));
        }
    }
    let mut target = Target { column: name.to_owned(), task }.fit(table, rows)?;
    if needs.outcome == Outcome::Dichotomous
        && let Some(labels) = target.labels()
        && labels.len() != 2
    {
        return Err(CliError::usage(format!(
            "the outcome {name:?} has {} classes ({}), and logistic regression tells two apart; take \
             `gradus fit multinomial` (with a penalty --family multinomial), or leave rows out until two \
             classes remain",
            labels.len(),
            counted(column, rows)
        )));
    }
    if let Some(event) = &needs.event {
        if let Some(labels) = target.labels().filter(|labels| !labels.contains(event)) {
            return Err(CliError::usage(format!(
                "--event: the outcome {name:?} has no class {event:?}; its classes are {}",
                listed(labels, SHOWN)
            )));
        }
        target = target.with_last(event)?;
    }
    let truth = match target.encode::<f64>(table, rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    Ok((target, truth))
}

/// The most different whole numbers that are taken for classes.
pub(super) const MOST_CLASSES: usize = 100;
/// The most different numbers, of which some are not whole.
const MOST_FRACTIONS: usize = 10;

/// `a: 3, b: 5`, the values of a column with their numbers of rows.
fn counted(column: &Column, rows: &[usize]) -> String {
    let mut counts = BTreeMap::new();
    for &row in rows {
        let text = match column.number(row) {
            Some(number) => (number + 0.0).to_string(),
            None => column.level(row).unwrap_or_default().to_owned(),
        };
        *counts.entry(text).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(text, count)| format!("{text}: {count}")).collect();
    listed(&counts, SHOWN)
}

/// A word on numbers that look like classes and are fitted as numbers.
pub(super) fn zeros_and_ones(needs: &Needs, name: &str, truth: &Truth) -> Option<String> {
    let Truth::Values(values) = truth else { return None };
    let dichotomous = needs.outcome == Outcome::AsItIs
        && values.contains(&0.0)
        && values.contains(&1.0)
        && values.iter().all(|&y| y == 0.0 || y == 1.0);
    dichotomous.then(|| {
        format!(
            "{name:?} holds 0 and 1 alone, and is fitted as a number; --family binomial models the \
             probability of 1"
        )
    })
}
