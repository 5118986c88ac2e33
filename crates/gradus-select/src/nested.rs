//! The error of a choice: choosing inside, measuring outside.

use std::error::Error;

use gradus_resample::{Fold, Folds, ResampleError, Resampler, nested_folds};
use serde::Serialize;

use crate::trial::scored;
use crate::{
    Choice, Halving, HalvingResult, Job, Resource, SearchResult, SelectError, Spread, search,
    successive_halving,
};

/// What was chosen in one outer fold, and how it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NestedOutcome<S> {
    /// The search on the fold's training rows: a [`SearchResult`] or a [`HalvingResult`].
    pub search: S,
    /// The place of the choice among the candidates.
    pub candidate: usize,
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
/// in the choice. `choice` says which candidate is taken: give the rule that you choose by. `inner` is given the outer training rows and returns folds of as many. What is
/// measured is the procedure, choice included: folds may choose differently.
///
/// # Errors
/// As [`search`], for the inner search of each fold; [`SelectError::AllFailed`] with the outer fold
/// if the refit of a choice fails.
///
/// ```
/// use gradus_resample::{KFold, Resampler};
/// use gradus_select::{Choice, Goal, Job, SelectError, nested_search};
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
/// let choice = Choice::best(Goal::Maximise);
/// let found = nested_search(&candidates, choice, &folds, 60, inner, accuracy)?;
/// let inside: f64 = found.folds.iter().filter_map(|fold| fold.search.best().score()).sum::<f64>() / 5.0;
/// assert!(inside > found.spread.mean);
/// # Ok::<(), SelectError>(())
/// ```
///
/// S. Varma, R. Simon (2006).
pub fn nested_search<P, E>(
    candidates: &[P],
    choice: Choice<'_, P>,
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    fit_and_score: impl Fn(Job<'_, P>) -> Result<f64, E> + Sync,
) -> Result<NestedResult<SearchResult<P>>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let choose = |folds: &Folds| {
        let found = search(candidates, choice.goal(), folds, m, &fit_and_score)?;
        Ok(Chosen::of(found, choice))
    };
    nested(candidates, outer, m, inner, choose, &fit_and_score)
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
/// use gradus_select::{Choice, Goal, Halving, Job, SelectError, nested_halving};
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
/// let choice = Choice::best(Goal::Minimise);
/// let found = nested_halving(&rates, choice, halving, &folds, 60, inner, descend)?;
/// assert_eq!(found.folds.len(), 3);
/// assert_eq!(found.folds[0].search.rungs[0].trials.len(), 9);
/// assert_eq!(found.folds[0].search.best().params, 0.5);
/// # Ok::<(), SelectError>(())
/// ```
pub fn nested_halving<P, E>(
    candidates: &[P],
    choice: Choice<'_, P>,
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
        let (goal, halving) = (choice.goal(), halving(folds));
        let found = successive_halving(candidates, goal, &halving, folds, m, &fit_and_score)?;
        let last = found.rungs.last().map_or(&[][..], |rung| &rung.trials);
        let candidate = choice.among(last).unwrap_or(found.best()).candidate;
        let budget = (halving.resource == Resource::Budget).then_some(halving.most);
        Ok(Chosen { search: found, candidate, budget })
    };
    nested(candidates, outer, m, inner, choose, &fit_and_score)
}

/// What a search within an outer fold found, and what is taken of it.
pub(crate) struct Chosen<S> {
    pub(crate) search: S,
    /// The place of the choice among the candidates.
    pub(crate) candidate: usize,
    /// What the refit may spend, where that is rationed.
    pub(crate) budget: Option<usize>,
}

impl<P> Chosen<SearchResult<P>> {
    /// What the rule takes of a search.
    pub(crate) fn of(found: SearchResult<P>, choice: Choice<'_, P>) -> Self {
        let candidate = choice.among(&found.trials).unwrap_or(found.best()).candidate;
        Self { search: found, candidate, budget: None }
    }
}

/// Chooses within each outer fold's training rows, and scores the choice on its test rows.
pub(crate) fn nested<P, S, E>(
    candidates: &[P],
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    choose: impl Fn(&Folds) -> Result<Chosen<S>, SelectError>,
    fit_and_score: &impl Fn(Job<'_, P>) -> Result<f64, E>,
) -> Result<NestedResult<S>, SelectError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let mut folds = Vec::new();
    for (fold, nested) in nested_folds(outer, m, inner)?.enumerate() {
        let nested = nested?;
        let Fold { train, test } = &nested.outer;
        if test.is_empty() {
            return Err(ResampleError::EmptyFold { fold, side: "test" }.into());
        }
        let Chosen { search, candidate, budget } = choose(&Folds::given(m, nested.inner)?)?;
        let job = Job { params: &candidates[candidate], train, test, budget, fold };
        let refused = |source| SelectError::AllFailed { trials: 1, fold, source };
        let score = scored(fit_and_score, job).map_err(refused)?;
        folds.push(NestedOutcome { search, candidate, score });
    }
    if folds.is_empty() {
        return Err(ResampleError::NoRounds { what: "folds" }.into());
    }
    let spread = Spread::of(folds.iter().map(|fold| fold.score).collect());
    Ok(NestedResult { folds, spread })
}
