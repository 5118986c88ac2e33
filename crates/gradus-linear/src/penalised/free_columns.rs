//! The columns that nothing holds: what they can still gain, and the step that takes it.
//!
//! Their gradient is no part of the duality gap: a residual is dual feasible only where it vanishes.
//! Products of the columns, whose condition is the square of theirs, say nothing of near-duplicates;
//! an orthogonal basis of the columns themselves does.

use nalgebra::{DMatrix, DVector};

use super::term::Term;
use crate::least_squares::{PivotedQr, dot, left_over, refine};

/// Centring and scaling move a column by this share of its length at most, as far as it is not a
/// multiple of the constant.
const MOVED: f64 = 2.0 * f64::EPSILON;

/// The coordinates that nothing holds at w.
pub(super) fn free_at(terms: &[Term], w: &[f64]) -> Vec<usize> {
    (0..terms.len()).filter(|&j| terms[j].is_free_at(w[j])).collect()
}

/// An orthogonal basis of some columns.
#[derive(Debug)]
pub(super) struct FreeColumns {
    asked: Vec<usize>,
    /// Of the columns asked for, those on which the others depend.
    kept: Vec<usize>,
    columns: DMatrix<f64>,
    qr: PivotedQr,
    /// The sine of the angle by which the rounding of the columns may have turned their span.
    turned: f64,
}

/// What the columns can do for a residual r.
#[derive(Debug)]
pub(super) struct Gain {
    /// The coefficients of the projection of r on the columns.
    step: DVector<f64>,
    /// The residual without its projection: orthogonal to the columns.
    pub(super) rest: Vec<f64>,
    /// The norm of the projection.
    pub(super) norm: f64,
    /// The most that the columns can take off ½‖r‖².
    pub(super) bound: f64,
}

impl FreeColumns {
    pub(super) fn new(x: &DMatrix<f64>, asked: Vec<usize>) -> Self {
        let mut kept = asked.clone();
        let mut columns = x.select_columns(&kept);
        let mut qr = PivotedQr::new(columns.clone());
        let mut turned = 0.0;
        if qr.rank() < kept.len() {
            let (basis, others) = qr.order().split_at(qr.rank());
            let mut basis = basis.to_vec();
            basis.sort_unstable();
            let basis_columns = columns.select_columns(&basis);
            let basis_qr = PivotedQr::new(basis_columns.clone());
            if !others
                .iter()
                .all(|&j| depends(&basis_columns, &basis_qr, columns.column(j).as_slice()))
            {
                // Too close to its place in the span of the others to be told from it, and not in it.
                turned = 1.0;
            }
            kept = basis.into_iter().map(|j| kept[j]).collect();
            (columns, qr) = (basis_columns, basis_qr);
        }
        if qr.rank() == kept.len() {
            let moved = MOVED * (kept.len() as f64).sqrt();
            turned = f64::max(turned, moved * qr.magnification()).min(1.0);
        } else {
            turned = 1.0;
        }
        Self { asked, kept, columns, qr, turned }
    }

    /// Whether this is the basis of these columns.
    pub(super) fn is_of(&self, columns: &[usize]) -> bool {
        self.asked == columns
    }

    /// The residual y − Xw, rounded once.
    pub(super) fn residual(x: &DMatrix<f64>, y: &[f64], w: &[f64]) -> Vec<f64> {
        let active: Vec<usize> = (0..w.len()).filter(|&j| w[j] != 0.0).collect();
        let values = DVector::from_iterator(active.len(), active.iter().map(|&j| w[j]));
        left_over(&x.select_columns(&active), y, &values, &vec![0.0; y.len()])
    }

    /// What the columns can do for a residual.
    pub(super) fn gain(&self, r: &[f64]) -> Gain {
        let size = norm(r);
        let slopes: Vec<f64> =
            self.columns.column_iter().map(|column| -dot(column.as_slice(), r)).collect();
        if self.qr.rank() < self.kept.len() {
            let step = DVector::zeros(self.kept.len());
            return Gain { step, rest: vec![0.0; r.len()], norm: size, bound: 0.5 * size * size };
        }
        // ρ + Aδ = 0, Aᵀρ = −Aᵀr.
        let (step, moved) = self.qr.solve_augmented(&vec![0.0; r.len()], &slopes);
        let rest = r.iter().zip(&moved).map(|(r, moved)| r + moved).collect();
        let norm = norm(&moved);
        let most = (norm + self.turned * size).min(size);
        Gain { step, rest, norm, bound: 0.5 * most * most }
    }

    /// Moves w by the step of a gain, as far as the first bound. Returns whether it moved.
    pub(super) fn take(&self, gain: &Gain, terms: &[Term], w: &mut [f64]) -> bool {
        let moves = || self.kept.iter().copied().zip(gain.step.iter().copied());
        if moves().any(|(_, step)| !step.is_finite()) {
            return false;
        }
        // The bound ahead, and after how much of the step it is met.
        let ahead = |(j, step): (usize, f64)| {
            let end = if step > 0.0 { terms[j].upper } else { terms[j].lower };
            (end, if step == 0.0 { f64::INFINITY } else { (end - w[j]) / step })
        };
        let ends: Vec<(f64, f64)> = moves().map(ahead).collect();
        let share = ends.iter().fold(1.0, |share: f64, (_, room)| share.min(*room));
        let mut moved = false;
        for ((j, step), (end, room)) in moves().zip(ends) {
            let to = if room <= share { end } else { w[j] + share * step };
            moved |= to != w[j];
            w[j] = to;
        }
        moved
    }
}

/// Whether a column is a combination of independent ones, but for the rounding of both.
fn depends(basis: &DMatrix<f64>, qr: &PivotedQr, column: &[f64]) -> bool {
    let size = norm(column);
    if size == 0.0 {
        return true;
    }
    if qr.rank() < basis.ncols() {
        return false;
    }
    let (x, r) = qr.solve_augmented(column, &vec![0.0; basis.ncols()]);
    let (_, r) = refine(basis, column, qr, x, r);
    norm(&r) <= 4.0 * MOVED * (1.0 + basis.ncols() as f64).sqrt() * size
}

fn norm(values: &[f64]) -> f64 {
    gradus_linalg::reduce::sum_squares(values).sqrt()
}
