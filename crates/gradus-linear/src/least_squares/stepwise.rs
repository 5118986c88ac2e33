//! Stepwise selection of the columns of a linear regression.

use std::fmt;

use nalgebra::DMatrix;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fit::OlsFit;
use super::ols::{Ols, row_weights};
use super::subsets::Subsets;
use crate::{Design, LinearError};

/// What a model must lessen to be preferred: m·ln(RSS/m) + c·(coefficients).
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

/// Stepwise selection: of all models that differ by one term, the one with the least criterion is
/// taken, until none is better than the present one.
///
/// The p-values and intervals of the selected model are too good: they do not know that it was
/// selected. Take other data to judge it, or cross-validate the selection as a whole.
///
/// ```
/// use gradus_linear::{Design, Stepwise};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 3.0; 2.0, -1.0; 3.0, 2.0; 4.0, 0.0; 5.0, -2.0; 6.0, 1.0];
/// let y = [1.1, 1.9, 3.2, 3.9, 5.1, 5.9];
/// let chosen = Stepwise::default().fit(&Design::new(&x)?, &y)?;
/// assert_eq!(chosen.selected, [0]);
/// # Ok(())
/// # }
/// ```
///
/// Source: R's `step`, whose path, criterion and table these are; W. Venables, B. Ripley, *Modern
/// Applied Statistics with S*, 4th edition, 2002. R's `step` counts from the model that it is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stepwise {
    /// What is lessened.
    pub criterion: StepCriterion,
    /// Which way.
    pub direction: StepDirection,
    /// The terms; none for a term each column.
    pub terms: Option<Vec<StepTerm>>,
    /// How the selected model is fitted.
    pub ols: Ols,
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
    /// Σwr².
    pub rss: f64,
    /// The criterion.
    pub criterion: f64,
}

/// A selected model. It prints its way as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct StepwiseFit {
    /// The columns of X in the model, in ascending order.
    pub selected: Vec<usize>,
    /// The models on the way, the selected one last.
    pub trace: Vec<StepRow>,
    /// The selected model, its names those of the selected columns.
    pub fit: OlsFit,
}

impl Stepwise {
    /// Selects and fits.
    ///
    /// # Errors
    /// Those of [`Ols::fit`]; [`LinearError::InvalidOption`] for a cost below 0 or a term with a column
    /// that X has not; [`LinearError::NoDegreesOfFreedom`] where the first model fits exactly.
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<StepwiseFit, LinearError> {
        design.check_features()?;
        design.check_outcome(y)?;
        let terms = self.terms(design)?;
        let observations = gradus_linalg::reduce::sum(&row_weights(design).count);
        let cost = self.cost(observations)?;
        let subsets = Subsets::new(design, y, self.ols.intercept);
        let measure = |included: &[bool]| {
            let columns: Vec<usize> = (0..terms.len())
                .filter(|&term| included[term])
                .flat_map(|term| terms[term].columns.iter().copied())
                .collect();
            let (rank, rss) = subsets.rss(&columns);
            let criterion = observations * (rss / observations).ln() + cost * rank as f64;
            Candidate { rank, rss, criterion }
        };
        let full = matches!(self.direction, StepDirection::Backward | StepDirection::Both);
        let mut included = vec![full; terms.len()];
        let mut present = measure(&included);
        if observations - present.rank as f64 <= 0.0 {
            let (rows, columns) = (design.rows(), present.rank);
            return Err(LinearError::NoDegreesOfFreedom { rows, columns });
        }
        let row = |action, at: &Candidate| StepRow {
            action,
            df_residual: observations - at.rank as f64,
            rss: at.rss,
            criterion: at.criterion,
        };
        let mut trace = vec![row(StepAction::Start, &present)];
        while let Some((term, next)) = self.best(&included, &present, &measure) {
            included[term] = !included[term];
            let name = terms[term].name.clone();
            let action =
                if included[term] { StepAction::Added(name) } else { StepAction::Removed(name) };
            trace.push(row(action, &next));
            present = next;
        }
        let mut selected: Vec<usize> = (0..terms.len())
            .filter(|&term| included[term])
            .flat_map(|term| terms[term].columns.iter().copied())
            .collect();
        selected.sort_unstable();
        let fit = self.refit(design, y, &selected)?;
        Ok(StepwiseFit { selected, trace, fit })
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
        let Some(terms) = &self.terms else {
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
            None => Ok(terms.clone()),
        }
    }

    /// The best change of one term, unless none is better: removals first, as in R.
    fn best(
        &self,
        included: &[bool],
        present: &Candidate,
        measure: &(dyn Fn(&[bool]) -> Candidate + Sync),
    ) -> Option<(usize, Candidate)> {
        let of = |present: bool| (0..included.len()).filter(move |&term| included[term] == present);
        let mut terms: Vec<usize> = Vec::new();
        if self.direction != StepDirection::Forward {
            terms.extend(of(true));
        }
        if self.direction != StepDirection::Backward {
            terms.extend(of(false));
        }
        let candidates: Vec<(usize, Candidate)> = terms
            .par_iter()
            .map(|&term| {
                let mut changed = included.to_vec();
                changed[term] = !changed[term];
                (term, measure(&changed))
            })
            .collect();
        candidates
            .into_iter()
            .filter(|(_, next)| next.rank != present.rank && next.criterion < present.criterion)
            .reduce(|best, next| if next.1.criterion < best.1.criterion { next } else { best })
    }

    fn refit(
        &self,
        design: &Design<'_>,
        y: &[f64],
        selected: &[usize],
    ) -> Result<OlsFit, LinearError> {
        let x: DMatrix<f64> = design.x().select_columns(selected);
        let names = selected.iter().map(|&column| design.names()[column].clone());
        let mut chosen = Design::new(&x)?.with_names(names)?;
        if let Some(weights) = design.weights() {
            chosen = chosen.with_weights(weights)?;
        }
        if let Some(offset) = design.offset() {
            chosen = chosen.with_offset(offset)?;
        }
        self.ols.fit(&chosen, y)
    }
}

/// A model that may come next.
struct Candidate {
    rank: usize,
    rss: f64,
    criterion: f64,
}

impl fmt::Display for StepwiseFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |action: &StepAction| match action {
            StepAction::Start => "start".to_owned(),
            StepAction::Added(name) => format!("+ {name}"),
            StepAction::Removed(name) => format!("- {name}"),
        };
        let width = self.trace.iter().map(|row| named(&row.action).chars().count()).max();
        let width = width.unwrap_or(0).max(4);
        writeln!(
            f,
            "{:width$}  {:>5} {:>14} {:>9} {:>14} {:>12}",
            "step", "df", "change of RSS", "resid. df", "RSS", "criterion"
        )?;
        let mut before: Option<&StepRow> = None;
        for row in &self.trace {
            let (df, change) = before.map_or((String::new(), String::new()), |before| {
                let df = row.df_residual - before.df_residual;
                (format!("{df}"), format!("{:.4}", row.rss - before.rss))
            });
            writeln!(
                f,
                "{:width$}  {df:>5} {change:>14} {:>9} {:>14.4} {:>12.4}",
                named(&row.action),
                row.df_residual,
                row.rss,
                row.criterion
            )?;
            before = Some(row);
        }
        Ok(())
    }
}
