//! The maximum of a likelihood with one coefficient held, and the ends of the interval that follows.

use nalgebra::DVector;

use super::newton::{Search, climb, factorise};
use super::{Likelihood, Point};
use crate::LinearError;

/// Steps towards the end of an interval.
const OUTER: usize = 100;
/// A step towards the end of an interval, as a share of its length, that is the last.
const LAST: f64 = 1e-12;
/// One that is rounding, if the next one is not much smaller: Newton's steps are, near the root.
const SHORT: f64 = 1e-6;
/// Units of rounding of the log-likelihood, which is a sum over all rows, that tell nothing.
const ROUNDINGS: f64 = 16.0;

/// A maximum under c·γ = value.
pub(crate) struct Held {
    pub(crate) gamma: DVector<f64>,
    pub(crate) log_likelihood: f64,
    /// dℓ/dvalue.
    pub(crate) slope: f64,
}

/// The maximum under c·γ = c·start, by Newton steps within that plane.
pub(crate) fn hold<L: Likelihood>(
    likelihood: &L,
    start: DVector<f64>,
    c: &DVector<f64>,
    search: Search,
) -> Result<Held, LinearError> {
    let mut gamma = start;
    let mut point = likelihood.at(&gamma);
    let mut decrement = f64::INFINITY;
    for iteration in 0..=search.max_iterations {
        let Some(factor) = factorise(&point.information) else {
            return Err(LinearError::NoMaximum { iterations: iteration, decrement });
        };
        let (free, along) = (factor.solve(&point.gradient), factor.solve(c));
        let slope = c.dot(&free) / c.dot(&along);
        let step = free - along * slope;
        let before = decrement;
        decrement = point.gradient.dot(&step).max(0.0);
        if before <= search.tolerance || decrement <= 1e-20 {
            return Ok(Held { gamma, log_likelihood: point.log_likelihood, slope });
        }
        (gamma, point) = climb(likelihood, &gamma, &point, &step, decrement);
    }
    Err(LinearError::NoMaximum { iterations: search.max_iterations, decrement })
}

/// The two values of c·γ whose held maximum lies `drop` below the maximum at `gamma`: the ends of
/// a profile-likelihood interval.
///
/// The held maximum is concave in the value and its slope is known, so Newton's method for the root
/// comes from the far side monotonically; on the near side a step may go too far and comes back.
pub(crate) fn profile_ends<L: Likelihood>(
    likelihood: &L,
    gamma: &DVector<f64>,
    greatest: f64,
    c: &DVector<f64>,
    drop: f64,
    search: Search,
) -> Result<[f64; 2], LinearError> {
    let Point { information, .. } = likelihood.at(gamma);
    let Some(factor) = factorise(&information) else {
        return Err(LinearError::NoMaximum { iterations: 0, decrement: f64::NAN });
    };
    // Along this direction the quadratic model says where the end is.
    let along = factor.solve(c);
    let reach = (2.0 * drop / c.dot(&along)).sqrt();
    let mut ends = [0.0; 2];
    for (end, sign) in ends.iter_mut().zip([-1.0, 1.0]) {
        *end = one_end(likelihood, gamma, greatest - drop, c, &along, sign * reach, search)?;
    }
    Ok(ends)
}

fn one_end<L: Likelihood>(
    likelihood: &L,
    gamma: &DVector<f64>,
    wanted: f64,
    c: &DVector<f64>,
    along: &DVector<f64>,
    first: f64,
    search: Search,
) -> Result<f64, LinearError> {
    let mut at = gamma + along * first;
    let unit = first.abs() * c.dot(along);
    let mut last = f64::INFINITY;
    for _ in 0..OUTER {
        let held = hold(likelihood, at.clone(), c, search)?;
        let value = c.dot(&held.gamma);
        // Far out the likelihood is nearly linear, at the maximum flat: a step is bounded.
        let missing = wanted - held.log_likelihood;
        let step = missing / held.slope;
        let outwards = step * first.signum();
        let bounded = if held.slope * first >= 0.0 || outwards.is_nan() {
            unit * first.signum()
        } else {
            step.clamp(-5.0 * unit, 5.0 * unit)
        };
        let (size, length) = (bounded.abs(), unit + value.abs());
        let shrinks = size <= 0.5 * last;
        if size <= LAST * length || (size <= SHORT * length && !shrinks) {
            return Ok(value + bounded);
        }
        if missing.abs() <= ROUNDINGS * f64::EPSILON * wanted.abs() {
            return Ok(value);
        }
        last = size;
        at = held.gamma + along * (bounded / c.dot(along));
    }
    Err(LinearError::NoMaximum { iterations: OUTER, decrement: f64::NAN })
}
