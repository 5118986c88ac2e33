//! Little for all candidates, more for the better ones.

use std::error::Error;

use gradus_resample::{Fold, Resampler};
use serde::Serialize;

use crate::rounds::{Draw, generator, shuffled};
use crate::search::tested_folds;
use crate::trial::{best_of, try_all};
use crate::{Goal, Job, SelectError, Trial};

/// What is rationed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Resource {
    /// What the closure spends, by [`Job::budget`]: epochs, iterations, trees.
    #[default]
    Budget,
    /// Training rows: each fit is given so many of the fold's, at random and the smaller sets
    /// within the larger ones. Tests are on all of the fold's test rows.
    Rows {
        /// The seed of their order.
        seed: u64,
    },
}

/// What happens if there are more candidates than the resource can halve down to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Elimination {
    /// The last rung has more than `factor` candidates left.
    #[default]
    Even,
    /// The first rung is repeated until as few are left as the resource can halve.
    Aggressive,
}

/// The settings of [`successive_halving`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halving {
    /// What is rationed.
    pub resource: Resource,
    /// What the last rung may spend at most.
    pub most: usize,
    /// What the first rung spends; without it so much that the last rung spends as near to `most`
    /// as it can.
    pub least: Option<usize>,
    /// One in `factor` candidates is kept, and then spends `factor` times as much; 3 by default.
    pub factor: usize,
    /// What happens if there are more candidates than the resource can halve.
    pub elimination: Elimination,
}

impl Halving {
    /// The default settings with this much for the last rung.
    pub fn up_to(most: usize) -> Self {
        Self {
            resource: Resource::Budget,
            most,
            least: None,
            factor: 3,
            elimination: Elimination::Even,
        }
    }

    /// The rungs: how many candidates, each with how much.
    ///
    /// With n candidates and factor η the required number of rungs is 1 + ⌊log_η n⌋, the possible
    /// one 1 + ⌊log_η(most/least)⌋. Rung i spends least·ηⁱ; ⌈n/η⌉ candidates go on.
    ///
    /// # Errors
    /// [`SelectError::InvalidHalving`]; [`SelectError::TooFew`] without a candidate.
    ///
    /// ```
    /// use gradus_select::Halving;
    ///
    /// let rungs = Halving::up_to(100).rungs(20)?;
    /// assert_eq!(rungs, [(20, 11), (7, 33), (3, 99)]);
    /// # Ok::<(), gradus_select::SelectError>(())
    /// ```
    pub fn rungs(&self, candidates: usize) -> Result<Vec<(usize, usize)>, SelectError> {
        let invalid = |name, value, must| SelectError::InvalidHalving { name, value, must };
        if candidates == 0 {
            return Err(SelectError::TooFew { what: "candidates", needed: 1 });
        }
        if self.factor < 2 {
            return Err(invalid("factor", self.factor, "it must be at least 2"));
        }
        if self.most == 0 {
            return Err(invalid("most", self.most, "it must be at least 1"));
        }
        let required = 1 + floor_log(candidates, self.factor);
        let least = match self.least {
            Some(least) if least == 0 || least > self.most => {
                return Err(invalid("least", least, "it must be from 1 to `most`"));
            }
            Some(least) => least,
            None => {
                let shrunk = u32::try_from(required - 1)
                    .ok()
                    .and_then(|power| self.factor.checked_pow(power))
                    .map_or(0, |divisor| self.most / divisor);
                shrunk.max(1)
            }
        };
        let possible = 1 + floor_log(self.most / least, self.factor);
        let (count, repeated) = match self.elimination {
            Elimination::Even => (required.min(possible), 0),
            Elimination::Aggressive => (required, required.saturating_sub(possible)),
        };
        let (mut left, mut rungs) = (candidates, Vec::with_capacity(count));
        let mut spent = least;
        for rung in 0..count {
            rungs.push((left, spent.min(self.most)));
            if rung >= repeated {
                spent = spent.saturating_mul(self.factor);
            }
            left = left.div_ceil(self.factor);
        }
        Ok(rungs)
    }
}

/// ⌊log_base n⌋ for n ≥ 1.
fn floor_log(n: usize, base: usize) -> usize {
    n.checked_ilog(base).map_or(0, |log| log as usize)
}

/// One rung: candidates that spend the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rung<P> {
    /// What each fit could spend.
    pub spent: usize,
    /// The trials, in the order of the candidates.
    pub trials: Vec<Trial<P>>,
}

/// What [`successive_halving`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HalvingResult<P> {
    /// The rungs in order.
    pub rungs: Vec<Rung<P>>,
    /// The place of the best trial in the last rung.
    pub best: usize,
}

impl<P> HalvingResult<P> {
    /// The best trial of the last rung, the first among equals.
    pub fn best(&self) -> &Trial<P> {
        &self.rungs[self.rungs.len() - 1].trials[self.best]
    }
}

/// Scores all candidates with little, and the better ones with more and more.
///
/// Rungs and numbers are those of [`Halving::rungs`]. A candidate that fails goes on only if there
/// are too few others. The closure is that of [`search`](crate::search), with [`Job::budget`] set
/// where the budget is rationed.
///
/// # Errors
/// [`SelectError::InvalidHalving`]; [`SelectError::AllFailed`] if a rung has no score;
/// [`SelectError::CurveSize`] if a fold has fewer training rows than a rung gives; those of the
/// resampler.
///
/// # Limitations
/// What is slow to improve is thrown out early: a low learning rate looks bad after few epochs.
///
/// ```
/// use gradus_resample::KFold;
/// use gradus_select::{Goal, Halving, Job, SelectError, successive_halving};
///
/// // Gradient descent on x², more and more steps for the better rates.
/// let rates: Vec<f64> = (1..=27).map(|i| 0.02 * f64::from(i)).collect();
/// let descend = |job: Job<'_, f64>| -> Result<f64, SelectError> {
///     let steps = job.budget.unwrap_or(0);
///     Ok((0..steps).fold(3.0_f64, |x, _| x - 2.0 * job.params * x).abs())
/// };
/// let found =
///     successive_halving(&rates, Goal::Minimise, &Halving::up_to(27), &KFold::default(), 20, descend)?;
/// let sizes: Vec<usize> = found.rungs.iter().map(|rung| rung.trials.len()).collect();
/// assert_eq!(sizes, [27, 9, 3, 1]);
/// assert!((found.best().params - 0.5).abs() < 1e-12);
/// # Ok::<(), SelectError>(())
/// ```
///
/// K. Jamieson, A. Talwalkar (2016). Rungs as in scikit-learn's `HalvingGridSearchCV`, with its
/// `min_resources="exhaust"` where `least` is none, but without its least of two rows a fold. Where rows are rationed it samples test rows,
/// too; here they are all used.
pub fn successive_halving<P, E>(
    candidates: &[P],
    goal: Goal,
    halving: &Halving,
    resampler: &dyn Resampler,
    m: usize,
    fit_and_score: impl Fn(Job<'_, P>) -> Result<f64, E> + Sync,
) -> Result<HalvingResult<P>, SelectError>
where
    P: Clone + Sync,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let plan = halving.rungs(candidates.len())?;
    let mut folds = tested_folds(resampler, m)?;
    if let Resource::Rows { seed } = halving.resource {
        for (number, fold) in folds.iter_mut().enumerate() {
            fold.train = shuffled(&fold.train, generator(seed, Draw::Order, number));
        }
    }
    let mut left: Vec<usize> = (0..candidates.len()).collect();
    let mut rungs: Vec<Rung<P>> = Vec::with_capacity(plan.len());
    for (count, spent) in plan {
        if let Some(rung) = rungs.last() {
            left = survivors(&rung.trials, count, goal);
        }
        let numbered: Vec<(usize, &P)> =
            left.iter().map(|&number| (number, &candidates[number])).collect();
        let trials = match halving.resource {
            Resource::Budget => try_all(&numbered, &folds, Some(spent), &fit_and_score),
            Resource::Rows { .. } => {
                let mut trials =
                    try_all(&numbered, &first_rows(&folds, spent)?, None, &fit_and_score);
                trials.iter_mut().for_each(|trial| trial.budget = Some(spent));
                trials
            }
        };
        best_of(&trials, goal)?;
        rungs.push(Rung { spent, trials });
    }
    let best = rungs.last().map_or(Ok(0), |rung| best_of(&rung.trials, goal))?;
    Ok(HalvingResult { rungs, best })
}

/// The candidates that go on, in their order.
fn survivors<P>(trials: &[Trial<P>], count: usize, goal: Goal) -> Vec<usize> {
    let mut ranked: Vec<(Option<f64>, usize)> =
        trials.iter().map(|trial| (trial.score(), trial.candidate)).collect();
    ranked.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) if goal == Goal::Minimise => a.total_cmp(b),
        (Some(a), Some(b)) => b.total_cmp(a),
        (a, b) => a.is_none().cmp(&b.is_none()),
    });
    let mut left: Vec<usize> = ranked.into_iter().take(count).map(|(_, place)| place).collect();
    left.sort_unstable();
    left
}

fn first_rows(folds: &[Fold], size: usize) -> Result<Vec<Fold>, SelectError> {
    let cut = |(fold, made): (usize, &Fold)| {
        let rows = made.train.len();
        let train = made.train.get(..size).ok_or(SelectError::CurveSize { size, fold, rows })?;
        Ok(Fold { train: train.to_vec(), test: made.test.clone() })
    };
    folds.iter().enumerate().map(cut).collect()
}
