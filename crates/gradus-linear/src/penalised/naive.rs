//! Coordinate descent on the residuals: the plain algorithm, and the measure of the fast one.

use gradus_linalg::reduce;
use nalgebra::DMatrix;

use super::axpy::add_scaled;
use super::certificate::{feasible_share, penalty_gap};
use super::passes::add_product;
use super::quadratic::Ended;
use super::term::Term;

/// Sweeps from one look at the gap to the next.
const SWEEPS: usize = 10;

/// A least-squares problem.
pub(super) struct Data<'a> {
    pub(super) x: &'a DMatrix<f64>,
    pub(super) y: &'a [f64],
    /// ‖xⱼ‖².
    pub(super) squares: &'a [f64],
}

/// Descends in some coordinates until their gap is at most `target`; returns how it ended and the
/// number of sweeps.
pub(super) fn descend(
    data: &Data<'_>,
    terms: &[Term],
    members: &[usize],
    w: &mut [f64],
    target: f64,
    max_sweeps: usize,
) -> (Ended, usize) {
    let m = data.y.len();
    let column = |j: usize| &data.x.as_slice()[j * m..(j + 1) * m];
    let mut r = data.y.to_vec();
    add_product(data.x, w, -1.0, &mut r);
    for sweep in 1..=max_sweeps {
        let mut largest = 0.0_f64;
        for &j in members {
            let (x, a) = (column(j), data.squares[j]);
            if a + terms[j].beta <= 0.0 {
                continue;
            }
            let wanted = terms[j].prox(a, a * w[j] + reduce::dot(x, &r));
            let step = wanted - w[j];
            if step != 0.0 {
                add_scaled(&mut r, -step, x);
                w[j] = wanted;
                largest = largest.max(a * step * step);
            }
        }
        let rss = reduce::sum_squares(&r);
        let still = largest <= f64::EPSILON * f64::EPSILON * rss;
        if still || sweep % SWEEPS == 0 {
            let z: Vec<f64> = members.iter().map(|&j| reduce::dot(column(j), &r)).collect();
            let points = || members.iter().zip(&z).map(|(&j, z)| (&terms[j], w[j], *z));
            // What nothing holds counts for what it could gain alone.
            let free = members.iter().zip(&z).filter(|(j, _)| terms[**j].is_free_at(w[**j]));
            let free: f64 =
                free.map(|(&j, z)| 0.5 * z * z / data.squares[j].max(f64::MIN_POSITIVE)).sum();
            let s = feasible_share(points());
            let gap = 0.5 * (1.0 - s).powi(2) * rss + penalty_gap(points(), s) + free;
            if gap <= target {
                return (Ended::Reached, sweep);
            }
        }
        if still {
            return (Ended::Still, sweep);
        }
    }
    (Ended::OutOfSweeps, max_sweeps)
}
