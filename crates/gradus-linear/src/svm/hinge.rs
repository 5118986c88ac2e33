//! The hinge: an interior-point method for few features, and coordinate descent in the dual, with
//! shrinking, for many; Newton steps over the α between their bounds end both.
//!
//! w = Σ αᵢyᵢxᵢ/λ is kept beside α, so that a coordinate costs two passes over its row. A free
//! intercept asks for Σ αᵢyᵢ = 0; the method of multipliers replaces it by the penalty
//! ½λκ(b − b₀)² and moves b₀ to b from time to time, so that no pair of coordinates has to be found.

use gradus_linalg::reduce;
use nalgebra::DMatrix;

use super::face;
use super::interior::{self, Point};
use super::model::{LinearSvm, SvmIntercept};
use super::problem::{Candidate, Found, Machine, Target, add_scaled};

/// Passes between two looks at the gap.
const PASSES: usize = 10;
/// Newton steps after them.
const STEPS: usize = 20;

/// Passes that may go by until the gap is found below this share of the least before.
const STALLED: usize = 5_000;
const FALLEN: f64 = 0.9;

/// Below this tolerance a solution to rounding is asked for.
const EXACT: f64 = 1e-11;
/// Moves of the intercept's centre that may follow convergence then.
const POLISHES: usize = 5;

/// The point reached.
struct Ascent<'m, 'a> {
    machine: &'m Machine<'a>,
    alpha: Vec<f64>,
    w: Vec<f64>,
    b: f64,
    /// 1/κ: what the constant is squared, next to ‖xᵢ‖². 0 without an intercept.
    constant: f64,
    /// ‖xᵢ‖² + 1/κ.
    squares: Vec<f64>,
    active: Vec<usize>,
    /// The largest violations of the last pass, beyond which a bounded α is left alone.
    limits: (f64, f64),
    random: u64,
}

pub(super) fn solve(machine: &Machine<'_>, model: &LinearSvm) -> Found {
    let target = machine.target(model);
    let mut ascent = Ascent::new(machine);
    let point = match machine.features() {
        0..=interior::LARGEST => interior::solve(machine, target, model.max_iterations),
        _ => None,
    };
    let begun = point.map(|point| ascent.finish(point, target));
    ascend(ascent, begun, model)
}

/// Coordinate descent from the point reached, with the best found so far, until it converges or the
/// gap falls no more.
fn ascend(mut ascent: Ascent<'_, '_>, begun: Option<Found>, model: &LinearSvm) -> Found {
    let target = ascent.machine.target(model);
    let mut best = begun.unwrap_or_else(|| ascent.certified(target, 0));
    let mut iterations = best.certificate.iterations;
    let mut fell = iterations;
    let last = |fell: usize| model.max_iterations.min(fell.saturating_add(STALLED));
    while !best.certificate.converged && iterations < last(fell) {
        for _ in 0..PASSES.min(model.max_iterations - iterations) {
            iterations += 1;
            if ascent.pass() == 0.0 {
                break;
            }
        }
        ascent.newtons();
        let found = ascent.certified(target, iterations);
        ascent.restart();
        if found.certificate.gap < FALLEN * best.certificate.gap {
            fell = iterations;
        }
        if found.certificate.gap < best.certificate.gap {
            best = found;
        }
    }
    best.certificate.iterations = iterations;
    if best.certificate.converged && model.tolerance < EXACT {
        best = ascent.polished(best, target);
    }
    best
}

impl<'m, 'a> Ascent<'m, 'a> {
    fn new(machine: &'m Machine<'a>) -> Self {
        let m = machine.y.len();
        let norms: Vec<f64> = (0..m).map(|i| reduce::dot(machine.row(i), machine.row(i))).collect();
        let constant = match machine.intercept {
            SvmIntercept::Free => {
                // As large as the rows themselves: the multiplier then settles in a few steps.
                let mean: f64 = norms.iter().zip(machine.v).map(|(norm, v)| norm * v).sum();
                mean.max(1.0)
            }
            SvmIntercept::Penalised => 1.0,
            SvmIntercept::None => 0.0,
        };
        Self {
            machine,
            alpha: vec![0.0; m],
            w: vec![0.0; machine.features()],
            b: 0.0,
            constant,
            squares: norms.iter().map(|norm| norm + constant).collect(),
            active: (0..m).filter(|&i| machine.v[i] > 0.0).collect(),
            limits: (f64::INFINITY, f64::NEG_INFINITY),
            random: 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// From near the solution to it, by Newton steps over the α between their bounds; returns the
    /// best point met.
    fn finish(&mut self, point: Point, target: Target) -> Found {
        self.b = point.b;
        self.alpha = point.careful;
        let mut best = self.certified(target, point.iterations);
        self.alpha = point.alpha;
        self.restart();
        for round in 0..=POLISHES {
            if round > 0 {
                self.newtons();
            }
            let found = self.certified(target, point.iterations);
            let converged = found.certificate.converged;
            if converged || found.certificate.gap < best.certificate.gap {
                best = found;
            }
            if converged {
                break;
            }
            self.restart();
        }
        best
    }

    /// Newton steps until one is not cut short.
    fn newtons(&mut self) {
        for _ in 0..STEPS {
            if !self.newton() {
                break;
            }
        }
    }

    /// The derivative of the dual objective, to be minimised, in αᵢ.
    fn slope(&self, i: usize) -> f64 {
        let machine = self.machine;
        let score = machine.offset(i) + self.b + reduce::dot(machine.row(i), &self.w);
        machine.y[i] * score - 1.0
    }

    fn change(&mut self, i: usize, by: f64) {
        let a = by * self.machine.y[i] / self.machine.lambda;
        add_scaled(&mut self.w, a, self.machine.row(i));
        self.b += a * self.constant;
    }

    /// A number below `bound`, from a fixed sequence.
    fn below(&mut self, bound: usize) -> usize {
        // xorshift64*.
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let draw = self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        ((draw * bound as u64) >> 32) as usize
    }

    /// Once over the active rows in random order; returns the largest violation.
    fn pass(&mut self) -> f64 {
        let (above, below) = self.limits;
        let (mut largest, mut least) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut place = 0;
        let mut length = self.active.len();
        while place < length {
            let other = place + self.below(length - place);
            self.active.swap(place, other);
            let i = self.active[place];
            let (slope, cap) = (self.slope(i), self.machine.v[i]);
            let (at_lower, at_upper) = (self.alpha[i] <= 0.0, self.alpha[i] >= cap);
            if (at_lower && slope > above) || (at_upper && slope < below) {
                length -= 1;
                self.active.swap(place, length);
                continue;
            }
            let held = (at_lower && slope > 0.0) || (at_upper && slope < 0.0);
            let projected = if held { 0.0 } else { slope };
            (largest, least) = (largest.max(projected), least.min(projected));
            if projected != 0.0 && self.squares[i] > 0.0 {
                let step = slope * self.machine.lambda / self.squares[i];
                let to = (self.alpha[i] - step).clamp(0.0, cap);
                self.change(i, to - self.alpha[i]);
                self.alpha[i] = to;
            } else if projected != 0.0 {
                // A row of zeros: its α is as large as it may be.
                self.alpha[i] = if slope < 0.0 { cap } else { 0.0 };
            }
            place += 1;
        }
        self.active.truncate(length);
        let wide = |limit: f64, none: f64| if limit == 0.0 { none } else { limit };
        self.limits =
            (wide(largest.max(0.0), f64::INFINITY), wide(least.min(0.0), f64::NEG_INFINITY));
        if length == 0 { 0.0 } else { largest.max(0.0) - least.min(0.0) }
    }

    /// A Newton step over the α between their bounds, as far as the first bound. Returns whether
    /// another may help: it was cut short.
    fn newton(&mut self) -> bool {
        let machine = self.machine;
        let inside = |i: &usize| self.alpha[*i] > 0.0 && self.alpha[*i] < machine.v[*i];
        let face: Vec<usize> = (0..self.alpha.len()).filter(inside).collect();
        if face.is_empty() || face.len() > face::LARGEST {
            return false;
        }
        let p = machine.features();
        let (root, scale) = (self.constant.sqrt(), machine.lambda.sqrt());
        let rows = DMatrix::from_fn(p + 1, face.len(), |j, k| {
            let value = if j < p { machine.row(face[k])[j] } else { root };
            machine.y[face[k]] * value / scale
        });
        let slopes: Vec<f64> = face.iter().map(|&i| self.slope(i)).collect();
        let Some(delta) = face::step(&rows, &slopes) else { return false };
        let mut share = 1.0_f64;
        for (k, &i) in face.iter().enumerate() {
            let room = if delta[k] < 0.0 { -self.alpha[i] } else { machine.v[i] - self.alpha[i] };
            if delta[k] != 0.0 {
                share = share.min(room / delta[k]);
            }
        }
        for (k, &i) in face.iter().enumerate() {
            let cap = machine.v[i];
            let to = (self.alpha[i] + share * delta[k]).clamp(0.0, cap);
            // The row that stopped the step is at its bound, and not near it.
            let to = if to < 1e-12 * cap {
                0.0
            } else if to > (1.0 - 1e-12) * cap {
                cap
            } else {
                to
            };
            self.change(i, to - self.alpha[i]);
            self.alpha[i] = to;
        }
        share < 1.0
    }

    /// The best machine that α stands for, with its gap.
    fn certified(&mut self, target: Target, iterations: usize) -> Found {
        let machine = self.machine;
        let mut alpha = self.alpha.clone();
        machine.balance(&mut alpha);
        let over_lambda = |sum: Vec<f64>| sum.into_iter().map(|s| s / machine.lambda).collect();
        let w: Vec<f64> = over_lambda(machine.combine(&alpha));
        let scores = machine.scores(&w);
        let b = match machine.intercept {
            SvmIntercept::Free => machine.best_intercept(&scores),
            SvmIntercept::Penalised => {
                alpha.iter().zip(&machine.y).map(|(a, y)| a * y).sum::<f64>() / machine.lambda
            }
            SvmIntercept::None => 0.0,
        };
        let candidate = Candidate { w: &w, b, scores: &scores, alpha: &alpha, dual_w: &w };
        let certificate = machine.certify(&candidate, target, iterations);
        Found { w, b, alpha, certificate }
    }

    /// The best of a few more steps: the last digits of w are the root of the gap's.
    fn polished(&mut self, found: Found, target: Target) -> Found {
        let mut best = found;
        for _ in 0..POLISHES {
            self.restart();
            while self.newton() {}
            let next = self.certified(target, best.certificate.iterations);
            if next.certificate.gap > best.certificate.gap {
                break;
            }
            best = next;
        }
        best
    }

    /// Moves the centre of the intercept's penalty to where it is, takes all rows back in, and w
    /// from α, so that no rounding gathers.
    fn restart(&mut self) {
        let machine = self.machine;
        self.w = machine.combine(&self.alpha).into_iter().map(|s| s / machine.lambda).collect();
        let sum: f64 = self.alpha.iter().zip(&machine.y).map(|(a, y)| a * y).sum();
        let pull = sum / machine.lambda * self.constant;
        self.b = if machine.intercept == SvmIntercept::Free { self.b + pull } else { pull };
        self.active = (0..self.alpha.len()).filter(|&i| machine.v[i] > 0.0).collect();
        self.limits = (f64::INFINITY, f64::NEG_INFINITY);
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
        /// Each certifies itself; neither gap denies the other's objective.
        #[test]
        fn the_interior_and_coordinate_descent_agree(sample in samples(SvmLoss::Hinge)) {
            prop_assume!(sample.y.contains(&1.0) && sample.y.contains(&-1.0));
            let machine = sample.machine();
            let (inside, along) = (
                solve(&machine, &sample.model),
                ascend(Ascent::new(&machine), None, &LinearSvm { max_iterations: 500, ..sample.model }),
            );
            let (a, b) = (inside.certificate, along.certificate);
            prop_assert!(a.converged, "{a:?}");
            prop_assert!((a.objective - b.objective).abs() <= a.gap.max(b.gap) + 1e-13);
            prop_assert!(a.iterations < 50, "{}", a.iterations);
        }

        /// The slopes are the gradient of ½λ(‖w‖² + b²/constant) − Σ αᵢ(1 − yᵢoᵢ), w = Σ αᵢyᵢxᵢ/λ.
        #[test]
        fn slopes_are_the_gradient_of_the_dual(sample in samples(SvmLoss::Hinge)) {
            let machine = sample.machine();
            let (p, m) = sample.rows.shape();
            let mut ascent = Ascent::new(&machine);
            for i in 0..m {
                ascent.alpha[i] = machine.v[i] * sample.shares[i];
                ascent.change(i, ascent.alpha[i]);
            }
            let tape = Tape::new();
            let column = |values: &[f64]| tape.constant(DMatrix::from_column_slice(m, 1, values));
            let alpha = tape.variable(DMatrix::from_column_slice(m, 1, &ascent.alpha));
            let signed = alpha * column(&machine.y);
            let w = tape.constant(sample.rows.clone()).matmul(signed);
            let square = w.square().sum() + signed.sum().square() * ascent.constant;
            let linear = (alpha * (-(column(&machine.y) * column(&sample.offset)) + 1.0)).sum();
            let dual = square * (0.5 / machine.lambda) - linear;
            let gradient = tape.grad(dual, &[alpha])[0].value();
            for i in 0..m {
                let slope = ascent.slope(i);
                prop_assert!((slope - gradient[i]).abs() <= 1e-11 * (1.0 + slope.abs()), "{p} {i}");
            }
        }
    }
}
