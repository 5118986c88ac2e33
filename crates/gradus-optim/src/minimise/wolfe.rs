//! The line search for strong Wolfe conditions.

use super::more_thuente::{Interval, Sample};
use super::{Reason, run::Run, vectors};
use crate::{OptimError, checks::check};

/// Bounds the trials of one search.
const MAX_TRIALS: usize = 40;

/// An interval that is narrower than this, relative to its ends, is a point.
const NARROW: f64 = 1e-14;

/// A cost that still falls in proportion to the step at so many times the size of x falls without
/// bound.
const FAR: f64 = 1e15;

/// The line search for the strong Wolfe conditions, by the method of Moré and Thuente.
///
/// f(x + td) ≤ f(x) + c₁·t·∇f(x)·d and |∇f(x + td)·d| ≤ c₂·|∇f(x)·d|
///
/// Each trial costs one value with its gradient. A trial that is not finite counts as too long.
/// Where costs differ by rounding alone, the first condition cannot be seen any more; a step that
/// meets the second and raises the cost by no more than 10 ε·|f(x)| is then taken, which lets
/// gradients converge to the last digit.
///
/// Source: J. J. Moré and D. J. Thuente, *Line search algorithms with guaranteed sufficient
/// decrease*, 1994; W. W. Hager and H. Zhang, *A new conjugate gradient method with guaranteed
/// descent*, 2005, for steps at the limit of rounding. SciPy's L-BFGS-B uses the former.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrongWolfe {
    /// c₁, the share of the promised decrease that is asked for, in (0, 1).
    pub decrease: f64,
    /// c₂, the share of the slope that may remain, in (c₁, 1).
    pub curvature: f64,
}

impl Default for StrongWolfe {
    /// c₁ = 10⁻⁴, c₂ = 0.9: a loose search, right for directions that carry their own scale.
    fn default() -> Self {
        Self { decrease: 1e-4, curvature: 0.9 }
    }
}

impl StrongWolfe {
    pub(super) fn validate(&self, method: &'static str) -> Result<(), OptimError> {
        let Self { decrease, curvature } = *self;
        let expected = "it must lie in (0, 1)";
        check(method, "decrease", decrease, expected, decrease > 0.0 && decrease < 1.0)?;
        let expected = "it must lie between `decrease` and 1";
        check(method, "curvature", curvature, expected, curvature > decrease && curvature < 1.0)
    }

    /// Leaves the run's next point at the step that it returns.
    pub(super) fn search(
        &self,
        run: &mut Run<'_>,
        direction: &[f64],
        slope: f64,
        first: f64,
    ) -> Result<f64, Reason> {
        let start = Sample { t: 0.0, value: run.value, slope };
        let line = self.decrease * slope;
        let mut interval = Interval { best: start, other: start, bracketed: false };
        let mut t = first;
        let mut longest = f64::MAX;
        let (mut low, mut high) = (0.0_f64, 5.0 * t);
        let (mut width, mut width_before) = (f64::INFINITY, f64::INFINITY);
        // Until a step falls below the line and its slope turns, the search minimises the cost
        // minus that line.
        let mut below_line_seen = false;
        for _ in 0..MAX_TRIALS {
            let (value, slope_there) = run.try_step(t, direction);
            if value == f64::NEG_INFINITY {
                return Err(Reason::Unbounded);
            }
            if !value.is_finite() || run.next_non_finite().is_some() || !slope_there.is_finite() {
                longest = t;
                t = 0.5 * (interval.best.t + t);
                high = high.min(longest);
                continue;
            }
            let new = Sample { t, value, slope: slope_there };
            let enough = value <= start.value + t * line;
            let flat = slope_there.abs() <= self.curvature * slope.abs();
            let level = value <= start.value + 10.0 * f64::EPSILON * start.value.abs();
            if flat && (enough || level) {
                return Ok(t);
            }
            below_line_seen |= enough && slope_there >= 0.0;
            let modified = !below_line_seen && value <= interval.best.value && !enough;
            let high_end = high.min(longest);
            let range = (low.min(high_end), high_end);
            t = if modified {
                let mut shifted = Interval {
                    best: interval.best.minus_line(line),
                    other: interval.other.minus_line(line),
                    ..interval
                };
                let next = shifted.update(new.minus_line(line), range.0, range.1);
                interval = Interval {
                    best: shifted.best.minus_line(-line),
                    other: shifted.other.minus_line(-line),
                    ..shifted
                };
                next
            } else {
                interval.update(new, range.0, range.1)
            };
            let (best, other) = (interval.best.t, interval.other.t);
            if interval.bracketed {
                if (other - best).abs() >= 0.66 * width_before {
                    t = best + 0.5 * (other - best);
                }
                (width_before, width) = (width, (other - best).abs());
                (low, high) = (best.min(other), best.max(other));
                if high - low <= NARROW * high {
                    break;
                }
                // Also for a step that is NaN.
                let inside = t > low && t < high;
                if !inside {
                    t = 0.5 * (low + high);
                }
            } else {
                // Each trial is longer than the one before, so the end is near or at infinity.
                t = if t > best { t.min(longest) } else { 0.5 * (best + range.1) };
                (low, high) = (t + 1.1 * (t - best), t + 4.0 * (t - best));
            }
        }
        // No step meets both conditions; the best one will do if it lowers the cost.
        let best = interval.best;
        let length = best.t * vectors::norm(direction);
        if !interval.bracketed && length > FAR * (1.0 + vectors::norm(&run.x)) {
            return Err(Reason::Unbounded);
        }
        if best.t > 0.0 && best.value < start.value {
            return run.step(best.t, direction);
        }
        Err(Reason::LineSearchFailed)
    }
}
