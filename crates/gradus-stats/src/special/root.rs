//! The equation behind every quantile.

use super::{Side, Tails};

/// A monotone function of x > 0 at one point.
pub(crate) struct Sample {
    /// ln(tail probability) − ln(target).
    pub(crate) gap: f64,
    /// The derivative of `gap` by ln x; only its size matters where it is 0 or not finite.
    pub(crate) slope: f64,
}

/// The most evaluations that a solution takes.
pub(crate) const MAX_EVALUATIONS: u32 = 400;

/// Solves gap(x) = 0 for x in (0, `end`], where gap rises or falls with x as `rising` says.
///
/// Newton's method in ln x, where tails are nearly straight, inside a bracket; whenever three steps
/// have not halved the bracket, a bisection. ln x spans 1500, so 64 halvings reach
/// the last bit, and [`MAX_EVALUATIONS`] is never reached.
pub(crate) fn solve_positive(
    start: f64,
    end: f64,
    rising: bool,
    at: impl Fn(f64) -> Sample,
) -> f64 {
    let (mut low, mut high) = (f64::from_bits(1), end);
    let mut x = if start > low && start < high { start } else { between(low, high) };
    let mut checkpoint = log_width(low, high);
    let mut last_step = f64::INFINITY;
    for evaluation in 1..=MAX_EVALUATIONS {
        let Sample { gap, slope } = at(x);
        if gap == 0.0 {
            return x;
        }
        if (gap < 0.0) == rising {
            low = x;
        } else {
            high = x;
        }
        let step = -gap / slope;
        let mut next = x * step.exp();
        let tiny = 2.0 * f64::EPSILON;
        // Far from the solution the slope is a difference of giants, and may be anything.
        let trusted = gap.abs() < 1e-3 && step.is_finite();
        if trusted && (step.abs() < tiny || (step.abs() < 1e-9 && step.abs() >= last_step)) {
            // Converged, or down to the noise of the probabilities.
            return if next > 0.0 && next <= end { next } else { x };
        }
        last_step = step.abs();
        if evaluation % 3 == 0 {
            let width = log_width(low, high);
            if width > 0.5 * checkpoint && !(trusted && step.abs() < 1e-6) {
                next = between(low, high);
                last_step = f64::INFINITY;
            }
            checkpoint = width;
        }
        if !(next > low && next < high) {
            next = between(low, high);
            last_step = f64::INFINITY;
        }
        if next <= low || next >= high {
            return x;
        }
        x = next;
    }
    x
}

fn log_width(low: f64, high: f64) -> f64 {
    high.ln() - low.ln()
}

/// The geometric mean, or the arithmetic one once they agree.
fn between(low: f64, high: f64) -> f64 {
    if high > 2.0 * low { low.sqrt() * high.sqrt() } else { low + 0.5 * (high - low) }
}

/// The x in (0, `end`] that has probability `p` on the given side.
pub(crate) fn solve_tail(
    side: Side,
    p: f64,
    start: f64,
    end: f64,
    tails: impl Fn(f64) -> Tails,
    log_pdf: impl Fn(f64) -> f64,
) -> f64 {
    let sign = match side {
        Side::Lower => 1.0,
        Side::Upper => -1.0,
    };
    let log_p = p.ln();
    solve_positive(start, end, side == Side::Lower, |x| {
        let split = tails(x);
        let log_tail = split.log_probability(side);
        let tail = split.probability(side);
        // Near the solution the quotient is finer than the difference of large logarithms.
        let gap = if tail > 0.5 * p && tail < 2.0 * p && p > 1e-290 {
            ((tail - p) / p).ln_1p()
        } else {
            log_tail - log_p
        };
        Sample { gap, slope: sign * (log_pdf(x) + x.ln() - log_tail).exp() }
    })
}
