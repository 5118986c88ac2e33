//! Logistic and multinomial losses with the penalty, by proximal Newton steps.
//!
//! Each step minimises the quadratic model of the loss at the point reached, with the penalty as it
//! is, over the features in play, and goes as far in its direction as the objective agrees.

use nalgebra::DMatrix;

use super::certificate::{Certificate, feasible_share, largest_violation, penalty_gap};
use super::class_gain::gain;
use super::free_columns::free_at;
use super::likelihood::{Classes, Evaluation, gather};
use super::options::{PenalisedSolver, Screening};
use super::passes::{add_product, cross, gradient, gram};
use super::problem::{Level, Problem, Solved};
use super::quadratic::{Quadratic, Workspace};
use super::term::Term;
use super::working_set::WorkingSet;

/// Coordinates of one Newton step: beyond, they take turns.
const BLOCK: usize = 2_048;
/// Steps in a row that may gain little before it is over.
const STALLS: usize = 8;
/// Newton steps on intercepts and unpenalised coefficients after each step on all.
const SETTLING: usize = 20;
/// A mean residual is rounding below this.
const SETTLED: f64 = 1e-15;
/// Dual feasible but for rounding.
const FEASIBLE: f64 = 1e-11;
/// A share of the null loss that only separated classes reach without a penalty.
const SEPARATED: f64 = 1e-8;
/// Armijo's share of the promised descent.
const ARMIJO: f64 = 1e-4;
/// Halvings of a step.
const HALVINGS: usize = 40;

/// A coordinate: the class, and the feature or the intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Coordinate {
    class: usize,
    feature: Option<usize>,
}

/// The problem, and the point reached.
#[derive(Debug)]
pub(super) struct ClassModel<'a> {
    x: &'a DMatrix<f64>,
    classes: Classes<'a>,
    intercept: bool,
    solver: PenalisedSolver,
    null_loss: f64,
    /// Σᵢ vᵢxᵢⱼ².
    squares: Vec<f64>,
    w: Vec<f64>,
    b: Vec<f64>,
    eta: Vec<f64>,
    at: Evaluation,
    z: Vec<f64>,
    space: Workspace,
}

impl<'a> ClassModel<'a> {
    pub(super) fn new(
        x: &'a DMatrix<f64>,
        classes: Classes<'a>,
        offset: Option<&[f64]>,
        intercept: bool,
        solver: PenalisedSolver,
    ) -> Self {
        let (p, columns) = (x.ncols(), classes.columns);
        let zeros = vec![0.0; x.nrows()];
        // An offset in every class would change nothing.
        let eta = match offset {
            Some(offset) if columns == 1 => offset.to_vec(),
            _ => vec![zeros; columns].concat(),
        };
        let at = classes.evaluate(&eta);
        let square = |x: &[f64]| x.iter().zip(classes.v).map(|(x, v)| v * x * x).sum();
        let squares = x.column_iter().map(|column| square(column.as_slice())).collect();
        let mut model = Self {
            x,
            classes,
            intercept,
            solver,
            null_loss: 0.0,
            squares,
            w: vec![0.0; p * columns],
            b: vec![0.0; columns],
            eta,
            at,
            z: vec![0.0; p * columns],
            space: Workspace::default(),
        };
        model.settle(&vec![Term::PINNED; p * columns]);
        model.null_loss = model.at.loss;
        model.refresh();
        model
    }

    fn target(&self) -> f64 {
        self.solver.tolerance * self.null_loss
    }

    /// The gradient at the point reached.
    fn refresh(&mut self) {
        let (m, p) = self.x.shape();
        if p > 0 {
            for (r, z) in self.at.residuals.chunks_exact(m).zip(self.z.chunks_exact_mut(p)) {
                gradient(self.x, r, z);
            }
        }
    }

    fn term(&self, terms: &[Term], coordinate: Coordinate) -> Term {
        match coordinate.feature {
            Some(feature) => terms[coordinate.class * self.x.ncols() + feature],
            None => Term::FREE,
        }
    }

    fn value(&self, coordinate: Coordinate) -> f64 {
        match coordinate.feature {
            Some(feature) => self.w[coordinate.class * self.x.ncols() + feature],
            None => self.b[coordinate.class],
        }
    }

    /// The intercepts, and what `chosen` picks of the coefficients.
    fn coordinates(&self, chosen: impl Fn(usize) -> bool) -> Vec<Coordinate> {
        let p = self.x.ncols();
        let of_class = |class: usize| {
            let intercept = self.intercept.then_some(Coordinate { class, feature: None });
            let features = (0..p).map(Some).map(move |feature| Coordinate { class, feature });
            let chosen = |c: &Coordinate| c.feature.is_some_and(|j| chosen(class * p + j));
            intercept.into_iter().chain(features.filter(chosen)).collect::<Vec<_>>()
        };
        (0..self.classes.columns).flat_map(of_class).collect()
    }

    /// The quadratic model at the point reached in some coordinates, its columns, and their places.
    fn quadratic(&self, block: &[Coordinate], terms: &[Term]) -> (Quadratic, Vec<f64>, Vec<usize>) {
        let m = self.x.nrows();
        let mut features: Vec<usize> = block.iter().filter_map(|c| c.feature).collect();
        features.sort_unstable();
        features.dedup();
        let columns = gather(self.x, &features, self.intercept);
        let place = |c: &Coordinate| match c.feature {
            Some(j) => features.partition_point(|&f| f < j) + usize::from(self.intercept),
            None => 0,
        };
        let places: Vec<usize> = block.iter().map(place).collect();
        let slopes = cross(&columns, &self.at.residuals, m);
        let (n, width) = (block.len(), columns.len() / m);
        let mut products = vec![0.0; n * n];
        for k in 0..self.classes.columns {
            for l in k..self.classes.columns {
                let of = |class: usize| (0..n).filter(move |&i| block[i].class == class);
                if of(k).next().is_none() || of(l).next().is_none() {
                    continue;
                }
                let shared = gram(&columns, m, Some(&self.classes.curvature(&self.at, k, l)));
                for j in of(l) {
                    for i in of(k) {
                        products[j * n + i] = shared[places[j] * width + places[i]];
                        products[i * n + j] = products[j * n + i];
                    }
                }
            }
        }
        let model = Quadratic {
            gram: products,
            terms: block.iter().map(|&c| self.term(terms, c)).collect(),
            w: block.iter().map(|&c| self.value(c)).collect(),
            g: block.iter().zip(&places).map(|(c, &place)| slopes[(place, c.class)]).collect(),
            rss: self.classes.model_size(&self.at),
        };
        (model, columns, places)
    }

    /// Goes towards the minimum of the quadratic model as far as the objective agrees. Returns
    /// whether it moved.
    fn advance(
        &mut self,
        block: &[Coordinate],
        from: &[f64],
        slopes: &[f64],
        to: &Quadratic,
        columns: &[f64],
        places: &[usize],
    ) -> bool {
        let m = self.x.nrows();
        let steps: Vec<f64> = to.w.iter().zip(from).map(|(to, from)| to - from).collect();
        let cost = |t: f64| -> f64 {
            let points = to.terms.iter().zip(from.iter().zip(&steps));
            points.map(|(term, (w, step))| term.value(w + t * step) - term.value(*w)).sum()
        };
        let promised = cost(1.0) - steps.iter().zip(slopes).map(|(step, g)| step * g).sum::<f64>();
        // Near the minimum promise and change are all rounding, while the gap still falls: it is
        // linear in the step and they are quadratic.
        let rounding = 4.0 * f64::EPSILON * self.at.loss;
        if promised > rounding {
            return false;
        }
        let width = columns.len() / m.max(1);
        let mut move_of_eta = vec![0.0; self.eta.len()];
        let columns = DMatrix::from_column_slice(m, width, columns);
        for (class, out) in move_of_eta.chunks_exact_mut(m).enumerate() {
            let mut w = vec![0.0; width];
            let own = block.iter().zip(places).zip(&steps).filter(|((c, _), _)| c.class == class);
            own.for_each(|((_, &place), step)| w[place] = *step);
            add_product(&columns, &w, 1.0, out);
        }
        let mut t = 1.0_f64;
        for _ in 0..HALVINGS {
            let eta: Vec<f64> =
                self.eta.iter().zip(&move_of_eta).map(|(eta, step)| eta + t * step).collect();
            let at = self.classes.evaluate(&eta);
            let change = at.loss - self.at.loss + cost(t);
            if change <= ARMIJO * t * promised + rounding {
                (self.eta, self.at) = (eta, at);
                let p = self.x.ncols();
                for ((c, from), (to, step)) in block.iter().zip(from).zip(to.w.iter().zip(&steps)) {
                    let value = if t == 1.0 { *to } else { from + t * step };
                    match c.feature {
                        Some(j) => self.w[c.class * p + j] = value,
                        None => self.b[c.class] = value,
                    }
                }
                return true;
            }
            t *= 0.5;
        }
        false
    }

    /// Makes the gradient of intercepts and of what nothing holds vanish but for rounding, without
    /// which no residual is dual feasible. Returns whether it did.
    fn settle(&mut self, terms: &[Term]) -> bool {
        let free = self.coordinates(|c| terms[c].is_free_at(self.w[c]));
        if free.is_empty() {
            return true;
        }
        let mut least = f64::INFINITY;
        for _ in 0..SETTLING {
            let (mut model, columns, places) = self.quadratic(&free, terms);
            let worst = model.g.iter().fold(0.0, |worst: f64, g| worst.max(g.abs()));
            if worst <= SETTLED || (worst <= FEASIBLE && worst >= 0.5 * least) {
                return true;
            }
            least = least.min(worst);
            let (from, slopes) = (model.w.clone(), model.g.clone());
            model.settle(&mut self.space);
            if !self.advance(&free, &from, &slopes, &model, &columns, &places) {
                return worst <= FEASIBLE;
            }
        }
        least <= FEASIBLE
    }

    fn certify(&self, level: &Level, settled: bool) -> (Certificate, f64) {
        let points =
            || level.terms.iter().zip(self.w.iter().zip(&self.z)).map(|(t, (w, z))| (t, *w, *z));
        let s = feasible_share(points());
        let sum = self.classes.gap(&self.at, s) + penalty_gap(points(), s);
        let mut gap = if settled { sum } else { f64::INFINITY };
        if gap <= self.target() {
            let free = free_at(&level.terms, &self.w);
            gap += gain(self.x, &self.classes, &self.at, self.intercept, &free);
        }
        let unit = if level.lambda > 0.0 { level.lambda } else { 1.0 };
        let penalty: f64 = points().map(|(term, w, _)| term.value(w)).sum();
        let free = points().any(|(term, w, _)| term.is_free_at(w));
        let separated = free && self.at.loss <= SEPARATED * self.null_loss;
        let certificate = Certificate {
            objective: self.at.loss + penalty,
            gap,
            relative_gap: if self.null_loss > 0.0 { gap / self.null_loss } else { gap },
            kkt_violation: largest_violation(points()) / unit,
            nonzero: self.w.iter().filter(|w| **w != 0.0).count(),
            iterations: 0,
            converged: gap <= self.target() && !separated,
        };
        (certificate, s)
    }

    fn solved(&self, level: &Level, certificate: Certificate, iterations: usize) -> Solved {
        let certificate = Certificate { iterations, ..certificate };
        let (mut w, mut b) = (self.w.clone(), self.b.clone());
        let (p, classes) = (self.x.ncols(), self.classes.columns);
        if classes > 1 {
            // What nothing holds is defined but for a constant that all classes share.
            centre(&mut b, 0, 1);
            for j in 0..p {
                if (0..classes).all(|k| level.terms[k * p + j] == Term::FREE) {
                    centre(&mut w, j, p);
                }
            }
        }
        Solved { w, b, loss: self.at.loss, certificate }
    }

    /// The radius of the sphere of dual points around the scaled residuals.
    fn radius(&self, gap: f64) -> f64 {
        // The conjugate of the logistic loss is strongly convex by 4, that of softmax by 2.
        let modulus = if self.classes.columns == 1 { 4.0 } else { 2.0 };
        (2.0 * gap / modulus).sqrt()
    }
}

/// Subtracts the mean of every `step`-th value from `start` on.
fn centre(values: &mut [f64], start: usize, step: usize) {
    let chosen = || values.iter().skip(start).step_by(step);
    let mean = chosen().sum::<f64>() / chosen().count() as f64;
    values.iter_mut().skip(start).step_by(step).for_each(|value| *value -= mean);
}

impl Problem for ClassModel<'_> {
    fn null_loss(&self) -> f64 {
        self.null_loss
    }

    fn gradient(&self) -> &[f64] {
        &self.z
    }

    fn solve(&mut self, level: &Level, before: &Level) -> Solved {
        let terms = &level.terms;
        let mut set =
            WorkingSet::new(self.solver.screening, terms, &before.terms, &self.w, &self.z);
        let (mut iterations, mut stalls, mut least) = (0, 0, f64::INFINITY);
        let mut found: Option<Solved> = None;
        loop {
            let settled = self.settle(terms);
            self.refresh();
            let (certificate, s) = self.certify(level, settled);
            stalls = if certificate.gap < 0.5 * least { 0 } else { stalls + 1 };
            least = least.min(certificate.gap);
            let out = iterations >= self.solver.max_iterations || stalls >= STALLS;
            if found.is_none() && certificate.converged && self.solver.is_exact() {
                // One more step: near a minimum they are quadratic, and the gap says little of the
                // last digits.
                found = Some(self.solved(level, certificate, iterations));
            } else if certificate.converged || out || found.is_some() {
                let last = self.solved(level, certificate, iterations);
                return found.filter(|_| !certificate.converged).unwrap_or(last);
            }
            let radius = self.radius(certificate.gap);
            if iterations > 0 || self.solver.screening == Screening::WorkingSets {
                set.grow(terms, &self.w, &self.z, &self.squares, s, radius);
            }
            // The model's accuracy follows the gap, for the steps to converge quadratically.
            let share = certificate.relative_gap.clamp(1e-6, 1e-2);
            let wanted = (certificate.gap * share).min(1e-2 * self.null_loss);
            let target = wanted.max(0.1 * self.target());
            let members = set.members();
            let chosen = |c: usize| members.binary_search(&c).is_ok();
            for block in self.coordinates(chosen).chunks(BLOCK) {
                let (mut model, columns, places) = self.quadratic(block, terms);
                let (from, slopes) = (model.w.clone(), model.g.clone());
                let left = self.solver.max_iterations.saturating_sub(iterations);
                let names: Vec<usize> = (0..block.len()).collect();
                self.space.forget();
                let (_, sweeps) = model.solve(target, left, &names, &mut self.space);
                iterations += sweeps;
                if self.solver.is_exact() {
                    model.polish(&names, &mut self.space);
                }
                self.advance(block, &from, &slopes, &model, &columns, &places);
            }
        }
    }
}
