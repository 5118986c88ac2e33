//! The linear programmes that decide whether classes are separated, and where.
//!
//! max c·d subject to aᵢ·d ≥ 0 and −1 ≤ dⱼ ≤ 1. With c = Σ aᵢ the maximum is 0 exactly if no direction
//! separates (K. Konis, *Linear programming algorithms for detecting separated data in binary logistic
//! regression models*, 2007). What is solved is the dual, min Σ|sⱼ| subject to Σ λᵢaᵢ + s = −c and
//! λ ≥ 0, by the revised simplex method: it has as many equations as coefficients, and its
//! multipliers are the direction.

use nalgebra::{DMatrix, DVector};

use super::cone::{Cone, Deep};

/// Margins of rows of length 1 above minus this are not negative.
const FEASIBLE: f64 = 1e-9;
/// Pivots between two inversions from scratch.
const REFACTOR: usize = 48;
/// Pivots without progress before the choice follows Bland's rule, which cannot cycle.
const STALLED: usize = 24;

/// A column of the dual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    /// λ of a row.
    Multiplier(usize),
    /// The positive (+1) or negative part of sⱼ.
    Slack(usize, i8),
}

struct Tableau<'c, C> {
    cone: &'c C,
    target: DVector<f64>,
    basis: Vec<Variable>,
    inverse: DMatrix<f64>,
    values: DVector<f64>,
}

/// The direction with the largest sum of margins.
pub(super) fn widest(cone: &impl Cone) -> Option<Vec<f64>> {
    let mut sum = DVector::zeros(cone.coefficients());
    for i in 0..cone.rows() {
        for (sum, a) in sum.iter_mut().zip(cone.row(i)) {
            *sum += a;
        }
    }
    maximise(cone, sum)
}

/// The direction whose least margin, but for rows on the hyperplane, is largest.
pub(super) fn deepest(cone: &impl Cone, tight: &[bool]) -> Option<Vec<f64>> {
    let deep = Deep { whole: cone, tight };
    let mut depth = DVector::zeros(deep.coefficients());
    depth[cone.coefficients()] = 1.0;
    let mut direction = maximise(&deep, depth)?;
    direction.truncate(cone.coefficients());
    Some(direction)
}

/// The direction of the cone and the box that maximises `objective`·d, or `None` if it is not found
/// within a number of pivots that is never needed but where rounding decides.
fn maximise(cone: &impl Cone, objective: DVector<f64>) -> Option<Vec<f64>> {
    let n = cone.coefficients();
    let mut tableau = Tableau::new(cone, -objective);
    let (mut stalled, mut least) = (0, f64::INFINITY);
    for pivot in 0..(200 + 60 * n) {
        if pivot % REFACTOR == REFACTOR - 1 {
            tableau.refactor()?;
        }
        let d = tableau.direction();
        let Some(entering) = tableau.entering(&d, stalled > STALLED) else {
            return Some(d.as_slice().to_vec());
        };
        tableau.exchange(entering)?;
        let cost = tableau.cost();
        if cost < least - 1e-12 * (1.0 + least.abs().min(1e300)) {
            (stalled, least) = (0, cost);
        } else {
            stalled += 1;
        }
    }
    None
}

impl<'c, C: Cone> Tableau<'c, C> {
    fn new(cone: &'c C, target: DVector<f64>) -> Self {
        let sign = |value: f64| if value < 0.0 { -1 } else { 1 };
        let basis = target.iter().enumerate().map(|(j, &t)| Variable::Slack(j, sign(t))).collect();
        let inverse = DMatrix::from_diagonal(&target.map(|t| f64::from(sign(t))));
        let values = target.map(f64::abs);
        Self { cone, target, basis, inverse, values }
    }

    fn column(&self, variable: Variable) -> DVector<f64> {
        match variable {
            Variable::Multiplier(row) => DVector::from_vec(self.cone.row(row)),
            Variable::Slack(j, sign) => {
                let mut unit = DVector::zeros(self.basis.len());
                unit[j] = f64::from(sign);
                unit
            }
        }
    }

    fn costs(&self) -> DVector<f64> {
        let cost = |v: &Variable| f64::from(u8::from(matches!(v, Variable::Slack(..))));
        DVector::from_iterator(self.basis.len(), self.basis.iter().map(cost))
    }

    fn cost(&self) -> f64 {
        self.costs().dot(&self.values)
    }

    /// d = −π, with Bᵀπ = cost.
    fn direction(&self) -> DVector<f64> {
        -self.inverse.tr_mul(&self.costs())
    }

    /// A column whose reduced cost is negative: the most negative, or the first one.
    fn entering(&self, d: &DVector<f64>, first: bool) -> Option<Variable> {
        let margins = self.cone.margins(d.as_slice());
        let multipliers =
            margins.into_iter().enumerate().map(|(i, cost)| (Variable::Multiplier(i), cost));
        let slacks = d.iter().enumerate().flat_map(|(j, d)| {
            [(Variable::Slack(j, 1), 1.0 + d), (Variable::Slack(j, -1), 1.0 - d)]
        });
        let mut negative = multipliers
            .chain(slacks)
            .filter(|(variable, cost)| *cost < -FEASIBLE && !self.basis.contains(variable));
        if first {
            return negative.next().map(|(variable, _)| variable);
        }
        negative.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(variable, _)| variable)
    }

    /// Brings a column into the basis, for that which first falls to 0.
    fn exchange(&mut self, entering: Variable) -> Option<()> {
        let change = &self.inverse * self.column(entering);
        let largest = change.amax();
        let ratio = |i: usize| self.values[i].max(0.0) / change[i];
        let leaving = (0..self.basis.len())
            .filter(|&i| change[i] > 1e-11 * largest)
            .min_by(|&i, &j| ratio(i).total_cmp(&ratio(j)).then(change[j].total_cmp(&change[i])))?;
        let length = ratio(leaving);
        self.values -= &change * length;
        self.values[leaving] = length;
        self.basis[leaving] = entering;
        let pivot_row = self.inverse.row(leaving) / change[leaving];
        for i in 0..self.basis.len() {
            let factor = if i == leaving { continue } else { change[i] };
            let row = self.inverse.row(i) - &pivot_row * factor;
            self.inverse.set_row(i, &row);
        }
        self.inverse.set_row(leaving, &pivot_row);
        Some(())
    }

    fn refactor(&mut self) -> Option<()> {
        let columns: Vec<DVector<f64>> = self.basis.iter().map(|v| self.column(*v)).collect();
        self.inverse = DMatrix::from_columns(&columns).try_inverse()?;
        self.values = &self.inverse * &self.target;
        Some(())
    }
}
