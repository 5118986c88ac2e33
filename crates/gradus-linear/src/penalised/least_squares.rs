//! ½‖y − Xw‖² with the penalty.

use gradus_linalg::{MatMut, MatRef, gemm, reduce};
use nalgebra::DMatrix;

use super::certificate::{Certificate, feasible_share, largest_violation, penalty_gap};
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
        Self { x, y, solver, null_rss: rss, moments, squares, w, z, rss, engine, space }
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

    /// What is known of w by its gradient and squares.
    fn certify(&self, level: &Level, w: &[f64], z: &[f64], rss: f64) -> (Certificate, f64) {
        let points = || level.terms.iter().zip(w.iter().zip(z)).map(|(t, (w, z))| (t, *w, *z));
        let s = feasible_share(points());
        let gap = 0.5 * (1.0 - s).powi(2) * rss + penalty_gap(points(), s);
        let penalty: f64 = points().map(|(term, w, _)| term.value(w)).sum();
        let violation = largest_violation(points());
        let unit = if level.lambda > 0.0 { level.lambda } else { 1.0 };
        let null = self.null_loss();
        let certificate = Certificate {
            objective: 0.5 * rss + penalty,
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
            if exact {
                self.refresh();
                model.g.clone_from(&self.z);
                model.rss = self.rss;
            } else {
                model.refresh(&self.moments, self.null_rss);
                self.z.clone_from(&model.g);
                self.rss = model.rss;
            }
            let certificate = self.certify(level, &self.w, &self.z, self.rss).0;
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
            self.refresh();
            if cache.is_none() {
                self.settle(terms);
            }
            let (certificate, s) = self.certify(level, &self.w, &self.z, self.rss);
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

    /// Makes the gradient of what nothing holds vanish, from the residuals.
    fn settle(&mut self, terms: &[Term]) {
        let free: Vec<usize> =
            (0..terms.len()).filter(|&j| terms[j].is_free_at(self.w[j])).collect();
        if free.is_empty() {
            return;
        }
        let m = self.x.nrows();
        let columns: Vec<f64> =
            free.iter().flat_map(|&j| &self.x.as_slice()[j * m..(j + 1) * m]).copied().collect();
        let mut model = Quadratic {
            gram: gram(&columns, m, None),
            terms: free.iter().map(|&j| terms[j]).collect(),
            w: free.iter().map(|&j| self.w[j]).collect(),
            g: free.iter().map(|&j| self.z[j]).collect(),
            rss: self.rss,
        };
        model.settle(&mut self.space);
        free.iter().zip(&model.w).for_each(|(&j, w)| self.w[j] = *w);
        self.refresh();
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
        // All points rely on the same products: if these serve the last and densest, they serve all.
        let (Some(level), Some(last)) = (levels.last(), points.last()) else { return };
        self.w.clone_from(&last.w);
        let known = std::mem::take(&mut self.z);
        self.z = vec![0.0; self.w.len()];
        self.refresh();
        let differ = |(a, b): (&f64, &f64)| (a - b).abs();
        let error = known.iter().zip(&self.z).map(differ).fold(0.0, f64::max);
        let scale = self.moments.iter().fold(0.0, |a: f64, c| a.max(c.abs()));
        let certificate = self.certify(level, &self.w, &self.z, self.rss).0;
        if certificate.converged && error <= TRUSTED * scale {
            return;
        }
        let w: Vec<f64> = points.iter().flat_map(|point| point.w.iter().copied()).collect();
        let w = DMatrix::from_vec(self.w.len(), points.len(), w);
        let (squares, z) = self.residual_products(&w);
        for (k, (point, level)) in points.iter_mut().zip(levels).enumerate() {
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
