//! The strength of a penalty, chosen by what it is worth on rows that were not fitted on.

use gradus_resample::{Fold, KFold, Resampler, RowOrder};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grid::LambdaGrid;
use super::held_out::HeldOutMeasure;
use super::options::EarlyStop;
use super::path::{PenalisedFamily, PenalisedFit, PenalisedPath};
use super::task::{Outcome, Task, check_converged};
use crate::LinearError;
use crate::fold::{Judged, Rows, stratified};

/// Which rows are held out in turn.
#[derive(Debug, Clone, Copy)]
pub enum LambdaFolds<'a> {
    /// So many folds of shuffled rows; of classes each fold has its share.
    Shuffled {
        /// How many, from 2.
        folds: usize,
        /// The seed of the shuffle.
        seed: u64,
    },
    /// The folds of any resampler, such as by groups or in time.
    By(&'a (dyn Resampler + Sync)),
}

/// Which λ is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LambdaRule {
    /// That of the best mean.
    #[default]
    Best,
    /// The largest whose mean is within one standard error of the best: the simplest model that may
    /// well be as good.
    OneStandardError,
}

/// How λ is judged on rows that were not fitted on.
///
/// The mean of a λ is over folds, each with the weight vₖ of its held-out rows as a share of all;
/// its standard error is √(Σ vₖ(lₖ − l̄)²/(K − 1)). Features are scaled within each fold by the rows
/// that it fits on. Each fold goes down the path of all rows' λ with warm starts; folds are fitted on
/// all cores, and the figures do not depend on how many there are.
///
/// ```
/// use gradus_linear::{Design, ElasticNet, LambdaChoice, LambdaGrid, LambdaRule};
/// use nalgebra::DMatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = DMatrix::from_fn(60, 4, |i, j| ((i * (7 + 4 * j)) % 23) as f64);
/// let y: Vec<f64> = (0..60).map(|i| 3.0 * x[(i, 0)] + ((i * 5) % 7) as f64).collect();
/// let design = Design::new(&x)?;
/// let grid = LambdaGrid::default();
/// let chosen = ElasticNet::default().cross_validate(&design, &y, &grid, &LambdaChoice::default())?;
/// let simple = chosen.fit(LambdaRule::OneStandardError)?;
/// assert_eq!(simple.point.selected(), [0]);
/// assert!(simple.point.lambda >= chosen.fit(LambdaRule::Best)?.point.lambda);
/// # Ok(())
/// # }
/// ```
///
/// Source: T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed.,
/// 7.10; means and errors are weighted as in glmnet's `cv.glmnet`. scikit-learn's `LassoCV` weighs
/// folds alike, scales nothing and has no one-standard-error rule.
#[derive(Debug, Clone, Copy)]
pub struct LambdaChoice<'a> {
    /// Which rows are held out.
    pub folds: LambdaFolds<'a>,
    /// By what a λ is judged.
    pub measure: HeldOutMeasure<'a>,
}

impl Default for LambdaChoice<'_> {
    /// The deviance of 10 folds, seed 0.
    fn default() -> Self {
        Self {
            folds: LambdaFolds::Shuffled { folds: 10, seed: 0 },
            measure: HeldOutMeasure::Deviance,
        }
    }
}

/// The path of all rows, and what each of its λ is worth on held-out rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidatedPath {
    /// The models fitted to all rows.
    pub path: PenalisedPath,
    /// What was measured, in words.
    pub measure: String,
    /// The measure of each fold at each λ, fold by fold.
    pub by_fold: Vec<Vec<f64>>,
    /// The weight of the held-out rows of each fold.
    pub fold_weights: Vec<f64>,
    /// The mean over folds at each λ.
    pub mean: Vec<f64>,
    /// The standard error of each mean.
    pub standard_error: Vec<f64>,
    /// The point of the best mean.
    pub best: usize,
    /// The point of the largest λ within one standard error of the best.
    pub one_standard_error: usize,
    /// The largest relative gap of a point that is converged.
    pub tolerance: f64,
}

impl CrossValidatedPath {
    /// The point that a rule takes.
    pub fn point(&self, rule: LambdaRule) -> usize {
        match rule {
            LambdaRule::Best => self.best,
            LambdaRule::OneStandardError => self.one_standard_error,
        }
    }

    /// The model that a rule takes, fitted to all rows.
    ///
    /// # Errors
    /// [`LinearError::NotConverged`], [`LinearError::NothingHolds`] if its point of the path did not
    /// converge.
    pub fn fit(&self, rule: LambdaRule) -> Result<PenalisedFit, LinearError> {
        let fit = self.path.fit_at(self.point(rule)).ok_or(LinearError::NoLambda)?;
        check_converged(&fit.point, self.tolerance)?;
        Ok(fit)
    }

    /// Whether the best λ is the smallest that was tried, so that a yet smaller one might be better.
    pub fn ends_at_the_best(&self) -> bool {
        self.best + 1 == self.mean.len()
    }
}

pub(super) fn cross_validate(
    task: Task<'_>,
    grid: &LambdaGrid,
    choice: &LambdaChoice<'_>,
) -> Result<CrossValidatedPath, LinearError> {
    let family = task.outcome.family();
    let of_numbers = family == PenalisedFamily::Linear;
    if of_numbers && matches!(choice.measure, HeldOutMeasure::Misclassification) {
        return Err(LinearError::NoClasses);
    }
    let path = task.path(grid)?;
    let (folds, measure) = (folds(task, choice.folds)?, choice.measure);
    let lambdas: Vec<f64> = path.points.iter().map(|point| point.lambda).collect();
    let judged: Result<Vec<_>, LinearError> = folds
        .par_iter()
        .enumerate()
        .map(|(number, fold)| judge(task, &lambdas, measure, number, fold))
        .collect();
    let (fold_weights, by_fold): (Vec<f64>, Vec<Vec<f64>>) =
        judged?.into_iter().filter(|(weight, _)| *weight > 0.0).unzip();
    let Judged { mean, standard_error, best, one_standard_error } =
        Judged::of(&fold_weights, &by_fold, measure.greater_is_better());
    Ok(CrossValidatedPath {
        path,
        measure: measure.name(family),
        by_fold,
        fold_weights,
        mean,
        standard_error,
        best,
        one_standard_error,
        tolerance: task.options.solver.tolerance,
    })
}

fn folds(task: Task<'_>, folds: LambdaFolds<'_>) -> Result<Vec<Fold>, LinearError> {
    let m = task.design.rows();
    let folds = match (folds, task.outcome) {
        (LambdaFolds::By(resampler), _) => resampler.folds(m)?,
        (LambdaFolds::Shuffled { folds, seed }, Outcome::Values(_)) => {
            KFold { folds, order: RowOrder::Shuffled { seed } }.folds(m)?
        }
        (
            LambdaFolds::Shuffled { folds, seed },
            Outcome::Dichotomous(of_row) | Outcome::Classes(of_row, _),
        ) => {
            return stratified(of_row, folds, seed);
        }
    };
    Ok(folds.iter().collect())
}

/// The weight of the rows that a fold holds out, and their measure at each λ.
fn judge(
    task: Task<'_>,
    lambdas: &[f64],
    measure: HeldOutMeasure<'_>,
    number: usize,
    fold: &Fold,
) -> Result<(f64, Vec<f64>), LinearError> {
    let design = task.design;
    let held = Rows::of(design, &fold.test);
    let weight = held.weight();
    if weight <= 0.0 {
        return Ok((0.0, Vec::new()));
    }
    let path = fit_fold(task, lambdas, number, &fold.train)?;
    let y = task.outcome.numbers(&fold.test);
    let values = path.points.iter().map(|point| {
        check_converged(point, task.options.solver.tolerance)?;
        let mut eta = point.linear_predictor(&held.x)?;
        for mut column in eta.column_iter_mut() {
            for (eta, offset) in column.iter_mut().zip(held.offset.iter().flatten()) {
                *eta += offset;
            }
        }
        let value = measure.of(task.outcome.family(), &y, eta, held.weights.as_deref());
        if value.is_finite() {
            return Ok(value);
        }
        let measure = measure.name(task.outcome.family());
        Err(LinearError::UndefinedLoss { measure, fold: number, lambda: point.lambda, value })
    });
    Ok((weight, values.collect::<Result<_, _>>()?))
}

/// The path of the rows that a fold fits on.
fn fit_fold(
    task: Task<'_>,
    lambdas: &[f64],
    number: usize,
    rows: &[usize],
) -> Result<PenalisedPath, LinearError> {
    let fitted = Rows::of(task.design, rows);
    let design = fitted.design()?;
    let mut options = task.options.clone();
    // Every fold has to have a model at every λ.
    options.solver.early_stop = EarlyStop::Never;
    let grid = LambdaGrid::Given(lambdas.to_vec());
    let picked = task.outcome.select(rows);
    let outcome = match task.outcome {
        Outcome::Values(_) => Outcome::Values(&picked.values),
        Outcome::Dichotomous(_) => Outcome::Dichotomous(&picked.classes),
        Outcome::Classes(_, count) => Outcome::Classes(&picked.classes, count),
    };
    if let Outcome::Dichotomous(of_row) | Outcome::Classes(of_row, _) = outcome {
        let count = if let Outcome::Classes(_, count) = outcome { count } else { 2 };
        fitted.has_classes(of_row, count, number)?;
    }
    Task::new(task.penalty, &options, &design, outcome)?.path(&grid)
}

/// The outcomes of some rows; one of the lists is empty.
struct Picked {
    values: Vec<f64>,
    classes: Vec<usize>,
}

impl Outcome<'_> {
    fn select(self, rows: &[usize]) -> Picked {
        match self {
            Outcome::Values(y) => {
                Picked { values: rows.iter().map(|&i| y[i]).collect(), classes: Vec::new() }
            }
            Outcome::Dichotomous(of_row) | Outcome::Classes(of_row, _) => {
                Picked { values: Vec::new(), classes: rows.iter().map(|&i| of_row[i]).collect() }
            }
        }
    }

    /// The outcomes of some rows, classes by their number.
    fn numbers(self, rows: &[usize]) -> Vec<f64> {
        let Picked { values, classes } = self.select(rows);
        if classes.is_empty() {
            values
        } else {
            classes.into_iter().map(|class| class as f64).collect()
        }
    }
}
