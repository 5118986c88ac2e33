//! The hinge by a primal-dual interior-point method, for few features: its steps mind neither the
//! scale of the columns nor how many rows are near the margin.
//!
//! Each row has a slack sᵢ beyond its margin and ξᵢ short of it, sᵢ − ξᵢ = yᵢ(oᵢ + b + xᵢᵀw) − 1, and the
//! path αᵢsᵢ = (vᵢ − αᵢ)ξᵢ = μ leads to the solution as μ goes to 0.
//!
//! Source: S. Mehrotra, *On the implementation of a primal-dual interior point method*, 1992;
//! M. Ferris, T. Munson, *Interior-point methods for massive support vector machines*, 2002.

use gradus_linalg::{MatMut, MatRef, gram};
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::model::SvmIntercept;
use super::problem::{Machine, Target};

/// Features up to which a system of their number is solved in each step.
pub(super) const LARGEST: usize = 256;
/// Steps at most; thirty are many.
const STEPS: usize = 100;
/// A multiplier below this share of its slack is at its bound, to be careful.
const NEAR: f64 = 1e-6;
/// How far a step goes to where the first slack or multiplier vanishes.
const SHORT_OF: f64 = 0.995;
/// A corrected step that leaves more than this share of the products is no progress.
const FALLEN: f64 = 0.8;
/// The share of their mean that a step without a corrector aims at then.
const CENTRED: f64 = 0.2;
/// The least share of the mean product that each keeps.
const BEHIND: f64 = 1e-4;
/// A step below this moves nothing any more.
const STUCK: f64 = 1e-6;
/// The share of the gap asked for at which it ends, and the least gap there is a point in.
const SHARE: f64 = 1e-2;
const LEAST: f64 = 1e-12;

/// Where the method ended.
pub(super) struct Point {
    /// αᵢ, of which those are at a bound that go there, as far as it can be told.
    pub(super) alpha: Vec<f64>,
    /// αᵢ, of which those are at a bound that are all but there.
    pub(super) careful: Vec<f64>,
    pub(super) b: f64,
    pub(super) iterations: usize,
}

/// The rows that count, and the point reached.
struct Path<'m, 'a> {
    machine: &'m Machine<'a>,
    rows: Vec<usize>,
    /// yᵢxᵢ, and yᵢ for the intercept if there is one: a row each.
    x: DMatrix<f64>,
    v: Vec<f64>,
    /// What each coefficient's square costs: λ, and for the intercept λ or 0.
    held: DVector<f64>,
    /// w and b.
    w: DVector<f64>,
    alpha: Vec<f64>,
    /// v − α, with its digits near 0.
    rest: Vec<f64>,
    s: Vec<f64>,
    xi: Vec<f64>,
}

/// A direction.
struct Step {
    w: DVector<f64>,
    alpha: Vec<f64>,
    s: Vec<f64>,
    xi: Vec<f64>,
}

/// A point of the hinge's path near its end; `None` if a system had no solution.
pub(super) fn solve(machine: &Machine<'_>, target: Target, most: usize) -> Option<Point> {
    let mut path = Path::new(machine);
    // Losses are sums of numbers around 1: less than their rounding cannot be asked for.
    let goal = (target.null_loss * (SHARE * target.tolerance).max(LEAST)).max(f64::EPSILON);
    let mut iterations = 0;
    while iterations < STEPS.min(most) && path.products() > goal {
        iterations += 1;
        if path.advance()? < STUCK {
            break;
        }
    }
    Some(path.end(iterations))
}

impl<'m, 'a> Path<'m, 'a> {
    fn new(machine: &'m Machine<'a>) -> Self {
        let rows: Vec<usize> = (0..machine.y.len()).filter(|&i| machine.v[i] > 0.0).collect();
        let p = machine.features();
        let mut held = vec![machine.lambda; p];
        match machine.intercept {
            SvmIntercept::Free => held.push(0.0),
            SvmIntercept::Penalised => held.push(machine.lambda),
            SvmIntercept::None => {}
        }
        let value = |i: usize, j: usize| machine.row(i).get(j).copied().unwrap_or(1.0);
        let x =
            DMatrix::from_fn(rows.len(), held.len(), |k, j| machine.y[rows[k]] * value(rows[k], j));
        let v: Vec<f64> = rows.iter().map(|&i| machine.v[i]).collect();
        // In the middle between the bounds, and balanced where it has to be, with w that of α: the
        // conditions that are linear hold from the start, and steps keep them.
        let mut alpha: Vec<f64> = machine.v.iter().map(|v| 0.5 * v).collect();
        machine.balance(&mut alpha);
        let alpha: Vec<f64> = rows.iter().map(|&i| alpha[i]).collect();
        let rest = v.iter().zip(&alpha).map(|(v, alpha)| v - alpha).collect();
        let held = DVector::from_vec(held);
        let pull = x.tr_mul(&DVector::from_column_slice(&alpha));
        let w = pull.zip_map(&held, |pull, held| if held > 0.0 { pull / held } else { 0.0 });
        let t = &x * &w;
        let t = t.iter().zip(&rows).map(|(t, &i)| t + machine.y[i] * machine.offset(i) - 1.0);
        let (s, xi) = t.map(|t| (t.max(0.0) + 1.0, (-t).max(0.0) + 1.0)).unzip();
        Self { machine, rows, x, v, held, w, alpha, rest, s, xi }
    }

    /// Σ αᵢsᵢ + (vᵢ − αᵢ)ξᵢ: the gap, once w is that of α.
    fn products(&self) -> f64 {
        let of_row = |k: usize| self.alpha[k] * self.s[k] + self.rest[k] * self.xi[k];
        (0..self.v.len()).map(of_row).sum()
    }

    /// yᵢ(oᵢ + b + xᵢᵀw) − 1 − sᵢ + ξᵢ: the rounding of earlier steps.
    fn slack_errors(&self) -> Vec<f64> {
        let scores = &self.x * &self.w;
        let of_row = |k: usize| {
            let i = self.rows[k];
            let t = self.machine.y[i] * self.machine.offset(i) + scores[k] - 1.0;
            t - self.s[k] + self.xi[k]
        };
        (0..self.v.len()).map(of_row).collect()
    }

    /// A predictor and a corrector; returns how far it went.
    fn advance(&mut self) -> Option<f64> {
        let count = self.v.len();
        // 1/(s/α + ξ/(v−α)).
        let weights: Vec<f64> = (0..count)
            .map(|k| 1.0 / (self.s[k] / self.alpha[k] + self.xi[k] / self.rest[k]))
            .collect();
        let n = self.held.len();
        let mut h = DMatrix::zeros(n, n);
        gram(MatRef::from(&self.x), Some(&weights), MatMut::from(&mut h));
        for j in 0..n {
            h[(j, j)] += self.held[j];
        }
        let factor = Factor::new(h)?;
        let errors = self.slack_errors();
        let products = self.products();
        let mu = products / (2 * count) as f64;
        let towards = |centre: f64, last: Option<&Step>| {
            let second =
                |k: usize| last.map_or((0.0, 0.0), |d| (d.alpha[k] * d.s[k], d.alpha[k] * d.xi[k]));
            let above = (0..count).map(|k| centre - self.alpha[k] * self.s[k] - second(k).0);
            let below = (0..count).map(|k| centre - self.rest[k] * self.xi[k] + second(k).1);
            self.direction(
                &factor,
                &weights,
                &errors,
                &above.collect::<Vec<_>>(),
                &below.collect::<Vec<_>>(),
            )
        };
        let predictor = towards(0.0, None);
        let reach = self.reach(&predictor);
        let after = self.products_after(&predictor, reach) / (2 * count) as f64;
        let centre = mu * (after / mu).powi(3);
        let mut step = towards(centre, Some(&predictor));
        let mut share = self.central(&step);
        if self.products_after(&step, share) > FALLEN * products {
            // The corrector has misled it. Without, what is linear in a step falls by its share.
            step = towards(CENTRED * mu, None);
            share = self.central(&step);
        }
        if !step.w.iter().all(|w| w.is_finite()) || share.is_nan() {
            return None;
        }
        self.w += share * step.w;
        for k in 0..count {
            self.alpha[k] += share * step.alpha[k];
            self.rest[k] -= share * step.alpha[k];
            self.s[k] += share * step.s[k];
            self.xi[k] += share * step.xi[k];
        }
        Some(share)
    }

    /// The solution of the linearised conditions with αs → above, (v−α)ξ → below.
    fn direction(
        &self,
        factor: &Factor,
        weights: &[f64],
        errors: &[f64],
        above: &[f64],
        below: &[f64],
    ) -> Step {
        let count = self.v.len();
        // dα = g − weight·dt.
        let g = DVector::from_fn(count, |k, _| {
            weights[k] * (above[k] / self.alpha[k] - below[k] / self.rest[k] - errors[k])
        });
        let pull = self.x.tr_mul(&(&g + DVector::from_column_slice(&self.alpha)));
        let right = pull - self.held.component_mul(&self.w);
        let w = factor.solve(&right);
        let turn = &self.x * &w;
        let alpha: Vec<f64> = (0..count).map(|k| g[k] - weights[k] * turn[k]).collect();
        let s = (0..count).map(|k| (above[k] - self.s[k] * alpha[k]) / self.alpha[k]).collect();
        let xi = (0..count).map(|k| (below[k] + self.xi[k] * alpha[k]) / self.rest[k]).collect();
        Step { w, alpha, s, xi }
    }

    /// The largest share of a step, 1/0.995 at most, that leaves all slacks and multipliers positive.
    fn reach(&self, step: &Step) -> f64 {
        let mut reach = 1.0 / SHORT_OF;
        let mut limit = |now: f64, by: f64| {
            if by < 0.0 {
                reach = f64::min(reach, -now / by);
            }
        };
        for k in 0..self.v.len() {
            limit(self.alpha[k], step.alpha[k]);
            limit(self.rest[k], -step.alpha[k]);
            limit(self.s[k], step.s[k]);
            limit(self.xi[k], step.xi[k]);
        }
        reach
    }

    /// How far a step may go without a product that falls behind the others.
    fn central(&self, step: &Step) -> f64 {
        let mut share = (SHORT_OF * self.reach(step)).min(1.0);
        while share > STUCK {
            let mean = self.products_after(step, share) / (2 * self.v.len()) as f64;
            let behind = |k: usize| {
                let (a, b) = self.pair_after(step, share, k);
                a.min(b) < BEHIND * mean
            };
            if !(0..self.v.len()).any(behind) {
                break;
            }
            share *= 0.8;
        }
        share
    }

    /// The two products of a row after a share of a step.
    fn pair_after(&self, step: &Step, share: f64, k: usize) -> (f64, f64) {
        (
            (self.alpha[k] + share * step.alpha[k]) * (self.s[k] + share * step.s[k]),
            (self.rest[k] - share * step.alpha[k]) * (self.xi[k] + share * step.xi[k]),
        )
    }

    fn products_after(&self, step: &Step, share: f64) -> f64 {
        let of_row = |k: usize| {
            let (a, b) = self.pair_after(step, share, k);
            a + b
        };
        (0..self.v.len()).map(of_row).sum()
    }

    /// The point. Of α and its slack one vanishes at the end of the path.
    fn end(self, iterations: usize) -> Point {
        let (mut alpha, mut careful) =
            (vec![0.0; self.machine.y.len()], vec![0.0; self.machine.y.len()]);
        for (k, &i) in self.rows.iter().enumerate() {
            let v = self.v[k];
            let (share, left) = (self.alpha[k] / v, self.rest[k] / v);
            let snapped = |low: f64, high: f64| {
                if share < low.min(0.5) {
                    0.0
                } else if left < high.min(0.5) {
                    v
                } else {
                    self.alpha[k]
                }
            };
            alpha[i] = snapped(self.s[k], self.xi[k]);
            careful[i] = snapped(NEAR * self.s[k], NEAR * self.xi[k]);
        }
        let b = self.w.get(self.machine.features()).copied().unwrap_or(0.0);
        Point { alpha, careful, b, iterations }
    }
}

/// A symmetric positive definite system, scaled to a diagonal of 1.
struct Factor {
    scale: DVector<f64>,
    matrix: DMatrix<f64>,
    cholesky: Cholesky<f64, Dyn>,
}

impl Factor {
    fn new(mut matrix: DMatrix<f64>) -> Option<Self> {
        let root = |d: f64| if d > 0.0 { 1.0 / d.sqrt() } else { 1.0 };
        let scale = matrix.diagonal().map(root);
        let n = matrix.nrows();
        for j in 0..n {
            for i in 0..n {
                matrix[(i, j)] *= scale[i] * scale[j];
            }
        }
        let mut shifted = matrix.clone();
        for j in 0..n {
            // Of columns that depend on others, and next to no penalty.
            shifted[(j, j)] += 8.0 * f64::EPSILON;
        }
        Some(Self { scale, matrix, cholesky: shifted.cholesky()? })
    }

    /// The solution, refined once.
    fn solve(&self, right: &DVector<f64>) -> DVector<f64> {
        let right = right.component_mul(&self.scale);
        let mut solution = self.cholesky.solve(&right);
        let left = &right - &self.matrix * &solution;
        solution += self.cholesky.solve(&left);
        solution.component_mul(&self.scale)
    }
}
