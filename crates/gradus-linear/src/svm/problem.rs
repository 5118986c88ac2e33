//! One machine's problem: objective, dual, the best intercept, and the certificate.

use gradus_linalg::reduce;
use nalgebra::DMatrix;

use super::fit::SvmCertificate;
use super::model::{LinearSvm, SvmIntercept, SvmLoss};

/// A machine: rows, signs and what they cost.
#[derive(Debug)]
pub(super) struct Machine<'a> {
    /// p×m: a row of the design in each column.
    pub(super) rows: &'a DMatrix<f64>,
    /// ±1.
    pub(super) y: Vec<f64>,
    /// Row weights that sum to 1.
    pub(super) v: &'a [f64],
    offset: Option<&'a [f64]>,
    pub(super) lambda: f64,
    pub(super) loss: SvmLoss,
    pub(super) intercept: SvmIntercept,
}

/// A solution on the scale of the rows.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) w: Vec<f64>,
    pub(super) b: f64,
    pub(super) alpha: Vec<f64>,
    pub(super) certificate: SvmCertificate,
}

/// A primal point (w, b) with its scores, and an α with the combination that it makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'c> {
    pub(super) w: &'c [f64],
    pub(super) b: f64,
    /// oᵢ + xᵢᵀw.
    pub(super) scores: &'c [f64],
    pub(super) alpha: &'c [f64],
    /// Σ αᵢyᵢxᵢ/λ.
    pub(super) dual_w: &'c [f64],
}

/// When a machine has converged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) tolerance: f64,
    /// The loss of the best constant, in units of which the gap is told.
    pub(super) null_loss: f64,
}

impl<'a> Machine<'a> {
    pub(super) fn new(
        rows: &'a DMatrix<f64>,
        y: Vec<f64>,
        v: &'a [f64],
        offset: Option<&'a [f64]>,
        model: &LinearSvm,
    ) -> Self {
        let LinearSvm { lambda, loss, intercept, .. } = *model;
        Self { rows, y, v, offset, lambda, loss, intercept }
    }

    pub(super) fn features(&self) -> usize {
        self.rows.nrows()
    }

    pub(super) fn row(&self, i: usize) -> &'a [f64] {
        let p = self.rows.nrows();
        &self.rows.as_slice()[i * p..(i + 1) * p]
    }

    pub(super) fn offset(&self, i: usize) -> f64 {
        self.offset.map_or(0.0, |offset| offset[i])
    }

    /// oᵢ + xᵢᵀw for each row.
    pub(super) fn scores(&self, w: &[f64]) -> Vec<f64> {
        (0..self.y.len()).map(|i| self.offset(i) + reduce::dot(self.row(i), w)).collect()
    }

    /// Σ aᵢyᵢxᵢ.
    pub(super) fn combine(&self, a: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.features()];
        for (i, (a, y)) in a.iter().zip(&self.y).enumerate() {
            if *a != 0.0 {
                add_scaled(&mut sum, a * y, self.row(i));
            }
        }
        sum
    }

    /// What a row of margin z costs.
    pub(super) fn cost(&self, z: f64) -> f64 {
        let below = (1.0 - z).max(0.0);
        match self.loss {
            SvmLoss::Hinge => below,
            SvmLoss::SquaredHinge => below * below,
        }
    }

    /// Σ vᵢ·loss(yᵢ(b + scoreᵢ)).
    pub(super) fn mean_loss(&self, scores: &[f64], b: f64) -> f64 {
        let of_row = |((score, y), v): ((&f64, &f64), &f64)| v * self.cost(y * (b + score));
        scores.iter().zip(&self.y).zip(self.v).map(of_row).sum()
    }

    pub(super) fn target(&self, model: &LinearSvm) -> Target {
        Target { tolerance: model.tolerance, null_loss: self.null_loss() }
    }

    /// The loss of the best constant.
    fn null_loss(&self) -> f64 {
        let scores: Vec<f64> = (0..self.y.len()).map(|i| self.offset(i)).collect();
        let b =
            if self.intercept == SvmIntercept::None { 0.0 } else { self.best_intercept(&scores) };
        self.mean_loss(&scores, b)
    }

    /// The b of least mean loss next to scores; of an interval its middle.
    pub(super) fn best_intercept(&self, scores: &[f64]) -> f64 {
        // Row i costs something for yᵢb < 1 − yᵢ·scoreᵢ: it turns at b = yᵢ − scoreᵢ.
        let mut turns: Vec<(f64, usize)> =
            scores.iter().zip(&self.y).map(|(score, y)| y - score).zip(0..).collect();
        turns.retain(|(_, i)| self.v[*i] > 0.0);
        turns.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        match self.loss {
            SvmLoss::Hinge => self.flat_middle(&turns),
            SvmLoss::SquaredHinge => self.root(&turns),
        }
    }

    /// Where the slope of Σ vᵢ max(0, 1 − yᵢ(b + sᵢ)) in b changes its sign.
    fn flat_middle(&self, turns: &[(f64, usize)]) -> f64 {
        // At −∞ all rows of y = 1 cost; each turn adds the row's weight to the slope.
        let share = |sign: f64| -> f64 {
            turns.iter().filter(|(_, i)| self.y[*i] == sign).map(|(_, i)| self.v[*i]).sum()
        };
        let mut slope = -share(1.0);
        let rounding = 1e-13;
        let mut lower = None;
        for &(turn, i) in turns {
            if let Some(lower) = lower {
                return 0.5 * (lower + turn);
            }
            slope += self.v[i];
            if slope > rounding {
                return turn;
            }
            if slope >= -rounding {
                lower = Some(turn);
            }
        }
        lower.unwrap_or_else(|| turns.last().map_or(0.0, |last| last.0))
    }

    /// Where the slope of Σ vᵢ max(0, 1 − yᵢ(b + sᵢ))² in b is 0: between two turns it is a line.
    fn root(&self, turns: &[(f64, usize)]) -> f64 {
        // Of the rows that cost: Σ v and Σ v·turn; slope/2 = Σ v·b − Σ v·turn.
        let (mut weight, mut moment) = (0.0, 0.0);
        for &(turn, i) in turns.iter().filter(|(_, i)| self.y[*i] > 0.0) {
            weight += self.v[i];
            moment += self.v[i] * turn;
        }
        let mut before = f64::NEG_INFINITY;
        for &(turn, i) in turns {
            let b = moment / weight;
            if weight > 0.0 && b >= before && b <= turn {
                return b;
            }
            let sign = -self.y[i];
            weight += sign * self.v[i];
            moment += sign * self.v[i] * turn;
            before = turn;
        }
        moment / weight
    }

    /// Scales down the α of the class that has more, so that Σ αᵢyᵢ = 0 where it has to be.
    pub(super) fn balance(&self, alpha: &mut [f64]) {
        if self.intercept != SvmIntercept::Free {
            return;
        }
        let total = |sign: f64| -> f64 {
            alpha.iter().zip(&self.y).filter(|(_, y)| **y == sign).map(|(a, _)| a).sum()
        };
        let (plus, minus) = (total(1.0), total(-1.0));
        let (heavy, share) = if plus > minus { (1.0, minus / plus) } else { (-1.0, plus / minus) };
        if share.is_finite() {
            let rows = alpha.iter_mut().zip(&self.y).filter(|(_, y)| **y == heavy);
            rows.for_each(|(a, _)| *a *= share);
        }
    }

    /// The gap of a candidate.
    pub(super) fn certify(
        &self,
        candidate: &Candidate<'_>,
        target: Target,
        iterations: usize,
    ) -> SvmCertificate {
        let Candidate { w, b, scores, alpha, dual_w } = *candidate;
        let Target { tolerance, null_loss } = target;
        let penalised = self.intercept == SvmIntercept::Penalised;
        let square = |w: &[f64]| w.iter().map(|w| w * w).sum::<f64>();
        let own = if penalised { b * b } else { 0.0 };
        let objective = self.mean_loss(scores, b) + 0.5 * self.lambda * (square(w) + own);
        let (mut sum, mut balance) = (0.0, 0.0);
        for (i, (a, y)) in alpha.iter().zip(&self.y).enumerate() {
            let conjugate = match self.loss {
                SvmLoss::SquaredHinge if *a > 0.0 => a * a / (4.0 * self.v[i]),
                SvmLoss::Hinge | SvmLoss::SquaredHinge => 0.0,
            };
            sum += a * (1.0 - y * self.offset(i)) - conjugate;
            balance += a * y;
        }
        let own = if penalised { (balance / self.lambda).powi(2) } else { 0.0 };
        let dual = sum - 0.5 * self.lambda * (square(dual_w) + own);
        let gap = (objective - dual).max(0.0);
        SvmCertificate {
            objective,
            gap,
            relative_gap: if null_loss > 0.0 { gap / null_loss } else { gap },
            iterations,
            // NaN and ∞ prove nothing.
            converged: objective.is_finite() && gap <= tolerance * null_loss,
        }
    }
}

/// to ← to + a·x.
pub(super) fn add_scaled(to: &mut [f64], a: f64, x: &[f64]) {
    to.iter_mut().zip(x).for_each(|(to, x)| *to += a * x);
}
