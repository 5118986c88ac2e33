//! The squared hinge: Newton steps on the rows that cost something.

use gradus_linalg::{MatMut, MatRef, gram, reduce};
use nalgebra::{DMatrix, DVector};

use super::model::{LinearSvm, SvmIntercept};
use super::problem::{Candidate, Found, Machine, Target, add_scaled};

/// Features up to which a step solves its system exactly.
const DIRECT: usize = 256;
/// Armijo's share of the promised descent.
const ARMIJO: f64 = 1e-4;
/// Halvings of a step.
const HALVINGS: usize = 40;

/// The point reached.
struct Descent<'m, 'a> {
    machine: &'m Machine<'a>,
    w: Vec<f64>,
    b: f64,
    scores: Vec<f64>,
}

pub(super) fn solve(machine: &Machine<'_>, model: &LinearSvm) -> Found {
    let target = machine.target(model);
    let (w, offsets) =
        (vec![0.0; machine.features()], machine.scores(&vec![0.0; machine.features()]));
    let mut descent = Descent { machine, w, b: 0.0, scores: offsets };
    if machine.intercept == SvmIntercept::Free {
        descent.b = machine.best_intercept(&descent.scores);
    }
    let mut iterations = 0;
    loop {
        let found = descent.certified(target, iterations);
        if found.certificate.converged || iterations >= model.max_iterations {
            return found;
        }
        iterations += 1;
        if !descent.step() {
            return descent.certified(target, iterations);
        }
    }
}

impl Descent<'_, '_> {
    /// 2vᵢ·max(0, 1 − zᵢ).
    fn forces(&self) -> Vec<f64> {
        let machine = self.machine;
        let of_row =
            |((score, y), v): ((&f64, &f64), &f64)| 2.0 * v * (1.0 - y * (self.b + score)).max(0.0);
        self.scores.iter().zip(&machine.y).zip(machine.v).map(of_row).collect()
    }

    fn objective(&self, w: &[f64], b: f64, scores: &[f64]) -> f64 {
        let own = if self.machine.intercept == SvmIntercept::Penalised { b * b } else { 0.0 };
        let square: f64 = w.iter().map(|w| w * w).sum();
        self.machine.mean_loss(scores, b) + 0.5 * self.machine.lambda * (square + own)
    }

    /// The gradient, the intercept's last if there is one, and the curvature.
    fn derivatives(&self) -> (Vec<f64>, Curvature<'_, '_>) {
        let machine = self.machine;
        let lambda = machine.lambda;
        let forces = self.forces();
        let pull = machine.combine(&forces);
        let balance: f64 = forces.iter().zip(&machine.y).map(|(f, y)| f * y).sum();
        let with_intercept = machine.intercept != SvmIntercept::None;
        let held = if machine.intercept == SvmIntercept::Penalised { lambda } else { 0.0 };
        let mut gradient: Vec<f64> =
            self.w.iter().zip(&pull).map(|(w, pull)| lambda * w - pull).collect();
        if with_intercept {
            gradient.push(held * self.b - balance);
        }
        let costing: Vec<usize> = (0..forces.len()).filter(|&i| forces[i] > 0.0).collect();
        (gradient, Curvature { machine, costing, held, with_intercept })
    }

    /// A Newton step; returns whether it went down.
    fn step(&mut self) -> bool {
        let machine = self.machine;
        let p = machine.features();
        let (gradient, system) = self.derivatives();
        let direction = if p <= DIRECT { system.direct(&gradient) } else { None };
        let direction = direction.unwrap_or_else(|| system.conjugate_gradients(&gradient));

        let slope: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let before = self.objective(&self.w, self.b, &self.scores);
        let turn: Vec<f64> =
            (0..machine.y.len()).map(|i| reduce::dot(machine.row(i), &direction[..p])).collect();
        let move_b = direction.get(p).copied().unwrap_or(0.0);
        let mut t = 1.0;
        for _ in 0..HALVINGS {
            let mut w = self.w.clone();
            add_scaled(&mut w, t, &direction[..p]);
            let mut scores = self.scores.clone();
            add_scaled(&mut scores, t, &turn);
            let b = self.b + t * move_b;
            let change = self.objective(&w, b, &scores) - before;
            // Near the minimum both are rounding.
            if change <= ARMIJO * t * slope + 4.0 * f64::EPSILON * before {
                let moved = w != self.w || b != self.b;
                (self.w, self.b) = (w, b);
                self.scores = machine.scores(&self.w);
                return moved;
            }
            t *= 0.5;
        }
        false
    }

    fn certified(&self, target: Target, iterations: usize) -> Found {
        let machine = self.machine;
        let mut alpha = self.forces();
        machine.balance(&mut alpha);
        let dual_w: Vec<f64> =
            machine.combine(&alpha).into_iter().map(|s| s / machine.lambda).collect();
        let (w, b) = (self.w.clone(), self.b);
        let scores = &self.scores;
        let candidate = Candidate { w: &w, b, scores, alpha: &alpha, dual_w: &dual_w };
        let certificate = machine.certify(&candidate, target, iterations);
        Found { w, b, alpha, certificate }
    }
}

/// λI + 2 Σ vᵢxᵢxᵢᵀ over the rows that cost something, with a last row for the intercept.
struct Curvature<'m, 'a> {
    machine: &'m Machine<'a>,
    costing: Vec<usize>,
    /// What the intercept's own penalty adds.
    held: f64,
    with_intercept: bool,
}

impl Curvature<'_, '_> {
    fn size(&self) -> usize {
        self.machine.features() + usize::from(self.with_intercept)
    }

    /// −H⁻¹g by Cholesky, if H has a factor.
    fn direct(&self, gradient: &[f64]) -> Option<Vec<f64>> {
        let (machine, n, p) = (self.machine, self.size(), self.machine.features());
        let count = self.costing.len();
        let mut rows = DMatrix::from_element(count, n, 1.0);
        let mut weights = Vec::with_capacity(count);
        for (k, &i) in self.costing.iter().enumerate() {
            machine.row(i).iter().enumerate().for_each(|(j, x)| rows[(k, j)] = *x);
            weights.push(2.0 * machine.v[i]);
        }
        let mut h = DMatrix::zeros(n, n);
        gram(MatRef::from(&rows), Some(&weights), MatMut::from(&mut h));
        for j in 0..p {
            h[(j, j)] += machine.lambda;
        }
        if self.with_intercept {
            h[(p, p)] += self.held;
            if h[(p, p)] == 0.0 {
                h[(p, p)] = 1.0;
            }
        }
        let factor = h.cholesky()?;
        Some((-factor.solve(&DVector::from_column_slice(gradient))).as_slice().to_vec())
    }

    /// Hd.
    fn product(&self, d: &[f64]) -> Vec<f64> {
        let (machine, p) = (self.machine, self.machine.features());
        let own = d.get(p).copied().unwrap_or(0.0);
        let mut out: Vec<f64> = d.iter().map(|d| machine.lambda * d).collect();
        let mut last = self.held * own;
        for &i in &self.costing {
            let row = machine.row(i);
            let force = 2.0 * machine.v[i] * (reduce::dot(row, &d[..p]) + own);
            add_scaled(&mut out[..p], force, row);
            last += force;
        }
        if let Some(out) = out.get_mut(p) {
            *out = last;
        }
        out
    }

    /// About −H⁻¹g, the more exactly the smaller g is.
    fn conjugate_gradients(&self, gradient: &[f64]) -> Vec<f64> {
        let (machine, n, p) = (self.machine, self.size(), self.machine.features());
        let mut diagonal = vec![machine.lambda; n];
        if let Some(last) = diagonal.get_mut(p) {
            *last = self.held;
        }
        for &i in &self.costing {
            let weight = 2.0 * machine.v[i];
            diagonal.iter_mut().zip(machine.row(i)).for_each(|(d, x)| *d += weight * x * x);
            if let Some(last) = diagonal.get_mut(p) {
                *last += weight;
            }
        }
        let norm = |r: &[f64]| r.iter().map(|r| r * r).sum::<f64>().sqrt();
        let target = norm(gradient) * norm(gradient).sqrt().min(0.1);
        let mut d = vec![0.0; n];
        let mut r: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let precondition = |r: &[f64]| -> Vec<f64> {
            r.iter().zip(&diagonal).map(|(r, d)| if *d > 0.0 { r / d } else { *r }).collect()
        };
        let mut z = precondition(&r);
        let mut search = z.clone();
        let mut rz: f64 = r.iter().zip(&z).map(|(r, z)| r * z).sum();
        for _ in 0..2 * n {
            if norm(&r) <= target || rz <= 0.0 {
                break;
            }
            let hs = self.product(&search);
            let curvature: f64 = search.iter().zip(&hs).map(|(s, h)| s * h).sum();
            if curvature <= 0.0 {
                break;
            }
            add_scaled(&mut d, rz / curvature, &search);
            add_scaled(&mut r, -rz / curvature, &hs);
            z = precondition(&r);
            let next: f64 = r.iter().zip(&z).map(|(r, z)| r * z).sum();
            search.iter_mut().zip(&z).for_each(|(s, z)| *s = z + next / rz * *s);
            rz = next;
        }
        d
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use proptest::prelude::*;

    use super::super::model::SvmLoss;
    use super::super::samples::samples;
    use super::*;

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_formula(sample in samples(SvmLoss::SquaredHinge)) {
            let machine = sample.machine();
            let (p, m) = sample.rows.shape();
            let w: Vec<f64> = sample.shares[..p].iter().map(|u| 2.0 * u - 1.0).collect();
            let constant = usize::from(machine.intercept != SvmIntercept::None);
            let b = if constant == 1 { sample.shares[p] - 0.5 } else { 0.0 };
            let scores = machine.scores(&w);
            let descent = Descent { machine: &machine, w: w.clone(), b, scores };
            let (gradient, curvature) = descent.derivatives();

            let tape = Tape::new();
            let column = |values: &[f64]| tape.constant(DMatrix::from_column_slice(m, 1, values));
            let all: Vec<f64> = w.into_iter().chain(vec![b; constant]).collect();
            let theta = tape.variable(DMatrix::from_column_slice(all.len(), 1, &all));
            let mut x = sample.rows.transpose();
            let mut held = vec![machine.lambda; p];
            if constant == 1 {
                x = x.insert_column(p, 1.0);
                held.push(curvature.held);
            }
            let z = (tape.constant(x).matmul(theta) + column(&sample.offset)) * column(&machine.y);
            let loss = ((-z + 1.0).relu().square() * column(machine.v)).sum();
            let held = tape.constant(DMatrix::from_column_slice(held.len(), 1, &held));
            let objective = loss + (theta.square() * held).sum() * 0.5;
            let hessian = tape.hessian(objective, &[theta]).expect("differentiable");
            let expected = tape.grad(objective, &[theta])[0].value();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 * (1.0 + b.abs());
            prop_assert!(close(descent.objective(&all[..p], b, &descent.scores), objective.item()));
            for (found, expected) in gradient.iter().zip(expected.iter()) {
                prop_assert!(close(*found, *expected), "{found} {expected}");
            }
            // A product with each unit is a column of the Hessian, and the direct step solves with it.
            for j in 0..all.len() {
                let mut unit = vec![0.0; all.len()];
                unit[j] = 1.0;
                for (found, expected) in curvature.product(&unit).iter().zip(hessian.column(j).iter()) {
                    prop_assert!(close(*found, *expected), "{found} {expected}");
                }
            }
            if hessian.clone().symmetric_eigenvalues().min() > 1e-6 {
                let step = curvature.direct(&gradient).expect("positive definite");
                let back = hessian * DVector::from_vec(step);
                for (back, gradient) in back.iter().zip(&gradient) {
                    prop_assert!(close(-back, *gradient), "{back} {gradient}");
                }
            }
        }
    }
}
