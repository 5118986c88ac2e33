//! Trying every candidate on the same folds.

use std::error::Error;

use gradus_resample::{Fold, ResampleError, Resampler};
use serde::Serialize;

use crate::choice::ranked;
use crate::trial::{best_of, try_all};
use crate::{Choice, Goal, Job, SelectError, Trial};

/// What [`search`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchResult<P> {
    /// Every trial, in the candidates' order.
    pub trials: Vec<Trial<P>>,
    /// The place of the best one.
    pub best: usize,
    /// What was sought.
    pub goal: Goal,
}

impl<P> SearchResult<P> {
    /// The trial with the best mean score, the first among equals.
    ///
    /// Its score is the best of many, and so flatters it: measure it on rows that took no part in
    /// the choice, or by [`nested_search`](crate::nested_search).
    pub fn best(&self) -> &Trial<P> {
        &self.trials[self.best]
    }

    /// The scored trials from the best to the worst.
    pub fn ranked(&self) -> Vec<&Trial<P>> {
        ranked(&self.trials, self.goal)
    }

    /// The least complex trial whose score lies within one standard error of the best one's: of
    /// equals the better one. With a single fold there is no standard error, and it is the best.
    ///
    /// ```
    /// use gradus_resample::KFold;
    /// use gradus_select::{Goal, Job, SelectError, search};
    ///
    /// // Degree 5 is best by a hair, degree 2 hardly worse, degree 1 much.
    /// let error = |job: Job<'_, u32>| -> Result<f64, SelectError> {
    ///     let noise = 0.1 * job.fold as f64;
    ///     Ok(noise + match job.params { 1 => 2.0, 2 => 1.01, _ => 1.0 })
    /// };
    /// let found = search(&[1, 2, 5], Goal::Minimise, &KFold::default(), 50, error)?;
    /// assert_eq!(found.best().params, 5);
    /// assert_eq!(found.simplest_within_one_error(|&degree| f64::from(degree)).params, 2);
    /// # Ok::<(), SelectError>(())
    /// ```
    ///
    /// The rule is that of [`Choice::simplest_within_one_error`].
    pub fn simplest_within_one_error(&self, complexity: impl Fn(&P) -> f64) -> &Trial<P> {
        let choice = Choice::simplest_within_one_error(self.goal, &complexity);
        choice.among(&self.trials).unwrap_or(self.best())
    }
}

/// Scores every candidate on the same folds: the grid or random search for hyper-parameters.
///
/// `fit_and_score` is given a [`Job`], fits on its training rows and scores on its test rows; an
/// error, or a score that is not finite, is recorded in the trial and ends nothing. For a choice by
/// a dev set, give a single fold ([`Folds::given`](gradus_resample::Folds::given)). Candidates are
/// [`Params`](crate::Params) of a [`Space`](crate::Space), or of any type.
///
/// All (candidate, fold) pairs run on all cores of the current rayon pool; but for the times, the
/// result has the same bits on any number.
///
/// # Errors
/// [`SelectError::AllFailed`] if no candidate could be scored; [`SelectError::TooFew`] without a
/// candidate; those of the resampler.
///
/// ```
/// use gradus_resample::KFold;
/// use gradus_select::{Domain, Goal, Job, Params, SelectError, Space, search};
///
/// let space = Space::new().with("lr", Domain::LogUniform { low: 1e-3, high: 10.0 });
/// let descend = |job: Job<'_, Params>| -> Result<f64, SelectError> {
///     let lr = job.params.real("lr")?;
///     Ok((0..20).fold(3.0_f64, |x, _| x - lr * 2.0 * x).powi(2))
/// };
/// let found = search(&space.sample(30, 0)?, Goal::Minimise, &KFold::default(), 20, descend)?;
/// let best = found.best().params.real("lr")?;
/// assert!(best > 0.2 && best < 0.9);
/// # Ok::<(), SelectError>(())
/// ```
///
/// As scikit-learn's `GridSearchCV` and `RandomizedSearchCV`, which average the folds in the same
/// way; the caller refits.
pub fn search<P, E>(
    candidates: &[P],
    goal: Goal,
    resampler: &dyn Resampler,
    m: usize,
    fit_and_score: impl Fn(Job<'_, P>) -> Result<f64, E> + Sync,
) -> Result<SearchResult<P>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    among(candidates, goal, resampler, m, |folds| {
        let numbered: Vec<(usize, &P)> = candidates.iter().enumerate().collect();
        try_all(&numbered, folds, None, &fit_and_score)
    })
}

/// The best of the trials that are made of the candidates, of which there must be one, on the folds.
pub(crate) fn among<P>(
    candidates: &[P],
    goal: Goal,
    resampler: &dyn Resampler,
    m: usize,
    try_on: impl FnOnce(&[Fold]) -> Vec<Trial<P>>,
) -> Result<SearchResult<P>, SelectError> {
    if candidates.is_empty() {
        return Err(SelectError::TooFew { what: "candidates", needed: 1 });
    }
    let trials = try_on(&tested_folds(resampler, m)?);
    let best = best_of(&trials, goal)?;
    Ok(SearchResult { trials, best, goal })
}

/// All folds, at least one, each with a row to test.
pub(crate) fn tested_folds(
    resampler: &dyn Resampler,
    m: usize,
) -> Result<Vec<Fold>, ResampleError> {
    let folds: Vec<Fold> = resampler.folds(m)?.iter().collect();
    if folds.is_empty() {
        return Err(ResampleError::NoRounds { what: "folds" });
    }
    match folds.iter().position(|fold| fold.test.is_empty()) {
        Some(fold) => Err(ResampleError::EmptyFold { fold, side: "test" }),
        None => Ok(folds),
    }
}
