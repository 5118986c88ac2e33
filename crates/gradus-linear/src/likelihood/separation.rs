//! Whether a likelihood has no maximum, with the direction that proves it.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::cone::{Cone, Part};
use super::simplex::{deepest, widest};

/// How far the classes of separated data are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeparationKind {
    /// A hyperplane has the classes strictly on different sides.
    Complete,
    /// Rows of both classes lie on the hyperplane.
    Quasi,
}

impl std::fmt::Display for SeparationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Complete => "complete",
            Self::Quasi => "quasi-complete",
        })
    }
}

/// A direction with aᵢ·d ≥ 0 for all rows, and > 0 for as many as can be.
#[derive(Debug)]
pub(crate) struct Separation {
    pub(crate) kind: SeparationKind,
    pub(crate) direction: DVector<f64>,
}

/// Margins below this share of the largest are taken for rows on the hyperplane, on trial.
const ON_TRIAL: f64 = 1e-6;
/// A direction whose margins are all below lies in the hyperplane.
const LEVEL: f64 = 1e-7;
/// What is left of margins on the hyperplane once the direction was made orthogonal to these rows
/// is rounding.
const ROUNDING: f64 = 1e-13;
/// A row whose part orthogonal to others is shorter depends on them.
const DEPENDENT: f64 = 1e-9;

/// The direction that separates the most rows, if one separates any.
///
/// A direction of the linear programme leaves rows with margin 0; those are asked again, until a
/// direction has no margin above 0 or no row is left. What remains lies on every hyperplane that
/// separates; of those hyperplanes the result is the one from which the nearest of all other rows is
/// farthest. It is verified: rows on the hyperplane are so to rounding, all others are strictly on
/// their side.
pub(super) fn separate(cone: &impl Cone) -> Option<Separation> {
    let mut left: Vec<usize> = (0..cone.rows()).collect();
    while !left.is_empty() {
        let part = Part { whole: cone, rows: left };
        let margins = part.margins(&widest(&part)?);
        let greatest = margins.iter().copied().fold(0.0, f64::max);
        left = part.rows;
        if greatest <= LEVEL {
            break;
        }
        let mut margins = margins.iter();
        left.retain(|_| margins.next().is_some_and(|margin| *margin <= ON_TRIAL * greatest));
    }
    if left.len() == cone.rows() {
        return None;
    }
    let mut tight = vec![false; cone.rows()];
    left.iter().for_each(|&row| tight[row] = true);
    let direction = DVector::from_vec(deepest(cone, &tight)?);
    certify(cone, direction, &tight)
}

/// The direction near a given one that keeps its promise beyond rounding, if there is one.
///
/// Rows that seem to lie on the hyperplane must do so: the direction is made orthogonal to them,
/// which leaves nothing of it when they overlap by however little above rounding.
fn certify(cone: &impl Cone, direction: DVector<f64>, tight: &[bool]) -> Option<Separation> {
    let largest = direction.amax();
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    let mut basis: Vec<DVector<f64>> = Vec::new();
    for row in (0..tight.len()).filter(|&row| tight[row]) {
        if basis.len() == cone.coefficients() {
            return None;
        }
        let rest = orthogonal(&basis, DVector::from_vec(cone.row(row)));
        let length = rest.norm();
        if length > DEPENDENT {
            basis.push(rest / length);
        }
    }
    let mut d = orthogonal(&basis, direction / largest);
    let size = d.amax();
    if size < 1e-4 {
        return None;
    }
    d /= size;
    let limit = ROUNDING * 16.0 * cone.coefficients() as f64;
    let margins = cone.margins(d.as_slice());
    let mut proved = margins.iter().zip(tight);
    let proved = proved.all(|(m, tight)| if *tight { m.abs() <= limit } else { *m > limit });
    let kind = match tight.contains(&true) {
        true => SeparationKind::Quasi,
        false => SeparationKind::Complete,
    };
    proved.then_some(Separation { kind, direction: d })
}

/// What of a vector is orthogonal to an orthonormal basis, twice for the digits.
fn orthogonal(basis: &[DVector<f64>], mut vector: DVector<f64>) -> DVector<f64> {
    for _ in 0..2 {
        for b in basis {
            let along = b.dot(&vector);
            vector.axpy(-along, b, 1.0);
        }
    }
    vector
}
