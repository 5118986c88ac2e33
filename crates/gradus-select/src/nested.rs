//! The error of a choice: choosing inside, measuring outside.

use std::error::Error;

use gradus_resample::{FitError, Folds, ResampleError, Resampler, nested_folds};
use serde::Serialize;

use crate::trial::scored;
use crate::{
    Goal, Halving, HalvingResult, Job, Resource, SearchResult, SelectError, Spread, search,
    successive_halving,
};

/// What was chosen in one outer fold, and how it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NestedOutcome<S> {
    /// The search on the fold's training rows: a [`SearchResult`] or a [`HalvingResult`].
    pub search: S,
    /// The score of the choice, refitted on all the fold's training rows, on its test rows.
    pub score: f64,
}

/// What [`nested_search`] or [`nested_halving`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NestedResult<S> {
    /// The outer folds in order.
    pub folds: Vec<NestedOutcome<S>>,
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
) -> Result<NestedResult<SearchResult<P>>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let choose = |folds: &Folds| search(candidates, goal, folds, m, &fit_and_score);
    let refit = |found: &SearchResult<P>, split: Split<'_>| {
        scored(&fit_and_score, split.job(&found.best().params, None))
    };
    nested(outer, m, inner, choose, refit)
}

/// The same by successive halving: measures the choice that [`successive_halving`] makes.
///
/// `halving` is given the inner folds of each outer one, for where rows are rationed they have fewer to
/// give than the outer folds. The choice is refitted on all the outer fold's training rows, with all
/// the budget ([`Halving::most`]) where that is rationed.
///
/// # Errors
/// As [`nested_search`] and [`successive_halving`].
///
/// ```
/// use gradus_resample::{Folds, KFold, Resampler};
/// use gradus_select::{Goal, Halving, Job, SelectError, nested_halving};
///
/// // The rate of a descent on (x − mean of the training rows)², few steps for bad rates.
/// let rates: Vec<f64> = (1..=9).map(|i| f64::from(i) / 10.0).collect();
/// let mean = |rows: &[usize]| rows.iter().sum::<usize>() as f64 / rows.len() as f64;
/// let descend = |job: Job<'_, f64>| -> Result<f64, SelectError> {
///     let (goal, steps) = (mean(job.train), job.budget.unwrap_or(0));
///     let x = (0..steps).fold(0.0, |x, _| x - 2.0 * job.params * (x - goal));
///     Ok((x - goal).abs())
/// };
/// let folds = KFold { folds: 3, ..KFold::default() };
/// let inner = |rows: &[usize]| folds.folds(rows.len());
/// let halving = |_: &Folds| Halving::up_to(9);
/// let found = nested_halving(&rates, Goal::Minimise, halving, &folds, 60, inner, descend)?;
/// assert_eq!(found.folds.len(), 3);
/// assert_eq!(found.folds[0].search.rungs[0].trials.len(), 9);
/// assert_eq!(found.folds[0].search.best().params, 0.5);
/// # Ok::<(), SelectError>(())
/// ```
pub fn nested_halving<P, E>(
    candidates: &[P],
    goal: Goal,
    halving: impl Fn(&Folds) -> Halving,
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    fit_and_score: impl Fn(Job<'_, P>) -> Result<f64, E> + Sync,
) -> Result<NestedResult<HalvingResult<P>>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let choose = |folds: &Folds| {
        let halving = halving(folds);
        let found = successive_halving(candidates, goal, &halving, folds, m, &fit_and_score)?;
        Ok((found, halving))
    };
    let refit = |(found, halving): &(HalvingResult<P>, Halving), split: Split<'_>| {
        let budget = (halving.resource == Resource::Budget).then_some(halving.most);
        scored(&fit_and_score, split.job(&found.best().params, budget))
    };
    let found = nested(outer, m, inner, choose, refit)?;
    let outcome = |one: NestedOutcome<(HalvingResult<P>, Halving)>| NestedOutcome {
        search: one.search.0,
        score: one.score,
    };
    let folds = found.folds.into_iter().map(outcome).collect();
    Ok(NestedResult { folds, spread: found.spread })
}

/// An outer fold, on which a choice is refitted and scored.
#[derive(Clone, Copy)]
struct Split<'s> {
    train: &'s [usize],
    test: &'s [usize],
    fold: usize,
}

impl<'s> Split<'s> {
    fn job<P>(self, params: &'s P, budget: Option<usize>) -> Job<'s, P> {
        Job { params, train: self.train, test: self.test, budget, fold: self.fold }
    }
}

/// Chooses within each outer fold's training rows, and scores the choice on its test rows.
fn nested<S>(
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    choose: impl Fn(&Folds) -> Result<S, SelectError>,
    refit: impl Fn(&S, Split<'_>) -> Result<f64, FitError>,
) -> Result<NestedResult<S>, SelectError> {
    let mut folds = Vec::new();
    for (number, nested) in nested_folds(outer, m, inner)?.enumerate() {
        let nested = nested?;
        if nested.outer.test.is_empty() {
            return Err(ResampleError::EmptyFold { fold: number, side: "test" }.into());
        }
        let search = choose(&Folds::given(m, nested.inner)?)?;
        let split = Split { train: &nested.outer.train, test: &nested.outer.test, fold: number };
        let refused = |source: FitError| SelectError::AllFailed { trials: 1, fold: number, source };
        let score = refit(&search, split).map_err(refused)?;
        folds.push(NestedOutcome { search, score });
    }
    if folds.is_empty() {
        return Err(ResampleError::NoRounds { what: "folds" }.into());
    }
    let spread = Spread::of(folds.iter().map(|fold| fold.score).collect());
    Ok(NestedResult { folds, spread })
}
