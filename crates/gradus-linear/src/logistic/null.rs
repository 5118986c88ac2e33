//! The model without features.

use gradus_linalg::{reduce, vmath};

use crate::likelihood::{Columns, Search};
use crate::{Intercept, LinearError};

/// The constant that is likeliest with the offset alone, and its log-likelihood.
///
/// Without an offset the constant is the logit of the rate ȳ. With one it is where
/// Σv(y − p) = 0, by Newton's method kept within bounds.
pub(super) fn constant(
    columns: &Columns<'_>,
    y: &[f64],
    search: Search,
) -> Result<(f64, f64), LinearError> {
    let weights = &columns.weights[..];
    let offset = columns.offset.filter(|offset| offset.iter().any(|&offset| offset != 0.0));
    let total = reduce::sum(weights);
    let ones = reduce::dot(y, weights);
    let at = |constant: f64| -> f64 {
        let mut eta = offset.map_or_else(|| vec![0.0; y.len()], <[f64]>::to_vec);
        eta.iter_mut().for_each(|eta| *eta += constant);
        let mut soft = vec![0.0; eta.len()];
        vmath::softplus(&eta, &mut soft);
        let terms = y.iter().zip(&eta).zip(&soft).zip(weights);
        terms.map(|(((y, eta), soft), w)| w * (y * eta - soft)).sum()
    };
    if columns.intercept == Intercept::None {
        return Ok((0.0, at(0.0)));
    }
    let Some(offset) = offset else {
        let zeros = total - ones;
        let most = ones * (ones / total).ln() + zeros * (zeros / total).ln();
        return Ok(((ones / zeros).ln(), most));
    };
    // The constant lies between logit(ȳ) − the largest and − the smallest offset.
    let logit = (ones / (total - ones)).ln();
    let ends = offset
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], o| [a.min(logit - o), b.max(logit - o)]);
    let [mut low, mut high] = ends;
    let mut constant = 0.5 * (low + high);
    for _ in 0..search.max_iterations.max(200) {
        let (mut slope, mut curvature) = (0.0, 0.0);
        for ((offset, y), w) in offset.iter().zip(y).zip(weights) {
            let p = gradus_stats::expit(constant + offset);
            slope += w * (y - p);
            curvature += w * p * (1.0 - p);
        }
        if slope > 0.0 {
            low = constant;
        } else {
            high = constant;
        }
        if slope * slope <= search.tolerance * curvature {
            let constant = constant + slope / curvature;
            return Ok((constant, at(constant)));
        }
        let next = constant + slope / curvature;
        constant = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    Err(LinearError::NoMaximum { iterations: search.max_iterations, decrement: f64::NAN })
}
