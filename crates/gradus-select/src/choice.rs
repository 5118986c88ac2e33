//! Which candidate of a search is taken.

use std::fmt;

use crate::trial::best_of;
use crate::{Goal, Trial};

/// The rule by which one of several trials is taken: the best, or the simplest that is hardly worse.
///
/// What [`nested_search`](crate::nested_search) measures is a procedure, and this is its last step: to
/// know what a choice is worth, give the rule that makes it.
///
/// ```
/// use gradus_resample::KFold;
/// use gradus_select::{Choice, Goal, Job, SelectError, search};
///
/// // Degree 5 is best by a hair, degree 2 hardly worse, degree 1 much.
/// let error = |job: Job<'_, u32>| -> Result<f64, SelectError> {
///     let noise = 0.1 * job.fold as f64;
///     Ok(noise + match job.params { 1 => 2.0, 2 => 1.01, _ => 1.0 })
/// };
/// let found = search(&[1, 2, 5], Goal::Minimise, &KFold::default(), 50, error)?;
/// let degree = |&degree: &u32| f64::from(degree);
/// let taken = |rule: Choice<'_, u32>| rule.among(&found.trials).map(|trial| trial.params);
/// assert_eq!(taken(Choice::best(Goal::Minimise)), Some(5));
/// assert_eq!(taken(Choice::simplest_within_one_error(Goal::Minimise, &degree)), Some(2));
/// # Ok::<(), SelectError>(())
/// ```
pub struct Choice<'c, P> {
    goal: Goal,
    complexity: Option<&'c dyn Fn(&P) -> f64>,
}

/// Copied whatever the candidate is.
impl<P> Clone for Choice<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Copied whatever the candidate is.
impl<P> Copy for Choice<'_, P> {}

impl<'c, P> Choice<'c, P> {
    /// The trial with the best mean score, the first among equals.
    pub fn best(goal: Goal) -> Self {
        Self { goal, complexity: None }
    }

    /// The least complex trial whose score lies within one standard error of the best one's: of
    /// equals the better one. Where there is no standard error, as of a single fold, it is the best.
    ///
    /// L. Breiman, J. Friedman, R. Olshen, C. Stone, *Classification and Regression Trees* (1984).
    pub fn simplest_within_one_error(goal: Goal, complexity: &'c dyn Fn(&P) -> f64) -> Self {
        Self { goal, complexity: Some(complexity) }
    }

    /// What is sought.
    pub fn goal(&self) -> Goal {
        self.goal
    }

    /// The trial that the rule takes; none if none has a score.
    pub fn among<'t>(&self, trials: &'t [Trial<P>]) -> Option<&'t Trial<P>> {
        let best = &trials[best_of(trials, self.goal).ok()?];
        let (Some(complexity), Some(spread)) = (self.complexity, best.spread()) else {
            return Some(best);
        };
        let Some(slack) = spread.standard_error() else { return Some(best) };
        let worst = match self.goal {
            Goal::Minimise => spread.mean + slack,
            Goal::Maximise => spread.mean - slack,
        };
        let within =
            |trial: &&Trial<P>| trial.score().is_some_and(|score| !self.goal.prefers(worst, score));
        let simplest = ranked(trials, self.goal)
            .into_iter()
            .filter(within)
            .min_by(|a, b| complexity(&a.params).total_cmp(&complexity(&b.params)));
        simplest.or(Some(best))
    }
}

impl<P> fmt::Debug for Choice<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = if self.complexity.is_some() { "simplest within one error" } else { "best" };
        f.debug_struct("Choice").field("goal", &self.goal).field("rule", &rule).finish()
    }
}

/// The scored trials from the best to the worst.
pub(crate) fn ranked<P>(trials: &[Trial<P>], goal: Goal) -> Vec<&Trial<P>> {
    let mut ranked: Vec<(f64, &Trial<P>)> =
        trials.iter().filter_map(|trial| Some((trial.score()?, trial))).collect();
    ranked.sort_by(|(a, _), (b, _)| match goal {
        Goal::Minimise => a.total_cmp(b),
        Goal::Maximise => b.total_cmp(a),
    });
    ranked.into_iter().map(|(_, trial)| trial).collect()
}
