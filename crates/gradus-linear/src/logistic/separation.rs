//! Whether a Newton step proves that the classes are separated.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

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

/// Margins below this share of the largest are taken for rows on the hyperplane, on trial.
const ON_TRIAL: f64 = 1e-6;
/// What is left of them once the direction was made orthogonal to these rows is rounding.
const ROUNDING: f64 = 1e-13;

/// A direction with (2yᵢ − 1)zᵢ·d ≥ 0 for all rows of positive weight and > 0 for some, near a given
/// one, if there is one.
///
/// On separated data the steps of Newton's method tend to such a direction. Rows that seem to lie on
/// the hyperplane must do so: the direction is made orthogonal to them, which leaves nothing of it
/// when they overlap by however little above rounding.
pub(super) fn certify(
    z: &DMatrix<f64>,
    y: &[f64],
    weights: &[f64],
    step: &DVector<f64>,
) -> Option<(SeparationKind, DVector<f64>)> {
    let largest = step.amax();
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    let counted: Vec<usize> = (0..y.len()).filter(|&row| weights[row] > 0.0).collect();
    let margins = |d: &DVector<f64>| -> Vec<f64> {
        let scores = z * d;
        counted.iter().map(|&row| (2.0 * y[row] - 1.0) * scores[row]).collect()
    };
    let mut d = step / largest;
    let first = margins(&d);
    let greatest = first.iter().copied().fold(0.0, f64::max);
    if first.iter().any(|&margin| margin.is_nan() || margin < -ON_TRIAL * greatest) {
        return None;
    }
    let tight: Vec<usize> =
        (0..first.len()).filter(|&i| first[i] <= ON_TRIAL * greatest).map(|i| counted[i]).collect();
    if tight.is_empty() {
        return Some((SeparationKind::Complete, d));
    }
    // The row space of the tight rows, from the eigenvectors of their right factor.
    let rows = z.select_rows(&tight);
    let factor = rows.qr().r();
    let svd = factor.svd(false, true);
    let (values, vectors) = (&svd.singular_values, svd.v_t.as_ref()?);
    let threshold = ROUNDING * tight.len().max(z.ncols()) as f64 * values.max();
    for (value, vector) in values.iter().zip(vectors.row_iter()) {
        if *value > threshold {
            let v = vector.transpose();
            let along = v.dot(&d);
            d -= v * along;
        }
    }
    let size = d.amax();
    if size < 1e-3 {
        return None;
    }
    d /= size;
    let length: Vec<f64> = counted.iter().map(|&row| z.row(row).norm()).collect();
    let is_tight: std::collections::HashSet<usize> = tight.iter().copied().collect();
    let limit = ROUNDING * 16.0 * z.ncols() as f64;
    let proved = margins(&d).iter().zip(&counted).zip(&length).all(|((margin, row), length)| {
        if is_tight.contains(row) { margin.abs() <= limit * length } else { *margin > 0.0 }
    });
    proved.then_some((SeparationKind::Quasi, d))
}
