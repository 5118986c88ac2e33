//! The step that minimises the cost along a direction.

use super::{Reason, run::Run};
use crate::{OptimError, checks::check};

/// Bounds the trials that look for a bracket and, separately, those that narrow it.
const MAX_TRIALS: usize = 100;

/// (3 − √5)/2, the smaller part of the golden section.
const GOLDEN: f64 = 0.381_966_011_250_105_1;

/// Exact line search: a local minimiser of t ↦ f(x + td), found by bracketing and Brent's method.
///
/// A bracket is three steps whose middle one costs least; it is found by doubling the step or
/// dividing it by ten. Brent's method narrows it by parabolas and golden sections, from values
/// alone, which are exhausted at the same gradients as [`Armijo`](super::Armijo)'s. A cost that is not
/// finite counts as +∞.
///
/// Source: R. P. Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exact {
    /// The relative precision of the step, > 0. Below √ε ≈ 1.5·10⁻⁸ values cannot tell steps
    /// apart.
    pub tolerance: f64,
}

impl Default for Exact {
    /// 10⁻⁸.
    fn default() -> Self {
        Self { tolerance: 1e-8 }
    }
}

/// Three steps a < b < c, the middle one with its value, the least of the three.
#[derive(Clone, Copy)]
struct Bracket {
    a: f64,
    b: f64,
    c: f64,
    value: f64,
}

impl Exact {
    pub(super) fn validate(&self, method: &'static str) -> Result<(), OptimError> {
        let holds = self.tolerance > 0.0 && self.tolerance < 1.0;
        check(method, "tolerance", self.tolerance, "it must lie in (0, 1)", holds)
    }

    /// Leaves the run's next point at the step that it returns.
    pub(super) fn search(
        &self,
        run: &mut Run<'_>,
        direction: &[f64],
        first: f64,
    ) -> Result<f64, Reason> {
        let start = run.value;
        let mut cost = |t: f64| {
            let value = run.try_value(t, direction);
            if value.is_nan() { f64::INFINITY } else { value }
        };
        let t = match bracket(&mut cost, start, first)? {
            Found::Bracket(bracket) => brent(&mut cost, bracket, self.tolerance),
            Found::Falling(t) => t,
        };
        run.step(t, direction)
    }
}

enum Found {
    Bracket(Bracket),
    /// The cost still falls at the longest step that was tried.
    Falling(f64),
}

fn bracket(cost: &mut impl FnMut(f64) -> f64, start: f64, first: f64) -> Result<Found, Reason> {
    let (mut a, mut b, mut value) = (0.0, first, cost(first));
    if value >= start {
        for _ in 0..MAX_TRIALS {
            let c = b;
            b *= 0.1;
            value = cost(b);
            if value < start {
                return Ok(Found::Bracket(Bracket { a, b, c, value }));
            }
        }
        return Err(Reason::LineSearchFailed);
    }
    for _ in 0..MAX_TRIALS {
        if value == f64::NEG_INFINITY {
            return Err(Reason::Unbounded);
        }
        let c = 2.0 * b;
        let beyond = cost(c);
        if beyond >= value {
            return Ok(Found::Bracket(Bracket { a, b, c, value }));
        }
        (a, b, value) = (b, c, beyond);
    }
    Ok(Found::Falling(b))
}

fn brent(cost: &mut impl FnMut(f64) -> f64, bracket: Bracket, tolerance: f64) -> f64 {
    let Bracket { mut a, b: mut x, mut c, value: mut fx } = bracket;
    // The second and third best step so far, and the two latest moves.
    let (mut w, mut v, mut fw, mut fv) = (x, x, fx, fx);
    let (mut step, mut before) = (0.0_f64, 0.0_f64);
    for _ in 0..MAX_TRIALS {
        let middle = 0.5 * (a + c);
        let near = tolerance * x.abs() + f64::MIN_POSITIVE;
        if (x - middle).abs() <= 2.0 * near - 0.5 * (c - a) {
            break;
        }
        let r = (x - w) * (fx - fv);
        let q = (x - v) * (fx - fw);
        let parabolic = -((x - v) * q - (x - w) * r) / (2.0 * (q - r));
        // Never true for a parabola through infinite values, whose step is NaN.
        let usable = parabolic.abs() < 0.5 * before.abs() && x + parabolic > a && x + parabolic < c;
        if usable {
            before = step;
            step = parabolic;
            if x + step - a < 2.0 * near || c - x - step < 2.0 * near {
                step = near.copysign(middle - x);
            }
        } else {
            before = if x >= middle { a - x } else { c - x };
            step = GOLDEN * before;
        }
        let u = if step.abs() >= near { x + step } else { x + near.copysign(step) };
        let fu = cost(u);
        if fu <= fx {
            if u >= x {
                a = x;
            } else {
                c = x;
            }
            (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
        } else {
            if u < x {
                a = u;
            } else {
                c = u;
            }
            if fu <= fw || w == x {
                (v, fv, w, fw) = (w, fw, u, fu);
            } else if fu <= fv || v == x || v == w {
                (v, fv) = (u, fu);
            }
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brent_finds_the_minimum_of_a_bracket() {
        // x − ln x has its minimum at 1; the bracket's value is that of its middle.
        let mut cost = |t: f64| t - t.ln();
        let value = cost(2.5);
        let t = brent(&mut cost, Bracket { a: 0.1, b: 2.5, c: 9.0, value }, 1e-9);
        assert!((t - 1.0).abs() < 5e-8, "{t}");
    }

    #[test]
    fn infinite_costs_narrow_the_bracket() {
        let mut cost = |t: f64| if t > 1.2 { f64::INFINITY } else { (t - 1.0).powi(2) };
        let bracket = match bracket(&mut cost, 1.0, 50.0) {
            Ok(Found::Bracket(bracket)) => bracket,
            _ => panic!("no bracket"),
        };
        let t = brent(&mut cost, bracket, 1e-9);
        assert!((t - 1.0).abs() < 5e-8, "{t}");
    }

    #[test]
    fn a_rising_cost_has_no_bracket() {
        assert!(matches!(bracket(&mut |t| 1.0 + t, 1.0, 1.0), Err(Reason::LineSearchFailed)));
        assert!(matches!(bracket(&mut |t| -t, 0.0, 1.0), Ok(Found::Falling(_))));
    }
}
