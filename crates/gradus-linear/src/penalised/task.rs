//! From a design and an outcome to a path: the frame that all families share.

use super::certificate::Certificate;
use super::class_model::ClassModel;
use super::grid::{LambdaGrid, largest_lambda};
use super::least_squares::LeastSquares;
use super::likelihood::Classes;
use super::options::{EarlyStop, PenalisedOptions};
use super::path::{PathEnd, PathPoint, PenalisedFamily, PenalisedFit, PenalisedPath};
use super::prepared::{Prepared, Rows};
use super::problem::{Level, Problem, Solved};
use crate::{Design, Intercept, LinearError, Penalty};

/// Explained deviance at which a path ends.
const ALMOST_ALL: f64 = 0.999;
/// Growth of the explained deviance, as a share of it, below which a path ends. Not as a share of
/// all: the first points of a ridge path explain next to nothing.
const NOTHING: f64 = 1e-5;
/// Points that a path has at least.
const AT_LEAST: usize = 5;

/// The outcome of each row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome<'a> {
    Values(&'a [f64]),
    /// Two classes in one column of coefficients.
    Dichotomous(&'a [usize]),
    /// So many classes with a column each.
    Classes(&'a [usize], usize),
}

impl Outcome<'_> {
    pub(super) fn family(self) -> PenalisedFamily {
        match self {
            Outcome::Values(_) => PenalisedFamily::Linear,
            Outcome::Dichotomous(_) => PenalisedFamily::Logistic,
            Outcome::Classes(..) => PenalisedFamily::Multinomial,
        }
    }

    fn columns(self) -> usize {
        if let Outcome::Classes(_, classes) = self { classes } else { 1 }
    }
}

/// Fails unless the point is a solution.
pub(super) fn check_converged(point: &PathPoint, tolerance: f64) -> Result<(), LinearError> {
    let Certificate { converged, iterations, relative_gap, .. } = point.certificate;
    let lambda = point.lambda;
    match converged {
        true => Ok(()),
        // The gap closes as the coefficients grow, and there is no end to that.
        false if relative_gap <= tolerance => Err(LinearError::NothingHolds { lambda }),
        false => Err(LinearError::NotConverged { lambda, iterations, relative_gap }),
    }
}

/// All that a fit is made of, checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) penalty: &'a Penalty,
    pub(super) options: &'a PenalisedOptions,
    pub(super) design: &'a Design<'a>,
    pub(super) outcome: Outcome<'a>,
}

impl<'a> Task<'a> {
    pub(super) fn new(
        penalty: &'a Penalty,
        options: &'a PenalisedOptions,
        design: &'a Design<'a>,
        outcome: Outcome<'a>,
    ) -> Result<Self, LinearError> {
        design.check_features()?;
        penalty.check(design.features())?;
        options.check(design.features())?;
        Ok(Self { penalty, options, design, outcome })
    }

    /// The model at the penalty's λ.
    pub(super) fn fit(self) -> Result<PenalisedFit, LinearError> {
        let path = self.path(&LambdaGrid::Given(vec![self.penalty.lambda]))?;
        let Some(fit) = path.fit_at(0) else { return Err(LinearError::NoLambda) };
        check_converged(&fit.point, self.options.solver.tolerance)?;
        Ok(fit)
    }

    /// The models at all λ.
    pub(super) fn path(self, grid: &LambdaGrid) -> Result<PenalisedPath, LinearError> {
        grid.check()?;
        let Self { options, design, .. } = self;
        match self.outcome {
            Outcome::Values(y) => {
                design.check_outcome(y)?;
                let prepared =
                    Prepared::new(design, options.intercept, options.scaling, Rows::Weighted);
                let offset = design.offset();
                let y: Vec<f64> =
                    (0..y.len()).map(|i| y[i] - offset.map_or(0.0, |offset| offset[i])).collect();
                let centre = match options.intercept {
                    Intercept::Fitted => prepared.mean(&y),
                    Intercept::None => 0.0,
                };
                let roots = prepared.v.iter().map(|v| v.sqrt());
                let y = y.iter().zip(roots).map(|(y, root)| (y - centre) * root).collect();
                let mut problem = LeastSquares::new(&prepared.x, y, options.solver);
                self.run(&prepared, &mut problem, grid, centre)
            }
            Outcome::Dichotomous(of_row) | Outcome::Classes(of_row, _) => {
                let prepared =
                    Prepared::new(design, options.intercept, options.scaling, Rows::Plain);
                let classes = Classes { of_row, v: &prepared.v, columns: self.outcome.columns() };
                let intercept = options.intercept == Intercept::Fitted;
                let mut problem = ClassModel::new(
                    &prepared.x,
                    classes,
                    design.offset(),
                    intercept,
                    options.solver,
                );
                self.run(&prepared, &mut problem, grid, 0.0)
            }
        }
    }

    fn run(
        self,
        prepared: &Prepared,
        problem: &mut dyn Problem,
        grid: &LambdaGrid,
        centre: f64,
    ) -> Result<PenalisedPath, LinearError> {
        let Self { penalty, options, design, outcome } = self;
        let level = |lambda: f64| {
            let terms = prepared.terms(penalty, &options.bounds, lambda);
            let copies = vec![&terms[..]; outcome.columns()];
            Level { lambda, terms: copies.concat() }
        };
        let unit = level(1.0);
        let null = unit.null();
        if null.terms.iter().any(|term| term.lower < 0.0 || term.upper > 0.0) {
            problem.solve(&null, &null);
        }
        let largest = largest_lambda(&unit.terms, problem.gradient(), penalty.l1_ratio);
        let lambdas = grid.values(largest, design.rows(), design.features())?;
        let null_loss = problem.null_loss();
        let explained = |loss: f64| if null_loss > 0.0 { 1.0 - loss / null_loss } else { 0.0 };

        let mut before = level(largest.max(lambdas.first().copied().unwrap_or_default()));
        let (mut levels, mut solved): (Vec<Level>, Vec<Solved>) = (Vec::new(), Vec::new());
        let mut ended = PathEnd::LastLambda;
        for &lambda in &lambdas {
            let next = level(lambda);
            let point = problem.solve(&next, &before);
            let share = explained(point.loss);
            let gained = share - solved.last().map_or(0.0, |point| explained(point.loss));
            before = next.clone();
            levels.push(next);
            solved.push(point);
            if options.solver.early_stop == EarlyStop::Deviance && solved.len() < lambdas.len() {
                if share > ALMOST_ALL {
                    ended = PathEnd::AlmostAllExplained;
                    break;
                }
                if solved.len() > AT_LEAST && gained < NOTHING * share {
                    ended = PathEnd::NothingGained;
                    break;
                }
            }
        }
        problem.audit(&levels, &mut solved);

        let points = solved
            .into_iter()
            .zip(&levels)
            .map(|(point, level)| {
                let (coefficients, shifts): (Vec<_>, Vec<_>) =
                    point.w.chunks(design.features().max(1)).map(|w| prepared.restore(w)).unzip();
                let (coefficients, shifts) = if design.features() == 0 {
                    (vec![Vec::new(); outcome.columns()], vec![0.0; outcome.columns()])
                } else {
                    (coefficients, shifts)
                };
                let intercept = |(k, shift): (usize, &f64)| {
                    centre + point.b.get(k).copied().unwrap_or_default() - shift
                };
                let mut intercepts: Vec<f64> = shifts.iter().enumerate().map(intercept).collect();
                if outcome.columns() > 1 {
                    // What is added to all classes changes nothing; their sum is told as 0.
                    let mean = intercepts.iter().sum::<f64>() / intercepts.len() as f64;
                    intercepts.iter_mut().for_each(|b| *b -= mean);
                }
                PathPoint {
                    lambda: level.lambda,
                    intercepts,
                    coefficients,
                    deviance_explained: explained(point.loss),
                    certificate: point.certificate,
                }
            })
            .collect();
        Ok(PenalisedPath {
            family: outcome.family(),
            names: design.names().to_vec(),
            l1_ratio: penalty.l1_ratio,
            null_loss,
            largest_lambda: largest,
            points,
            ended,
        })
    }
}
