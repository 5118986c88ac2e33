//! The search of stepwise selection, whatever the model.

use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Design, LinearError};

/// What a model must lessen to be preferred: its misfit + c·(coefficients). The misfit is m·ln(RSS/m) of
/// least squares, −2ℓ of a likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum StepCriterion {
    /// c = 2.
    #[default]
    Aic,
    /// c = ln m.
    Bic,
    /// Another c.
    Cost(f64),
}

/// Which way steps go, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StepDirection {
    /// Terms are added to the null model.
    Forward,
    /// Terms are removed from the full model.
    Backward,
    /// Terms are removed from the full model, and may come back.
    #[default]
    Both,
    /// Terms are added to the null model, and may go again.
    BothFromNull,
}

/// Columns that enter and leave together, such as those of one factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTerm {
    /// Its name.
    pub name: String,
    /// Its columns, counted from 0.
    pub columns: Vec<usize>,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepAction {
    /// The model at the beginning.
    Start,
    /// A term came in.
    Added(String),
    /// A term went out.
    Removed(String),
}

/// A model on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// What led to it.
    pub action: StepAction,
    /// Degrees of freedom of the residuals.
    pub df_residual: f64,
    /// The residual sum of squares Σwr², or −2ℓ.
    pub deviance: f64,
    /// The criterion.
    pub criterion: f64,
}

/// A selected model. It prints its way as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct StepwiseFit<F> {
    /// The columns of X in the model, in ascending order.
    pub selected: Vec<usize>,
    /// The models on the way, the selected one last.
    pub trace: Vec<StepRow>,
    /// The selected model, its names those of the selected columns.
    pub fit: F,
}

/// A model that may come next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The number of independent coefficients.
    pub(super) rank: usize,
    pub(super) deviance: f64,
    /// The misfit, to which the cost of the coefficients is added.
    pub(super) misfit: f64,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) criterion: StepCriterion,
    pub(super) direction: StepDirection,
    pub(super) terms: Option<&'a [StepTerm]>,
}

/// What was found: the selected columns, and the way to them.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) selected: Vec<usize>,
    pub(super) trace: Vec<StepRow>,
}

impl Search<'_> {
    /// Selects by what models of some columns are worth; a model without estimates is not taken, but the
    /// first has to have them.
    pub(super) fn run(
        &self,
        design: &Design<'_>,
        observations: f64,
        measure: &(dyn Fn(&[usize]) -> Result<Candidate, LinearError> + Sync),
    ) -> Result<Found, LinearError> {
        let terms = self.terms(design)?;
        let cost = self.cost(observations)?;
        let columns = |included: &[bool]| {
            let of_terms = (0..terms.len()).filter(|&term| included[term]);
            let mut columns: Vec<usize> =
                of_terms.flat_map(|term| terms[term].columns.iter().copied()).collect();
            columns.sort_unstable();
            columns
        };
        let of = |included: &[bool]| measure(&columns(included));
        let value = |at: &Candidate| at.misfit + cost * at.rank as f64;
        let full = matches!(self.direction, StepDirection::Backward | StepDirection::Both);
        let mut included = vec![full; terms.len()];
        let mut present = of(&included)?;
        if observations - present.rank as f64 <= 0.0 {
            let (rows, columns) = (design.rows(), present.rank);
            return Err(LinearError::NoDegreesOfFreedom { rows, columns });
        }
        let row = |action, at: &Candidate| StepRow {
            action,
            df_residual: observations - at.rank as f64,
            deviance: at.deviance,
            criterion: value(at),
        };
        let mut trace = vec![row(StepAction::Start, &present)];
        // A saturated model is worth infinitely much, and says nothing.
        let value = |at: &Candidate| match observations - at.rank as f64 > 0.0 {
            true => value(at),
            false => f64::INFINITY,
        };
        while let Some((term, next)) = self.best(&included, &present, &of, &value) {
            included[term] = !included[term];
            let name = terms[term].name.clone();
            let action =
                if included[term] { StepAction::Added(name) } else { StepAction::Removed(name) };
            trace.push(row(action, &next));
            present = next;
        }
        Ok(Found { selected: columns(&included), trace })
    }

    fn cost(&self, observations: f64) -> Result<f64, LinearError> {
        match self.criterion {
            StepCriterion::Aic => Ok(2.0),
            StepCriterion::Bic => Ok(observations.ln()),
            StepCriterion::Cost(cost) if cost >= 0.0 && cost.is_finite() => Ok(cost),
            StepCriterion::Cost(value) => {
                let must = "finite and 0 or more";
                Err(LinearError::InvalidOption { name: "cost", value, must })
            }
        }
    }

    fn terms(&self, design: &Design<'_>) -> Result<Vec<StepTerm>, LinearError> {
        let Some(terms) = self.terms else {
            let columns = design.names().iter().enumerate();
            let single = |(column, name): (usize, &String)| StepTerm {
                name: name.clone(),
                columns: vec![column],
            };
            return Ok(columns.map(single).collect());
        };
        let mut columns = terms.iter().flat_map(|term| &term.columns);
        match columns.find(|column| **column >= design.features()) {
            Some(&column) => {
                let must = "a column of X, counted from 0";
                Err(LinearError::InvalidOption { name: "term", value: column as f64, must })
            }
            None => Ok(terms.to_vec()),
        }
    }

    /// The best change of one term, unless none is better: removals first, as in R.
    fn best(
        &self,
        included: &[bool],
        present: &Candidate,
        measure: &(dyn Fn(&[bool]) -> Result<Candidate, LinearError> + Sync),
        value: &(dyn Fn(&Candidate) -> f64 + Sync),
    ) -> Option<(usize, Candidate)> {
        let of = |present: bool| (0..included.len()).filter(move |&term| included[term] == present);
        let mut terms: Vec<usize> = Vec::new();
        if self.direction != StepDirection::Forward {
            terms.extend(of(true));
        }
        if self.direction != StepDirection::Backward {
            terms.extend(of(false));
        }
        let candidates: Vec<Option<(usize, Candidate)>> = terms
            .par_iter()
            .map(|&term| {
                let mut changed = included.to_vec();
                changed[term] = !changed[term];
                measure(&changed).ok().map(|next| (term, next))
            })
            .collect();
        candidates
            .into_iter()
            .flatten()
            .filter(|(_, next)| next.rank != present.rank && value(next) < value(present))
            .reduce(|best, next| if value(&next.1) < value(&best.1) { next } else { best })
    }
}

/// The design of some columns, with all that belongs to its rows.
pub(super) fn of_columns<'d>(
    design: &Design<'d>,
    x: &'d nalgebra::DMatrix<f64>,
    selected: &[usize],
) -> Result<Design<'d>, LinearError> {
    let names = selected.iter().map(|&column| design.names()[column].clone());
    let mut chosen = Design::new(x)?.with_names(names)?;
    if let Some(weights) = design.weights() {
        chosen = chosen.with_weights(weights)?;
    }
    match design.offset() {
        Some(offset) => chosen.with_offset(offset),
        None => Ok(chosen),
    }
}

/// Writes the way as a table, and what it does to tests.
pub(super) fn write_trace(
    f: &mut fmt::Formatter<'_>,
    trace: &[StepRow],
    deviance: &str,
) -> fmt::Result {
    let named = |action: &StepAction| match action {
        StepAction::Start => "start".to_owned(),
        StepAction::Added(name) => format!("+ {name}"),
        StepAction::Removed(name) => format!("- {name}"),
    };
    let width = trace.iter().map(|row| named(&row.action).chars().count()).max();
    let width = width.unwrap_or(0).max(4);
    writeln!(
        f,
        "{:width$}  {:>5} {:>18} {:>9} {deviance:>14} {:>12}",
        "step",
        "df",
        format!("change of {deviance}"),
        "resid. df",
        "criterion"
    )?;
    let mut before: Option<&StepRow> = None;
    for row in trace {
        let (df, change) = before.map_or((String::new(), String::new()), |before| {
            let df = row.df_residual - before.df_residual;
            (format!("{df}"), format!("{:.4}", row.deviance - before.deviance))
        });
        writeln!(
            f,
            "{:width$}  {df:>5} {change:>18} {:>9} {:>14.4} {:>12.4}",
            named(&row.action),
            row.df_residual,
            row.deviance,
            row.criterion
        )?;
        before = Some(row);
    }
    writeln!(
        f,
        "warning: the columns were selected by these data, so p-values and intervals of the model \
         look better than they are"
    )
}
