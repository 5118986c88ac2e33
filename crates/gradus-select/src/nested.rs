//! The error of a choice: choosing inside, measuring outside.

use std::error::Error;

use gradus_resample::{FitError, Folds, ResampleError, Resampler, nested_folds};
use serde::Serialize;

use crate::trial::scored;
use crate::{Goal, Job, SearchResult, SelectError, Spread, search};

/// What was chosen in one outer fold, and how it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NestedOutcome<P> {
    /// The search on the fold's training rows.
    pub search: SearchResult<P>,
    /// The score of the choice, refitted on all the fold's training rows, on its test rows.
    pub score: f64,
}

/// What [`nested_search`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NestedResult<P> {
    /// The outer folds in order.
    pub folds: Vec<NestedOutcome<P>>,
    /// Their scores.
    pub spread: Spread,
}

/// Searches within the training rows of each outer fold, and scores the choice on its test rows.
///
/// The score of the best of many candidates flatters it; here no row that measures has taken part
/// in the choice. `inner` is given the outer training rows and returns folds of as many. What is
/// measured is the procedure, choice included: folds may choose differently.
///
/// # Errors
/// As [`search`], for the inner search of each fold; [`SelectError::AllFailed`] with the outer fold
/// if the refit of a choice fails.
///
/// ```
/// use gradus_resample::{KFold, Resampler};
/// use gradus_select::{Goal, Job, SelectError, nested_search};
///
/// // Fifty models that guess: the best of them looks good, and is not.
/// let coin = |model: u64, row: usize| (model * 1_000_003 + row as u64 * 7_919) % 101 % 2;
/// let accuracy = |job: Job<'_, u64>| -> Result<f64, SelectError> {
///     let right = job.test.iter().filter(|&&row| coin(*job.params, row) == row as u64 / 3 % 2);
///     Ok(right.count() as f64 / job.test.len() as f64)
/// };
/// let candidates: Vec<u64> = (1..=50).collect();
/// let folds = KFold { folds: 5, ..KFold::default() };
/// let inner = |rows: &[usize]| folds.folds(rows.len());
/// let found = nested_search(&candidates, Goal::Maximise, &folds, 60, inner, accuracy)?;
/// let inside: f64 = found.folds.iter().filter_map(|fold| fold.search.best().score()).sum::<f64>() / 5.0;
/// assert!(inside > found.spread.mean);
/// # Ok::<(), SelectError>(())
/// ```
///
/// S. Varma, R. Simon (2006).
pub fn nested_search<P, E>(
    candidates: &[P],
    goal: Goal,
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    fit_and_score: impl Fn(Job<'_, P>) -> Result<f64, E> + Sync,
) -> Result<NestedResult<P>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let mut folds = Vec::new();
    for (number, nested) in nested_folds(outer, m, inner)?.enumerate() {
        let nested = nested?;
        if nested.outer.test.is_empty() {
            return Err(ResampleError::EmptyFold { fold: number, side: "test" }.into());
        }
        let inner = Folds::given(m, nested.inner)?;
        let found = search(candidates, goal, &inner, m, &fit_and_score)?;
        let job = Job {
            params: &found.best().params,
            train: &nested.outer.train,
            test: &nested.outer.test,
            budget: None,
            fold: number,
        };
        let refused = |source: FitError| SelectError::AllFailed { trials: 1, fold: number, source };
        let score = scored(&fit_and_score, job).map_err(refused)?;
        folds.push(NestedOutcome { search: found, score });
    }
    if folds.is_empty() {
        return Err(ResampleError::NoRounds { what: "folds" }.into());
    }
    let spread = Spread::of(folds.iter().map(|fold| fold.score).collect());
    Ok(NestedResult { folds, spread })
}
