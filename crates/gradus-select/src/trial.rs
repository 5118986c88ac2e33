//! One candidate, tried.

use std::error::Error;
use std::time::{Duration, Instant};

use gradus_resample::{FitError, Fold};
use serde::{Serialize, Serializer};

use crate::rounds::each;
use crate::{SelectError, Spread};

/// Whether a small or a large score is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Goal {
    /// Small is good: an error, a cost.
    Minimise,
    /// Large is good: an accuracy, an AUC.
    Maximise,
}

impl Goal {
    /// Whether `a` is better than `b`.
    pub(crate) fn prefers(self, a: f64, b: f64) -> bool {
        match self {
            Self::Minimise => a < b,
            Self::Maximise => a > b,
        }
    }
}

/// What a closure is asked to do: fit with `params` on `train`, score on `test`.
#[derive(Debug)]
pub struct Job<'j, P> {
    /// The candidate.
    pub params: &'j P,
    /// The rows to fit on. Whatever is learned from data is learned from these.
    pub train: &'j [usize],
    /// The rows to score on.
    pub test: &'j [usize],
    /// How much the fit may spend (epochs, trees, iterations), where successive halving rations it.
    pub budget: Option<usize>,
    /// The number of the fold.
    pub fold: usize,
}

/// Copied whatever the candidate is.
impl<P> Clone for Job<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Copied whatever the candidate is.
impl<P> Copy for Job<'_, P> {}

/// A candidate with its scores.
#[derive(Debug, Clone, Serialize)]
pub struct Trial<P> {
    /// The candidate's place among the candidates.
    pub candidate: usize,
    /// The candidate.
    pub params: P,
    /// What each fit could spend, where that was rationed.
    pub budget: Option<usize>,
    /// The score of each fold, or why there is none; of pooled predictions
    /// ([`search_pooled`](crate::search_pooled)) a single one.
    #[serde(serialize_with = "scores_or_errors")]
    pub folds: Vec<Result<f64, FitError>>,
    /// The time that the folds took together, on however many cores.
    pub time: Duration,
}

fn scores_or_errors<S: Serializer>(
    folds: &[Result<f64, FitError>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Outcome {
        Score(f64),
        Error(String),
    }
    serializer.collect_seq(folds.iter().map(|fold| match fold {
        Ok(score) => Outcome::Score(*score),
        Err(error) => Outcome::Error(error.to_string()),
    }))
}

/// Two trials are equal if all but their times is.
impl<P: PartialEq> PartialEq for Trial<P> {
    fn eq(&self, other: &Self) -> bool {
        (self.candidate, &self.params, self.budget, &self.folds)
            == (other.candidate, &other.params, other.budget, &other.folds)
    }
}

impl<P> Trial<P> {
    /// The scores with their mean and spread; none if a fold failed.
    pub fn spread(&self) -> Option<Spread> {
        let scores: Option<Vec<f64>> =
            self.folds.iter().map(|fold| fold.as_ref().ok().copied()).collect();
        scores.filter(|scores| !scores.is_empty()).map(Spread::of)
    }

    /// The mean score; none if a fold failed.
    pub fn score(&self) -> Option<f64> {
        self.spread().map(|spread| spread.mean)
    }

    /// The first fold that failed, and why.
    pub fn failure(&self) -> Option<(usize, &FitError)> {
        let numbered = self.folds.iter().enumerate();
        numbered.filter_map(|(fold, outcome)| outcome.as_ref().err().map(|e| (fold, e))).next()
    }
}

/// Tries candidates on all folds, every fit a job of its own.
pub(crate) fn try_all<P, E>(
    candidates: &[(usize, &P)],
    folds: &[Fold],
    budget: Option<usize>,
    fit_and_score: &(impl Fn(Job<'_, P>) -> Result<f64, E> + Sync),
) -> Vec<Trial<P>>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let outcomes = each(candidates.len() * folds.len(), |job| {
        let (candidate, fold) = (job / folds.len(), job % folds.len());
        let Fold { train, test } = &folds[fold];
        let params = candidates[candidate].1;
        let begin = Instant::now();
        let score = scored(fit_and_score, Job { params, train, test, budget, fold });
        (score, begin.elapsed())
    });
    let mut outcomes = outcomes.into_iter();
    candidates
        .iter()
        .map(|&(candidate, params)| {
            let own: Vec<(Result<f64, FitError>, Duration)> =
                outcomes.by_ref().take(folds.len()).collect();
            let time = own.iter().map(|(_, time)| time).sum();
            let folds = own.into_iter().map(|(score, _)| score).collect();
            Trial { candidate, params: params.clone(), budget, folds, time }
        })
        .collect()
}

/// The score of a job, if it is finite.
pub(crate) fn scored<P, E>(
    fit_and_score: &impl Fn(Job<'_, P>) -> Result<f64, E>,
    job: Job<'_, P>,
) -> Result<f64, FitError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    finite(fit_and_score(job))
}

/// A finite score, or why there is none.
pub(crate) fn finite<E>(score: Result<f64, E>) -> Result<f64, FitError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    match score {
        Ok(score) if score.is_finite() => Ok(score),
        Ok(score) => Err(FitError::new(format!("the score is {score}"))),
        Err(error) => Err(FitError::new(error)),
    }
}

/// The place of the best trial, the first among equals.
pub(crate) fn best_of<P>(trials: &[Trial<P>], goal: Goal) -> Result<usize, SelectError> {
    let mut best: Option<(usize, f64)> = None;
    for (place, trial) in trials.iter().enumerate() {
        if let Some(score) = trial.score()
            && best.is_none_or(|(_, least)| goal.prefers(score, least))
        {
            best = Some((place, score));
        }
    }
    if let Some((place, _)) = best {
        return Ok(place);
    }
    match trials.iter().find_map(Trial::failure) {
        Some((fold, source)) => {
            Err(SelectError::AllFailed { trials: trials.len(), fold, source: source.clone() })
        }
        None => Err(SelectError::TooFew { what: "candidates", needed: 1 }),
    }
}
