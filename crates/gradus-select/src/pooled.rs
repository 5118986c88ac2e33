//! Candidates compared by one score of all held-out rows.

use std::error::Error;
use std::time::{Duration, Instant};

use gradus_resample::{FitError, Fold, Folds, ResampleError, Resampler};

use crate::nested::{Chosen, nested};
use crate::rounds::each;
use crate::search::among;
use crate::trial::finite;
use crate::{Choice, Goal, Job, NestedResult, SearchResult, SelectError, Trial};

/// What a closure is asked to do: fit with `params` on the training rows of each fold, predict its test
/// rows, and score all these predictions together.
#[derive(Debug)]
pub struct PooledJob<'j, P> {
    /// The candidate.
    pub params: &'j P,
    /// The folds, in each of which a model is fitted.
    pub folds: &'j [Fold],
}

/// Copied whatever the candidate is.
impl<P> Clone for PooledJob<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Copied whatever the candidate is.
impl<P> Copy for PooledJob<'_, P> {}

/// Compares candidates by one score of the predictions of all held-out rows.
///
/// [`search`](crate::search) averages the scores of the folds. For a mean of losses of rows the two
/// agree but for the sizes of folds; but where each test is a row, as when each is left out by itself,
/// the root of its squared error is its absolute error, and it has neither an R² nor an AUC. Such scores
/// are of the pooled predictions. A trial then has a single score, and so no standard error: by
/// [`Choice::simplest_within_one_error`] the best is taken.
///
/// # Errors
/// As [`search`](crate::search).
///
/// # Limitations
/// Predictions of different fits are ranked against each other: the AUC of a model that predicts
/// the share of the training rows is 0 where each row is left out, and not ½.
///
/// ```
/// use gradus_resample::LeaveOneOut;
/// use gradus_select::{Goal, PooledJob, SelectError, search_pooled};
///
/// // A share of the mean of the others.
/// let y = [1.0, 2.0, 6.0];
/// let rmse = |job: PooledJob<'_, f64>| -> Result<f64, SelectError> {
///     let error = |row: usize, others: &[usize]| {
///         y[row] - job.params * others.iter().map(|&other| y[other]).sum::<f64>() / others.len() as f64
///     };
///     let squares = job.folds.iter().map(|fold| error(fold.test[0], &fold.train).powi(2));
///     Ok((squares.sum::<f64>() / 3.0).sqrt())
/// };
/// let found = search_pooled(&[0.0, 1.0], Goal::Minimise, &LeaveOneOut, 3, rmse)?;
/// // The errors of the mean are −3, −1.5 and 4.5.
/// assert_eq!(found.trials[1].score(), Some(10.5_f64.sqrt()));
/// assert_eq!(found.best().params, 1.0);
/// # Ok::<(), SelectError>(())
/// ```
///
/// A. Airola, T. Pahikkala, W. Waegeman, B. De Baets, T. Salakoski (2011), on pooling and its bias.
pub fn search_pooled<P, E>(
    candidates: &[P],
    goal: Goal,
    resampler: &dyn Resampler,
    m: usize,
    fit_and_score: impl Fn(PooledJob<'_, P>) -> Result<f64, E> + Sync,
) -> Result<SearchResult<P>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    among(candidates, goal, resampler, m, |folds| {
        let outcomes = each(candidates.len(), |candidate| {
            let begin = Instant::now();
            let job = PooledJob { params: &candidates[candidate], folds };
            (finite(fit_and_score(job)), begin.elapsed())
        });
        let trial = |(candidate, (score, time)): (usize, (Result<f64, FitError>, Duration))| {
            let params = candidates[candidate].clone();
            Trial { candidate, params, budget: None, folds: vec![score], time }
        };
        outcomes.into_iter().enumerate().map(trial).collect()
    })
}

/// Measures the choice that [`search_pooled`] makes, as [`nested_search`](crate::nested_search) does that
/// of a search: the closure scores the choice on the single fold of the outer rows.
///
/// # Errors
/// As [`nested_search`](crate::nested_search).
pub fn nested_search_pooled<P, E>(
    candidates: &[P],
    choice: Choice<'_, P>,
    outer: &dyn Resampler,
    m: usize,
    inner: impl Fn(&[usize]) -> Result<Folds, ResampleError>,
    fit_and_score: impl Fn(PooledJob<'_, P>) -> Result<f64, E> + Sync,
) -> Result<NestedResult<SearchResult<P>>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let choose = |folds: &Folds| {
        let found = search_pooled(candidates, choice.goal(), folds, m, &fit_and_score)?;
        Ok(Chosen::of(found, choice))
    };
    let refit = |job: Job<'_, P>| {
        let folds = [Fold { train: job.train.to_vec(), test: job.test.to_vec() }];
        fit_and_score(PooledJob { params: job.params, folds: &folds })
    };
    nested(candidates, outer, m, inner, choose, &refit)
}
