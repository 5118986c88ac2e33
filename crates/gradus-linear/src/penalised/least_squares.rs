//! ½‖y − Xw‖² with the penalty.

use gradus_linalg::{MatMut, MatRef, gemm, reduce};
use nalgebra::DMatrix;

use super::certificate::{Certificate, feasible_share, largest_violation, penalty_gap};
use super::free_columns::{FreeColumns, free_at};
use super::gram_cache::{self, GramCache};
use super::naive;
use super::options::{PenalisedSolver, Screening, Updates};
use super::passes::{add_product, gradient, gram};
use super::problem::{Level, Problem, Solved};
use super::quadratic::{Ended, Quadratic, Workspace};
use super::term::Term;
use super::working_set::WorkingSet;

/// Features up to which, if they are few next to the rows, all their products are formed: 8 MiB.
const FULL: usize = 1_000;
/// Rounds from fresh residuals that may bring nothing.
const STALLS: usize = 4;
/// A gradient by products is trusted if it differs from that by residuals by less than this share
/// of the largest there is.
const TRUSTED: f64 = 1e-10;
/// Rows that an audit takes at once.
const AUDIT_ROWS: usize = 256;
/// A share of the tolerance that the rounding of a loss by products may take.
const UNSEEN: f64 = 0.1;
/// Steps of what nothing holds, each of which halves at least what is left.
const SETTLING: usize = 8;
/// What nothing holds is at rest if its columns explain less than this of the outcome's length.
const SETTLED: f64 = 1e-13;

/// The problem, and the point reached.
#[derive(Debug)]
pub(super) struct LeastSquares<'a> {
    x: &'a DMatrix<f64>,
    y: Vec<f64>,
    solver: PenalisedSolver,
    null_rss: f64,
    /// Xᵀy.
    moments: Vec<f64>,
    /// ‖xⱼ‖².
    squares: Vec<f64>,
    w: Vec<f64>,
    /// Xᵀ(y − Xw).
    z: Vec<f64>,
    rss: f64,
    engine: Engine,
    space: Workspace,
    /// The last ones that nothing held.
    free: Option<FreeColumns>,
}

/// What a residual, made dual feasible in what nothing holds, proves.
struct Dual<'d> {
    /// Its gradient.
    z: &'d [f64],
    squares: f64,
    /// What the coordinates that nothing holds can still gain.
    gain: f64,
}

/// How the gradient is kept.
#[derive(Debug)]
enum Engine {
    /// By the products of all columns. Its model holds the point reached.
    Full(Quadratic),
    /// By the products of the columns in play.
    Cached(GramCache),
    /// By the residuals.
    Naive,
}

impl<'a> LeastSquares<'a> {
    pub(super) fn new(x: &'a DMatrix<f64>, y: Vec<f64>, solver: PenalisedSolver) -> Self {
        let (m, p) = x.shape();
        let mut z = vec![0.0; p];
        gradient(x, &y, &mut z);
        let rss = reduce::sum_squares(&y);
        let w = vec![0.0; p];
        let engine = match solver.updates {
            Updates::Naive => Engine::Naive,
            Updates::Gram if p <= FULL && p <= 4 * m => {
                let gram = gram(x.as_slice(), m, None);
                let (terms, w, g) = (Vec::new(), w.clone(), z.clone());
                Engine::Full(Quadratic { gram, terms, w, g, rss })
            }
            Updates::Gram => Engine::Cached(GramCache::default()),
        };
        let squares = x.column_iter().map(|x| reduce::sum_squares(x.as_slice())).collect();
        let space = Workspace::default();
        let moments = z.clone();
        Self { x, y, solver, null_rss: rss, moments, squares, w, z, rss, engine, space, free: None }
    }

    fn target(&self) -> f64 {
        self.solver.tolerance * self.null_loss()
    }

    /// Residuals, their squares and the gradient at w, from the data.
    fn refresh(&mut self) {
        let mut r = self.y.clone();
        add_product(self.x, &self.w, -1.0, &mut r);
        self.rss = reduce::sum_squares(&r);
        gradient(self.x, &r, &mut self.z);
    }

    /// What is known of w, with nothing that is free, by its gradient and squares.
    fn certify(&self, level: &Level, w: &[f64], z: &[f64], rss: f64) -> (Certificate, f64) {
        self.certify_by(level, w, z, rss, &Dual { z, squares: rss, gain: 0.0 })
    }

    /// What is known of w by its gradient and squares and a dual point.
    fn certify_by(
        &self,
        level: &Level,
        w: &[f64],
        z: &[f64],
        rss: f64,
        dual: &Dual<'_>,
    ) -> (Certificate, f64) {
        let s = feasible_share(points(&level.terms, w, dual.z));
        let penalty: f64 = level.terms.iter().zip(w).map(|(term, w)| term.value(*w)).sum();
        let objective = 0.5 * rss + penalty;
        let gap = dual.gain
            + 0.5 * (1.0 - s).powi(2) * dual.squares
            + penalty_gap(points(&level.terms, w, dual.z), s);
        // The dual objective of no residual at all is 0.
        let gap = if gap > objective { objective } else { gap };
        let violation = largest_violation(points(&level.terms, w, z));
        let unit = if level.lambda > 0.0 { level.lambda } else { 1.0 };
        let null = self.null_loss();
        let certificate = Certificate {
            objective,
            gap,
            relative_gap: if null > 0.0 { gap / null } else { gap },
            kkt_violation: violation / unit,
            nonzero: w.iter().filter(|w| **w != 0.0).count(),
            iterations: 0,
            // Outcomes whose squares overflow give an infinite gap, and an infinite target.
            converged: gap.is_finite() && gap <= self.target(),
        };
        (certificate, s)
    }

    /// The point reached, from the data, with what nothing holds where it is best.
    fn settled(&mut self, level: &Level) -> (Certificate, f64) {
        let mut least = f64::INFINITY;
        for _ in 0..SETTLING {
            let free = free_at(&level.terms, &self.w);
            if free.is_empty() {
                break;
            }
            let r = FreeColumns::residual(self.x, &self.y, &self.w);
            let columns = self.free_columns(free);
            let gain = columns.gain(&r);
            let before = std::mem::replace(&mut least, gain.norm);
            let rest = gain.norm <= SETTLED * self.null_rss.sqrt() || gain.norm > 0.5 * before;
            let moved = !rest && columns.take(&gain, &level.terms, &mut self.w);
            self.free = Some(columns);
            if !moved {
                break;
            }
        }
        self.certified(level)
    }

    /// The point reached, from the data.
    fn certified(&mut self, level: &Level) -> (Certificate, f64) {
        let free = free_at(&level.terms, &self.w);
        if free.is_empty() {
            self.refresh();
            return self.certify(level, &self.w, &self.z, self.rss);
        }
        let r = FreeColumns::residual(self.x, &self.y, &self.w);
        self.rss = reduce::sum_squares(&r);
        gradient(self.x, &r, &mut self.z);
        let columns = self.free_columns(free);
        let gain = columns.gain(&r);
        self.free = Some(columns);
        let mut z = vec![0.0; self.w.len()];
        gradient(self.x, &gain.rest, &mut z);
        let dual = Dual { z: &z, squares: reduce::sum_squares(&gain.rest), gain: gain.bound };
        self.certify_by(level, &self.w, &self.z, self.rss, &dual)
    }

    /// Their basis: the last one if it is of the same.
    fn free_columns(&mut self, free: Vec<usize>) -> FreeColumns {
        let last = self.free.take().filter(|last| last.is_of(&free));
        last.unwrap_or_else(|| FreeColumns::new(self.x, free))
    }

    fn solved(&self, certificate: Certificate, iterations: usize) -> Solved {
        let certificate = Certificate { iterations, ..certificate };
        Solved { w: self.w.clone(), b: Vec::new(), loss: 0.5 * self.rss, certificate }
    }

    /// With the products of all columns.
    fn solve_full(&mut self, level: &Level, model: &mut Quadratic, exact: bool) -> Solved {
        let target = self.target();
        let names: Vec<usize> = (0..self.w.len()).collect();
        model.terms.clone_from(&level.terms);
        let mut iterations = 0;
        let mut least = f64::INFINITY;
        let mut stalls = 0;
        loop {
            let left = self.solver.max_iterations.saturating_sub(iterations);
            let (ended, sweeps) = model.solve(0.5 * target, left, &names, &mut self.space);
            iterations += sweeps;
            if exact {
                model.polish(&names, &mut self.space);
            }
            model.settle(&mut self.space);
            self.w.clone_from(&model.w);
            let certificate = if exact || !free_at(&level.terms, &self.w).is_empty() {
                let certificate = self.settled(level).0;
                model.w.clone_from(&self.w);
                model.g.clone_from(&self.z);
                model.rss = self.rss;
                certificate
            } else {
                model.refresh(&self.moments, self.null_rss);
                self.z.clone_from(&model.g);
                self.rss = model.rss;
                self.certify(level, &self.w, &self.z, self.rss).0
            };
            stalls = if certificate.gap < 0.5 * least { 0 } else { stalls + 1 };
            least = least.min(certificate.gap);
            let out = ended == Ended::OutOfSweeps || iterations >= self.solver.max_iterations;
            if certificate.converged || out || stalls >= STALLS {
                return self.solved(certificate, iterations);
            }
        }
    }

    /// With the columns in play.
    fn solve_sets(
        &mut self,
        level: &Level,
        before: &Level,
        cache: &mut Option<GramCache>,
    ) -> Solved {
        let target = self.target();
        let terms = &level.terms;
        let mut set =
            WorkingSet::new(self.solver.screening, terms, &before.terms, &self.w, &self.z);
        let (certificate, s) = self.certify(level, &self.w, &self.z, self.rss);
        if self.solver.screening == Screening::WorkingSets {
            let radius = (2.0 * certificate.gap).sqrt();
            set.grow(terms, &self.w, &self.z, &self.squares, s, radius);
        }
        let (mut iterations, mut stalls) = (0, 0);
        loop {
            let members = set.members();
            let left = self.solver.max_iterations.saturating_sub(iterations);
            let pick = |from: &[f64]| members.iter().map(|&j| from[j]).collect::<Vec<f64>>();
            let (ended, sweeps) = match cache.as_mut().filter(|_| members.len() <= gram_cache::MOST)
            {
                Some(cache) => {
                    let mut model = Quadratic {
                        gram: cache.of(self.x, &members),
                        terms: members.iter().map(|&j| terms[j]).collect(),
                        w: pick(&self.w),
                        g: pick(&self.z),
                        rss: self.rss,
                    };
                    let result = model.solve(0.3 * target, left, &members, &mut self.space);
                    if self.solver.is_exact() {
                        model.polish(&members, &mut self.space);
                    }
                    model.settle(&mut self.space);
                    members.iter().zip(&model.w).for_each(|(&j, w)| self.w[j] = *w);
                    result
                }
                None => {
                    let data = naive::Data { x: self.x, y: &self.y, squares: &self.squares };
                    naive::descend(&data, terms, &members, &mut self.w, 0.3 * target, left)
                }
            };
            iterations += sweeps;
            let (certificate, s) = self.settled(level);
            let out = ended == Ended::OutOfSweeps || iterations >= self.solver.max_iterations;
            if certificate.converged || out {
                return self.solved(certificate, iterations);
            }
            let radius = (2.0 * certificate.gap).sqrt();
            let grown = set.grow(terms, &self.w, &self.z, &self.squares, s, radius);
            stalls = if grown { 0 } else { stalls + 1 };
            if stalls >= STALLS {
                return self.solved(certificate, iterations);
            }
        }
    }

    /// Xᵀ(y − Xw) by the products of the columns.
    fn model_gradient(&mut self, w: &[f64]) -> Vec<f64> {
        let Engine::Full(model) = &mut self.engine else { return self.z.clone() };
        model.w.copy_from_slice(w);
        model.refresh(&self.moments, self.null_rss);
        model.g.clone()
    }

    /// Whether ‖y‖² − wᵀ(Xᵀy + Xᵀr) has kept the digits that the gap is about.
    fn loss_by_products_is_exact(&self, w: &[f64]) -> bool {
        let norms = self.squares.iter().map(|square| square.sqrt());
        let size =
            self.null_rss.sqrt() + w.iter().zip(norms).map(|(w, n)| w.abs() * n).sum::<f64>();
        4.0 * f64::EPSILON * size * size <= UNSEEN * self.solver.tolerance * self.null_rss
    }

    /// ‖y − Xw‖² and Xᵀ(y − Xw) for the coefficients in each column of w.
    fn residual_products(&self, w: &DMatrix<f64>) -> (Vec<f64>, DMatrix<f64>) {
        let ((m, p), count) = (self.x.shape(), w.ncols());
        let x = MatRef::from(self.x);
        let mut squares = vec![0.0; count];
        let mut z = DMatrix::zeros(p, count);
        let mut r = vec![0.0; AUDIT_ROWS * count];
        for start in (0..m).step_by(AUDIT_ROWS) {
            let end = (start + AUDIT_ROWS).min(m);
            let rows = end - start;
            let r = &mut r[..rows * count];
            r.chunks_exact_mut(rows).for_each(|r| r.copy_from_slice(&self.y[start..end]));
            let x = x.row_range(start..end);
            gemm(-1.0, x, MatRef::from(w), 1.0, MatMut::new(r, rows, count));
            for (sum, r) in squares.iter_mut().zip(r.chunks_exact(rows)) {
                *sum += reduce::sum_squares(r);
            }
            gemm(1.0, x.t(), MatRef::new(r, rows, count), 1.0, MatMut::from(&mut z));
        }
        (squares, z)
    }
}

/// Each coordinate's penalty, value and gradient.
fn points<'a>(
    terms: &'a [Term],
    w: &'a [f64],
    z: &'a [f64],
) -> impl Iterator<Item = (&'a Term, f64, f64)> {
    terms.iter().zip(w.iter().zip(z)).map(|(term, (w, z))| (term, *w, *z))
}

impl Problem for LeastSquares<'_> {
    fn null_loss(&self) -> f64 {
        0.5 * self.null_rss
    }

    fn gradient(&self) -> &[f64] {
        &self.z
    }

    fn solve(&mut self, level: &Level, before: &Level) -> Solved {
        let exact = self.solver.is_exact();
        match std::mem::replace(&mut self.engine, Engine::Naive) {
            Engine::Full(mut model) => {
                let solved = self.solve_full(level, &mut model, exact);
                self.engine = Engine::Full(model);
                solved
            }
            Engine::Cached(cache) => {
                let mut cache = Some(cache);
                let solved = self.solve_sets(level, before, &mut cache);
                self.engine = Engine::Cached(cache.unwrap_or_default());
                solved
            }
            Engine::Naive => self.solve_sets(level, before, &mut None),
        }
    }

    fn audit(&mut self, levels: &[Level], points: &mut [Solved]) {
        if self.solver.is_exact() || !matches!(self.engine, Engine::Full(_)) {
            return;
        }
        // All points that relied on products did on the same ones: if these serve the last and densest,
        // and no other has larger coefficients to magnify their rounding, they serve all.
        let by_products: Vec<usize> = (0..points.len())
            .filter(|&k| free_at(&levels[k].terms, &points[k].w).is_empty())
            .collect();
        let Some(&last) = by_products.last() else { return };
        self.w.clone_from(&points[last].w);
        let known = self.model_gradient(&points[last].w);
        let certificate = self.certified(&levels[last]).0;
        let differ = |(a, b): (&f64, &f64)| (a - b).abs();
        let error = known.iter().zip(&self.z).map(differ).fold(0.0, f64::max);
        let scale = self.moments.iter().fold(0.0, |a: f64, c| a.max(c.abs()));
        let exact = by_products.iter().all(|&k| self.loss_by_products_is_exact(&points[k].w));
        if certificate.converged && error <= TRUSTED * scale && exact {
            return;
        }
        let w: Vec<f64> = points.iter().flat_map(|point| point.w.iter().copied()).collect();
        let w = DMatrix::from_vec(self.w.len(), points.len(), w);
        let (squares, z) = self.residual_products(&w);
        for k in by_products {
            let (point, level) = (&mut points[k], &levels[k]);
            let z = z.column(k);
            let (certificate, _) = self.certify(level, &point.w, z.as_slice(), squares[k]);
            let iterations = point.certificate.iterations;
            point.loss = 0.5 * squares[k];
            if certificate.converged || !point.certificate.converged {
                point.certificate = Certificate { iterations, ..certificate };
            } else if let Engine::Full(mut model) =
                std::mem::replace(&mut self.engine, Engine::Naive)
            {
                model.w.clone_from(&point.w);
                model.g.clear();
                model.g.extend_from_slice(z.as_slice());
                model.rss = squares[k];
                *point = self.solve_full(level, &mut model, true);
                point.certificate.iterations += iterations;
                self.engine = Engine::Full(model);
            }
        }
    }
}
